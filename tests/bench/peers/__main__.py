"""Measures the peers alone: `python -m tests.bench.peers [anki] [pouch]`; the medians of five rounds as JSON."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from tests.bench import peers

ROUNDS = 5


def main() -> int:
    """Measure the named peers, or both, and print."""
    found = []
    for name in sys.argv[1:] or peers.NAMES:
        with tempfile.TemporaryDirectory() as folder, peers.start(name, Path(folder)) as peer:
            for _ in range(ROUNDS):
                peer.round()
        found.append(peer.figures.as_json())
    print(json.dumps(found, ensure_ascii=False, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
