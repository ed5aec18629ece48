"""A line with faults: what can happen to one request and its answer."""

from __future__ import annotations

import random
from collections.abc import Callable

import httpx

FAULTS = (
    "ok",
    "lose_request",
    "lose_answer",
    "twice",
    "keep_for_later",
    "cut_answer",
    "cut_request",
    "error_after",
)
"""What `FaultyLine` can do to the next request to `/v1/sync`."""


class Lost(httpx.TransportError):
    """Nothing came back."""


class FaultyLine(httpx.BaseTransport):
    """Does `next_fault` to the `at`-th request to `/v1/sync` from now, once; everything else goes through.

    Attributes:
        kept: requests that were also kept, to be delivered late. counts: how often each fault happened.
    """

    def __init__(self, inner: httpx.BaseTransport, dice: random.Random) -> None:
        self._inner, self._dice = inner, dice
        self.next_fault, self.at = "ok", 0
        self.kept: list[httpx.Request] = []
        self.counts: dict[str, int] = {}

    def plan(self, fault: str, at: int = 0) -> None:
        """Let `fault` happen to the request after `at` others."""
        self.next_fault, self.at = fault, at

    def deliver_late(self) -> None:
        """The oldest kept request arrives now; nobody reads its answer."""
        self._inner.handle_request(self.kept.pop(0)).read()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        fault = "ok"
        if request.url.path == "/v1/sync" and self.next_fault != "ok":
            if self.at == 0:
                fault, self.next_fault = self.next_fault, "ok"
            self.at -= 1
        if fault != "ok":
            self.counts[fault] = self.counts.get(fault, 0) + 1
        return _WAYS[fault](self, request)

    def _ok(self, request: httpx.Request) -> httpx.Response:
        return self._inner.handle_request(request)

    def _lose_request(self, _request: httpx.Request) -> httpx.Response:
        raise Lost("the request was lost")

    def _lose_answer(self, request: httpx.Request) -> httpx.Response:
        self._inner.handle_request(request).read()
        raise Lost("the answer was lost")

    def _twice(self, request: httpx.Request) -> httpx.Response:
        self._inner.handle_request(request).read()
        return self._inner.handle_request(request)

    def _keep(self, request: httpx.Request) -> httpx.Response:
        self.kept.append(request)
        return self._inner.handle_request(request)

    def _cut_answer(self, request: httpx.Request) -> httpx.Response:
        whole = self._inner.handle_request(request)
        content = whole.read()
        cut = content[: self._dice.randrange(len(content))]
        return httpx.Response(whole.status_code, headers=_plain(whole.headers), content=cut)

    def _cut_request(self, request: httpx.Request) -> httpx.Response:
        body = request.read()
        cut = body[: self._dice.randrange(len(body))]
        headers = {k: v for k, v in request.headers.items() if k.lower() != "content-length"}
        answer = self._inner.handle_request(httpx.Request(request.method, request.url, headers=headers, content=cut))
        assert 400 <= answer.status_code < 500, answer.status_code
        raise Lost("half a request was refused")

    def _error_after(self, request: httpx.Request) -> httpx.Response:
        self._inner.handle_request(request).read()
        return httpx.Response(500, content=b"{}")


_WAYS: dict[str, Callable[[FaultyLine, httpx.Request], httpx.Response]] = {
    "ok": FaultyLine._ok,
    "lose_request": FaultyLine._lose_request,
    "lose_answer": FaultyLine._lose_answer,
    "twice": FaultyLine._twice,
    "keep_for_later": FaultyLine._keep,
    "cut_answer": FaultyLine._cut_answer,
    "cut_request": FaultyLine._cut_request,
    "error_after": FaultyLine._error_after,
}


def _plain(headers: httpx.Headers) -> dict[str, str]:
    """Headers of an answer whose content is decoded already."""
    return {k: v for k, v in headers.items() if k.lower() not in ("content-length", "content-encoding")}
