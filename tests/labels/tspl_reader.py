"""Reads TSPL as a printer does, byte by byte: what was asked for, and what stood on each label that was printed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from zhangshu_desk.labels.printers.raster import Raster

_BITMAP = re.compile(rb"BITMAP (\d+),(\d+),(\d+),(\d+),(\d+),")


@dataclass(frozen=True)
class Printed:
    """A label on paper; `commands` are all that came before its picture, in order."""

    raster: Raster
    commands: tuple[str, ...]


def printed(stream: bytes) -> tuple[list[Printed], bytes]:
    """The labels that a stream makes, and the rest of it, which is no whole label."""
    labels, commands, raster, begun, at = list[Printed](), list[str](), None, 0, 0
    while at < len(stream):
        picture = _BITMAP.match(stream, at)
        if picture:
            x, y, row_bytes, height, mode = (int(one) for one in picture.groups())
            assert (x, y, mode) == (0, 0, 0)
            begin, end = picture.end(), picture.end() + row_bytes * height
            if len(stream) < end + 2:
                break
            assert stream[end : end + 2] == b"\r\n"
            raster, at = Raster(row_bytes * 8, height, bytes(255 - one for one in stream[begin:end])), end + 2
            continue
        end = stream.find(b"\r\n", at)
        if end < 0:
            break
        command, at = stream[at:end].decode("ascii"), end + 2
        if command == "CLS":
            raster = None
        if command == "PRINT 1,1":
            assert raster is not None, "printed an empty label"
            labels.append(Printed(raster, tuple(commands)))
            commands, raster, begun = [], None, at
        else:
            commands.append(command)
    return labels, stream[begun:]
