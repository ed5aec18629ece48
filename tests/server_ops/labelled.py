"""A centre with labels in every state, and where each one's code leads. All made up."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from sqlalchemy import Engine

from tests.server.labels import FURNITURE, GI, PHONE, Press, look, public
from tests.server.rig import Rig
from zhangshu_desk.core.clock import DAY, HOUR, FixedClock
from zhangshu_desk.labels.rules.scans import MANY_PLACES
from zhangshu_server.verification.states import State

KEY = b"\x07" * 32
SITE = "樟树金属家具产业园"


def fill_labels(engine: Engine, state: Path, clock: FixedClock) -> dict[str, str]:
    """Make the labels as of the clock's moment; the paths of one label for each state, and of one with a GTIN."""
    now = clock.now()
    rig = Rig(engine, state)
    rig.clock.moment = now - 3 * DAY
    press = Press(rig.desk(site=SITE, name="标签打印"), KEY)
    press.certify()
    batch = press.batch(1, 500)
    press.batch(501, 520, GI, batch_no="2025-05-01", made_on="2025-05-01", expires_on="2026-05-01")
    press.batch(601, 700, FURNITURE)
    press.batch(701, 720, GI, route="证明商标", trademark_name="樟树药都", registration_no="12345678")
    for _ in range(2):
        press.batch(801, 810, GI, batch_no="2026-11-02")
    part = press.batch(901, 999, GI, batch_no="2026-11-09")
    press.fate(batch, 20, 29, "作废")
    press.fate(batch, 30, 30, "已补打", replaced_by=500)
    press.fate(batch, 40, 49, "退回")
    press.move(batch, "领用", 1, 499)
    press.move(part, "领用", 901, 950)
    press.desk.sync()
    press.batch(2_001, 2_010)  # offline
    paths = {
        State.FIRST: press.path(1),
        State.AGAIN: press.path(2),
        State.UNUSUAL: press.path(3),
        State.VOID: press.path(20),
        State.REPLACED: press.path(30),
        State.RETURNED: press.path(40),
        State.EXPIRED: press.path(501),
        State.TWICE: press.path(801),
        State.NOT_HANDED_OUT: press.path(960),
        State.ON_ITS_WAY: press.path(2_001),
        State.UNKNOWN: "/t/" + "A" * 24,
        "traced": press.path(601, FURNITURE),
        "trademark": press.path(701),
    }
    _look_around(public(rig), rig, paths)
    return {str(name): path for name, path in paths.items()}


def _look_around(app: FastAPI, rig: Rig, paths: dict[str, str]) -> None:
    """What was looked up in the last days."""
    for number in range(MANY_PLACES):
        look(app, paths[State.UNUSUAL], at=f"10.{number}.1.1")
    for number in range(3):
        rig.clock.forward(7 * HOUR)
        look(app, paths[State.AGAIN], {**PHONE, "User-Agent": f"Mozilla/5.0 {number}"})
    for state in (State.VOID, State.REPLACED, State.ON_ITS_WAY):
        look(app, paths[state], at="10.9.9.9")
