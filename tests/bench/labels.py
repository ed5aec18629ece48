"""The labels of the bench: what gLabels' file has on it, for us and as its CSV; and the runs that are timed."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from zhangshu_desk.labels.pages import Run
from zhangshu_desk.labels.rules import codes
from zhangshu_desk.labels.rules.elements import KEYS, LabelData
from zhangshu_desk.labels.rules.geometries import Sheet
from zhangshu_desk.labels.rules.template_files import parse_template
from zhangshu_desk.labels.rules.templates import Template

KEY = bytes(range(32))
DOMAIN = "label.example.invalid"
NAME = "樟树吴茱萸"
SHEET = Sheet("peer-3x7", "60×40", 210, 297, 3, 7, 60, 40, 10, 5, 63, 41)
"""The sheet of tests/bench/peers/labels.glabels; places and sizes below are its too."""
TEMPLATE = """
id = "peer"
title = "peer"
family = "追溯"
geometry = "peer-3x7"
[[element]]
kind = "qr"
x = 2
y = 2
width = 30
height = 30
[[element]]
kind = "text"
text = "{product_name}"
x = 33
y = 2
width = 25
height = 3
size = 8
[[element]]
kind = "serial"
x = 33
y = 5.5
width = 25
height = 3
size = 8
"""


def template() -> Template:
    """A template with the content of gLabels' file."""
    return parse_template(TEMPLATE, "peer.toml", {SHEET.id: SHEET})


def labels(count: int, first: int = 1) -> Iterator[LabelData]:
    """The data of so many labels, every one with a code of its own."""
    base = dict.fromkeys(KEYS, "") | {"product_name": NAME}
    for serial in range(first, first + count):
        yield base | {"serial": codes.serial_text(serial), "code": codes.link(KEY, DOMAIN, serial)}


def run(count: int) -> Run:
    """A run of so many labels."""
    return Run(template(), labels(count), count, title="bench")


def write_csv(file: Path, count: int) -> None:
    """The same labels for gLabels: `url,name,serial`."""
    with file.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(("url", "name", "serial"))
        rows.writerows((one["code"], one["product_name"], one["serial"]) for one in labels(count))
