"""TSPL, the language of TSC and of most label printers sold in China: one label from one picture.

Nothing of the printer's own fonts or codes is used, so it does not matter which it has. In a `BITMAP` 0 is black.
"""

from __future__ import annotations

from zhangshu_desk.labels.printers.media import Media
from zhangshu_desk.labels.printers.raster import Raster

END = b"\r\n"


def label(raster: Raster, media: Media) -> bytes:
    """Everything the printer needs for this label. A printer that was switched off meanwhile needs it all again."""
    lines = [f"SIZE {_mm(media.width)},{_mm(media.height)}", f"GAP {_mm(media.gap)},0 mm"]
    if media.speed is not None:
        lines.append(f"SPEED {media.speed}")
    if media.darkness is not None:
        lines.append(f"DENSITY {media.darkness}")
    lines += [f"DIRECTION {0 if media.turned else 1}", "REFERENCE 0,0", "CLS"]
    head = "\r\n".join(lines).encode("ascii") + END
    picture = f"BITMAP 0,0,{raster.row_bytes},{raster.height},0,".encode("ascii")
    return head + picture + _inverted(raster.rows) + END + b"PRINT 1,1" + END


def _mm(um: int) -> str:
    return f"{um / 1000:g} mm"


_INVERTED = bytes(255 - one for one in range(256))


def _inverted(rows: bytes) -> bytes:
    return rows.translate(_INVERTED)
