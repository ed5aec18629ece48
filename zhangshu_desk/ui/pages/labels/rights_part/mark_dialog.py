"""Importing an enterprise's own mark file: the picture is looked at, the code in it typed and compared."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QWidget

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.identifiers import normalise_credit_code
from zhangshu_desk.labels import marks
from zhangshu_desk.labels.actions.marks import ImportedMark, import_mark
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.labels import files
from zhangshu_desk.ui.pages.labels.form import Form
from zhangshu_desk.ui.pages.labels.rights_part.mark_picture import MarkPicture
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets import Elided, PlainButton, Text, TextField, column, row

_KINDS = "标志文件 (*.svg *.pdf *.png *.jpg *.jpeg)"
_BITMAPS = {"image/png": "PNG 图片", "image/jpeg": "JPEG 图片"}
_VECTORS = {"image/svg+xml": "SVG 矢量图", "application/pdf": "PDF 矢量图"}
_SIDE = 232
_RULE = "使用企业领到的官方文件，程序原样缩放，不重画、不改色、不叠字。文件只存在本机，其他工作站要各自导入。"


class MarkDialog(Form):
    """For the enterprise with this id and credit code.

    Args:
        saved: called with what became of it.
    """

    def __init__(
        self,
        parent: QWidget,
        desk: Desk,
        enterprise_id: str,
        enterprise_name: str,
        credit_code: str,
        saved: Callable[[ImportedMark], object],
    ) -> None:
        super().__init__(parent, desk, "导入专用标志文件", "导入", width=640)
        self._enterprise_id, self._known_code, self._saved = enterprise_id, credit_code, saved
        self.file: Path | None = None
        self._folder = Path.home()
        self.picture = MarkPicture(desk, _SIDE)
        self.picture.show_file(None, "选择文件后显示")
        self.choose = PlainButton("选择文件…", "Ctrl+O", self._choose)
        self.name = Elided("还没有选择文件")
        self.measured = Text("", Tone.MUTED)
        self.code = TextField("标志图中的统一社会信用代码", hint="照图上的代码逐位输入", longest=40)
        self.compared = Text("", wrap=True)
        self.fields = {"code": self.code}
        right = column(
            Text(enterprise_name, wrap=True), row(self.choose, self.name), self.measured, self.code, self.compared
        )
        right.addStretch(1)
        line = row(self.picture, right, spacing=16)
        line.setStretch(1, 1)
        self.add(line, Text(_RULE, Tone.MUTED, wrap=True))
        self.body.addStretch(1)
        self.code.edited.connect(lambda _text: self._compare())
        self._compare()
        self.choose.setFocus()

    def act(self) -> None:
        if self.file is None:
            self.notices.refused("还没有选择标志文件。请按「选择文件」选定企业领到的官方文件。")
            self.choose.setFocus()
            return
        if not self.code.text():
            self.code.complain("请照图输入信用代码，用来核对文件是不是这家企业的。")
            self.code.setFocus()
            return
        desk, file, code, now = self._desk, self.file, self.code.text(), self._desk.clock.now()
        actor, enterprise = desk.session.actor, self._enterprise_id
        self.send(lambda: import_mark(desk.store, actor, enterprise, file, code, now), self._saved)

    def take(self, file: Path) -> None:
        """Show this file, if it is one that can be printed."""
        self._desk.work.do_slow(self, lambda: marks.read(file), lambda found: self._show(file, found), self._unreadable)

    def refuse(self, error: DeskError) -> None:
        if error.code == "label.mark_code":
            self.code.complain(str(error))
            self.code.setFocus()
        else:
            super().refuse(error)

    def _choose(self) -> None:
        chosen = files.ask_open(self, "选择专用标志文件", self._folder, _KINDS)
        if chosen is not None:
            self._folder = chosen.parent
            self.take(chosen)

    def _show(self, file: Path, found: marks.MarkContent) -> None:
        self.notices.clear()
        self.file = file
        self.name.set_whole(file.name)
        self.measured.setText(size_words(found.media_type, found.width, found.height))
        self.picture.show_file(file)
        self.code.setFocus()

    def _unreadable(self, error: DeskError) -> None:
        self.file = None
        self.name.set_whole("还没有选择文件")
        self.measured.setText("")
        self.picture.show_file(None, "这个文件不能使用")
        super().refuse(error)

    def _compare(self) -> None:
        typed = normalise_credit_code(self.code.text())
        if not self._known_code:
            words, tone = "名录中这家企业没有信用代码。请先在企业页补上。", Tone.WARN
        elif not typed:
            words, tone = f"名录中的代码：{self._known_code}", Tone.MUTED
        elif typed == self._known_code:
            words, tone = "与名录中的代码一致。", Tone.GOOD
        elif self._known_code.startswith(typed):
            words, tone = f"已输入 {len(typed)} 位，到目前为止一致。", Tone.MUTED
        else:
            at = next(i for i, char in enumerate(f"{typed} ") if self._known_code[i : i + 1] != char) + 1
            words, tone = f"第 {at} 位与名录中的代码不同：名录中是 {self._known_code}。", Tone.WARN
        self.compared.setText(words)
        self.compared.set_tone(tone)


def size_words(media_type: str, width: int, height: int) -> str:
    """What kind of file it is and in which proportions: `PNG 图片 · 800×800 像素`."""
    kind = {
        "image/svg+xml": "SVG 矢量图",
        "application/pdf": "PDF 矢量图",
        "image/png": "PNG 图片",
        "image/jpeg": "JPEG 图片",
    }
    words = kind.get(media_type, media_type)
    if media_type in ("image/png", "image/jpeg"):
        return f"{words} · {width}×{height} 像素"
    return f"{words} · 宽高比 {width / height:.2f}"
