"""Identifiers as people write them: credit codes, phones, resident IDs and names; normalised, checked and found."""

from zhangshu_desk.core.identifiers.credit_code import (
    CreditCodeCheck,
    CreditCodeProblem,
    check_credit_code,
    find_credit_code,
    normalise_credit_code,
)
from zhangshu_desk.core.identifiers.names import (
    VERY_SIMILAR,
    SimilarNames,
    name_similarity,
    normalise_name,
    order_key,
    same_name_key,
)
from zhangshu_desk.core.identifiers.phones import find_phones, is_mobile, is_phone, normalise_phone
from zhangshu_desk.core.identifiers.resident_id import ResidentIdCheck, check_resident_id

__all__ = [
    "VERY_SIMILAR",
    "CreditCodeCheck",
    "CreditCodeProblem",
    "ResidentIdCheck",
    "SimilarNames",
    "check_credit_code",
    "check_resident_id",
    "find_credit_code",
    "find_phones",
    "is_mobile",
    "is_phone",
    "name_similarity",
    "normalise_credit_code",
    "normalise_name",
    "normalise_phone",
    "order_key",
    "same_name_key",
]
