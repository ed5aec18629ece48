"""Cards, dated names, contacts, voiding: on a real store, with audit and search."""

from datetime import date

import pytest
from sqlalchemy import select

from tests import make
from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import DAY, FixedClock, moment_of
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.ids import new_id
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.enterprises import Enterprise, EnterpriseName
from zhangshu_desk.db.tables.ledger import Audit
from zhangshu_desk.db.tables.reception import Visit
from zhangshu_desk.enterprises import actions, queries
from zhangshu_desk.enterprises.rules import ContactFields, EnterpriseFields

GOOD, OTHER = "91360982000000019L", "91360982000000027F"
NAME = "樟树市锦湖校具有限公司"
NEW_NAME = "江西锦湖智能家居有限公司"


@pytest.fixture
def firm(store: Store, supervisor: Actor, clock: FixedClock) -> str:
    """An enterprise with two contacts, registered at nine."""
    people = (ContactFields("张三", "13812345678"), ContactFields("李四", "0795-7819478", "厂长"))
    given = EnterpriseFields(NAME, GOOD, legal_representative="王五", founded_on=date(2010, 5, 6))
    return actions.add(store, supervisor, given, clock.now(), people)


def card(store: Store, firm: str) -> queries.Card:
    """The card, which must be there."""
    found = queries.card(store, firm)
    assert found is not None
    return found


def last_audit(store: Store) -> tuple[str, str, str]:
    """Act, record and note of the newest audit entry."""
    with store.read() as session:
        entry = session.scalars(select(Audit).order_by(Audit.seq.desc()).limit(1)).one()
        return entry.act, entry.row_id, entry.note


def test_a_new_card_is_masked_and_found(store: Store, firm: str) -> None:
    shown = card(store, firm)

    assert (shown.name, shown.credit_code, shown.code_problem) == (NAME, GOOD, "")
    assert (shown.legal_representative, shown.kind_hint, shown.visits) == ("王*", "企业", ())
    assert [(one.name, one.phone, one.is_main) for one in shown.contacts] == [
        ("张*", "138****5678", True),
        ("李*", "0795-****478", False),
    ]
    for text in ("锦湖校具", "jhxj", "jinhu", "000019L", "5678", "zs"):
        assert [one.id for one in queries.suggest(store, text)] == [firm], text
    assert queries.suggest(store, "李四")[0].subtitle == f"{GOOD} · 联系人 李*"


def test_the_same_code_or_name_needs_a_reason(store: Store, firm: str, clerk: Actor, clock: FixedClock) -> None:
    for given in (EnterpriseFields("乙厂", GOOD), EnterpriseFields(f" {NAME[:3]} {NAME[3:]}", OTHER)):
        with pytest.raises(DeskError) as refused:
            actions.add(store, clerk, given, clock.now())
        assert refused.value.code == "enterprise.duplicate"
        assert NAME in str(refused.value)

    actions.add(store, clerk, EnterpriseFields("乙厂", GOOD), clock.now(), despite="分厂，电话 13812345678")

    assert queries.page(store).total == 2
    assert last_audit(store)[2] == "与已有企业相同仍登记：分厂，电话 138****5678"


def test_similar_names_are_pointed_out(store: Store, firm: str, clerk: Actor, clock: FixedClock) -> None:
    hits = queries.duplicates_of(store, "樟树锦湖校具有限责任公司", "")

    assert [(hit.id, hit.words) for hit in hits] == [(firm, "名称很相近")]
    assert queries.duplicates_of(store, "樟树锦湖校具有限责任公司", "", but=firm) == ()
    assert queries.duplicates_of(store, "", "") == ()
    actions.add(store, clerk, EnterpriseFields("樟树锦湖校具有限责任公司", OTHER), clock.now())


def test_nothing_is_saved_of_what_is_wrong(store: Store, clerk: Actor, clock: FixedClock) -> None:
    with pytest.raises(DeskError, match="企业名称最多 200 个字，现有 10000 个"):
        actions.add(store, clerk, EnterpriseFields("樟" * 10_000, GOOD), clock.now())
    with pytest.raises(DeskError, match="第 18 位校验不符"):
        actions.add(store, clerk, EnterpriseFields("甲厂", "91360982000000019X"), clock.now())
    with pytest.raises(DeskError, match="请填写联系人姓名或电话"):
        actions.add(store, clerk, EnterpriseFields("甲厂", GOOD), clock.now(), [ContactFields(role="厂长")])

    assert queries.page(store).total == 0


def test_a_wrong_code_with_a_reason_is_kept_and_listed(store: Store, clerk: Actor, clock: FixedClock) -> None:
    given = EnterpriseFields("樟树市𠮷祥䶮家具🪑厂", "91360982000000019X", code_reason="执照原件如此")
    firm = actions.add(store, clerk, given, clock.now())

    shown = card(store, firm)

    assert (shown.name, shown.code_reason) == ("樟树市𠮷祥䶮家具🪑厂", "执照原件如此")
    assert "第 18 位" in shown.code_problem
    assert [row.id for row in queries.page(store, which=queries.Filter.CODE).rows] == [firm]
    assert [one.id for one in queries.suggest(store, "𠮷祥")] == [firm]


