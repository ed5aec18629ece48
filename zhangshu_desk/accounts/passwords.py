"""Keeping and checking passwords: argon2id with the library's own parameters (RFC 9106 low-memory profile)."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher

# Of a password nobody knows, with today's parameters: an unknown login takes as long as a known one.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$CmAY8GHj6Ns1fPELneuJAg$txyNIbT42OuP0G0n7XDx8SZZqFRjLMaQSaORBOmGOcg"


@cache
def _hasher() -> PasswordHasher:
    import argon2  # 40 ms: only when somebody logs in

    return argon2.PasswordHasher()


def _plain(password: str) -> str:
    """One spelling of what was typed: an input method in full-width mode must not lock anybody out."""
    return unicodedata.normalize("NFKC", password)


def hashed(password: str) -> str:
    """The verifier to keep for a password; about 0.1 s of work."""
    return _hasher().hash(_plain(password))


def matches(verifier: str, password: str) -> bool:
    """Whether the password belongs to the verifier; a verifier that is none matches nothing."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return _hasher().verify(verifier, _plain(password))
    except (VerificationError, InvalidHashError):
        return False


def pretend(password: str) -> None:
    """Take as long as `matches`, for a login that does not exist."""
    matches(_NOBODY, password)


def is_outdated(verifier: str) -> bool:
    """Whether the parameters have risen since the verifier was made."""
    return _hasher().check_needs_rehash(verifier)
