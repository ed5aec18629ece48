"""Runs all tests: those that need a screen one at a time, then the rest side by side; ends with one summary.

Arguments go to pytest: `make test ARGS="tests/core -k clock"`.
"""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[1]
REPORTS = ROOT / ".dev" / "tests"
NO_TESTS = 5  # pytest's exit status when it found nothing to run


@dataclass(frozen=True)
class Outcome:
    """What one pytest run came to: its exit status and how many tests ended in which way."""

    status: int
    passed: int = 0
    failed: int = 0
    errors: int = 0
    skipped: int = 0


def run_pytest(name: str, command: list[str], environment: dict[str, str]) -> Outcome:
    """Run `command`, a pytest call perhaps inside a wrapper, and read its counts from its report."""
    report = REPORTS / f"{name}.xml"
    report.unlink(missing_ok=True)
    print(f"tests: {name}", flush=True)
    status = subprocess.call([*command, f"--junitxml={report}"], cwd=ROOT, env=os.environ | environment)
    if not report.exists():  # pytest itself was killed
        return Outcome(status or 1)
    suite = ElementTree.parse(report).getroot()[0]
    total, failed, errors, skipped = (int(suite.get(k, 0)) for k in ("tests", "failures", "errors", "skipped"))
    return Outcome(status, max(total - failed - errors - skipped, 0), failed, errors, skipped)


def run_all(arguments: list[str]) -> list[Outcome]:
    """Run both halves. `arguments` are pytest's; those that choose tests may leave one half empty."""
    pytest = [sys.executable, "-m", "pytest", "-q", *arguments]
    workers = min(os.cpu_count() or 1, 4)
    screen = [str(ROOT / "scripts" / "with_atspi"), *pytest, "-m", "xvfb"]
    offscreen = [*pytest, "-m", "not xvfb", "-n", str(workers), "--dist", "worksteal"]
    return [
        run_pytest("on a screen", screen, {}),
        run_pytest("offscreen", offscreen, {"QT_QPA_PLATFORM": "offscreen", "LC_ALL": "C.UTF-8"}),
    ]


def succeeded(outcomes: list[Outcome], *, chosen: bool) -> bool:
    """Whether every half ran and passed; when tests were `chosen`, one half may have had none of them."""
    fine = {0, NO_TESTS} if chosen else {0}
    return all(o.status in fine for o in outcomes) and any(o.status == 0 for o in outcomes)


def summary(outcomes: list[Outcome], seconds: float) -> str:
    """One line in pytest's own form over both halves, `seconds` being the whole time."""
    counts = [(sum(getattr(o, kind) for o in outcomes), kind) for kind in ("passed", "failed", "errors", "skipped")]
    text = ", ".join(f"{n} {kind}" for n, kind in counts if n) or "no tests ran"
    return f" {text} in {seconds:.2f}s ".center(80, "=")


def main(arguments: list[str]) -> int:
    """Run the tests; return 0 when all passed."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    outcomes = run_all(arguments)
    print(summary(outcomes, time.monotonic() - start))
    return 0 if succeeded(outcomes, chosen=bool(arguments)) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
