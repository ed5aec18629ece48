"""The demo's labels: indications of the city, made-up herb firms with their rights, a traced wardrobe, some batches.

What is said of 樟树吴茱萸 is known; everything else about rights is made up and marked 待核实. There is no official
mark in the program: a grey box that says 示例标志 非官方 stands for one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from sqlalchemy import select

from zhangshu_desk.core import resources
from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import MINUTE, day_of
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.enterprises import Enterprise
from zhangshu_desk.demo.invent import Firm, credit_code, person
from zhangshu_desk.demo.station import People
from zhangshu_desk.enterprises.actions import add
from zhangshu_desk.enterprises.rules import ContactFields, EnterpriseFields
from zhangshu_desk.labels import actions, templates
from zhangshu_desk.labels.rules import spans
from zhangshu_desk.labels.rules.batches import BatchForm
from zhangshu_desk.labels.rules.cards import ProductForm, QuotaForm, SpecForm, TracedForm, UserForm
from zhangshu_desk.labels.rules.jobs import JobState

MARK = "示例标志 非官方.png"
_UNVERIFIED = "演示数据，待核实"
_FIRMS = ("江西龙湾中药材有限公司", "樟树市蒙岭吴茱萸专业合作社")
_INDICATIONS = (
    ProductForm(
        "樟树吴茱萸",
        "地理标志产品",
        announcement_no="国家质检总局 2010 年 2 月 24 日公告",
        area="樟树市全境",
        source="国家质检总局 2010 年 2 月 24 日公告",
        verified=True,
        notes="公告编号、标准号和准许用标的企业待核实。",
    ),
    ProductForm("清江枳壳", "证明商标", source=_UNVERIFIED, notes="是否为地理标志、商标注册号均待核实，不能用标。"),
)


@dataclass(frozen=True)
class _Shelf:
    """Ids of what batches are made of."""

    user: str
    bag: str
    wardrobe: str
    piece: str


def settle_labels(store: Store, people: People, invented: list[Firm], seed: int, now: int) -> None:
    """Record rights on a morning, and let the label clerk make the first batches of them.

    Args:
        invented: firms of the park, in the register already; the first that makes furniture traces a product.
    """
    dice = Random(f"labels-{seed}")
    today = day_of(now)
    head, clerk = people.head, people.label
    products = [actions.add_product(store, head, one, now) for one in _INDICATIONS]
    herbs = [_firm(store, people.clerks[0], dice, name, now) for name in _FIRMS]
    furniture = _furniture(store, invented) or herbs[0]
    shelf = _rights(store, people, products[0], herbs, furniture, now + MINUTE)
    herb, wardrobes = _forms(shelf, today)
    done = _printed(store, clerk, herb, now + 3 * MINUTE)
    actions.hand_out(store, clerk, done, dice.choice("陈熊黄邹") + "师傅", now + 8 * MINUTE, count=300)
    actions.report_use(store, clerk, done, now + 9 * MINUTE, used=180, spoiled=2, held=118)
    _printed(store, clerk, wardrobes, now + 10 * MINUTE)
    large = replace(herb, quantity=1_200_000, batch_no=f"WZY{today:%y%m}-2")
    actions.make_batch(store, clerk, large, now + 12 * MINUTE)


def _firm(store: Store, clerk: Actor, dice: Random, name: str, now: int) -> str:
    one = person(dice)
    fields = EnterpriseFields(
        name,
        credit_code(dice),
        kind="农民专业合作社" if "合作社" in name else "有限责任公司",
        address=f"江西省宜春市樟树市店下镇{dice.randrange(1, 90)}号",
        region="樟树市",
        industry="中药材种植",
    )
    return add(store, clerk, fields, now, [ContactFields(one.name, one.phone, one.role)])


def _furniture(store: Store, invented: list[Firm]) -> str | None:
    """The id of a firm of the park that makes furniture, None in a park without any."""
    names = [firm.name for firm in invented if "家具" in firm.name]
    with store.read() as session:
        return session.scalars(select(Enterprise.id).where(Enterprise.name.in_(names[:1]))).first()


def _rights(store: Store, people: People, product: str, herbs: list[str], furniture: str, now: int) -> _Shelf:
    """Two users, one with everything, one whose right has just ended; packs; a wardrobe that is only traced."""
    head, clerk, today = people.head, people.label, day_of(now)
    mark = _import_mark(store, clerk, herbs[0], now)
    began = today - timedelta(days=900)
    full = UserForm(product, herbs[0], began, announcement_no=_UNVERIFIED, mark_id=mark, notes=_UNVERIFIED)
    user = actions.add_user(store, clerk, full, now)
    ended = UserForm(product, herbs[1], began, today - timedelta(days=20), _UNVERIFIED, notes=_UNVERIFIED)
    actions.add_user(store, clerk, ended, now)
    year = date(today.year, 1, 1), date(today.year, 12, 31)
    actions.set_quota(store, head, QuotaForm(user, *year, 6_000, "年度核定（演示）"), now)
    bag = actions.add_spec(store, clerk, SpecForm(product, "500 克/袋", "千克", 500), now)
    actions.add_spec(store, clerk, SpecForm(product, "100 克/罐", "千克", 100), now)
    traced = TracedForm(
        furniture, "钢制更衣柜", "GY-6M", standard_no="GB/T 3325—2024", place="樟树市", notes=_UNVERIFIED
    )
    wardrobe = actions.add_traced(store, clerk, traced, now)
    piece = actions.add_spec(store, clerk, SpecForm(wardrobe, "一件", "件", 1_000), now)
    return _Shelf(user, bag, wardrobe, piece)


def _import_mark(store: Store, clerk: Actor, enterprise: str, now: int) -> str:
    """The box that says that it is no official mark, as if it had been received."""
    with store.read() as session:
        code = session.get_one(Enterprise, enterprise).credit_code
    with TemporaryDirectory() as folder:
        file = Path(folder) / MARK
        file.write_bytes(resources.data("demo/mark.png"))
        return actions.import_mark(store, clerk, enterprise, file, code, now).id


def _forms(shelf: _Shelf, today: date) -> tuple[BatchForm, BatchForm]:
    herb = BatchForm(
        shelf.user,
        shelf.bag,
        "gi-product-60x40",
        quantity=250_000,
        batch_no=f"WZY{today:%y%m}",
        made_on=today - timedelta(days=3),
        spare=5,
        expires_on=today + timedelta(days=1_090),
        place="樟树市店下镇",
        inspection_no="（演示）2026-118",
        inspection_until=today + timedelta(days=300),
    )
    wardrobes = BatchForm(
        shelf.wardrobe, shelf.piece, "traced-a4-3x8", quantity=48_000, batch_no=f"G{today:%y%m}-07", made_on=today
    )
    return herb, wardrobes


def _printed(store: Store, clerk: Actor, form: BatchForm, now: int) -> str:
    """A batch with its numbers, printed but for the last few labels, of which one was spoiled and replaced."""
    batch = actions.make_batch(store, clerk, form, now).id
    numbered = actions.number_batch(store, clerk, batch, now + 1)
    template = templates.load(store.paths.labels, form.template_id)
    job = actions.begin_job(store, clerk, batch, template, 0, numbered.count - 5, "演示标签机", now + MINUTE)
    actions.progress(store, clerk, job, now + 2 * MINUTE, state=JobState.DONE, result="演示：已确认打好")
    spoiled = next(spans.numbers(numbered.ranges)) + 7
    actions.reprint(store, clerk, batch, ((spoiled, spoiled),), "卡纸压皱", now + 3 * MINUTE, destroyed=True)
    return batch
