"""Password verifiers of a site's accounts: later change wins; they never pass through the log of operations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from zhangshu_server import database
from zhangshu_server.database import Connection, document
from zhangshu_server.shapes import Verifier

_LOCK = 0x76657269


def take(connection: Connection, site: str, sent: Sequence[Verifier]) -> None:
    """Keep what is newer than what is known, of accounts of this site; each change gets the next number."""
    if not sent:
        return
    database.run(connection, "SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK, site])
    database.run(
        connection, _TAKE, {"sent": document([one.model_dump() for one in sent]), "site": site, "scope": f"site:{site}"}
    )


_TAKE = """
    INSERT INTO verifiers (user_id, site_id, password_hash, changed_at, must_change, number)
    SELECT DISTINCT ON (x.user_id) x.user_id, %(site)s, x.password_hash, x.changed_at, x.must_change,
        (SELECT coalesce(max(number), 0) FROM verifiers WHERE site_id = %(site)s)
            + row_number() OVER (ORDER BY x.user_id, x.changed_at)
    FROM json_to_recordset(%(sent)s::json)
        AS x(user_id text, password_hash text, changed_at bigint, must_change boolean)
    JOIN records r ON r.tbl = 'users' AND r.id = x.user_id AND r.scope = %(scope)s
    ORDER BY x.user_id, x.changed_at DESC
    ON CONFLICT (user_id) DO UPDATE SET site_id = excluded.site_id, password_hash = excluded.password_hash,
        changed_at = excluded.changed_at, must_change = excluded.must_change, number = excluded.number
    WHERE verifiers.changed_at < excluded.changed_at
"""


def since(connection: Connection, site: str, number: int) -> tuple[list[dict[str, Any]], int]:
    """(what changed after `number`, the number to ask with next); everything when our numbers end before it."""
    last = database.row(
        connection, "SELECT coalesce(max(number), 0) AS last FROM verifiers WHERE site_id = %s", [site]
    ).last
    found = database.rows(
        connection,
        "SELECT user_id, password_hash, changed_at, must_change FROM verifiers WHERE site_id = %s AND number > %s"
        " ORDER BY number",
        [site, number if number <= last else 0],
    )
    return [one._asdict() for one in found], last
