"""Joining a centre: what is kept of it here, and that its CA is the one the people there read out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from zhangshu_desk import __version__
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.failpoints import reach
from zhangshu_desk.core.link import Probe
from zhangshu_desk.db.bare import bare
from zhangshu_desk.db.store import Store
from zhangshu_desk.sync import books
from zhangshu_desk.sync.secrets import Vault
from zhangshu_desk.sync.transport import Centre, Refused, Unreachable

_REFUSALS = {
    "code_wrong": "sync.code_wrong",
    "code_expired": "sync.code_expired",
    "code_used": "sync.code_used",
    "other_site": "sync.other_site",
}


def check_code(code: str, fingerprint: str) -> None:
    """A code ends with the first 8 digits of the CA's fingerprint: a wrong centre is found before it hears the code.

    Raises:
        DeskError: `sync.code_wrong` when it has not the form, `sync.fingerprint` when it is another centre's.
    """
    head, dash, tail = code.strip().rpartition("-")
    if not dash or not head or len(tail) != 8:
        raise DeskError("sync.code_wrong")
    if tail.upper() != fingerprint.replace(":", "")[:8].upper():
        raise DeskError("sync.fingerprint")


def enrol(
    store: Store, centre: Centre, vault: Vault, probe: Probe, code: str, passphrase: str, now: Callable[[], int]
) -> str:
    """Join with a one-time code; returns the secret, which the vault keeps.

    A repeat after a lost answer is told the same: its key is made of the code.

    Raises:
        DeskError: `sync.code_*`, `sync.fingerprint`, `sync.needs_passphrase`, `sync.unreachable`, `sync.not_set_up`.
    """
    check_code(code, probe.fingerprint)
    if not vault.has_keyring() and not passphrase:
        raise DeskError("sync.needs_passphrase")
    with store.read() as session:
        db = bare(session)
        station = books.word(db, "station_id")
        row = db.execute("SELECT name FROM stations WHERE id = ?", (station,)).fetchone()
        joined_before = books.word(db, "server_id")
    if row is None:
        raise DeskError("sync.not_set_up")
    body = {"code": code.strip(), "station": station, "name": row[0], "client": __version__}
    key = hashlib.sha256(f"{station}:{code.strip()}".encode()).hexdigest()[:32]
    try:
        answer = centre.enrol(body, key)
    except Unreachable as error:
        raise DeskError("sync.unreachable", address=probe.address, detail=str(error)) from error
    except Refused as error:
        raise DeskError(_REFUSALS.get(error.error, "sync.enrol_refused"), detail=error.error) from error
    reach("desk.enrol.answer_read")
    vault.keep(station, answer["secret"], passphrase)
    reach("desk.enrol.secret_kept")
    _keep(store, probe, answer, now(), again=joined_before == answer["server_id"])
    return str(answer["secret"])


def _keep(store: Store, probe: Probe, answer: dict[str, Any], now: int, *, again: bool) -> None:
    """Remember the centre. Another one than before gets everything from the beginning, and we read all of it."""
    with store.merge() as merge:
        db = merge.db
        books.say(
            db,
            centre_address=probe.address,
            centre_ca=answer.get("ca_pem", probe.ca_pem),
            server_id=answer["server_id"],
            epoch=answer["epoch"],
            site_id=answer["site"],
            site_name=answer["site_name"],
            letter=answer["letter"],
            enrolled_at=now,
            secret_since=now,
            verifiers_sent=0,
            verifiers_since=0,
            label_keys_known="",
        )
        books.ensure_lives(db)
        if not again:
            for life in books.lives(db):
                books.mark(db, life, 0, life.tip, acked=False)
                books.set_life(db, life.inc, acked=0, durable=0, cap_n=life.tip, cap_base=0)
            db.execute("DELETE FROM feed_points")
            db.execute("DELETE FROM rejections")
            books.say(db, feed_base=0)
        books.begin_snapshot(db)
        merge.touched.update(("meta", "outbox"))
