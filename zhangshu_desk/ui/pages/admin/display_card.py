"""Screens and speech of this machine: call display, rating, spoken calls, light or dark."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from zhangshu_desk.ui.theme import theme
from zhangshu_desk.ui.widgets import Card, ComboField, Muted, PlainButton, TextField, Tick, row

if TYPE_CHECKING:
    from zhangshu_desk.ui.pages.admin.tab import Tab

_SCHEMES = [("system", "跟随系统"), ("light", "浅色"), ("dark", "深色")]
_FORCED = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}


class DisplayCard(Card):
    """Every choice counts at once; a screen that is not connected now stays chosen."""

    def __init__(self, tab: Tab) -> None:
        super().__init__("显示与播报", "改动即时生效")
        self._tab = tab
        values = tab.desk.settings.values
        self.display = ComboField[str]("叫号屏所在屏幕", [], values.display_screen)
        self.rating = ComboField[str]("评价屏所在屏幕", [], values.rating_screen)
        self.scheme = ComboField[str]("界面配色", _SCHEMES, values.colour_scheme)
        self.speech = Tick("语音播报叫号", values.speech)
        self.clips = TextField("自录语音目录（留空用系统语音）", values.clips)
        self.choose = PlainButton("选择…", "", self._choose_clips)
        self.hear = PlainButton("试听", "", self._try_voice)
        pick = row(self.clips, self.choose)
        pick.setAlignment(self.choose, Qt.AlignmentFlag.AlignBottom)
        voice = row(self.speech, self.hear)
        voice.addStretch(1)
        alone = Muted("同一大厅有几台叫号屏时，只在一台上开启播报，免得同一个号念两遍。")
        alone.setWordWrap(True)
        self.add(row(self.display, self.rating, spacing=12), voice, alone, pick, self.scheme)
        self.display.chosen.connect(lambda key: tab.keep("叫号屏已设定，按 F11 打开。", display_screen=key))
        self.rating.chosen.connect(lambda key: tab.keep("评价屏已设定。", rating_screen=key))
        self.scheme.chosen.connect(self._dress)
        self.speech.toggled.connect(lambda on: tab.keep("", speech=on))
        self.clips.editor.editingFinished.connect(self._keep_clips)
        self.look()

    def look(self) -> None:
        """Offer the screens that are connected now."""
        values = self._tab.desk.settings.values
        names = [screen.name() for screen in QGuiApplication.screens()]
        self.display.set_choices(_screens(names, values.display_screen, "自动选择"), values.display_screen)
        self.rating.set_choices(_screens(names, values.rating_screen, "不使用"), values.rating_screen)

    def _dress(self, scheme: object) -> None:
        if self._tab.keep("", colour_scheme=scheme):
            house = theme()
            house.forced = _FORCED.get(str(scheme))
            house.repaint()

    def _choose_clips(self) -> None:
        folder = QFileDialog.getExistingDirectory(self.window(), "自录语音目录", self.clips.text())
        if folder:
            self.clips.set_text(folder)
            self._keep_clips()

    def _keep_clips(self) -> None:
        folder = self.clips.text()
        if folder == self._tab.desk.settings.values.clips:
            return
        if folder and not Path(folder).is_dir():
            self.clips.complain("没有这个目录，没有保存。")
            return
        self.clips.complain("")
        self._tab.keep("自录语音目录已保存。", clips=folder)

    def _try_voice(self) -> None:
        clips = self._tab.desk.settings.values.clips
        self.hear.setEnabled(False)
        self._tab.desk.work.do_slow(self, lambda: _spoken(clips), self._tell, ended=lambda: self.hear.setEnabled(True))

    def _tell(self, problem: str) -> None:
        notices = self._tab.page.notices
        if problem:
            notices.failed(problem)
        else:
            notices.info("已播放：请 A001 号到 1 号窗口。")


def _spoken(clips: str) -> str:
    """Say a sample call; what went wrong, empty when nothing did."""
    import subprocess

    from zhangshu_desk.ui.speech import play, sounds

    try:
        sound = sounds.call("A001", "1号窗口", Path(clips) if clips else None)
        if sound is None:
            return "本机没有中文语音，叫号只显示不播报。可安装 espeak-ng，或放入自录语音。"
        return "" if play(sound) else "语音已生成，但没有可用的播放设备，叫号只显示不播报。"
    except (OSError, RuntimeError, subprocess.SubprocessError) as error:
        return f"语音播放失败（{type(error).__name__}），叫号只显示不播报。"


def _screens(connected: list[str], chosen: str, none: str) -> list[tuple[str, str]]:
    away = [(chosen, f"{chosen}（未连接）")] if chosen and chosen not in connected else []
    return [("", none), *((name, f"{at}. {name}") for at, name in enumerate(connected, 1)), *away]
