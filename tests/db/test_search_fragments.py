"""Every fragment that the index promises is found, whatever the name, the readings and the place."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from tests.bench import million
from zhangshu_desk.core.pinyin import readings
from zhangshu_desk.db import search

DOCUMENTS = list(million.documents(3_000))
BY_KIND = {kind: [one for one in DOCUMENTS if one[0] == kind] for kind in ("enterprise", "person", "ticket")}
ALL = len(DOCUMENTS)

any_record = st.sampled_from(DOCUMENTS)


@pytest.fixture(scope="module")
def park(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """Three thousand made-up records, indexed."""
    made = create_engine(f"sqlite:///{tmp_path_factory.mktemp('park') / 'park.db'}")
    with Session(made) as opened:
        for statement in search.SCHEMA:
            opened.execute(text(statement))
        search.rebuild(opened, DOCUMENTS)
        yield opened
    made.dispose()


def rows(session: Session, query: str, kind: str) -> set[str]:
    return {hit.row_id for hit in search.find(session, query, kinds=(kind,), limit=ALL)}


def fragment(data: st.DataObject, whole: str, at_least: int = 1) -> str:
    start = data.draw(st.integers(0, len(whole) - at_least))
    return whole[start : data.draw(st.integers(start + at_least, len(whole)))]


@given(st.data(), any_record)
def test_any_fragment_of_a_name(park: Session, data: st.DataObject, record: search.Document) -> None:
    kind, row_id, _, _, source = record

    assert row_id in rows(park, fragment(data, source.names[0]), kind)


@given(st.data(), any_record)
def test_any_two_fragments_in_any_order(park: Session, data: st.DataObject, record: search.Document) -> None:
    kind, row_id, _, _, source = record
    words = [fragment(data, source.names[0]), fragment(data, source.names[0])]

    assert row_id in rows(park, " ".join(words), kind)


@given(st.data(), any_record)
def test_the_initials_of_any_fragment_in_any_reading(
    park: Session, data: st.DataObject, record: search.Document
) -> None:
    kind, row_id, _, _, source = record
    chosen = fragment(data, source.names[0])
    typed = "".join(data.draw(st.sampled_from(readings(char)))[0] for char in chosen)

    assert row_id in rows(park, typed, kind)


@given(st.data(), any_record)
def test_the_full_pinyin_from_any_syllable_on(park: Session, data: st.DataObject, record: search.Document) -> None:
    kind, row_id, _, _, source = record
    chosen = fragment(data, source.names[0])
    spelled = "".join(data.draw(st.sampled_from(readings(char))) for char in chosen)
    typed = spelled[: data.draw(st.integers(1, len(spelled)))]

    assert row_id in rows(park, typed, kind)


@given(st.data(), any_record)
def test_any_fragment_of_a_code_of_at_least_four(park: Session, data: st.DataObject, record: search.Document) -> None:
    kind, row_id, _, _, source = record

    assert row_id in rows(park, fragment(data, source.codes[0], at_least=4).lower(), kind)


@given(st.data(), st.sampled_from(BY_KIND["ticket"]))
def test_a_number_with_or_without_its_letter_and_zeros(
    park: Session, data: st.DataObject, record: search.Document
) -> None:
    _, row_id, title, _, _ = record
    letter, digits = title[0], title[1:]
    written = data.draw(st.sampled_from([title, digits, letter.lower() + digits.lstrip("0"), digits.lstrip("0")]))
    typed = written[: data.draw(st.integers(1, len(written)))]

    assert row_id in rows(park, typed, "ticket")


@given(st.data(), st.sampled_from(BY_KIND["enterprise"]))
def test_chinese_initials_and_code_together(park: Session, data: st.DataObject, record: search.Document) -> None:
    kind, row_id, _, _, source = record
    name = source.names[0]
    cut = data.draw(st.integers(1, len(name) - 1))
    typed = name[:cut] + "".join(readings(char)[0][0] for char in name[cut:])
    code = fragment(data, source.codes[0], at_least=4)

    assert row_id in rows(park, f"{code} {typed}", kind)


@given(st.data(), any_record, any_record)
def test_what_is_found_contains_what_was_asked(
    park: Session, data: st.DataObject, record: search.Document, other: search.Document
) -> None:
    """Pieces of two names joined make tokens that exist, but not always neighbours that do."""
    kind, _, _, _, source = record
    asked = fragment(data, source.names[0])[-2:] + fragment(data, other[4].names[0])[:2]
    names = {row_id: one.names[0] for _, row_id, _, _, one in DOCUMENTS}

    for hit in search.find(park, asked, kinds=(kind,), limit=ALL):
        if hit.rank is search.Rank.SCATTERED:
            assert set(asked) <= set(names[hit.row_id])
        else:
            assert asked in names[hit.row_id]


@given(st.data(), any_record)
def test_removed_and_put_back(park: Session, data: st.DataObject, record: search.Document) -> None:
    kind, row_id, title, subtitle, source = record
    asked = fragment(data, source.names[0])
    with park.begin_nested() as savepoint:
        search.remove(park, kind, row_id)
        assert row_id not in rows(park, asked, kind)
        search.put(park, kind, row_id, title, subtitle, source)
        assert row_id in rows(park, asked, kind)
        savepoint.rollback()


@given(st.data(), st.text("单曾长重行乐安昂儿ABe3江西𠮷䶮", min_size=1, max_size=14))
def test_names_of_many_readings_and_letters(park: Session, data: st.DataObject, name: str) -> None:
    chosen = fragment(data, name)
    spelled = "".join(data.draw(st.sampled_from(readings(char) or (char.lower(),))) for char in chosen)
    typed = spelled[: data.draw(st.integers(1, len(spelled)))]
    letters = "".join(data.draw(st.sampled_from(readings(char) or (char.lower(),)))[0] for char in chosen)
    with park.begin_nested() as savepoint:
        search.put(park, "label", "mixed", "", "", search.SearchSource((name,)))
        for asked in (chosen, typed, letters):
            assert rows(park, asked, "label") == {"mixed"}
        savepoint.rollback()
