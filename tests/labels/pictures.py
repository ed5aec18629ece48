"""Pictures of every shipped template at real size, to be looked at: `python -m tests.labels.pictures DIR`.

A roll as the dots of a 203-dpi label printer, a sheet as its PDF is rendered at 150 dpi.
"""

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtGui import QGuiApplication, QImage

from tests.labels import sample
from zhangshu_desk.labels.pages import rasters, write_pdf
from zhangshu_desk.labels.painting.label import image_of
from zhangshu_desk.labels.pdf_pages import PdfPages
from zhangshu_desk.labels.rules.sheets import Layout, Outline

SHEET_DPI = 150


def main() -> None:
    """Write the pictures into the folder of the first argument."""
    app = QGuiApplication([])
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name in sample.shipped_names():
        template = sample.template(name)
        places = template.geometry.places
        if places == 1:
            (dots,) = rasters(sample.run(template, 1, Layout(203)))
            image_of(dots).save(str(folder / f"label-{name}.png"))
            continue
        with tempfile.TemporaryDirectory() as there:
            write_pdf(sample.run(template, places, Layout(outline=Outline.BOX)), Path(there) / "labels.pdf")
            with PdfPages(Path(there) / "labels.pdf") as pages:
                colours = pages.colours(0, SHEET_DPI)
        height, width, _ = colours.shape
        page = QImage(colours.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888)
        page.save(str(folder / f"label-{name}.png"))
    app.quit()


if __name__ == "__main__":
    main()
