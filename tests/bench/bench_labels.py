"""Labels per second beside gLabels and `qrcode`, memory, and the first page of the preview.

Ours: 10,000 unique labels into one PDF, the code of each rendered from it and decoded. gLabels (`glabels-3-batch`,
tests/bench/peers/labels.glabels, QR by libqrencode) makes a PDF of the same content, name and number beside the code,
and reads nothing back. `qrcode` alone makes only symbols, with its own search for the mask; ours is compared with it
painted but not read back. Rounds alternate, so that all feel the same load, and the best of each counts. Where gLabels
is missing, the figure of another machine stands in, labelled so.
`python -m tests.bench.bench_labels` prints the times, and the goals in the last lines.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtGui import QGuiApplication
from qrcode import QRCode, constants  # type: ignore[import-untyped]  # has no types

from tests.bench import labels
from zhangshu_desk.labels.pages import write_pdf
from zhangshu_desk.labels.painting.pages import PagePainter, PdfFile
from zhangshu_desk.labels.rules.sheets import Layout, spread

ROUNDS = 3
LABELS, PEER_LABELS, SYMBOLS = 10_000, 2_000, 200
PREVIEWS = 5
PEER = Path(__file__).parent / "peers" / "labels.glabels"
PEER_RECORDED = 183.0
"""Labels per second of gLabels 3.4.1, on another day and machine."""
GLABELS_GOAL, QRCODE_GOAL, MEMORY_GOAL, PREVIEW_GOAL_MS = 5, 3, 1.2, 150


def per_second(count: int, do: Callable[[], object]) -> float:
    """How many a second when `do` makes `count`."""
    started = time.perf_counter()
    do()
    return count / (time.perf_counter() - started)


def glabels(folder: Path) -> float:
    """Labels per second of gLabels."""
    shutil.copy(PEER, folder / PEER.name)
    labels.write_csv(folder / "labels.csv", PEER_LABELS)
    command = ["glabels-3-batch", "-o", "peer.pdf", PEER.name]
    found = per_second(PEER_LABELS, lambda: subprocess.run(command, cwd=folder, check=True, capture_output=True))
    if (folder / "peer.pdf").stat().st_size < PEER_LABELS * 100:
        raise SystemExit("gLabels made no labels")
    return found


def library() -> float:
    """Symbols per second of `qrcode`, which tries every mask."""
    texts = [one["code"] for one in labels.labels(SYMBOLS)]

    def make() -> None:
        for text in texts:
            symbol = QRCode(error_correction=constants.ERROR_CORRECT_M)
            symbol.add_data(text)
            symbol.make()

    return per_second(SYMBOLS, make)


def ours(file: Path) -> float:
    """Labels per second, into a PDF and read back."""
    return per_second(LABELS, lambda: write_pdf(labels.run(LABELS), file))


def painted(file: Path) -> float:
    """Labels per second into a PDF, not read back."""

    def make() -> None:
        run = labels.run(LABELS)
        pdf = PdfFile(file, PagePainter(run.template, Layout()), "bench")
        for page in spread(run.template.geometry, run.labels):
            pdf.add(page)
        pdf.close()

    return per_second(LABELS, make)


def child(*arguments: str) -> dict[str, float]:
    """What tests/bench/labels_child.py measures in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.labels_child", *arguments]
    answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found: dict[str, float] = json.loads(answer)
    return found


def rounds(folder: Path) -> dict[str, list[float]]:
    """Everything that is counted per second, in turns."""
    found: dict[str, list[float]] = {"glabels": [], "ours": [], "qrcode": [], "painted": []}
    for _ in range(ROUNDS):
        if shutil.which("glabels-3-batch"):
            found["glabels"].append(glabels(folder))
        found["ours"].append(ours(folder / "labels.pdf"))
        found["qrcode"].append(library())
        found["painted"].append(painted(folder / "painted.pdf"))
    if not found["glabels"]:
        print("gLabels: NOT MEASURED, glabels-3-batch is not installed; a figure of another machine stands in")
        found["glabels"].append(PEER_RECORDED)
    return found


def main() -> int:
    """Measure and print; the goals are judged by who runs all benches."""
    app = QGuiApplication([])
    with tempfile.TemporaryDirectory() as name:
        found = rounds(Path(name))
    app.quit()
    best = {name: max(rates) for name, rates in found.items()}
    titles = {
        "glabels": f"gLabels, {PEER_LABELS:,} labels, not read back",
        "ours": f"ours, {LABELS:,} labels, read back",
        "qrcode": "qrcode alone, its own mask search, symbols only",
        "painted": f"ours, {LABELS:,} labels, not read back",
    }
    for key, title in titles.items():
        print(f"{title:50} {best[key]:7,.0f}/s of {', '.join(f'{one:,.0f}' for one in found[key])}")
    few, many = child("pdf", "1000"), child("pdf", str(LABELS))
    print(f"peak memory: {few['peak_kib'] / 1024:.0f} MiB for 1,000, {many['peak_kib'] / 1024:.0f} MiB for {LABELS:,}")
    preview = [child("preview")["ms"] for _ in range(PREVIEWS)]
    print(f"first page of the preview: {', '.join(f'{one:.0f}' for one in preview)} ms, each in a new process")
    print(f"labels_to_glabels ratio={best['ours'] / best['glabels']:.2f} goal=>={GLABELS_GOAL}")
    print(f"labels_to_qrcode ratio={best['painted'] / best['qrcode']:.2f} goal=>={QRCODE_GOAL}")
    print(f"labels_memory ratio={many['peak_kib'] / few['peak_kib']:.2f} goal=<={MEMORY_GOAL}")
    print(f"labels_preview value={min(preview):.0f}ms goal=<={PREVIEW_GOAL_MS}ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
