"""Names of enterprises: one spelling, the same name written differently, and names so similar that one may be meant."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable

from zhangshu_desk.core import pinyin

VERY_SIMILAR = 0.9
"""From here on `name_similarity` calls for a second look: at most one character in ten differs, homophones count half.

Measured on the park's list of 400 different names (79,800 pairs): 12 pairs reach it; five are one name with and
without 市, 省 or 责任, three with and without a 金, four differ by one character as 百川 and 海川 do.
"""

_ORDER_LENGTH = 160
_BRACKETS = str.maketrans({**dict.fromkeys("([{〔【〈《「『", "（"), **dict.fromkeys(")]}〕】〉》」』", "）")})
_DOTS = str.maketrans(dict.fromkeys("•‧∙⋅・･", "·"))
# Control characters that are no blanks, soft hyphen, zero-width and direction marks, byte order mark.
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_WIDE = "[\u2e80-\uffef\U00020000-\U0003ffff]"
_LOOSE_SPACE = re.compile(f" (?={_WIDE})|(?<={_WIDE}) ")


def normalise_name(name: str) -> str:
    """A name in one spelling: half-width letters and digits, full-width brackets, no blanks around Chinese.

    `樟树 袁河　密集架(集团)有限公司 ` → `樟树袁河密集架（集团）有限公司`; blanks between Latin words become one.
    """
    plain = unicodedata.normalize("NFKC", name).translate(_BRACKETS).translate(_DOTS)
    spaced = " ".join(_INVISIBLE.sub("", plain).split())
    return unicodedata.normalize("NFKC", _LOOSE_SPACE.sub("", spaced)).translate(_BRACKETS)


def same_name_key(name: str) -> str:
    """What two spellings of one name share: blanks, width, case and the style of brackets do not count."""
    return normalise_name(name).replace(" ", "").casefold()


def order_key(name: str) -> str:
    """By what names are sorted: their pinyin, then the characters."""
    return f"{pinyin.spell(name[:40]).lower()} {name}"[:_ORDER_LENGTH]


def name_similarity(first: str, second: str) -> float:
    """How alike two names are: 1.0 = the same key, 0.99 = up to 省, 市 and 责任, else 1 - edits / characters.

    An edit inserts, leaves out, replaces or swaps neighbouring characters; characters that sound the same cost half.
    """
    a, b = same_name_key(first), same_name_key(second)
    if a == b:
        return 1.0
    a, b = _gist(a), _gist(b)
    if a == b:
        return 0.99
    return min(0.99, 1 - _edits(a, b) / max(len(a), len(b), 1))


class SimilarNames:
    """Names prepared once, to be asked often which of them are very similar to another (an import of many rows)."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._by_length: dict[int, list[tuple[frozenset[str], str]]] = defaultdict(list)
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Know one more name."""
        gist = _gist(same_name_key(name))
        self._by_length[len(gist)].append((frozenset(gist), name))

    def to(self, name: str, at_least: float = VERY_SIMILAR) -> list[str]:
        """The known names that are at least so similar to `name`, the most similar first; `name` itself included."""
        gist = _gist(same_name_key(name))
        characters = frozenset(gist)
        found = []
        for length, known in self._by_length.items():
            # what can be seen before counting edits: a longer name costs whole ones, a foreign character half of one
            allowed = (1 - at_least) * max(length, len(gist)) + 1e-9
            if abs(length - len(gist)) <= allowed:
                found += [other for have, other in known if len(characters - have) <= 2 * allowed]
        scored = sorted(((name_similarity(name, other), other) for other in found), key=lambda one: -one[0])
        return [other for score, other in scored if score >= at_least]


def _gist(key: str) -> str:
    """The key without what is often left out: 责任 of the legal form, 省 and 市 of the place in front."""
    key = key.replace("有限责任公司", "有限公司")
    place = re.match(r"(?:[^省市]{2,4}省)?(?:[^省市]{2,4}市)?", key)
    return re.sub("[省市]", "", place[0]) + key[place.end() :] if place else key


def _edits(a: str, b: str) -> float:
    """Weighted edit distance with swaps of neighbours (optimal string alignment)."""
    before: list[float] = []
    above: list[float] = [float(column) for column in range(len(b) + 1)]
    for row, left in enumerate(a, 1):
        current = [float(row)]
        for column, right in enumerate(b, 1):
            cost = min(above[column] + 1, current[-1] + 1, above[column - 1] + _replacing(left, right))
            if row > 1 and column > 1 and left == b[column - 2] and right == a[row - 2]:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        before, above = above, current
    return above[-1]


def _replacing(left: str, right: str) -> float:
    if left == right:
        return 0.0
    return 0.5 if set(pinyin.readings(left)) & set(pinyin.readings(right)) else 1.0
