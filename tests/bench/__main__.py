"""Runs every bench, one after the other, and ends with the goals: `make bench`. Exit status 1 when one is missed."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GOAL = re.compile(
    r"^(?P<name>\S.*?) (?:ratio|value)=(?P<got>[\d.]+)(?:\s?(?:ms|KiB))? goal=(?P<sign>[<>])=(?P<limit>[\d.]+)"
)


def met(line: str) -> bool | None:
    """Whether a bench's line reached its goal; None when it states none."""
    found = GOAL.match(line)
    if found is None:
        return None
    got, limit = float(found["got"]), float(found["limit"])
    return got <= limit if found["sign"] == "<" else got >= limit


def run(module: str) -> list[str]:
    """Run one bench, show what it prints, and return its lines with a goal; a bench without one counts as missed."""
    print(f"\n{module}", flush=True)
    lines = []
    with subprocess.Popen([sys.executable, "-m", module], cwd=ROOT, stdout=subprocess.PIPE, text=True) as bench:
        assert bench.stdout is not None
        for line in bench.stdout:
            print(f"  {line}", end="", flush=True)
            lines += [line.strip()] * (met(line) is not None)
    return lines or [f"{module} told no goal (exit status {bench.returncode})"]


def main() -> int:
    """Run all; 0 when every goal was reached."""
    modules = [f"tests.bench.{path.stem}" for path in sorted(Path(__file__).parent.glob("bench_*.py"))]
    goals = [line for module in modules for line in run(module)]
    print("\ngoals")
    for line in goals:
        print(f"  {'met   ' if met(line) else 'MISSED'}  {line}")
    return 0 if all(met(line) for line in goals) else 1


if __name__ == "__main__":
    sys.exit(main())
