"""Which characters of a title a typed fragment means: as written, by pinyin initials or by full pinyin."""

from __future__ import annotations

from zhangshu_desk.core.pinyin import readings

Span = tuple[int, int]


def marks(title: str, query: str) -> tuple[Span, ...]:
    """The matched parts of `title` as `(start, end)` positions; none for a match that is not in the title."""
    found = (_mark(title, word) for word in query.lower().split())
    return tuple(sorted(span for span in found if span is not None))


def _mark(title: str, word: str) -> Span | None:
    at = title.lower().find(word)
    if at >= 0:
        return at, at + len(word)
    if not (word.isascii() and word.isalnum()):
        return None
    spellings = [readings(char) or (char.lower(),) for char in title]
    for start in range(len(title)):
        end = _initials_end(spellings, start, word) or _spelled_end(spellings, start, word)
        if end:
            return start, end
    return None


def _initials_end(spellings: list[tuple[str, ...]], start: int, word: str) -> int:
    if start + len(word) > len(spellings):
        return 0
    typed = zip(word, spellings[start:], strict=False)
    fits = all(any(one.startswith(letter) for one in spelled) for letter, spelled in typed)
    return start + len(word) if fits else 0


def _spelled_end(spellings: list[tuple[str, ...]], start: int, word: str) -> int:
    """Where full pinyin from `start` uses up `word`; the last syllable may be unfinished."""
    rests = {word}
    for at in range(start, len(spellings)):
        further: set[str] = set()
        for rest in rests:
            for one in spellings[at]:
                if one.startswith(rest):
                    return at + 1
                if rest.startswith(one):
                    further.add(rest[len(one) :])
        rests = further
    return 0
