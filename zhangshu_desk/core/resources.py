"""Files shipped with the program, found alike in a checkout, a wheel and a frozen build."""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

_PACKAGE = "zhangshu_desk.resources"


def text(name: str) -> str:
    """The UTF-8 text of a resource, e.g. `"services.toml"`."""
    return _at(name).read_text(encoding="utf-8")


def data(name: str) -> bytes:
    """The bytes of a resource, e.g. `"icons/search.svg"`."""
    return _at(name).read_bytes()


@cache
def toml(name: str) -> dict[str, Any]:
    """A TOML resource, parsed once per run; `tomllib.TOMLDecodeError` when it is wrong (a test reads all)."""
    import tomllib

    return tomllib.loads(text(name))


def names(folder: str, end: str) -> list[str]:
    """The resources in a folder whose names end so, in order, e.g. `names("labels", ".toml")`."""
    return sorted(f"{folder}/{one.name}" for one in _at(folder).iterdir() if one.name.endswith(end))


def path(name: str) -> Path:
    """The resource as a real file; for libraries that insist on a path."""
    with as_file(_at(name)) as found:
        return found


def _at(name: str) -> Traversable:
    return files(_PACKAGE).joinpath(*name.split("/"))
