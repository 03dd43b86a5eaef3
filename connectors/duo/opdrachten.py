# SPDX-License-Identifier: EUPL-1.2
"""From what a gemeente reported to the calls at DUO. Pure: an event's data in, calls out.

Each call sets how things are, so it may be made again. MAP, PVT and Z-route are replaced whole and withdrawn by leaving
them out; hours are totals; of an offer there is one for each institution. Not here: whether it may be asked
(`relevantie`) and making the call (`melden`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from connectors.duo.koppelvlak import Dienst

CONTACT = "regievoerder-toegewezen"
AANBOD = "inburgeringsaanbod-gedaan"
PIP = frozenset({"pip-vastgesteld", "pip-gewijzigd", "leerroute-gewijzigd"})
_LEERROUTE = {"B1-route": "B", "onderwijsroute": "O", "Z-route": "Z"}
_UREN = {
    "taal-knm-brede-intake": Dienst.UREN_BREDE_INTAKE,
    "participatieactiviteiten": Dienst.UREN_ACTIVITEITEN,
    "taal-knm": Dienst.UREN_TAALLES,
}
_NUMMER = re.compile(r"\d{8,10}")


class Reden(StrEnum):
    """Why a report was not processed; the codes of `melding-geweigerd`."""

    REGEL = "regel"
    """DUO: it breaks a rule (403)."""
    PERSOON_ONBEKEND = "persoon-onbekend"
    """DUO: no such person there (404)."""
    ONGELDIG = "ongeldig"
    """DUO: not according to the specification (400); or DUO has no service for it."""
    NIET_RELEVANT = "niet-relevant"
    """Not asked: this gemeente has nothing to do with this person, as far as is known."""
    ONVOLLEDIG = "onvolledig"
    """Not asked: something is missing that DUO demands."""
    INSTELLING_ONBEKEND = "instelling-onbekend"
    """Not asked: DUO's list does not have this institution."""


class KanNiet(Exception):
    """The report cannot be put to DUO; the text is for the gemeente."""

    def __init__(self, reden: Reden, tekst: str) -> None:
        super().__init__(tekst)
        self.reden, self.tekst = reden, tekst


@dataclass(frozen=True, slots=True)
class Aanroep:
    """One call. `delen`: what fills the path beside the BSN."""

    dienst: Dienst
    inhoud: Mapping[str, Any] | None = None
    delen: Mapping[str, str] = field(default_factory=dict)


def aanroepen(naam: str, data: Mapping[str, Any], pip: Mapping[str, Any] | None) -> tuple[Aanroep, ...]:
    """What DUO is told by this event; empty: nothing. `pip`: the body of the PIP that DUO has from us. Raises KanNiet."""
    maker = _MAKERS.get(naam)
    return () if maker is None else maker(data, pip)


def heeft_dienst(naam: str) -> bool:
    """Whether DUO has a service for such a report."""
    return naam in _MAKERS or naam == CONTACT


def terug(naam: str, data: Mapping[str, Any]) -> tuple[Aanroep, ...]:
    """What DUO is told when such an event is withdrawn. Raises KanNiet."""
    if naam in ("pip-vastgesteld", "pip-gewijzigd"):
        return (Aanroep(Dienst.PIP_VERWIJDEREN),)
    if naam in _RESULTATEN:
        return (Aanroep(_RESULTATEN[naam][0], {}),)
    if naam == AANBOD:
        return (Aanroep(Dienst.AANBOD_VERWIJDEREN, delen={"instellingsnummer": _instelling(data)}),)
    if heeft_dienst(naam):
        raise KanNiet(Reden.ONGELDIG, f"DUO kan {naam} niet intrekken: meld met een correctie hoe het wel is.")
    return ()


def andere_instelling(oud: Mapping[str, Any], nieuw: Mapping[str, Any]) -> tuple[Aanroep, ...]:
    """The offer at the first institution goes, when a correction names another."""
    was = oud.get("instellingsnummer")
    if not was or was == nieuw.get("instellingsnummer"):
        return ()
    return (Aanroep(Dienst.AANBOD_VERWIJDEREN, delen={"instellingsnummer": was}),)


def contactgegevens(data: Mapping[str, Any]) -> dict[str, str]:
    """The body of a contact person. Raises KanNiet: DUO demands all three."""
    velden = {"naam": data.get("regievoerder"), "email": data.get("email"), "telefoonnummer": data.get("telefoon")}
    gevonden = {naam: str(waarde) for naam, waarde in velden.items() if waarde}
    if len(gevonden) < len(velden):
        ontbreekt = ", ".join(sorted(velden.keys() - gevonden.keys()))
        raise KanNiet(Reden.ONVOLLEDIG, f"DUO vraagt van een contactpersoon ook: {ontbreekt}.")
    return gevonden


def zonder_nummers(tekst: str) -> str:
    """A text of DUO without what could be a person's number: those stand in `persoon` and nowhere else."""
    return _NUMMER.sub("...", tekst)


