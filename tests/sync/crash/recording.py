"""Sessions of real stations as they went over the wire, kept to be played to every later centre.

A record holds what was asked, when, and what was answered, without what is drawn at random: secrets, ids of blocks.
The hashes of the feed are another centre's too; when a record is played they are put for each other. Everything else
follows from what was sent.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import orjson
import zstandard

from tests.sync.centre import CentreRig
from tests.sync.park import FINGERPRINT, Rig, new_station
from zhangshu_desk.core.clock import MINUTE
from zhangshu_desk.core.link import Probe
from zhangshu_desk.db import serials
from zhangshu_desk.db.tables.accounts import User
from zhangshu_desk.db.tables.enterprises import Enterprise
from zhangshu_desk.reception import actions
from zhangshu_desk.reception.rules import WalkIn
from zhangshu_desk.sync import checking, enrolment, wire
from zhangshu_server import stations

SITE = ("01930000-0000-7000-8000-00000000a001", "樟树园区")
_RANDOM = frozenset({"server_id", "epoch", "secret", "ca_pem"})
_OF_THE_CENTRE = frozenset({"proto", "min_client"})
"""What a later centre may answer otherwise."""


class Recorder(httpx.BaseTransport):
    """Notes everything that passes."""

    def __init__(self, inner: httpx.BaseTransport, centre: CentreRig, name: str, steps: list[dict[str, Any]]) -> None:
        self._inner, self._centre, self._name, self._steps = inner, centre, name, steps

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        body = request.read()
        if request.headers.get("Content-Encoding") == "zstd":
            body = zstandard.ZstdDecompressor().decompress(body)
        answer = self._inner.handle_request(request)
        content = answer.read()  # unpacked
        step = {
            "station": self._name,
            "at": self._centre.clock.now(),
            "method": request.method,
            "path": request.url.path,
            "query": dict(request.url.params),
            "body": orjson.loads(body) if body else None,
            "status": answer.status_code,
            "answer": kept(orjson.loads(content)),
        }
        if request.url.path != "/v1/hello":
            self._steps.append(step)
        return httpx.Response(answer.status_code, content=content, request=request)


def kept(answer: dict[str, Any]) -> dict[str, Any]:
    """What is kept of an answer."""
    found = {name: value for name, value in answer.items() if name not in _RANDOM | _OF_THE_CENTRE}
    if "rows" in found:  # their order is the database's
        found["rows"] = sorted(found["rows"], key=lambda row: (row["t"], row["id"]))
    if "blocks" in found:
        found["blocks"] = [{name: one[name] for name in ("kind", "first", "last")} for one in found["blocks"]]
    return found


# -- recording --------------------------------------------------------------------------------------------------------


def record(centre: CentreRig, folder: Path) -> dict[str, Any]:
    """Play a session with the present program: two stations on an ordinary and a less ordinary day."""
    make_site(centre)
    steps: list[dict[str, Any]] = []
    first, second = (new_station(folder, name, centre.clock.now()) for name in "甲乙")
    try:
        _play(centre, first, second, steps)
    finally:
        for rig in (first, second):
            if rig.centre is not None:
                rig.centre.close()
            rig.store.close()
    return {"proto": wire.PROTOCOLS[1], "schema": wire.SCHEMA, "site": SITE, "steps": steps}


def _play(centre: CentreRig, first: Rig, second: Rig, steps: list[dict[str, Any]]) -> None:
    both = (first, second)
    _join(centre, first, steps)
    row_id = _add(first, "甲乙共知有限公司")
    with first.store.write(first.clerk, "visit.register", _later(centre, *both)) as session:
        serials.ask_for(session, "GI")
    first.cycle()
    _join(centre, second, steps)
    second.cycle()
    first.cycle()
    for rig, name in ((first, "张三"), (second, "李四")):  # both at once: one goes to the inbox
        _later(centre, *both)
        _change(rig, row_id, legal_representative=name, notes=f"{name}来过")
    for rig in (first, second, first):
        rig.cycle()
    _later(centre, *both)
    ticket = actions.register(first.store, first.clerk, WalkIn(("NB",), visitor="王五"), first.clock.now())
    with first.store.write(first.head, "backup.make", first.clock.now()) as session:
        serials.take(session, "GI", "标签")
    first.cycle()
    assert second.centre is not None
    second.centre.claim(ticket.visit_id, second.clerk.name, "乙1号窗口")
    second.cycle()
    _refused(centre, first, second)
    checking.repair(second.store, second.centre, "enterprises")
    _restored(centre, first, second, row_id)


def _refused(centre: CentreRig, first: Rig, second: Rig) -> None:
    """A person without the right changes an account; the refused act is sent again, and refused again."""
    _later(centre, first, second)
    with second.store.write(second.clerk, "enterprise.change", second.clock.now()) as session:
        session.get_one(User, second.head.user_id).name = "冒名"
        session.about("users", second.head.user_id)
    second.cycle()
    with second.store.merge() as merge:
        merge.db.execute("UPDATE rejections SET retry = 1")
    second.cycle()


def _restored(centre: CentreRig, first: Rig, second: Rig, row_id: str) -> None:
    """A station's whole disk is put back: the centre finds the fork, the station begins a new life."""
    before = first.store.paths.side.read_bytes()
    copy = first.save(first.where.data.parent)
    for name in ("一", "二"):
        _later(centre, first, second)
        _change(first, row_id, notes=name)
        first.cycle()
    first.store.close()
    first.where.side.write_bytes(before)
    first.restore(copy)
    _later(centre, first, second)
    _change(first, row_id, address="府前路1号")
    for rig in (first, second, first):
        rig.cycle()


