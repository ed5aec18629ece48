"""What is said of a label that was looked up: is the code ours, where is the label, what is to be done."""

from __future__ import annotations

from zhangshu_desk.core.clock import stamp
from zhangshu_desk.labels.queries import Life, Proof, Scans
from zhangshu_desk.labels.queries.life import LabelState
from zhangshu_desk.labels.rules import codes
from zhangshu_desk.ui.theme import Tone

_STATES = {
    LabelState.UNPRINTED: ("已编号，还没有打印", Tone.PLAIN),
    LabelState.IN_STOCK: ("在本站，没有发放", Tone.PLAIN),
    LabelState.WITH_USER: ("已发放给企业", Tone.GOOD),
    LabelState.VOID: ("已作废", Tone.BAD),
    LabelState.REPLACED: ("已作废，换了新编号", Tone.BAD),
    LabelState.TWICE: ("编号重复：有两个批次用了这个编号，请报告中心", Tone.BAD),
    LabelState.UNKNOWN: ("本机没有这个编号", Tone.WARN),
}


def headline(life: Life) -> tuple[str, Tone]:
    """Where the label is, in one line; of a code that is not right the state of the right one says nothing good."""
    words, tone = _STATES.get(life.state, (life.state.value, Tone.WARN))
    if life.state is not LabelState.UNKNOWN and (life.proof is Proof.FOREIGN or life.code_differs):
        words, tone = "这个码与登记的不符", Tone.BAD
    elif life.proof is Proof.UNKNOWN and tone is Tone.GOOD:
        tone = Tone.PLAIN
    return f"{codes.serial_text(life.serial)} · {words}", tone


def proof_words(life: Life) -> tuple[str, Tone]:
    """What the code itself proves, and what it does not."""
    known = life.state is not LabelState.UNKNOWN
    match life.proof:
        case Proof.OURS if life.code_differs:
            return "码是本站编的，但其中的商品条码或批号与登记的不同，请核对实物。", Tone.BAD
        case Proof.OURS if known:
            return "码由本站编制，没有被改过。", Tone.GOOD
        case Proof.OURS:
            return "码由本站编制，但本机没有它的记录：可能是恢复备份以前编的，请联网核对。", Tone.WARN
        case Proof.FOREIGN if known:
            return "编号有记录，但这个码不是本站编的：码被改过，或是仿冒。请收存实物并报告。", Tone.BAD
        case Proof.FOREIGN:
            return "不是本站编的码：可能是其他工作站的，也可能是改过的。联网后请到中心核对。", Tone.WARN
        case Proof.UNKNOWN:
            return "本机没有标签密钥，不能辨认这个码的真伪。", Tone.WARN
    return "只按编号查询，没有核对二维码。要辨真伪请扫描标签。", Tone.MUTED


def scan_words(scans: Scans | None) -> tuple[str, Tone]:
    """How often consumers looked it up, as far as the centre has reported."""
    if scans is None:
        return "没有查询记录（由中心统计，联网后更新）", Tone.MUTED
    said = f"{scans.count:,} 次，{stamp(scans.first_at)} 至 {stamp(scans.last_at)}"
    return (f"{said}；{scans.alert.value}", Tone.WARN) if scans.alert else (said, Tone.PLAIN)
