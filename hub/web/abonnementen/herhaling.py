# SPDX-License-Identifier: EUPL-1.2
"""When a delivery is tried again, and when no more. Pure: the moment and the chance come from outside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum

GONE = 410
SUCCESS = range(200, 300)


class Uitkomst(StrEnum):
    """What an attempt came to."""

    AANGENOMEN = "aangenomen"
    """2xx: it is the receiver's now."""
    OPNIEUW = "opnieuw"
    """Anything else, as long as attempts are left."""
    UITGEPUT = "uitgeput"
    """Anything else, at the last attempt: somebody has to look."""
    OPGEZEGD = "opgezegd"
    """410: the receiver ends the subscription."""


@dataclass(frozen=True, slots=True)
class Antwoord:
    """What came back: a status, or a word for why there was none. Never what the receiver wrote: that may be anything."""

    status: int | None
    fout: str | None = None
    wacht: float | None = None
    """Seconds that the receiver asked for in Retry-After."""

    @property
    def kort(self) -> str:
        """For a person: `503` or `time-out`."""
        return str(self.status) if self.status is not None else str(self.fout)


@dataclass(frozen=True, slots=True)
class Herhaalregels:
    """How often and how fast. As they stand: ten attempts in some fifteen hours."""

    pogingen: int = 10
    eerste: float = 10.0
    factor: float = 3.0
    langste: float = 6 * 3600.0

    def pauze(self, poging: int, kans: float) -> float:
        """Seconds after attempt `poging` (from 1): doubled out by `factor`, and spread by half either way, so that
        what failed together does not come back together. `kans` is uniform in [0, 1)."""
        groei = min(self.eerste * self.factor ** min(poging - 1, 64), self.langste)
        return groei * (0.5 + kans)


@dataclass(frozen=True, slots=True)
class Vervolg:
    """What follows from an attempt; `over` in seconds where there is another one."""

    uitkomst: Uitkomst
    over: float = 0.0


def na(antwoord: Antwoord, poging: int, regels: Herhaalregels, kans: float) -> Vervolg:
    """What follows from the answer to attempt `poging` (from 1).

    A redirect is not followed and counts as a failure: it could lead anywhere. `Retry-After` makes a pause longer,
    never shorter, and not longer than `langste`: a receiver cannot hold a delivery for ever.
    """
    if antwoord.status in SUCCESS:
        return Vervolg(Uitkomst.AANGENOMEN)
    if antwoord.status == GONE:
        return Vervolg(Uitkomst.OPGEZEGD)
    if poging >= regels.pogingen:
        return Vervolg(Uitkomst.UITGEPUT)
    gevraagd = min(antwoord.wacht or 0.0, regels.langste)
    return Vervolg(Uitkomst.OPNIEUW, max(regels.pauze(poging, kans), gevraagd))


def retry_after(tekst: str | None, nu: datetime) -> float | None:
    """Seconds from now that a Retry-After header asks for (RFC 9110, 10.2.3: seconds or a date); None for neither."""
    if not tekst:
        return None
    if tekst.strip().isascii() and tekst.strip().isdigit():
        return float(min(int(tekst.strip()[:9]), 10**9))
    try:
        moment = parsedate_to_datetime(tekst)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - nu).total_seconds())
