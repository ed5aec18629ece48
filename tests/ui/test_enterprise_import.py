"""Importing the real list by hands, taking it back, and exporting it; on a real store with real files."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import TypeVar

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests import make
from tests.ui.hands import in_front
from tests.ui.morning import desk as desk_on
from tests.ui.morning import park
from zhangshu_desk.core.clock import FixedClock
from zhangshu_desk.db.store import Store
from zhangshu_desk.enterprises import actions, queries
from zhangshu_desk.enterprises.queries.imports import imports
from zhangshu_desk.ui.dialogs.base import Ask, Dialog
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.enterprises import import_files, import_words
from zhangshu_desk.ui.pages.enterprises.export_dialog import ExportDialog
from zhangshu_desk.ui.pages.enterprises.import_dialog import ImportDialog
from zhangshu_desk.ui.pages.enterprises.import_earlier import EarlierImports
from zhangshu_desk.ui.pages.enterprises.import_undo import UndoneDialog
from zhangshu_desk.ui.work import Work

PARK_LIST = Path(__file__).parents[1] / "data" / "enterprises.xlsx"
ROWS, GOOD, BAD_CODES, NO_CODE = 407, 389, 11, 5
CTRL = Qt.KeyboardModifier.ControlModifier
D = TypeVar("D", bound=Dialog)


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    """What the dialogs stand in front of."""
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(1280, 720)
    in_front(qtbot, made)
    return made


@pytest.fixture
def desk(store: Store, tmp_path: Path, clock: FixedClock) -> Desk:
    """A supervisor's desk whose jobs run at once."""
    return desk_on(store, tmp_path, clock, make.SUPERVISOR)


@pytest.fixture
def threaded(store: Store, tmp_path: Path, clock: FixedClock) -> Iterator[Desk]:
    """The same with its jobs on their real threads."""
    work = Work()
    yield desk_on(store, tmp_path, clock, make.SUPERVISOR, work)
    work.close()


def opened(qtbot: QtBot, window: QWidget, desk: Desk, file: Path | None = PARK_LIST) -> ImportDialog:
    """The import dialog in front."""
    dialog = ImportDialog(window, desk, file)
    dialog.open()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog)
    return dialog


def child(of: QWidget, kind: type[D], qtbot: QtBot) -> D:
    """The one visible dialog of this kind, in front."""
    found = [one for one in of.findChildren(kind) if one.isVisible()]
    assert len(found) == 1
    qtbot.waitUntil(lambda: QApplication.activeWindow() is found[0])
    return found[0]


def total(store: Store) -> int:
    """How many enterprises are in use."""
    return queries.page(store).total


def written(folder: Path, *lines: str) -> Path:
    """A CSV file of these lines."""
    path = folder / "名单.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_the_dry_run_shows_every_row_and_writes_nothing(
    qtbot: QtBot, window: QWidget, desk: Desk, store: Store
) -> None:
    dialog = opened(qtbot, window, desk)
    assert len(dialog.preview.table.rows.rows) == ROWS
    assert dialog.preview.chips.chip("refused").text() == f"未导入 {BAD_CODES}"
    assert dialog.preview.skipped.text() == "另有 12 行不是企业，已跳过：标题 2 行、空行 5 行、小计 5 行。"
    assert dialog.primary.text() == f"导入 {GOOD} 家"
    dialog.preview.chips.chip("refused").click()
    assert len(dialog.preview.table.rows.rows) == BAD_CODES
    assert "信用代码" in dialog.preview.detail.text()
    assert total(store) == 0
    assert not imports(store)


def test_imported_by_keyboard_the_second_time_there_is_nothing_to_do(
    qtbot: QtBot, window: QWidget, desk: Desk, store: Store
) -> None:
    dialog = opened(qtbot, window, desk)
    QTest.keyClick(dialog, Qt.Key.Key_Return, CTRL)
    assert total(store) == GOOD
    assert dialog.outcome.title.text() == f"已导入 {GOOD} 家企业"
    assert len(dialog.outcome.table.rows.rows) == BAD_CODES
    dialog.read(PARK_LIST)
    assert dialog.preview.chips.chip("same").text() == f"相同 {ROWS - BAD_CODES}"
    assert dialog.primary.text() == import_words.NOTHING
    assert not dialog.primary.isEnabled()
    QTest.keyClick(dialog, Qt.Key.Key_Return, CTRL)
    assert total(store) == GOOD
    assert len(imports(store)) == 1


