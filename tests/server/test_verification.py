"""The page that a consumer sees who scans a label: the right answer in every state, and nothing to those who guess."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import pytest
from fastapi import FastAPI

from tests.server.labels import FURNITURE, GI, Press, look, public
from tests.server.rig import Desk, Rig
from zhangshu_desk.core.clock import DAY, HOUR, stamp
from zhangshu_desk.labels.rules import codes
from zhangshu_server import database
from zhangshu_server.database import make_engine
from zhangshu_server.tables import LABEL_NUMBERS
from zhangshu_server.verification import routes

KEY = b"\x07" * 32
UNKNOWN = "不是我们的标签，或内容被改动"


@pytest.fixture
def app(rig: Rig) -> FastAPI:
    """What consumers reach."""
    return public(rig)


@pytest.fixture
def press(a: Desk) -> Press:
    """A station whose key the centre has."""
    made = Press(a, KEY)
    made.certify()
    return made


def test_a_genuine_label_is_shown_with_what_is_registered(app: FastAPI, press: Press, rig: Rig) -> None:
    press.batch(1, 500)
    press.desk.sync()
    seen = look(app, press.path(7))
    assert (seen.status, seen.tone, seen.title) == (200, "good", "标签真实")
    assert "现在是第一次查询" in seen.text
    assert "Genuine label" in seen.text
    for shown in ("地理标志产品", "樟树吴茱萸", "樟树市示例中药材有限公司", "91360982MA35EXAMPL", "2010年第14号",
                  "DB36/T 123-2010", "250 g 袋装", "2026-11-01", "江西省樟树市", "00000007", "樟树园区"):  # fmt: skip
        assert shown in seen.text, shown
    rig.clock.forward(HOUR)
    assert "第 2 次查询，首次在 " + stamp(rig.clock.now() - HOUR) in look(app, press.path(7)).text


@pytest.mark.parametrize("route", ["集体商标", "证明商标"])
def test_of_a_mark_that_is_a_trademark_its_number_is_shown(app: FastAPI, press: Press, route: str) -> None:
    press.batch(1, 9, GI, route=route, trademark_name="樟树药都", registration_no="12345678", announcement_no="")
    press.desk.sync()
    seen = look(app, press.path(9))
    for shown in (route, "樟树药都", "商标注册号", "12345678", "樟树吴茱萸"):
        assert shown in seen.text
    assert "批准公告号" not in seen.text


def test_a_traced_product_has_a_digital_link_and_no_mark(app: FastAPI, press: Press) -> None:
    press.batch(41, 60, FURNITURE)
    press.desk.sync()
    path = press.path(50, FURNITURE)
    assert path.startswith("/01/06901234567892/10/B%2F2026%2B11/21/")
    for asked in (path, f"{path}?17=271231", f"{path}?linkType=gs1:pip&17=271231", f"{path}#x"):
        seen = look(app, asked)
        assert (seen.status, seen.title) == (200, "标签真实")
    for shown in ("三门钢制文件柜", "WJG-3", "GB/T 3325-2024", "B/2026+11", "追溯标签，不是地理标志专用标志"):
        assert shown in seen.text
    assert "用标企业" not in seen.text


@pytest.mark.parametrize("other", [{"gtin": "06901234567908"}, {"batch_no": "B/2026+12"}])
def test_a_proof_is_good_for_one_product_and_batch_only(app: FastAPI, press: Press, other: Mapping[str, str]) -> None:
    press.batch(41, 60, FURNITURE)
    press.desk.sync()
    token = press.path(50, FURNITURE).rpartition("/")[2]
    forged = press.path(50, {**FURNITURE, **other}).rpartition("/")[0] + "/" + token
    assert look(app, forged).title == UNKNOWN
    plain = base64.b32encode(base64.urlsafe_b64decode(token)).decode()
    assert look(app, f"/t/{plain}").title == UNKNOWN


def test_a_number_that_was_not_reported_yet_is_on_its_way(app: FastAPI, press: Press) -> None:
    press.batch(1, 500)  # offline: nothing is sent
    seen = look(app, press.path(7))
    assert (seen.status, seen.tone, seen.title) == (200, "wait", "数据在途")
    assert "樟树吴茱萸" not in seen.text
    press.desk.sync()
    assert look(app, press.path(7)).title == "标签真实"


def test_void_replaced_returned(app: FastAPI, press: Press) -> None:
    batch = press.batch(1, 500)
    press.fate(batch, 10, 19, "作废")
    press.fate(batch, 30, 30, "已补打", replaced_by=600)
    press.fate(batch, 40, 49, "退回")
    press.fate(batch, 50, 50, "以后的说法")
    press.desk.log.insert("label_ranges", batch_id=batch, kind="LABEL", first=600, last=600).end()
    press.desk.sync()
    for serial, title in ((10, "已作废"), (19, "已作废"), (50, "已作废"), (30, "已作废，另有替代"), (45, "已退回")):
        seen = look(app, press.path(serial))
        assert (seen.tone, seen.title, seen.status) == ("bad", title, 200)
    assert "由编号 00000600 的标签替代" in look(app, press.path(30)).text
    new = look(app, press.path(600))
    assert (new.title, "替代编号" in new.text, "00000030" in new.text) == ("标签真实", True, True)
    assert look(app, press.path(9)).title == look(app, press.path(20)).title == "标签真实"


def test_past_its_date(app: FastAPI, press: Press, rig: Rig) -> None:
    day = stamp(rig.clock.now())[:10]
    press.batch(1, 9, GI, expires_on=day)
    press.desk.sync()
    assert look(app, press.path(1)).title == "标签真实"  # the last day is one of the good ones
    rig.clock.forward(DAY)
    seen = look(app, press.path(2))
    assert (seen.tone, seen.title) == ("warn", "标签真实，已过有效期")
    assert day in seen.text


def test_handing_out_is_shown_as_far_as_it_was_written_down(app: FastAPI, press: Press) -> None:
    batch, counted = press.batch(1, 100), press.batch(201, 300)
    press.desk.sync()
    assert "标签领用 Label handed over 尚未登记" in look(app, press.path(1)).text
    press.move(batch, "领用", 1, 50)
    press.move(batch, "领用冲回", 41, 50)
    press.move(counted, "领用", None, None)
    press.desk.sync()
    assert "2026-11-22" in look(app, press.path(2)).text
    assert look(app, press.path(3)).title == "标签真实"
    for serial in (41, 51):
        seen = look(app, press.path(serial))
        assert (seen.tone, seen.title) == ("warn", "编号真实，尚未登记领用")
    assert look(app, press.path(250)).title == "标签真实"


def test_a_number_of_two_batches_is_told_as_what_it_is(app: FastAPI, press: Press) -> None:
    press.batch(1, 100)
    press.batch(50, 60, GI, batch_no="2026-11-02")
    press.desk.sync()
    seen = look(app, press.path(55))
    assert (seen.tone, seen.title) == ("bad", "编号重复，正在核查")
    assert "樟树吴茱萸" not in seen.text
    assert look(app, press.path(49)).title == "标签真实"


def test_the_key_of_another_station_proves_its_own_numbers_only(app: FastAPI, press: Press, b: Desk, rig: Rig) -> None:
    press.batch(1, 100)
    press.desk.sync()
    elsewhere = Press(rig.desk(site="药都", name="C"), b"\x08" * 32)
    elsewhere.certify()
    assert look(app, elsewhere.path(7)).title == "数据在途"
    rig.run(
        "INSERT INTO blocks VALUES ('x', 'LABEL', 1, 200, :s, 'inc', 1)",
        s=press.desk.id,
    )
    assert look(app, elsewhere.path(7)).title == UNKNOWN  # that one was lent to the other
    assert look(app, press.path(150)).title == "数据在途"


def test_of_a_revoked_station_what_it_reported_stays_true(app: FastAPI, press: Press, rig: Rig) -> None:
    press.batch(1, 100)
    press.desk.sync()
    rig.run("UPDATE stations SET revoked_at = 1")
    assert look(app, press.path(7)).title == "标签真实"
    assert look(app, press.path(101)).title == UNKNOWN


def test_a_label_of_before_a_lost_key_file_is_still_good(app: FastAPI, press: Press) -> None:
    press.batch(1, 100)
    press.desk.sync()
    again = Press(press.desk, b"\x09" * 32)
    again.certify()
    assert look(app, press.path(7)).title == look(app, again.path(8)).title == "标签真实"


# -- those who guess --------------------------------------------------------------------------------------------------


def _wrong(press: Press) -> list[str]:
    good = press.path(7).rpartition("/")[2]
    proof = base64.b32decode(good)
    altered = [proof[:5] + bytes(10), (8).to_bytes(5, "big") + proof[5:], (900).to_bytes(5, "big") + proof[5:]]
    return [
        *(f"/t/{base64.b32encode(one).decode()}" for one in altered),
        "/t/" + "A" * 24,
        f"/t/{good[:-1]}",
        f"/t/{good},x",
        "/t/1",
        "/t/%00",
        "/t/",
        f"/t/{good}/x",
        "/01/06901234567892",
        "/01/06901234567892/21/AAAAAAAAAAAAAAAAAAAA",
        "/01/06901234567893/21/AAAAAAAAAAAAAAAAAAAA",
        "/01/%ff%fe/10/../21/x",
        "/01/",
        "/01/" + "1" * 5_000,
    ]


def test_whatever_is_wrong_gets_the_same_page(app: FastAPI, press: Press) -> None:
    press.batch(1, 500)
    press.desk.sync()
    pages = {(seen.status, seen.response.text) for path in _wrong(press) for seen in [look(app, path)]}
    assert len(pages) == 1
    ((status, text),) = pages
    assert status == 404
    assert UNKNOWN in text
    for told in ("樟树吴茱萸", "00000", "编号 0", "次查询"):
        assert told not in text


def test_a_guess_takes_as_long_whether_there_is_such_a_label_or_not(
    app: FastAPI, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing but the keys is asked for before one of them fits: the same statements for every guess."""
    press.batch(1, 500)
    press.desk.sync()
    asked: list[list[str]] = []
    rows = database.rows

    def noted(connection: Any, sql: str, values: Any = ()) -> Any:
        asked[-1].append(" ".join(sql.split()[:6]))
        return rows(connection, sql, values)

    monkeypatch.setattr(database, "rows", noted)
    monkeypatch.setattr(database, "row", lambda *_: pytest.fail("a guess is looked up"))
    for path in _wrong(press)[:4]:
        asked.append([])
        look(app, path)
    assert len({tuple(one) for one in asked}) == 1
    assert len(asked[0]) == 1


