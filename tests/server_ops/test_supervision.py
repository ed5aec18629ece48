"""The supervision page: who gets in, what forms are accepted, what is shown and what is not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine, insert, select

from tests.server_ops.conftest import Cluster, fresh_database
from tests.server_ops.filled import FAR, FRONT, LOST, PHONE, SIDE, VISITOR, fill
from tests.server_ops.serving import InProcess
from tests.store_fixtures import NINE
from zhangshu_desk.core.clock import MINUTE, FixedClock
from zhangshu_server import acts, admins
from zhangshu_server.assembly import assemble
from zhangshu_server.certificates import Certificates, prepare
from zhangshu_server.database import make_engine
from zhangshu_server.settings import read
from zhangshu_server.supervision import guard
from zhangshu_server.tables import admins as admins_table
from zhangshu_server.tables import enrol_codes, notices, stations

PASSWORD = "correct horse battery"
PAGES = ("/", f"/stations/{SIDE}", "/conflicts", "/rejected", "/labels", "/enrol", "/backups", "/exchange", "/acts")


@pytest.fixture
def clock() -> FixedClock:
    """Monday 2026-11-23, 09:00."""
    return FixedClock(NINE)


@pytest.fixture(scope="module")
def verifier() -> str:
    """The kept form of `PASSWORD`."""
    return str(admins._hasher().hash(PASSWORD))


def certificates(state: Path) -> Certificates:
    """Those of the centre in a state directory."""
    return prepare(read({"ZHANGSHU_STATE_DIR": str(state)}), NINE)


def visit(engine: Engine, state: Path, clock: FixedClock, verifier: str) -> httpx.Client:
    """A browser of somebody who has not logged in, at a centre with something to see and one admin, `head`."""
    fill(engine, NINE)
    with engine.begin() as connection:
        connection.execute(insert(admins_table).values(login="head", password_hash=verifier, created_at=NINE))
    app = assemble(engine, state, clock, certificates(state).ca_pem, "https://centre.example.cn:8843")
    return httpx.Client(base_url="https://centre/supervision", transport=InProcess(app))


@pytest.fixture
def stranger(engine: Engine, state: Path, clock: FixedClock, verifier: str) -> httpx.Client:
    """Somebody who has not logged in."""
    return visit(engine, state, clock, verifier)


@pytest.fixture(scope="module")
def at_the_door(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory, verifier: str) -> Iterator[httpx.Client]:
    """Somebody who has not logged in, for all tests that change nothing."""
    with fresh_database(cluster) as url:
        engine = make_engine(url)
        yield visit(engine, tmp_path_factory.mktemp("state"), FixedClock(NINE), verifier)
        engine.dispose()


@pytest.fixture(scope="module")
def looking(at_the_door: httpx.Client) -> httpx.Client:
    """Somebody who has logged in, for all tests that change nothing."""
    made = httpx.Client(base_url=at_the_door.base_url, transport=at_the_door._transport)
    assert log_in(made).status_code == 303
    return made


def secret_of(page: httpx.Response) -> str:
    """What the forms of a page must bring back."""
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


def log_in(client: httpx.Client, password: str = PASSWORD) -> httpx.Response:
    """Log in as `head`."""
    form = {"csrf": secret_of(client.get("/login")), "login": "head", "password": password}
    return client.post("/login", data=form)


@pytest.fixture
def head(stranger: httpx.Client) -> httpx.Client:
    """The same browser after logging in."""
    assert log_in(stranger).status_code == 303
    return stranger


def send(client: httpx.Client, path: str, **form: str) -> httpx.Response:
    """Send a form of ours."""
    return client.post(path, data={"csrf": secret_of(client.get("/enrol")), **form})


@pytest.mark.parametrize("path", PAGES)
def test_strangers_are_sent_to_the_log_in(at_the_door: httpx.Client, path: str) -> None:
    answer = at_the_door.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/supervision/login")
    assert "前台一" not in answer.text


def test_strangers_cannot_act(stranger: httpx.Client, engine: Engine) -> None:
    for path in (f"/stations/{FRONT}/revoke", f"/stations/{LOST}/reinstate", "/enrol", "/backups", "/notices/1/seen"):
        answer = stranger.post(path, data={"csrf": "", "reason": "x", "site": "a", "station": "b"})
        assert answer.headers.get("location") == "/supervision/login"
    with engine.connect() as connection:
        assert not connection.execute(select(enrol_codes)).all()
        assert connection.execute(select(stations.c.revoked_at).where(stations.c.id == FRONT)).scalar() is None
        assert acts.recent(connection, 5) == []


def test_every_answer_is_hardened(stranger: httpx.Client) -> None:
    log_in(stranger)
    for path in (*PAGES, "/login", "/nowhere"):
        answer = stranger.get(path)
        for name, value in guard.HEADERS.items():
            assert answer.headers[name] == value, path
        assert answer.headers["cache-control"] == "no-store"
        policy = answer.headers["content-security-policy"]
        assert "unsafe-inline" not in policy
        assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("path", PAGES)
def test_no_page_needs_a_script_or_an_inline_style(looking: httpx.Client, path: str) -> None:
    text = looking.get(path).text
    assert "</html>" in text
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", text)


def test_the_session_cookie_is_for_the_browser_only(stranger: httpx.Client) -> None:
    cookie = next(c for c in log_in(stranger).headers.get_list("set-cookie") if c.startswith(f"{guard.COOKIE}="))
    assert {"Secure", "HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    assert "Max-Age" not in cookie
    assert "Domain" not in cookie


def test_a_wrong_password_says_no_more_than_needed(stranger: httpx.Client) -> None:
    wrong = log_in(stranger, "wrong password")
    assert wrong.status_code == 401
    assert "账号或密码不正确" in wrong.text
    assert guard.COOKIE + "=" not in str(wrong.headers)
    form = {"csrf": secret_of(stranger.get("/login")), "login": "nobody", "password": "x"}
    assert "账号或密码不正确" in stranger.post("/login", data=form).text


def test_guessing_is_stopped(stranger: httpx.Client, clock: FixedClock) -> None:
    for _ in range(5):
        log_in(stranger, "wrong password")
    assert "锁定" in log_in(stranger).text
    clock.forward(15 * MINUTE)
    assert log_in(stranger).status_code == 303


def test_a_log_in_form_of_somebody_else_is_refused(at_the_door: httpx.Client) -> None:
    at_the_door.get("/login")
    assert (
        at_the_door.post("/login", data={"csrf": "made up", "login": "head", "password": PASSWORD}).status_code == 403
    )
    good = {"csrf": secret_of(at_the_door.get("/login")), "login": "head", "password": PASSWORD}
    foreign = at_the_door.post("/login", data=good, headers={"sec-fetch-site": "cross-site"})
    assert foreign.status_code == 403


@pytest.mark.parametrize("csrf", ["", "made up"])
def test_a_form_without_its_secret_does_nothing(head: httpx.Client, engine: Engine, csrf: str) -> None:
    answer = head.post(f"/stations/{FRONT}/revoke", data={"csrf": csrf, "reason": "x"})
    assert answer.status_code == 403
    assert "不是从本页提交" in answer.text
    with engine.connect() as connection:
        assert connection.execute(select(stations.c.revoked_at).where(stations.c.id == FRONT)).scalar() is None


def test_an_idle_session_ends(head: httpx.Client, clock: FixedClock) -> None:
    assert head.get("/").status_code == 200
    clock.forward(31 * MINUTE)
    assert head.get("/").status_code == 303


def test_logging_out_ends_the_session_everywhere(head: httpx.Client) -> None:
    kept = head.cookies[guard.COOKIE]
    assert send(head, "/logout").headers["location"] == "/supervision/login"
    assert guard.COOKIE not in head.cookies
    head.cookies.set(guard.COOKIE, kept)
    assert head.get("/").status_code == 303


def test_the_overview_tells_how_every_station_stands(looking: httpx.Client) -> None:
    text = re.sub(r"<[^>]+>", " ", looking.get("/").text)
    for words in ("前台一", "在线", "前台二", "3 条", "快 4 分钟", "药都前台", "2 天前", "2026-11-21 05:00", "214 条"):
        assert words in text
    for words in ("流动服务车", "已停用", "笔记本电脑遗失", "0.3.0", "从备份恢复", "编号 100231 用了两次", "5 小时前"):
        assert words in text


def test_people_are_masked(looking: httpx.Client) -> None:
    text = "".join(looking.get(path).text for path in PAGES)
    assert "138****8000" in text
    assert "欧*" in text
    for hidden in (PHONE, VISITOR, "7819478", "欧阳样例", "司马样例", "李操作员", "王操作员"):
        assert hidden not in text


def test_conflicts_by_table(looking: httpx.Client) -> None:
    text = looking.get("/conflicts", params={"tbl": "contacts"}).text
    assert "电话" in text
    assert "法定代表人" not in text
    assert "全部 3" in text


def test_refusals_are_told_with_their_reason(looking: httpx.Client) -> None:
    text = looking.get("/rejected").text
    assert "角色没有这项权限" in text
    assert "2 条操作" in text
    assert "药都前台" in looking.get(f"/stations/{FAR}").text


def test_a_notice_is_marked_as_seen(head: httpx.Client, engine: Engine) -> None:
    with engine.connect() as connection:
        number = connection.execute(select(notices.c.id).where(notices.c.code == "serial_twice")).scalar_one()
    assert send(head, f"/notices/{number}/seen").status_code == 303
    assert "用了两次" not in head.get("/").text
    assert "已阅" in head.get(f"/stations/{SIDE}").text
    with engine.connect() as connection:
        assert acts.recent(connection, 1)[0].act == "notice.seen"


def test_a_code_is_shown_once_with_address_and_fingerprint(head: httpx.Client, engine: Engine, state: Path) -> None:
    text = send(head, "/enrol", site="新园区", station="前台九").text
    found = re.search(r'id="code">([A-Z0-9-]+)<', text)
    assert found
    plain = re.sub(r"<[^>]+>", "", text)
    assert certificates(state).fingerprint in plain
    assert "https://centre.example.cn:8843" in plain
    assert found[1] not in head.get("/enrol").text
    with engine.connect() as connection:
        log = acts.recent(connection, 5)
        assert connection.execute(select(enrol_codes.c.station_name)).scalars().all() == ["前台九"]
    assert log[0].act == "station.code"
    assert found[1] not in str(log)


def test_an_incomplete_enrolment_keeps_what_was_typed(looking: httpx.Client) -> None:
    answer = send(looking, "/enrol", site="新园区", station=" ")
    assert answer.status_code == 422
    assert 'value="新园区"' in answer.text


def test_revoking_needs_a_reason_and_can_be_taken_back(head: httpx.Client, engine: Engine) -> None:
    assert "需要写明原因" in send(head, f"/stations/{FRONT}/revoke", reason="  ").text
    answer = send(head, f"/stations/{FRONT}/revoke", reason="<b>丢失</b>")
    assert answer.headers["location"] == f"/supervision/stations/{FRONT}?said=revoked"
    page = head.get(answer.headers["location"].removeprefix("/supervision")).text
    assert "&lt;b&gt;丢失&lt;/b&gt;" in page
    assert "已停用" in page
    assert send(head, f"/stations/{FRONT}/reinstate").status_code == 303
    with engine.connect() as connection:
        assert connection.execute(select(stations.c.revoked_at).where(stations.c.id == FRONT)).scalar() is None
        assert [one.act for one in acts.recent(connection, 2)] == ["station.reinstate", "station.revoke"]
        assert acts.broken(connection) == []


def test_an_unknown_station_is_said_to_be_none(looking: httpx.Client) -> None:
    for answer in (looking.get("/stations/nobody"), send(looking, "/stations/nobody/revoke", reason="x")):
        assert answer.status_code == 404
        assert "没有这个工作站" in answer.text
    assert looking.get(f"/stations/{LOST}").status_code == 200


def test_a_backup_is_made(head: httpx.Client, state: Path) -> None:
    assert send(head, "/backups").headers["location"] == "/supervision/backups?said=backed-up"
    assert len(list((state / "backups").glob("*.dump"))) == 1
    assert "刚刚" in head.get("/backups").text


def test_a_file_that_is_no_exchange_file_is_refused_in_words(looking: httpx.Client) -> None:
    csrf = secret_of(looking.get("/exchange"))
    for content, words in ((b"nonsense", "不是樟树工作站的交换文件"), (b"", "还没有选择")):
        answer = looking.post("/exchange", data={"csrf": csrf}, files={"file": ("a.zsx", content)})
        assert answer.status_code == 422
        assert words in answer.text


def test_large_forms_are_refused_before_they_are_read(looking: httpx.Client) -> None:
    assert looking.post("/enrol", content=b"x" * 20_000).status_code == 413
    assert looking.post("/enrol", content=b"site=a", headers={"content-length": "unknown"}).status_code == 413


@pytest.mark.parametrize("strange", ["\0", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "'; --", "%"])
def test_strange_text_is_no_error_of_ours(head: httpx.Client, strange: str) -> None:
    assert head.get("/conflicts", params={"tbl": strange}).status_code < 500
    assert head.get(f"/stations/{FRONT}{'%00' if strange == chr(0) else ''}").status_code < 500
    assert send(head, "/enrol", site=strange, station=strange).status_code < 500
    assert send(head, f"/stations/{FRONT}/revoke", reason=strange).status_code < 500
    form = {"csrf": secret_of(head.get("/login")), "login": strange, "password": strange}
    assert head.post("/login", data=form).status_code < 500


def test_pages_are_not_part_of_the_stations_interface(at_the_door: httpx.Client) -> None:
    paths = at_the_door.get("https://centre/v1/openapi.json").json()["paths"]
    assert "/v1/sync" in paths
    assert not [path for path in paths if not path.startswith("/v1/")]


# -- labels -----------------------------------------------------------------------------------------------------------


def _text(page: httpx.Response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text.partition("<main")[2]))


def test_labels_by_site_with_what_is_unusual(looking: httpx.Client) -> None:
    text = _text(looking.get("/labels"))
    assert "樟树金属家具产业园 1 个异常 批次 1 批，400 个编号 查询 2 张标签，共 8 次" in text
    assert "药都医药产业园 4 个异常 批次 2 批，5500 个编号 查询 8 张标签，共 32 次" in text
    for shown in (
        "一天内多地查询",
        "作废后仍被查询",
        "编号未上报",
        "00109001",
        "编号还没有上报",
        "樟树市示例中药材有限公司 · 2026-10-01",
    ):
        assert shown in text
    assert text.index("B-2026-11") < text.rindex("2026-10-01")
    assert VISITOR not in text


def test_the_first_page_says_how_many_labels_are_unusual(looking: httpx.Client) -> None:
    assert "5 标签异常查询" in _text(looking.get("/"))


def test_the_domain_of_labels_is_shown_or_asked_for(looking: httpx.Client, engine: Engine, state: Path) -> None:
    assert "请在服务器上设 ZHANGSHU_LABEL_DOMAIN" in _text(looking.get("/labels"))
    app = assemble(engine, state, FixedClock(NINE), certificates(state).ca_pem, "https://centre", "q.example.cn")
    admins.add(engine, "head", PASSWORD, NINE)
    with httpx.Client(base_url="https://centre/supervision", transport=InProcess(app)) as client:
        log_in(client)
        text = _text(client.get("/labels"))
    assert "以 q.example.cn 开头" in text
    assert "还没有标签" in text


def test_batches_come_page_by_page(looking: httpx.Client) -> None:
    assert "下一页" not in looking.get("/labels").text
    assert "这一页没有批次" in looking.get("/labels", params={"page": 2}).text
    assert looking.get("/labels", params={"page": 0}).status_code == 422