def test_wrong_codes_are_taken_when_the_clerk_says_so(qtbot: QtBot, window: QWidget, desk: Desk, store: Store) -> None:
    dialog = opened(qtbot, window, desk)
    dialog.preview.bad_codes.setFocus()
    QTest.keyClick(dialog.preview.bad_codes, Qt.Key.Key_Space)
    assert dialog.primary.text() == f"导入 {GOOD + BAD_CODES} 家"
    dialog.act()
    assert queries.page(store, which=queries.Filter.CODE).total == BAD_CODES + NO_CODE


def test_a_corrected_column_is_planned_anew(
    qtbot: QtBot, window: QWidget, desk: Desk, store: Store, tmp_path: Path
) -> None:
    lines = ("单位全称呀,地址", "樟树市清江测试厂,杏佛路 1 号", "樟树市药都测试店,药都大道 2 号")
    dialog = opened(qtbot, window, desk, written(tmp_path, *lines))
    assert not dialog.primary.isEnabled()
    assert "企业名称" in dialog.notices.text.text()
    field = dialog.preview.columns.fields[0]
    field.set_key("name")
    field.chosen.emit("name")
    assert dialog.notices.isHidden()
    assert dialog.primary.text() == "导入 2 家"
    other = dialog.preview.columns.fields[1]
    other.set_key("name")
    other.chosen.emit("name")
    assert field.key() == "", "a field belongs to one column only"
    assert dialog.preview.table.rows.rows[0].name == "杏佛路1号"
    assert total(store) == 0


def test_a_list_without_headings_is_read_as_the_clerk_says(
    qtbot: QtBot, window: QWidget, desk: Desk, store: Store, tmp_path: Path
) -> None:
    lines = ("樟树市清江测试厂,杏佛路 1 号", "樟树市药都测试店,药都大道 2 号")
    dialog = opened(qtbot, window, desk, written(tmp_path, *lines))
    dialog.preview.header.editor.setValue(0)
    field = dialog.preview.columns.fields[0]
    field.set_key("name")
    field.chosen.emit("name")
    assert dialog.primary.text() == "导入 2 家"
    dialog.act()
    assert total(store) == 2


def test_tab_goes_from_top_to_bottom(qtbot: QtBot, window: QWidget, desk: Desk, tmp_path: Path) -> None:
    lines = ("企业名称,地址", "樟树市清江测试厂,杏佛路 1 号")
    dialog = opened(qtbot, window, desk, written(tmp_path, *lines))
    dialog.other.setFocus()
    names = []
    for _ in range(10):
        focus = QApplication.focusWidget()
        assert focus is not None
        names.append(focus.accessibleName())
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    assert names == [
        "换一个文件…",
        "表头在第几行",
        "「企业名称」列是",
        "「地址」列是",
        "全部 1",
        "信用代码有误也导入（登记为待核）",
        "导入预览",
        "以前的导入…",
        "取消",
        "导入 1 家",
    ]


def test_changes_are_told_old_and_new_with_people_masked(
    qtbot: QtBot, window: QWidget, desk: Desk, store: Store, tmp_path: Path
) -> None:
    park(store, desk.clock.now(), 3)
    lines = (
        "企业名称,联系人,联系电话,地址,备注",
        "樟树市鼎力校具有限公司,李秋,13700001111,杏佛路 9 号,急事打 13812345678",
    )
    dialog = opened(qtbot, window, desk, written(tmp_path, *lines))
    said = dialog.preview.detail.text()
    assert "（空） → 杏佛路 9 号" in said
    assert "139****0001 → 137****1111" in said
    assert "138****5678" in said
    assert "13812345678" not in said
    assert "李秋" not in said


