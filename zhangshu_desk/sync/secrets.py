"""Where the station keeps its secret: in the system's keyring, or locked with a passphrase where there is none.

Never in a plain file. What is kept belongs to one machine: on a copy of the data folder elsewhere it is not found, and
that station has to enrol anew (`sync.md` §2.7).
"""

from __future__ import annotations

import base64
import json
import secrets
from pathlib import Path
from typing import Protocol

from zhangshu_desk.core import machine
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.files import write_atomic

_SERVICE = "zhangshu-desk"


class Vault(Protocol):
    """Keeps one secret for one station."""

    def has_keyring(self) -> bool: ...

    def keep(self, station: str, secret: str, passphrase: str) -> None: ...

    def find(self, station: str) -> str | None: ...

    def locked(self, station: str) -> bool: ...

    def unlock(self, station: str, passphrase: str) -> str: ...


class MachineVault:
    """The vault of this machine; `folder` holds the locked file."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "station-secret.json"
        self._open: dict[str, str] = {}
        self._passphrase = ""

    def has_keyring(self) -> bool:
        """Whether the system keeps secrets; a keyring that only refuses does not count."""
        import keyring
        from keyring.backends import fail

        return not isinstance(keyring.get_keyring(), fail.Keyring)

    def keep(self, station: str, secret: str, passphrase: str) -> None:
        """Keep a secret, replacing an earlier one.

        Args:
            passphrase: locks the file where there is no keyring; empty = the one used before.

        Raises:
            DeskError: `sync.needs_passphrase`.
        """
        if self.has_keyring():
            import keyring

            keyring.set_password(_SERVICE, _entry(station), secret)
            self._file.unlink(missing_ok=True)
        else:
            self._passphrase = passphrase or self._passphrase
            if not self._passphrase:
                raise DeskError("sync.needs_passphrase")
            write_atomic(self._file, _lock(_entry(station), secret, self._passphrase), private=True)
        self._open[station] = secret

    def find(self, station: str) -> str | None:
        """The secret, if it can be had without asking a person."""
        if station not in self._open and not self._file.exists() and self.has_keyring():
            import keyring

            found = keyring.get_password(_SERVICE, _entry(station))
            if found:
                self._open[station] = found
        return self._open.get(station)

    def locked(self, station: str) -> bool:
        """Whether a passphrase would open it."""
        return station not in self._open and self._entry_in_file() == _entry(station)

    def unlock(self, station: str, passphrase: str) -> str:
        """The secret, opened with its passphrase. Raises `DeskError("sync.passphrase_wrong")`."""
        if self._entry_in_file() != _entry(station):
            raise DeskError("sync.passphrase_wrong")
        self._open[station] = _unlock(self._file.read_bytes(), passphrase)
        self._passphrase = passphrase
        return self._open[station]

    def _entry_in_file(self) -> str:
        try:
            return str(json.loads(self._file.read_bytes())["entry"])
        except (OSError, ValueError, KeyError, TypeError):
            return ""


def _entry(station: str) -> str:
    return f"{station}:{machine.fingerprint()}"


def _lock(entry: str, secret: str, passphrase: str) -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    sealed = AESGCM(_key(passphrase, salt)).encrypt(nonce, secret.encode(), entry.encode())
    parts = {"salt": salt, "nonce": nonce, "sealed": sealed}
    return json.dumps(
        {"entry": entry, **{name: base64.b64encode(part).decode() for name, part in parts.items()}}
    ).encode()


def _unlock(content: bytes, passphrase: str) -> str:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    said = json.loads(content)
    salt, nonce, sealed = (base64.b64decode(said[name]) for name in ("salt", "nonce", "sealed"))
    try:
        return AESGCM(_key(passphrase, salt)).decrypt(nonce, sealed, said["entry"].encode()).decode()
    except InvalidTag as error:
        raise DeskError("sync.passphrase_wrong") from error


def _key(passphrase: str, salt: bytes) -> bytes:
    """argon2id with the library's parameters (64 MiB, 3 passes): a stolen file is worth little."""
    from argon2.low_level import Type, hash_secret_raw

    return hash_secret_raw(
        passphrase.encode(), salt, time_cost=3, memory_cost=65_536, parallelism=4, hash_len=32, type=Type.ID
    )
