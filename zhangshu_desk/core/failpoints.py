"""Places where a test lets the process die, as by a power cut; without the variable they cost one comparison.

`ZHANGSHU_FAILPOINT=name` or `name:k` in the environment at start: the process ends at once when it reaches the place,
at the k-th time. A process that was forked from one that had read the variable calls `choose` instead.
"""

from __future__ import annotations

import os

VARIABLE = "ZHANGSHU_FAILPOINT"
EXIT = 9
"""Exit status of a process that died at its place."""
NAMES = (
    # either: a file is written under another name and not yet put in its place
    "file.written",
    # a station
    "desk.before_local_commit",
    "desk.after_local_commit",
    "desk.before_request",
    "desk.answer_read",
    "desk.before_apply_commit",
    "desk.after_apply_commit",
    "desk.after_gap_commit",
    "desk.before_part_commit",
    "desk.after_part_commit",
    "desk.life_begun",
    "desk.copy_begun",
    "desk.page_read",
    "desk.before_page_commit",
    "desk.after_page_commit",
    "desk.before_offer",
    "desk.after_offer",
    "desk.before_mend_commit",
    "desk.after_mend_commit",
    "desk.after_index_commit",
    "desk.enrol.answer_read",
    "desk.enrol.secret_kept",
    "desk.secret_kept",
    "desk.exchange.before_commit",
    # the centre
    "server.push.begun",
    "server.push.verifiers",
    "server.push.merged",
    "server.push.numbered",
    "server.push.before_commit",
    "server.push.after_commit",
    "server.fork.after_commit",
    "server.pull.before_answer",
    "server.serials.after_file",
    "server.enrol.before_commit",
    "server.enrol.after_commit",
    "server.snapshot.before_answer",
    "server.epoch.after_file",
    "server.exchange.taken",
)
"""Every place there is."""


def _chosen(text: str) -> tuple[str, int]:
    """(name, how many times it is reached until the end) from the environment's text; unknown names are refused."""
    name, _, times = text.partition(":")
    if name and name not in NAMES:
        raise ValueError(f"{VARIABLE}: no such place: {name}")
    return name, int(times or 1)


_name, _left = _chosen(os.environ.get(VARIABLE, ""))


def choose(text: str) -> None:
    """Choose a place as the variable does; empty = none."""
    global _name, _left
    _name, _left = _chosen(text)


def reach(name: str) -> None:
    """Die here, if this is the chosen place and its turn."""
    global _left
    if name == _name:
        _left -= 1
        if _left == 0:
            os._exit(EXIT)