def test_the_undo_tells_what_was_left_alone(qtbot: QtBot, window: QWidget, desk: Desk, store: Store) -> None:
    dialog = opened(qtbot, window, desk)
    dialog.act()
    kept = queries.page(store).rows[0]
    actions.change(store, make.SUPERVISOR, kept.id, {"notes": "已核对"}, desk.clock.now())
    QTest.keyClick(dialog, Qt.Key.Key_Z, CTRL)
    ask = child(dialog, Ask, qtbot)
    assert total(store) == GOOD, "asked first"
    ask.primary.click()
    told = child(dialog, UndoneDialog, qtbot)
    assert f"{GOOD - 1} 家新增的企业作废" in told.text.text()
    assert [one.name for one in told.table.rows.rows] == [kept.name]
    assert total(store) == 1
    assert dialog.outcome.title.text() == "这次导入已撤销"
    assert not dialog.outcome.undo.isEnabled()


def test_an_earlier_import_is_undone_from_the_list(qtbot: QtBot, window: QWidget, desk: Desk, store: Store) -> None:
    first = opened(qtbot, window, desk)
    first.act()
    first.reject()
    dialog = opened(qtbot, window, desk, None)
    QTest.keyClick(dialog, Qt.Key.Key_H, CTRL)
    earlier = child(dialog, EarlierImports, qtbot)
    assert [one.new for one in earlier.table.rows.rows] == [GOOD]
    QTest.keyClick(earlier, Qt.Key.Key_Return, CTRL)
    child(earlier, Ask, qtbot).primary.click()
    assert total(store) == 0
    assert not earlier.primary.isEnabled(), "undone once is undone"


def test_what_cannot_be_read_is_said_in_the_dialog(
    qtbot: QtBot, window: QWidget, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_files, "ask_open", lambda parent, folder: tmp_path / "没有.xlsx")
    dialog = opened(qtbot, window, desk, None)
    QTest.keyClick(dialog, Qt.Key.Key_O, CTRL)
    assert "没有.xlsx" in dialog.notices.text.text()
    assert dialog.choose.isVisible()
    monkeypatch.setattr(import_files, "ask_open", lambda parent, folder: PARK_LIST)
    QTest.keyClick(dialog, Qt.Key.Key_O, CTRL)
    assert dialog.notices.isHidden()
    assert dialog.primary.isEnabled()


def test_a_dropped_spreadsheet_is_read_and_nothing_else(
    qtbot: QtBot, window: QWidget, desk: Desk, tmp_path: Path
) -> None:
    dialog = opened(qtbot, window, desk, None)
    for path, taken in ((tmp_path / "picture.png", False), (PARK_LIST, True)):
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        drop = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
        enter = QDragEnterEvent(QPoint(50, 50), *drop)
        enter.ignore()
        QApplication.sendEvent(dialog, enter)
        assert enter.isAccepted() is taken
    QApplication.sendEvent(dialog, QDropEvent(QPoint(50, 50), *drop))
    assert len(dialog.preview.table.rows.rows) == ROWS


def test_what_was_changed_meanwhile_is_looked_at_again(qtbot: QtBot, window: QWidget, desk: Desk, store: Store) -> None:
    dialog = opened(qtbot, window, desk)
    name = dialog.preview.table.rows.rows[0].name
    make.enterprise(store, desk.clock.now(), name)
    dialog.act()
    assert total(store) == 1
    assert "又有变化" in dialog.notices.text.text()
    assert dialog.primary.text() == f"导入 {GOOD} 家"
    assert dialog.primary.isEnabled()


def test_a_cancelled_import_leaves_nothing(qtbot: QtBot, window: QWidget, threaded: Desk, store: Store) -> None:
    dialog = opened(qtbot, window, threaded)
    qtbot.waitUntil(dialog.primary.isEnabled)
    held = Event()
    threaded.work.do(window, lambda: held.wait(10))
    QTest.keyClick(dialog, Qt.Key.Key_Return, CTRL)
    assert not dialog.primary.isEnabled()
    assert "全部退回" in dialog.notices.text.text()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible(), "cancelling comes before leaving"
    held.set()
    qtbot.waitUntil(dialog.primary.isEnabled)
    assert dialog.notices.text.text() == "已取消：全部退回，一家也没有登记。"
    assert total(store) == 0
    assert not imports(store)
    QTest.keyClick(dialog, Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: total(store) == GOOD)
    qtbot.waitUntil(dialog.outcome.isVisible)


