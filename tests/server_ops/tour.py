"""Pictures of the supervision page and of what consumers see, for `make tour`: `python -m tests.server_ops.tour
build/tour`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.server_ops.browser import PHONE, SCREEN, SMALL, Browser, browsing
from tests.server_ops.filled import SIDE, fill
from tests.server_ops.labelled import fill_labels
from tests.server_ops.serving import served
from zhangshu_desk.core.clock import FixedClock, parse_moment
from zhangshu_server import admins, embedded
from zhangshu_server.database import make_engine
from zhangshu_server.migrate import bring_up_to_date

_PASSWORD = "for the pictures only"


def tour(folder: Path) -> list[Path]:
    """Take the pictures on a made-up centre; returns their paths, the phone's screen first."""
    clock = FixedClock(parse_moment("2026-11-25T10:42"))
    with tempfile.TemporaryDirectory() as state, embedded.running(Path(state)) as running:
        engine = make_engine(running.url)
        try:
            bring_up_to_date(engine)
            fill(engine, clock.now())
            admins.add(engine, "zhanghua", _PASSWORD, clock.now())
            with served(engine, Path(state), clock) as centre, browsing(centre.certificates.ca) as browser:
                made = _walk(browser, f"{centre.address}/supervision", folder)
                labels = fill_labels(engine, Path(state), clock)
                return made + _scan(browser, centre.address, labels, folder)
        finally:
            engine.dispose()


def log_in(browser: Browser, address: str, login: str, password: str) -> None:
    """Log in at the page."""
    browser.go(f"{address}/login")
    browser.write("#login", login)
    browser.write("#password", password)
    browser.click("button.primary")


def _walk(browser: Browser, address: str, folder: Path) -> list[Path]:
    browser.screen(*PHONE)
    browser.go(f"{address}/login")
    login = browser.picture(folder / "centre-phone-login.png")
    log_in(browser, address, "zhanghua", _PASSWORD)
    made = [browser.picture(folder / "centre-phone.png", whole=False)]
    made += [browser.picture(folder / "centre-phone-overview.png"), login]
    for name, path in (
        ("station", f"/stations/{SIDE}"),
        ("conflicts", "/conflicts"),
        ("rejected", "/rejected"),
        ("labels", "/labels"),
        ("backups", "/backups"),
        ("exchange", "/exchange"),
        ("acts", "/acts"),
    ):
        browser.go(f"{address}{path}")
        made.append(browser.picture(folder / f"centre-phone-{name}.png"))
    browser.go(f"{address}/enrol")
    browser.write("#site", "樟树金属家具产业园")
    browser.write("#station", "前台三")
    browser.click("main button.primary")
    made.append(browser.picture(folder / "centre-phone-enrol.png"))
    browser.screen(*PHONE, dark=True)
    browser.go(f"{address}/")
    made.append(browser.picture(folder / "centre-phone-dark.png"))
    browser.screen(*SCREEN)
    browser.go(f"{address}/")
    made.append(browser.picture(folder / "centre-screen-overview.png"))
    browser.go(f"{address}/labels")
    made.append(browser.picture(folder / "centre-screen-labels.png"))
    return made


def _scan(browser: Browser, address: str, labels: dict[str, str], folder: Path) -> list[Path]:
    """The page of a label in every state, light and dark, as a small phone shows it."""
    made = []
    for dark in (False, True):
        browser.screen(*SMALL, dark=dark)
        for name, path in labels.items():
            browser.go(f"{address}{path}")
            made.append(browser.picture(folder / f"label-{name.replace('_', '-')}{'-dark' if dark else ''}.png"))
    return made


if __name__ == "__main__":
    for picture in tour(Path(sys.argv[1])):
        print(picture)
