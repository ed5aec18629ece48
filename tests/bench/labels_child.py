"""What the label bench measures in a process of its own: `python -m tests.bench.labels_child pdf 1000`, or `preview`.

Prints JSON: seconds and peak memory of a PDF of so many labels, read back; or the milliseconds of a first preview page.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtGui import QGuiApplication

from tests.bench import labels
from zhangshu_desk.labels.pages import write_pdf
from zhangshu_desk.labels.painting.pages import PagePainter
from zhangshu_desk.labels.rules.sheets import Layout
from zhangshu_desk.labels.templates import load

TEMPLATE, SCREEN_DPI = "traced-a4-3x8", 144
DATA = {
    "product_name": "六门智能密集架（手摇式）",
    "enterprise_name": "江西锦湖保险设备集团有限公司",
    "model": "MJJ-1850",
    "spec": "1850×900×400 mm",
    "standard_no": "GB/T 13667.3—2013",
    "batch_no": "MJ20261126",
    "made_on": "2026-11-26",
    "place": "江西省樟树市",
}


def pdf(count: int) -> dict[str, float]:
    """One PDF of so many labels, read back."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        write_pdf(labels.run(count), Path(folder) / "labels.pdf")
        seconds = time.perf_counter() - started
    return {"seconds": seconds, "peak_kib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}


def preview() -> dict[str, float]:
    """A full A4 sheet of a shipped template, with nothing painted before in this process."""
    started = time.perf_counter()
    template = load(Path("none"), TEMPLATE)
    page = [(place, {**data, **DATA}) for place, data in enumerate(labels.labels(template.geometry.places))]
    picture = PagePainter(template, Layout()).picture(page, SCREEN_DPI)
    ms = (time.perf_counter() - started) * 1_000
    return {"ms": ms, "width": picture.width()}


def main() -> None:
    """Measure what the arguments say."""
    app = QGuiApplication([])
    print(json.dumps(preview() if sys.argv[1] == "preview" else pdf(int(sys.argv[2]))))
    app.quit()


if __name__ == "__main__":
    main()
