"""The three steps of the first start; each says what is wrong below its own fields and keeps what was typed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from zhangshu_desk.accounts import rules
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.pinyin import initials
from zhangshu_desk.ui.session.new_password import NewPassword
from zhangshu_desk.ui.widgets.card import put, row
from zhangshu_desk.ui.widgets.fields import NumberField, TextField
from zhangshu_desk.ui.widgets.text import Muted

MOST_COUNTERS = 30
_ACROSS = 3
_Check = Callable[[str], object]


class Step(QWidget):
    """One step: `title` and `lead` for the wizard's head, `complete()` before going on."""

    title = ""
    lead = ""

    def __init__(self) -> None:
        super().__init__()
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(12)

    def complete(self) -> bool:
        """Whether everything needed is there; otherwise says below the field what is missing and puts the focus."""
        raise NotImplementedError

    def begin(self) -> None:
        """Put the focus where typing starts."""
        raise NotImplementedError


class StationStep(Step):
    """Name and code of the station."""

    title = "工作站"
    lead = "先给本工作站起名。以后可以在「管理」中修改名称，代码设定后不再改变。"

    def __init__(self) -> None:
        super().__init__()
        self.name = TextField("工作站名称", hint="例如：樟树市金属家具产业园工作站", longest=60)
        self.code = TextField("工作站代码（两个字母）", hint="例如：ZS", longest=2)
        self.code.setMaximumWidth(200)
        explained = Muted("代码用来区分各工作站的记录和票号，由中心统一分配；还没有分配时，可用地名的拼音首字母。")
        explained.setWordWrap(True)
        put(self.body, self.name, self.code, explained)
        self._code_typed = False
        self.name.edited.connect(self._propose_code)
        self.code.edited.connect(self._take_code)

    def complete(self) -> bool:
        return _checked(self.name, lambda text: rules.check_name(text, "工作站名称")) and _checked(
            self.code, rules.check_station_code
        )

    def begin(self) -> None:
        self.name.setFocus()

    def _propose_code(self, name: str) -> None:
        letters = initials(name)[:2].upper()
        if not self._code_typed:
            self.code.set_text(letters if letters.isascii() and letters.isalpha() else "")

    def _take_code(self, code: str) -> None:
        self._code_typed = bool(code)
        self.code.editor.setText(code.upper())


class CountersStep(Step):
    """How many windows there are and what they are called."""

    title = "窗口"
    lead = "本站有几个服务窗口？名称会显示在叫号屏上，由语音播报。"

    def __init__(self) -> None:
        super().__init__()
        self.count = NumberField("窗口数量", 3, 1, MOST_COUNTERS, "个")
        self.count.setMaximumWidth(200)
        self.names: list[TextField] = []
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 8, 0)
        self._grid.setSpacing(8)
        self._grid.setAlignment(Qt.AlignmentFlag.AlignTop)
        inner = QWidget()
        inner.setProperty("bare", True)
        inner.setLayout(self._grid)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        area.setMinimumHeight(240)
        put(self.body, self.count, area)
        self._area = area
        self.count.changed.connect(self._show_names)
        self._show_names(self.count.value())

    def texts(self) -> tuple[str, ...]:
        """The names of the windows, in their order."""
        return tuple(field.text() for field in self._shown())

    def complete(self) -> bool:
        for field in self._shown():
            if not _checked(field, lambda text: rules.check_name(text, "窗口名称", longest=20)):
                self._area.ensureWidgetVisible(field)
                return False
        seen: set[str] = set()
        for field in self._shown():
            if field.text() in seen:
                field.complain("与前面的窗口重名。")
                field.setFocus()
                return False
            seen.add(field.text())
        return True

    def begin(self) -> None:
        self.count.setFocus()
        self.count.editor.selectAll()

    def _shown(self) -> list[TextField]:
        return self.names[: self.count.value()]

    def _show_names(self, count: int) -> None:
        """Fewer windows only hide their fields: what was typed comes back with them."""
        while len(self.names) < count:
            at = len(self.names)
            field = TextField(f"第 {at + 1} 个窗口", f"{at + 1}号窗口", longest=20)
            self.names.append(field)
            self._grid.addWidget(field, at // _ACROSS, at % _ACROSS)
        for at, field in enumerate(self.names):
            field.setVisible(at < count)


class HeadStep(Step):
    """The first supervisor; there is no default account."""

    title = "第一位站长"
    lead = "站长可以添加其他账户。请记住密码：没有默认账户，也没有后门。"

    def __init__(self, station_name: TextField) -> None:
        super().__init__()
        self.name = TextField("姓名", longest=30)
        self.login = TextField("账号（登录用）", hint="例如：zhanghua", longest=32)
        self.password = NewPassword(lambda: (self.login.text(), self.name.text(), station_name.text()), "密码")
        put(self.body, row(self.name, self.login, spacing=12), self.password)
        self.name.edited.connect(lambda: self.password.look())
        self.login.edited.connect(lambda: self.password.look())

    def complete(self) -> bool:
        named = _checked(self.name, lambda text: rules.check_name(text, "姓名", longest=30))
        return named and _checked(self.login, rules.check_login) and self.password.sound()

    def begin(self) -> None:
        self.name.setFocus()


def _checked(field: TextField, check: _Check) -> bool:
    """Whether `check` accepts the text; otherwise its sentence stands below the field, which has the focus."""
    try:
        check(field.text())
    except DeskError as error:
        field.complain(str(error))
        field.setFocus()
        return False
    field.complain("")
    return True
