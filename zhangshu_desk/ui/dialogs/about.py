"""What this program is, and where this desk keeps its files: what one reads out to a maintainer on the phone."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl, qVersion
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QWidget

from zhangshu_desk import __version__
from zhangshu_desk.ui.dialogs.base import Dialog
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.widgets.buttons import PlainButton
from zhangshu_desk.ui.widgets.text import Muted, Text

_LABEL = 88


class About(Dialog):
    """Version, folders, licence."""

    def __init__(self, parent: QWidget, desk: Desk) -> None:
        super().__init__(parent, "关于 · 樟树一站式服务工作站前台", "", cancel="关闭", width=560)
        paths = desk.store.paths
        self.add(
            _fact("版本", f"{__version__}（Qt {qVersion()}）"),
            _fact("数据目录", str(paths.data)),
            _fact("备份目录", str(paths.backups)),
            _fact("日志目录", str(paths.logs)),
            _fact("许可", "Apache License 2.0"),
            Text("本程序只做登记、排队、预约、提示与跟踪，不作行政受理，不代替主管部门作出决定。", wrap=True),
        )
        self.body.addStretch(1)
        self.folder = PlainButton("打开数据目录", "", lambda: _open(str(paths.data)))
        self.foot.insertWidget(0, self.folder)


def _fact(label: str, value: str) -> QHBoxLayout:
    name, text = Muted(label), Text(value, wrap=True)
    name.setFixedWidth(_LABEL)
    text.setAccessibleName(f"{label}：{value}")
    text.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    text.setAlignment(Qt.AlignmentFlag.AlignTop)
    line = QHBoxLayout()
    line.addWidget(name, 0, Qt.AlignmentFlag.AlignTop)
    line.addWidget(text, 1)
    return line


def _open(folder: str) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(folder))
