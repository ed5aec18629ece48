"""Draws ZPL by a renderer that is not ours: `zpl-renderer-js`, which `scripts/setup.sh test` puts into `.dev/zpl`."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtGui import QImage

from zhangshu_desk.labels.printers.raster import Raster, from_image

HERE = Path(__file__).resolve().parent
PACKAGES = HERE.parents[2] / ".dev" / "zpl"
DOTS_PER_MM = 8


def drawn(labels: Sequence[tuple[bytes, Raster]]) -> list[Raster]:
    """What the renderer makes of each label's bytes, on labels as large as the rasters beside them."""
    asked = [(zpl.decode("ascii"), of.width / DOTS_PER_MM, of.height / DOTS_PER_MM) for zpl, of in labels]
    done = subprocess.run(
        ["node", str(HERE / "render.js")],
        input=json.dumps(asked),
        env=os.environ | {"ZPL_PACKAGES": str(PACKAGES)},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return [from_image(QImage.fromData(base64.b64decode(png))) for png in json.loads(done.stdout)]