def test_nobody_s_name_and_no_internal_id_is_on_any_page(app: FastAPI, press: Press, rig: Rig) -> None:
    batch = press.batch(1, 500)
    press.fate(batch, 3, 3, "作废")
    press.move(batch, "领用", 1, 400)
    press.desk.sync()
    for serial in (1, 3, 450, 900):
        text = look(app, press.path(serial)).response.text
        for hidden in ("王小明", "李小红", batch, press.desk.id, press.desk.site, "试验"):
            assert hidden not in text


def test_what_somebody_typed_is_text_on_the_page(app: FastAPI, press: Press) -> None:
    press.batch(1, 9, GI, place="<script>alert(1)</script>{first}", product_name="{0.__class__}")
    press.desk.sync()
    html = look(app, press.path(1)).response.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{first}" in html
    assert "{0.__class__}" in html
    assert "<script" not in html


# -- how it is answered -----------------------------------------------------------------------------------------------


def test_headers_of_every_answer(app: FastAPI, press: Press) -> None:
    for path in (press.path(1), "/t/x", "/01/x", "/t/"):
        answer = look(app, path).response
        assert "default-src 'none'; style-src 'sha256-" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "private, no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-robots-tag"] == "noindex, nofollow"
        assert "set-cookie" not in answer.headers
        assert len(answer.content) + len(repr(answer.headers)) < 20_000


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_nothing_can_be_sent(app: FastAPI, press: Press, method: str) -> None:
    for path in (press.path(1), press.path(50, FURNITURE)):
        answer = look(app, path, method=method)
        assert answer.status == 405
        assert set(answer.response.headers["allow"].replace(" ", "").split(",")) == {"GET", "HEAD"}


