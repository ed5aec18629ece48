"""Calling: the next one, a chosen one, once more; and who did not come."""

from __future__ import annotations

from collections.abc import Collection

from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import hm
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.store import Store, WriteSession
from zhangshu_desk.db.tables.accounts import Counter
from zhangshu_desk.db.tables.reception import Visit
from zhangshu_desk.reception.actions.moving import (
    NOWHERE,
    at_counter,
    label_of,
    move,
    my_counter,
    refuse_busy,
    refuse_elsewhere,
    refuse_other_day,
    refuse_unclaimed,
    the_visit,
)
from zhangshu_desk.reception.actions.results import Called, Moved
from zhangshu_desk.reception.catalogue import catalogue_of
from zhangshu_desk.reception.queries import reading
from zhangshu_desk.reception.rules import (
    AT_COUNTER,
    DEFAULT_RULES,
    Act,
    Catalogue,
    DeskRules,
    Next,
    State,
    check_move,
    clean,
    held_until,
    next_for,
    offered_to,
)


class _NobodyWaits(Exception):
    """Ends a transaction in which nothing is to be done."""


def call_next(
    store: Store,
    actor: Actor,
    now: int,
    *,
    rules: DeskRules = DEFAULT_RULES,
    own_only: bool = False,
    granted: str = "",
    without: Collection[str] = (),
) -> Called | None:
    """Call whoever is next for the actor's counter.

    Args:
        own_only: the centre cannot be asked: only numbers that this station gave.
        granted: id of a visit that the centre let this station call. It is called if it still waits for this counter,
            also when somebody else has come before it meanwhile.
        without: ids of visits that the centre said others have called.

    Returns:
        Who was called; None when nobody waits for what this counter serves.

    Raises:
        DeskError: `visit.no_counter`, `visit.unknown_counter`; `visit.counter_busy` naming whom the counter holds;
            `visit.held_back` when all who wait were called just now and did not come; `visit.claim_needed` when the
            next one has the number of another station, and the centre was not asked: the fact `visit` is its id.
    """
    known = catalogue_of(store)
    try:
        with store.write(actor, "visit.call", now) as session:
            counter = my_counter(session, Act.CALL)
            refuse_busy(session, counter.id, Act.CALL)
            queue = [one for one in reading.waiting(session, now) if one.visit_id not in without]
            if any(one.visit_id == granted and offered_to(one, counter.id, counter.serves) for one in queue):
                return _call(session, the_visit(session, granted), counter, rules, known)
            if own_only:
                queue = [one for one in queue if one.station_id == session.station_id]
            found = next_for(queue, counter.id, tuple(counter.serves), now, rules)
            if found.chosen is not None:
                visit = the_visit(session, found.chosen.visit_id)
                refuse_unclaimed(session, visit)
                return _call(session, visit, counter, rules, known)
            if found.held_until is not None:
                raise DeskError("visit.held_back", at=hm(found.held_until))
            raise _NobodyWaits
    except _NobodyWaits:
        return None


def call(
    store: Store,
    actor: Actor,
    visit_id: str,
    now: int,
    reason: str = "",
    *,
    rules: DeskRules = DEFAULT_RULES,
    granted: bool = False,
) -> Called:
    """Call a chosen visit: one that waits, was parked, or was missed and has come late.

    Args:
        reason: needed when it waits and is not the one `call_next` would call.
        granted: the centre let this station call it.

    Raises:
        DeskError: `visit.counter_busy`: choosing somebody never ends or resets the one at the counter;
            `visit.reason_needed`, `visit.illegal_move`, `visit.elsewhere`, `visit.unknown`, `visit.not_yet`,
            `day.closed`, and as `call_next`. `visit.claim_needed` comes last: nothing else stands in the way.
    """
    reason = clean(reason, "原因")
    with store.write(actor, "visit.call", now) as session:
        counter = my_counter(session, Act.CALL)
        visit = the_visit(session, visit_id)
        refuse_elsewhere(session, visit)
        refuse_other_day(session, visit, Act.CALL)
        if State(visit.state) not in AT_COUNTER:
            refuse_busy(session, counter.id, Act.CALL)
        if State(visit.state) is State.WAITING and not reason:
            _refuse_out_of_order(session, visit, counter, rules)
        check_move(Act.CALL, State(visit.state), label_of(visit, now))
        if not granted:
            refuse_unclaimed(session, visit)
        return _call(session, visit, counter, rules, catalogue_of(store), reason)


