"""The commands a person types: make targets, their scripts, the sum of two test runs, and the package."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from importlib.resources import files
from pathlib import Path

import pytest

from scripts import run_tests

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = ROOT / "scripts"
SHELL_SCRIPTS = sorted(
    p for p in [*SCRIPTS.iterdir(), *(ROOT / ".ci").iterdir()] if p.is_file() and b"bash" in p.read_bytes()[:30]
)


def call(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command in the checkout and return what it wrote, whatever its status."""
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=False, timeout=120
    )


# ---- make ----------------------------------------------------------------------


def test_help_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    listed = {line.split()[1] for line in call("make", "--no-print-directory", "help").stdout.splitlines()}
    assert {"run", "test", "check", "bench", "tour"} <= targets
    assert listed == targets
    assert set(" ".join(re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)).split()) == targets


def test_the_readmes_name_only_targets_that_exist() -> None:
    listed = call("make", "--no-print-directory", "help").stdout
    for name in ("README.md", "README.zh-CN.md", "CONTRIBUTING.md"):
        named = set(re.findall(r"(?:^|`)make ([a-z]+)", (ROOT / name).read_text(encoding="utf-8"), re.M))
        assert named, name
        assert not {target for target in named if f"make {target} " not in listed}, name


def test_the_continuous_integration_runs_the_test_command_of_the_readme() -> None:
    assert "make --no-print-directory test" in (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert "make test" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_run_without_a_display_says_what_to_do() -> None:
    bare = dict.fromkeys(("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"), "")
    result = call("make", "run", **bare)
    assert result.returncode != 0
    assert "There is no display here" in result.stderr
    assert "make tour" in result.stderr
    assert "Traceback" not in result.stderr


# ---- scripts ----------------------------------------------------------------------


def test_there_are_shell_scripts_to_check() -> None:
    assert {"setup.sh", "run.sh", "with_xvfb", "with_atspi", "run"} <= {p.name for p in SHELL_SCRIPTS}


@pytest.mark.parametrize("script", SHELL_SCRIPTS, ids=lambda p: p.name)
def test_a_script_is_executable_and_well_formed(script: Path) -> None:
    assert os.access(script, os.X_OK)
    assert call("bash", "-n", script).returncode == 0
    assert re.search(r"^set -euo pipefail$", script.read_text(encoding="utf-8"), re.MULTILINE)


# ---- the sum of two runs ----------------------------------------------------------------------


def test_the_summary_adds_up() -> None:
    outcomes = [run_tests.Outcome(0, passed=3), run_tests.Outcome(1, passed=4, failed=1)]
    assert " 7 passed, 1 failed in 2.50s " in run_tests.summary(outcomes, 2.5)
    assert "no tests ran" in run_tests.summary([run_tests.Outcome(5)], 1)


def test_a_run_without_tests_is_a_failure() -> None:
    passed, none, failed = (run_tests.Outcome(status) for status in (0, run_tests.NO_TESTS, 1))
    assert run_tests.succeeded([passed, passed], chosen=False)
    assert not run_tests.succeeded([passed, none], chosen=False)
    assert not run_tests.succeeded([failed, passed], chosen=True)
    assert run_tests.succeeded([none, passed], chosen=True)
    assert not run_tests.succeeded([none, none], chosen=True)


# ---- the package ----------------------------------------------------------------------


def resource_names() -> list[str]:
    """Every file below resources/, as importlib.resources names it."""
    folder = ROOT / "resources"
    return [p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() and p.suffix != ".pyc"]


def test_resources_are_found_in_the_checkout() -> None:
    package = files("zhangshu_desk.resources")
    assert "i18n/errors.toml" in resource_names()
    assert not [name for name in resource_names() if not package.joinpath(*name.split("/")).is_file()]


def test_a_wheel_brings_every_module_and_resource(tmp_path: Path) -> None:
    source, built = tmp_path / "source", tmp_path / "built"
    for name in ("zhangshu_desk", "resources"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(built)]
    result = call(sys.executable, "-m", "pip", "wheel", *options, source)
    assert result.returncode == 0, result.stderr
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        inside = set(wheel.namelist())
    assert not {f"zhangshu_desk/resources/{name}" for name in resource_names()} - inside
    modules = {p.relative_to(source).as_posix() for p in (source / "zhangshu_desk").rglob("*.py")}
    assert not modules - inside
    assert not [name for name in inside if name.startswith(("tests/", "scripts/"))]
