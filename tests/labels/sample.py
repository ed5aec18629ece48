"""Labels to paint: data of one of each kind, and runs of many."""

from collections.abc import Iterator
from pathlib import Path

from zhangshu_desk.core import resources
from zhangshu_desk.labels.pages import Run
from zhangshu_desk.labels.rules import codes
from zhangshu_desk.labels.rules.elements import KEYS, LabelData
from zhangshu_desk.labels.rules.rights import Family, Route
from zhangshu_desk.labels.rules.sheets import Layout
from zhangshu_desk.labels.rules.template_files import parse_template
from zhangshu_desk.labels.rules.templates import Template

KEY = bytes(range(32))
DOMAIN = "label.example.invalid"
MARK = Path(__file__).parent / "files" / "mark.svg"
"""A made-up mark: the official one belongs to its users."""

_BATCH = {
    "batch_no": "20261126-01",
    "made_on": "2026-11-26",
    "expires_on": "2028-11-25",
    "place": "江西省樟树市",
    "inspection_no": "ZSJ2026-1187",
    "unit": "件",
}
_PRODUCT = {
    "product_name": "樟树吴茱萸",
    "enterprise_name": "江西樟树天齐堂中药饮片有限公司",
    "route": str(Route.PRODUCT),
    "announcement_no": "原国家质检总局公告2010年第14号",
    "standard_no": "GB/T 19857—2024",
    "spec": "净含量 500 g",
}
_TRADEMARK = _PRODUCT | {
    "product_name": "樟树花生",
    "route": str(Route.CERTIFICATION),
    "trademark_name": "樟树花生",
    "registration_no": "第12345678号",
}
_FURNITURE = {
    "product_name": "六门智能密集架（手摇式）",
    "enterprise_name": "江西锦湖保险设备集团有限公司",
    "model": "MJJ-1850",
    "spec": "1850×900×400 mm",
    "standard_no": "GB/T 13667.3—2013",
}


def shipped_names() -> list[str]:
    """The ids of all shipped templates."""
    names = (name.rpartition("/")[2].removesuffix(".toml") for name in resources.names("labels", ".toml"))
    return [name for name in names if name != "geometries"]


def template(name: str) -> Template:
    """A shipped template."""
    return parse_template(resources.text(f"labels/{name}.toml"), f"{name}.toml")


def data(template: Template, serial: int = 12345, /, **changes: str) -> LabelData:
    """What stands on a label of a batch that suits the template."""
    if template.family == Family.TRACE:
        facts = _FURNITURE
    else:
        facts = _PRODUCT if Route.PRODUCT in template.routes else _TRADEMARK
    own = {"serial": codes.serial_text(serial), "code": codes.link(KEY, DOMAIN, serial)}
    return dict.fromkeys(KEYS, "") | _BATCH | facts | own | changes


def mark_of(template: Template) -> Path | None:
    """The mark file for a template that has one."""
    return MARK if template.mark is not None else None


def run(template: Template, count: int, layout: Layout | None = None, used: frozenset[int] = frozenset()) -> Run:
    """A run of so many labels, numbered from 1."""

    def labels() -> Iterator[LabelData]:
        return (data(template, serial) for serial in range(1, count + 1))

    return Run(template, labels(), count, layout or Layout(), mark_of(template), used, "样张")