def _later(centre: CentreRig, *rigs: Rig) -> int:
    centre.clock.forward(MINUTE)
    for rig in rigs:
        rig.clock.moment = centre.clock.now()
    return centre.clock.now()


def _add(rig: Rig, name: str) -> str:
    with rig.store.write(rig.clerk, "enterprise.add", rig.clock.now()) as session:
        row = Enterprise(id=session.new_id(), name=name, name_key=name, created_at=session.now)
        session.add(row)
        session.about("enterprises", row.id)
        return row.id


def _change(rig: Rig, row_id: str, **fields: str) -> None:
    with rig.store.write(rig.clerk, "enterprise.change", rig.clock.now()) as session:
        row = session.get_one(Enterprise, row_id)
        for name, value in fields.items():
            setattr(row, name, value)
        session.about("enterprises", row_id)


def _join(centre: CentreRig, rig: Rig, steps: list[dict[str, Any]]) -> None:
    def line() -> Recorder:
        return Recorder(centre.park.transport(), centre, rig.name, steps)

    nobody = centre.park.reach(transport=line())
    probe = Probe("https://centre.test", nobody.hello()["server_id"], FINGERPRINT, "")
    code = centre.park.make_code(SITE[1], rig.name)
    secret = enrolment.enrol(rig.store, nobody, rig.vault, probe, code, "", rig.clock.now)
    nobody.close()
    rig.centre = centre.park.reach(rig.station, secret, line())


def make_site(centre: CentreRig) -> None:
    """The site with the id that stands in every record: it is in the hash of the feed."""
    with centre.engine.begin() as db:
        sql = "INSERT INTO sites (id, name, created_at) VALUES (%s, %s, %s)"
        db.exec_driver_sql(sql, (*SITE, centre.clock.now()))


# -- playing ----------------------------------------------------------------------------------------------------------


def replay(centre: CentreRig, session: dict[str, Any]) -> int:
    """Play a record to a new centre; every answer must be the one of then, or say more. Returns how many there were."""
    make_site(centre)
    secrets: dict[str, str] = {}
    places: dict[str, str] = {"": ""}
    with httpx.Client(base_url="https://centre.test", transport=centre.park.transport(), trust_env=False) as http:
        for number, step in enumerate(session["steps"]):
            centre.clock.moment = step["at"]
            if step["path"] == "/v1/enrol":
                answer = _enrol(centre, http, step)
                secrets[step["station"]] = f"{answer.json()['station']}.{answer.json()['secret']}"
            else:
                headers = {"Authorization": f"Bearer {secrets[step['station']]}"}
                body = step["body"]
                if body and "seen" in body:
                    body["seen"] = [[seq, places[h]] for seq, h in body["seen"]]
                answer = http.request(step["method"], step["path"], params=step["query"], headers=headers, json=body)
            assert answer.status_code == step["status"], (number, step["path"], answer.text)
            expected, found = kept(step["answer"]), kept(answer.json())
            if session["schema"] != wire.SCHEMA:
                expected.pop("digests", None)
            if expected.get("h"):
                places[expected.pop("h")] = found["h"]
            differs = difference(expected, found)
            assert not differs, (number, step["path"], differs)
    return len(session["steps"])


def _enrol(centre: CentreRig, http: httpx.Client, step: dict[str, Any]) -> httpx.Response:
    code = stations.make_code(centre.engine, SITE[1], step["station"], centre.clock.now(), FINGERPRINT)
    return http.post("/v1/enrol", json={**step["body"], "code": code}, headers={"Idempotency-Key": code})


def difference(expected: Any, found: Any, where: str = "") -> str:
    """Where an answer is not what is expected; objects may have more than that."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for name, value in expected.items():
            if name not in found:
                return f"{where}.{name} is missing"
            if differs := difference(value, found[name], f"{where}.{name}"):
                return differs
        return ""
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        pairs = enumerate(zip(expected, found, strict=True))
        return next(filter(None, (difference(*pair, f"{where}[{at}]") for at, pair in pairs)), "")
    return "" if expected == found else f"{where}: {json.dumps(found, ensure_ascii=False)[:200]}"
