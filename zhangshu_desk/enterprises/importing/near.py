"""Names that are nearly the same as a new one, for files of many thousand rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from zhangshu_desk.core.identifiers import VERY_SIMILAR, name_similarity, same_name_key
from zhangshu_desk.enterprises.importing.known import Snapshot
from zhangshu_desk.enterprises.importing.plan import PlannedRow, Verdict

_LONGEST = 60
_COMPARED = 6
"""Of so many candidates the most similar is named; it is only a remark."""


class NearNames:
    """Names, asked for those that differ by one character or by 省, 市, 责任.

    Every name is kept under all spellings with one character left out; two names that differ by one edit share one.
    So a question costs the length of a name, not the number of names.
    """

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        self._names: list[tuple[str, str]] = []
        self._under: dict[str, list[int]] = defaultdict(list)
        for name, where in names:
            self.add(name, where)

    def add(self, name: str, where: str) -> None:
        """Know one more name and where it stands (`第 12 行`)."""
        self._names.append((name, where))
        for spelling in _spellings(name):
            self._under[spelling].append(len(self._names) - 1)

    def like(self, name: str) -> tuple[str, ...]:
        """A remark when a name is very similar but not the same as a known one; the most similar one is named."""
        places = {at for spelling in _spellings(name) for at in self._under.get(spelling, ())}
        scored = [(name_similarity(self._names[at][0], name), -at) for at in sorted(places)[:_COMPARED]]
        score, at = max(scored, default=(0.0, 0))
        if not VERY_SIMILAR <= score < 1:
            return ()
        other, where = self._names[-at]
        return (f"与{where}「{other[:40]}」名称很相近，请确认不是同一家",)


def with_near_names(rows: Iterable[PlannedRow], snapshot: Snapshot) -> tuple[PlannedRow, ...]:
    """The rows, new ones with a remark when their name is very similar to a known or an earlier one."""
    near = NearNames((one.fields.name, "已有企业") for one in snapshot.all if not one.voided)
    remarked = []
    for row in rows:
        if row.verdict is Verdict.NEW:
            remark = near.like(row.name)
            near.add(row.name, f"第 {row.number} 行")
            row = replace(row, notes=(*row.notes, *remark)) if remark else row
        remarked.append(row)
    return tuple(remarked)


def _spellings(name: str) -> Iterator[str]:
    key = same_name_key(name)[:_LONGEST].replace("责任", "").replace("省", "").replace("市", "")
    yield key
    for at in range(len(key)):
        yield key[:at] + key[at + 1 :]
