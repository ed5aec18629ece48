"""What the first window loads: slow libraries are imported where they are used, not at start-up."""

import ast
from collections.abc import Iterator

from tests.architecture.sources import DESK, imported, modules, package_of, tree

LATER = {"pages", "dialogs"}  # made when somebody has logged in
SLOW = {"sqlalchemy", "alembic", "python_calamine", "xlsxwriter", "argon2", "cryptography", "zstandard"}
SLOW |= {"numpy", "qrcode", "zxingcpp", "pypdfium2"}


def loaded_at_import(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run when a module is imported: not those in functions or for type checks only."""
    for node in body:
        yield node
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            yield from loaded_at_import(node.orelse)
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for part in ("body", "orelse", "finalbody"):
                yield from loaded_at_import(getattr(node, part, []))


def pulled_in(names: list[str]) -> dict[str, str]:
    """Everything that importing these desk modules imports in turn: dotted name → who asked for it first."""
    asked: dict[str, str] = {}
    waiting = [(name, "") for name in reversed(names)]
    while waiting:
        current, asker = waiting.pop()
        name = next((m for m in (current, current.rpartition(".")[0]) if m in modules()), current)
        if name in asked:
            continue
        asked[name] = asker
        if name not in modules():
            continue
        waiting += [(name.rsplit(".", n)[0], name) for n in range(1, name.count(".") + 1)]  # its packages
        for node in loaded_at_import(tree(modules()[name]).body):
            waiting += [(target, name) for target in imported(node, package_of(name))]
    return asked


def slow_among(asked: dict[str, str]) -> list[str]:
    """The slow libraries in what `pulled_in` found, each with the chain of imports that leads there."""
    chains = {}
    for target in asked:
        if (library := target.split(".")[0]) in SLOW:
            chain = [target]
            while asked[chain[-1]]:
                chain.append(asked[chain[-1]])
            chains[library] = " → ".join(reversed(chain))
    return sorted(chains.values())


def test_a_slow_import_is_noticed_through_others() -> None:
    assert any("sqlalchemy" in chain for chain in slow_among(pulled_in([f"{DESK}.db.store"])))
    deferred = ast.parse("def f():\n    import sqlalchemy\nif TYPE_CHECKING:\n    import alembic\n")
    assert not [n for n in loaded_at_import(deferred.body) if isinstance(n, ast.Import)]


def test_the_first_window_loads_nothing_slow() -> None:
    on_top = [f"{DESK}.{name}" for name in ("__main__", "cli", "app", "program", "linking")]
    window = [n for n in modules() if n.startswith(f"{DESK}.ui.") and n.split(".")[2] not in LATER]
    assert not slow_among(pulled_in([*on_top, *window]))
