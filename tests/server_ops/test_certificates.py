"""Certificates: made once, renewed in time by the same CA, and accepted by a client that trusts nothing else."""

from __future__ import annotations

import re
import socket
import ssl
import stat
import threading
from pathlib import Path

import pytest

from tests.store_fixtures import NINE
from zhangshu_desk.core.clock import DAY
from zhangshu_desk.core.errors import DeskError
from zhangshu_server.certificates import Certificates, days_left, prepare, server_context
from zhangshu_server.settings import read


def made(state: Path, now: int = NINE, **more: str) -> Certificates:
    """The certificates of a state directory."""
    return prepare(read({"ZHANGSHU_STATE_DIR": str(state), **more}), now)


def shake_hands(
    certificates: Certificates, name: str, highest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3, ca: Path | None = None
) -> str | None:
    """The TLS version agreed with a client that trusts only the CA and checks the name. Raises `ssl.SSLError`."""
    trusting = ssl.create_default_context(cafile=str(ca or certificates.ca))
    if highest < ssl.TLSVersion.TLSv1_2:
        trusting.minimum_version = ssl.TLSVersion.TLSv1
        trusting.set_ciphers("DEFAULT:@SECLEVEL=0")
    trusting.maximum_version = highest
    here, there = socket.socketpair()

    def serve() -> None:
        try:
            with server_context(certificates).wrap_socket(there, server_side=True) as tls:
                tls.recv(1)
        except OSError:
            pass

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        with trusting.wrap_socket(here, server_hostname=name) as tls:
            return tls.version()
    finally:
        here.close()
        thread.join()
        there.close()


def test_a_client_with_only_the_ca_accepts_every_name(tmp_path: Path) -> None:
    found = made(tmp_path, ZHANGSHU_NAMES="centre.example.cn,10.0.0.5")
    for name in ("centre.example.cn", "10.0.0.5", "localhost", "127.0.0.1"):
        assert shake_hands(found, name) == "TLSv1.3"
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(found, "another.example.cn")


def test_another_ca_is_not_trusted(tmp_path: Path) -> None:
    other = made(tmp_path / "b")
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(made(tmp_path / "a"), "localhost", ca=other.ca)


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1:DeprecationWarning")
def test_old_tls_is_refused(tmp_path: Path) -> None:
    found = made(tmp_path)
    assert shake_hands(found, "localhost", ssl.TLSVersion.TLSv1_2) == "TLSv1.2"
    with pytest.raises(ssl.SSLError):
        shake_hands(found, "localhost", ssl.TLSVersion.TLSv1_1)


def test_keys_are_private_and_the_fingerprint_is_readable(tmp_path: Path) -> None:
    found = made(tmp_path)
    for key in (found.key, tmp_path / "tls" / "ca.key"):
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert re.fullmatch(r"([0-9A-F]{2}:){31}[0-9A-F]{2}", found.fingerprint)


def test_a_second_start_changes_nothing(tmp_path: Path) -> None:
    first = made(tmp_path)
    before = first.certificate.read_bytes(), first.key.read_bytes(), first.ca_pem
    again = made(tmp_path, NINE + 700 * DAY)
    assert (again.certificate.read_bytes(), again.key.read_bytes(), again.ca_pem) == before


def test_a_certificate_near_its_end_is_renewed_by_the_same_ca(tmp_path: Path) -> None:
    first = made(tmp_path)
    ca, old = first.ca_pem, first.certificate.read_bytes()
    later = NINE + 800 * DAY
    assert days_left(first, later) < 30
    renewed = made(tmp_path, later)
    assert renewed.ca_pem == ca
    assert renewed.certificate.read_bytes() != old
    assert days_left(renewed, later) > 800


def test_a_new_name_gets_a_new_certificate(tmp_path: Path) -> None:
    first = made(tmp_path)
    ca = first.ca_pem
    found = made(tmp_path, ZHANGSHU_NAMES="centre.example.cn")
    assert shake_hands(found, "centre.example.cn")
    assert found.ca_pem == ca


def test_a_key_without_its_certificate_is_mended(tmp_path: Path) -> None:
    found = made(tmp_path / "a")
    found.key.write_bytes(made(tmp_path / "b").key.read_bytes())
    assert shake_hands(made(tmp_path / "a"), "localhost")


def test_a_lost_ca_is_not_replaced_behind_the_stations_backs(tmp_path: Path) -> None:
    made(tmp_path).ca.unlink()
    with pytest.raises(DeskError) as refused:
        made(tmp_path)
    assert "ca.pem" in str(refused.value)


def test_own_certificates_are_checked(tmp_path: Path) -> None:
    a, b = made(tmp_path / "a"), made(tmp_path / "b")

    def own(key: Path, now: int = NINE) -> Certificates:
        files = {"ZHANGSHU_CERTIFICATE": a.certificate, "ZHANGSHU_CA": a.ca, "ZHANGSHU_KEY": key}
        return made(tmp_path / "c", now, **{name: str(path) for name, path in files.items()})

    assert own(a.key).ca == a.ca
    assert not (tmp_path / "c" / "tls").exists()
    with pytest.raises(DeskError, match="不是一对"):
        own(b.key)
    with pytest.raises(DeskError, match="已过期"):
        own(a.key, NINE + 900 * DAY)
