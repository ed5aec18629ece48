"""Who may put which label on what: the two families, the routes of protection, rights on a day, and quotas.

Official sources: 地理标志专用标志使用管理办法（试行） (CNIPA announcement 354) on users and on what stands beside the
mark; domain.md §3.1. The credit code is never printed by us: it stands in the user's own mark file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from zhangshu_desk.core.open_words import OpenWords
from zhangshu_desk.labels.rules.problems import Problem


class Family(OpenWords):
    """What a label is: one of a geographical indication, or one that only traces a product. They never mix."""

    GI = "地理标志"
    TRACE = "追溯"


class Route(OpenWords):
    """Which law protects a geographical indication."""

    PRODUCT = "地理标志产品"
    COLLECTIVE = "集体商标"
    CERTIFICATION = "证明商标"


PIECES: Mapping[Route, tuple[tuple[str, ...], ...]] = MappingProxyType(
    {
        Route.PRODUCT: (("product_name",), ("standard_no", "announcement_no")),
        Route.COLLECTIVE: (("trademark_name",), ("registration_no",)),
        Route.CERTIFICATION: (("trademark_name",), ("registration_no",)),
    }
)
"""What must stand beside the mark, by route: of each group one."""
WORDS: Mapping[str, str] = MappingProxyType(
    {
        "product_name": "地理标志名称",
        "standard_no": "标准号",
        "announcement_no": "批准公告号",
        "trademark_name": "商标名称",
        "registration_no": "商标注册号",
    }
)
"""What a clerk calls each piece."""


@dataclass(frozen=True)
class Enterprise:
    """The enterprise as it is in the register today."""

    id: str
    name: str
    credit_code: str
    voided: bool = False


@dataclass(frozen=True)
class MarkFile:
    """A user's official mark: whose it is, the code that stands in it, and whether its file is at this machine."""

    id: str
    enterprise_id: str
    credit_code: str
    is_here: bool
    voided: bool = False


@dataclass(frozen=True)
class GiProduct:
    """A geographical indication; `specs`: the protected kinds or specifications, empty = no limit."""

    id: str
    name: str
    route: Route
    announcement_no: str = ""
    standard_no: str = ""
    trademark_name: str = ""
    registration_no: str = ""
    specs: tuple[str, ...] = ()
    voided: bool = False

    def piece(self, key: str) -> str:
        """What is known of a piece of `PIECES`."""
        return self.name if key == "product_name" else str(getattr(self, key))


@dataclass(frozen=True)
class GiRight:
    """The right of an enterprise to use the mark of a geographical indication.

    Attributes:
        name, credit_code: the enterprise's, as they stand in the announcement or licence.
        enterprise: as it is today, None when the register does not have it.
    """

    id: str
    product: GiProduct
    enterprise: Enterprise | None
    name: str
    credit_code: str
    valid_from: date
    valid_until: date | None = None
    mark: MarkFile | None = None
    voided: bool = False

    @property
    def family(self) -> Family:
        return Family.GI


@dataclass(frozen=True)
class TraceRight:
    """A product that is traced without a geographical indication."""

    id: str
    product_name: str
    enterprise: Enterprise | None
    model: str = ""
    gtin: str = ""
    standard_no: str = ""
    place: str = ""
    voided: bool = False

    @property
    def family(self) -> Family:
        return Family.TRACE


Right = GiRight | TraceRight


def right_problems(right: Right, day: date) -> tuple[Problem, ...]:
    """Everything that stands against labels under this right on a day."""
    found = list(_of_enterprise(right))
    found += _of_gi(right, day) if isinstance(right, GiRight) else _of_traced(right)
    return tuple(found)


def missing_pieces(product: GiProduct) -> tuple[str, ...]:
    """The pieces that must stand beside the mark and are not known: `标准号或批准公告号`."""
    groups = PIECES.get(product.route, ())
    return tuple("或".join(WORDS[key] for key in group) for group in groups if not any(map(product.piece, group)))


def mark_problems(mark: MarkFile | None, enterprise_id: str, credit_code: str) -> tuple[Problem, ...]:
    """Whether a mark may be used for an enterprise with this credit code, at this machine."""
    if mark is None:
        text = "没有指定专用标志文件。请导入该企业领到的官方标志文件，并在用标授权中选定。"
    elif mark.enterprise_id != enterprise_id:
        text = "专用标志文件属于另一家企业。请在用标授权中改选本企业的标志文件。"
    elif mark.voided:
        text = "专用标志文件已停用。请在用标授权中改选正在使用的标志文件。"
    elif mark.credit_code != credit_code:
        text = (
            f"专用标志文件中的信用代码是 {mark.credit_code}，与授权的 {credit_code} 不同。请导入该企业自己的标志文件。"
        )
    elif not mark.is_here:
        text = "专用标志文件不在本机。请在本机再导入一次同一个文件（标志文件不随数据同步）。"
    else:
        return ()
    return (Problem("mark", text),)