def call_again(store: Store, actor: Actor, visit_id: str, now: int, *, rules: DeskRules = DEFAULT_RULES) -> Called:
    """Call the one who was called once more. Raises `DeskError` `visit.elsewhere`, `visit.illegal_move` …"""
    with store.write(actor, "visit.call_again", now) as session:
        counter = my_counter(session, Act.CALL_AGAIN)
        visit = the_visit(session, visit_id)
        refuse_elsewhere(session, visit)
        move(session, visit, Act.CALL_AGAIN, rules, calls=visit.calls + 1)
        return _called(visit, counter, now, catalogue_of(store))


def no_show(store: Store, actor: Actor, visit_id: str, now: int, *, rules: DeskRules = DEFAULT_RULES) -> Moved:
    """The one who was called did not come: back to the queue and not offered for a while, or missed (过号) after
    `max_calls` calls.

    Raises:
        DeskError: `visit.elsewhere`, `visit.illegal_move` …
    """
    with store.write(actor, "visit.no_show", now) as session:
        visit = the_visit(session, visit_id)
        refuse_elsewhere(session, visit)
        missed = visit.calls >= rules.max_calls
        act, until = (Act.MISS, None) if missed else (Act.NO_SHOW, now + rules.skip_ms)
        state = move(session, visit, act, rules, not_before=until, **NOWHERE)
        return Moved(visit.id, label_of(visit, now), state)


def come_late(store: Store, actor: Actor, visit_id: str, now: int, *, rules: DeskRules = DEFAULT_RULES) -> Moved:
    """Somebody whose number was missed has come: waits again, in the place of the arrival, with calls counted anew.

    Raises:
        DeskError: `visit.illegal_move` …
    """
    with store.write(actor, "visit.come_late", now) as session:
        visit = the_visit(session, visit_id)
        state = move(session, visit, Act.COME_LATE, rules, calls=0, not_before=None)
        return Moved(visit.id, label_of(visit, now), state)


def _call(
    session: WriteSession, visit: Visit, counter: Counter, rules: DeskRules, known: Catalogue, reason: str = ""
) -> Called:
    here = at_counter(session.actor)
    move(
        session,
        visit,
        Act.CALL,
        rules,
        reason,
        calls=visit.calls + 1,
        not_before=None,
        parked_by=None,
        **here,
    )
    return _called(visit, counter, session.now, known)


def _called(visit: Visit, counter: Counter, now: int, known: Catalogue) -> Called:
    return Called(
        visit_id=visit.id,
        label=label_of(visit, now),
        spoken_label=visit.label,
        name=reading.shown_name(visit.enterprise_name, visit.visitor),
        services_text=known.text(visit.services),
        counter_name=counter.name,
        note=visit.note,
        calls=visit.calls,
    )


def _next(session: WriteSession, counter: Counter, rules: DeskRules) -> Next:
    return next_for(reading.waiting(session, session.now), counter.id, tuple(counter.serves), session.now, rules)


def _refuse_out_of_order(session: WriteSession, visit: Visit, counter: Counter, rules: DeskRules) -> None:
    found = _next(session, counter, rules)
    if found.chosen is not None and found.chosen.visit_id == visit.id:
        return
    held = held_until(visit.not_before, session.now, rules)
    if held is not None:
        why = f"刚叫过未到，{hm(held)} 起可以再叫"
    elif visit.target_counter_id is not None and visit.target_counter_id != counter.id:
        target = session.get(Counter, visit.target_counter_id)
        why = f"已转给{target.name if target is not None else '其他窗口'}"
    elif found.chosen is None:
        why = "本窗口不办理此事项"
    else:
        first = the_visit(session, found.chosen.visit_id)
        why = f"下一位是 {label_of(first, session.now)}"
    raise DeskError("visit.reason_needed", label=label_of(visit, session.now), why=why)
