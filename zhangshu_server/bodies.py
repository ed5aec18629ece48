"""Bodies on their way in and out: bounded while they are unpacked, checked, and packed again."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import orjson
import zstandard
from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from zhangshu_desk.sync.wire import MAX_BODY_BYTES
from zhangshu_server.refusals import Refusal, bad_request

_T = TypeVar("_T", bound=BaseModel)
_PIECE = 1024  # zstd unpacks a few bytes to 128 KiB at most, so a piece stays far below the limit
_WINDOW = 32 << 20
_LEAST_TO_PACK = 400


def too_large() -> Refusal:
    """The body is, or would unpack to, more than the limit."""
    return Refusal(413, "too_large", most=MAX_BODY_BYTES)


async def receive(request: Request) -> bytes:
    """The body as it was sent, still packed.

    Raises:
        Refusal: 413 as soon as it is too long, 415 when it is not JSON, 400 when the line broke on the way.
    """
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/json":
        raise Refusal(415, "unsupported_media_type")
    stated = request.headers.get("content-length", "")
    if stated.isdecimal() and int(stated) > MAX_BODY_BYTES:
        raise too_large()
    pieces, size = [], 0
    try:
        async for piece in request.stream():
            size += len(piece)
            if size > MAX_BODY_BYTES:
                raise too_large()
            pieces.append(piece)
    except ClientDisconnect:  # nobody is there to read the answer; the log must not fill with it
        raise bad_request("cut off") from None
    return b"".join(pieces)


def read(model: type[_T], body: bytes, encoding: str) -> _T:
    """Unpack and check a request.

    Raises:
        Refusal: 400, 413 or 415.
    """
    try:
        return model.model_validate_json(unpack(body, encoding))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise bad_request(f"{place}: {first['type']}"[:300]) from None


def unpack(body: bytes, encoding: str, most: int = MAX_BODY_BYTES) -> bytes:
    """The body that was packed with `encoding` (`zstd`, `gzip` or `identity`).

    Raises:
        Refusal: 413 before more than about `most` is unpacked, 400 when it is broken, 415 for another encoding.
    """
    name = encoding.strip().lower() or "identity"
    if name == "identity":
        if len(body) > most:
            raise too_large()
        return body
    if name not in ("zstd", "gzip"):
        raise Refusal(415, "unsupported_encoding")
    try:
        return _bounded(_zstd(body, most) if name == "zstd" else _gzip(body, most), most)
    except (zstandard.ZstdError, zlib.error, EOFError):
        raise bad_request("broken encoding") from None


def _bounded(pieces: Iterator[bytes], most: int) -> bytes:
    found, size = [], 0
    for piece in pieces:
        size += len(piece)
        if size > most:
            raise too_large()
        found.append(piece)
    return b"".join(found)


def _zstd(body: bytes, most: int) -> Iterator[bytes]:
    stated = zstandard.get_frame_parameters(body).content_size
    if stated not in (zstandard.CONTENTSIZE_UNKNOWN, zstandard.CONTENTSIZE_ERROR) and stated > most:
        raise too_large()
    reader = zstandard.ZstdDecompressor(max_window_size=_WINDOW).decompressobj()
    for start in range(0, len(body), _PIECE):
        if reader.eof:
            raise EOFError
        yield reader.decompress(body[start : start + _PIECE])
    if not reader.eof or reader.unused_data:
        raise EOFError


def _gzip(body: bytes, most: int) -> Iterator[bytes]:
    reader = zlib.decompressobj(wbits=31)
    yield reader.decompress(body, most + 1)
    if not reader.unconsumed_tail and (not reader.eof or reader.unused_data):
        raise EOFError


def answer(content: Any, accepted: str, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """An answer as JSON, packed with zstd when that is accepted and worth it."""
    body = orjson.dumps(content)
    extra = dict(headers or {})
    extra["Cache-Control"] = "no-store"
    if len(body) >= _LEAST_TO_PACK and accepts_zstd(accepted):
        body = zstandard.ZstdCompressor(level=3).compress(body)
        extra |= {"Content-Encoding": "zstd", "Vary": "Accept-Encoding"}
    return Response(body, status, extra, media_type="application/json")


def accepts_zstd(accepted: str) -> bool:
    """Whether an `Accept-Encoding` names zstd and does not refuse it."""
    for part in accepted.lower().split(","):
        name, _, weight = part.strip().partition(";")
        if name.strip() == "zstd":
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def refusal(refused: Refusal, accepted: str = "") -> Response:
    """A refusal as an answer."""
    headers = {} if refused.retry_after is None else {"Retry-After": str(refused.retry_after)}
    return answer({"error": refused.error, **refused.facts}, accepted, status=refused.status, headers=headers)
