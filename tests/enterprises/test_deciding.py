"""What an import decides about each row (docs/adr/0005): pure, no store."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from zhangshu_desk.core.identifiers import same_name_key
from zhangshu_desk.enterprises.importing.deciding import decide
from zhangshu_desk.enterprises.importing.known import UNDONE, KnownContact, KnownEnterprise, Snapshot
from zhangshu_desk.enterprises.importing.near import with_near_names
from zhangshu_desk.enterprises.importing.plan import Change, Decision, PlannedRow, Verdict
from zhangshu_desk.enterprises.importing.rows import SourceRow
from zhangshu_desk.enterprises.rules import ContactFields, EnterpriseFields, code_problem

A, B, C = "91360982000000019L", "91360982000000027F", "92360982000000123M"
BAD = "91360982000000019X"
NEW, CHANGED, SAME, REFUSED = Verdict.NEW, Verdict.CHANGED, Verdict.SAME, Verdict.REFUSED


def row(number: int, name: str, code: str = "", *, person: str = "", phone: str = "", **fields: str) -> SourceRow:
    """A row as it was read."""
    contact = ContactFields(person, phone) if person or phone else None
    wrong = code_problem(code) if code else ""
    return SourceRow(number, EnterpriseFields(name, code, **fields), contact, wrong)  # type: ignore[arg-type]  # texts only


def known(key: str, name: str, code: str = "", *, former: tuple[str, ...] = (), **more: object) -> KnownEnterprise:
    """An enterprise of the store with one contact, 张三 13800000001."""
    person = KnownContact(f"c{key}", ContactFields("张三", "13800000001", is_main=True))
    one = KnownEnterprise(key, same_name_key(name), EnterpriseFields(name, code), former, (person,))
    return replace(one, **more)  # type: ignore[arg-type]  # fields of the class


def judged(rows: list[SourceRow], *have: KnownEnterprise, accept: bool = False) -> Decision:
    """The decision."""
    return decide(rows, Snapshot(have), accept_bad_codes=accept)


def only(rows: list[SourceRow], *have: KnownEnterprise, accept: bool = False) -> PlannedRow:
    """The one verdict."""
    (one,) = judged(rows, *have, accept=accept).rows
    return one


def verdicts(decision: Decision) -> list[Verdict]:
    """Verdicts in the order of the file."""
    return [one.verdict for one in decision.rows]


def test_one_enterprise_with_two_contacts() -> None:
    decision = judged([row(4, "甲厂", A, person="张三"), row(5, " 甲厂", A, person="李四", phone="13900000001")])

    assert verdicts(decision) == [NEW, SAME]
    assert decision.rows[1].notes == ("与第 4 行是同一家企业，联系人一并登记",)
    assert [person.name for person in decision.entries[0].new_contacts] == ["张三", "李四"]
    assert len(decision.entries) == 1


def test_the_same_row_twice_and_the_same_person_with_another_phone() -> None:
    rows = [
        row(4, "甲厂", A, person="张三", phone="13800000001"),
        row(5, "甲厂", A, person="张三", phone="13800000002"),
    ]

    decision = judged([*rows, replace(rows[0], number=6)])

    assert verdicts(decision) == [NEW, SAME, SAME]
    assert decision.rows[2].notes == ("与第 4 行是同一家企业",)
    assert decision.entries[0].new_contacts == (ContactFields("张三", "13800000001/13800000002"),)


def test_later_rows_fill_and_never_overwrite() -> None:
    rows = [row(4, "甲厂", A, address="一路"), row(5, "甲厂", "", address="二路", industry="2130")]

    decision = judged(rows)

    assert (decision.entries[0].fields.address, decision.entries[0].fields.industry) == ("一路", "2130")
    assert decision.rows[1].notes == ("地址与第 4 行不同，按第 4 行",)
    # the file compared with what it left behind: nothing to do
    again = judged(rows, known("1", "甲厂", A, fields=decision.entries[0].fields))
    assert verdicts(again) == [SAME, SAME]


def test_rows_that_contradict_each_other_are_refused() -> None:
    decision = judged([row(4, "甲厂", A), row(5, "乙厂", A), row(6, "甲厂", B), row(7, "丙厂", C)])

    assert verdicts(decision) == [NEW, REFUSED, REFUSED, NEW]
    assert decision.rows[1].reason == "与第 4 行信用代码相同而名称不同（甲厂），请核对"
    assert decision.rows[2].reason == f"与第 4 行名称相同而信用代码不同（{A}），请核对"


def test_a_wrong_code_is_refused_unless_accepted() -> None:
    refused = only([row(4, "甲厂", BAD)])
    decision = judged([row(4, "甲厂", BAD)], accept=True)

    assert (refused.verdict, refused.reason) == (REFUSED, code_problem(BAD))
    assert verdicts(decision) == [NEW]
    assert decision.entries[0].fields.code_reason == f"导入：{code_problem(BAD)}"
    assert decision.rows[0].notes == (f"{code_problem(BAD)}，仍按此登记",)


def test_without_a_code_the_name_tells() -> None:
    fresh = judged([row(4, "甲厂")])
    assert fresh.entries[0].fields.code_reason == "导入：文件中没有信用代码"
    assert only([row(4, "甲 厂")], known("1", "甲厂", A)).verdict is SAME
    assert only([row(4, "旧厂")], known("1", "甲厂", A, former=("旧厂",))).verdict is SAME


def test_changes_are_shown_old_and_new_with_people_masked() -> None:
    fields = EnterpriseFields("甲厂", A, address="一路", legal_representative="王五")
    have = known("1", "甲厂", A, fields=fields)

    one = only(
        [row(4, "甲厂", A, person="张三", phone="13900000002", address="二路", legal_representative="赵六")], have
    )

    assert one.verdict is CHANGED
    assert one.changes == (
        Change("地址", "一路", "二路"),
        Change("法定代表人", "王*", "赵*"),
        Change("联系电话（张*）", "138****0001", "139****0002"),
    )


def test_blank_cells_and_other_spellings_change_nothing() -> None:
    fields = EnterpriseFields("甲厂", A, address="药都路1号", founded_on=date(2010, 5, 6))
    have = known("1", "甲厂", A, fields=fields)

    assert only([row(4, "甲厂", A)], have).verdict is SAME
    assert only([row(4, "甲厂", A, address="药都路 １号", phone="13800000001")], have).verdict is SAME


def test_another_contact_is_added() -> None:
    one = only([row(4, "甲厂", A, person="李四", phone="13900000002")], known("1", "甲厂", A))

    assert (one.verdict, one.changes) == (CHANGED, (Change("联系人", "", "李* 139****0002"),))


def test_the_same_code_under_a_new_name_is_a_rename() -> None:
    decision = judged([row(4, "新厂", A)], known("1", "甲厂", A))

    assert decision.rows[0].changes == (Change("企业名称（更名）", "甲厂", "新厂"),)
    assert decision.entries[0].rename == "新厂"


def test_a_file_with_the_former_name_renames_nothing_back() -> None:
    one = only([row(4, "旧厂", A)], known("1", "甲厂", A, former=("旧厂",)))

    assert (one.verdict, one.notes) == (SAME, ("文件中是曾用名，现名「甲厂」不变",))


def test_a_missing_or_wrong_code_of_ours_is_filled() -> None:
    for ours in ("", BAD):
        decision = judged([row(4, "甲厂", A)], known("1", "甲厂", ours))
        assert decision.rows[0].changes == (Change("统一社会信用代码", ours, A),)
        assert dict(decision.entries[0].changes) == {"credit_code": A, "code_reason": ""}


def test_a_right_code_of_ours_is_never_replaced() -> None:
    other = only([row(4, "甲厂", B)], known("1", "甲厂", A))
    wrong = only([row(4, "甲厂", BAD)], known("1", "甲厂", A), accept=True)

    assert other.verdict is REFUSED
    assert other.reason == f"已有同名企业，其信用代码为 {A}，与本行不同；请核对后在企业页登记"
    assert (wrong.verdict, wrong.notes) == (SAME, (f"文件中的信用代码有误（{code_problem(BAD)}），保留现有代码",))


def test_a_name_somebody_else_bore_before_is_free() -> None:
    assert only([row(4, "旧厂", B)], known("1", "甲厂", A, former=("旧厂",))).verdict is NEW


def test_what_cannot_be_told_is_refused() -> None:
    twice = only([row(4, "甲厂")], known("1", "甲厂", A), known("2", "甲厂", B))
    code = only([row(4, "甲厂", A)], known("1", "乙厂", A), known("2", "丙厂", A))

    assert twice.reason == "系统中有 2 家企业名称相同，不能确定是哪一家"
    assert code.reason == "系统中有 2 家企业使用这个信用代码，不能确定是哪一家"
    assert only([row(4, "甲厂", B)], known("1", "甲厂", A), known("2", "甲厂", B)).verdict is SAME


def test_voided_ones_are_not_silently_doubled() -> None:
    closed = known("1", "甲厂", A, voided=True, void_reason="已注销")

    assert only([row(4, "甲厂", A)], closed).reason == "该企业已作废（已注销），如需使用请先恢复"
    assert only([row(4, "甲厂")], closed).verdict is REFUSED
    assert only([row(4, "甲厂", B)], closed).verdict is NEW  # the name alone, with another code, is another one


def test_what_an_undo_voided_comes_back() -> None:
    decision = judged([row(4, "甲厂", A)], known("1", "甲厂", A, voided=True, void_reason=f"{UNDONE}a.xlsx"))

    assert verdicts(decision) == [NEW]
    assert (decision.entries[0].enterprise_id, decision.entries[0].revive) == ("1", True)


def test_a_contact_without_name_gets_one() -> None:
    have = replace(known("1", "甲厂", A), contacts=(KnownContact("c", ContactFields("", "13800000001")),))

    decision = judged([row(4, "甲厂", A, person="张三", phone="13800000001")], have)

    assert decision.entries[0].contact_changes == (("c", "name", "张三"),)


def test_near_names_are_remarked() -> None:
    decision = judged(
        [
            row(4, "江西省博大智能科技有限公司", A),
            row(5, "江西博大智能科技有限公司", B),
            row(6, "宜春五星实业有限公司", C),
        ]
    )

    rows = with_near_names(decision.rows, Snapshot([known("1", "宜春六星实业有限公司")]))

    assert [one.notes for one in rows] == [
        (),
        ("与第 4 行「江西省博大智能科技有限公司」名称很相近，请确认不是同一家",),
        ("与已有企业「宜春六星实业有限公司」名称很相近，请确认不是同一家",),
    ]


NAMES = st.sampled_from(["甲厂", "乙厂", "丙厂", "甲 厂", "旧厂", ""])
CODES = st.sampled_from(["", A, B, C, BAD])
ROWS = st.builds(row, st.integers(1, 99), NAMES, CODES, person=st.sampled_from(["", "张三", "李四"]))


@given(st.lists(ROWS, max_size=8, unique_by=lambda one: one.number), st.booleans())
def test_every_row_gets_one_verdict_and_no_enterprise_is_made_twice(rows: list[SourceRow], accept: bool) -> None:
    rows = [replace(one, refusal="" if one.fields.name else "没有企业名称") for one in rows]
    have = (known("1", "甲厂", A), known("2", "乙厂", former=("旧厂",)))

    decision = judged(rows, *have, accept=accept)

    assert sorted(one.number for one in decision.rows) == sorted(one.number for one in rows)
    assert all(bool(one.reason) == (one.verdict is REFUSED) for one in decision.rows)
    made = [entry.fields for entry in decision.entries if entry.enterprise_id is None]
    codes = [one.credit_code for one in made if one.credit_code]
    assert len(codes) == len(set(codes))
    assert len({same_name_key(one.name) for one in made}) == len(made)
    changed = [entry.enterprise_id for entry in decision.entries if entry.enterprise_id]
    assert len(changed) == len(set(changed))


def carried_out(have: tuple[KnownEnterprise, ...], decision: Decision) -> tuple[KnownEnterprise, ...]:
    """What the store would know after the import."""
    after = {one.id: one for one in have}
    for at, entry in enumerate(decision.entries):
        people = tuple(KnownContact(f"n{at}-{n}", person) for n, person in enumerate(entry.new_contacts))
        if entry.enterprise_id is None:
            fields, before = entry.fields, KnownEnterprise(f"n{at}", "", entry.fields)
        else:
            before = after[entry.enterprise_id]
            fields = replace(before.fields, **dict(entry.changes))  # type: ignore[arg-type]  # fields of the class
        former = before.former
        if entry.rename:
            former, fields = (*former, fields.name), replace(fields, name=entry.rename)
        contacts = {one.id: one.fields for one in before.contacts}
        for contact_id, name, text in entry.contact_changes:
            contacts[contact_id] = replace(contacts[contact_id], **{name: text})  # type: ignore[arg-type]  # texts only
        known_people = tuple(KnownContact(key, person) for key, person in contacts.items())
        key = same_name_key(fields.name)
        after[before.id] = KnownEnterprise(before.id, key, fields, former, (*known_people, *people))
    return tuple(after.values())


@given(st.lists(ROWS, max_size=6, unique_by=lambda one: one.number), st.booleans())
def test_the_second_time_nothing_is_new_or_changed(rows: list[SourceRow], accept: bool) -> None:
    rows = [one for one in rows if one.fields.name]
    have = (known("1", "甲厂", A), known("2", "乙厂", former=("旧厂",)))
    first = judged(rows, *have, accept=accept)

    second = judged(rows, *carried_out(have, first), accept=accept)

    assert second.entries == ()
    assert {one.number for one in first.rows if one.verdict is REFUSED} <= {
        one.number for one in second.rows if one.verdict is REFUSED
    }
