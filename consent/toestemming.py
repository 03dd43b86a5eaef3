# SPDX-License-Identifier: EUPL-1.2
"""The life of one toestemming: its states, the legal steps between them, and who may give it. Not: who may get what.

What closed stays closed, whatever facts arrive about it later: a withdrawal that is taken back, an end date corrected
after the end, a successor that was a mistake. Someone who agrees again gets a toestemming with an id of its own
(AVG 7(3), and 7(1): an old yes proves nothing of now).
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum


class ToestemmingStand(StrEnum):
    """Where one toestemming (one id) stands; beside each the status of ISO/IEC TS 27560 as DPV names it."""

    GEGEVEN = "gegeven"
    """ConsentGiven. Opens what it names from ``van`` to ``tot``, whatever the hub has recorded about its expiry."""
    GEWEIGERD = "geweigerd"
    """ConsentRefused. Asked and refused; never opens anything."""
    VERLOPEN = "verlopen"
    """ConsentExpired. Its period is over."""
    VERVANGEN = "vervangen"
    """RenewedConsentGiven, or refused on renewal: a later word on the same purpose and recipient took its place."""
    ONGELDIG = "ongeldig"
    """ConsentInvalidated. Entered by mistake, or given by who may not give it."""
    INGETROKKEN = "ingetrokken"
    """ConsentWithdrawn. Final."""


OVERGANGEN: dict[ToestemmingStand, frozenset[ToestemmingStand]] = {
    ToestemmingStand.GEGEVEN: frozenset(
        {
            ToestemmingStand.VERLOPEN,
            ToestemmingStand.VERVANGEN,
            ToestemmingStand.ONGELDIG,
            ToestemmingStand.INGETROKKEN,
        }
    ),
    ToestemmingStand.GEWEIGERD: frozenset(),
    ToestemmingStand.VERLOPEN: frozenset({ToestemmingStand.ONGELDIG, ToestemmingStand.INGETROKKEN}),
    ToestemmingStand.VERVANGEN: frozenset({ToestemmingStand.ONGELDIG, ToestemmingStand.INGETROKKEN}),
    ToestemmingStand.ONGELDIG: frozenset({ToestemmingStand.INGETROKKEN}),
    ToestemmingStand.INGETROKKEN: frozenset(),
}
"""The legal steps. What is over in another way can still be withdrawn: the person's no must be on record."""

OPEN = frozenset({ToestemmingStand.GEGEVEN})
"""The states in which a toestemming opens anything."""

ZELF_VANAF = 16
"""Years: from this birthday on one consents oneself, before it a wettelijk vertegenwoordiger does (UAVG 5(1))."""
VERTEGENWOORDIGER = "wettelijk-vertegenwoordiger"

_GEWICHT = {
    ToestemmingStand.GEGEVEN: 0,
    ToestemmingStand.VERLOPEN: 1,
    ToestemmingStand.VERVANGEN: 2,
    ToestemmingStand.GEWEIGERD: 3,
    ToestemmingStand.ONGELDIG: 4,
    ToestemmingStand.INGETROKKEN: 5,
}


class VerbodenOvergang(ValueError):
    """A step that the life of a toestemming does not have."""


def overgang(van: ToestemmingStand, naar: ToestemmingStand) -> ToestemmingStand:
    """The new state; raises VerbodenOvergang for a step that is not in OVERGANGEN (staying put is no step)."""
    if naar is van:
        return van
    if naar not in OVERGANGEN[van]:
        raise VerbodenOvergang(f"Leg een nieuwe toestemming vast onder een eigen id: wat {van} is, wordt niet {naar}.")
    return naar


def vervolg(vast: ToestemmingStand, volgens_feiten: ToestemmingStand) -> ToestemmingStand:
    """The state after facts changed: the one on record, unless the facts now show a legal step further."""
    return volgens_feiten if volgens_feiten in OVERGANGEN[vast] else vast


def zwaarste(een: ToestemmingStand, ander: ToestemmingStand) -> ToestemmingStand:
    """Which of two recorded states holds, independent of the order in which their facts arrived."""
    return een if _GEWICHT[een] >= _GEWICHT[ander] else ander


def mag_geven(door_wie: str | None, geboortedatum: date | None, op: date) -> bool:
    """Whether this may be given on this day: by the person (also where nobody said by whom) from 16 on.

    A wettelijk vertegenwoordiger may at any age (curatele and mentorschap: UAVG 5(2)). An unknown birth date stands in
    nobody's way: the hub is told it only in COA's profile.
    """
    if door_wie == VERTEGENWOORDIGER or geboortedatum is None:
        return True
    jaren = op.year - geboortedatum.year - ((op.month, op.day) < (geboortedatum.month, geboortedatum.day))
    return jaren >= ZELF_VANAF