def test_robots_are_told_to_stay_away(app: FastAPI) -> None:
    answer = look(app, "/robots.txt").response
    assert (answer.status_code, answer.text) == (200, "User-agent: *\nDisallow: /\n")


def test_an_address_that_asks_too_often_waits_and_others_do_not(app: FastAPI, press: Press) -> None:
    answers = [look(app, "/t/x", at="198.51.100.7") for _ in range(routes.ADDRESS.burst + 5)]
    late = answers[-1]
    assert (late.status, late.title) == (429, "查询太频繁")
    assert int(late.response.headers["retry-after"]) >= 1
    assert look(app, "/t/x", at="198.51.100.8").status == 404
    many = [look(app, "/t/x", at=f"2001:db8:1:2::{i:x}").status for i in range(routes.ADDRESS.burst + 5)]
    assert many[-1] == 429  # one household of IPv6, whatever address it takes


@pytest.mark.expect_log("the database does not answer")
def test_without_a_database_nobody_is_told_that_a_label_is_wrong(rig: Rig, press: Press) -> None:
    url = rig.engine.url.set(database="gone").render_as_string(hide_password=False)
    engine = make_engine(url)
    seen = look(public(rig, engine), press.path(1))
    assert (seen.status, seen.title, seen.response.headers["retry-after"]) == (503, "暂时查不了", "30")
    assert "不说明标签的真假" in seen.text
    engine.dispose()


