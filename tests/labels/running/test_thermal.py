"""Jobs on a label printer: whole ones, and everything that stops them."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from dataclasses import replace

import pytest

from tests.labels.printers.label_printer import LabelPrinter
from tests.labels.running.press import CLERK, DOMAIN, ROLL, Background, Press, read_paper
from tests.print_server import until
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels import actions, keys, running, templates
from zhangshu_desk.labels.printers import tcp
from zhangshu_desk.labels.printers.outputs import Trouble
from zhangshu_desk.labels.reading import read_back
from zhangshu_desk.labels.rules import codes
from zhangshu_desk.labels.rules.jobs import JobState
from zhangshu_desk.labels.rules.printers import PrinterSettings, Way
from zhangshu_desk.labels.running import Phase, Progress
from zhangshu_desk.labels.running.progress import Watch


def came_out(press: Press, printer: LabelPrinter, expected: int) -> list[int]:
    """The places of the labels on paper, when so many have come out."""
    until(lambda: len(printer.paper) >= expected and not printer.busy)
    return press.places(read_paper(printer.paper))


def refused(act: object, *given: object, **named: object) -> str:
    assert callable(act)
    with pytest.raises(DeskError) as refusal:
        act(*given, **named)
    return refusal.value.code


# ---- a job that ends well --------------------------------------------------------------------------------------------


def test_a_job_is_printed_and_known_to_be(press: Press, printer: LabelPrinter) -> None:
    job = press.begin(press.thermal(printer))
    assert press.row(job).state is JobState.PRINTING
    ending = press.go(job)
    assert (ending.state, ending.good, ending.waiting) == (JobState.DONE, 40, 0)
    assert came_out(press, printer, 40) == list(range(40))
    row = press.row(job)
    assert (row.state, row.good_until, row.result) == (JobState.DONE, 39, "打印机报告已打印")
    with closing(press.store.connection()) as db:
        assert db.execute("SELECT * FROM label_runs").fetchall() == []
    assert running.open_jobs(press.store) == ()
    assert not list((press.store.paths.state / "printing").iterdir())


def test_the_codes_prove_themselves(press: Press, printer: LabelPrinter) -> None:
    job = press.begin(press.thermal(printer), 0, 2)
    press.go(job)
    key = keys.key_of(press.store.paths)
    content = running.content_of(press.store, press.batch, DOMAIN)
    found = [codes.read(content.data(place)["code"]) for place in range(3)]
    assert [one.serial for one in found] == press.numbers[:3]
    assert all(codes.is_genuine(key, one) and one.domain == DOMAIN for one in found)


def test_progress_is_told(press: Press, printer: LabelPrinter) -> None:
    press.go(press.begin(press.thermal(printer)))
    done = [one.done for one in press.told]
    assert done == sorted(done)
    assert (done[0], done[-1]) == (0, 40)
    assert {one.total for one in press.told} == {40}
    assert str(Progress(Phase.WAITING, 10, 40, frozenset({Trouble.PAPER_OUT}))) == "等待打印机，缺纸：10 / 40 张"


def test_the_rate_and_what_is_left() -> None:
    told = list[Progress]()
    watch = Watch(40, told.append, 20)
    watch.tell(Phase.PRINTING)
    watch._begun -= 10
    watch.tell(Phase.PRINTING)
    assert (told[0].a_minute, told[0].left_s) == (None, None), "too early to say"
    assert told[1].a_minute == pytest.approx(120, rel=0.05)
    assert told[1].left_s == pytest.approx(10, rel=0.05)


def test_some_places_and_then_the_others(press: Press, printer: LabelPrinter) -> None:
    at = press.thermal(printer)
    press.go(press.begin(at, 30, 39))
    assert refused(press.begin, at, 0, 30) == "label.printed_before"
    press.go(press.begin(at, 0, 29))
    assert came_out(press, printer, 40) == [*range(30, 40), *range(30)]


# ---- a printer that cannot say ---------------------------------------------------------------------------------------


def test_what_was_only_sent_waits_for_the_clerk(press: Press, silent: LabelPrinter) -> None:
    job = press.begin(press.thermal(silent))
    ending = press.go(job)
    assert (ending.state, ending.good, ending.waiting) == (JobState.SENT, 0, 40)
    assert "尚未确认" in press.row(job).result
    waits = running.open_jobs(press.store)[0]
    assert (waits.must_confirm, waits.good, waits.todo) == (True, 0, 0)
    assert waits.waiting == ((press.numbers[0], press.numbers[39]),)
    assert press.confirm(job, 39, "") == "已打印"
    assert press.row(job).good_until == 39
    assert not press.row(job).repeats


def test_after_a_jam_it_goes_on_behind_the_last_good_label(press: Press, silent: LabelPrinter) -> None:
    job = press.begin(press.thermal(silent))
    press.go(job)
    assert refused(press.confirm, job, 24, "  ") == "label.reason_missing"
    assert press.confirm(job, 24) == "已中断"
    assert press.row(job).good_until == 24
    again = press.row(job).repeats
    assert [(one["first"], one["last"], one["reason"]) for one in again] == [(25, 39, "卡纸")]
    assert press.go(job).waiting == 15
    assert press.confirm(job, 39, "") == "已打印"
    assert came_out(press, silent, 55) == [*range(40), *range(25, 40)]


def test_nothing_was_good(press: Press, silent: LabelPrinter) -> None:
    job = press.begin(press.thermal(silent), 0, 4)
    press.go(job)
    assert press.confirm(job, None) == "已中断"
    assert press.row(job).good_until == -1
    press.go(job)
    assert came_out(press, silent, 10) == [*range(5), *range(5)]


def test_only_labels_that_wait_are_asked_about(press: Press, silent: LabelPrinter) -> None:
    job = press.begin(press.thermal(silent), 0, 9)
    press.go(job)
    assert refused(press.confirm, job, 20) == "label.not_waiting"
    assert refused(running.confirm, press.store, CLERK, job, 999_999, press.clock.now()) == "label.not_waiting"
    press.confirm(job, 9, "")
    assert refused(press.confirm, job, 9) == "label.job_over"
    assert refused(press.go, job) == "label.job_over"


# ---- troubles --------------------------------------------------------------------------------------------------------


def test_switched_off(press: Press, printer: LabelPrinter) -> None:
    at = press.thermal(printer)
    job = press.begin(at)
    printer.close()
    ending = press.go(job)
    assert (ending.state, ending.result, ending.waiting) == (JobState.STOPPED, Trouble.REFUSED.value, 0)
    assert press.row(job).result == Trouble.REFUSED.value
    other = LabelPrinter()
    try:
        moved = press.printer(PrinterSettings("另一台", Way.TSPL_TCP, address=other.address))
        assert press.go(job, printer_id=moved).state is JobState.DONE
        assert came_out(press, other, 40) == list(range(40))
    finally:
        other.close()


def test_no_paper_at_the_beginning(press: Press, printer: LabelPrinter) -> None:
    job = press.begin(press.thermal(printer))
    printer.roll = 0
    ending = press.go(job)
    assert (ending.state, ending.result, ending.waiting) == (JobState.STOPPED, "缺纸", 0)
    assert printer.paper == []
    printer.roll = 1_000
    assert press.go(job).state is JobState.DONE
    assert came_out(press, printer, 40) == list(range(40))


@pytest.mark.parametrize("left", [7, 10, 15])
def test_the_roll_ends_in_the_middle(press: Press, printer: LabelPrinter, left: int) -> None:
    job = press.begin(press.thermal(printer))
    printer.roll = left
    background = Background(press, job)
    until(lambda: any(Trouble.PAPER_OUT in one.troubles for one in press.told))
    assert len(printer.paper) == left
    assert running.open_jobs(press.store)[0].running
    assert refused(running.confirm, press.store, CLERK, job, None, press.clock.now()) == "label.job_running"
    assert refused(press.go, job) == "label.job_running"
    printer.roll = 1_000
    assert background.wait().state is JobState.DONE
    assert came_out(press, printer, 40) == list(range(40))


def test_the_line_is_cut_in_the_middle(press: Press, silent: LabelPrinter, monkeypatch: pytest.MonkeyPatch) -> None:
    job = press.begin(press.thermal(silent))
    silent.cut_after = 25 * 20_000
    ending = press.go(job)
    assert ending.state is JobState.STOPPED
    assert ending.result == Trouble.CUT.value
    assert ending.waiting
    until(lambda: not silent.busy)
    assert press.go(job).state is JobState.STOPPED, "before the clerk has spoken nothing more goes out"
    on_paper = came_out(press, silent, 1)
    assert press.confirm(job, on_paper[-1]) == "已中断"
    silent.cut_after = None
    assert press.go(job).state is JobState.SENT
    assert came_out(press, silent, 40) == list(range(40))
    assert press.confirm(job, 39, "") == "已打印"


def test_it_takes_nothing_any_more(press: Press, silent: LabelPrinter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tcp, "STALL_S", 0.3)
    monkeypatch.setattr("zhangshu_desk.labels.running.painted.LABELS_BY_LINE", 400)
    silent.reads = False
    job = press.begin(press.thermal(silent))
    monkeypatch.setattr("zhangshu_desk.labels.running.painted.encoded", lambda *_: b" " * 1_000_000)
    ending = press.go(job)
    assert (ending.state, ending.result, ending.waiting) == (JobState.STOPPED, Trouble.STALLED.value, 40)


# ---- the clerk stops it ----------------------------------------------------------------------------------------------


def test_stopped_and_gone_on_with(press: Press, printer: LabelPrinter) -> None:
    printer.label_s = 0.1
    job = press.begin(press.thermal(printer))
    background = Background(press, job)
    until(lambda: len(printer.paper) >= 12)
    background.stop.set()
    ending = background.wait()
    assert (ending.state, ending.result) == (JobState.STOPPED, "已停止")
    assert press.row(job).good_until >= 9
    printer.label_s = 0.01
    until(lambda: not printer.busy)
    waits = running.open_jobs(press.store)[0]
    assert not waits.running
    if waits.must_confirm:
        press.confirm(job, came_out(press, printer, 1)[-1])
    assert press.go(job).state is JobState.DONE
    assert came_out(press, printer, 40) == list(range(40))


def test_a_window_that_stops_listening_stops_it(press: Press, printer: LabelPrinter) -> None:
    class Closed(Exception):
        """As the progress line raises."""

    def report(progress: Progress) -> None:
        if progress.done >= 10:
            raise Closed

    job = press.begin(press.thermal(printer))
    with pytest.raises(Closed):
        press.go(job, report=report)
    assert press.row(job).state is JobState.STOPPED
    until(lambda: not printer.busy)
    if running.open_jobs(press.store)[0].must_confirm:
        press.confirm(job, came_out(press, printer, 1)[-1])
    press.go(job)
    assert came_out(press, printer, 40) == list(range(40))


# ---- labels that are wrong -------------------------------------------------------------------------------------------


def test_a_label_that_does_not_scan_stops_the_job(
    press: Press, printer: LabelPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spoiled(image: object, dpi: float, expected: object, page: int = 0) -> None:
        if page == 25:
            image = image * 0 + 255  # type: ignore[operator]  # an empty label
        read_back(image, dpi, expected, page)  # type: ignore[arg-type]

    monkeypatch.setattr("zhangshu_desk.labels.pages.read_back", spoiled)
    job = press.begin(press.thermal(printer))
    assert refused(press.go, job) == "label.not_readable"
    assert press.row(job).state is JobState.STOPPED
    assert "扫" in press.row(job).result or "读" in press.row(job).result
    assert came_out(press, printer, 20) == list(range(20))
    assert press.row(job).good_until == 19
    monkeypatch.undo()
    press.go(job)
    assert came_out(press, printer, 40) == list(range(40))


def test_void_numbers_are_left_out(press: Press, printer: LabelPrinter) -> None:
    job = press.begin(press.thermal(printer))
    gone = (press.numbers[5], press.numbers[6]), (press.numbers[39], press.numbers[39])
    actions.void_numbers(press.store, CLERK, press.batch, gone, "写错", press.clock.now())
    assert press.go(job).state is JobState.DONE
    assert came_out(press, printer, 37) == [one for one in range(40) if one not in (5, 6, 39)]


# ---- once more, and given up -----------------------------------------------------------------------------------------


def test_a_soiled_label_once_more_while_the_job_is_open(press: Press, printer: LabelPrinter) -> None:
    job = press.begin(press.thermal(printer))
    printer.roll = 20
    background = Background(press, job)
    until(lambda: any(Trouble.PAPER_OUT in one.troubles for one in press.told))
    background.stop.set()
    background.wait()
    printer.roll = 1_000
    until(lambda: not printer.busy)
    if running.open_jobs(press.store)[0].must_confirm:
        press.confirm(job, 19)
    first, last = press.numbers[3], press.numbers[4]
    ahead = press.numbers[30], press.numbers[31]
    store, now = press.store, press.clock.now()
    assert refused(running.once_more, store, CLERK, job, ahead, "脏", now) == "label.not_printed"
    assert refused(running.once_more, store, CLERK, job, (first, last), "", now) == "label.reason_missing"
    running.once_more(store, CLERK, job, (first, last), "油墨脏了", now)
    assert press.go(job).state is JobState.DONE
    until(lambda: not printer.busy)
    found = Counter(press.places(read_paper(printer.paper)))
    assert {place for place, times in found.items() if times > 1} == {3, 4}
    assert set(found) == set(range(40))
    assert [one["reason"] for one in press.row(job).repeats][-1] == "油墨脏了"
    assert refused(running.once_more, store, CLERK, job, (first, last), "再来", now) == "label.job_over"


def test_given_up_and_printed_by_another_job(press: Press, printer: LabelPrinter) -> None:
    at = press.thermal(printer)
    job = press.begin(at)
    printer.roll = 10
    background = Background(press, job)
    until(lambda: any(Trouble.PAPER_OUT in one.troubles for one in press.told))
    background.stop.set()
    background.wait()
    assert refused(running.give_up, press.store, CLERK, job, "", press.clock.now()) == "label.reason_missing"
    running.give_up(press.store, CLERK, job, "打印机坏了", press.clock.now())
    assert press.row(job).state is JobState.ENDED
    reached = press.row(job).last
    assert reached >= 9
    assert running.open_jobs(press.store) == ()
    printer.roll = 1_000
    until(lambda: not printer.busy)
    before = came_out(press, printer, 10)
    assert max(before) <= reached
    assert refused(press.begin, at, reached, 39) == "label.printed_before"
    press.go(press.begin(at, reached + 1, 39))
    assert came_out(press, printer, 39 - reached + len(before)) == [*before, *range(reached + 1, 40)]


# ---- what is found before --------------------------------------------------------------------------------------------


def test_wrong_orders(press: Press, printer: LabelPrinter) -> None:
    at = press.thermal(printer)
    assert refused(press.begin, at, template="traced-a4-3x8") == "label.printer_paper"
    assert refused(press.begin, "gone") == "label.printer_gone"
    assert refused(press.begin, at, 0, 40) == "label.places_wrong"
    assert refused(press.begin, at, template="gi-product-60x40") == "label.invalid"
    assert running.open_jobs(press.store) == ()


def test_a_module_that_is_too_small_for_the_printer_is_refused_with_the_size_that_would_do(
    press: Press, printer: LabelPrinter
) -> None:
    labels = press.store.paths.labels
    whole = templates.load(labels, ROLL)
    small = replace(whole.qr, area=replace(whole.qr.area, width=12, height=12), least=0.2)
    elements = tuple(small if one is whole.qr else one for one in whole.elements)
    own = templates.save(labels, replace(whole, id="small", title="小码", elements=elements))
    with pytest.raises(DeskError) as refusal:
        press.begin(press.thermal(printer), template=own.id)
    assert refusal.value.code == "label.invalid"
    assert "12 mm 太小" in str(refusal.value)
    assert "至少要" in str(refusal.value)
    fine = press.printer(PrinterSettings("精细", Way.TSPL_TCP, dpi=600, address=printer.address))
    assert press.row(press.begin(fine, template=own.id)).state is JobState.PRINTING
