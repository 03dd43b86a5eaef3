# SPDX-License-Identifier: EUPL-1.2
"""Ends the process when something that has work makes no progress: a crash is restarted, a stuck partition is not.

A thread, so that a blocked event loop is seen too. It counts its own ticks instead of reading a clock, so that a frozen
process that is woken does not find everything late.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Mapping

__all__ = ["EXIT_STUCK", "Watchdog", "end_process"]

log = logging.getLogger(__name__)

EXIT_STUCK = 70
"""EX_SOFTWARE of sysexits.h."""
_TICK = 1.0


def end_process(reason: str) -> None:
    """Log the reason and end at once: no handlers, no commits, nothing that could hang as well."""
    log.critical("This process ends: %s", reason)
    for handler in logging.getLogger().handlers:
        handler.flush()
    os._exit(EXIT_STUCK)


class Watchdog(threading.Thread):
    """Looks once a second at ``pulse()``: a counter for everything that has work to do.

    A counter that stays the same for ``seconds`` is a stuck worker. What is idle is not in the mapping.
    """

    def __init__(
        self, pulse: Callable[[], Mapping[str, int]], seconds: float, end: Callable[[str], None] = end_process
    ) -> None:
        super().__init__(name="watchdog", daemon=True)
        self._pulse, self._end = pulse, end
        self._patience = max(1, round(seconds / _TICK))
        self._off = threading.Event()
        self._deadline: int | None = None
        self._why = ""

    def stop(self) -> None:
        """Stop looking."""
        self._off.set()

    def expect_end(self, seconds: float, why: str) -> None:
        """From now on the process has ``seconds`` to end by itself."""
        self._why, self._deadline = why, round(seconds / _TICK)

    def run(self) -> None:
        seen: dict[str, tuple[int, int]] = {}
        while not self._off.wait(_TICK):
            if self._deadline is not None:
                if self._deadline <= 0:
                    self._end(f"{self._why}, and it did not stop in time.")
                    return
                self._deadline -= 1
                continue
            now = dict(self._pulse())
            seen = {
                name: (beats, seen[name][1] + 1 if name in seen and seen[name][0] == beats else 0)
                for name, beats in now.items()
            }
            stuck = sorted(name for name, (_, ticks) in seen.items() if ticks >= self._patience)
            if stuck:
                self._end(f"no progress for {self._patience} s at {', '.join(stuck)}.")
                return
