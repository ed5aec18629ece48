"""The fields of an enterprise and of a contact: how they are cleaned, and what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from zhangshu_desk.core.identifiers import is_phone, normalise_credit_code, normalise_name, normalise_phone
from zhangshu_desk.core.texts import clean_text
from zhangshu_desk.enterprises.rules.codes import code_problem


@dataclass(frozen=True)
class EnterpriseFields:
    """What is known of an enterprise itself.

    Attributes:
        credit_code: 统一社会信用代码; region: where it is (never derived from the code).
        code_reason: why it is registered without a right code.
    """

    name: str
    credit_code: str = ""
    code_reason: str = ""
    kind: str = ""
    address: str = ""
    region: str = ""
    industry: str = ""
    legal_representative: str = ""
    founded_on: date | None = None
    notes: str = ""


@dataclass(frozen=True)
class ContactFields:
    """A contact; a name or a phone is enough. `phone` may hold several numbers."""

    name: str = ""
    phone: str = ""
    role: str = ""
    is_main: bool = False


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a field.

    Attributes:
        field: name of the field.
        text: a sentence for the clerk.
        hard: it cannot be saved so; otherwise it is a warning.
    """

    field: str
    text: str
    hard: bool = True


LABELS = {
    "name": "企业名称",
    "credit_code": "统一社会信用代码",
    "code_reason": "代码有误或缺失的原因",
    "kind": "类型",
    "address": "地址",
    "region": "行政区划",
    "industry": "行业",
    "legal_representative": "法定代表人",
    "founded_on": "成立日期",
    "notes": "备注",
}
CONTACT_LABELS = {"name": "姓名", "phone": "电话", "role": "职务", "is_main": "主联系人"}
LIMITS = {
    "name": 200,
    "credit_code": 40,
    "code_reason": 200,
    "kind": 60,
    "address": 300,
    "region": 60,
    "industry": 60,
    "legal_representative": 60,
    "notes": 2000,
    "contact.name": 60,
    "contact.phone": 120,
    "contact.role": 60,
}
"""Longest texts, in characters (code points)."""
KINDS = (
    "有限责任公司",
    "股份有限公司",
    "个人独资企业",
    "合伙企业",
    "个体工商户",
    "农民专业合作社",
    "分支机构",
    "全民所有制企业",
    "集体所有制企业",
    "外商投资企业",
    "事业单位",
    "社会团体",
)
"""Usual kinds of subjects (市场主体登记管理条例实施细则 art. 9); any other text may be typed."""
_EARLIEST = date(1840, 1, 1)


def cleaned(given: EnterpriseFields) -> EnterpriseFields:
    """The fields in their one spelling: name and code normalised, blanks trimmed."""
    code = normalise_credit_code(given.credit_code)
    return EnterpriseFields(
        name=normalise_name(clean_text(given.name)),
        credit_code=code,
        code_reason=clean_text(given.code_reason) if code_problem(code) else "",
        kind=clean_text(given.kind),
        address=clean_text(given.address),
        region=clean_text(given.region),
        industry=clean_text(given.industry),
        legal_representative=clean_text(given.legal_representative),
        founded_on=given.founded_on,
        notes=clean_text(given.notes, lines=True),
    )


def cleaned_contact(given: ContactFields) -> ContactFields:
    """The contact in its one spelling; phones as `13812345678` and `0795-7819478`, several separated by `/`."""
    return replace(
        given, name=clean_text(given.name), phone=normalise_phone(clean_text(given.phone)), role=clean_text(given.role)
    )


def problems(given: EnterpriseFields, today: date) -> tuple[Problem, ...]:
    """Everything wrong with cleaned fields, all at once.

    A code that is missing or fails its check is a warning once a reason is given: a few codes in use are wrong.
    """
    found = []
    if not given.name:
        found.append(Problem("name", "请填写企业名称。"))
    found += [
        Problem(name, f"{LABELS[name]}最多 {most} 个字，现有 {len(text)} 个。")
        for name, most in LIMITS.items()
        if "." not in name and len(text := getattr(given, name)) > most
    ]
    if wrong := code_problem(given.credit_code):
        if given.code_reason:
            found.append(Problem("credit_code", f"{wrong}。", hard=False))
        else:
            found.append(Problem("credit_code", f"{wrong}。请核对营业执照；仍要这样登记时，请写明原因。"))
    if given.founded_on is not None and not is_possible_founding(given.founded_on, today):
        found.append(Problem("founded_on", f"成立日期 {given.founded_on.isoformat()} 不合理，请核对。"))
    return tuple(found)


def is_possible_founding(day: date, today: date) -> bool:
    """Whether an enterprise can have been founded on `day`."""
    return _EARLIEST <= day <= today


def contact_problems(given: ContactFields) -> tuple[Problem, ...]:
    """Everything wrong with a cleaned contact; a phone that does not look like one is only a warning."""
    found = []
    if not given.name and not given.phone:
        found.append(Problem("name", "请填写联系人姓名或电话。"))
    found += [
        Problem(name, f"{CONTACT_LABELS[name]}最多 {most} 个字，现有 {len(text)} 个。")
        for name in ("name", "phone", "role")
        if len(text := getattr(given, name)) > (most := LIMITS[f"contact.{name}"])
    ]
    if given.phone and not is_phone(given.phone):
        found.append(Problem("phone", "不像电话号码，请核对。", hard=False))
    return tuple(found)
