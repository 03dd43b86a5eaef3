# SPDX-License-Identifier: EUPL-1.2
"""What a request opens of before it: facts that the one asked reported earlier, once, as they stand now.

A college gets of another college all that stands (Wi 35(4): plan, progress and fines after a move); whoever else is
asked gives what it is asked for from the first day of the request. Only rows that need a request open anything here,
and what its asker has already does not go again. What comes later is decided upon like any event (``conditions``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from consent.conditions import Beoordeling, Voorwaarde, gevraagd_van
from consent.decide import Besluit, Uitkomst, beslis_voor
from consent.kader import Kader, Verzoek
from schemas.catalogue import gebeurtenistypen
from schemas.vocabulary import Rol

from . import proef
from .feiten.facts import Feit
from .feiten.fold import lees_feit, ontvangers_van
from .feiten.maandstaten import bekende_maanden
from .feiten.rows import GRONDEN, Rows, maandbak
from .feiten.zaak import Zaak
from .gevolgen import Bundels

BEANTWOORD = "beantwoord"
COLLEGE = frozenset({Rol.GEMEENTE, Rol.UITVOERDER})


def geopend(rows: Rows, stand: Kader, in_proef: proef.InProef, vandaag: date) -> list[Verzoek]:
    """Requests that stand today and were not answered yet; remembers that they are.

    While processing is restricted none is answered: that happens when the restriction is over, if it still stands. So it
    is with who is in pilot.
    """
    if stand.beperkt or stand.gewist:
        return []
    rij = rows.get(GRONDEN) or {}
    gehad: list[str] = rij.get(BEANTWOORD, [])
    open_ = [v for v in stand.verzoeken if v.open_op(vandaag) and v.id not in gehad]
    nieuw = [v for v in open_ if not in_proef(v.door)]
    proef.onthoud(rows, BEANTWOORD, {v.id for v in open_} - {v.id for v in nieuw})
    rij = rows.get(GRONDEN) or {}
    if nieuw:
        rows.put(GRONDEN, {**rij, BEANTWOORD: sorted({*gehad, *(v.id for v in nieuw)})})
    return nieuw


def antwoord(
    verzoek: Verzoek, rows: Rows, zaak: Zaak, stand: Kader, bundels: Bundels, vandaag: date
) -> Iterator[tuple[Feit, Besluit]]:
    """The facts that go, with the decision on each, in the order in which they took effect."""
    for feit in sorted(_eerder(verzoek, rows, zaak), key=lambda f: f.volgorde):
        event = Beoordeling(verzoek.id, feit.gebeurtenis, feit.partij, feit.data)
        if not gevraagd_van(verzoek, event, stand) or not _van_toen(verzoek, feit):
            continue
        besluit = beslis_voor(
            verzoek.door, event, stand, bundels.beleid, bundels.deelnemers, vandaag, alleen=Voorwaarde.OP_VERZOEK
        )
        if besluit.uitkomst is Uitkomst.GELEVERD:
            gehad = set(ontvangers_van(rows, feit.id, feit.oin).get(str(verzoek.door), ()))
            if not gehad or gehad < set(besluit.regels):
                yield feit, besluit


def _van_toen(verzoek: Verzoek, feit: Feit) -> bool:
    """Whether a request reaches back to this fact."""
    colleges = verzoek.door.rol in COLLEGE and Rol(feit.rol) in COLLEGE
    return colleges or feit.op >= verzoek.van


def _eerder(verzoek: Verzoek, rows: Rows, zaak: Zaak) -> Iterator[Feit]:
    """Every fact of a type that may be asked for; of lessons the months from the first day of the request."""
    gevraagd = verzoek.gebeurtenissen or frozenset(gebeurtenistypen())
    yield from zaak.feiten(*sorted(gevraagd - {"gegevens-opgevraagd"}))
    for maand in bekende_maanden(rows):
        if maand >= verzoek.van.isoformat()[:7]:
            for rij in (rows.get(maandbak(maand)) or {}).values():
                feit = lees_feit(rij)
                if feit is not None and feit.gebeurtenis in gevraagd:
                    yield feit
