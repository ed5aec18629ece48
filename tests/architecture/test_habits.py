"""Habits of every module: only the clock asks the time, only the theme names colours."""

import ast
import re

import pytest

from tests.architecture.sources import DESK, constants, modules, tree, where

CLOCKS = re.compile(r"now|utcnow|today|time|time_ns|localtime|gmtime|current\w+")
ASKING_THE_TIME = re.compile(
    r"\b(datetime|date)\.(now|utcnow|today)\b|\btime\.(time|time_ns|localtime|gmtime)\b"
    r"|\bQ(Date|Time|DateTime)\.current\w+"
)
TIME_IN_SQL = re.compile(r"\bcurrent_(timestamp|date|time)\b|\('now'", re.IGNORECASE)
COLOUR_TEXT = re.compile(r"(?<![\w&#])#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})\b|\brgba?\(\s*\d")
PLAIN_COLOURS = {"black", "white", "transparent", "color0", "color1"}  # ink, paper and nothing


def asks_the_time(root: ast.Module) -> list[ast.AST]:
    """The places where a module asks the machine's clock."""
    dotted = [n for n in ast.walk(root) if isinstance(n, ast.Attribute) and CLOCKS.fullmatch(n.attr)]
    imports = [n for n in ast.walk(root) if isinstance(n, ast.ImportFrom) and n.module == "time"]
    found: list[ast.AST] = [n for n in dotted if ASKING_THE_TIME.search(ast.unparse(n))]
    found += [n for n in imports if {a.name for a in n.names} & {"time", "time_ns", "localtime", "gmtime"}]
    return found + [node for node, text in constants(root) if TIME_IN_SQL.search(text)]


def names_a_colour(root: ast.Module) -> list[ast.AST]:
    """The places where a module names a colour of its own."""
    found: list[ast.AST] = [node for node, text in constants(root) if COLOUR_TEXT.search(text)]
    for node in ast.walk(root):
        if isinstance(node, ast.Call) and any(isinstance(argument, ast.Constant) for argument in node.args):
            found += [node] * ast.unparse(node.func).endswith("QColor")
        if isinstance(node, ast.Attribute) and ast.unparse(node.value).endswith("GlobalColor"):
            found += [node] * (node.attr not in PLAIN_COLOURS)
    return found


@pytest.mark.parametrize(
    "sample",
    [
        "datetime.now(ZONE)",
        "x = dict(default=time.time)",
        "datetime.date.today()",
        "from time import time",
        "QDateTime.currentDateTime()",
        "text(\"select date('now')\")",
        "server_default = 'CURRENT_TIMESTAMP'",
    ],
)
def test_asking_the_time_is_noticed(sample: str) -> None:
    assert asks_the_time(ast.parse(sample))


@pytest.mark.parametrize(
    "sample",
    ["x = 'color: #0f6b5c'", "QColor(1, 2)", "QtGui.QColor('red')", "Qt.GlobalColor.red", "f('rgba(0, 0, 0)')"],
)
def test_a_colour_is_noticed(sample: str) -> None:
    assert names_a_colour(ast.parse(sample))


def test_only_the_clock_asks_the_time() -> None:
    sources = [path for name, path in modules().items() if name != f"{DESK}.core.clock"]
    wrong = [where(path, node) for path in sources for node in asks_the_time(tree(path))]
    assert not wrong, "\n".join(wrong)


def test_only_the_theme_names_colours() -> None:
    sources = [path for name, path in modules().items() if name != f"{DESK}.ui.theme"]
    wrong = [where(path, node) for path in sources for node in names_a_colour(tree(path))]
    assert not wrong, "\n".join(wrong)
