"""Changing templates: by whom, and what the audit log says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests import make
from tests.store_fixtures import NINE
from zhangshu_desk.accounts.queries import AuditFilter, audit_page
from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.store import Store
from zhangshu_desk.labels import templates
from zhangshu_desk.labels.actions.templates import copy_template, delete_template, lock_template, save_template
from zhangshu_desk.labels.rules.templates import Template


def shipped(store: Store) -> Template:
    return templates.load(store.paths.labels, "traced-60x40")


def test_every_act_is_written_down_and_told(store: Store) -> None:
    told = list[frozenset[str]]()
    store.listen(told.append)
    head = make.SUPERVISOR
    copy = copy_template(store, head, shipped(store), "更衣柜标签", NINE)
    save_template(store, head, replace(copy, title="更衣柜"), NINE)
    lock_template(store, head, copy.id, True, NINE)
    lock_template(store, head, copy.id, False, NINE)
    delete_template(store, head, copy.id, NINE)
    rows = audit_page(store, AuditFilter(act="label.template")).rows
    assert [row.note for row in reversed(rows)] == ["复制为「更衣柜标签」", "保存「更衣柜」", "锁定", "解锁", "删除"]
    assert {(row.tbl, row.actor_name) for row in rows} == {("label_templates", "站长01")}
    assert len(told) == 5
    assert all("label_templates" in one for one in told)
    assert [one.id for one in templates.listed(store.paths.labels) if one.own] == []


def test_who_only_receives_people_changes_no_template(store: Store, clerk: Actor) -> None:
    with pytest.raises(DeskError) as refused:
        copy_template(store, clerk, shipped(store), "更衣柜", NINE)
    assert refused.value.code == "act.not_allowed"
    assert not [one for one in templates.listed(store.paths.labels) if one.own]


def test_what_is_refused_is_not_written_down(store: Store) -> None:
    with pytest.raises(DeskError) as refused:
        save_template(store, make.SUPERVISOR, shipped(store), NINE)
    assert refused.value.code == "label.template_shipped"
    assert not audit_page(store, AuditFilter(act="label.template")).rows
