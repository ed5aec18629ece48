"""Answers that are none: they count as no line, so that trying again is right, and never as a word of the centre."""

from __future__ import annotations

import httpx
import pytest

from zhangshu_desk.sync.transport import Centre, Refused, Unreachable


def centre(status: int, content: bytes, **headers: str) -> Centre:
    """A centre that always answers so."""
    transport = httpx.MockTransport(lambda _request: httpx.Response(status, content=content, headers=headers))
    return Centre(httpx.Client(base_url="https://centre.test", transport=transport), "s", "x")


@pytest.mark.parametrize("status", [200, 400, 401, 403, 409, 410, 426])
@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"<html>"])
def test_half_an_answer_is_no_answer(status: int, content: bytes) -> None:
    with pytest.raises(Unreachable):
        centre(status, content).sync({})


@pytest.mark.parametrize("status", [401, 403, 409])
def test_a_refusal_without_a_word_of_the_centre_is_somebody_elses(status: int) -> None:
    with pytest.raises(Unreachable):
        centre(status, b"{}").sync({})


def test_a_refusal_is_told_with_its_facts() -> None:
    with pytest.raises(Refused) as refused:
        centre(409, b'{"error": "gap", "inc": "i", "last": 7}').sync({})
    assert (refused.value.status, refused.value.error, refused.value.facts["last"]) == (409, "gap", 7)


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_centre_in_trouble_says_when_to_come_again(status: int) -> None:
    with pytest.raises(Unreachable) as unreachable:
        centre(status, b"", **{"Retry-After": "7"}).sync({})
    assert unreachable.value.retry_after == 7.0
