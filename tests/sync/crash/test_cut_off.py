"""A station that dies in the middle of its request: to the centre that is a broken line, not a fault of its own."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.store_fixtures import NINE
from tests.sync.centre import CentreRig
from tests.sync.park import Park


def test_half_a_request_is_no_fault_of_the_centre(centre: CentreRig, park: Park) -> None:
    rig = park.station("甲", NINE)
    head = centre.head()
    secret = f"Bearer {rig.station}.{rig.vault.secrets[rig.station]}".encode()
    scope = {
        "type": "http", "method": "POST", "path": "/v1/sync", "raw_path": b"/v1/sync", "query_string": b"",
        "headers": [(b"content-type", b"application/json"), (b"authorization", secret), (b"content-length", b"999")],
        "http_version": "1.1", "scheme": "https", "server": ("centre.test", 443), "client": ("127.0.0.1", 1),
    }  # fmt: skip
    arriving: list[dict[str, Any]] = [
        {"type": "http.request", "body": b'{"proto": 1, "sch', "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return arriving.pop(0) if len(arriving) > 1 else arriving[0]

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(park.app(scope, receive, send))
    assert sent[0]["status"] == 400
    assert centre.head() == head
    assert rig.cycle().rounds > 0
