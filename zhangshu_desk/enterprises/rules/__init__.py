"""Pure facts and decisions about enterprises: fields, credit codes, duplicates."""

from zhangshu_desk.core.identifiers import order_key
from zhangshu_desk.enterprises.rules.codes import code_problem, kind_of_code
from zhangshu_desk.enterprises.rules.duplicates import (
    DuplicateHit,
    Known,
    Why,
    duplicate_of,
    is_certain,
    ranked,
)
from zhangshu_desk.enterprises.rules.fields import (
    CONTACT_LABELS,
    KINDS,
    LABELS,
    LIMITS,
    ContactFields,
    EnterpriseFields,
    Problem,
    cleaned,
    cleaned_contact,
    contact_problems,
    is_possible_founding,
    problems,
)

__all__ = [
    "CONTACT_LABELS",
    "KINDS",
    "LABELS",
    "LIMITS",
    "ContactFields",
    "DuplicateHit",
    "EnterpriseFields",
    "Known",
    "Problem",
    "Why",
    "cleaned",
    "cleaned_contact",
    "code_problem",
    "contact_problems",
    "duplicate_of",
    "is_certain",
    "is_possible_founding",
    "kind_of_code",
    "order_key",
    "problems",
    "ranked",
]
