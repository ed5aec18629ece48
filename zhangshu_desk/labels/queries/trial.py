"""A label of a batch that is still being filled in: what it would say, and which templates could print it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy.orm import Session

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.site import label_domain
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.labels import GiMark, LabelSpec
from zhangshu_desk.labels import marks, templates
from zhangshu_desk.labels.queries import reading
from zhangshu_desk.labels.rules import codes
from zhangshu_desk.labels.rules.batches import BatchForm, cleaned, template_problems
from zhangshu_desk.labels.rules.elements import CODE_KEY, SERIAL_KEY
from zhangshu_desk.labels.rules.facts import Facts, facts_of
from zhangshu_desk.labels.rules.problems import Problem
from zhangshu_desk.labels.rules.rights import Family, GiRight, Right
from zhangshu_desk.labels.rules.templates import Template

_KEY, _SERIAL = bytes(32), 12_345_678
"""Nobody's: the code of a trial proves nothing."""


@dataclass(frozen=True)
class Fitting:
    """A template of the batch's family and route; `problems`: what keeps it from being used as the form is now."""

    template: Template
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Trial:
    """What labels of a form would say.

    Attributes:
        data: of one label, its number and code made up. mark: the file, None when there is none at this machine.
        templates: those that can be used first.
    """

    data: dict[str, str]
    mark: Path | None
    templates: tuple[Fitting, ...]


def trial(store: Store, form: BatchForm, domain: str) -> Trial:
    """What labels of a form would say; its template may still be open.

    Args:
        domain: what links begin with, where the centre says nothing.

    Raises:
        DeskError: `label.gone`: right or specification are not there; of `codes.link`.
    """
    form = cleaned(form)
    with store.read() as session:
        right = reading.right_of(session, store.paths.marks, form.right_id)
        row = session.get(LabelSpec, form.spec_id)
        if right is None:
            raise DeskError("label.gone", what="用标授权或追溯产品")
        if row is None:
            raise DeskError("label.gone", what="包装规格")
        facts, mark = facts_of(right, reading.spec(row)), _mark(session, store, right)
        address = label_domain(session, domain)
    if not form.place and not isinstance(right, GiRight):
        form = replace(form, place=right.place)
    said = form.label_data(facts)
    code = codes.link(_KEY, address, _SERIAL, facts.gtin, form.batch_no if facts.gtin else "")
    return Trial(
        {**said, SERIAL_KEY: codes.serial_text(_SERIAL), CODE_KEY: code}, mark, tuple(_fitting(store, facts, said))
    )


def _fitting(store: Store, facts: Facts, said: dict[str, str]) -> list[Fitting]:
    listed = templates.listed(store.paths.labels, Family(facts.family))
    known = [one.template for one in listed if one.template is not None]
    of_route = [one for one in known if facts.family != Family.GI or facts.route in one.routes]
    found = [Fitting(one, template_problems(one, facts, said)) for one in of_route]
    return sorted(found, key=lambda one: bool(one.problems))


def _mark(session: Session, store: Store, right: Right) -> Path | None:
    row = session.get(GiMark, right.mark.id) if isinstance(right, GiRight) and right.mark is not None else None
    return marks.find(store.paths.marks, row.sha256) if row is not None else None