def _pip(data: Mapping[str, Any], pip: Mapping[str, Any] | None) -> tuple[Aanroep, ...]:
    if data.get("laag") == "plan" and not data.get("raakt_beschikking"):
        return ()  # the plan beside the decision stays with the gemeente
    eerder = pip or {}
    route = data.get("leerroute") or data.get("naar")
    leerroute = _LEERROUTE.get(str(route)) if route else eerder.get("leerroute")
    inhoud = {
        "dagtekeningPip": data.get("dagtekening"),
        "leerroute": leerroute,
        "niveau": data.get("niveau") or (None if route else eerder.get("niveau")),
        "geschatteIntensiteitB1Route": data.get("uren_b1_route"),
        "indicatorMagOpleidingAfmaken": data.get("opleiding_afmaken"),
        "indicatorAlfabetiseringsonderwijs": _alfabetisering(data),
    }
    if inhoud["dagtekeningPip"] is None or leerroute is None:
        raise KanNiet(Reden.ONVOLLEDIG, "DUO vraagt bij een PIP de dagtekening en de leerroute.")
    return (Aanroep(Dienst.PIP_OPVOEREN, _zonder_lege(inhoud)),)


def _pip_weg(data: Mapping[str, Any], pip: Mapping[str, Any] | None) -> tuple[Aanroep, ...]:
    return (Aanroep(Dienst.PIP_VERWIJDEREN),)


def _aanbod(data: Mapping[str, Any], pip: Mapping[str, Any] | None) -> tuple[Aanroep, ...]:
    alfabetisering = _alfabetisering(data)
    if alfabetisering is None:
        raise KanNiet(Reden.ONVOLLEDIG, "DUO vraagt bij een inburgeringsaanbod of alfabetiseringsonderwijs nodig is.")
    inhoud = {
        "datumInburgeringsaanbod": data.get("datum"),
        "verwachteStartdatumOpleiding": data.get("verwachte_startdatum"),
        # Both sides mean the first day after the course.
        "verwachteEinddatumOpleiding": data.get("verwachte_einddatum"),
        "indicatorAlfabetiseringsonderwijs": alfabetisering,
    }
    return (Aanroep(Dienst.AANBOD_OPVOEREN, _zonder_lege(inhoud), {"instellingsnummer": _instelling(data)}),)


def _resultaat(naam: str) -> Callable[[Mapping[str, Any], Mapping[str, Any] | None], tuple[Aanroep, ...]]:
    dienst, veld = _RESULTATEN[naam]

    def maak(data: Mapping[str, Any], pip: Mapping[str, Any] | None) -> tuple[Aanroep, ...]:
        if data.get("datum") is None:
            raise KanNiet(Reden.ONVOLLEDIG, f"DUO vraagt bij {naam} een datum.")
        verwijtbaar = {True: "Ja", False: "Nee"}.get(data.get("verwijtbaar"))  # type: ignore[arg-type]
        return (Aanroep(dienst, _zonder_lege({veld: data["datum"], "verwijtbaar": verwijtbaar})),)

    return maak


def _uren(data: Mapping[str, Any], pip: Mapping[str, Any] | None) -> tuple[Aanroep, ...]:
    dienst = _UREN.get(str(data.get("soort")))
    if dienst is None or data.get("uren") is None:
        raise KanNiet(Reden.ONVOLLEDIG, "DUO vraagt bij gevolgde uren de soort en het totaal.")
    return (Aanroep(dienst, {"uren": data["uren"]}),)


def _instelling(data: Mapping[str, Any]) -> str:
    nummer = data.get("instellingsnummer")
    if not nummer:
        raise KanNiet(Reden.INSTELLING_ONBEKEND, "Noem het instellingsnummer waaronder DUO deze taalschool kent.")
    if len(nummer) != 10 or not nummer.isascii() or not nummer.isalnum():
        raise KanNiet(Reden.ONGELDIG, "Een instellingsnummer heeft 10 tekens.")
    return str(nummer)


def _alfabetisering(data: Mapping[str, Any]) -> str | None:
    code = data.get("alfabetisering")
    return None if code in (None, "onbekend") else str(code)


def _zonder_lege(inhoud: Mapping[str, Any]) -> dict[str, Any]:
    return {naam: waarde for naam, waarde in inhoud.items() if waarde is not None and waarde != "onbekend"}


_RESULTATEN = {
    "map-afgerond": (Dienst.MAP, "datumEindgesprekMap"),
    "pvt-ondertekend": (Dienst.PVT, "datumOndertekeningPvt"),
    "zroute-afgerond": (Dienst.ZROUTE, "datumAfrondingZroute"),
}
_MAKERS: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any] | None], tuple[Aanroep, ...]]] = {
    **dict.fromkeys(PIP, _pip),
    "pip-ingetrokken": _pip_weg,
    AANBOD: _aanbod,
    **{naam: _resultaat(naam) for naam in _RESULTATEN},
    "gevolgde-uren-vastgesteld": _uren,
}
