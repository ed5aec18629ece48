"""What may not stand in a tracked file, and what must."""

import ast
import re
import subprocess
import tomllib
from functools import cache

import pytest

from tests.architecture.sources import ROOT

# Put together here, so that this file does not contain them.
REGISTRIES = [name + "." + end for name, end in [("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org")]]
REGISTRIES += ["deb." + "debian.org"]
MACHINE_PATH = re.compile("/" + r"(?:work|root|home|Users)/\w|[A-Z]:\\" + r"Users\\|index-" + r"url[ =]+\w+:")


@cache
def tracked() -> dict[str, str]:
    """The text files that git tracks, by their path; pictures and fonts are left out."""
    call = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    names = subprocess.run(call, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    found = {}
    for name in filter(None, names):
        data = (ROOT / name).read_bytes() if (ROOT / name).is_file() else b""
        if b"\0" not in data:
            found[name] = data.decode("utf-8")
    return found


def betrays_a_machine(text: str) -> list[str]:
    """Paths of one machine and hosts of package registries in a text."""
    return [found.group() for found in MACHINE_PATH.finditer(text)] + [h for h in REGISTRIES if h in text]


def test_a_machine_path_or_registry_is_noticed() -> None:
    for sample in ("/wo" + "rk/main", "/ho" + "me/li/desk", "C:\\Us" + "ers\\li", "https://py" + "pi.org/x"):
        assert betrays_a_machine(f"see {sample} there")


def test_no_file_betrays_a_machine() -> None:
    assert len(tracked()) > 20
    wrong = {name: found for name, text in tracked().items() if (found := betrays_a_machine(text))}
    assert not wrong


def test_the_lock_names_no_address() -> None:
    lock = tracked()["requirements.lock"]
    assert "--hash=sha256:" in lock
    assert "://" not in lock


def test_every_toml_file_parses() -> None:
    names = [name for name in tracked() if name.endswith(".toml")]
    assert "resources/i18n/errors.toml" in names
    with pytest.raises(tomllib.TOMLDecodeError):
        tomllib.loads("a = ")
    for name in names:
        tomllib.loads(tracked()[name])


def test_every_python_file_says_its_duty() -> None:
    silent = [n for n, text in tracked().items() if n.endswith(".py") and not ast.get_docstring(ast.parse(text))]
    assert ast.get_docstring(ast.parse("x = 1")) is None
    assert not silent
