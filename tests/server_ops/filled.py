"""A centre with something to see: stations in every state, notices, conflicts, refusals, backups. All made up."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, insert, update

from zhangshu_desk.core.clock import DAY, HOUR, MINUTE
from zhangshu_server.tables import backups, feed_head, notices, oplog, records, scans, sites, stations

SITE, OTHER_SITE = "01930000-0000-7000-8000-00000000a001", "01930000-0000-7000-8000-00000000a002"
FRONT = "01930000-0000-7000-8000-00000000b001"
SIDE = "01930000-0000-7000-8000-00000000b002"
FAR = "01930000-0000-7000-8000-00000000b003"
LOST = "01930000-0000-7000-8000-00000000b004"
PHONE, VISITOR = "13800138000", "欧阳示例"


def fill(engine: Engine, now: int) -> None:
    """Fill a fresh centre as of `now` (ms UTC)."""
    with engine.begin() as connection:
        connection.execute(update(feed_head).values(seq=20_417, h="0" * 32))
        connection.execute(insert(sites).values(id=SITE, name="樟树金属家具产业园", created_at=now - 90 * DAY))
        connection.execute(insert(sites).values(id=OTHER_SITE, name="药都医药产业园", created_at=now - 60 * DAY))
        _station(connection, FRONT, "前台一", "", now, last_seen_at=now - 20_000, feed_seq=20_417)
        _station(
            connection,
            SIDE,
            "前台二",
            "B",
            now,
            last_seen_at=now - 40_000,
            waiting=3,
            oldest_waiting_at=now - 9 * MINUTE,
            clock_offset=4 * MINUTE,
            feed_seq=20_409,
        )
        _station(
            connection,
            FAR,
            "药都前台",
            "",
            now,
            site_id=OTHER_SITE,
            last_seen_at=now - 52 * HOUR,
            waiting=214,
            oldest_waiting_at=now - 51 * HOUR,
            feed_seq=19_871,
        )
        _station(
            connection,
            LOST,
            "流动服务车",
            "C",
            now,
            last_seen_at=now - 12 * DAY,
            revoked_at=now - 11 * DAY,
            revoked_reason="笔记本电脑遗失",
        )
        _notices(connection, now)
        _conflicts(connection, now)
        _rejected(connection, now)
        _labels(connection, now)
        for day in range(3):
            at = now - day * DAY - 5 * HOUR
            connection.execute(
                insert(backups).values(
                    at=at,
                    path=f"/backups/centre-{day}.dump",
                    feed_seq=20_300 - day * 400,
                    bytes=4_812_334,
                    verified=True,
                )
            )


def _station(connection: Connection, station: str, name: str, letter: str, now: int, **more: Any) -> None:
    values = {
        "id": station,
        "site_id": SITE,
        "name": name,
        "letter": letter,
        "secret_hash": station.encode()[-32:],
        "secret_since": now - 30 * DAY,
        "enrolled_at": now - 30 * DAY,
        "client": "0.3.0",
        "schema": 2,
        **more,
    }
    connection.execute(insert(stations).values(**values))


def _notices(connection: Connection, now: int) -> None:
    for code, facts in (
        ("station_restored", {"inc": "a", "next_inc": "b"}),
        ("serial_twice", {"serial": 100_231, "first": "x", "second": "y"}),
    ):
        connection.execute(insert(notices).values(station_id=SIDE, at=now - 3 * HOUR, code=code, facts=facts))


def _conflicts(connection: Connection, now: int) -> None:
    found: tuple[tuple[str, str, dict[str, Any], dict[str, Any]], ...] = (
        (
            "field",
            "contacts",
            {"phone": PHONE, "name": VISITOR},
            {"phone": "0795-7819478", "name": "欧阳样例"},
        ),
        (
            "field",
            "enterprises",
            {"legal_representative": VISITOR, "notes": f"联系 {VISITOR} {PHONE}"},
            {"legal_representative": "司马样例", "notes": "已搬迁"},
        ),
        ("state", "visits", {"state": "办理中", "calls": 2}, {"state": "过号", "calls": 3}),
    )
    for number, (kind, tbl, stands, wanted) in enumerate(found):
        at = now - (number + 1) * HOUR
        fields = {
            "kind": kind,
            "tbl": tbl,
            "row_id": f"01930000-0000-7000-8000-0000000000{number:02d}",
            "fields": list(stands),
            "a_values": stands,
            "b_values": wanted,
            "a_actor": "李操作员",
            "b_actor": "王操作员",
            "a_station": "前台一",
            "b_station": "药都前台",
            "a_at": at - HOUR,
            "b_at": at - 2 * HOUR,
            "state": "open",
            "created_at": at,
        }
        connection.execute(
            insert(records).values(
                tbl="conflicts",
                id=f"01930000-0000-7000-8000-00000000c0{number:02d}",
                scope="global",
                seq=20_000 + number,
                fields=fields,
                clk={},
                hlc="",
                digest=0,
                whole=True,
            )
        )


def _labels(connection: Connection, now: int) -> None:
    """Three batches at two sites, some labels looked up, some unusually."""
    batches = (
        (SITE, FRONT, "三门钢制文件柜", "江西示例金属家具有限公司", "B-2026-11", 100_001, 100_400, "已编号"),
        (OTHER_SITE, FAR, "樟树吴茱萸", "樟树市示例中药材有限公司", "2026-11-01", 101_001, 106_000, "已编号"),
        (OTHER_SITE, FAR, "樟树吴茱萸", "樟树市示例中药材有限公司", "2026-10-01", 100_501, 101_000, "已关闭"),
    )
    for number, (site, station, product, enterprise, batch_no, first, last, state) in enumerate(batches):
        batch = f"01930000-0000-7000-8000-00000000e0{number:02d}"
        fields = {
            "station_id": station,
            "product_name": product,
            "enterprise_name": enterprise,
            "batch_no": batch_no,
            "made_on": "2026-11-01",
            "state": state,
            "operator_name": VISITOR,
            "created_at": now - number * DAY,
        }
        numbers = {"batch_id": batch, "kind": "LABEL", "first": first, "last": last}
        for tbl, row_id, said in (
            ("label_batches", batch, fields),
            ("label_ranges", f"{batch[:-4]}f{number:03d}", numbers),
        ):
            row = {"tbl": tbl, "id": row_id, "scope": f"site:{site}", "seq": 1, "fields": said}
            connection.execute(insert(records).values(**row, clk={}, hlc="", digest=0, whole=True))
        for at, alert in enumerate(("", "一天内多地查询", "", "作废后仍被查询")[: number + 2]):
            connection.execute(insert(scans).values(**_scan(station, first + at, batch, alert, now)))
    connection.execute(insert(scans).values(**_scan(FAR, 109_001, "", "编号未上报", now)))


def _scan(station: str, serial: int, batch: str, alert: str, now: int) -> dict[str, Any]:
    many = 7 if alert else 1
    counted = {"count": many, "places": many, "hour": 1, "in_hour": 1, "busiest": 1, "told_count": many, "told_at": now}
    moments = {"first_at": now - DAY, "last_at": now - serial % 50 * MINUTE}
    return {"station_id": station, "serial": serial, "batch_id": batch, "alert": alert, **counted, **moments}


def _rejected(connection: Connection, now: int) -> None:
    for n, (tbl, code) in enumerate(
        (("users", "role_denied"), ("visits", "actor_revoked"), ("ratings", "actor_revoked"))
    ):
        tx = f"01930000-0000-7000-8000-00000000d00{min(n, 1)}"
        connection.execute(
            insert(oplog).values(
                station_id=FAR,
                inc="i",
                n=n + 1,
                op_id=f"op{n}",
                tx=tx,
                tbl=tbl,
                row_id="r0",
                kind="update",
                sets="{}",
                olds="{}",
                base=0,
                hlc="",
                actor="a",
                created=now - DAY,
                h="",
                status="rejected",
                code=code,
                received_at=now - 52 * HOUR + n,
            )
        )
