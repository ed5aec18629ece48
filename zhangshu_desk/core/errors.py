"""The one kind of failure a clerk can act on; anything else that is raised is a bug."""

from __future__ import annotations

from typing import Final

from zhangshu_desk.core import resources

_UNKNOWN: Final = "操作没有完成（{code}）。请把这行文字告诉维护人员。"


class DeskError(Exception):
    """A refusal the clerk can act on.

    Args:
        code: `feature.what`, a key of `resources/i18n/errors.toml`.
        facts: what the sentence names (a number, a file, a field); never personal data in full.

    `str(error)` is the Chinese sentence: what is wrong, where, and what to do.
    """

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        return sentence(self.code, self.facts)

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (self.code, self.facts))


def _rebuild(code: str, facts: dict[str, object]) -> DeskError:
    return DeskError(code, **facts)


def sentences() -> dict[str, str]:
    """All refusal sentences by code, read from `resources/i18n/errors.toml` (tables are features, keys are whats)."""
    tables = resources.toml("i18n/errors.toml")
    return {f"{feature}.{what}": str(text) for feature, rows in tables.items() for what, text in rows.items()}


def sentence(code: str, facts: dict[str, object]) -> str:
    """The Chinese sentence of a refusal with its facts filled in; a missing fact shows as its name."""
    return sentences().get(code, _UNKNOWN).format_map(_Facts({"code": code, **facts}))


class _Facts(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return f"〔{key}〕"
