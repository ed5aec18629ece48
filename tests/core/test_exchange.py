"""Exchange files: what is put in comes out, and nothing else does."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhangshu_desk.core import exchange
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.exchange import Kind, header, open_, seal

KEY = hashlib.sha256(b"a secret").digest()
STATION = "01930000-0000-7000-8000-000000000001"
AT = 1_764_000_000_000


@given(st.binary(max_size=300), st.sampled_from(Kind))
def test_what_is_sealed_comes_out(payload: bytes, kind: Kind) -> None:
    data = seal(kind, STATION, AT, KEY, payload)
    opened = open_(data, KEY)
    assert (opened.kind, opened.station, opened.created, opened.payload) == (kind, STATION, AT, payload)
    assert (header(data).kind, header(data).station, header(data).created) == (kind, STATION, AT)


def test_the_payload_cannot_be_read_in_the_file() -> None:
    assert b"13812345678" not in seal("outbox", STATION, AT, KEY, b'{"phone": "13812345678"}')


def test_two_files_of_the_same_content_differ() -> None:
    assert seal("outbox", STATION, AT, KEY, b"{}") != seal("outbox", STATION, AT, KEY, b"{}")


def test_every_changed_byte_and_every_cut_is_noticed() -> None:
    data = seal(Kind.OUTBOX, STATION, AT, KEY, b'{"a": 1}')
    for place in range(len(data)):
        for wrong in (data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :], data[:place]):
            with pytest.raises(DeskError) as refused:
                open_(wrong, KEY)
            assert refused.value.code in ("sync.not_an_exchange", "sync.exchange_broken")


def test_another_secret_does_not_open_it() -> None:
    with pytest.raises(DeskError) as refused:
        open_(seal("answer", STATION, AT, KEY, b"{}"), hashlib.sha256(b"another").digest())
    assert refused.value.code == "sync.exchange_broken"


@pytest.mark.parametrize("data", [b"", b"ZSX", b"%PDF-1.7 and more", b"ZSX1\x07" + b"x" * 60])
def test_another_file_is_none(data: bytes) -> None:
    with pytest.raises(DeskError) as refused:
        header(data)
    assert refused.value.code == "sync.not_an_exchange"


def test_a_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = seal("outbox", STATION, AT, KEY, bytes(2_000_000))
    assert len(data) < 1_000
    monkeypatch.setattr(exchange, "MAX_PAYLOAD_BYTES", 1_000_000)
    with pytest.raises(DeskError) as refused:
        open_(data, KEY)
    assert refused.value.code == "sync.exchange_broken"