def test_change_sets_only_what_is_given(store: Store, firm: str, clerk: Actor, clock: FixedClock) -> None:
    actions.change(store, clerk, firm, {"address": " 药都路１号 ", "notes": "x"}, clock.forward(1))

    shown = card(store, firm)
    assert (shown.address, shown.notes, shown.founded_on) == ("药都路１号", "x", date(2010, 5, 6))
    assert last_audit(store) == ("enterprise.change", firm, "")


def test_a_field_changed_meanwhile_is_not_overwritten(store: Store, firm: str, clerk: Actor, clock: FixedClock) -> None:
    actions.change(store, clerk, firm, {"address": "甲路"}, clock.forward(1))

    with pytest.raises(DeskError) as refused:
        actions.change(store, clerk, firm, {"address": "乙路"}, clock.forward(1), seen={"address": ""})

    assert refused.value.code == "enterprise.changed_meanwhile"
    assert card(store, firm).address == "甲路"


def test_changing_the_code_to_that_of_another_needs_a_reason(
    store: Store, firm: str, clerk: Actor, clock: FixedClock
) -> None:
    make.enterprise(store, clock.now(), "乙厂", credit_code=OTHER)

    with pytest.raises(DeskError) as refused:
        actions.change(store, clerk, firm, {"credit_code": OTHER}, clock.forward(1))
    assert refused.value.code == "enterprise.duplicate"

    actions.change(store, clerk, firm, {"credit_code": OTHER}, clock.forward(1), despite="同一主体")
    found = queries.find_by_code(store, OTHER.lower())
    assert found is not None
    assert found.id == firm  # the older one


def test_a_corrected_spelling_leaves_no_history(store: Store, firm: str, clerk: Actor, clock: FixedClock) -> None:
    actions.change(store, clerk, firm, {"name": "樟树市锦胡校具有限公司"}, clock.forward(1))

    shown = card(store, firm)
    assert [one.name for one in shown.names] == ["樟树市锦胡校具有限公司"]
    assert queries.suggest(store, "锦湖") == ()
    assert queries.suggest(store, "张三")[0].name == "樟树市锦胡校具有限公司"


def visit(store: Store, firm: str, day: date, name: str) -> None:
    """A visit straight into its table."""
    at = moment_of(day, 10)
    with store.write(make.CLERK, "visit.register", at) as session:
        session.add(
            Visit(
                id=new_id(at),
                station_id=make.STATION,
                day=day,
                queue_day=day,
                group="A",
                number=1,
                label="A001",
                enterprise_id=firm,
                enterprise_name=name,
                visitor="张三",
                phone="13812345678",
                priority="",
                appointment_at=None,
                remark="",
                services=["NB"],
                state="已办结",
                arrived_at=at,
                since=at,
            )
        )
        session.about("visits", firm)


def test_a_rename_is_dated_and_visits_keep_the_name_of_their_day(
    store: Store, firm: str, clerk: Actor, clock: FixedClock
) -> None:
    visit(store, firm, date(2026, 11, 20), NAME)

    actions.rename(store, clerk, firm, f" {NEW_NAME} ", date(2026, 11, 22), clock.forward(1))

    shown = card(store, firm)
    assert shown.name == NEW_NAME
    assert [(one.name, one.valid_from, one.valid_until) for one in shown.names] == [
        (NEW_NAME, date(2026, 11, 22), None),
        (NAME, None, date(2026, 11, 21)),
    ]
    assert [(one.label, one.enterprise_name) for one in shown.visits] == [("A001", NAME)]
    assert [one.name for one in queries.suggest(store, "锦湖校具")] == [NEW_NAME]  # found by its old name
    assert NEW_NAME in [one.name for one in queries.suggest(store, "13812345678")]
    assert queries.duplicates_of(store, NAME, "")[0].words == f"曾用名相同（{NAME}）"
    assert queries.page(store).rows[0].last_visit == date(2026, 11, 20)


def test_a_rename_that_cannot_be_is_refused(store: Store, firm: str, clerk: Actor, clock: FixedClock) -> None:
    today = date(2026, 11, 23)
    actions.rename(store, clerk, firm, NEW_NAME, date(2026, 11, 20), clock.forward(1))
    for name, since, code in (
        ("", today, "enterprise.invalid"),
        (f"江西 {NEW_NAME[2:]}", today, "enterprise.rename_same"),
        ("丙厂", date(2026, 11, 24), "enterprise.rename_future"),
        ("丙厂", date(2026, 11, 20), "enterprise.rename_too_early"),
    ):
        with pytest.raises(DeskError) as refused:
            actions.rename(store, clerk, firm, name, since, clock.forward(1))
        assert refused.value.code == code


