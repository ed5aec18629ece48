"""What a batch says of its right, its product and its pack, as they were on its day, and what its labels say of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from types import MappingProxyType

from zhangshu_desk.labels.rules.elements import KEYS
from zhangshu_desk.labels.rules.rights import GiRight, Right, TraceRight


@dataclass(frozen=True)
class Spec:
    """A packaging specification; `pack` in thousandths of `unit`."""

    id: str
    product_id: str
    name: str
    unit: str
    pack: int
    gtin: str = ""
    voided: bool = False


@dataclass(frozen=True)
class Facts:
    """What a batch says of its right, product and pack, as it is on its day; columns of `label_batches`."""

    family: str
    right_id: str
    product_id: str
    enterprise_id: str
    enterprise_name: str
    credit_code: str
    product_name: str
    gtin: str
    spec_id: str
    spec: str
    unit: str
    pack: int
    route: str = ""
    announcement_no: str = ""
    standard_no: str = ""
    trademark_name: str = ""
    registration_no: str = ""
    mark_id: str | None = None
    model: str = ""


_NAMES = tuple(one.name for one in fields(Facts))
FACT_WORDS: Mapping[str, str] = MappingProxyType(
    {
        **{key: word for key, word in KEYS.items() if key in _NAMES},
        "mark_id": "专用标志文件",
        "gtin": "商品条码",
        "pack": "每签数量",
    }
)
"""What a clerk calls a fact that may have changed since a batch was made."""


def facts_of(right: Right, spec: Spec) -> Facts:
    """What the right and the specification say today."""
    return _of_gi(right, spec) if isinstance(right, GiRight) else _of_traced(right, spec)


def _of_gi(right: GiRight, spec: Spec) -> Facts:
    """The enterprise is called as it is authorised, whatever it is called today."""
    product = right.product
    return Facts(
        family=right.family.value,
        right_id=right.id,
        product_id=product.id,
        enterprise_id=right.enterprise.id if right.enterprise else "",
        enterprise_name=right.name,
        credit_code=right.credit_code,
        product_name=product.name,
        gtin=spec.gtin,
        spec_id=spec.id,
        spec=spec.name,
        unit=spec.unit,
        pack=spec.pack,
        route=product.route.value,
        announcement_no=product.announcement_no,
        standard_no=product.standard_no,
        trademark_name=product.trademark_name,
        registration_no=product.registration_no,
        mark_id=right.mark.id if right.mark else None,
    )


def _of_traced(right: TraceRight, spec: Spec) -> Facts:
    enterprise = right.enterprise
    return Facts(
        family=right.family.value,
        right_id=right.id,
        product_id=right.id,
        enterprise_id=enterprise.id if enterprise else "",
        enterprise_name=enterprise.name if enterprise else "",
        credit_code=enterprise.credit_code if enterprise else "",
        product_name=right.product_name,
        gtin=spec.gtin or right.gtin,
        spec_id=spec.id,
        spec=spec.name,
        unit=spec.unit,
        pack=spec.pack,
        standard_no=right.standard_no,
        model=right.model,
    )


def changed_facts(then: Facts, now: Facts) -> tuple[str, ...]:
    """The facts, as a clerk calls them, that are others now than when the batch was made."""
    return tuple(FACT_WORDS.get(name, name) for name in _NAMES if getattr(then, name) != getattr(now, name))


def label_data(
    facts: Facts, *, batch_no: str, made_on: date, expires_on: date | None, place: str, inspection_no: str
) -> dict[str, str]:
    """What every label of a batch says; number and code come to it label by label."""
    said = {key: str(getattr(facts, key)) for key in KEYS if key in _NAMES}
    return said | {
        "batch_no": batch_no,
        "made_on": made_on.isoformat(),
        "expires_on": expires_on.isoformat() if expires_on else "",
        "place": place,
        "inspection_no": inspection_no,
    }
