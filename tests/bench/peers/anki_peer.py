"""Anki's own client and sync server in the sync bench; run by `peers.start`, in a virtual environment of its own.

Anki is AGPL: nothing of ours imports it, it is in no lock of ours, and this script is a program by itself that talks
to it through its public Python API. The server is `anki.syncserver`, a process of its own on loopback; the two clients
are collections in this process.

`python anki_peer.py RECORDS_JSON FOLDER CHANGES`. It prints a line of JSON when it is ready, then one for each line
`round` read: milliseconds by step. It ends with its input.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from anki.buildinfo import version  # type: ignore[import-not-found]
from anki.collection import AddNoteRequest, Collection  # type: ignore[import-not-found]

USER, PASSWORD = "bench", "bench"
START_WITHIN = 30


@contextlib.contextmanager
def server(folder: Path) -> Iterator[str]:
    """Anki's sync server on a free port of loopback; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {"SYNC_USER1": f"{USER}:{PASSWORD}", "SYNC_BASE": str(folder), "SYNC_HOST": "127.0.0.1"}
    environment = os.environ | settings | {"SYNC_PORT": str(port), "RUST_LOG": "error"}
    process = subprocess.Popen([sys.executable, "-m", "anki.syncserver"], env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_WITHIN
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        if process.poll() is not None or time.monotonic() > until:
            raise SystemExit("Anki's sync server did not start")
        time.sleep(0.02)


def timed(do: Callable[[], object]) -> float:
    """Milliseconds that `do()` takes."""
    started = time.perf_counter()
    do()
    return (time.perf_counter() - started) * 1_000


class Peer:
    """Two collections and their server, with the same notes on all three between the rounds."""

    def __init__(self, records: list[dict[str, str]], folder: Path, address: str, changes: int) -> None:
        self.changes = changes
        self.a = Collection(str(folder / "a.anki2"))
        self.b = Collection(str(folder / "b.anki2"))
        self.auth = self.a.sync_login(username=USER, password=PASSWORD, endpoint=address)
        kind = self._note_type(list(records[0]))
        notes = []
        for record in records:
            note = self.a.new_note(kind)
            note.fields = list(record.values())
            notes.append(note)
        deck = self.a.decks.id("Default")
        self.created = timed(lambda: self.a.add_notes([AddNoteRequest(note, deck) for note in notes]))
        self.notes = len(records)

    def _note_type(self, names: list[str]) -> Any:
        models = self.a.models
        kind = models.new("enterprise")
        for name in names:
            models.add_field(kind, models.new_field(name))
        template = models.new_template("card")
        template["qfmt"], template["afmt"] = "{{name}}", "{{notes}}"
        models.add_template(kind, template)
        models.add(kind)
        return models.by_name("enterprise")

    def round(self, number: int) -> dict[str, float]:
        """One round of all steps; ms by step."""
        steps = {
            "full_upload": timed(lambda: self._full(self.a, upload=True)),
            "full_download": timed(lambda: self._full(self.b, upload=False)),
        }
        self._edit(self.a, number, "a", self.changes)
        steps["push"] = timed(lambda: self._sync(self.a))
        steps["pull"] = timed(lambda: self._sync(self.b))
        self._edit(self.a, number, "one", 1)
        steps["push_one"] = timed(lambda: self._sync(self.a))
        steps["pull_one"] = timed(lambda: self._sync(self.b))
        self._edit(self.a, number, "left", self.changes)
        self._next_second()  # the later second wins; within the same one both would keep their own
        self._edit(self.b, number, "right", self.changes)
        steps["both"] = timed(self._sync_in_turns)
        steps["no_change"] = timed(lambda: self._sync(self.a))
        self._check(number)
        return steps

    def _full(self, collection: Collection, *, upload: bool) -> None:
        collection.close_for_full_sync()
        collection.full_upload_or_download(auth=self.auth, server_usn=None, upload=upload)
        collection.reopen(after_full_sync=True)

    def _sync(self, collection: Collection) -> None:
        answer = collection.sync_collection(self.auth, sync_media=False)
        if answer.required != answer.NO_CHANGES:
            raise SystemExit(f"Anki asks for a full sync where none is due: {answer}")

    def _sync_in_turns(self) -> None:
        for one in (self.a, self.b, self.a):
            self._sync(one)

    def _edit(self, collection: Collection, number: int, side: str, count: int) -> None:
        notes = [collection.get_note(note) for note in collection.find_notes("")[:count]]
        for place, note in enumerate(notes):
            note["notes"] = f"{side}第{number}轮回访，第{place}家，已告知年检安排"
        collection.update_notes(notes)

    def _next_second(self) -> None:
        second = int(time.time())
        while int(time.time()) == second:
            time.sleep(0.01)

    def _check(self, number: int) -> None:
        """Both have all notes, and the same ones: a step that moved nothing must not count as quick."""
        left, right = (one.db.all("select id, flds from notes order by id") for one in (self.a, self.b))
        if left != right or len(left) != self.notes or f"right第{number}轮" not in left[0][1]:
            raise SystemExit("Anki's collections differ after the round")

    def close(self) -> None:
        """Close both collections."""
        self.a.close()
        self.b.close()


def main() -> int:
    """Serve rounds until the input ends."""
    records = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    folder, changes = Path(sys.argv[2]), int(sys.argv[3])
    with server(folder / "server") as address:
        peer = Peer(records, folder, address, changes)
        print(json.dumps({"version": version, "create": peer.created}), flush=True)
        for number, line in enumerate(sys.stdin):
            if line.strip() == "round":
                print(json.dumps(peer.round(number)), flush=True)
        peer.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
