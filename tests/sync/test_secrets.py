"""The station's secret: locked where there is no keyring, bound to this machine; addresses and codes as typed."""

from __future__ import annotations

from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend

from zhangshu_desk.core import machine
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.sync import enrolment, transport
from zhangshu_desk.sync.secrets import MachineVault

STATION = "01930000-0000-7000-8000-000000000001"


@pytest.fixture
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without a keyring, whatever this one has."""
    from keyring.backends import fail

    monkeypatch.setattr(keyring, "get_keyring", fail.Keyring)


@pytest.mark.usefixtures("no_keyring")
def test_without_a_keyring_the_secret_is_locked_with_a_passphrase(tmp_path: Path) -> None:
    vault = MachineVault(tmp_path)
    with pytest.raises(DeskError) as refusal:
        vault.keep(STATION, "geheim", "")
    assert refusal.value.code == "sync.needs_passphrase"
    vault.keep(STATION, "geheim", "长口令一二三")
    (file,) = tmp_path.iterdir()
    assert b"geheim" not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0
    later = MachineVault(tmp_path)
    assert later.find(STATION) is None
    assert later.locked(STATION)
    with pytest.raises(DeskError) as refusal:
        later.unlock(STATION, "别的口令")
    assert refusal.value.code == "sync.passphrase_wrong"
    assert later.unlock(STATION, "长口令一二三") == later.find(STATION) == "geheim"


@pytest.mark.usefixtures("no_keyring")
def test_a_new_secret_is_locked_with_the_passphrase_that_is_known(tmp_path: Path) -> None:
    MachineVault(tmp_path).keep(STATION, "alt", "口令")
    vault = MachineVault(tmp_path)
    vault.unlock(STATION, "口令")
    vault.keep(STATION, "neu", "")
    assert MachineVault(tmp_path).unlock(STATION, "口令") == "neu"


@pytest.mark.usefixtures("no_keyring")
def test_on_a_copied_folder_on_another_machine_the_secret_is_not_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    MachineVault(tmp_path).keep(STATION, "geheim", "口令")
    monkeypatch.setattr(machine, "fingerprint", lambda: "0123456789abcdef")
    vault = MachineVault(tmp_path)
    assert vault.find(STATION) is None
    assert not vault.locked(STATION)


class _Keyring(KeyringBackend):
    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


def test_with_a_keyring_no_file_is_left(tmp_path: Path) -> None:
    before, ring = keyring.get_keyring(), _Keyring()
    keyring.set_keyring(ring)
    try:
        MachineVault(tmp_path).keep(STATION, "geheim", "")
        assert list(tmp_path.iterdir()) == []
        assert MachineVault(tmp_path).find(STATION) == "geheim"
        assert all(machine.fingerprint() in user for _, user in ring.kept)
    finally:
        keyring.set_keyring(before)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("centre.local:8843", "https://centre.local:8843"),
        (" https://10.0.0.5:8843/ ", "https://10.0.0.5:8843"),
        ("https://[::1]:8843", "https://[::1]:8843"),
    ],
)
def test_an_address_may_be_typed_in_short(typed: str, meant: str) -> None:
    assert transport.clean_address(typed) == meant


@pytest.mark.parametrize(
    "typed", ["", "http://centre.local", "https://", "https://a/b/c", "https://u:p@host", "ftp://x"]
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(DeskError) as refusal:
        transport.clean_address(typed)
    assert refusal.value.code == "sync.bad_address"


FINGERPRINT = "AB:CD:EF:01:23"


@pytest.mark.parametrize("code", ["AAAA-BBBB-abcdef01", " aaaa-bbbb-ABCDEF01 "])
def test_a_code_of_this_centre_passes(code: str) -> None:
    enrolment.check_code(code, FINGERPRINT)


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("AAAA-BBBB-ABCDEF02", "sync.fingerprint"),
        ("AAAA", "sync.code_wrong"),
        ("", "sync.code_wrong"),
        ("-ABCDEF01", "sync.code_wrong"),
        ("AAAA-BBB", "sync.code_wrong"),
    ],
)
def test_a_code_of_another_centre_never_leaves_the_desk(code: str, why: str) -> None:
    with pytest.raises(DeskError) as refusal:
        enrolment.check_code(code, FINGERPRINT)
    assert refusal.value.code == why
