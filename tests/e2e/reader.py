"""A person with a screen reader: sets a station up and gives the first number. Run by the system's Python (pyatspi).

Everything is found by role and name, as a screen reader announces it; whatever is not announced cannot be used here.
"""

import sys
import time
from typing import Any

import pyatspi  # type: ignore[import-not-found]  # an apt module of the system's Python

PASSWORD = sys.argv[1]
LATEST = time.monotonic() + 90


def find(name: str, role: str = "") -> Any:
    """The usable thing of this name (or a part of it), waited for."""
    while time.monotonic() < LATEST:
        for app in pyatspi.Registry.getDesktop(0):
            found = app and pyatspi.findDescendant(app, lambda thing: fits(thing, name, role))
            if found:
                return found
    raise SystemExit(f"nobody announced {role or 'anything'} {name!r}")


def fits(thing: Any, name: str, role: str) -> bool:
    """Whether it is shown, can be used, and is called so."""
    states = thing.getState()
    shown = states.contains(pyatspi.STATE_SHOWING) and states.contains(pyatspi.STATE_SENSITIVE)
    return shown and name in thing.name and role in ("", thing.getRoleName())


def fill(name: str, text: str, role: str = "text") -> None:
    """Type into the field of this name."""
    find(name, role).queryEditableText().setTextContents(text)


def press(name: str, role: str = "push button") -> None:
    """Press what is called so."""
    find(name, role).queryAction().doAction(0)


fill("工作站名称", "樟树市金属家具产业园工作站")
fill("工作站代码", "ZS")
press("下一步")
find("第 2 步")
press("下一步")
find("第 3 步")
fill("姓名", "王站长")
fill("账号（登录用）", "head")
fill("密码", PASSWORD, "password text")
fill("再输入一次", PASSWORD, "password text")
press("完成设置")
find("来访登记")
fill("企业", "江西锦湖保险设备集团有限公司")
press("计量强检预约", "check box")
press("取号并打印")
find("等候 1 人")
print(find("B001", "table cell").name)
