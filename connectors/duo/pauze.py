# SPDX-License-Identifier: EUPL-1.2
"""How long to wait after a call of which nobody knows the outcome. Maintenance holds for all calls, the rest for one."""

from __future__ import annotations

from dataclasses import dataclass, field

from connectors.duo.klant import NietBekend
from connectors.duo.opslag import nu


@dataclass(slots=True)
class Pauze:
    """Times in seconds. `keren`: how often in a row DUO said that it is closed."""

    eerste: float
    langste: float
    tot: float = 0.0
    keren: int = field(default=0)

    def duurt(self, op: float) -> bool:
        """Whether DUO is closed: nothing is asked meanwhile."""
        return op < self.tot

    def na(self, pogingen: int, fout: NietBekend) -> float:
        """How long this call waits; DUO's own Retry-After counts, up to the longest."""
        if not fout.onderhoud:
            return min(self.langste, self.eerste * 2.0 ** min(pogingen, 20))
        if not self.duurt(nu()):  # of calls that were under way together, one counts
            self.keren += 1
            lang = max(fout.na, self.eerste * 2.0 ** min(self.keren - 1, 20))
            self.tot = nu() + min(self.langste, lang)
        return max(0.0, self.tot - nu())

    def open(self) -> None:
        """DUO answered: it is open."""
        self.tot, self.keren = 0.0, 0
