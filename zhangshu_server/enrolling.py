"""Joining: a one-time code becomes a station with a secret, exactly once however often the request is repeated."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import Engine

from zhangshu_desk.core.failpoints import reach
from zhangshu_desk.core.operations import canonical
from zhangshu_server import database, feed, records
from zhangshu_server.database import Connection, document
from zhangshu_server.epochs import Identity
from zhangshu_server.judging import Court
from zhangshu_server.refusals import Refusal
from zhangshu_server.shapes import EnrolRequest
from zhangshu_server.stations import Station, code_hash, hash_of, new_secret

LETTERS = "KLMNPQRTUVWXY"
"""Letters before ticket numbers: none that looks like a digit or stands for a group of services."""


def enrol(engine: Engine, identity: Identity, ca_pem: str, request: EnrolRequest, key: str, now: int) -> dict[str, Any]:
    """The answer to an enrolment.

    Args:
        key: of the request; the same key with the same content gets the same answer again until the code expires.

    Raises:
        Refusal: 403 `code_wrong`, `code_expired`, `code_used`; 422 `idempotency_mismatch`.
    """
    answer = database.retrying(lambda: _enrol(engine, identity, ca_pem, request, key, now))
    reach("server.enrol.after_commit")
    if isinstance(answer, Refusal):
        raise answer
    return answer


def _enrol(
    engine: Engine, identity: Identity, ca_pem: str, request: EnrolRequest, key: str, now: int
) -> dict[str, Any] | Refusal:
    with database.push_transaction(engine) as connection:
        # a refusal is given back, not raised: that the answers of expired codes are forgotten stays true
        database.run(
            connection, "UPDATE enrol_codes SET answer = NULL WHERE answer IS NOT NULL AND expires_at <= %s", [now]
        )
        body = hashlib.sha256(canonical(request.model_dump()).encode()).digest()
        earlier = database.row(connection, "SELECT * FROM enrol_codes WHERE idempotency_key = %s FOR UPDATE", [key])
        if earlier is not None and bytes(earlier.body_hash) != body:
            return Refusal(422, "idempotency_mismatch")
        code = database.row(
            connection, "SELECT * FROM enrol_codes WHERE code_hash = %s FOR UPDATE", [code_hash(request.code)]
        )
        if code is None:
            return Refusal(403, "code_wrong")
        if code.used_at is not None:
            again = code.idempotency_key == key and bytes(code.body_hash) == body and code.answer is not None
            return dict(code.answer) if again else Refusal(403, "code_used")
        if code.expires_at <= now:
            return Refusal(403, "code_expired")
        answer = {**_join(connection, code, request, now), **_centre(identity, ca_pem)}
        database.run(
            connection,
            "UPDATE enrol_codes SET used_at = %s, idempotency_key = %s, body_hash = %s, answer = %s::jsonb"
            " WHERE code_hash = %s",
            [now, key, body, document(answer), code.code_hash],
        )
        reach("server.enrol.before_commit")
        return answer


def _centre(identity: Identity, ca_pem: str) -> dict[str, str]:
    return {"server_id": identity.server_id, "epoch": identity.epoch, "ca_pem": ca_pem}


def _join(connection: Connection, code: Any, request: EnrolRequest, now: int) -> dict[str, str]:
    known = database.row(connection, "SELECT site_id, letter FROM stations WHERE id = %s FOR UPDATE", [request.station])
    site = known.site_id if known is not None else code.site_id
    site_name = database.row(connection, "SELECT name FROM sites WHERE id = %s FOR UPDATE", [site]).name
    letter = known.letter if known is not None else _free_letter(connection, site)
    secret, name = new_secret(), code.station_name or request.name
    database.run(
        connection,
        _STATION,
        {
            "id": request.station,
            "site": site,
            "name": name,
            "letter": letter,
            "hash": hash_of(secret),
            "now": now,
            "client": request.client,
        },
    )
    _tell_site(connection, Station(request.station, site, name, letter, "", now, proved_by_next=False), now)
    return {"station": request.station, "site": site, "site_name": site_name, "letter": letter, "secret": secret}


_STATION = """
    INSERT INTO stations (id, site_id, name, letter, secret_hash, secret_since, enrolled_at, client)
    VALUES (%(id)s, %(site)s, %(name)s, %(letter)s, %(hash)s, %(now)s, %(now)s, %(client)s)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, secret_hash = excluded.secret_hash, next_secret_hash = NULL,
        secret_since = excluded.secret_since, enrolled_at = excluded.enrolled_at, client = excluded.client,
        revoked_at = NULL, revoked_reason = ''
"""


def _free_letter(connection: Connection, site: str) -> str:
    """None for the first station of a site, then the first letter that no other has; two letters when all are taken."""
    taken = {one.letter for one in database.rows(connection, "SELECT letter FROM stations WHERE site_id = %s", [site])}
    pairs = (first + second for first in LETTERS for second in LETTERS)
    return next(str(letter) for letter in ("", *LETTERS, *pairs) if letter not in taken)


def _tell_site(connection: Connection, station: Station, now: int) -> None:
    """Put site and letter into the station's row if it is here already; else that is done when the row arrives."""
    stored = records.read_locked(connection, [("stations", station.id)])
    court = Court(station, now, stored, {}, {})
    court.give_station(station.site, station.letter)
    if not court.entries:
        return
    numbered = feed.number(connection, court.entries)
    changed = court.changed()
    records.write(connection, stored, changed, numbered.start)
    feed.append(connection, numbered.feed)
    feed.log(connection, numbered.operations)
    feed.announce(connection, numbered.head, "", {record.scope for record in changed.values()})
