"""统一社会信用代码 (GB 32100—2015) with its 组织机构代码 (GB 11714—1997), checked for any region and authority.

python-stdnum's `cn.uscc` is not used: it refuses letters in the first two places (农业农村 `N…`, 其他 `Y…`) and its
import costs as much as our whole start-up may. The tests compare the two.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

LENGTH = 18
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""31 symbols: no I, O, S, V, Z (GB 32100 table 1)."""

_WEIGHTS = tuple(pow(3, place, 31) for place in range(LENGTH - 1))
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_SHAPE = re.compile(rf"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{10}}")
_RUN = re.compile(r"[0-9A-Z]{18,}")
_LOOK_ALIKES = str.maketrans("OIZS", "0125")


@dataclass(frozen=True)
class CreditCodeProblem:
    """One thing wrong with a credit code.

    Attributes:
        code: `empty`; `length` (found, expected: numbers of characters); `alphabet` (found: the characters that no
            credit code has); `region` (found: places 3-8, which are not all digits); `check` and `organisation`
            (found, expected: the 18th and 17th character).
    """

    code: str
    found: str = ""
    expected: str = ""


@dataclass(frozen=True)
class CreditCodeCheck:
    """A credit code as it should be written, and what is wrong with it.

    Attributes:
        code: normalised, whatever is wrong with it.
        problems: none when it is right.
        suggestion: a right code that differs only by letters taken for digits (O for 0, I for 1, Z for 2, S for 5).
    """

    code: str
    problems: tuple[CreditCodeProblem, ...] = ()
    suggestion: str = ""

    @property
    def ok(self) -> bool:
        """True when nothing is wrong."""
        return not self.problems


def normalise_credit_code(text: str) -> str:
    """Half width, upper case, without blanks, hyphens, dots and invisible characters."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return "".join(char for char in plain if unicodedata.category(char)[0] not in "ZC" and char not in "-‐‑–—_.·'\"")


def check_credit_code(text: str) -> CreditCodeCheck:
    """Normalise a credit code and name everything wrong with it (GB 32100—2015, GB 11714—1997); never raises."""
    code = normalise_credit_code(text)
    problems = tuple(_problems(code))
    if not problems:
        return CreditCodeCheck(code)
    corrected = code.translate(_LOOK_ALIKES)
    return CreditCodeCheck(code, problems, suggestion="" if any(_problems(corrected)) else corrected)


def find_credit_code(scanned: str) -> str | None:
    """The credit code in a scanned text (a licence's QR code, a URL, a bare code), normalised; None without one.

    A code whose check characters are right wins over one that only looks like it, and one that stands alone over
    one within a longer run of letters and digits.
    """
    plain = unicodedata.normalize("NFKC", scanned).upper()
    runs: list[str] = _RUN.findall(plain)
    alone = [run for run in runs if len(run) == LENGTH and _SHAPE.fullmatch(run)]
    within = (run[at : at + LENGTH] for run in runs for at in range(len(run) - LENGTH + 1))
    right = next((code for code in (*alone, *within) if not any(_problems(code))), None)
    if right is not None:
        return right
    grouped = check_credit_code(scanned)
    return grouped.code if grouped.ok else next(iter(alone), None)


def _problems(code: str) -> Iterator[CreditCodeProblem]:
    if not code:
        yield CreditCodeProblem("empty")
        return
    formal = list(_formal_problems(code))
    yield from formal
    if formal:
        return
    total = sum(ALPHABET.index(char) * weight for char, weight in zip(code, _WEIGHTS, strict=False))
    if code[17] != (check := ALPHABET[-total % 31]):
        yield CreditCodeProblem("check", found=code[17], expected=check)
    if code[16] != (check := _organisation_check(code[8:16])):
        yield CreditCodeProblem("organisation", found=code[16], expected=check)


def _formal_problems(code: str) -> Iterator[CreditCodeProblem]:
    if len(code) != LENGTH:
        yield CreditCodeProblem("length", found=str(len(code)), expected=str(LENGTH))
    if foreign := "".join(dict.fromkeys(char for char in code if char not in ALPHABET)):
        yield CreditCodeProblem("alphabet", found=foreign)
    elif len(code) == LENGTH and not code[2:8].isdecimal():
        yield CreditCodeProblem("region", found=code[2:8])


def _organisation_check(body: str) -> str:
    """The ninth character of an organisation code; here letters count 10 to 35 (GB 11714)."""
    value = 11 - sum(int(char, 36) * weight for char, weight in zip(body, _ORGANISATION_WEIGHTS, strict=True)) % 11
    return "X" if value == 10 else "0" if value == 11 else str(value)
