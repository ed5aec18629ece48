"""Talking to the centre: HTTPS with only its CA trusted, zstd, and every failure told apart (`sync.md` §2.3, §4)."""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Mapping
from typing import Any

import httpx
import orjson
import zstandard

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.link import Probe
from zhangshu_desk.sync import wire

PATIENCE_S = 30.0
CLAIM_PATIENCE_S = 1.0
HOLD_S = 3
"""So long the centre may keep a question for news open; closing the program waits no longer."""
_LEVEL = 3
_SMALL = 512


class Unreachable(Exception):
    """No whole answer came: no line, a time-out, a server in trouble, half an answer. Trying again is right."""

    def __init__(self, detail: str, retry_after: float = 0.0) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class Refused(Exception):
    """The centre said no; `error` and `facts` are its words (docs/adr/0006)."""

    def __init__(self, status: int, error: str, facts: Mapping[str, Any]) -> None:
        super().__init__(f"{status} {error}")
        self.status, self.error, self.facts = status, error, facts


class Centre:
    """The centre as one station sees it. Safe to use from several threads.

    Args:
        http: a client with the centre's address; `connect` makes one.
        station, secret: who asks; empty = nobody yet.
    """

    def __init__(self, http: httpx.Client, station: str = "", secret: str = "") -> None:
        self._http = http
        self._headers = {"Accept-Encoding": "zstd, gzip", "Content-Type": "application/json"}
        if secret:
            self._headers["Authorization"] = f"Bearer {station}.{secret}"

    def hello(self) -> dict[str, Any]:
        """Who the centre is. All methods raise `Unreachable` and `Refused`."""
        return self._ask("GET", "/v1/hello")

    def enrol(self, body: Mapping[str, Any], key: str) -> dict[str, Any]:
        """Join with a one-time code; `key` makes a repeat whose answer was lost harmless."""
        return self._ask("POST", "/v1/enrol", body, headers={"Idempotency-Key": key})

    def sync(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Push and pull."""
        return self._ask("POST", "/v1/sync", body)

    def snapshot(self, after: str, as_of: int | None) -> dict[str, Any]:
        """A page of everything."""
        asked: dict[str, str | int] = {"after": after}
        if as_of is not None:
            asked["as_of"] = as_of
        return self._ask("GET", "/v1/snapshot", params=asked)

    def digest(self, tbl: str, bucket: int | None = None) -> dict[str, Any]:
        """The buckets of a table, or the rows of one."""
        return self._ask(
            "POST", "/v1/digest", {"tbl": tbl} if bucket is None else {"tbl": tbl, "bucket": f"{bucket:02x}"}
        )

    def claim(self, visit: str, actor_name: str, counter_name: str) -> dict[str, Any]:
        """Ask for a visit of another station; does not wait long."""
        body = {"visit": visit, "actor_name": actor_name, "counter_name": counter_name}
        return self._ask("POST", "/v1/claim", body, patience=CLAIM_PATIENCE_S)

    def wait(self, since: int, hold: int = HOLD_S) -> int:
        """Until the centre has more than `since`, or `hold` seconds; the head of its feed."""
        return int(self._ask("GET", "/v1/wait", params={"since": since, "hold": hold})["head"])

    def close(self) -> None:
        """Let the connections go."""
        self._http.close()

    def _ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        patience: float = PATIENCE_S,
    ) -> dict[str, Any]:
        content, all_headers = None, {**self._headers, **(headers or {})}
        if body is not None:
            content = orjson.dumps(body)
            if len(content) > _SMALL:
                content = zstandard.ZstdCompressor(level=_LEVEL).compress(content)
                all_headers["Content-Encoding"] = "zstd"
        try:
            answer = self._http.request(
                method, path, content=content, params=params, headers=all_headers, timeout=patience
            )
        except (httpx.HTTPError, ssl.SSLError) as error:
            raise Unreachable(f"{type(error).__name__}: {error}") from error
        if answer.status_code == 429 or answer.status_code >= 500:
            raise Unreachable(f"HTTP {answer.status_code}", _seconds(answer.headers.get("Retry-After", "")))
        try:
            found = orjson.loads(answer.content)
        except ValueError as error:
            raise Unreachable(f"HTTP {answer.status_code}: half an answer") from error
        if not isinstance(found, dict) or (answer.status_code != 200 and not found.get("error")):
            raise Unreachable(f"HTTP {answer.status_code}: not an answer of the centre")
        if answer.status_code != 200:
            raise Refused(answer.status_code, str(found["error"]), found)
        return found


def _seconds(text: str) -> float:
    """What `Retry-After` says; 0 when it says nothing, or names a date as some proxies do."""
    return float(text) if text.isdecimal() else 0.0


def connect(address: str, ca_pem: str) -> httpx.Client:
    """A client that trusts nobody but the deployment's CA."""
    context = ssl.create_default_context(cadata=ca_pem)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return httpx.Client(base_url=address, verify=context, trust_env=False, limits=httpx.Limits(max_connections=4))


def probe(address: str) -> Probe:
    """Ask a centre who it is, trusting nothing yet: a person compares the fingerprint.

    Raises:
        DeskError: `sync.bad_address`, `sync.unreachable`, `sync.no_centre`.
    """
    url = clean_address(address)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with httpx.Client(base_url=url, verify=context, trust_env=False) as http:
        try:
            said = Centre(http).hello()
        except Unreachable as error:
            raise DeskError("sync.unreachable", address=url, detail=str(error)) from error
        except Refused as error:
            raise DeskError("sync.no_centre", address=url) from error
    low, high = said.get("proto", (0, 0))
    if "ca_pem" not in said or "server_id" not in said:
        raise DeskError("sync.no_centre", address=url)
    if low > wire.PROTOCOLS[1] or high < wire.PROTOCOLS[0]:
        raise DeskError("sync.other_protocol", address=url)
    return Probe(url, said["server_id"], fingerprint(said["ca_pem"]), said["ca_pem"])


def clean_address(address: str) -> str:
    """`https://host:port` of what was typed. Raises `DeskError("sync.bad_address")`."""
    text = address.strip()
    if "://" not in text:
        text = f"https://{text}"
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL as error:
        raise DeskError("sync.bad_address", address=address) from error
    if url.scheme != "https" or not url.host or url.path not in ("", "/") or url.userinfo:
        raise DeskError("sync.bad_address", address=address)
    return str(url).rstrip("/")


def fingerprint(pem: str) -> str:
    """SHA-256 of a certificate as `AB:CD:…`. Raises `DeskError("sync.no_centre")` when it is none."""
    try:
        der = ssl.PEM_cert_to_DER_cert(pem)
    except ValueError as error:
        raise DeskError("sync.no_centre", address="") from error
    return hashlib.sha256(der).digest().hex(":").upper()
