"""What is filled in about a right: the geographical indication, its user, quotas, traced products, packaging."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, TypeVar

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.identifiers import check_credit_code, normalise_credit_code, normalise_name
from zhangshu_desk.core.texts import clean_code, clean_text
from zhangshu_desk.labels.rules import gs1
from zhangshu_desk.labels.rules.amounts import MOST_QUANTITY
from zhangshu_desk.labels.rules.problems import Problem
from zhangshu_desk.labels.rules.rights import PIECES, GiProduct, Route, missing_pieces

MOST_QUOTA = 10_000_000
LIMITS = {
    "name": 60,
    "announcement_no": 60,
    "standard_no": 60,
    "trademark_name": 60,
    "registration_no": 60,
    "area": 500,
    "source": 300,
    "notes": 2000,
    "basis": 200,
    "model": 60,
    "place": 100,
    "unit": 10,
}
"""Longest texts, in characters."""
LABELS = {
    "name": "名称",
    "route": "保护方式",
    "announcement_no": "公告号",
    "standard_no": "标准号",
    "trademark_name": "商标名称",
    "registration_no": "商标注册号",
    "area": "产地范围",
    "specs": "受保护的品种、规格",
    "source": "依据",
    "verified": "已核实",
    "notes": "备注",
    "gi_product_id": "地理标志",
    "enterprise_id": "企业",
    "enterprise_name": "企业名称",
    "credit_code": "统一社会信用代码",
    "valid_from": "起始日期",
    "valid_until": "截止日期",
    "mark_id": "专用标志文件",
    "gi_user_id": "用标授权",
    "labels": "核定数量",
    "basis": "核定依据",
    "model": "型号",
    "gtin": "商品条码",
    "place": "产地",
    "product_id": "产品",
    "unit": "单位",
    "pack": "每个包装的数量",
}
"""What the forms call each field."""
_ELSEWHERE = "樟树港"


@dataclass(frozen=True)
class ProductForm:
    """A geographical indication; fields as columns of `gi_products`."""

    name: str
    route: str
    announcement_no: str = ""
    standard_no: str = ""
    trademark_name: str = ""
    registration_no: str = ""
    area: str = ""
    specs: tuple[str, ...] = ()
    source: str = ""
    verified: bool = False
    notes: str = ""


@dataclass(frozen=True)
class UserForm:
    """The right of an enterprise; name and code as in the announcement, empty = as the register has them."""

    gi_product_id: str
    enterprise_id: str
    valid_from: date
    valid_until: date | None = None
    announcement_no: str = ""
    enterprise_name: str = ""
    credit_code: str = ""
    mark_id: str | None = None
    notes: str = ""


@dataclass(frozen=True)
class QuotaForm:
    """So many labels for a user in a period."""

    gi_user_id: str
    valid_from: date
    valid_until: date
    labels: int
    basis: str = ""


@dataclass(frozen=True)
class TracedForm:
    """A product that is only traced."""

    enterprise_id: str
    name: str
    model: str = ""
    gtin: str = ""
    standard_no: str = ""
    place: str = ""
    notes: str = ""


@dataclass(frozen=True)
class SpecForm:
    """A packaging specification; `pack` in thousandths of `unit`."""

    product_id: str
    name: str
    unit: str
    pack: int
    gtin: str = ""


Card = ProductForm | UserForm | QuotaForm | TracedForm | SpecForm
C = TypeVar("C", ProductForm, UserForm, QuotaForm, TracedForm, SpecForm)
_CODES = frozenset({"announcement_no", "standard_no", "registration_no", "gtin", "unit"})
_LINES = frozenset({"notes"})


def cleaned(card: C) -> C:
    """The card in its one spelling; a right GTIN with 14 digits."""
    changes: dict[str, Any] = {}
    for one in fields(card):
        value = getattr(card, one.name)
        if one.name == "specs":
            changes[one.name] = tuple(dict.fromkeys(text for text in map(clean_text, value) if text))
        elif isinstance(value, str):
            changes[one.name] = _cleaned_text(one.name, value)
    return replace(card, **changes)


def _cleaned_text(name: str, text: str) -> str:
    if name == "enterprise_name":
        return normalise_name(clean_text(text))
    if name == "credit_code":
        return normalise_credit_code(text)
    if name == "gtin":
        return _padded(clean_code(text))
    return clean_code(text) if name in _CODES else clean_text(text, lines=name in _LINES)


def _padded(gtin: str) -> str:
    try:
        return gs1.checked_gtin(gtin) if gtin else ""
    except DeskError:
        return gtin


def card_problems(card: Card) -> tuple[Problem, ...]:
    """Everything wrong with a cleaned card, all at once."""
    found = list(_of_texts(card))
    match card:
        case ProductForm():
            found += _of_product(card)
        case UserForm():
            found += _of_user(card)
        case QuotaForm():
            found += _of_quota(card)
        case TracedForm():
            found += _of_name(card.name, "产品名称")
            found += _of_gtin(card.gtin)
        case SpecForm():
            found += _of_spec(card)
    return tuple(found)


def _of_texts(card: Card) -> Iterator[Problem]:
    for one in fields(card):
        value, most = getattr(card, one.name), LIMITS.get(one.name)
        if isinstance(value, str) and most is not None and len(value) > most:
            yield Problem(one.name, f"{LABELS[one.name]}最多 {most} 个字，现有 {len(value)} 个。请缩短。")


def _of_name(name: str, what: str) -> Iterator[Problem]:
    if not name:
        yield Problem("name", f"请填写{what}。")


def _of_product(card: ProductForm) -> Iterator[Problem]:
    yield from _of_name(card.name, "地理标志名称")
    if card.route not in PIECES:
        yield Problem("route", f"请选择保护方式：{'、'.join(PIECES)}。")
        return
    product = GiProduct(
        "",
        card.name,
        Route(card.route),
        card.announcement_no,
        card.standard_no,
        card.trademark_name,
        card.registration_no,
    )
    for piece in missing_pieces(product):
        text = f"还没有{piece}：专用标志旁必须标明，补上之前不能制作标签。"
        yield Problem("route", text, hard=False)
    if _ELSEWHERE in card.name:
        text = f"「{_ELSEWHERE}」在湖南省湘阴县，不是樟树市的产品，请核对。"
        yield Problem("name", text, hard=False)
    if not card.verified:
        yield Problem("verified", "资料还没有与公告核对，标为「待核实」。", hard=False)


def _of_user(card: UserForm) -> Iterator[Problem]:
    if not card.gi_product_id:
        yield Problem("gi_product_id", "请选择地理标志。")
    if not card.enterprise_id:
        yield Problem("enterprise_id", "请选择企业。")
    if card.valid_until is not None and card.valid_until < card.valid_from:
        yield Problem("valid_until", f"截止日期 {card.valid_until} 早于起始日期 {card.valid_from}。请核对。")
    if card.credit_code and not check_credit_code(card.credit_code).ok:
        yield Problem("credit_code", "统一社会信用代码的校验不对，请与公告核对。", hard=False)
    if not card.announcement_no:
        yield Problem("announcement_no", "没有写明准许用标的公告或许可，请核对。", hard=False)


def _of_quota(card: QuotaForm) -> Iterator[Problem]:
    if card.valid_until < card.valid_from:
        yield Problem("valid_until", f"截止日期 {card.valid_until} 早于起始日期 {card.valid_from}。请核对。")
    if not 1 <= card.labels <= MOST_QUOTA:
        yield Problem("labels", f"核定数量应为 1～{MOST_QUOTA} 张。请改正。")
    if not card.basis:
        yield Problem("basis", "请填写核定依据，例如文件名称或日期。")


def _of_spec(card: SpecForm) -> Iterator[Problem]:
    yield from _of_name(card.name, "规格名称，例如「500 克/袋」")
    if not card.product_id:
        yield Problem("product_id", "请选择产品。")
    if not card.unit:
        yield Problem("unit", "请填写单位，例如千克、件、瓶。")
    if not 1 <= card.pack <= MOST_QUANTITY:
        yield Problem("pack", "每个包装的数量应大于 0，最多三位小数。请改正。")
    yield from _of_gtin(card.gtin)


def _of_gtin(gtin: str) -> Iterator[Problem]:
    try:
        if gtin:
            gs1.checked_gtin(gtin)
    except DeskError as error:
        yield Problem("gtin", str(error))
