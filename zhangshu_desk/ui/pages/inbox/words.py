"""The inbox in words: what happened, both values, how it was decided."""

from __future__ import annotations

from collections.abc import Mapping

from zhangshu_desk.conflicts.queries import ConflictRow, FieldRow, Part, Side
from zhangshu_desk.conflicts.rules import Choice, Kind
from zhangshu_desk.core.clock import DAY, MINUTE
from zhangshu_desk.core.words import field_word, value_word
from zhangshu_desk.ui.sync.words import length_words, moment_words
from zhangshu_desk.ui.tone import Tone

KINDS = {
    Kind.FIELD: "同一项被改了两次",
    Kind.VOID: "一边作废，一边修改",
    Kind.STATE: "同一来访办了两次",
    Kind.DUPLICATE: "同一企业登记了两次",
    Kind.SERIAL: "同一编号用了两次",
}
_EXPLAINED = {
    Kind.FIELD: "两台机器在联网之前都改了同一项。现在用的是现值；请核实后选一个，或者另外填写。",
    Kind.VOID: "一台机器作废了这条记录，另一台在不知道的情况下还在修改。现在这条记录仍在使用；请核实后决定。",
    Kind.STATE: (
        "断网期间两台机器都办理了同一来访，先到中心的一次为准。两次办理都留在来访经过里，没有丢失；"
        "请核对实际情况，需要补登时用即时服务。"
    ),
    Kind.DUPLICATE: "两台机器各登记了一次，信用代码相同。合并后联系人、来访和曾用名都归到保留的那一家。",
    Kind.SERIAL: "同一个编号被使用了两次，可能有数据被复制到另一台电脑。请核对实物，并告诉管理员。",
}
_AUTO = "两台机器都改了同一项，已按时间较晚的为准；另一个值留在这里，需要时可以恢复。"
_NOT_HERE = "本机还没有收到这条记录，请先「立即同步」。"
DONE = {
    Choice.KEEP: "保留现值",
    Choice.TAKE_OTHER: "采用另一值",
    Choice.EDIT: "修改后保存",
    Choice.MERGE: "合并为一个",
    Choice.KEEP_BOTH: "都保留",
}
_VOID = ("voided_at", "void_reason")
_PRESENT, _OTHER = "现值", "另一值"


def kind_words(row: ConflictRow) -> str:
    """What happened, in a few words for a list."""
    if row.kind is Kind.DUPLICATE and row.tbl != "enterprises":
        return "同一记录登记了两次"
    return KINDS[row.kind]


def explanation(row: ConflictRow, *, here: bool) -> str:
    """What happened and what is asked for, in a sentence or two."""
    if row.state is Part.RESOLVED:
        return ""
    if row.state is Part.AUTO:
        return _AUTO
    return _EXPLAINED[row.kind] if here else _NOT_HERE


def side_words(side: Side, now: int) -> str:
    """`李秋 · 1 号机 · 10:40`."""
    return " · ".join(part for part in (side.actor, side.station, moment_words(side.at, now)) if part)


def headings(kind: Kind) -> tuple[str, str]:
    """What the two columns of values are called."""
    if kind is Kind.STATE:
        return "先到中心的（为准）", "后到的"
    if kind in (Kind.DUPLICATE, Kind.SERIAL):
        return "先登记的", "后登记的"
    if kind is Kind.VOID:
        return "现在：仍在使用", "另一台：作废"
    return _PRESENT, _OTHER


def fields_words(row: ConflictRow) -> str:
    """`法定代表人、地址`; nothing where the kind says it all."""
    if row.kind in (Kind.STATE, Kind.SERIAL):
        return ""
    changed = [one for one in row.fields if row.kind is not Kind.VOID or one.field not in _VOID]
    return "、".join(dict.fromkeys(field_word(one.tbl, one.field) for one in changed))


def values_words(row: ConflictRow, names: Mapping[str, str]) -> str:
    """Both values on one line: `张* ⇄ 李*`; where there are none, both people."""
    if row.kind in (Kind.STATE, Kind.DUPLICATE, Kind.SERIAL):
        return f"{row.stands.actor}（{row.stands.station}） ⇄ {row.other.actor}（{row.other.station}）"
    if row.kind is Kind.VOID:
        return f"{row.stands.actor} 修改 ⇄ {row.other.actor} 作废"
    first = row.fields[0] if row.fields else None
    if first is None:
        return ""
    stands, other = (value_text(first.field, value, names) for value in (first.stands, first.other))
    more = f" 等 {len(row.fields)} 项" if len(row.fields) > 1 else ""
    return f"{stands} ⇄ {other}{more}" if stands != other else f"{stands}（两个值遮盖后相同）{more}"


def value_text(field: str, value: str | None, names: Mapping[str, str]) -> str:
    """A value as a person reads it; services by name, as far as `names` has them."""
    if value and field == "given":
        parts = (part.partition("=") for part in value.split("，"))
        return "、".join(f"{names.get(service, service)} × {count}" for service, _, count in parts)
    if value and field == "services":
        return " · ".join(names.get(service, service) for service in value.split("、"))
    return value_word(field, value, names)


def present_text(one: FieldRow, row: ConflictRow, names: Mapping[str, str]) -> str:
    """What stands; when it has changed since, what it is now."""
    stands = value_text(one.field, one.stands, names)
    if row.state is Part.RESOLVED or row.kind is Kind.STATE or one.present == one.stands:
        return stands
    return f"{value_text(one.field, one.present, names)}\n（之后又改过，当时是 {stands}）"


def resolved_words(row: ConflictRow, now: int) -> str:
    """`周站长 11-22 10:40 采用另一值`; what is still open says since when."""
    if row.resolved_at is None:
        return ""
    how = DONE[Choice(row.resolution)] if row.resolution in set(Choice) else "已处理"
    return f"{row.resolved_by} {moment_words(row.resolved_at, now)} {how}".strip()


def age(row: ConflictRow, now: int) -> tuple[str, Tone]:
    """How long it has been waiting; from a day on it is long, from three too long."""
    ms = max(0, now - row.created_at)
    tone = Tone.BAD if ms >= 3 * DAY else Tone.WARN if ms >= DAY else Tone.PLAIN
    return (length_words(ms) if ms >= MINUTE else "刚刚"), tone
