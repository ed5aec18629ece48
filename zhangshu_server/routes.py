"""The routes of docs/adr/0006 for stations: each one checks who asks, and hands the work to a thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from zhangshu_desk.core.failpoints import reach
from zhangshu_desk.core.operations import format_hlc
from zhangshu_desk.sync.wire import CENTRE, PROTOCOLS, SCHEMA
from zhangshu_server import bodies, claims, database, digesting, enrolling, pulling, pushing, shapes, snapshot, stations
from zhangshu_server import verifiers as verifiers_
from zhangshu_server.centre import Centre
from zhangshu_server.pushing import Pushed
from zhangshu_server.refusals import Refusal, bad_request
from zhangshu_server.stations import Sealed, Station
from zhangshu_server.waiting import MOST_SECONDS, wait_for_news

_T = TypeVar("_T")
_NO_HLC = format_hlc((0, 0), CENTRE)
_MOST_NUMBER = (1 << 53) - 1
_WAITERS = 8
"""Waiting requests of one station at once; a desk has one, and one more when a line was lost unnoticed."""


def _answers(model: type[BaseModel], *refusals: int) -> dict[int | str, dict[str, Any]]:
    return {200: {"model": model}, **{status: {"model": shapes.Refused} for status in (*refusals, 429, 503)}}


def _body(model: type[BaseModel]) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def _authorised(extra: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"security": [{"station": []}], **(extra or {})}


def station_routes(centre: Centre) -> APIRouter:
    """The routes that stations use."""
    router = APIRouter(prefix="/v1", tags=["stations"])

    @router.get("/hello", responses=_answers(shapes.Hello))
    async def hello(request: Request) -> Response:
        """Who this centre is; open to everybody."""
        return _answer(
            request,
            {
                "server_id": centre.identity.server_id,
                "epoch": centre.identity.epoch,
                "proto": PROTOCOLS,
                "schema": SCHEMA,
                "min_client": centre.min_client,
                "now": centre.clock.now(),
                "ca_pem": centre.ca_pem,
            },
        )

    @router.post(
        "/enrol", responses=_answers(shapes.EnrolAnswer, 400, 403, 413, 415, 422), openapi_extra=_enrol_extra()
    )
    async def enrol(request: Request) -> Response:
        """Join with a one-time code."""
        centre.enrolments.take(request.client.host if request.client else "")
        key = request.headers.get("idempotency-key", "")
        if not (0 < len(key) <= 200 and key.isprintable()):
            raise bad_request("Idempotency-Key")
        body, encoding = await bodies.receive(request), request.headers.get("content-encoding", "")

        def work() -> dict[str, Any]:
            asked = bodies.read(shapes.EnrolRequest, body, encoding)
            return enrolling.enrol(centre.engine, centre.identity, centre.ca_pem, asked, key, centre.clock.now())

        return _answer(request, await run_in_threadpool(work))

    @router.post(
        "/sync",
        responses=_answers(shapes.SyncAnswer, 400, 401, 403, 409, 410, 413, 415, 426),
        openapi_extra=_authorised(_body(shapes.SyncRequest)),
    )
    async def sync(request: Request) -> Response:
        """Send what was done, and receive what others did."""
        header = request.headers.get("authorization")
        await run_in_threadpool(_prove, centre, header)
        body, encoding = await bodies.receive(request), request.headers.get("content-encoding", "")
        accepted = request.headers.get("accept-encoding", "")

        def work() -> Response:
            asked = bodies.read(shapes.SyncRequest, body, encoding)
            found = synchronise(centre, header, asked)
            request.state.counts = _counts(asked, found)
            return bodies.answer(found, accepted)

        return await run_in_threadpool(work)

    _add_reading(router, centre)
    return router


def _add_reading(router: APIRouter, centre: Centre) -> None:
    @router.get("/snapshot", responses=_answers(shapes.SnapshotPage, 400, 401, 403), openapi_extra=_authorised())
    async def read_snapshot(
        request: Request,
        after: Annotated[str, Query(max_length=200)] = "",
        as_of: Annotated[int | None, Query(ge=0, le=_MOST_NUMBER)] = None,
    ) -> Response:
        """Everything the station may have, page by page."""

        def work(connection: database.Connection, station: Station) -> dict[str, Any]:
            return snapshot.page(connection, station.pulled_scopes, after, as_of)

        found = await run_in_threadpool(_reading, centre, request, work)
        reach("server.snapshot.before_answer")
        return found

    @router.post(
        "/digest",
        # one shape or the other
        responses={
            **_answers(shapes.Buckets, 400, 401, 403, 413, 415),
            200: {"model": shapes.Buckets | shapes.BucketRows},
        },
        openapi_extra=_authorised(_body(shapes.DigestRequest)),
    )
    async def digest(request: Request) -> Response:
        """A table's buckets, or the rows of one."""
        await run_in_threadpool(_prove, centre, request.headers.get("authorization"))
        body, encoding = await bodies.receive(request), request.headers.get("content-encoding", "")

        def work(connection: database.Connection, station: Station) -> dict[str, Any]:
            asked = bodies.read(shapes.DigestRequest, body, encoding)
            if asked.bucket is None:
                return digesting.buckets(connection, station.pulled_scopes, asked.tbl)
            return digesting.bucket_rows(connection, station.pulled_scopes, asked.tbl, asked.bucket)

        return await run_in_threadpool(_reading, centre, request, work, limited=False)

    @router.post(
        "/claim",
        responses=_answers(shapes.ClaimAnswer, 400, 401, 403, 413, 415),
        openapi_extra=_authorised(_body(shapes.ClaimRequest)),
    )
    async def claim(request: Request) -> Response:
        """Ask for a visit of another station."""
        header = request.headers.get("authorization")
        await run_in_threadpool(_prove, centre, header)
        body, encoding = await bodies.receive(request), request.headers.get("content-encoding", "")

        def work() -> dict[str, Any]:
            asked = bodies.read(shapes.ClaimRequest, body, encoding)
            return database.retrying(lambda: _claim(centre, header, asked))

        return _answer(request, await run_in_threadpool(work))

    @router.get("/wait", responses=_answers(shapes.Head, 400, 401, 403), openapi_extra=_authorised())
    async def await_news(
        request: Request,
        since: Annotated[int, Query(ge=0, le=_MOST_NUMBER)],
        hold: Annotated[int, Query(ge=0, le=int(MOST_SECONDS))] = int(MOST_SECONDS),
    ) -> Response:
        """Answers as soon as there is more than `since` for the station, or after `hold` seconds."""
        station = await run_in_threadpool(_prove, centre, request.headers.get("authorization"))
        if centre.watch.waiting_of(station.id) >= _WAITERS:
            raise Refusal(429, "too_many", retry_after=5)
        async with centre.watch.waiter(station.id, frozenset(station.pulled_scopes)) as waiter:
            head = await wait_for_news(waiter, lambda: run_in_threadpool(_news, centre, station, since), hold)
        return _answer(request, {"head": head})


