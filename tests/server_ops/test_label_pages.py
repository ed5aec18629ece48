"""The page of a label in a real headless Chromium, 360 px wide: every state, light and dark, without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.server_ops.browser import SMALL, Browser, browsing
from tests.server_ops.labelled import fill_labels
from tests.server_ops.serving import Served, served
from zhangshu_desk.core.clock import FixedClock

pytestmark = pytest.mark.slow
CONTRAST = """(() => {
    const rgb = text => text.match(/[\\d.]+/g).map(Number);
    const light = c => { const p = c.slice(0, 3).map(v => v / 255).map(v => v <= .03928 ? v / 12.92 :
        ((v + .055) / 1.055) ** 2.4); return .2126 * p[0] + .7152 * p[1] + .0722 * p[2]; };
    const ground = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor);
        if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
    const opacity = e => { let o = 1; for (; e; e = e.parentElement) o *= Number(getComputedStyle(e).opacity);
        return o; };
    const found = [];
    for (const e of document.querySelectorAll('h1, h2, p, small, dt, dd, li, header, span')) {
        if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
        const back = ground(e), o = opacity(e);
        const ink = rgb(getComputedStyle(e).color).slice(0, 3).map((v, i) => v * o + back[i] * (1 - o));
        const [a, b] = [light(ink), light(back)].sort((x, y) => y - x);
        const ratio = (a + .05) / (b + .05);
        if (ratio < 4.5) found.push([e.textContent.slice(0, 20), ratio]);
    }
    return found;
})()"""


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the pictures go."""
    return tmp_path_factory.mktemp("pictures")


@pytest.fixture
def clock() -> FixedClock:
    """The moment at which everything is looked at."""
    return FixedClock(1_795_000_000_000)


@pytest.fixture
def paths(engine: Engine, state: Path, clock: FixedClock) -> dict[str, str]:
    """Where the codes lead, by state."""
    return fill_labels(engine, state, clock)


@pytest.fixture
def centre(engine: Engine, state: Path, clock: FixedClock, paths: dict[str, str]) -> Iterator[Served]:
    """A centre with labels in every state."""
    with served(engine, state, clock) as found:
        yield found


@pytest.fixture
def phone(centre: Served) -> Iterator[Browser]:
    """A small phone."""
    with browsing(centre.certificates.ca) as found:
        found.screen(*SMALL)
        yield found


def test_every_state_fits_a_small_phone(phone: Browser, centre: Served, paths: dict[str, str], pictures: Path) -> None:
    for dark in (False, True):
        phone.screen(*SMALL, dark=dark)
        for name, path in paths.items():
            phone.go(centre.address + path)
            assert phone.run("document.documentElement.scrollWidth") <= SMALL[0], name
            assert phone.run(CONTRAST) == [], (name, dark)
            size = phone.run("performance.getEntriesByType('navigation')[0].transferSize")
            assert 0 < size <= 20_000, (name, size)
            assert phone.run("performance.getEntriesByType('resource').map(e => e.name)") == [], name
            assert phone.cookies() == []
            phone.picture(pictures / f"{name}{'-dark' if dark else ''}.png")
    ground = phone.run("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(18, 24, 28)"


def test_what_stands_first_is_seen_without_scrolling(phone: Browser, centre: Served, paths: dict[str, str]) -> None:
    for name, path in paths.items():
        phone.go(centre.address + path)
        bottom = phone.run("document.querySelector('.answer').getBoundingClientRect().bottom")
        assert bottom <= SMALL[1] * 0.75, name


def test_each_state_is_told_in_both_languages(phone: Browser, centre: Served, paths: dict[str, str]) -> None:
    expected = {
        "first": ("good", "标签真实", "Genuine label"),
        "again": ("good", "标签真实", "Genuine label"),
        "unusual": ("warn", "编号真实，但查询异常", "Genuine number, unusual look-ups"),
        "void": ("bad", "已作废", "Void"),
        "replaced": ("bad", "已作废，另有替代", "Void, replaced"),
        "returned": ("bad", "已退回", "Returned unused"),
        "expired": ("warn", "标签真实，已过有效期", "Genuine label, past its date"),
        "twice": ("bad", "编号重复，正在核查", "Number used twice, being checked"),
        "not_handed_out": ("warn", "编号真实，尚未登记领用", "Genuine number, not handed over yet"),
        "on_its_way": ("wait", "数据在途", "Data on its way"),
        "unknown": ("bad", "不是我们的标签，或内容被改动", "Not ours, or altered"),
        "traced": ("good", "标签真实", "Genuine label"),
        "trademark": ("good", "标签真实", "Genuine label"),
    }
    assert expected.keys() == paths.keys()
    for name, (tone, chinese, english) in expected.items():
        phone.go(centre.address + paths[name])
        assert phone.text("h1").splitlines() == [chinese, english]
        assert phone.has(f".answer.{tone}"), name
        assert phone.run("document.documentElement.lang") == "zh-CN"


def test_it_needs_no_script(phone: Browser, centre: Served, paths: dict[str, str]) -> None:
    phone.devtools("Emulation.setScriptExecutionDisabled", value=True)
    phone.go(centre.address + paths["first"])
    assert "樟树吴茱萸" in phone.text("dl")
    assert "第 2 次查询" not in phone.text()
    phone.devtools("Emulation.setScriptExecutionDisabled", value=False)
    assert phone.run("document.scripts.length") == 0


def test_nothing_is_asked_of_anybody_else(phone: Browser, centre: Served, paths: dict[str, str]) -> None:
    """Neither does the page break its own rules: the browser would say so."""
    said: Any = phone.run("document.title")
    assert said is not None
    phone.go(centre.address + paths["traced"])
    styles = phone.run("getComputedStyle(document.querySelector('header')).backgroundColor")
    assert styles == "rgb(16, 50, 44)"  # the one style sheet was accepted by its hash
    assert phone.run("document.querySelectorAll('[src], link[rel=stylesheet], form, a').length") == 0
