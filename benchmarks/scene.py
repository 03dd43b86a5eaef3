# SPDX-License-Identifier: EUPL-1.2
"""A small world for measuring: one DUO, one gemeente, one school, and persons whose lessons go to two recipients.

The persons are gezinsmigranten about whom the gemeente asked: then attendance goes to the gemeente (Bi 9.2(4), on request) and to DUO
(Bi 9.6(6)), so every measured event is verified, unsealed, folded, decided, sealed twice and audited.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from connectors.client import Event
from demo.command import HUB_OIN
from hub.installation import Plan
from hub.partners import Newcomer
from schemas.catalogue import Rol

DUO, GEMEENTE, SCHOOL = "00000099000000002000", "00000099000000003000", "00000099000000005000"
SINCE = date(2022, 1, 1)
TODAY = date(2026, 3, 2)


def plan() -> Plan:
    """A hub on simulated time, so that no tick comes in between."""
    return Plan(
        HUB_OIN,
        [
            Newcomer(DUO, "DUO", (Rol.UITVOERING,), "inburgering"),
            Newcomer(GEMEENTE, "Gemeente", (Rol.GEMEENTE,), "zaken"),
            Newcomer(SCHOOL, "School", (Rol.TAALSCHOOL,), "deelnemers", (GEMEENTE,)),
        ],
        SINCE,
        simulated=True,
    )


def numbers(count: int) -> list[str]:
    """Numbers from the synthetic range 9999xxxxx that pass the eleven-test, some 9,000 in all."""
    found = []
    for head in range(99_990_000, 100_000_000):
        digits = [int(one) for one in str(head)]
        check = sum(weight * digit for weight, digit in zip(range(9, 1, -1), digits, strict=True)) % 11
        if check < 10:
            found.append(f"{head}{check}")
        if len(found) == count:
            return found
    raise ValueError(f"There are only {len(found)} synthetic numbers: measure with fewer persons.")


def person(number: str) -> dict[str, str]:
    return {"soort": "bsn", "waarde": number}


def beginnings(number: str) -> Iterator[tuple[str, Event]]:
    """(sender, event): what must stand before a school's attendance can go to gemeente and DUO."""
    who, day = person(number), TODAY.isoformat()
    plicht = {"doelgroep": "gezinsmigrant", "kennisgeving": "2026-01-05", "gemeente": GEMEENTE, "wet": "Wi2021"}
    yield DUO, Event("inburgeringsplicht-vastgesteld", who, plicht)
    yield (
        GEMEENTE,
        Event("taalschool-toegewezen", who, {"taalschool": SCHOOL, "leerroute": "B1-route", "component": "taal"}),
    )
    asked = {"aan": SCHOOL, "gebeurtenissen": ["aanwezigheid-gemeld"], "categorieen": ["aanwezigheid"], "van": day}
    yield GEMEENTE, Event("gegevens-opgevraagd", who, {**asked, "tot": "2027-03-02", "doel": "uitvoering"})


def lesson(number: str, les: int) -> Event:
    """One lesson attended."""
    data = {
        "les": f"L{les}",
        "datum": TODAY.isoformat(),
        "component": "taal",
        "minuten_gepland": 180,
        "minuten_aanwezig": 180,
        "verzuim": "geen",
        "wijze": "fysiek",
    }
    return Event("aanwezigheid-gemeld", person(number), data)
