"""Which machine this is, so that a copied database is noticed (`sync.md` §2.7)."""

from __future__ import annotations

import hashlib
import sys
import uuid
from pathlib import Path

_FILES = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))


def fingerprint() -> str:
    """16 hexadecimal digits that stay the same on one machine; the machine's own id cannot be read back from them."""
    return hashlib.sha256(b"zhangshu-desk:" + _raw()).hexdigest()[:16]


def _raw() -> bytes:
    if sys.platform == "win32":
        import winreg

        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SOFTWARE\Microsoft\Cryptography") as key:
            return str(winreg.QueryValueEx(key, "MachineGuid")[0]).encode()
    for path in _FILES:
        try:
            found = path.read_bytes().strip()
        except OSError:
            continue
        if found:
            return found
    return hex(uuid.getnode()).encode()
