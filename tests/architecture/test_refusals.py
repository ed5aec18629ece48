"""Every refusal has a sentence that says what is known, and every sentence has its refusal."""

import ast
import string
import tomllib
from functools import cache

from tests.architecture.sources import ROOT, constants, modules, tree, where


@cache
def sentences() -> dict[str, str]:
    """The sentence of each refusal by its code."""
    tables = tomllib.loads((ROOT / "resources/i18n/errors.toml").read_text(encoding="utf-8"))
    return {f"{table}.{key}": text for table, rows in tables.items() for key, text in rows.items()}


def unsaid(root: ast.Module, known: dict[str, str]) -> list[tuple[ast.AST, str]]:
    """Refusals without a sentence, and refusals that do not bring a fact their sentence names."""
    found: list[tuple[ast.AST, str]] = []
    for node in ast.walk(root):
        if not (isinstance(node, ast.Call) and ast.unparse(node.func).endswith("DeskError") and node.args):
            continue
        code = node.args[0]
        if not (isinstance(code, ast.Constant) and isinstance(code.value, str)):
            continue
        named = {field for _, field, _, _ in string.Formatter().parse(known.get(code.value, "")) if field}
        given = {keyword.arg for keyword in node.keywords}
        if code.value not in known:
            found.append((node, f"{code.value} has no sentence"))
        elif None not in given and named - given:
            found.append((node, f"{code.value} does not tell {sorted(named - given)}"))
    return found


def test_a_refusal_without_words_is_noticed() -> None:
    known = {"visit.gone": "{ticket} 已离开"}
    assert unsaid(ast.parse("raise DeskError('visit.lost')"), known)
    assert unsaid(ast.parse("raise errors.DeskError('visit.gone', number=1)"), known)
    assert not unsaid(ast.parse("raise DeskError('visit.gone', ticket=1)"), known)


def test_every_refusal_has_its_sentence() -> None:
    found = [(p, node, text) for p in modules().values() for node, text in unsaid(tree(p), sentences())]
    assert not found, "\n".join(f"{where(path, node)} {text}" for path, node, text in found)


def test_every_sentence_is_used() -> None:
    used = {text for path in modules().values() for _, text in constants(tree(path))}
    assert "store.nonsense" not in used
    unused = sorted(set(sentences()) - used)
    assert not unused
