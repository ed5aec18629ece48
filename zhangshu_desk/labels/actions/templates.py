"""Changing the site's own templates: each act may be done by who makes labels, and stands in the audit log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.masking import mask_text
from zhangshu_desk.db.store import Store
from zhangshu_desk.labels import templates
from zhangshu_desk.labels.rules.templates import Template

SUBJECT = "label_templates"
"""What the audit log and whoever listens for changes call them; they are files, not a table."""


def save_template(store: Store, actor: Actor, template: Template, now: int) -> Template:
    """Keep a template, new or changed. Raises `DeskError` as `templates.save`."""
    with _changing(store, actor, template.id, f"保存「{template.title}」", now):
        return templates.save(store.paths.labels, template)


def copy_template(store: Store, actor: Actor, template: Template, title: str, now: int) -> Template:
    """A copy under a new title, to be changed. Raises `DeskError` as `templates.save`."""
    with _changing(store, actor, template.id, f"复制为「{title}」", now):
        return templates.copied(store.paths.labels, template, title)


def lock_template(store: Store, actor: Actor, template_id: str, lock: bool, now: int) -> Template:
    """Lock a template so that it can only be used, or open it again. Raises `DeskError` as `templates.locked`."""
    with _changing(store, actor, template_id, "锁定" if lock else "解锁", now):
        return templates.locked(store.paths.labels, template_id, lock)


def delete_template(store: Store, actor: Actor, template_id: str, now: int) -> None:
    """Delete a template. Raises `DeskError` as `templates.delete`."""
    with _changing(store, actor, template_id, "删除", now):
        templates.delete(store.paths.labels, template_id)


@contextmanager
def _changing(store: Store, actor: Actor, template_id: str, note: str, now: int) -> Iterator[None]:
    with store.write(actor, "label.template", now) as session:
        session.about(SUBJECT, template_id, mask_text(note))
        session.tape.touched.add(SUBJECT)
        yield
