"""How much a station or an address may ask for: token buckets in this process."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from zhangshu_server.refusals import Refusal

_MOST_KEYS = 10_000


@dataclass(frozen=True)
class Rate:
    """So many requests a second, and so many at once after a rest."""

    per_second: float
    burst: int


STATION = Rate(50, 200)
ENROL = Rate(0.2, 10)


class Limiter:
    """One bucket for each key.

    Args:
        ticks: seconds that only go forward.
    """

    def __init__(self, rate: Rate, ticks: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._ticks = rate, ticks
        self._buckets: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def take(self, key: str) -> None:
        """One request of `key`.

        Raises:
            Refusal: 429 when it has to wait.
        """
        moment = self._ticks()
        with self._lock:
            tokens, last = self._buckets.pop(key, (float(self._rate.burst), moment))
            tokens = min(self._rate.burst, tokens + (moment - last) * self._rate.per_second)
            granted = tokens >= 1
            self._buckets[key] = (tokens - granted, moment)  # at the end: the first ones are those asked least lately
            if len(self._buckets) > _MOST_KEYS:
                del self._buckets[next(iter(self._buckets))]
        if not granted:
            wait = math.ceil((1 - tokens) / self._rate.per_second)
            raise Refusal(429, "too_many", retry_after=max(wait, 1))
