"""What scripts/setup.sh decides on machines of every kind: installed or not, root or not, old or hidden Pythons."""

import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

SETUP = Path(__file__).resolve().parents[1] / "scripts" / "setup.sh"


class Machine:
    """A made-up machine for scripts/setup.sh: its commands are small scripts in a folder that is the whole PATH."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for tool in ("bash", "dirname", "grep", "tr", "mktemp", "cat", "rm", "tail"):
            (folder / tool).symlink_to(shutil.which(tool) or tool)

    def has(self, name: str, script: str) -> None:
        """Put a command on the machine."""
        (self.folder / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        (self.folder / name).chmod(0o755)

    def has_packages(self, names: Iterable[str]) -> None:
        """Make dpkg-query answer for exactly these installed packages."""
        cases = "".join(f"{name}) echo installed;; " for name in names)
        self.has("dpkg-query", f'for p in "$@"; do case $p in {cases} -*) ;; *) bad=1;; esac; done; exit ${{bad:-0}}')

    def run(self, code: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run functions of setup.sh on this machine."""
        script = f'source "{SETUP}"; {code}'
        paths = {"PATH": str(self.folder), "HOME": str(self.folder)}
        return subprocess.run(
            ["bash", "-c", script], env=paths | environment, capture_output=True, text=True, check=False, timeout=60
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine with the basic tools and nothing else."""
    return Machine(tmp_path)


def wanted(machine: Machine, purpose: str) -> list[str]:
    """The packages that setup finds missing for a purpose."""
    return machine.run(f"missing_packages {purpose}").stdout.split()


def test_setup_finds_what_is_missing(machine: Machine) -> None:
    machine.has_packages([])
    for_run, for_test = wanted(machine, "run"), wanted(machine, "test")
    assert {"libgl1", "libxcb-cursor0", "fonts-noto-cjk"} <= set(for_run)
    assert set(for_test) - set(for_run) >= {"xvfb", "at-spi2-core", "python3-pyatspi", "espeak-ng"}

    machine.has_packages([*for_test[1:-1], "libglib2.0-0t64", "fonts-wqy-microhei"])
    assert wanted(machine, "test") == []


def test_any_chinese_font_will_do(machine: Machine) -> None:
    machine.has_packages([])
    machine.has("fc-list", "echo SimHei")
    assert "fonts-noto-cjk" not in wanted(machine, "run")
    machine.has("fc-list", "true")
    assert "fonts-noto-cjk" in wanted(machine, "run")


def test_setup_leaves_apt_alone_when_nothing_is_missing(machine: Machine) -> None:
    machine.has_packages(wanted(machine, "test"))
    machine.has("apt-get", "echo called; exit 1")
    machine.has("id", "echo 0")
    result = machine.run("ensure_system_packages test")
    assert (result.returncode, result.stdout) == (0, "")


def test_root_installs_and_refreshes_stale_lists(machine: Machine) -> None:
    machine.has_packages([])
    machine.has("id", "echo 0")
    ready = machine.folder / "updated"
    machine.has(
        "apt-get", f'echo "$@" >>{machine.folder}/calls; case "$2" in update) : >{ready};; *) [ -e {ready} ];; esac'
    )
    result = machine.run("ensure_system_packages run")
    assert result.returncode == 0, result.stderr
    assert "installing system packages: libglib2.0-0" in result.stdout
    calls = (machine.folder / "calls").read_text(encoding="utf-8").splitlines()
    assert [line.split()[1] for line in calls] == ["install", "update", "install"]
    assert "--no-install-recommends" in calls[-1]


def test_root_hears_why_apt_failed(machine: Machine) -> None:
    machine.has_packages([])
    machine.has("id", "echo 0")
    machine.has("apt-get", "echo E: no space left; exit 100")
    result = machine.run("ensure_system_packages run")
    assert result.returncode != 0
    assert "no space left" in result.stderr


def test_others_are_told_the_command_and_go_on(machine: Machine) -> None:
    machine.has_packages([])
    machine.has("id", "echo 1000")
    machine.has("apt-get", "echo called; exit 1")
    result = machine.run("ensure_system_packages run")
    assert result.returncode == 0
    assert "sudo apt-get install -y --no-install-recommends libglib2.0-0" in result.stdout
    assert "called" not in result.stdout


def python(version: str) -> str:
    """A script that answers setup's question as a Python of this version would."""
    return f'exec {sys.executable} -c "import sys; sys.version_info = ({version}); exec(sys.argv[2])" "$@"'


def test_setup_takes_the_first_python_that_fits(machine: Machine) -> None:
    machine.has("python3", python("3, 9, 2"))
    machine.has("python3.13", "exit 127")  # as a pyenv shim of a version that is not selected
    machine.has("python3.12", python("3, 12, 1"))
    assert machine.run("find_python").stdout.strip() == str(machine.folder / "python3.12")
    assert machine.run("find_python", PYTHON="python3").returncode != 0


def test_setup_looks_into_pyenvs_folders(machine: Machine) -> None:
    versions = machine.folder / ".pyenv/versions"
    for version in ("3.12.1", "3.9.2"):
        (versions / version / "bin").mkdir(parents=True)
        machine.has(f".pyenv/versions/{version}/bin/python3", python("3, 12, 1"))
    offered = machine.run("candidate_pythons").stdout.split()
    assert offered[0] == "python3"
    assert offered[-1] == str(versions / "3.12.1/bin/python3")
    assert machine.run("candidate_pythons", PYTHON="/opt/python").stdout.split() == ["/opt/python"]


def test_setup_says_which_package_brings_virtual_environments(machine: Machine) -> None:
    machine.has("id", "echo 1000")
    machine.has("python3", 'case "$2" in *ensurepip*) exit 1;; *) echo python3.11-venv;; esac')
    result = machine.run("ensure_venv_module python3")
    assert result.returncode != 0
    assert "sudo apt-get install -y --no-install-recommends python3.11-venv" in result.stdout
