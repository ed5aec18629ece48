"""The refusals of the wire (docs/adr/0006): a status, a code, and its facts."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """An answer other than 200, `{error, **facts}`."""

    def __init__(self, status: int, error: str, *, retry_after: int | None = None, **facts: Any) -> None:
        super().__init__(status, error)
        self.status, self.error, self.facts, self.retry_after = status, error, facts, retry_after


def bad_request(detail: str) -> Refusal:
    """What was sent has not the form of a request. `detail` names the place, never the content."""
    return Refusal(400, "bad_request", detail=detail)
