"""居民身份证号码 (GB 11643—1999), also of residence permits of Hong Kong, Macao, Taiwan and of foreigners."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date

_WEIGHTS = tuple(pow(2, place, 11) for place in range(17, 0, -1))
_CHECKS = "10X98765432"


@dataclass(frozen=True)
class ResidentIdCheck:
    """A resident ID number as it should be written, and what is wrong with it.

    Attributes:
        number: normalised, whatever is wrong with it.
        problem: `""` when it is right, else `empty`, `length`, `digits`, `birth` (no such day) or `check`.
        birth: the day of birth in it; None when there is none.
    """

    number: str
    problem: str = ""
    birth: date | None = None

    @property
    def ok(self) -> bool:
        """True when nothing is wrong."""
        return not self.problem


def check_resident_id(text: str) -> ResidentIdCheck:
    """Check length, digits, day of birth and check character (ISO 7064 MOD 11-2); never raises.

    The region is not checked: abolished and new counties, 81/82/83 and 9xxxxx are all in real numbers.
    """
    plain = unicodedata.normalize("NFKC", text).upper()
    number = "".join(char for char in plain if unicodedata.category(char)[0] not in "ZC" and char != "-")
    if not number:
        return ResidentIdCheck(number, "empty")
    if len(number) != 18:
        return ResidentIdCheck(number, "length")
    if not (number.isascii() and number[:17].isdecimal() and number[17] in _CHECKS):
        return ResidentIdCheck(number, "digits")
    try:
        birth = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return ResidentIdCheck(number, "birth")
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return ResidentIdCheck(number, "" if number[17] == _CHECKS[total % 11] else "check", birth)