def _counts(asked: shapes.SyncRequest, found: dict[str, Any]) -> dict[str, int]:
    """What the log and the metrics tell of a synchronising."""
    became = [result.status for result in found["results"]]
    return {
        "ops": sum(len(log.ops) for log in asked.logs),
        "rows": len(found["rows"]),
        "conflicts": became.count("conflict"),
        "rejected": became.count("rejected"),
    }


def synchronise(centre: Centre, authorization: str | Sealed | None, request: shapes.SyncRequest) -> dict[str, Any]:
    """Push, then pull: the answer of `POST /v1/sync`.

    Raises:
        Refusal: as in docs/adr/0006; 410 says what became of the push, which was taken in.
    """
    now = centre.clock.now()
    centre.check_version(request)
    pushed = pushing.push(centre.engine, centre.state_dir, authorization, request, now)
    books = _books(pushed)
    if request.since is not None and pushed.rewound_to is None and request.since < pushed.floor:
        raise Refusal(410, "cursor_expired", floor=pushed.floor, **books)
    answer = {
        "proto": PROTOCOLS[1],
        "server_id": centre.identity.server_id,
        "epoch": centre.identity.epoch,
        "now": now,
        "req": request.req,
        "label_keys": pushed.label_keys,
        "label_domain": centre.label_domain,
        **books,
        **_pull(centre, pushed, request),
    }
    reach("server.pull.before_answer")
    return answer


