"""The page as HTML: all in one answer, in Chinese with English below, without scripts, cookies or other files."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cached_property
from importlib.resources import files
from typing import Any

import jinja2
from markupsafe import Markup

from zhangshu_desk.core import resources
from zhangshu_desk.core.clock import day_of, stamp
from zhangshu_desk.labels.rules import codes
from zhangshu_desk.labels.rules.rights import Family
from zhangshu_server.verification.counting import NEVER, Counted
from zhangshu_server.verification.looking import Label
from zhangshu_server.verification.states import State, lines, state_of

STATUS = {State.UNKNOWN: 404, State.BUSY: 503, State.TOO_MANY: 429}
"""HTTP status of the answers that are not 200."""
Words = tuple[str, str]
"""The same in Chinese and in English."""


class Pages:
    """Renders the answers."""

    def __init__(self) -> None:
        package = files("zhangshu_server.verification")
        self._style = package.joinpath("style.css").read_text(encoding="utf-8")
        environment = jinja2.Environment(
            loader=jinja2.PackageLoader("zhangshu_server.verification"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._template = environment.get_template("label.html")
        self._texts: Mapping[str, Any] = resources.toml("i18n/centre.toml")

    @cached_property
    def style_hash(self) -> str:
        """What the Content-Security-Policy allows as the one style sheet."""
        return base64.b64encode(hashlib.sha256(self._style.encode()).digest()).decode()

    def answer(self, label: Label | None, counted: Counted, site: str, now: int) -> tuple[State, str]:
        """What somebody sees who looks a label up.

        Args:
            site: name of the site whose label it is.
        """
        state = state_of(label, counted, day_of(now))
        known = label if state is not State.UNKNOWN else None
        return state, self._page(state, now, known, counted, site)

    def plain(self, state: State, now: int) -> str:
        """An answer that says nothing of a label."""
        return self._page(state, now, None, NEVER, "")

    def _page(self, state: State, now: int, label: Label | None, counted: Counted, site: str) -> str:
        facts = self._facts(label, counted)
        said = self._texts["label_states"][state]
        return self._template.render(
            style=Markup(self._style),
            words={key: self._said(text, {"now": stamp(now)}) for key, text in self._texts["label_page"].items()},
            tone=said["tone"],
            title=self._said(said["title"], facts),
            text=self._said(said["text"], facts),
            scans=self._scans(counted) if label is not None else None,
            lines=[] if label is None else self._lines(label, site),
            trace_only=label is not None and label.batch is not None and label.batch.get("family") == Family.TRACE,
            advise=state not in (State.BUSY, State.TOO_MANY),
        )

    def _facts(self, label: Label | None, counted: Counted) -> dict[str, str]:
        batch = label.batch if label is not None and label.batch is not None else {}
        replaced_by = label.replaced_by if label is not None else None
        return {
            "new": codes.serial_text(replaced_by) if replaced_by is not None else "",
            "expires_on": str(batch.get("expires_on", "")),
            "count": str(counted.count),
            "first": stamp(counted.first_at) if counted.first_at is not None else "",
        }

    def _lines(self, label: Label, site: str) -> list[tuple[Words, Words]]:
        """(word, value) of each line; most values need no English."""
        words = self._texts["label_facts"]
        found = [(self._said(words[one.word], {}), (one.value, "")) for one in lines(label, site)]
        if label.batch is not None and not label.handed_out:
            found.append((self._said(words["handed_out"], {}), self._said(self._texts["label_page"]["not_yet"], {})))
        return found

    def _scans(self, counted: Counted) -> Words:
        name = "never" if not counted.count else "once" if counted.count == 1 else "often"
        return self._said(self._texts["label_page"][name], self._facts(None, counted))

    @staticmethod
    def _said(text: list[str], facts: Mapping[str, str]) -> Words:
        chinese, english = text
        known = _Known(facts)
        return chinese.format_map(known), english.format_map(known)


class _Known(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"
