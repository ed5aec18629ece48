"""Bodies: packed, broken, cut off, far too long; nothing of it may hurt or be half applied."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib

import httpx
import orjson
import pytest
import zstandard

from tests.server.rig import Desk, Rig, call
from zhangshu_desk.sync.wire import MAX_BODY_BYTES
from zhangshu_server import bodies
from zhangshu_server.refusals import Refusal


def send(desk: Desk, body: bytes, encoding: str = "", kind: str = "application/json", **headers: str) -> httpx.Response:
    given = {**desk.headers, "Content-Type": kind, **headers}
    if encoding:
        given["Content-Encoding"] = encoding
    return call(desk.rig.app, "POST", "/v1/sync", content=body, headers=given)


def message(desk: Desk) -> bytes:
    desk.log.insert("ratings", level="好").end()
    return orjson.dumps(desk.log.request(0))


def test_every_known_packing_is_understood(a: Desk) -> None:
    body = message(a)
    for encoding, packed in (
        ("", body),
        ("identity", body),
        ("zstd", zstandard.ZstdCompressor().compress(body)),
        ("zstd", zstandard.ZstdCompressor(write_content_size=False).compress(body)),
        ("gzip", gzip.compress(body)),
    ):
        assert send(a, packed, encoding).status_code == 200, encoding


@pytest.mark.parametrize("encoding", ["br", "zstd, gzip", "deflate"])
def test_another_packing_is_refused(a: Desk, encoding: str) -> None:
    assert send(a, message(a), encoding).status_code == 415


@pytest.mark.parametrize("kind", ["text/plain", "", "application/x-www-form-urlencoded"])
def test_only_json_is_read(a: Desk, kind: str) -> None:
    answer = send(a, message(a), kind=kind)
    assert (answer.status_code, answer.json()) == (415, {"error": "unsupported_media_type"})


@pytest.mark.parametrize("encoding", ["", "zstd", "gzip"])
def test_a_message_cut_off_anywhere_is_refused_and_leaves_nothing(a: Desk, rig: Rig, encoding: str) -> None:
    body = message(a)
    packed = {
        "": body,
        "zstd": zstandard.ZstdCompressor(write_checksum=True).compress(body),
        "gzip": gzip.compress(body),
    }
    whole = packed[encoding]
    read = bodies.read
    from zhangshu_server.shapes import SyncRequest

    for end in range(len(whole)):  # what the route does with a body; one in twenty goes the whole way
        with pytest.raises(Refusal) as refused:
            read(SyncRequest, whole[:end], encoding)
        assert refused.value.status == 400, end
        if end % 20 == 0:
            assert send(a, whole[:end], encoding).status_code == 400
    assert rig.all("SELECT 1 FROM oplog") == []
    assert send(a, whole, encoding).status_code == 200


@pytest.mark.parametrize("encoding", ["zstd", "gzip"])
def test_something_after_the_end_is_refused(a: Desk, encoding: str) -> None:
    body = message(a)
    packed = zstandard.ZstdCompressor().compress(body) if encoding == "zstd" else gzip.compress(body)
    assert send(a, packed + b"x", encoding).status_code == 400
    assert send(a, packed + packed, encoding).status_code == 400


def bomb(encoding: str) -> bytes:
    """A few KiB that unpack to a gigabyte and a bit."""
    piece = bytes(1 << 20)
    if encoding == "gzip":
        packer = zlib.compressobj(9, wbits=31)
        return b"".join(packer.compress(piece) for _ in range(1_025)) + packer.flush()
    zpacker = zstandard.ZstdCompressor(level=3, write_content_size=False).compressobj()
    return b"".join(zpacker.compress(piece) for _ in range(1_025)) + zpacker.flush()


@pytest.mark.parametrize("encoding", ["zstd", "gzip"])
def test_a_bomb_is_refused_before_it_is_unpacked(a: Desk, encoding: str) -> None:
    packed = bomb(encoding)
    assert len(packed) < 2 << 20
    tracemalloc.start()
    try:
        answer = send(a, packed, encoding)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (answer.status_code, answer.json()["error"]) == (413, "too_large")
    assert peak < 3 * MAX_BODY_BYTES


def test_a_frame_that_says_it_is_too_long_is_refused_at_once() -> None:
    packer = zstandard.ZstdCompressor().compressobj(size=MAX_BODY_BYTES + 1)
    with pytest.raises(Refusal) as refused:
        bodies.unpack(packer.compress(b"{}") + packer.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK), "zstd")
    assert refused.value.status == 413


def test_a_body_is_refused_by_its_stated_or_true_length(a: Desk) -> None:
    answer = send(a, b"{}", **{"Content-Length": str(MAX_BODY_BYTES + 1)})
    assert answer.status_code == 413
    for encoding in ("identity", "zstd"):
        with pytest.raises(Refusal):
            bodies.unpack(zstandard.compress(b"x" * 101) if encoding == "zstd" else b"x" * 101, encoding, 100)
    assert bodies.unpack(b"x" * 100, "identity", 100)
    assert bodies.unpack(gzip.compress(b"x" * 100), "gzip", 100)


def test_answers_are_packed_when_that_is_understood(a: Desk) -> None:
    for _ in range(20):
        a.log.insert("enterprises", name="甲").end()
    body = orjson.dumps(a.log.request(0))
    assert "content-encoding" not in send(a, body, **{"Accept-Encoding": "gzip"}).headers
    assert "content-encoding" not in send(a, body, **{"Accept-Encoding": "zstd;q=0"}).headers
    answer = send(a, body, **{"Accept-Encoding": "gzip, zstd"})
    assert answer.headers["content-encoding"] == "zstd"
    assert len(answer.json()["rows"]) == 20


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b"1", b"{", b"\xff", b'{"proto":1e400}', b'{"client":"\\ud800"}', b"[" * 100_000]
)
def test_what_is_no_request_is_refused(a: Desk, body: bytes) -> None:
    answer = send(a, body)
    assert (answer.status_code, answer.json()["error"]) == (400, "bad_request")


def test_the_refusal_does_not_repeat_what_was_sent(a: Desk) -> None:
    answer = send(a, b'{"client": "\xe7\x8e\x8b", "proto": "\xe6\x9d\x8e"}')
    assert not {"王", "李"} & set(answer.text)
