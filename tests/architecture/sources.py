"""The programs' sources as the checks of this folder read them: modules, syntax trees, imports, strings."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DESK = "zhangshu_desk"
SERVER = "zhangshu_server"


@cache
def modules() -> dict[str, Path]:
    """Every Python module of the programs by dotted name."""
    found = {}
    for path in sorted(p for program in (DESK, SERVER) for p in (ROOT / program).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a file, its import statements still relative or absolute as written."""
    return ast.parse(path.read_text(encoding="utf-8"))


def where(path: Path, node: ast.AST) -> str:
    """`zhangshu_desk/app.py:12`."""
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"


def imported(node: ast.AST, package: str) -> list[str]:
    """The dotted names an import statement inside `package` asks for; `from a import b` asks for `a.b`."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        base = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
        stem = ".".join([*base, *([node.module] if node.module else [])])
        return [f"{stem}.{alias.name}" for alias in node.names]
    return []


def package_of(name: str) -> str:
    """The package that relative imports of module `name` start from."""
    return name if modules()[name].name == "__init__.py" else name.rpartition(".")[0]


def constants(root: ast.Module) -> Iterator[tuple[ast.Constant, str]]:
    """Every string in a module that is not a docstring."""
    documents = {
        id(body[0].value)
        for node in ast.walk(root)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and (body := node.body)
        and isinstance(body[0], ast.Expr)
    }
    for node in ast.walk(root):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documents:
            yield node, node.value
