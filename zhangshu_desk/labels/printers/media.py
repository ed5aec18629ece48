"""What a label printer has to know besides the picture, whatever its language."""

from __future__ import annotations

from dataclasses import dataclass

from zhangshu_desk.labels.rules.printers import PrinterSettings

UM_PER_INCH = 25_400


@dataclass(frozen=True)
class Media:
    """One label and how it is to be printed.

    Attributes:
        width, height, gap: in thousandths of a millimetre; gap 0 = a continuous roll.
        darkness: 0 to 15, speed: inches per second; None = as the printer has it.
    """

    width: int
    height: int
    gap: int
    turned: bool = False
    darkness: int | None = None
    speed: int | None = None


def media_of(settings: PrinterSettings, width: float, height: float, gap: float) -> Media:
    """The media of labels of a roll (its lengths in millimetres) in this printer."""
    between = um(gap) if settings.gap is None else settings.gap
    return Media(um(width), um(height), between, settings.turned, settings.darkness, settings.speed)


def um(mm: float) -> int:
    """Millimetres in whole thousandths."""
    return round(mm * 1000)


def dots(um: int, dpi: int) -> int:
    """A length in whole printer dots."""
    return round(um * dpi / UM_PER_INCH)
