"""The search index: what is found, in which order, and that it follows the data."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from zhangshu_desk.db import search
from zhangshu_desk.db.search import Rank, SearchSource

JINHU = SearchSource(("江西锦湖校具有限公司",), ("91360982MA3U0MYA88",))
BAICHUAN = SearchSource(("江西百川保险设备有限公司",), ("91360982MAW9MCTX00",))
SHAN = SearchSource(("单长乐",), ("0795-7819478/18161383752",))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """An empty index in a real file."""
    made = create_engine(f"sqlite:///{tmp_path / 'search.db'}")
    with made.begin() as connection:
        for statement in search.SCHEMA:
            connection.execute(text(statement))
    yield made
    made.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """The index with two enterprises, a person and two tickets."""
    with Session(engine) as opened:
        search.put(opened, "enterprise", "jinhu", "江西锦湖校具有限公司", "91360982MA3U0MYA88", JINHU)
        search.put(opened, "enterprise", "baichuan", "江西百川保险设备有限公司", "91360982MAW9MCTX00", BAICHUAN)
        search.put(opened, "person", "shan", "单*", "江西百川保险设备有限公司", SHAN)
        search.put(opened, "ticket", "a023", "A023", "2026-11-23", SearchSource(numbers=("A023",)))
        search.put(opened, "ticket", "b230", "B230", "2026-11-23", SearchSource(numbers=("B230",)))
        opened.commit()
        yield opened


def found(session: Session, query: str, **options: object) -> list[str]:
    return [hit.row_id for hit in search.find(session, query, **options)]  # type: ignore[arg-type]  # as given


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        # Chinese in any position and word order, with and without blanks
        ("锦湖", ["jinhu"]),
        ("湖", ["jinhu"]),
        ("保险设备", ["baichuan"]),
        ("设备 江西", ["baichuan"]),
        ("江西，校具", ["jinhu"]),
        ("江西设备", ["baichuan"]),
        ("百川江西", ["baichuan"]),
        ("江西百川保险设备有限公司", ["baichuan"]),
        # pinyin and initials, with all readings
        ("jinhu", ["jinhu"]),
        ("JinHuXi", ["jinhu"]),
        ("baichuanbaoxian", ["baichuan"]),
        ("jxjh", ["jinhu"]),
        ("bcbx", ["baichuan"]),
        ("shanchangle", ["shan"]),
        ("danzhangyue", ["shan"]),
        ("scl", ["shan"]),
        ("dzy", ["shan"]),
        ("czl", ["shan"]),
        # mixed
        ("锦湖xj", ["jinhu"]),
        ("bx百川", ["baichuan"]),
        ("有限 jh", ["jinhu"]),
        ("shebei jx", ["baichuan"]),
        # codes and phones by any fragment of four
        ("91360982", ["baichuan", "jinhu"]),
        ("ma3u", ["jinhu"]),
        ("MYA88", ["jinhu"]),
        ("９１３６０９８２ＭＡＷ９", ["baichuan"]),
        ("9136 0982 MAW9 MCTX 00", ["baichuan"]),
        ("7819", ["shan"]),
        ("0795-7819478", ["shan"]),
        ("181-6138-3752", ["shan"]),
        ("3752", ["shan"]),
        ("+86 181 6138 3752", ["shan"]),
        ("0795-7819478/18161383752", ["shan"]),
        # tickets by number
        ("A023", ["a023"]),
        ("a23", ["a023"]),
        ("a-023", ["a023"]),
        ("023", ["a023"]),
        ("23", ["a023", "b230"]),
        ("b2", ["b230"]),
        # nothing
        ("", []),
        ("   ", []),
        ("锦川", []),
        ("inhu", []),
        ("hujinx", []),
        ("锦湖 百川", []),
        ("982m a3u0 7819", []),
        ("361", []),
        ("A0234", []),
    ],
)
def test_what_a_query_finds(session: Session, query: str, rows: list[str]) -> None:
    assert found(session, query) == rows


def test_a_hit_says_what_to_show(session: Session) -> None:
    assert search.find(session, "单") == [search.Hit("person", "shan", "单*", "江西百川保险设备有限公司", Rank.BEGINS)]


def test_only_the_asked_kinds_are_searched(session: Session) -> None:
    assert found(session, "j", kinds=("enterprise",)) == ["jinhu", "baichuan"][::-1]
    assert found(session, "9136", kinds=("person", "ticket")) == []


def test_exact_goes_before_begins_before_contains(session: Session) -> None:
    for name in ["大锦湖家", "锦湖家具", "家住锦湖", "锦湖家", "锦绣湖家", "湖锦家"]:
        search.put(session, "enterprise", name, name, "", SearchSource((name,)))

    assert [(hit.row_id, hit.rank) for hit in search.find(session, "锦湖家")] == [
        ("锦湖家", Rank.EXACT),
        ("锦湖家具", Rank.BEGINS),
        ("大锦湖家", Rank.CONTAINS),
    ]


def test_scattered_characters_are_found_when_nothing_has_them_in_one_piece(session: Session) -> None:
    for name in ["家住锦湖", "锦绣湖家", "湖锦"]:
        search.put(session, "enterprise", name, name, "", SearchSource((name,)))

    assert [(hit.row_id, hit.rank) for hit in search.find(session, "锦湖家")] == [
        ("锦绣湖家", Rank.SCATTERED),
        ("家住锦湖", Rank.SCATTERED),
    ]


def test_entries_that_only_have_the_tokens_do_not_hide_one_that_answers(session: Session) -> None:
    search.put(session, "enterprise", "ganxin", "", "", SearchSource(("甘鑫",)))
    for number in range(300):  # hong'anxin has the letters g-a-n-x too, but no syllable begins there
        search.put(session, "enterprise", f"hong{number}", "", "", SearchSource(("鸿安鑫",)))

    assert found(session, "ganx") == ["ganxin"]


def test_among_equals_the_newest_goes_first_across_kinds(session: Session) -> None:
    search.put(session, "person", "p1", "锦*", "", SearchSource(("锦湖生",)))
    search.put(session, "enterprise", "e1", "锦湖", "", SearchSource(("锦湖厂",)))
    search.put(session, "person", "p2", "锦*", "", SearchSource(("锦湖水",)))

    assert found(session, "锦湖") == ["p2", "e1", "p1", "jinhu"]


def test_the_best_are_found_among_very_many(session: Session) -> None:
    search.put(session, "person", "exact", "", "", SearchSource(("李丽",)))
    search.put(session, "person", "begins", "", "", SearchSource(("李丽华",)))
    for number in range(500):
        search.put(session, "person", f"p{number}", "", "", SearchSource(("木李丽",)))

    assert found(session, "李丽", limit=3) == ["exact", "begins", "p499"]


def test_the_limit_counts_for_each_kind(session: Session) -> None:
    for number in range(9):
        search.put(session, "person", f"p{number}", "", "", SearchSource(("江西人",)))

    assert found(session, "江西", limit=2) == ["p8", "p7", "baichuan", "jinhu"]


def test_an_update_replaces_what_was_found_before(session: Session) -> None:
    renamed = SearchSource(("樟树锦绣校具厂",), ("91360982MA3U0MYA88",))
    search.put(session, "enterprise", "jinhu", "樟树锦绣校具厂", "", renamed)

    assert found(session, "锦湖") == []
    assert found(session, "jxjh") == []
    assert found(session, "锦绣") == found(session, "zsjx") == found(session, "ma3u") == ["jinhu"]
    assert search.find(session, "锦绣")[0].title == "樟树锦绣校具厂"


def test_an_update_of_what_is_shown_leaves_the_tokens_alone(session: Session) -> None:
    before = tokens_written(session)
    search.put(session, "enterprise", "jinhu", "江西锦湖校具有限公司", "已迁出", JINHU)
    search.put(session, "enterprise", "baichuan", "江西百川保险设备有限公司", "91360982MAW9MCTX00", BAICHUAN)

    assert tokens_written(session) == before
    assert search.find(session, "锦湖")[0].subtitle == "已迁出"


def tokens_written(session: Session) -> list[tuple[int, bytes]]:
    """The blocks of the full-text table as they are on disk; FTS5 writes what is pending when it is read."""
    session.commit()
    return [(row[0], row[1]) for row in session.execute(text("SELECT id, block FROM search_fts_data ORDER BY id"))]


def test_removal_leaves_nothing_behind(session: Session) -> None:
    for kind, row_id in [
        ("enterprise", "jinhu"),
        ("enterprise", "baichuan"),
        ("person", "shan"),
        ("ticket", "a023"),
        ("ticket", "b230"),
        ("ticket", "never there"),
    ]:
        search.remove(session, kind, row_id)
    session.commit()

    assert session.execute(text("SELECT count(*) FROM search_doc")).scalar() == 0
    assert terms(session) == []


def terms(session: Session) -> list[str]:
    """Every token that the full-text table still has for some row."""
    session.execute(text("CREATE VIRTUAL TABLE IF NOT EXISTS temp.terms USING fts5vocab('main', 'search_fts', 'row')"))
    return [row[0] for row in session.execute(text("SELECT term FROM temp.terms WHERE doc > 0"))]


def test_what_is_rolled_back_was_never_there(session: Session) -> None:
    search.put(session, "person", "gone", "", "", SearchSource(("王小二",)))
    search.remove(session, "enterprise", "jinhu")
    session.rollback()

    assert found(session, "王小二") == []
    assert found(session, "锦湖") == ["jinhu"]


def test_a_rebuild_makes_the_same_index(session: Session) -> None:
    before = terms(session)
    documents = [
        ("enterprise", "jinhu", "江西锦湖校具有限公司", "91360982MA3U0MYA88", JINHU),
        ("enterprise", "baichuan", "江西百川保险设备有限公司", "91360982MAW9MCTX00", BAICHUAN),
        ("person", "shan", "单*", "江西百川保险设备有限公司", SHAN),
        ("ticket", "a023", "A023", "2026-11-23", SearchSource(numbers=("A023",))),
        ("ticket", "b230", "B230", "2026-11-23", SearchSource(numbers=("B230",))),
    ]

    assert search.rebuild(session, documents) == 5
    session.commit()

    assert terms(session) == before
    assert found(session, "23") == ["a023", "b230"]
    search.put(session, "ticket", "new", "A024", "", SearchSource(numbers=("A024",)))
    assert found(session, "a024") == ["new"]


def test_a_rebuild_of_many_loses_none(session: Session) -> None:
    documents = [("person", f"p{n}", "", "", SearchSource((), (f"139{n:08d}",))) for n in range(2_500)]

    assert search.rebuild(session, documents) == 2_500
    assert found(session, "13900000000") == ["p0"]
    assert found(session, "13900002499") == ["p2499"]
    assert len(found(session, "1390000", limit=3_000)) == 2_500


def test_a_connection_does_as_well_as_a_session(engine: Engine) -> None:
    with engine.begin() as connection:
        search.put(connection, "enterprise", "jinhu", "江西锦湖校具有限公司", "", JINHU)
        assert [hit.row_id for hit in search.find(connection, "锦湖")] == ["jinhu"]
        search.remove(connection, "enterprise", "jinhu")
        assert search.find(connection, "锦湖") == []


def test_an_unknown_kind_is_a_mistake(session: Session) -> None:
    with pytest.raises(KeyError):
        search.put(session, "horse", "1", "", "", JINHU)


@pytest.mark.parametrize(
    "long", ["樟" * 10_000, "樟树单曾解查长行重乐" * 1_000, "z" * 10_000, "1" * 10_000, "😀" * 10_000]
)
def test_very_long_text_costs_little_and_is_found_by_its_beginning(session: Session, long: str) -> None:
    search.put(session, "enterprise", "long", "长", "", SearchSource((long,) * 100, (long,) * 100, (long,) * 100))

    assert found(session, long[:4]) == ["long"]
    assert found(session, long) == ["long"]
    assert len(terms(session)) < 20_000
    search.remove(session, "enterprise", "long")


def test_words_beyond_the_first_ones_are_not_looked_at(session: Session) -> None:
    assert found(session, "锦 湖 校 具 有 限 公 司 无关") == ["jinhu"]
    assert found(session, "锦湖" + " 锦湖" * 10_000) == ["jinhu"]


SYNTAX = [
    '"',
    "'",
    '"锦湖',
    "锦湖*",
    "*",
    "(",
    ")",
    "锦湖)",
    "^锦湖",
    "-锦湖",
    "NOT",
    "锦湖 OR 百川",
    "锦湖 AND",
    "NEAR(锦湖 校具)",
    "tokens:锦湖",
    "{tokens}: 锦湖",
    "锦湖 + 校具",
    "%",
    "_",
    "\\",
    ";DROP TABLE search_doc;--",
    "'; --",
    "\x00",
    "锦\x00湖",
    "\ud800",
    "😀",
    "𠮷",
    "䶮",
    "«",
    "»",
    "«锦",
    "e锦湖",
    "İ",
    "ß",
    "ﷺ" * 200,
    ":name",
    "?1",
]


@pytest.mark.parametrize("query", SYNTAX)
def test_no_query_raises(session: Session, query: str) -> None:
    search.find(session, query)


@given(query=st.text(st.characters() | st.sampled_from('"*()^-+:{}«»%_ 锦湖jh9'), max_size=40))
def test_no_text_raises(shared: Session, query: str) -> None:
    search.find(shared, query)


@given(name=st.text(min_size=1, max_size=30), code=st.text(max_size=30), number=st.text(max_size=12))
def test_any_text_can_be_indexed_found_and_removed(shared: Session, name: str, code: str, number: str) -> None:
    source = SearchSource((name,), (code,), (number,))
    before = terms(shared)
    search.put(shared, "label", "any", "", "", source)
    for written in (name, code, number):
        if search.folding.fold(written):
            assert "any" in found(shared, written, kinds=("label",))
    search.remove(shared, "label", "any")

    assert terms(shared) == before


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """One small index for properties that leave it as it was."""
    made = create_engine(f"sqlite:///{tmp_path_factory.mktemp('search') / 'shared.db'}")
    with Session(made) as opened:
        for statement in search.SCHEMA:
            opened.execute(text(statement))
        search.put(opened, "enterprise", "jinhu", "江西锦湖校具有限公司", "91360982MA3U0MYA88", JINHU)
        yield opened
    made.dispose()