def _books(pushed: Pushed) -> dict[str, Any]:
    return {
        "acked": pushed.acked,
        "durable": pushed.durable,
        "results": pushed.results,
        "rewound_to": pushed.rewound_to,
        "blocks": pushed.blocks,
        "secret": pushed.secret,
        "notices": pushed.notices,
    }


def _pull(centre: Centre, pushed: Pushed, request: shapes.SyncRequest) -> dict[str, Any]:
    station, since = pushed.station, request.since
    with database.pull_transaction(centre.engine) as connection:
        changed, last = None, None
        if request.verifiers_since is not None:
            changed, last = verifiers_.since(connection, station.site, request.verifiers_since)
        found: dict[str, Any] = {"verifiers": changed or [], "verifiers_next": last}
        if pushed.rewound_to is not None or since is None:
            head = database.row(connection, "SELECT seq FROM feed_head WHERE id = 1").seq
            place = None if pushed.rewound_to is None else 0
            nothing: dict[str, Any] = {
                "rows": [],
                "next": place,
                "h": None if place is None else "",
                "more": False,
                "digests": None,
            }
            return {**found, **nothing, "head": head, "hlc": _NO_HLC}
        echo = pushed.echo if request.brief else pulling.NO_ECHO
        page = pulling.page(
            connection, station.pulled_scopes, since, request.limit, {*pushed.touched, *request.again}, echo
        )
        digests = None
        if not page.more and request.structure == SCHEMA:
            digests = pulling.digests(connection, station.pulled_scopes)
        return {
            **found,
            "rows": page.rows,
            "next": page.next,
            "h": page.h,
            "head": page.head,
            "more": page.more,
            "digests": digests,
            "hlc": page.hlc or _NO_HLC,
        }


def _claim(centre: Centre, authorization: str | None, asked: shapes.ClaimRequest) -> dict[str, Any]:
    with database.push_transaction(centre.engine) as connection:
        station = stations.authenticate(connection, authorization)
        now = centre.clock.now()
        return claims.claim(connection, station, asked.visit, asked.actor_name, asked.counter_name, now)


def _prove(centre: Centre, authorization: str | None) -> Station:
    """Who asks, before anything of the body is read; and whether it asks too often."""
    with database.pull_transaction(centre.engine) as connection:
        station = stations.authenticate(connection, authorization)
    centre.stations.take(station.id)
    return station


def _reading(
    centre: Centre,
    request: Request,
    work: Callable[[database.Connection, Station], _T],
    *,
    limited: bool = True,
) -> Response:
    with database.pull_transaction(centre.engine) as connection:
        station = stations.authenticate(connection, request.headers.get("authorization"))
        if limited:
            centre.stations.take(station.id)
        return _answer(request, work(connection, station))


def _news(centre: Centre, station: Station, since: int) -> tuple[int, bool]:
    """(the head of the feed, whether this station may have something after `since`)"""
    with database.pull_transaction(centre.engine) as connection:
        found = database.row(
            connection,
            "SELECT h.seq, EXISTS (SELECT FROM records WHERE scope = ANY(%s) AND seq > %s) AS more"
            " FROM feed_head h WHERE id = 1",
            [list(station.pulled_scopes), since],
        )
        return found.seq, found.more


def _answer(request: Request, content: Any) -> Response:
    return bodies.answer(content, request.headers.get("accept-encoding", ""))


def _enrol_extra() -> dict[str, Any]:
    key = {
        "name": "Idempotency-Key",
        "in": "header",
        "required": True,
        "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    }
    return {**_body(shapes.EnrolRequest), "parameters": [key]}
