"""The job that is printed: what its row says, its template, its printer; and that it runs only once at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.store import Store
from zhangshu_desk.labels import templates
from zhangshu_desk.labels.queries.jobs import JobRow, job
from zhangshu_desk.labels.rules.templates import Template

_running: set[str] = set()
_guard = threading.Lock()


def job_of(store: Store, job_id: str) -> JobRow:
    """A job. Raises `DeskError` `label.gone`."""
    found = job(store, job_id)
    if found is None:
        raise DeskError("label.gone", what="打印任务")
    return found


def open_job_of(store: Store, job_id: str, act: str) -> JobRow:
    """A job that is not over. Raises `DeskError` `label.job_over`, `label.gone`."""
    found = job_of(store, job_id)
    if not found.is_open:
        raise DeskError("label.job_over", state=found.state.value, to=act)
    return found


def template_of(store: Store, job: JobRow) -> Template:
    """The template of a job, as it was when the job began.

    Raises:
        DeskError: `label.template_changed`; `label.no_template`, or what is wrong with its file.
    """
    template = templates.load(store.paths.labels, job.template_id)
    if templates.fingerprint(template) != job.template_sha:
        raise DeskError("label.template_changed", template=template.title)
    return template


def is_running(job_id: str) -> bool:
    """Whether the job is being printed by this program now."""
    return job_id in _running


@contextmanager
def alone(job_id: str) -> Iterator[None]:
    """Nobody else prints or changes the job meanwhile. Raises `DeskError` `label.job_running`."""
    with _guard:
        if job_id in _running:
            raise DeskError("label.job_running")
        _running.add(job_id)
    try:
        yield
    finally:
        with _guard:
            _running.discard(job_id)
