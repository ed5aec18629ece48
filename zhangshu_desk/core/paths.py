"""Where a desk keeps its files."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

APP = "zhangshu-desk"


@dataclass(frozen=True)
class Paths:
    """The folders of one desk.

    Attributes:
        data: database, settings, backups, papers.
        state: what must live outside the database folder's backups: the side file and logs.
    """

    data: Path
    state: Path

    @property
    def database(self) -> Path:
        return self.data / "desk.db"

    @property
    def settings(self) -> Path:
        return self.data / "settings.json"

    @property
    def label_key(self) -> Path:
        return self.data / "label.key"

    @property
    def labels(self) -> Path:
        """Label templates of the site's own, and its geometries."""
        return self.data / "labels"

    @property
    def marks(self) -> Path:
        """Official marks as their users received them, under their checksums; in no backup of the database."""
        return self.data / "marks"

    @property
    def backups(self) -> Path:
        return self.data / "backups"

    @property
    def damaged(self) -> Path:
        return self.data / "damaged"

    @property
    def papers(self) -> Path:
        return self.data / "papers"

    @property
    def side(self) -> Path:
        return self.state / "side.json"

    @property
    def logs(self) -> Path:
        return self.state / "logs"


def of(data_dir: Path | None = None) -> Paths:
    """The paths for `--data-dir` (its state lies in `state/` inside), or the user's own folders."""
    if data_dir is not None:
        return Paths(data_dir.absolute(), data_dir.absolute() / "state")
    import platformdirs

    return Paths(
        Path(platformdirs.user_data_dir(APP, appauthor=False)),
        Path(platformdirs.user_state_dir(APP, appauthor=False)),
    )


def make(paths: Paths) -> None:
    """Create the data and state folders, readable by their owner only. Raises `OSError`."""
    for folder in (paths.data, paths.state):
        folder.mkdir(parents=True, exist_ok=True)
        if os.name == "posix" and folder.stat().st_uid == os.getuid():
            folder.chmod(0o700)
