"""A change of the network wakes the synchronising."""

from __future__ import annotations

import pytest
from PySide6.QtNetwork import QNetworkInformation

from zhangshu_desk.ui.sync.network import LineWatch

Reachability = QNetworkInformation.Reachability


@pytest.mark.parametrize(
    ("reachability", "times"),
    [(Reachability.Online, 1), (Reachability.Local, 1), (Reachability.Unknown, 1), (Reachability.Disconnected, 0)],
)
@pytest.mark.usefixtures("qapp")
def test_any_line_but_none_wakes_it(reachability: Reachability, times: int) -> None:
    heard: list[int] = []
    LineWatch(lambda: heard.append(1))._heard(reachability)
    assert len(heard) == times


@pytest.mark.usefixtures("qapp")
def test_where_the_system_tells_nothing_nothing_breaks() -> None:
    watch = LineWatch(lambda: None)
    assert watch.told == (QNetworkInformation.instance() is not None)
    watch.deleteLater()
