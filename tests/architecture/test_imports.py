"""Who may import whom: the rooms of the house (CONTRIBUTING.md), checked over every module.

New modules and features are found by themselves: a folder of the desk that is no known room is a feature.
"""

import ast
import re
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.architecture.sources import DESK, ROOT, SERVER, imported, modules, package_of, tree, where

ROOMS = {"core", "db", "sync", "ui", "resources"}
ON_TOP = {"", "demo", "tour"}  # app, cli and those who use the whole desk as a person would
FROM_OUTSIDE = {
    "core": {"cryptography", "orjson", "platformdirs", "python_calamine", "stdnum", "xlsxwriter", "zstandard"},
    "db": {"sqlalchemy", "alembic"},
    "sync": {"argon2", "cryptography", "httpx", "keyring", "orjson", "sqlalchemy", "zstandard"},
    "ui": {"PySide6", "shiboken6"},
}
THE_LINE = {"httpx", "keyring"}  # only `sync` speaks to the centre
DRAWING = {"painting", "printers", "papers"}  # modules of a feature that draw and print, without a window
DRAWS_WITH = ("PySide6.QtCore.", "PySide6.QtGui.", "PySide6.QtPrintSupport.")


def room(name: str) -> str:
    """The room of a desk module: `core`, `db` ..., a feature's name, or "" for those on top (app, cli)."""
    second = name.split(".")[1:2]
    return second[0] if second and any(m.startswith(f"{DESK}.{second[0]}.") for m in modules()) else ""


def within(target: str, *places: str) -> bool:
    """Whether `target` is one of `places` (dotted, without the program's name) or below it."""
    return any(f"{target}.".startswith(f"{DESK}.{place}.") for place in places)


def is_rules(name: str) -> bool:
    """Whether a module holds the pure rules of a feature."""
    return "rules" in name.split(".")[2:]


def desk_may_import(name: str, target: str) -> bool:
    """Whether desk module `name` may import `target` of the desk."""
    here = room(name)
    if within(name, "db.migrations"):
        return within(target, "db.migrations")
    if here in ON_TOP or target == f"{DESK}.__version__":
        return True
    if here in ("core", "resources"):
        return within(target, here, "core")
    if here in ("db", "sync"):
        return within(target, here, "core", "db")
    if here == "ui":
        return not within(target, "db.tables", "sync") and room(target) not in ON_TOP
    if is_rules(name):
        return within(target, "core") or (within(target, here) and is_rules(target))
    reads = here == "reports" and room(target) not in ROOMS and target.split(".")[2:3] == ["queries"]
    return within(target, here, "core", "db") or reads


def may_import(name: str, target: str) -> bool:
    """Whether module `name` may import `target`."""
    program, top = name.split(".")[0], target.split(".")[0]
    if top in sys.stdlib_module_names:
        return True
    if program == SERVER:
        of_the_desk = within(target, "core", "labels.rules", "sync.wire") or target == f"{DESK}.__version__"
        return top not in (DESK, "PySide6") or of_the_desk
    if top == DESK:
        return desk_may_import(name, target)
    if top == SERVER or top not in dependencies():
        return False
    here = room(name)
    if here in ON_TOP or here in FROM_OUTSIDE:
        return here in ON_TOP or top in FROM_OUTSIDE[here]
    if top == "PySide6":
        return bool(DRAWING & set(name.split(".")[2:])) and f"{target}.".startswith(DRAWS_WITH)
    return top not in THE_LINE and not is_rules(name)


@cache
def dependencies() -> set[str]:
    """Top-level modules of the libraries that pyproject.toml declares for the programs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = project["dependencies"]
    declared = {re.split(r"[^\w.-]", line)[0].lower().replace("_", "-") for line in lines}
    found = packages_distributions().items()
    return {m for m, owners in found if declared & {o.lower().replace("_", "-") for o in owners}} | {"shiboken6"}


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("core.clock", f"{DESK}.db.store"),
        ("core.clock", "sqlalchemy"),
        ("db.store", f"{DESK}.ui.theme"),
        ("db.migrations.env", f"{DESK}.db.tables"),
        ("reception.actions", f"{DESK}.enterprises.queries"),
        ("reception.actions", "PySide6.QtCore"),
        ("reception.rules", f"{DESK}.db.base"),
        ("reception.rules", "sqlalchemy"),
        ("reception.painting", "PySide6.QtWidgets"),
        ("ui.page", f"{DESK}.db.tables.reception"),
        ("ui.page", f"{DESK}.sync.cycle"),
        ("ui.page", f"{DESK}.app.start"),
        ("ui.page", "sqlalchemy.select"),
        ("app", f"{SERVER}.app"),
        ("app", "pytest"),
    ],
)
def test_a_wrong_import_is_noticed(name: str, target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with_sample = {f"{DESK}.{name}": Path(), f"{DESK}.app": Path(), **modules()}
    for feature in ("enterprises", "reception", "sync"):
        with_sample[f"{DESK}.{feature}.queries"] = Path()
    monkeypatch.setattr(sys.modules[__name__], "modules", lambda: with_sample)
    assert not may_import(f"{DESK}.{name}", target)


def test_relative_imports_and_imported_modules_are_understood() -> None:
    statement = ast.parse("from ..db import tables").body[0]
    assert imported(statement, f"{DESK}.ui") == [f"{DESK}.db.tables"]


def test_imports_go_one_way() -> None:
    wrong = [
        f"{where(path, node)} imports {target}"
        for name, path in modules().items()
        for node in ast.walk(tree(path))
        for target in imported(node, package_of(name))
        if not may_import(name, target)
    ]
    assert not wrong, "\n".join(wrong)
