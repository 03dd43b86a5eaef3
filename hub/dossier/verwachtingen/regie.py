# SPDX-License-Identifier: EUPL-1.2
"""Who is responsible and who is heard from: hand-over, nobody assigned, a provider that is silent, a contract that ends,
third-party information that does not come, age 18 without a word from DUO. Settings: ``regels/regie.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from consent.kader import Partij
from schemas.vocabulary import Rol

from ..feiten.facts import Feit, lees_partij
from ..feiten.relaties import Opdracht
from ..regels.kalender import nederlands, plus_maanden, plus_weken
from .afspraak import afspraak, eerste_na
from .verwachting import Blik, Ernst, Oorzaak, Trap, Verwachting, lopend_of_gemist, na, posities

OVERDRACHT, ZONDER, STIL = "overdracht", "unassigned", "provider silent"
CONTRACT, INFORMATIE, ACHTTIEN = "contract", "PIP information", "age 18"
JAAR = 12
VAN_AANBIEDER = frozenset({Rol.PARTICIPATIE, Rol.BEGELEIDER})


def verwachtingen(blik: Blik) -> Iterator[Verwachting]:
    zaak = blik.zaak
    if zaak.overleden:
        return
    yield from _achttien(blik)
    if zaak.beeindigd:
        return
    yield from _overdrachten(blik)
    yield from _informatie(blik)
    if zaak.plicht is not None and zaak.plicht.loopt:
        yield from _zonder_regie(blik)
    for opdracht in zaak.opdrachten:
        if opdracht.partij.rol in VAN_AANBIEDER and opdracht.voor is None:
            yield _stil(blik, opdracht)
        yield from _contract(blik, opdracht)


def _overdrachten(blik: Blik) -> Iterator[Verwachting]:
    bevestigd = blik.zaak.feiten("overdracht-bevestigd")
    for aanbod in blik.zaak.feiten("overdracht-aangeboden"):
        naar = (aanbod.tekst("naar") or "").partition("#")[0]
        regel = blik.instellingen(OVERDRACHT, aanbod.op)
        gedaan = next((f for f in bevestigd if f.op >= aanbod.op and naar in (f.oin, f.tekst("naar"))), None)
        yield afspraak(
            regel,
            blik.vandaag,
            anker=aanbod.op.isoformat(),
            vervalt=aanbod.op + timedelta(days=regel.getal("days")),
            verwacht="overdracht-bevestigd",
            reden="Van wie de persoon overneemt wordt uiterlijk {} een bevestiging van de overdracht verwacht.",
            rust=(aanbod,),
            gedaan=gedaan,
            onderwerp=lees_partij(aanbod.tekst("naar") or "", Rol.GEMEENTE),
        )


def _informatie(blik: Blik) -> Iterator[Verwachting]:
    """What was asked of a third party for the PIP. Whom it was asked of need not be an organisation in the hub."""
    for vraag in blik.zaak.feiten("informatie-opgevraagd"):
        regel = blik.instellingen(INFORMATIE, vraag.op)
        velden = ("bij", "soort")
        antwoord = next(
            (
                f
                for f in blik.zaak.feiten("informatie-ontvangen")
                if f.op >= vraag.op
                and all(None in (f.tekst(v), vraag.tekst(v)) or f.tekst(v) == vraag.tekst(v) for v in velden)
            ),
            None,
        )
        yield afspraak(
            regel,
            blik.vandaag,
            anker=" ".join([vraag.op.isoformat(), *(vraag.tekst(v) or "" for v in velden)]).strip(),
            vervalt=vraag.dag("tot") or plus_weken(vraag.op, regel.getal("weeks")),
            verwacht="informatie-ontvangen",
            reden="Van een derde wordt uiterlijk {} de gevraagde informatie voor het PIP verwacht.",
            rust=(vraag,),
            gedaan=antwoord,
            ernst=Ernst.WAARSCHUWING,
            achterhaald=Oorzaak.ALSNOG_ONTVANGEN if eerste_na(blik.zaak.feiten("pip-vastgesteld"), vraag.op) else None,
        )


def _zonder_regie(blik: Blik) -> Iterator[Verwachting]:
    """No case without a named contact: since the gemeente was responsible, or since its last contact ended."""
    zaak, verblijf = blik.zaak, blik.zaak.verblijf_op(blik.vandaag)
    if verblijf is None:
        return
    regel = blik.instellingen(ZONDER, verblijf.van)
    regie = zaak.regievoerder_op(blik.vandaag)
    yield afspraak(
        regel,
        blik.vandaag,
        anker=f"{verblijf.gemeente} {verblijf.van.isoformat()}",
        vervalt=verblijf.van + timedelta(days=regel.getal("days")),
        verwacht="regievoerder-toegewezen",
        reden="Van de gemeente wordt uiterlijk {} een regievoerder verwacht.",
        rust=(verblijf.door,),
        gedaan=regie.door if regie else None,
        ernst=Ernst.WAARSCHUWING,
    )


def _stil(blik: Blik, opdracht: Opdracht) -> Verwachting:
    """A provider under contract of which nothing was heard for some weeks."""
    gehoord = [f for f in blik.zaak.van_bron(str(opdracht.partij)) if f.op >= opdracht.van]
    laatste = gehoord[-1] if gehoord else None
    anker = laatste.op if laatste else opdracht.van
    regel = blik.instellingen(STIL, opdracht.van, opdracht.partij.oin)
    weken = regel.getal("begeleider_weeks" if opdracht.partij.rol is Rol.BEGELEIDER else "weeks")
    klaar = any(f.gebeurtenis in ("begeleiding-afgerond", "cursus-beeindigd") for f in gehoord)
    return afspraak(
        regel,
        blik.vandaag,
        anker=anker.isoformat(),
        vervalt=plus_weken(anker, weken),
        verwacht=_verwacht_van(opdracht.partij),
        reden="Van de aanbieder wordt uiterlijk {} iets over de voortgang verwacht.",
        rust=(opdracht.door, laatste),
        onderwerp=opdracht.partij,
        ernst=Ernst.WAARSCHUWING,
        achterhaald=Oorzaak.RELATIE_BEEINDIGD if klaar or not opdracht.loopt(blik.vandaag) else None,
    )


def _verwacht_van(partij: Partij) -> str:
    return "begeleiding-gerapporteerd" if partij.rol is Rol.BEGELEIDER else "voortgang-gemeld"


def _contract(blik: Blik, opdracht: Opdracht) -> Iterator[Verwachting]:
    """The contract on which an assignment rests ends, and nothing is on record for after it."""
    if opdracht.tot_door is None or opdracht.tot_door.gebeurtenis != "contract-vastgesteld" or opdracht.tot is None:
        return
    contract, einde = opdracht.tot_door, opdracht.tot
    regel = blik.instellingen(CONTRACT, contract.op, opdracht.partij.oin)
    laatste = einde - timedelta(days=1)
    yield Verwachting(
        regel=CONTRACT,
        versie=regel.versie,
        anker=einde.isoformat(),
        verwacht="contract-vastgesteld",
        reden=(
            f"Van de gemeente wordt verlenging of een andere aanbieder verwacht; het contract loopt tot en met "
            f"{nederlands(laatste)}."
        ),
        onderwerp=opdracht.partij,
        vervalt=laatste,
        trappen=(*_waarschuwing(plus_maanden(einde, -regel.getal("warn_months")), contract), na(laatste)),
        stand=lopend_of_gemist(laatste, blik.vandaag),
        feiten=posities(opdracht.door, contract),
    )


def _waarschuwing(vanaf: date, contract: Feit) -> tuple[Trap, ...]:
    return (Trap(max(vanaf, contract.op), Ernst.INFORMATIE),)


def _achttien(blik: Blik) -> Iterator[Verwachting]:
    """Who turns 18 and follows no exempting education becomes inburgeringsplichtig: DUO says so (Wi 3, 5)."""
    zaak, geboren = blik.zaak, blik.zaak.geboren
    if geboren is None:
        return
    ijkdag = zaak.verblijf_op(blik.vandaag)
    regel = blik.instellingen(ACHTTIEN, ijkdag.van if ijkdag else blik.vandaag)
    jarig = plus_maanden(geboren, JAAR * regel.getal("years"))
    if zaak.begin is None or jarig <= zaak.begin:
        return  # was of age when first heard of: no birthday to await
    plicht = zaak.eerste("inburgeringsplicht-vastgesteld")
    vrij = zaak.vrijstellende_opleiding
    yield afspraak(
        regel,
        blik.vandaag,
        anker="18",
        vervalt=jarig + timedelta(days=regel.getal("days")),
        verwacht="inburgeringsplicht-vastgesteld",
        reden="Van DUO wordt uiterlijk {} bericht over de inburgeringsplicht verwacht.",
        rust=(zaak.laatste("verblijf-in-gemeente-geregistreerd", "klantprofiel-gedeeld"),),
        gedaan=plicht,
        ernst=Ernst.WAARSCHUWING,
        achterhaald=Oorzaak.PLICHT_VERVALLEN if vrij is True else None,
    )
