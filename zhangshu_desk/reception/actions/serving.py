"""From arriving at the counter to the end of a visit: arrived, park, resume, transfer, finish, leave, cancel."""

from __future__ import annotations

from typing import Any

from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.store import Store, WriteSession
from zhangshu_desk.db.tables.reception import Visit
from zhangshu_desk.reception.actions.moving import (
    NOWHERE,
    at_counter,
    label_of,
    move,
    my_counter,
    refuse_busy,
    refuse_elsewhere,
    refuse_unclaimed,
    the_counter,
    the_visit,
)
from zhangshu_desk.reception.actions.results import Moved
from zhangshu_desk.reception.catalogue import catalogue_of
from zhangshu_desk.reception.rules import (
    AT_COUNTER,
    DEFAULT_RULES,
    Act,
    DeskRules,
    State,
    Transfer,
    checked_given,
    checked_services,
    clean,
)


def arrive(store: Store, actor: Actor, visit_id: str, now: int, *, rules: DeskRules = DEFAULT_RULES) -> Moved:
    """The one who was called has come to the counter. Raises `DeskError` `visit.elsewhere`, `visit.illegal_move` …"""
    with store.write(actor, "visit.arrive", now) as session:
        visit = _here(session, visit_id)
        # Having come ends what was said for the way: calls count anew, and the transfer has reached its counter.
        return _moved(session, visit, Act.ARRIVE, rules, calls=0, target_counter_id=None)


def park(store: Store, actor: Actor, visit_id: str, now: int, why: str, *, rules: DeskRules = DEFAULT_RULES) -> Moved:
    """Let somebody go aside, e.g. to fetch a paper; the counter is free, the time does not count as serving.

    Raises:
        DeskError: `visit.park_reason`, `visit.elsewhere`, `visit.illegal_move` …
    """
    why = clean(why, "原因")
    with store.write(actor, "visit.park", now) as session:
        visit = _here(session, visit_id)
        if not why:
            raise DeskError("visit.park_reason", label=label_of(visit, now))
        return _moved(session, visit, Act.PARK, rules, why, note=why, parked_by=actor.user_id)


def resume(
    store: Store,
    actor: Actor,
    visit_id: str,
    now: int,
    *,
    rules: DeskRules = DEFAULT_RULES,
    granted: bool = False,
) -> Moved:
    """Go on serving a parked visit, at the actor's counter.

    Args:
        granted: the centre let this station take it.

    Raises:
        DeskError: `visit.no_counter`, `visit.counter_busy`, `visit.illegal_move` …; `visit.claim_needed` when another
            station gave the number and it was not parked here.
    """
    with store.write(actor, "visit.resume", now) as session:
        counter = my_counter(session, Act.RESUME)
        visit = the_visit(session, visit_id)
        if State(visit.state) is State.PARKED:
            refuse_busy(session, counter.id, Act.RESUME)
            if not granted:
                refuse_unclaimed(session, visit)
        return _moved(session, visit, Act.RESUME, rules, parked_by=None, **at_counter(actor))


def transfer(
    store: Store,
    actor: Actor,
    visit_id: str,
    now: int,
    where: Transfer,
    *,
    rules: DeskRules = DEFAULT_RULES,
) -> Moved:
    """Send a visit to another counter, to other services, or both; it keeps number and arrival and waits again.

    Raises:
        DeskError: `visit.transfer_nowhere`, `visit.transfer_same`, `visit.unknown_counter`, `visit.unknown_service`,
            `visit.elsewhere`, `visit.illegal_move` …
    """
    note = clean(where.note, "转交说明", lines=True)
    if where.counter_id is None and where.services is None:
        raise DeskError("visit.transfer_nowhere")
    with store.write(actor, "visit.transfer", now) as session:
        visit = _here(session, visit_id)
        services = None
        if where.services is not None:
            services = checked_services(where.services, catalogue_of(store), already=visit.services)
        if where.counter_id is not None:
            the_counter(session, where.counter_id)
        kept = services is None or list(services) == visit.services
        stays = where.counter_id in (None, visit.counter_id)
        if State(visit.state) in AT_COUNTER and kept and stays:
            raise DeskError("visit.transfer_same", label=label_of(visit, now))
        changes: dict[str, Any] = {**NOWHERE, "target_counter_id": where.counter_id, "note": note}
        if services is not None:
            changes["services"] = list(services)
        return _moved(session, visit, Act.TRANSFER, rules, note, calls=0, not_before=None, parked_by=None, **changes)


def finish(
    store: Store,
    actor: Actor,
    visit_id: str,
    now: int,
    given: dict[str, int],
    *,
    rules: DeskRules = DEFAULT_RULES,
) -> Moved:
    """End a visit with the services really given.

    Args:
        given: quantity by service id; zero = not given.

    Raises:
        DeskError: `visit.nothing_given`, `visit.quantity`, `visit.unknown_service`, `visit.elsewhere`,
            `visit.illegal_move` …
    """
    with store.write(actor, "visit.finish", now) as session:
        visit = _here(session, visit_id)
        really = checked_given(given, catalogue_of(store), already=visit.services)
        at = max(now, visit.since)
        return _moved(session, visit, Act.FINISH, rules, given=really, finished_at=at)


def leave(
    store: Store,
    actor: Actor,
    visit_id: str,
    now: int,
    reason: str = "",
    *,
    rules: DeskRules = DEFAULT_RULES,
) -> Moved:
    """The visitor has gone without being served. Raises `DeskError` `visit.elsewhere`, `visit.illegal_move` …"""
    reason = clean(reason, "原因")
    with store.write(actor, "visit.leave", now) as session:
        return _moved(session, _here(session, visit_id), Act.LEAVE, rules, reason)


def cancel(
    store: Store, actor: Actor, visit_id: str, now: int, reason: str, *, rules: DeskRules = DEFAULT_RULES
) -> Moved:
    """Take a registration back, e.g. one that was made twice. Raises `DeskError` `visit.cancel_reason` …"""
    reason = clean(reason, "原因")
    with store.write(actor, "visit.cancel", now) as session:
        visit = the_visit(session, visit_id)
        if not reason:
            raise DeskError("visit.cancel_reason", label=label_of(visit, now))
        return _moved(session, visit, Act.CANCEL, rules, reason)


def _here(session: WriteSession, visit_id: str) -> Visit:
    """A visit that no other counter holds."""
    visit = the_visit(session, visit_id)
    refuse_elsewhere(session, visit)
    return visit


def _moved(
    session: WriteSession,
    visit: Visit,
    act: Act,
    rules: DeskRules,
    reason: str = "",
    /,
    **changes: Any,
) -> Moved:
    state = move(session, visit, act, rules, reason, **changes)
    return Moved(visit.id, label_of(visit, session.now), state)