def test_the_number_s_row_is_found_by_an_index(app: FastAPI, press: Press, rig: Rig) -> None:
    """Among very many batches a look-up reads one row, not all of them."""
    rig.run(
        "INSERT INTO records SELECT 'label_ranges', 'r' || i, 'site:' || :site, 1, jsonb_build_object('batch_id',"
        " 'b' || i, 'kind', 'LABEL', 'first', i * 1000, 'last', i * 1000 + 999), '{}', '', 0, true"
        " FROM generate_series(1, 20000) AS i",
        site=press.desk.site,
    )
    rig.run(
        "INSERT INTO records SELECT 'label_batches', 'b' || i, 'site:' || :site, 1, cast(:fields AS jsonb), '{}', '',"
        " 0, true FROM generate_series(1, 20000) AS i",
        site=press.desk.site,
        fields='{"family": "追溯", "product_name": "柜"}',
    )
    rig.run("ANALYZE records")
    assert look(app, press.path(1_000_500)).title == "标签真实"
    numbers = LABEL_NUMBERS.replace("::", "\\:\\:")
    question = f"EXPLAIN SELECT 1 FROM records WHERE tbl = 'label_ranges' AND {numbers} @> 1000500.0"  # noqa: S608
    plan = "\n".join(line for (line,) in rig.all(question))
    assert "ix_records_label_numbers" in plan


def test_codes_are_read_in_small_letters_too(app: FastAPI, press: Press) -> None:
    press.batch(1, 9)
    press.desk.sync()
    assert look(app, press.path(3).lower()).title == "标签真实"
    assert codes.serial_text(3) in look(app, press.path(3).lower()).text
