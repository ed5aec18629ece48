"""Pure rules of accounts: sound passwords, locking out, spelling of logins and of the station's code."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from zhangshu_desk.core.clock import MINUTE
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.pinyin import initials, spell

LOCK_AFTER = 5
"""So many wrong passwords in a row lock an account (GB/T 22239—2019 level 2: 登录失败处理)."""
LOCK_MINUTES = 15
MIN_LENGTH = 10
MAX_LENGTH = 128
LONG_ENOUGH = 16
"""From this length on a password needs no mixture of kinds: a sentence is stronger than a sprinkled word."""

PASSWORD_FACTS: dict[str, object] = {"shortest": MIN_LENGTH, "longest": MAX_LENGTH, "long": LONG_ENOUGH}
"""What the sentences of `password_problems` name."""

_KINDS = (str.islower, str.isupper, str.isdigit)
_ROWS = (
    "1234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qazwsxedcrfvtgb",
    "1qaz2wsx3edc",
)
_LOOKALIKES = str.maketrans("@4031!$5", "aaoeliss")
_COMMON_WORDS = """
    password passwd passw pass admin administrator root user test guest welcome letmein changeme secret login
    iloveyou woaini woaini1314 qwerty qwer asdf zxcv qaz qazwsx qwe asd zxc abc abcd abcde aa ab a
    zhangshu jiangxi yichun china gongzuozhan yizhanshi zhiliang mima huawei lenovo windows computer
"""
_COMMON = frozenset(_COMMON_WORDS.split())


def password_problems(password: str, login: str, name: str, station: str = "") -> tuple[str, ...]:
    """What is wrong with a new password.

    Args:
        login, name: of the person; neither, nor the pinyin of the name, may be part of it.
        station: name of the station; its pinyin may not be part of it either.

    Returns:
        Codes of sentences in `errors.toml`; empty = sound.
    """
    found = []
    if len(password) < MIN_LENGTH:
        found.append("account.password_short")
    if len(password) > MAX_LENGTH:
        found.append("account.password_long")
    if len(password) < LONG_ENOUGH and _kinds(password) < 3:
        found.append("account.password_kinds")
    if _contains_any(password.casefold(), _own_words(login, name, station)):
        found.append("account.password_personal")
    if _is_common(password):
        found.append("account.password_common")
    if _is_run(password.casefold()):
        found.append("account.password_run")
    return tuple(found)


def _kinds(password: str) -> int:
    """How many of lower case, upper case, digits, anything else."""
    known = sum(any(kind(char) for char in password) for kind in _KINDS)
    return known + any(not any(kind(char) for kind in _KINDS) for char in password)


def _own_words(login: str, name: str, station: str) -> Iterable[str]:
    words = [login, name, spell(name, person=True).replace(" ", "")]
    syllables = spell(station).split()
    words += ["".join(syllables[:2]), initials(station)] if len(syllables) > 1 else [station]
    return [word.casefold() for word in words]


def _contains_any(password: str, words: Iterable[str]) -> bool:
    return any(len(word) >= (3 if word.isascii() else 2) and word in password for word in words)


def _is_common(password: str) -> bool:
    """Whether nothing is left but a common word once digits and signs around it are gone: `P@ssw0rd2026!`."""
    folded = password.casefold()
    plain = re.sub(r"[\W\d_]+", "", folded)
    lookalike = re.sub(r"[\W\d_]+", "", folded.strip("0123456789!@#$%^&*.-_+=?").translate(_LOOKALIKES))
    return bool(_COMMON & {plain, lookalike})


def _is_run(password: str) -> bool:
    """Whether it lives on repetition or on neighbours of the alphabet or the keyboard."""
    if re.search(r"(.)\1{3}", password) or (password and len(set(password)) < 5):
        return True
    five = {password[i : i + 5] for i in range(len(password) - 4)}
    return any(part in row or part in row[::-1] for part in five for row in _ROWS)


def lock_left(locked_until: int | None, now: int, last_seen: int) -> int:
    """How long an account is still locked, ms; 0 = it is not.

    Args:
        locked_until: the moment written when it was locked.
        now: the clock, ms UTC.
        last_seen: the moment of the newest audit entry: a clock that was set back does not count as time passed.
            A lock never lasts longer than `LOCK_MINUTES` from now, also when the clock had run ahead meanwhile.
    """
    if locked_until is None:
        return 0
    return min(max(locked_until - max(now, last_seen), 0), LOCK_MINUTES * MINUTE)


def clean_login(login: str) -> str:
    """A login as it is kept: half width, lower case, no blanks around."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def check_login(login: str) -> str:
    """The login as it is kept: 2–32 letters, digits, `.`, `_`, `-`. Raises `DeskError("account.login_spelling")`."""
    clean = clean_login(login)
    if not 2 <= len(clean) <= 32 or not all(char.isalnum() or char in "._-" for char in clean):
        raise DeskError("account.login_spelling")
    return clean


def check_station_code(code: str) -> str:
    """The two capital letters of a station. Raises `DeskError("station.code_spelling")`."""
    clean = unicodedata.normalize("NFKC", code).strip().upper()
    if not re.fullmatch(r"[A-Z]{2}", clean):
        raise DeskError("station.code_spelling")
    return clean


def check_name(name: str, what: str, longest: int = 60) -> str:
    """A name without blanks around it.

    Args:
        what: Chinese word for the field, for the refusal.

    Raises:
        DeskError: `account.name_missing`, `account.name_long`.
    """
    clean = " ".join(name.split())
    if not clean:
        raise DeskError("account.name_missing", field=what)
    if len(clean) > longest:
        raise DeskError("account.name_long", field=what, longest=longest)
    return clean
