"""Work off the GUI thread."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QThread
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.ui import kit
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.ui.page import Page
from zhangshu_desk.ui.widgets.progress import _figures
from zhangshu_desk.ui.work import Immediate, Progress, Work

REFUSAL = DeskError("store.busy")


class SomePage(Page):
    title, key, icon = "页", "Alt+1", "desk"


@pytest.fixture
def bugs() -> list[BaseException]:
    return []


@pytest.fixture
def work(qtbot: QtBot, bugs: list[BaseException]) -> Iterator[Work]:
    made = Work(on_bug=bugs.append)
    yield made
    made.close()


@pytest.fixture
def page(qtbot: QtBot, tmp_path: Path) -> SomePage:
    made = SomePage(kit.desk(tmp_path))
    qtbot.addWidget(made)
    return made


def fail() -> None:
    raise REFUSAL


def test_a_job_runs_elsewhere_and_its_answer_comes_back_here(qtbot: QtBot, work: Work) -> None:
    owner, threads = QObject(), list[object]()
    work.do(owner, threading.current_thread, lambda ran: threads.extend([ran, threading.current_thread()]))
    qtbot.waitUntil(lambda: len(threads) == 2)
    assert threads[0] is not threading.main_thread()
    assert threads[1] is threading.main_thread()


def test_answers_come_in_the_order_of_asking(qtbot: QtBot, work: Work) -> None:
    owner, answers = QObject(), list[int]()
    for number in range(200):
        work.do(owner, lambda number=number: number, answers.append)  # type: ignore[misc]
    qtbot.waitUntil(lambda: len(answers) == 200)
    assert answers == list(range(200))


def test_a_slow_job_does_not_hold_up_the_database(qtbot: QtBot, work: Work) -> None:
    owner, gate, answers = QObject(), threading.Event(), list[str]()
    work.do_slow(owner, lambda: gate.wait(30), lambda _: answers.append("slow"))
    work.do(owner, lambda: None, lambda _: answers.append("quick"))
    qtbot.waitUntil(lambda: answers == ["quick"])
    gate.set()
    qtbot.waitUntil(lambda: answers == ["quick", "slow"])


def test_a_refusal_is_shown_by_the_page_around_the_asker(qtbot: QtBot, work: Work, page: SomePage) -> None:
    inner = QWidget(page)
    work.do(inner, fail)
    qtbot.waitUntil(lambda: not page.notices.isHidden())
    assert page.notices.kind == "refused"
    assert page.notices.text.text() == str(REFUSAL)


def test_a_refusal_goes_to_the_asker_who_wants_it(qtbot: QtBot, work: Work, page: SomePage) -> None:
    told = list[object]()
    work.do(page, fail, None, told.append, lambda: told.append("ended"))
    qtbot.waitUntil(lambda: len(told) == 2)
    assert told == ["ended", REFUSAL]
    assert page.notices.isHidden()


def test_another_exception_is_a_bug_and_work_goes_on(qtbot: QtBot, work: Work, bugs: list[BaseException]) -> None:
    owner, answers = QObject(), list[int]()
    work.do(owner, lambda: 1 // 0, answers.append)
    work.do(owner, lambda: 7, answers.append)
    qtbot.waitUntil(lambda: answers == [7])
    assert [type(bug) for bug in bugs] == [ZeroDivisionError]


def test_a_refusal_nobody_can_show_is_a_bug(qtbot: QtBot, work: Work, bugs: list[BaseException]) -> None:
    owner = QObject()
    work.do(owner, fail)
    qtbot.waitUntil(lambda: bugs == [REFUSAL])


def test_answers_for_widgets_that_are_gone_are_dropped(qtbot: QtBot, work: Work) -> None:
    late, answers, last = list[int](), list[int](), QObject()
    for _ in range(1000):
        owner = QWidget()
        work.do(owner, lambda owner=owner: id(owner), late.append)  # type: ignore[misc]
        owner.deleteLater()
    del owner
    work.do(last, lambda: 1, answers.append)
    qtbot.waitUntil(lambda: answers == [1], timeout=20_000)
    assert len(late) < 1000
    gc.collect()


def test_what_a_job_holds_dies_on_the_gui_thread(qtbot: QtBot, work: Work) -> None:
    deaths, owner, answers = list[object](), QObject(), list[int]()

    class Witness:
        def __del__(self) -> None:
            deaths.append(threading.current_thread())

    def ask() -> None:
        witness = Witness()
        work.do(owner, lambda: len(repr(witness)), answers.append)

    for _ in range(50):
        ask()
    qtbot.waitUntil(lambda: len(answers) == 50)
    qtbot.waitUntil(lambda: len(deaths) == 50)
    assert set(deaths) == {threading.main_thread()}


def test_a_long_job_is_shown_and_can_be_cancelled(qtbot: QtBot, work: Work, page: SomePage) -> None:
    page.show()
    going, told = threading.Event(), list[str]()

    def job(progress: Progress) -> str:
        done = 0
        while True:
            progress(done, 20_000)
            done += 1
            going.set()
            QThread.msleep(1)

    progress = work.do_long(page, "导入企业", job, told.append, ended=lambda: told.append("ended"))
    line = page.progress
    qtbot.waitUntil(line.isVisible)
    assert "/ 20,000 · 每秒 " in line.count.text()
    line.cancel.click()
    assert not line.cancel.isEnabled()
    qtbot.waitUntil(lambda: told == ["ended"])
    assert progress.cancelled
    assert line.isHidden()


def test_closing_waits_for_what_is_being_written(qtbot: QtBot) -> None:
    work, written, answers = Work(), list[int](), list[int]()
    owner = QObject()
    for number in range(20):
        work.do(owner, lambda number=number: written.append(number), lambda _: answers.append(1))  # type: ignore[misc]
    work.close()
    assert written == list(range(20))
    assert not answers
    work.do(owner, lambda: written.append(99))
    assert 99 not in written


def test_jobs_run_at_once_for_tests(qapp: object) -> None:
    work, answers, owner = Work(Immediate(), Immediate()), list[int](), QObject()
    work.do(owner, lambda: 3, answers.append)
    assert answers == [3]
    assert not work.busy()


def test_what_takes_minutes_holds_up_nothing(qtbot: QtBot, work: Work, page: SomePage) -> None:
    gate, answers = threading.Event(), list[str]()
    work.do_apart(page, lambda: gate.wait(30), lambda _: answers.append("long"))
    for number in range(2):
        work.do_long(page, "打印", lambda _progress: gate.wait(30), lambda _: answers.append("long"), apart=True)
        work.do_slow(page, lambda: None, lambda _, number=number: answers.append(f"slip {number}"))  # type: ignore[misc]
    qtbot.waitUntil(lambda: answers == ["slip 0", "slip 1"])
    gate.set()
    qtbot.waitUntil(lambda: answers[2:] == ["long"] * 3)


def test_the_time_that_is_left_is_a_guess_in_round_words() -> None:
    assert _figures(0, 0, 500) == ""
    assert _figures(0, 100, 500) == "0 / 100 · 每秒 0"
    assert _figures(50, 100, 1_000) == "50 / 100 · 每秒 50 · 还需约 2 秒"
    assert _figures(1_000, 20_000, 10_000) == "1,000 / 20,000 · 每秒 100 · 还需约 4 分钟"
    assert _figures(100, 100, 1_000) == "100 / 100 · 每秒 100"
    assert _figures(7, 0, 1_000) == "7 · 每秒 7"
