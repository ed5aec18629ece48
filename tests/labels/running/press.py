"""A printing room: a batch with numbers, printers that are not there, and somebody who reads what came out."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import zxingcpp

from tests.labels import shop
from tests.labels.printers.label_printer import LabelPrinter
from tests.labels.tspl_reader import printed
from tests.store_fixtures import NINE
from zhangshu_desk.core.clock import FixedClock
from zhangshu_desk.db.store import Store
from zhangshu_desk.labels import running, templates
from zhangshu_desk.labels.actions.printers import keep_printer
from zhangshu_desk.labels.pdf_pages import PdfPages
from zhangshu_desk.labels.printers.raster import to_dots
from zhangshu_desk.labels.queries.jobs import JobRow, job
from zhangshu_desk.labels.rules import codes
from zhangshu_desk.labels.rules.printers import PrinterSettings, Way
from zhangshu_desk.labels.running import Ending, Order, Progress

PATIENCE_S = 60
DOMAIN = "label.example.cn"
CLERK = shop.CLERK
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
ROLL, SHEET = "traced-60x40", "traced-a4-3x8"


@dataclass
class Press:
    """One batch of forty labels, and what is done with it.

    Attributes:
        told: what the last run reported.
    """

    store: Store
    batch: str
    clock: FixedClock = field(default_factory=lambda: FixedClock(NINE))
    told: list[Progress] = field(default_factory=list)

    @property
    def numbers(self) -> list[int]:
        """The numbers of the batch by place."""
        return [one for first, last in shop.numbers(self.store, self.batch) for one in range(first, last + 1)]

    def printer(self, settings: PrinterSettings) -> str:
        """A printer of this machine."""
        return keep_printer(self.store, CLERK, settings, NINE)

    def thermal(self, printer: LabelPrinter, **changes: Any) -> str:
        """A label printer on the network."""
        return self.printer(PrinterSettings("标签机", Way.TSPL_TCP, address=printer.address, **changes))

    def begin(self, printer_id: str, first: int = 0, last: int = 39, template: str = ROLL, **changes: Any) -> str:
        """A job for places of the batch."""
        order = Order(self.batch, templates.load(self.store.paths.labels, template), printer_id, first, last, **changes)
        return running.begin(self.store, CLERK, order, DOMAIN, self.clock.forward(1_000))

    def go(self, job_id: str, **changes: Any) -> Ending:
        """Print what is left."""
        self.told.clear()
        self.clock.forward(1_000)
        stop = threading.Event()
        given = {"report": self.told.append, "stop": stop, **changes}
        patience = threading.Timer(PATIENCE_S, given["stop"].set)
        patience.start()
        try:
            return running.go(self.store, CLERK, job_id, self.clock, DOMAIN, **given)
        finally:
            patience.cancel()

    def confirm(self, job_id: str, place: int | None, reason: str = "卡纸", **changes: Any) -> str:
        """The clerk's word about the last good label."""
        number = None if place is None else self.numbers[place]
        now = self.clock.forward(1_000)
        return running.confirm(self.store, CLERK, job_id, number, now, reason=reason, **changes).value

    def row(self, job_id: str) -> JobRow:
        """The row of a job."""
        found = job(self.store, job_id)
        assert found is not None
        return found

    def places(self, numbers: Sequence[int]) -> list[int]:
        """The places of numbers."""
        known = self.numbers
        return [known.index(one) for one in numbers]


def read_paper(labels: Sequence[bytes]) -> list[int]:
    """The numbers on labels as TSPL, in the order they came out; every code must scan and its proof be there."""
    return [_number(to_dots(one.raster)) for label in labels for one in printed(label)[0]]


def read_pdf(file: Path) -> list[list[int]]:
    """The numbers on each page of a PDF, along the rows."""
    with PdfPages(file) as pages:
        return [_numbers(pages.grey(page, 300)) for page in range(pages.count)]


def _number(dots: np.ndarray[Any, np.dtype[np.bool_]]) -> int:
    found = zxingcpp.read_barcodes((~dots).view(np.uint8) * 255, formats=_QR)
    assert len(found) == 1
    return codes.read(found[0].text).serial


def _numbers(page: np.ndarray[Any, np.dtype[np.uint8]]) -> list[int]:
    found = zxingcpp.read_barcodes(page, formats=_QR)
    placed = [(one.position.top_left.y // 60, one.position.top_left.x, one.text) for one in found]
    return [codes.read(text).serial for _, _, text in sorted(placed)]


class Background:
    """A run in a thread of its own, as the window has it."""

    def __init__(self, press: Press, job_id: str, **changes: Any) -> None:
        self.stop = threading.Event()
        self.ending: Ending | None = None
        self.error: BaseException | None = None
        self._thread = threading.Thread(target=self._go, args=(press, job_id, changes))
        self._thread.start()

    def wait(self) -> Ending:
        """How it ended."""
        self._thread.join(60)
        assert not self._thread.is_alive()
        if self.error is not None:
            raise self.error
        assert self.ending is not None
        return self.ending

    def _go(self, press: Press, job_id: str, changes: dict[str, Any]) -> None:
        try:
            self.ending = press.go(job_id, stop=self.stop, **changes)
        except BaseException as error:  # noqa: BLE001  # handed on
            self.error = error
