"""Exchange files at the centre: a station's outbox comes on a USB stick, its acknowledgement goes back on it.

The request inside is taken in by the same function as `POST /v1/sync`, push only; operations are known by their ids,
so a file that is read twice, or after the line came back, changes nothing twice.
"""

from __future__ import annotations

import orjson
from pydantic import ValidationError
from sqlalchemy import select

from zhangshu_desk.core import exchange
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.exchange import Kind, Opened
from zhangshu_desk.core.failpoints import reach
from zhangshu_server import acts, shapes
from zhangshu_server.centre import Centre
from zhangshu_server.refusals import Refusal
from zhangshu_server.routes import synchronise
from zhangshu_server.stations import Sealed
from zhangshu_server.tables import stations

MAX_FILE_BYTES = 64 << 20


def take(centre: Centre, data: bytes, login: str = acts.COMMAND_LINE) -> bytes:
    """Take in a station's exchange file and return the sealed answer.

    A refusal that the station must act on (its history forked, operations are missing) is sealed as the answer too.

    Raises:
        DeskError: `sync.not_an_exchange`, `sync.exchange_broken`, `centre.exchange_answer`, `centre.exchange_station`,
            `centre.exchange_revoked`, `centre.exchange_content`.
    """
    head = exchange.header(data)
    if head.kind is not Kind.OUTBOX:
        raise DeskError("centre.exchange_answer")
    opened, key = _open(centre, data, head.station)
    request = _request(opened)
    try:
        answer = synchronise(centre, Sealed(head.station, key), request)
        facts = {"station": head.station, "operations": sum(len(log.ops) for log in request.logs)}
    except Refusal as refusal:
        if refusal.error == "revoked":
            raise DeskError("centre.exchange_revoked", reason=refusal.facts.get("reason", "")) from refusal
        if refusal.status != 409:
            raise DeskError("centre.exchange_content", detail=refusal.error) from refusal
        answer = {"error": refusal.error, **refusal.facts}
        facts = {"station": head.station, "operations": 0}
    reach("server.exchange.taken")
    now = centre.clock.now()
    with centre.engine.begin() as connection:
        acts.record(connection, login, "exchange.take", facts, now)
    return exchange.seal(Kind.ANSWER, head.station, now, key, orjson.dumps(answer))


def _open(centre: Centre, data: bytes, station: str) -> tuple[Opened, bytes]:
    """The file, opened with the hash of the station's present secret or of the one it was given last."""
    query = select(stations.c.secret_hash, stations.c.next_secret_hash).where(stations.c.id == station)
    with centre.engine.connect() as connection:
        row = connection.execute(query).first()
    if row is None:
        raise DeskError("centre.exchange_station")
    for key in (row.secret_hash, row.next_secret_hash):
        try:
            if key is not None:
                return exchange.open_(data, bytes(key)), bytes(key)
        except DeskError as error:
            if error.code != "sync.exchange_broken":
                raise
    raise DeskError("sync.exchange_broken")


def _request(opened: Opened) -> shapes.SyncRequest:
    try:
        found = shapes.SyncRequest.model_validate_json(opened.payload)
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"])
        raise DeskError("centre.exchange_content", detail=place) from None
    if found.station != opened.station:
        raise DeskError("centre.exchange_content", detail="station")
    return found.model_copy(update={"since": None})