def _of_enterprise(right: Right) -> Iterator[Problem]:
    if right.enterprise is None:
        yield Problem("enterprise", "名录中没有这家企业。请先在企业页登记。")
    elif right.enterprise.voided:
        yield Problem("enterprise", f"企业「{right.enterprise.name}」已作废。请核对后由站长恢复，或停用这项权利。")


def _of_traced(right: TraceRight) -> Iterator[Problem]:
    if right.voided:
        yield Problem("right", f"追溯产品「{right.product_name}」已停用。请另选产品。")


def _of_gi(right: GiRight, day: date) -> Iterator[Problem]:
    product = right.product
    if right.voided:
        yield Problem("right", f"「{right.name}」使用「{product.name}」的授权已终止，不能再制作标签。")
    elif day < right.valid_from:
        yield Problem("right", f"用标授权自 {right.valid_from} 起生效，现在还不能制作标签。请核对公告或许可的日期。")
    elif right.valid_until is not None and day > right.valid_until:
        yield Problem("right", f"用标授权已于 {right.valid_until} 到期。续展后请在用标授权中改正日期。")
    if product.voided:
        yield Problem("product", f"地理标志「{product.name}」已停用。请核对后由站长恢复，或另选产品。")
    if product.route not in PIECES:
        yield Problem("product", f"本程序不认识「{product.name}」的保护方式「{product.route}」。请升级本程序。")
    for piece in missing_pieces(product):
        yield Problem(
            "product", f"「{product.name}」缺少{product.route}必须标明的{piece}。请由站长在地理标志资料中补上。"
        )
    yield from mark_problems(right.mark, right.enterprise.id if right.enterprise else "", right.credit_code)
    yield from _changed_since(right)


def _changed_since(right: GiRight) -> Iterator[Problem]:
    """What the register says today against what the announcement said: both change the label's truth."""
    today = right.enterprise
    if today is None:
        return
    if today.credit_code != right.credit_code:
        now = today.credit_code or "（空）"
        yield Problem("enterprise", f"企业现在的信用代码是 {now}，授权上是 {right.credit_code}。请核对变更公告并改正。")
    if today.name != right.name:
        text = f"企业已更名为「{today.name}」，授权上是「{right.name}」。请核对是否已公告变更，并改正用标授权。"
        yield Problem("enterprise", text, hard=False)


# -- quotas ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Quota:
    """So many labels from a day to a day, both included."""

    valid_from: date
    valid_until: date
    labels: int

    def covers(self, day: date) -> bool:
        """Whether it is of this day."""
        return self.valid_from <= day <= self.valid_until


@dataclass(frozen=True)
class Issue:
    """So many numbers that were given out on a day and count against the quotas of that day.

    Every number counts from the moment it is given out. It comes back only when it is written down that its label was
    never printed, was returned, or was destroyed.
    """

    day: date
    count: int


@dataclass(frozen=True)
class Account:
    """Quotas and what was given out of them: what is `left` of each, and how many labels went `over` all of them."""

    quotas: tuple[Quota, ...]
    left: tuple[int, ...]
    over: int

    def left_on(self, day: date) -> int | None:
        """How many labels may still be given out on a day; None when no quota covers it."""
        covering = [some for quota, some in zip(self.quotas, self.left, strict=True) if quota.covers(day)]
        return sum(covering) if covering else None


def account(quotas: Iterable[Quota], issues: Iterable[Issue]) -> Account:
    """What is left. Several quotas of one day add up.

    What is given out is taken from the quota that ends first, so that as much as possible is left for later. It can go
    over: two stations number at the same time without a network, or a quota is lowered afterwards.
    """
    known = tuple(quotas)
    left = [one.labels for one in known]
    in_order = sorted(range(len(known)), key=lambda at: (known[at].valid_until, known[at].valid_from))
    over = 0
    for issue in sorted(issues, key=lambda one: one.day):
        due = issue.count
        for at in in_order:
            if known[at].covers(issue.day):
                taken = min(due, left[at])
                left[at], due = left[at] - taken, due - taken
        over += due
    return Account(known, tuple(left), over)


def quota_problem(wanted: int, left: int | None) -> Problem | None:
    """Why so many labels cannot be given out of what is left, if so."""
    if left is None:
        return Problem("quota", "今天没有核定的用标数量。请由站长在「权利」中核定数量和期间。")
    if wanted > left:
        return Problem("quota", f"需要 {wanted} 张，核定的用标数量只剩 {left} 张。请减少数量，或由站长追加核定。")
    return None
