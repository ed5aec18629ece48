"""How long the QR symbols of label codes take, against `qrcode` alone with its own search for a mask, in the same run.

`python -m tests.bench.bench_label_symbols` prints both forms of code; the goals are about plain links, of which both
make the same symbols. The best of several alternating rounds counts.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence

import numpy as np
from qrcode import QRCode  # type: ignore[import-untyped]  # has no types

from zhangshu_desk.labels.rules import codes
from zhangshu_desk.labels.symbols import LEVELS, symbol

KEY = bytes(range(32))
LABELS = 300
ROUNDS = 5
GOAL = 3
GOAL_MS = 0.7


def of_the_library(text: str) -> object:
    """The symbol as `qrcode` makes it when it is left alone."""
    made = QRCode(error_correction=LEVELS["M"])
    made.add_data(text)
    made.make()
    return made.modules


def milliseconds(make: Callable[[str], object], texts: Sequence[str]) -> float:
    """For one symbol."""
    start = time.perf_counter()
    for text in texts:
        make(text)
    return (time.perf_counter() - start) * 1_000 / len(texts)


def compared(name: str, texts: Sequence[str]) -> tuple[float, float]:
    """Milliseconds of a symbol, ours and the library's."""
    pairs = [(milliseconds(symbol, texts), milliseconds(of_the_library, texts)) for _ in range(ROUNDS)]
    ours, library = (min(pair[side] for pair in pairs) for side in (0, 1))
    print(f"{name}: {ours:.3f} ms, qrcode alone {library:.2f} ms, {library / ours:.1f} x", flush=True)
    return ours, library


def main() -> int:
    """Measure and print; 1 when a goal is missed."""
    plain = [codes.link(KEY, "abc.zhang.cn", serial) for serial in range(1, LABELS + 1)]
    digital = [codes.link(KEY, "abc.zhang.cn", serial, "6901234567892", "20261126A") for serial in range(1, LABELS + 1)]
    for text in plain:
        assert np.array_equal(symbol(text).modules, np.array(of_the_library(text), bool)), text
    compared(f"Digital Link, version {symbol(digital[0]).version}-M", digital)
    ours, library = compared(f"plain link, version {symbol(plain[0]).version}-M", plain)
    print(f"label_symbol value={ours:.2f}ms goal=<={GOAL_MS}ms")
    print(f"label_symbols ratio={library / ours:.1f} goal=>={GOAL}")
    return int(library / ours < GOAL or ours > GOAL_MS)


if __name__ == "__main__":
    sys.exit(main())
