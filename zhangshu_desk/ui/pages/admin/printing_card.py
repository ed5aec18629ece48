"""Printing on this machine: which printer takes slips and sheets, the roll, a trial of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhangshu_desk.core.clock import stamp
from zhangshu_desk.reception import papers
from zhangshu_desk.reception.queries import Slip
from zhangshu_desk.ui.printing import Fate, Kind, Outcome, Paper
from zhangshu_desk.ui.widgets import Card, ComboField, LinkButton, NoteField, PlainButton, Tick, row

if TYPE_CHECKING:
    from zhangshu_desk.ui.pages.admin.tab import Tab

_ALWAYS = [("", "不打印"), ("pdf", "存为 PDF 文件（papers 目录）")]
_TRIAL_SHEET = (
    "<html><body><h2>A4 打印机试印</h2><p>樟树一站式服务工作站 · 前台</p>"
    "<p>能看清这几行字、四边没有缺失，打印机即可使用。</p><p>0123456789 ABCDEFGHIJ 等候 办理 日结</p></body></html>"
)


class PrintingCard(Card):
    """Every choice counts at once."""

    def __init__(self, tab: Tab) -> None:
        super().__init__("打印", "改动即时生效")
        self._tab = tab
        values = tab.desk.settings.values
        self.slip = ComboField[str]("号票打印机", _choices([values.slip_printer]), values.slip_printer)
        self.roll = ComboField[int]("纸宽", [(80, "80 毫米"), (58, "58 毫米")], values.slip_width_mm)
        self.sheet = ComboField[str]("A4 打印机", _choices([values.sheet_printer]), values.sheet_printer)
        self.automatic = Tick("取号后自动打印号票", values.print_slip)
        self.notice = NoteField("号票末行的告知（个人信息保护法第十七条）", values.privacy_notice, lines=2)
        self.try_slip = PlainButton("试打号票", "", self._try_slip)
        self.try_sheet = PlainButton("试打 A4", "", self._try_sheet)
        again = LinkButton("重新查找打印机", "", self.look_for_printers)
        trials = row(self.try_slip, self.try_sheet, again)
        trials.addStretch(1)
        self.roll.setFixedWidth(120)
        self.add(row(self.slip, self.roll, spacing=12), self.automatic, self.sheet, self.notice, trials)
        self.slip.chosen.connect(lambda key: tab.keep("号票打印机已更换。", slip_printer=key))
        self.sheet.chosen.connect(lambda key: tab.keep("A4 打印机已更换。", sheet_printer=key))
        self.roll.chosen.connect(lambda key: tab.keep(f"号票纸宽已设为 {key} 毫米。", slip_width_mm=key))
        self.automatic.toggled.connect(lambda on: tab.keep("", print_slip=on))
        self.notice.editor.textChanged.connect(self._keep_notice)

    def look_for_printers(self) -> None:
        """Ask the system for its printers; the chosen one stays even while it is switched off."""
        self._tab.desk.printing.find_printers(self, self._offer)

    def _offer(self, found: list[str]) -> None:
        values = self._tab.desk.settings.values
        self.slip.set_choices(_choices([*found, values.slip_printer]), values.slip_printer)
        self.sheet.set_choices(_choices([*found, values.sheet_printer]), values.sheet_printer)

    def _keep_notice(self) -> None:
        self._tab.keep("", privacy_notice=" ".join(self.notice.text().split()))

    def _try_slip(self) -> None:
        desk = self._tab.desk
        values, now = desk.settings.values, desk.clock.now()
        slip = Slip("号票打印机试印", "A000", stamp(now), "试印，不是有效号票", None, None, values.privacy_notice)
        paper = Paper("试打号票", papers.slip_html(slip, values.slip_width_mm), desk.printing.slip_kind())
        desk.printing.print(self, paper, self._tell)

    def _try_sheet(self) -> None:
        self._tab.desk.printing.print(self, Paper("试打 A4", _TRIAL_SHEET, Kind.A4), self._tell)

    def _tell(self, outcome: Outcome) -> None:
        notices = self._tab.page.notices
        (notices.failed if outcome.kind is Fate.NONE else notices.info)(outcome.detail)


def _choices(printers: list[str]) -> list[tuple[str, str]]:
    known = dict(_ALWAYS)
    return [*_ALWAYS, *((name, name) for name in dict.fromkeys(printers) if name not in known)]
