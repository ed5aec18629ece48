"""Whether an enterprise to be registered may be one that is already there, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from zhangshu_desk.core.identifiers import VERY_SIMILAR, name_similarity, same_name_key


class Why(IntEnum):
    """Why two enterprises may be one, the surest first."""

    SAME_CODE = 1
    SAME_NAME = 2
    FORMER_NAME = 3
    SIMILAR_NAME = 4


_WORDS = {
    Why.SAME_CODE: "信用代码相同",
    Why.SAME_NAME: "名称相同",
    Why.FORMER_NAME: "曾用名相同（{name}）",
    Why.SIMILAR_NAME: "名称很相近",
}


@dataclass(frozen=True)
class Known:
    """An enterprise that is already there; `former` are its earlier names."""

    id: str
    name: str
    credit_code: str = ""
    former: tuple[str, ...] = ()
    voided: bool = False


@dataclass(frozen=True)
class DuplicateHit:
    """An enterprise that may be the same, and why in words."""

    id: str
    name: str
    credit_code: str
    why: Why
    words: str
    voided: bool = False


def duplicate_of(known: Known, name: str, code: str) -> DuplicateHit | None:
    """How `known` resembles an enterprise of this name and (normalised) code; None when it does not."""
    key = same_name_key(name)
    former = next((one for one in known.former if same_name_key(one) == key), "")
    if code and known.credit_code == code:
        why = Why.SAME_CODE
    elif key and same_name_key(known.name) == key:
        why = Why.SAME_NAME
    elif key and former:
        why = Why.FORMER_NAME
    elif key and name_similarity(known.name, name) >= VERY_SIMILAR:
        why = Why.SIMILAR_NAME
    else:
        return None
    words = _WORDS[why].format(name=former) + ("，已作废" if known.voided else "")
    return DuplicateHit(known.id, known.name, known.credit_code, why, words, known.voided)


def ranked(known: Iterable[Known], name: str, code: str) -> tuple[DuplicateHit, ...]:
    """All that resemble it, the surest first, voided ones last within their kind."""
    hits = [hit for one in known if (hit := duplicate_of(one, name, code)) is not None]
    return tuple(sorted(hits, key=lambda hit: (hit.why, hit.voided, -name_similarity(hit.name, name))))


def is_certain(hit: DuplicateHit) -> bool:
    """Whether going on needs a reason: the same code or the same name of an enterprise in use."""
    return hit.why <= Why.SAME_NAME and not hit.voided
