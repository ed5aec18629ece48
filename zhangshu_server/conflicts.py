"""Conflicts as rows of the table `conflicts`: written by the centre, pulled by the desks like any other row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from zhangshu_desk.core.actors import COMMAND_LINE, SYSTEM
from zhangshu_desk.core.ids import id_of
from zhangshu_desk.sync.wire import CENTRE, TABLES
from zhangshu_server import database
from zhangshu_server.database import Connection
from zhangshu_server.merging import Author, Clash, Record

_PSEUDO = {actor.user_id: actor.name for actor in (SYSTEM, COMMAND_LINE)}
_CENTRE_NAME = "中心"


def conflict_id(clash: Clash) -> str:
    """The id of a clash's row; the same clash is found under it again."""
    return id_of("conflict", clash.kind, *clash.seed)


def fields_of(clash: Clash, people: Mapping[str, str], stations: Mapping[str, str], now: int) -> dict[str, Any]:
    """The fields of a new conflict.

    Args:
        people, stations: shown names by id.
    """
    return {
        "kind": clash.kind,
        "tbl": clash.tbl,
        "row_id": clash.row_id,
        "fields": _ordered(clash.tbl, {*clash.a_values, *clash.b_values}),
        "a_values": dict(clash.a_values),
        "b_values": dict(clash.b_values),
        "a_actor": _actor(clash.a, people),
        "b_actor": _actor(clash.b, people),
        "a_station": _station(clash.a, stations),
        "b_station": _station(clash.b, stations),
        "a_at": clash.a.at,
        "b_at": clash.b.at,
        "other_row_id": clash.other_row_id,
        "state": clash.state,
        "created_at": now,
    }


def extension(clash: Clash, existing: Record) -> dict[str, Any]:
    """What a further loss of the same kind adds to a conflict that is still open; empty when it adds nothing."""
    fields = existing.fields
    if clash.kind != "state" or fields.get("state") != "open":
        return {}
    values = {**fields.get("b_values", {}), **clash.b_values}
    stands = {**dict(clash.a_values), **fields.get("a_values", {})}
    if values == fields.get("b_values"):
        return {}
    return {
        "fields": _ordered(clash.tbl, {*stands, *values}),
        "a_values": stands,
        "b_values": values,
        "b_at": max(clash.b.at, fields.get("b_at", 0)),
    }


def names(connection: Connection, clashes: Iterable[Clash]) -> tuple[dict[str, str], dict[str, str]]:
    """(shown names of accounts, shown names of stations) that a set of clashes speaks of."""
    authors = [author for clash in clashes for author in (clash.a, clash.b)]
    people = [author.actor for author in authors if not author.named]
    found = database.rows(
        connection,
        "SELECT id, fields->>'name' AS name FROM records WHERE tbl = 'users' AND id = ANY(%s) AND fields ? 'name'",
        [people],
    )
    stations = database.rows(
        connection, "SELECT id, name FROM stations WHERE id = ANY(%s)", [[author.station for author in authors]]
    )
    return {one.id: one.name for one in found}, {one.id: one.name for one in stations}


def _ordered(tbl: str, names: set[str]) -> list[str]:
    return [name for name in TABLES[tbl].columns if name in names]


def _actor(author: Author, people: Mapping[str, str]) -> str:
    return author.actor if author.named else people.get(author.actor) or _PSEUDO.get(author.actor, author.actor)


def _station(author: Author, stations: Mapping[str, str]) -> str:
    return _CENTRE_NAME if author.station == CENTRE else stations.get(author.station, author.station)
