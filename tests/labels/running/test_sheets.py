"""Jobs on sheets: the started one first, from any label on, around damaged places; where the ink went is remembered."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.labels.running.press import CLERK, SHEET, Background, Press, read_pdf
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels import running, sheets, templates
from zhangshu_desk.labels.rules.jobs import JobState
from zhangshu_desk.labels.rules.printers import PrinterSettings, Way
from zhangshu_desk.labels.running import Ending, Phase

GEOMETRY = "a4-3x8"
PDF = PrinterSettings("存为 PDF", Way.PDF, dpi=600)


def started(press: Press) -> list[list[int]]:
    return [sorted(one.used) for one in sheets.started(press.store, GEOMETRY)]


def pages(press: Press, ending: Ending) -> list[list[int]]:
    assert ending.file is not None
    return [press.places(page) for page in read_pdf(ending.file)]


def test_a_whole_job_into_a_file(press: Press) -> None:
    job = press.begin(press.printer(PDF), template=SHEET)
    ending = press.go(job)
    assert ending.state is JobState.DONE
    assert press.row(job).result == f"已保存为 {ending.file.name}" if ending.file else False
    assert pages(press, ending) == [list(range(24)), list(range(24, 40))]
    assert started(press) == [list(range(16))]
    assert [one.phase for one in press.told][:2] == [Phase.PAINTING, Phase.PAINTING]
    assert press.told[-1].done == 40


def test_the_started_sheet_first_and_around_what_is_damaged(press: Press) -> None:
    geometry = templates.load(press.store.paths.labels, SHEET).geometry
    sheet = sheets.set_used(press.store, CLERK, geometry, range(20), press.clock.now())
    job = press.begin(press.printer(PDF), 0, 9, SHEET, sheet_id=sheet, skip=frozenset({21}))
    ending = press.go(job)
    found = pages(press, ending)
    assert found == [[0, 1, 2], list(range(3, 10))]
    assert started(press) == [list(range(7))]
    assert [one.id for one in sheets.started(press.store, GEOMETRY)] != [sheet]


def test_from_the_fifth_label_on_of_a_sheet_nobody_knows(press: Press) -> None:
    at = press.printer(PDF)
    ending = press.go(press.begin(at, 0, 5, SHEET, skip=frozenset(range(4))))
    assert pages(press, ending) == [list(range(6))]
    assert started(press) == [list(range(10))]
    with_rest = sheets.started(press.store, GEOMETRY)[0].id
    ending = press.go(press.begin(at, 6, 12, SHEET, sheet_id=with_rest))
    assert pages(press, ending) == [list(range(6, 13))]
    assert started(press) == [list(range(17))]


def test_wrong_sheets(press: Press) -> None:
    at = press.printer(PDF)
    for changes, code in (
        ({"sheet_id": "gone"}, "label.sheet_gone"),
        ({"skip": frozenset({24})}, "label.sheet_places"),
    ):
        with pytest.raises(DeskError) as refusal:
            press.begin(at, template=SHEET, **changes)
        assert refusal.value.code == code
    assert started(press) == []


def test_a_file_that_cannot_be_written(press: Press) -> None:
    press.store.paths.papers.write_text("a file is in the way")
    job = press.begin(press.printer(PDF), template=SHEET)
    ending = press.go(job)
    assert (ending.state, ending.result, ending.waiting) == (JobState.STOPPED, "文件夹不能写入", 0)
    assert started(press) == []
    press.store.paths.papers.unlink()
    assert press.go(job).state is JobState.DONE


def test_painting_is_stopped(press: Press) -> None:
    job = press.begin(press.printer(PDF), template=SHEET)
    background = Background(press, job)
    background.stop.set()
    ending = background.wait()
    assert ending.state in (JobState.STOPPED, JobState.DONE)
    if ending.state is JobState.STOPPED:
        assert (ending.waiting, ending.good) == (0, 0)
        ending = press.go(job)
    assert pages(press, ending) == [list(range(24)), list(range(24, 40))]


def test_a_template_that_was_changed_meanwhile(press: Press) -> None:
    own = templates.copied(press.store.paths.labels, templates.load(press.store.paths.labels, SHEET), "本站")
    job = press.begin(press.printer(PDF), 0, 5, own.id)
    file = press.store.paths.labels / f"{own.id}.toml"
    before = file.read_text("utf-8")
    file.write_text(before.replace("y = 4\n", "y = 4.5\n"), "utf-8")
    with pytest.raises(DeskError) as refusal:
        press.go(job)
    assert refusal.value.code == "label.template_changed"
    file.write_text(before, "utf-8")
    assert press.go(job).state is JobState.DONE


def test_a_job_whose_run_is_not_known_here_waits_for_a_word(press: Press) -> None:
    at = press.printer(PDF)
    job = press.begin(at, 0, 9, SHEET)
    with press.store.merge() as merge:
        merge.db.execute("UPDATE label_runs SET inc = 'an earlier life'")
    waits = running.open_jobs(press.store)[0]
    assert (waits.must_confirm, waits.todo) == (True, 0)
    assert press.go(job).waiting == 10
    assert press.confirm(job, 3) == "已中断"
    assert pages(press, press.go(job)) == [list(range(4, 10))]
    second = press.begin(at, 10, 12, SHEET)
    with press.store.merge() as merge:
        merge.db.execute("DELETE FROM label_runs")
    assert press.go(second).waiting == 3
    assert press.confirm(second, None) == "已中断"
    assert running.open_jobs(press.store)[0].printer_id == at
    assert pages(press, press.go(second)) == [list(range(10, 13))]


def test_papers_have_names(press: Press) -> None:
    ending = press.go(press.begin(press.printer(PDF), 0, 2, SHEET))
    assert ending.file is not None
    assert ending.file.parent == press.store.paths.papers
    assert ending.file.name.startswith("标签 G-2611-07 ")
    assert Path(ending.file).suffix == ".pdf"
