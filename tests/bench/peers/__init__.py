"""Anki and PouchDB with their own servers, as programs of their own beside the sync bench.

Each is installed on demand under build/bench (the first time needs the package registries), then runs as a process that
does one round of all steps when told to, so that rounds of theirs and of ours alternate under the same load. Where a
peer cannot be had, the figures that `sync-anchors.md` recorded on another day stand in and are labelled as such.
`python -m tests.bench.peers` measures both alone and prints JSON.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bench.peers.records import CHANGES, records

ROOT = Path(__file__).resolve().parents[3]
HERE = Path(__file__).resolve().parent
BUILD = ROOT / "build" / "bench"
ANKI_VENV = BUILD / "anki-venv"
POUCH = BUILD / "pouch"
ANKI_PACKAGES = ("anki==26.9.3",)
POUCH_PACKAGES = ("pouchdb@9.0.0", "express-pouchdb@4.2.0", "express@4.22.3")
INSTALL_WITHIN_S = 300
NAMES = ("anki", "pouch")


@dataclass
class Figures:
    """What was measured of one system.

    Attributes:
        label: name, version and where the figures come from.
        times: milliseconds of each round, by step.
        measured: False when the figures are the recorded ones of another machine and day.
    """

    label: str
    measured: bool = True
    times: dict[str, list[float]] = field(default_factory=dict)

    def add(self, steps: dict[str, float]) -> None:
        """Keep the times of one round."""
        for name, ms in steps.items():
            self.times.setdefault(name, []).append(ms)

    def median(self, step: str) -> float:
        """The median of a step over the rounds, ms."""
        return statistics.median(self.times[step])

    def as_json(self) -> dict[str, Any]:
        """Medians with their spread, ms."""
        ms = {
            step: {"median": round(self.median(step), 2), "min": round(min(all_), 2), "max": round(max(all_), 2)}
            for step, all_ in self.times.items()
        }
        rounds = max(map(len, self.times.values()), default=0)
        return {"peer": self.label, "measured": self.measured, "rounds": rounds, "ms": ms}


class PeerEnded(RuntimeError):
    """A peer's process ended before it was told to."""


class Peer:
    """A peer that is running, or only its recorded figures."""

    def __init__(self, name: str, process: subprocess.Popen[str] | None, why_not: str = "") -> None:
        self.name = name
        self._process = process
        if process is None:
            print(f"{name}: NOT MEASURED, {why_not}; figures recorded on another day stand in", flush=True)
            self.figures = _recorded(name)
            return
        first = self._answer()
        self.figures = Figures(f"{name} {first['version']}")
        self.figures.add({"create": first["create"]})

    def round(self) -> None:
        """Let it do one round of all steps and keep the times."""
        if self._process is not None:
            assert self._process.stdin is not None
            self._process.stdin.write("round\n")
            self._process.stdin.flush()
            self.figures.add(self._answer())

    def _answer(self) -> dict[str, Any]:
        assert self._process is not None
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise PeerEnded(f"{self.name} ended with exit status {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextmanager
def start(name: str, folder: Path) -> Iterator[Peer]:
    """Install and start a peer with the records of the bench; it ends with the block.

    Args:
        name: one of `NAMES`.
        folder: an existing empty folder for its databases.
    """
    try:
        command, extra = {"anki": _anki, "pouch": _pouch}[name]()
    except (OSError, subprocess.SubprocessError) as failure:
        yield Peer(name, None, _reason(failure))
        return
    source = folder / "records.json"
    source.write_text(json.dumps(list(records()), ensure_ascii=False), "utf-8")
    arguments = [*command, str(source), str(folder), str(CHANGES)]
    pipe = subprocess.PIPE
    with subprocess.Popen(arguments, env=os.environ | extra, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            yield _started(name, process)
        finally:
            assert process.stdin is not None
            process.stdin.close()  # it ends with its input, its server with it
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()


def _started(name: str, process: subprocess.Popen[str]) -> Peer:
    try:
        return Peer(name, process)
    except PeerEnded as failure:
        return Peer(name, None, f"it was installed but does not run ({failure})")


def _reason(failure: Exception) -> str:
    """The last word of the installer that failed."""
    said = getattr(failure, "stderr", None) or ""
    lines = [line for line in said.splitlines() if line.strip() and "A complete log" not in line]
    return f"it could not be installed ({lines[-1].strip() if lines else type(failure).__name__})"


def _recorded(name: str) -> Figures:
    steps = json.loads((HERE / "recorded.json").read_text("utf-8"))[name]
    return Figures(
        f"{name} (recorded on another day, not measured here)", False, {step: [ms] for step, ms in steps.items()}
    )


def _anki() -> tuple[list[str], dict[str, str]]:
    python = ANKI_VENV / "bin" / "python"
    if not _made(ANKI_VENV, ANKI_PACKAGES):
        print("installing Anki's client and server (AGPL, for this bench only), once", flush=True)
        shutil.rmtree(ANKI_VENV, ignore_errors=True)
        venv.create(ANKI_VENV, with_pip=True)
        _install([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *ANKI_PACKAGES])
        _mark(ANKI_VENV, ANKI_PACKAGES)
    return [str(python), str(HERE / "anki_peer.py")], {}


def _pouch() -> tuple[list[str], dict[str, str]]:
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise OSError("node and npm are not on this machine")
    if not _made(POUCH, POUCH_PACKAGES):
        print("installing PouchDB and express-pouchdb, once", flush=True)
        shutil.rmtree(POUCH, ignore_errors=True)
        POUCH.mkdir(parents=True)
        (POUCH / "package.json").write_text('{"name": "bench", "private": true}', "utf-8")
        _install(
            ["npm", "install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", str(POUCH), *POUCH_PACKAGES]
        )
        _mark(POUCH, POUCH_PACKAGES)
    return ["node", str(HERE / "pouch_peer.js")], {"POUCH_PACKAGES": str(POUCH)}


def _install(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True, timeout=INSTALL_WITHIN_S)


def _made(folder: Path, packages: tuple[str, ...]) -> bool:
    stamp = folder / "made"
    return stamp.exists() and stamp.read_text("utf-8") == " ".join(packages)


def _mark(folder: Path, packages: tuple[str, ...]) -> None:
    (folder / "made").write_text(" ".join(packages), "utf-8")
