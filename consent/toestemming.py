# SPDX-License-Identifier: EUPL-1.2
"""The life of one toestemming: its states and the legal steps between them. Not: who may get what on it.

A withdrawal wins for ever: whatever else arrives about that id, in whatever order, it stays withdrawn (AVG 7(3)).
Someone who agrees again gets a toestemming with an id of its own.
"""

from __future__ import annotations

from enum import StrEnum


class ToestemmingStand(StrEnum):
    """Where one toestemming (one id) stands."""

    GEGEVEN = "gegeven"
    """Given; opens what it names from ``van`` to ``tot``, whatever the hub has recorded about its expiry."""
    GEWEIGERD = "geweigerd"
    """Asked and refused; never opens anything."""
    VERLOPEN = "verlopen"
    """Its period is over."""
    VERVANGEN = "vervangen"
    """Superseded by a later toestemming for the same purpose and recipient."""
    INGETROKKEN = "ingetrokken"
    """Withdrawn by the person. Final."""


OVERGANGEN: dict[ToestemmingStand, frozenset[ToestemmingStand]] = {
    ToestemmingStand.GEGEVEN: frozenset(
        {ToestemmingStand.VERLOPEN, ToestemmingStand.VERVANGEN, ToestemmingStand.INGETROKKEN}
    ),
    ToestemmingStand.GEWEIGERD: frozenset(),
    ToestemmingStand.VERLOPEN: frozenset({ToestemmingStand.INGETROKKEN}),
    ToestemmingStand.VERVANGEN: frozenset({ToestemmingStand.INGETROKKEN}),
    ToestemmingStand.INGETROKKEN: frozenset(),
}
"""The legal steps. What has expired or was superseded can still be withdrawn: the person's no must be on record."""

_GEWICHT = {
    ToestemmingStand.GEGEVEN: 0,
    ToestemmingStand.VERLOPEN: 1,
    ToestemmingStand.VERVANGEN: 2,
    ToestemmingStand.GEWEIGERD: 3,
    ToestemmingStand.INGETROKKEN: 4,
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


def zwaarste(een: ToestemmingStand, ander: ToestemmingStand) -> ToestemmingStand:
    """Which of two recorded states holds, independent of the order in which their facts arrived."""
    return een if _GEWICHT[een] >= _GEWICHT[ander] else ander
