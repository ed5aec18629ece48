"""The stations' label keys: taken in once, told to nobody, and asked for again by not being named."""

from __future__ import annotations

import base64
import hashlib
import json
import logging
from typing import Any

import pytest
from sqlalchemy import text

from tests.server.rig import Desk, Rig
from zhangshu_server import label_keys, migrate
from zhangshu_server.database import pull_transaction

KEY, OTHER = b"\x01" * 32, b"\xfe" * 32


def offered(key: bytes, /, **other: str) -> dict[str, str]:
    return {"id": hashlib.sha256(key).hexdigest(), "key": base64.b64encode(key).decode(), **other}


def certified(rig: Rig) -> list[label_keys.Certified]:
    with pull_transaction(rig.engine) as connection:
        return label_keys.every(connection)


def test_a_key_is_kept_under_its_station(rig: Rig, a: Desk, b: Desk) -> None:
    assert a.sync()["label_keys"] == []
    assert a.sync(label_key=offered(KEY))["label_keys"] == [hashlib.sha256(KEY).hexdigest()]
    assert b.sync()["label_keys"] == []
    assert certified(rig) == [label_keys.Certified(a.id, a.site, False, KEY)]
    assert a.sync(label_key=offered(KEY))["label_keys"] == a.sync()["label_keys"]
    assert rig.all("SELECT since FROM label_keys") == [(rig.clock.now(),)]


def test_a_second_key_does_not_take_the_first_one_away(rig: Rig, a: Desk) -> None:
    a.sync(label_key=offered(KEY))
    assert len(a.sync(label_key=offered(OTHER))["label_keys"]) == 2
    assert {one.key for one in certified(rig)} == {KEY, OTHER}


def test_a_restored_centre_does_not_name_it_and_takes_it_again(rig: Rig, a: Desk) -> None:
    a.sync(label_key=offered(KEY))
    rig.run("DELETE FROM label_keys")
    assert a.sync()["label_keys"] == []
    assert len(a.sync(label_key=offered(KEY))["label_keys"]) == 1


def test_of_a_revoked_station_it_is_known_that_it_is(rig: Rig, a: Desk) -> None:
    a.sync(label_key=offered(KEY))
    rig.run("UPDATE stations SET revoked_at = 1")
    assert [one.revoked for one in certified(rig)] == [True]


def test_no_station_has_more_than_a_few(rig: Rig, a: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    rig.run(
        "INSERT INTO label_keys SELECT :s, n::text, '\\x00', 1 FROM generate_series(1, :n) AS n",
        s=a.id,
        n=label_keys.MOST - 1,
    )
    assert len(a.sync(label_key=offered(KEY))["label_keys"]) == label_keys.MOST
    assert len(a.sync(label_key=offered(OTHER))["label_keys"]) == label_keys.MOST


@pytest.mark.parametrize(
    "wrong",
    [
        offered(KEY, id=hashlib.sha256(OTHER).hexdigest()),
        offered(KEY, key="short"),
        offered(KEY, key=base64.b64encode(b"\0" * 33).decode()),
        {"id": ""},
        "text",
    ],
)
def test_what_is_no_key_is_refused_without_repeating_it(a: Desk, wrong: Any) -> None:
    answer = a.try_sync(label_key=wrong)
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("label_key")
    for part in wrong.values() if isinstance(wrong, dict) else [wrong]:
        assert not part or part not in answer.text


def test_it_is_in_no_answer_and_no_log(rig: Rig, a: Desk, b: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    said = json.dumps([a.sync(label_key=offered(KEY)), b.sync(since=0), a.get("/v1/snapshot").json()])
    said += caplog.text + repr(certified(rig))
    for spelling in (base64.b64encode(KEY).decode(), KEY.hex(), repr(KEY)):
        assert spelling not in said


def test_the_stations_are_told_what_links_begin_with(rig: Rig, a: Desk) -> None:
    assert a.sync()["label_domain"] == ""
    rig.options["label_domain"] = "q.example.cn"
    rig.restart()
    assert a.sync()["label_domain"] == "q.example.cn"


def test_a_centre_of_before_labels_is_brought_up_to_date_with_what_it_has(rig: Rig, a: Desk) -> None:
    """Also when a row of numbers is none that a desk makes: it must not keep the centre from starting."""
    ranges = [(1, 500), (9, 3), ((1 << 63) - 1, 0)]
    for first, last in ranges:
        a.log.insert("label_ranges", batch_id="x", kind="LABEL", first=first, last=last).end()
    a.sync()
    rig.run("INSERT INTO records SELECT 'label_ranges', 'part', 'global', 1, '{}', '{}', '', 0, false")
    with rig.engine.begin() as connection:
        connection.execute(text("DROP TABLE label_keys, scans, scan_visits"))
        for index in ("label_numbers", "label_first", "of_batch"):
            connection.execute(text(f"DROP INDEX ix_records_{index}"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    migrate.bring_up_to_date(rig.engine)
    assert a.sync(label_key=offered(KEY))["label_keys"]
    assert rig.all("SELECT count(*) FROM records WHERE tbl = 'label_ranges' AND whole") == [(len(ranges),)]
