"""The deployment CA that stations trust, and the server certificate it signs; made on first start, renewed in time.

Stations pin the CA and check names, so a server certificate can be renewed without telling anybody.
"""

from __future__ import annotations

import ipaddress
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from zhangshu_desk.core.clock import DAY
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.files import write_atomic
from zhangshu_server.settings import Settings

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

CA_YEARS = 10
SERVER_DAYS = 825
RENEW_DAYS = 30
"""A server certificate with less left is renewed at the next start."""


@dataclass(frozen=True)
class Certificates:
    """PEM files: `certificate` (with its chain) and `key` of this server, `ca` is what stations trust."""

    certificate: Path
    key: Path
    ca: Path

    @property
    def ca_pem(self) -> str:
        """The CA certificate as text."""
        return self.ca.read_text(encoding="ascii")

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the CA certificate, `AB:CD:…`; what people compare."""
        return fingerprint(self.ca_pem)


def prepare(settings: Settings, now: int) -> Certificates:
    """The certificates to serve with; makes or renews those of the deployment CA.

    Args:
        now: ms UTC.

    Raises:
        DeskError: `centre.certificate` when a file cannot be read, does not fit, or has expired.
    """
    if settings.certificate and settings.key and settings.ca:
        found = Certificates(settings.certificate, settings.key, settings.ca)
        _check(found, now)
        return found
    folder = settings.state_dir / "tls"
    folder.mkdir(parents=True, exist_ok=True)
    own = Certificates(folder / "server.pem", folder / "server.key", folder / "ca.pem")
    ca_key = folder / "ca.key"
    if not own.ca.exists() and not own.certificate.exists():  # with a certificate, stations trust the CA that is lost
        _make_ca(own.ca, ca_key, now)
    if _must_renew(own, settings.certificate_names, now):
        _issue(own, ca_key, settings.certificate_names, now)
    _check(own, now)
    return Certificates(own.certificate, own.key, settings.ca) if settings.ca else own


def fingerprint(ca_pem: str) -> str:
    """SHA-256 of a PEM certificate as `AB:CD:…`. Raises `ValueError` when it is none."""
    from cryptography import x509
    from cryptography.hazmat.primitives.hashes import SHA256

    return x509.load_pem_x509_certificate(ca_pem.encode()).fingerprint(SHA256()).hex(":").upper()


def days_left(certificates: Certificates, now: int) -> int:
    """Whole days until the server certificate or its CA expires, whichever is first; negative when it has."""
    ends = min(_load(path).not_valid_after_utc for path in (certificates.certificate, certificates.ca))
    return int((ends.timestamp() * 1_000 - now) // DAY)


def server_context(certificates: Certificates) -> ssl.SSLContext:
    """What the server speaks TLS with: 1.2 or newer."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificates.certificate, certificates.key)
    return context


# -- making -----------------------------------------------------------------------------------------------------------


def _moment(now: int) -> datetime:
    return datetime.fromtimestamp(now // 1_000, UTC)


def _new_key(path: Path) -> EllipticCurvePrivateKey:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    write_atomic(path, pem, private=True)
    return key


def _write(path: Path, *certificates: x509.Certificate) -> None:
    from cryptography.hazmat.primitives.serialization import Encoding

    write_atomic(path, b"".join(one.public_bytes(Encoding.PEM) for one in certificates))


def _make_ca(path: Path, key_path: Path, now: int) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.x509.oid import NameOID

    key = _new_key(key_path)
    serial = x509.random_serial_number()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Zhangshu centre {serial & 0xFFFFFFFF:08x}")])
    start = _moment(now) - timedelta(days=1)  # a station's clock may be behind
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=365 * CA_YEARS + 3))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, SHA256())
    )
    _write(path, signed)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    from cryptography import x509

    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _issue(own: Certificates, ca_key_path: Path, names: tuple[str, ...], now: int) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import load_pem_private_key
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    ca = _load(own.ca)
    try:
        ca_key = load_pem_private_key(ca_key_path.read_bytes(), None)
    except (OSError, ValueError) as error:
        raise DeskError("centre.certificate", path=ca_key_path, problem="读不出 CA 的私钥") from error
    if not isinstance(ca_key, EllipticCurvePrivateKey) or ca_key.public_key() != ca.public_key():
        raise DeskError("centre.certificate", path=ca_key_path, problem="不是 ca.pem 的私钥")
    key = _new_key(own.key)
    start = _moment(now) - timedelta(days=1)
    signed = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64])]))
        .issuer_name(ca.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(min(start + timedelta(days=SERVER_DAYS), ca.not_valid_after_utc))
        .add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(ca_key, SHA256())
    )
    _write(own.certificate, signed, ca)


def _general(name: str) -> x509.GeneralName:
    from cryptography import x509

    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


# -- checking ---------------------------------------------------------------------------------------------------------


def _load(path: Path) -> x509.Certificate:
    from cryptography import x509

    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        raise DeskError("centre.certificate", path=path, problem="读不出证书") from error


def _must_renew(own: Certificates, names: tuple[str, ...], now: int) -> bool:
    """Whether the server certificate is missing, ends soon, is another CA's, or not good for all the names."""
    from cryptography import x509

    if not own.certificate.exists() or not own.key.exists():
        return True
    current, ca = _load(own.certificate), _load(own.ca)
    left = (current.not_valid_after_utc.timestamp() * 1_000 - now) / DAY
    if left < RENEW_DAYS and current.not_valid_after_utc < ca.not_valid_after_utc:
        return True
    if not _is_pair(own):  # the power went between writing the one and the other
        return True
    known = current.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return current.issuer != ca.subject or not {_general(name) for name in names} <= set(known)


def _is_pair(found: Certificates) -> bool:
    try:
        server_context(found)
    except (OSError, ssl.SSLError):
        return False
    return True


def _check(found: Certificates, now: int) -> None:
    """Refuse what no station would accept."""
    _load(found.ca)
    if days_left(found, now) < 0:
        raise DeskError("centre.certificate", path=found.certificate, problem="证书已过期")
    if not _is_pair(found):
        raise DeskError("centre.certificate", path=found.key, problem="私钥读不出，或与证书不是一对")
