# SPDX-License-Identifier: EUPL-1.2
"""The services that give a whole list: exams, requests for extension, exemptions. Whatever the notice, what is new in the
list is said, what changed is corrected, and the rest was said before. Pure.
"""

from __future__ import annotations

from typing import Any

from connectors.duo import gegevens as g
from connectors.duo.koppelvlak import Dienst
from connectors.duo.uitspraken import Uitspraken

_OORDEEL = {"Toekenning": "toegewezen", "Afwijzing": "afgewezen", "Toegekend": "toegewezen", "Afgewezen": "afgewezen"}
_GEEN_RESULTAAT = {
    "Verwijtbaar": "verwijtbaar",
    "Nietverwijtbaar": "niet-verwijtbaar",
    "Afgemeld": "afgemeld",
    "Absent": "absent",
}


def examens(u: Uitspraken) -> None:
    for een in g.EXAMENS.validate_python(u.antwoord(Dienst.EXAMENS) or []):
        data = {
            "onderdeel": een.onderdeel,
            "resultaat": een.resultaat.lower(),
            "niveau": een.niveau,
            "examendatum": een.examendatum,
            "reden_geen_resultaat": _GEEN_RESULTAAT[een.redenGeenResultaat] if een.redenGeenResultaat else None,
        }
        dag = een.examendatum.isoformat()
        sleutel = (*u.wie, een.onderdeel, dag)
        u.zeg(f"examen|{een.onderdeel}|{dag}", "examenuitslag-bekend", data, een.examendatum, sleutel)


def verlengingen(u: Uitspraken) -> None:
    for een in g.VERLENGINGEN.validate_python(u.antwoord(Dienst.VERLENGINGEN) or []):
        ontvangen = een.ontvangstdatum.isoformat()
        ingediend = {"soort": "verlenging", "datum": een.ontvangstdatum}
        sleutel = (*u.wie, "verlenging", ontvangen)
        u.zeg(f"verlenging-in|{ontvangen}", "verzoek-ingediend", ingediend, een.ontvangstdatum, sleutel)
        if een.beoordelingAanvraag != "InBehandeling":
            oordeel = _OORDEEL[een.beoordelingAanvraag]
            data = {"soort": "verlenging", "oordeel": oordeel, "datum": een.datumBeoordeling}
            _beoordeeld(u, f"verlenging|{ontvangen}", data)


def lijst_vrijstellingen(u: Uitspraken) -> list[g.Vrijstelling]:
    return g.VRIJSTELLINGEN.validate_python(u.antwoord(Dienst.VRIJSTELLINGEN) or [])


def vrijstellingen(u: Uitspraken) -> None:
    for een in lijst_vrijstellingen(u):
        for omvang, deel in (
            ("geheel", een.GeheleVrijstelling),
            ("tijdelijk", een.TijdelijkeVrijstelling),
            ("gedeeltelijk", een.GedeeltelijkeVrijstelling),
        ):
            if deel is not None:
                data = {
                    "soort": "vrijstelling",
                    "omvang": omvang,
                    "oordeel": _OORDEEL[deel.oordeel],
                    "reden_vrijstelling": deel.reden,
                    "onderdeel": getattr(deel, "examenonderdeel", None),
                    "niveau": getattr(deel, "examenniveau", None),
                    "tot_en_met": getattr(deel, "einddatum", None),
                    "datum": deel.datumOordeel,
                }
                soort = (omvang, data["onderdeel"], deel.reden, data["datum"])
                _beoordeeld(u, "|".join(("vrijstelling", *map(str, soort))), data)


def ontheffingen(u: Uitspraken) -> None:
    for een in g.ONTHEFFINGEN.validate_python(u.antwoord(Dienst.ONTHEFFINGEN) or []):
        for omvang, deel in (("geheel", een.GeheleOntheffing), ("gedeeltelijk", een.GedeeltelijkeOntheffing)):
            if deel is not None:
                data = {
                    "soort": "ontheffing",
                    "omvang": omvang,
                    "oordeel": _OORDEEL[deel.oordeel],
                    "grond": deel.grond,
                    "onderdeel": getattr(deel, "examenonderdeel", None),
                    "belastbaarheid_uren": getattr(deel, "urenBelastbaarheidParticipatieactiviteit", None),
                    "datum": deel.datumOordeel,
                }
                soort = (omvang, data["onderdeel"], deel.grond, deel.datumOordeel)
                _beoordeeld(u, "|".join(("ontheffing", *map(str, soort))), data)


def _beoordeeld(u: Uitspraken, feit: str, data: dict[str, Any]) -> None:
    u.zeg(feit, "verzoek-beoordeeld", data, data["datum"], (*u.wie, feit))
