"""The supervision page in a real headless Chromium on a phone-sized screen: log in, enrol, revoke, read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from tests.server.rig import Desk, Rig
from tests.server_ops.browser import PHONE, Browser, browsing, downloaded
from tests.server_ops.filled import FRONT, fill
from tests.server_ops.serving import Served, served
from tests.server_ops.test_exchanges import opened, outbox
from tests.server_ops.tour import log_in
from zhangshu_desk.core.clock import FixedClock
from zhangshu_server import admins
from zhangshu_server.tables import stations

pytestmark = pytest.mark.slow
PASSWORD = "correct horse battery"
PAGES = ("/", f"/stations/{FRONT}", "/conflicts", "/rejected", "/labels", "/enrol", "/backups", "/exchange", "/acts")


@pytest.fixture
def clock() -> FixedClock:
    """The moment at which the rig begins."""
    return FixedClock(1_795_000_000_000)


@pytest.fixture
def centre(engine: Engine, state: Path, clock: FixedClock) -> Iterator[Served]:
    """A centre with something to see and one admin."""
    fill(engine, clock.now())
    admins.add(engine, "head", PASSWORD, clock.now())
    with served(engine, state, clock) as found:
        yield found


@pytest.fixture
def phone(centre: Served) -> Iterator[Browser]:
    """A phone at the log-in page that trusts the centre's CA."""
    with browsing(centre.certificates.ca) as found:
        found.screen(*PHONE)
        yield found


def test_a_supervisor_with_a_phone(phone: Browser, centre: Served, engine: Engine) -> None:
    address = f"{centre.address}/supervision"
    phone.go(centre.address)
    assert phone.url == f"{address}/login"
    log_in(phone, address, "head", "wrong password")
    assert "账号或密码不正确" in phone.text(".refused")
    log_in(phone, address, "head", PASSWORD)
    assert phone.url == f"{address}/"
    assert "前台二" in phone.text()
    assert "快 4 分钟" in phone.text()
    (cookie,) = phone.cookies()
    assert cookie["httpOnly"]
    assert cookie["secure"]
    assert cookie["sameSite"] == "Strict"

    _make_a_code(phone, centre)
    _revoke(phone, address, engine)
    _mark_as_seen(phone, address)
    _fits_the_screen(phone, address)

    phone.click(".rail form button")
    assert phone.url == f"{address}/login"
    phone.go(f"{address}/backups")
    assert phone.url == f"{address}/login"


def _make_a_code(phone: Browser, centre: Served) -> None:
    phone.go(f"{centre.address}/supervision/enrol")
    phone.write("#site", "樟树金属家具产业园")
    phone.write("#station", "前台三")
    phone.click("main button.primary")
    code = phone.text("#code")
    assert re.fullmatch(r"[A-Z2-7-]{30,}[0-9A-F]{8}", code.replace("\n", ""))
    assert phone.text("#fingerprint").replace("\n", "") == centre.certificates.fingerprint
    phone.go(f"{centre.address}/supervision/enrol")
    assert not phone.has("#code")


def _revoke(phone: Browser, address: str, engine: Engine) -> None:
    phone.go(f"{address}/stations/{FRONT}")
    phone.click("button.danger", leads_on=False)  # the browser itself asks for the reason
    assert not phone.has(".said")
    phone.write("#reason", "电脑遗失")
    phone.click("button.danger")
    assert "已停用" in phone.text(".said")
    assert "电脑遗失" in phone.text("dl")
    with engine.connect() as connection:
        reason = connection.execute(select(stations.c.revoked_reason).where(stations.c.id == FRONT)).scalar_one()
    assert reason == "电脑遗失"
    phone.click("main button.primary")
    assert "已恢复" in phone.text(".said")


def _mark_as_seen(phone: Browser, address: str) -> None:
    phone.go(f"{address}/")
    before = phone.run("document.querySelectorAll('.notice').length")
    phone.click(".notice button")
    assert "已阅" in phone.text(".said")
    assert phone.run("document.querySelectorAll('.notice').length") == before - 1


def _fits_the_screen(phone: Browser, address: str) -> None:
    """Nothing sticks out at the side, what one touches is large enough, and the style sheet was accepted."""
    for path in PAGES:
        phone.go(f"{address}{path}")
        assert phone.run("document.documentElement.scrollWidth") <= PHONE[0], path
        small = phone.run(
            "[...document.querySelectorAll('button, input:not([type=hidden]), nav a, .button')]"
            ".filter(e => e.getBoundingClientRect().height < 36).map(e => e.outerHTML)"
        )
        assert small == [], path
        assert phone.run("getComputedStyle(document.querySelector('.rail')).backgroundColor") == "rgb(16, 50, 44)"


def test_dark_pages_where_the_system_is_dark(phone: Browser, centre: Served) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    phone.go(f"{centre.address}/supervision/login")
    assert phone.run(ground) == "rgb(244, 246, 248)"
    phone.screen(*PHONE, dark=True)
    assert phone.run(ground) == "rgb(18, 24, 28)"


def test_everything_works_without_scripts(phone: Browser, centre: Served, engine: Engine) -> None:
    phone.devtools("Emulation.setScriptExecutionDisabled", value=True)
    phone.go("data:text/html,<p>still</p><script>document.querySelector('p').textContent = 'moved'</script>")
    assert phone.text("p") == "still"
    address = f"{centre.address}/supervision"
    log_in(phone, address, "head", PASSWORD)
    assert phone.url == f"{address}/"
    _revoke(phone, address, engine)


def test_an_exchange_file_goes_in_and_its_answer_comes_out(
    phone: Browser, centre: Served, engine: Engine, state: Path, tmp_path: Path
) -> None:
    desk: Desk = Rig(engine, state).desk(site="樟树园区", name="没有网络的一台")
    desk.log.insert("enterprises", name="甲公司").end()
    file = tmp_path / "outbox.zsx"
    file.write_bytes(outbox(desk))
    downloads = tmp_path / "downloads"
    phone.devtools("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(downloads))
    log_in(phone, f"{centre.address}/supervision", "head", PASSWORD)
    phone.go(f"{centre.address}/supervision/exchange")
    phone.choose_file("#file", file)
    phone.click("main button.primary", leads_on=False)
    answer = downloaded(downloads, "*.zsx")
    assert opened(desk, answer.read_bytes())["acked"] == {desk.log.inc: 1}
