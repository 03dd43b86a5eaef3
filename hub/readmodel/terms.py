# SPDX-License-Identifier: EUPL-1.2
"""By when a request of a person must be answered (AVG 12(3)). Not: the terms of the inburgering (``hub.dossier``)."""

from __future__ import annotations

from datetime import date

from hub.dossier.regels.kalender import plus_maanden, volgende_werkdag

TERMIJN_MAANDEN = 1
VERLENGING_MAANDEN = 2
"""Further, for a complex request or many at once; the person is told within the first month why."""


def uiterlijk(ontvangen: date, *, verlengd: bool = False) -> date:
    """The last day to answer a request that was received on this day.

    A term in months ends on the day of the same number, on the last day of a month that lacks it, and on the next
    working day where that is none (Verordening 1182/71 art. 3(2)(c) and (4)).
    """
    maanden = TERMIJN_MAANDEN + (VERLENGING_MAANDEN if verlengd else 0)
    return volgende_werkdag(plus_maanden(ontvangen, maanden))
