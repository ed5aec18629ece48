"""A PDF file instead of a printer."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from zhangshu_desk.core.files import file_name
from zhangshu_desk.labels.printers.outputs import Known, NotSent, Trouble, Word


class FileOutput:
    """Files of their titles in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, title: str, part: Path) -> str:
        """Put the part in its place; its ticket is the path.

        Raises:
            NotSent: the folder cannot be written.
        """
        target = self._place(title)
        half = _half(target)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(part, half)
            half.replace(target)
        except OSError:
            raise NotSent(Trouble.FOLDER) from None
        return str(target)

    def look(self, ticket: str) -> Word:
        """Saved; a file is there at once."""
        return Word(Known.SAVED)

    def find(self, title: str) -> str | None:
        """The file of this title, which is there as a whole or not at all."""
        target = self._place(title)
        with suppress(OSError):
            _half(target).unlink()
        return str(target) if target.exists() else ""

    def take_back(self, ticket: str) -> None:
        """A file that is there stays."""

    def troubles(self) -> frozenset[Trouble] | None:
        """Whether the folder can be written."""
        there = next(one for one in (self._folder, *self._folder.parents) if one.exists())
        return frozenset() if there.is_dir() and os.access(there, os.W_OK) else frozenset({Trouble.FOLDER})

    def close(self) -> None:
        """Nothing is held."""

    def _place(self, title: str) -> Path:
        return self._folder / f"{file_name(title)}.pdf"


def _half(target: Path) -> Path:
    return target.with_suffix(".part")
