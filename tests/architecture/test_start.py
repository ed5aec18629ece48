"""What the first window loads: slow libraries are imported where they are used, not at start-up."""

import ast
from collections.abc import Iterator

from tests.architecture.sources import DESK, imported, modules, package_of, tree

SLOW = {"sqlalchemy", "alembic", "python_calamine", "xlsxwriter", "argon2"}


def loaded_at_import(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run when a module is imported: not those in functions or for type checks only."""
    for node in body:
        yield node
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            yield from loaded_at_import(node.orelse)
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for part in ("body", "orelse", "finalbody"):
                yield from loaded_at_import(getattr(node, part, []))


def pulled_in(name: str) -> dict[str, str]:
    """Everything that importing desk module `name` imports in turn: dotted name → who asked for it."""
    asked: dict[str, str] = {}
    waiting = [(name, "")]
    while waiting:
        current, asker = waiting.pop()
        known = next((m for m in (current, current.rpartition(".")[0]) if m in modules()), None)
        key = known or current
        if key in asked:
            continue
        asked[key] = asker
        if known:
            parents = [known.rsplit(".", n)[0] for n in range(1, known.count(".") + 1)]
            waiting += [(parent, known) for parent in parents]
            for node in loaded_at_import(tree(modules()[known]).body):
                waiting += [(target, known) for target in imported(node, package_of(known))]
    return asked


def test_a_slow_import_is_noticed_through_others() -> None:
    assert any(name.split(".")[0] == "sqlalchemy" for name in pulled_in(f"{DESK}.db.store"))
    deferred = ast.parse("def f():\n    import sqlalchemy\nif TYPE_CHECKING:\n    import alembic\n")
    assert not [n for n in loaded_at_import(deferred.body) if isinstance(n, ast.Import)]


def test_the_first_window_loads_nothing_slow() -> None:
    first = [n for n in modules() if n.startswith(f"{DESK}.ui") and not n.startswith(f"{DESK}.ui.pages.")]
    wrong = {
        f"{target} (asked for by {asker})"
        for name in first
        for target, asker in pulled_in(name).items()
        if target.split(".")[0] in SLOW
    }
    assert not wrong, "\n".join(sorted(wrong))
