"""Rows of a sheet as enterprises with a contact; blank rows, subtotals, repeated headings are set aside."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from zhangshu_desk.core.identifiers import is_phone
from zhangshu_desk.core.spreadsheets.cells import as_day, as_text, is_masked, is_spoilt
from zhangshu_desk.core.spreadsheets.reading import Cell, Sheet
from zhangshu_desk.enterprises.importing.layout import FIELDS, Layout, field_of
from zhangshu_desk.enterprises.rules import (
    LIMITS,
    ContactFields,
    EnterpriseFields,
    cleaned,
    cleaned_contact,
    code_problem,
    is_possible_founding,
)

_SUM = re.compile(r"(?:本页|本表|分类)?(?:小计|合计|总计|共计|累计)(?:[\s:：(（\d]|$).*")
_TEXTS = ("name", "credit_code", "kind", "address", "region", "industry", "legal_representative", "notes")
_PHONES = ("phone", "other_phone")
_PERSONAL = ("legal_representative", "contact", *_PHONES)
# A name too long refuses its row, a code is judged by its check.
_MOST = {name: LIMITS[name] for name in _TEXTS if name not in ("name", "credit_code")} | {
    "contact": LIMITS["contact.name"],
    "role": LIMITS["contact.role"],
    **dict.fromkeys(_PHONES, LIMITS["contact.phone"]),
}
_FOOT = re.compile(r"(?:填报|填表|制表|审核|复核|联系|统计|报送)(?:人|单位|日期|时间)?[:：].*|(?:备注|说明|注)[:：].*")


@dataclass(frozen=True)
class SourceRow:
    """One row that speaks of an enterprise.

    Attributes:
        number: row in the file, 1-based.
        code_problem: what is wrong with its code; empty when it is right or missing.
        warnings: what was left out or should be looked at.
        refusal: why the row cannot be taken at all; empty when it can.
    """

    number: int
    fields: EnterpriseFields
    contact: ContactFields | None = None
    code_problem: str = ""
    warnings: tuple[str, ...] = ()
    refusal: str = ""


@dataclass(frozen=True)
class Skipped:
    """A row that is no enterprise, and what it is: `空行`, `小计`, `重复表头`, `表外文字`, `标题`."""

    number: int
    why: str


def read_rows(sheet: Sheet, layout: Layout, today: date) -> tuple[tuple[SourceRow, ...], tuple[Skipped, ...]]:
    """The rows below the headings, and those set aside."""
    taken, skipped = [], []
    for number, row in enumerate(sheet.rows, 1):
        if number == layout.header_row:
            continue
        texts = [as_text(cell) for cell in row]
        known = {name: texts[column] for name, column in layout.columns.items() if column < len(row)}
        why = "标题" if number < layout.header_row else _no_enterprise(texts, known)
        if why:
            skipped.append(Skipped(number, why))
        else:
            cells = {name: row[column] for name, column in layout.columns.items() if column < len(row)}
            taken.append(_source_row(number, cells, known, today))
    return tuple(taken), tuple(skipped)


def _no_enterprise(texts: Sequence[str], known: Mapping[str, str]) -> str:
    """What a row is that speaks of no enterprise; empty when it does."""
    filled = [text for text in texts if text]
    if not filled:
        return "空行"
    heading = _is_heading(known)
    if known.get("credit_code") and not heading:
        return ""
    if any(_SUM.fullmatch(text) for text in filled[:2]):
        return "小计"
    if heading:
        return "重复表头"
    if not any(known.values()) or (len(filled) <= 2 and any(_FOOT.fullmatch(text) for text in filled)):
        return "表外文字"
    return ""


def _is_heading(known: Mapping[str, str]) -> bool:
    if field_of(known.get("name", "")) != "name":
        return False
    filled = [text for text in known.values() if text]
    return sum(bool(field_of(text)) for text in filled) > len(filled) / 2


def _source_row(number: int, cells: Mapping[str, Cell], texts: Mapping[str, str], today: date) -> SourceRow:
    kept, warnings = _readable(cells, texts)
    founded = _founded(cells.get("founded_on", ""), kept.pop("founded_on", ""), today, warnings)
    contact = _contact(kept, warnings)
    fields = cleaned(
        EnterpriseFields(founded_on=founded, **{"name": "", **{name: kept[name] for name in _TEXTS if name in kept}})
    )
    wrong = code_problem(fields.credit_code) if fields.credit_code else ""
    if wrong and is_spoilt(cells["credit_code"]):
        wrong = "信用代码被表格存成了数字，末几位已丢失；请把该列设为文本后重新填写"
    if not fields.credit_code:
        warnings.append("没有信用代码，按企业名称识别")
    return SourceRow(number, fields, contact, wrong, tuple(warnings), _refusal(fields.name))


def _readable(cells: Mapping[str, Cell], texts: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The texts of a row; what is masked, spoilt or too long for its field is left out with a warning."""
    kept, warnings = {}, []
    for name, text in texts.items():
        if name in _PERSONAL and is_masked(text):
            warnings.append(f"{FIELDS[name]}是脱敏内容，未导入")
        elif name in _PHONES and is_spoilt(cells[name]):
            warnings.append(f"{FIELDS[name]}被表格存成了科学计数，未导入")
        elif len(text) > _MOST.get(name, len(text)):
            warnings.append(f"{FIELDS[name]}过长（{len(text)} 个字），未导入")
        else:
            kept[name] = text
    return kept, warnings


def _founded(cell: Cell, text: str, today: date, warnings: list[str]) -> date | None:
    if not text:
        return None
    day = as_day(cell)
    if day is None:
        warnings.append(f"成立日期「{text[:20]}」无法识别，未导入")
    elif not is_possible_founding(day, today):
        warnings.append(f"成立日期 {day.isoformat()} 不合理，未导入")
        return None
    return day


def _contact(texts: Mapping[str, str], warnings: list[str]) -> ContactFields | None:
    phones = "/".join(text for name in _PHONES if (text := texts.get(name, "")))
    found = cleaned_contact(ContactFields(texts.get("contact", ""), phones, texts.get("role", "")))
    if not found.name and not found.phone:
        return None
    if found.phone and not is_phone(found.phone):
        warnings.append("联系电话不像电话号码，请核对")
    return found


def _refusal(name: str) -> str:
    if not name:
        return "没有企业名称"
    if field_of(name) == "name":
        return f"企业名称「{name}」不是名称"
    if len(name) > LIMITS["name"]:
        return f"企业名称过长（{len(name)} 个字，最多 {LIMITS['name']} 个）"
    return ""
