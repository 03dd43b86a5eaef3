# SPDX-License-Identifier: EUPL-1.2
"""Who is told that data were erased or that their processing is restricted (or no longer): everyone who got any.

The duty is AVG 19's, not a row's, and holds whatever became of the relation. Not here: corrections (``corrections``),
who got anything (the dossier remembers it).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from consent.conditions import Beoordeling
from consent.corrections import REGEL_AVG_19
from consent.decide import Besluit, Uitkomst, kandidaten
from consent.kader import Kader, Partij, Reden
from consent.participants import Deelnemersregister
from schemas.catalogue import Categorie

GEWIST = "gegevens-gewist"
BEPERKT, OPGEHEVEN = "verwerking-beperkt", "beperking-opgeheven"
KENNISGEVINGEN = frozenset({BEPERKT, OPGEHEVEN})
"""Facts of a dossier that go to everyone who got anything of it; an erasure is none, it ends the dossier."""
_VELDEN = {"datum": REGEL_AVG_19}
_PERSOON = frozenset({Categorie.PSEUDONIEM})


def decide_kennisgeving(
    event: Beoordeling, ontvangers: Collection[Partij], kader: Kader, deelnemers: Deelnemersregister, op: date
) -> tuple[Besluit, ...]:
    """Decisions on a notice, sorted by recipient: the day and the recipient's own pseudonym, nothing else.

    An organisation that left and has no key to seal to cannot be told; that is on record as ``no-contract``.
    """
    besluiten = [_aan(partij, deelnemers, op) for partij in ontvangers]
    besluiten += [
        Besluit(partij, Uitkomst.GEWEIGERD, Reden.NO_GROUND)
        for partij in kandidaten(event, kader, deelnemers, op)
        if partij not in ontvangers
    ]
    return tuple(sorted(besluiten, key=lambda besluit: besluit.ontvanger))


def _aan(partij: Partij, deelnemers: Deelnemersregister, op: date) -> Besluit:
    if deelnemers.zegelsleutel(partij.oin, op) is None:
        return Besluit(partij, Uitkomst.GEWEIGERD, Reden.NO_CONTRACT)
    return Besluit(partij, Uitkomst.GELEVERD, regels=(REGEL_AVG_19,), velden=_VELDEN, persoon=_PERSOON)
