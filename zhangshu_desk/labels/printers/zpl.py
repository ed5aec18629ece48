"""ZPL II, the language of Zebra: one label from one picture.

In a `^GFA` 1 is black. Its hexadecimal digits may be shortened as the ZPL II guide says under "alternative data
compression scheme"; every ZPL II printer reads that, and a label gets about a fifth as long.
"""

from __future__ import annotations

import re

from zhangshu_desk.labels.printers.media import Media
from zhangshu_desk.labels.printers.raster import Raster

_UNITS, _TWENTIES = "GHIJKLMNOPQRSTUVWXY", "ghijklmnopqrstuvwxyz"
"""A letter before a digit repeats it: G to Y 1 to 19 times, g to z 20, 40 … 400 times."""
_RUN = re.compile(r"(.)\1{2,}")


def label(raster: Raster, media: Media, *, compressed: bool = True) -> bytes:
    """Everything the printer needs for this label. A printer that was switched off meanwhile needs it all again."""
    settings = f"^PW{raster.width}^LL{raster.height}^LH0,0^LS0^PO{'I' if media.turned else 'N'}"
    settings += "^MNN" if media.gap == 0 else "^MNW"
    if media.speed is not None:
        settings += f"^PR{media.speed}"
    darkness = "" if media.darkness is None else f"~SD{media.darkness * 2:02d}"
    size = len(raster.rows)
    rows = [raster.rows[at : at + raster.row_bytes].hex().upper() for at in range(0, size, raster.row_bytes)]
    data = _shortened(rows) if compressed else "".join(rows)
    picture = f"^FO0,0^GFA,{size},{size},{raster.row_bytes},{data}^FS"
    return f"{darkness}^XA{settings}{picture}^PQ1^XZ\r\n".encode("ascii")


def _shortened(rows: list[str]) -> str:
    made, before = [], ""
    for row in rows:
        made.append(":" if row == before else _shortened_row(row))
        before = row
    return "".join(made)


def _shortened_row(row: str) -> str:
    # Only the comma, zeros to the end of the row, is used: not everybody reads "!" as the same with ones.
    kept = row.rstrip("0")
    return _RUN.sub(_run, kept) + ("," if len(kept) < len(row) else "")


def _run(found: re.Match[str]) -> str:
    count, digit = len(found[0]), found[1]
    made = ""
    while count > 419:
        made += f"zY{digit}"
        count -= 419
    twenties, units = divmod(count, 20)
    return f"{made}{_TWENTIES[twenties - 1] if twenties else ''}{_UNITS[units - 1] if units else ''}{digit}"
