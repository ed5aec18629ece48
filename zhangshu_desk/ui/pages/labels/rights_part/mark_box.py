"""The official mark of a right: its picture in its proportions, what file it is, whether it is at this machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from zhangshu_desk.core.acts import allowed
from zhangshu_desk.core.clock import stamp
from zhangshu_desk.labels.queries.rights import MarkRow, UserRow
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.labels.rights_part.mark_dialog import size_words
from zhangshu_desk.ui.pages.labels.rights_part.mark_picture import MarkPicture
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets import ComboField, DangerButton, PlainButton, column, row
from zhangshu_desk.ui.widgets.facts import Fact, Facts

_NONE = "还没有选定\n标志文件"
_NOT_HERE = "本机没有这个文件"


class MarkBox(QWidget):
    """Shows the mark of a right; what is done about it is its owner's.

    Args:
        bring: import a file. take: called with the id of the mark to be used. void: called with the one to be ended.
    """

    def __init__(
        self,
        desk: Desk,
        bring: Callable[[], object],
        take: Callable[[str], object],
        void: Callable[[MarkRow], object],
    ) -> None:
        super().__init__()
        self._desk, self._void = desk, void
        self._shown: MarkRow | None = None
        self.picture = MarkPicture(desk)
        self.which = ComboField[str]("使用的标志文件")
        self.facts = Facts(columns=1)
        self.bring = PlainButton("导入标志…", "Ctrl+I", bring)
        self.end = DangerButton("停用…", "", self._end)
        buttons = row(self.bring, self.end)
        buttons.addStretch(1)
        right = column(self.which, self.facts)
        right.addStretch(1)
        left = column(self.picture)
        left.addStretch(1)
        line = row(left, right, spacing=16)
        line.setStretch(1, 1)
        lines = column(line, buttons)
        lines.setContentsMargins(0, 8, 0, 0)
        lines.setStretch(0, 1)
        self.setLayout(lines)
        self.which.chosen.connect(lambda key: take(str(key)) if key else None)

    def show_marks(self, user: UserRow, marks: Sequence[MarkRow]) -> None:
        """Show the mark of a right; `marks`: all of its enterprise, those out of use too."""
        chosen = next((one for one in marks if one.id == user.form.mark_id), None)
        self._shown = chosen
        offered = [one for one in marks if not one.voided or one is chosen]
        choices = [(one.id, _choice(one)) for one in offered]
        self.which.set_choices(choices if chosen else [("", "未选定"), *choices], chosen.id if chosen else "")
        if chosen is None:
            self.picture.show_file(None, _NONE)
            self.facts.show_facts([])
        else:
            self.picture.show_file(chosen.file, _NOT_HERE)
            self.facts.show_facts(_facts(chosen, user.form.credit_code))
        may = not user.voided and allowed("gi.mark_import", self._desk.session.actor.role)
        self.which.setVisible(may and self.which.editor.count() > 1)
        self.bring.setVisible(may)
        self.end.setVisible(may and chosen is not None and not chosen.voided)

    def _end(self) -> None:
        if self._shown is not None:
            self._void(self._shown)


def _choice(mark: MarkRow) -> str:
    return f"{mark.file_name}{'（已停用）' if mark.voided else ''}"


def _facts(mark: MarkRow, code: str) -> list[Fact]:
    same = mark.credit_code == code
    said = f"{mark.credit_code}（{'与授权一致' if same else '与授权不同'}）"
    here = ("有", Tone.GOOD) if mark.file is not None else ("没有，请在本机再导入一次同一个文件", Tone.BAD)
    return [
        Fact("文件名", mark.file_name),
        Fact("格式", size_words(mark.media_type, mark.width, mark.height)),
        Fact("图中代码", said, Tone.PLAIN if same else Tone.BAD),
        Fact("导入于", stamp(mark.imported_at)),
        Fact("本机文件", *here),
    ]