def test_an_enterprise_may_take_its_old_name_again(store: Store, firm: str, clerk: Actor, clock: FixedClock) -> None:
    actions.rename(store, clerk, firm, NEW_NAME, date(2026, 11, 20), clock.forward(1))
    actions.rename(store, clerk, firm, NAME, date(2026, 11, 22), clock.forward(1))

    with store.read() as session:
        row = session.get_one(Enterprise, firm)
        dated = session.scalars(select(EnterpriseName).where(EnterpriseName.enterprise_id == firm)).all()
        assert (row.name, row.former_names, len(dated)) == (NAME, [NEW_NAME], 3)


def test_voiding_leaves_search_but_not_the_list(store: Store, firm: str, supervisor: Actor, clock: FixedClock) -> None:
    visit(store, firm, date(2026, 11, 20), NAME)
    actions.void(store, supervisor, firm, " 已注销 ", clock.forward(1))

    assert queries.suggest(store, "锦湖") == ()
    assert queries.suggest(store, "13812345678") == ()
    assert queries.find_by_code(store, GOOD) is None
    assert queries.page(store).total == 0
    for text in ("", "锦湖", "0000019"):
        assert [row.id for row in queries.page(store, text, queries.Filter.VOIDED).rows] == [firm], text
    assert queries.page(store, "没有", queries.Filter.VOIDED).total == 0
    shown = card(store, firm)
    assert (shown.void_reason, len(shown.contacts), shown.visit_count) == ("已注销", 2, 1)
    with pytest.raises(DeskError, match="已作废"):
        actions.change(store, supervisor, firm, {"notes": "x"}, clock.forward(1))


def test_restoring_brings_back_the_contacts_of_then(
    store: Store, firm: str, supervisor: Actor, clock: FixedClock
) -> None:
    second = card(store, firm).contacts[1].id
    actions.void_contact(store, supervisor, second, clock.forward(1))
    actions.void(store, supervisor, firm, "误", clock.forward(1))

    actions.restore(store, supervisor, firm, clock.forward(1))

    assert [one.name for one in card(store, firm).contacts] == ["张*"]
    assert [one.id for one in queries.suggest(store, "张三")] == [firm]
    with pytest.raises(DeskError) as refused:
        actions.restore(store, supervisor, firm, clock.forward(1))
    assert refused.value.code == "enterprise.not_voided"


def test_restoring_beside_a_successor_needs_a_reason(
    store: Store, firm: str, supervisor: Actor, clock: FixedClock
) -> None:
    actions.void(store, supervisor, firm, "误", clock.forward(1))
    actions.add(store, supervisor, EnterpriseFields("乙厂", GOOD), clock.forward(1))

    with pytest.raises(DeskError) as refused:
        actions.restore(store, supervisor, firm, clock.forward(1))
    assert refused.value.code == "enterprise.duplicate"

    actions.restore(store, supervisor, firm, clock.forward(1), despite="分厂")
    assert queries.page(store).total == 2


def test_voiding_needs_a_reason_and_the_right_role(
    store: Store, firm: str, clerk: Actor, supervisor: Actor, clock: FixedClock
) -> None:
    with pytest.raises(DeskError) as refused:
        actions.void(store, clerk, firm, "误", clock.forward(1))
    assert refused.value.code == "act.not_allowed"
    with pytest.raises(DeskError) as refused:
        actions.void(store, supervisor, firm, "  ", clock.forward(1))
    assert refused.value.code == "enterprise.reason_missing"
    with pytest.raises(DeskError) as refused:
        actions.void(store, supervisor, "nobody", "误", clock.forward(1))
    assert refused.value.code == "enterprise.gone"


def test_exactly_one_contact_is_the_main_one(store: Store, firm: str, clerk: Actor, clock: FixedClock) -> None:
    def main() -> list[str]:
        return [one.name for one in card(store, firm).contacts if one.is_main]

    added = actions.add_contact(
        store, clerk, firm, ContactFields("赵六", "13900000000", is_main=True), clock.forward(1)
    )
    assert main() == ["赵*"]
    with pytest.raises(DeskError) as refused:
        actions.change_contact(store, clerk, added, {"is_main": False}, clock.forward(1))
    assert refused.value.code == "contact.needs_main"
    actions.void_contact(store, clerk, added, clock.forward(1))
    assert main() == ["张*"]
    second = card(store, firm).contacts[1].id
    actions.change_contact(store, clerk, second, {"is_main": True, "phone": "13911112222"}, clock.forward(1))
    assert main() == ["李*"]
    assert queries.page(store).rows[0].contact == "李* 139****2222"
    assert [one.id for one in queries.suggest(store, "13911112222")] == [firm]


def test_contacts_are_not_doubled_and_voided_ones_stay_voided(
    store: Store, firm: str, clerk: Actor, clock: FixedClock
) -> None:
    with pytest.raises(DeskError) as refused:
        actions.add_contact(store, clerk, firm, ContactFields("张三", "138 1234 5678"), clock.forward(1))
    assert refused.value.code == "contact.exists"

    for one in card(store, firm).contacts:
        actions.void_contact(store, clerk, one.id, clock.forward(DAY))
        with pytest.raises(DeskError) as refused:
            actions.void_contact(store, clerk, one.id, clock.forward(1))
        assert refused.value.code == "contact.gone"
    assert card(store, firm).contacts == ()
