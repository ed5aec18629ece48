"""Says once that the program made a mistake; the mistake itself is in the log and the program goes on."""

from __future__ import annotations

import logging

from PySide6.QtWidgets import QApplication

from zhangshu_desk.ui.dialogs.base import Dialog
from zhangshu_desk.ui.widgets.text import Muted, Text

_log = logging.getLogger(__name__)
_shown: list[Dialog] = []


def report_bug(error: BaseException) -> None:
    """Log `error` with its traceback and show one dialog; further ones while it is open are only logged."""
    _log.error("unexpected error", exc_info=error)
    if _shown or QApplication.instance() is None:
        return
    dialog = Dialog(QApplication.activeWindow(), "程序出错", "", cancel="关闭")
    dialog.add(
        Text("刚才的操作没有完成，已保存的记录不受影响。可以继续办理其他业务。", wrap=True),
        Text("错误已记录在日志中；如果再次出现，请联系维护人员。", wrap=True),
        Muted(f"错误类型：{type(error).__name__}"),
    )
    _shown.append(dialog)
    dialog.finished.connect(_shown.clear)
    dialog.open()