def test_an_undo_is_cancelled_before_one_leaves(
    qtbot: QtBot, window: QWidget, threaded: Desk, store: Store, tmp_path: Path
) -> None:
    dialog = opened(qtbot, window, threaded, written(tmp_path, "企业名称", "樟树市清江测试厂"))
    qtbot.waitUntil(dialog.primary.isEnabled)
    dialog.act()
    qtbot.waitUntil(dialog.outcome.isVisible)
    held = Event()
    threaded.work.do(window, lambda: held.wait(10))
    dialog.outcome.undo.click()
    child(dialog, Ask, qtbot).primary.click()
    dialog.reject()
    assert dialog.isVisible()
    held.set()
    qtbot.waitUntil(lambda: "没有撤销" in dialog.notices.text.text())
    assert total(store) == 1


def test_it_fits_a_small_screen(qtbot: QtBot, window: QWidget, desk: Desk) -> None:
    dialog = opened(qtbot, window, desk)
    dialog.notices.failed("说明" * 60)
    qtbot.waitUntil(dialog.notices.isVisible)
    assert dialog.minimumSizeHint().height() <= 640
    assert dialog.width() <= 1280
    assert dialog.height() <= 690


# -- export -----------------------------------------------------------------------------------------------------------


def exporting(qtbot: QtBot, window: QWidget, desk: Desk) -> ExportDialog:
    """The export dialog in front."""
    dialog = ExportDialog(window, desk)
    dialog.open()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog)
    return dialog


def test_an_export_is_masked_and_says_where_it_went(
    qtbot: QtBot, window: QWidget, desk: Desk, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    park(store, desk.clock.now())
    out = tmp_path / "名录"
    monkeypatch.setattr(import_files, "ask_save", lambda parent, proposed, words: out)
    dialog = exporting(qtbot, window, desk)
    dialog.kind.set_key(".csv")
    dialog.act()
    made = tmp_path / "名录.csv"
    rows = list(csv.DictReader(made.read_text(encoding="utf-8-sig").splitlines()))
    assert len(rows) == 8
    assert {row["联系电话"] for row in rows} >= {"138****5678"}
    assert "8 家" in dialog.outcome.text()
    assert str(made) in dialog.outcome.text()
    assert dialog.primary.isHidden()


def test_full_data_need_a_purpose(
    qtbot: QtBot, window: QWidget, desk: Desk, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    park(store, desk.clock.now())
    made = tmp_path / "名录.csv"
    monkeypatch.setattr(import_files, "ask_save", lambda parent, proposed, words: made)
    dialog = exporting(qtbot, window, desk)
    dialog.kind.set_key(".csv")
    dialog.full.click()
    dialog.act()
    assert not made.exists()
    assert dialog.reason.problem.text() == "请填写用途。"
    dialog.purposes.chip("上级报送").click()
    dialog.act()
    assert "13812345678" in made.read_text(encoding="utf-8-sig")
    assert "完整内容" in dialog.outcome.text()


def test_a_file_that_cannot_be_written_is_said(
    qtbot: QtBot, window: QWidget, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_files, "ask_save", lambda parent, proposed, words: tmp_path / "没有" / "名录.xlsx")
    dialog = exporting(qtbot, window, desk)
    dialog.act()
    assert "没有写成文件" in dialog.notices.text.text()
    assert dialog.primary.isEnabled()


def test_another_file_is_replaced_only_when_asked(
    qtbot: QtBot, window: QWidget, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "名录.xlsx"
    old.write_text("old")
    monkeypatch.setattr(import_files, "ask_save", lambda parent, proposed, words: tmp_path / "名录")
    dialog = exporting(qtbot, window, desk)
    dialog.act()
    ask = child(dialog, Ask, qtbot)
    assert old.read_text() == "old"
    ask.primary.click()
    assert old.read_bytes().startswith(b"PK")
