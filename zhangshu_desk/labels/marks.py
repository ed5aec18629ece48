"""The store of official marks: each user's own file as it was received, under its checksum in `marks/`.

Only the record of a mark is synchronised; the file is imported at every machine that prints with it. It is looked at
to know that it is a picture and in which proportions; it is never changed.
"""

from __future__ import annotations

import hashlib
import re
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.files import write_atomic

MOST_BYTES = 20 << 20
FEWEST_PIXELS = 200
"""Of a bitmap, on its shorter side: less is not legible in print."""
MOST_PIXELS = 20_000
VECTOR_UNITS = 1_000
"""Size of a vector file is kept in thousandths of its unit."""
_PNG, _JPEG, _PDF = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"%PDF-"
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_FRAMES = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})
_LENGTH = re.compile(r"\s*([0-9]*\.?[0-9]+)(?:px|mm|cm|in|pt|pc)?\s*")
_SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class MarkContent:
    """A mark file that was read and looked at.

    Attributes:
        width, height: pixels, or thousandths of a unit of a vector file.
    """

    name: str
    media_type: str
    suffix: str
    width: int
    height: int
    sha256: str
    content: bytes


def read(file: Path) -> MarkContent:
    """Read a file that a clerk chose, and see that it is a picture that can be printed.

    Raises:
        DeskError: `label.mark_missing`, `label.mark_too_big`, `label.mark_format`, `label.mark_broken`,
            `label.mark_small`, `label.mark_text`.
    """
    try:
        if file.stat().st_size > MOST_BYTES:
            raise DeskError("label.mark_too_big", file=file.name, most=MOST_BYTES >> 20)
        content = file.read_bytes()
    except OSError as error:
        raise DeskError("label.mark_missing", file=file.name, detail=error.strerror or "") from error
    found = _kind_of(content)
    if found is None:
        raise DeskError("label.mark_format", file=file.name)
    media_type, suffix, measure = found
    try:
        width, height = _pdf_size(file) if measure is None else measure(content)
    except (ValueError, struct.error, zlib.error, ElementTree.ParseError, IndexError) as error:
        raise DeskError("label.mark_broken", file=file.name) from error
    if suffix in (".png", ".jpg") and not FEWEST_PIXELS <= min(width, height) <= max(width, height) <= MOST_PIXELS:
        size = f"{width}×{height}"
        raise DeskError("label.mark_small", file=file.name, size=size, least=FEWEST_PIXELS, most=MOST_PIXELS)
    return MarkContent(file.name, media_type, suffix, width, height, hashlib.sha256(content).hexdigest(), content)


def keep(folder: Path, mark: MarkContent) -> Path:
    """Put the file into the store, whole or not at all; one that is there stays.

    Raises:
        DeskError: `label.mark_not_kept`.
    """
    path = folder / f"{mark.sha256}{mark.suffix}"
    try:
        if not path.exists():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_atomic(path, mark.content, private=True)
    except OSError as error:
        raise DeskError("label.mark_not_kept", folder=folder, detail=error.strerror or "") from error
    return path


def find(folder: Path, sha256: str) -> Path | None:
    """The file of a mark, None when it is not at this machine."""
    if not re.fullmatch("[0-9a-f]{64}", sha256):
        return None
    return next((one for one in sorted(folder.glob(f"{sha256}.*")) if one.is_file()), None)


def checked(folder: Path, sha256: str) -> Path:
    """The file of a mark, unchanged since it was imported; for whoever prints with it.

    Raises:
        DeskError: `label.mark_not_here`, `label.mark_changed`.
    """
    path = find(folder, sha256)
    if path is None:
        raise DeskError("label.mark_not_here")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DeskError("label.mark_not_here") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise DeskError("label.mark_changed", path=path)
    return path


# -- what a file is, and in which proportions --------------------------------------------------------------------------

_Measure = Callable[[bytes], tuple[int, int]]


def _kind_of(content: bytes) -> tuple[str, str, _Measure | None] | None:
    """Media type, ending and what tells its size; None for the size of a PDF, which is read from the file."""
    if content.startswith(_PNG):
        return "image/png", ".png", _png_size
    if content.startswith(_JPEG):
        return "image/jpeg", ".jpg", _jpeg_size
    if content.startswith(_PDF):
        return "application/pdf", ".pdf", None
    start = content.lstrip()[:1_000]
    is_text = start.startswith((b"<", *_BOMS))
    return ("image/svg+xml", ".svg", _svg_size) if is_text and b"svg" in content[:4_000] else None


def _png_size(content: bytes) -> tuple[int, int]:
    """Width and height of the header; every part must be whole, from the header to the end."""
    at, kinds, size = len(_PNG), [], (0, 0)
    while at < len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        data = content[at + 8 : at + 8 + length]
        (crc,) = struct.unpack_from(">I", content, at + 8 + length)
        if zlib.crc32(kind + data) != crc:
            raise ValueError("a damaged part")
        if kind == b"IHDR":
            size = struct.unpack_from(">II", data)
        kinds.append(kind)
        at += 12 + length
        if kind == b"IEND":
            break
    if kinds[0] != b"IHDR" or b"IDAT" not in kinds or kinds[-1] != b"IEND" or 0 in size:
        raise ValueError("not a whole picture")
    return size


def _jpeg_size(content: bytes) -> tuple[int, int]:
    """Width and height of the frame; the picture must have data and an end."""
    at, size = 2, (0, 0)
    while at < len(content):
        if content[at] != 0xFF:
            raise ValueError("no marker")
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker in _WITHOUT_LENGTH:
            at += 2
            continue
        (length,) = struct.unpack_from(">H", content, at + 2)
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", content, at + 5)
            size = width, height
        if marker == 0xDA:
            break
        at += 2 + length
    if 0 in size or content.rfind(b"\xff\xd9") < at:
        raise ValueError("not a whole picture")
    return size


def _svg_size(content: bytes) -> tuple[int, int]:
    """Width and height, of the view box where it has one.

    Raises:
        DeskError: `label.mark_text`: it has text that another font would set otherwise.
    """
    if b"<!DOCTYPE" in content.upper() and b"<!ENTITY" in content.upper():
        raise ValueError("entities are not read")
    root = ElementTree.fromstring(content)
    if root.tag not in ("svg", f"{_SVG}svg"):
        raise ValueError("not a picture")
    if any(str(one.tag).removeprefix(_SVG) in ("text", "foreignObject") for one in root.iter()):
        raise DeskError("label.mark_text")
    box = re.split(r"[\s,]+", root.get("viewBox", "").strip())
    sides = box[2:] if len(box) == 4 else [root.get("width", ""), root.get("height", "")]
    found = [_LENGTH.fullmatch(side) for side in sides]
    width, height = (round(float(one[1]) * VECTOR_UNITS) if one else 0 for one in found)
    if width <= 0 or height <= 0:
        raise ValueError("no size")
    return width, height


def _pdf_size(file: Path) -> tuple[int, int]:
    """Width and height of its one page, in thousandths of a point."""
    from zhangshu_desk.labels.pdf_pages import PdfPages

    with PdfPages(file) as pages:
        if pages.count != 1:
            raise ValueError("more than one page")
        width, height = (round(side * VECTOR_UNITS) for side in pages.size(0))
    if width <= 0 or height <= 0:
        raise ValueError("no size")
    return width, height
