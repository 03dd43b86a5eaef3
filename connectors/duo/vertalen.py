# SPDX-License-Identifier: EUPL-1.2
"""From a notice of DUO and what its services answered to events. Pure: values in, events and facts out.

A service answers as of now, not as of the notice. What we said and turns out never to have been so (a person of the old
law) becomes an `intrekking`. Not here: what is new and what a correction (`uitspraken`), and lists (`lijsten`).

Dates: DUO's last days (inclusive) become first days after (exclusive) where our field says so, and only there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from connectors.client import Event
from connectors.duo import gegevens as g
from connectors.duo import lijsten
from connectors.duo.gebeurtenissen import Soort
from connectors.duo.koppelvlak import Dienst
from connectors.duo.uitspraken import Onvolledig, Uitspraken

EEN_DAG = timedelta(days=1)
_REGULIER = "Gezinsmigrant en overige migrant"
# Nareizigers count as asielstatushouder also with a regular permit: DUO's `indeling` decides, not the detail.
_DETAIL = {
    "Gezinshereniger": "gezinsmigrant",
    "Gezinshereniger met Asielstatushouder": "gezinsmigrant",
    "Gezinsvormer": "gezinsmigrant",
    "Gezinsvormer met Asielstatushouder": "gezinsmigrant",
    "Geestelijk bedienaar": "overige-migrant",
    "Overig": "overige-migrant",
}
_REDEN_EINDE = {
    "Inburgeringsplicht voldaan": "voldaan",
    "Volledige ontheffing": "volledige-ontheffing",
    "Volledige vrijstelling": "volledige-vrijstelling",
    "Verblijfsdoel gewijzigd": "verblijfsdoel-gewijzigd",
    "Vertrek uit Nederland langer dan een jaar": "vertrek",
    "Overlijden": "overlijden",
    "Overig": "overig",
}


def vertaal(u: Uitspraken) -> list[Event]:
    """What is to be said; `u.feiten` are brought up to date. Raises Onvolledig, and pydantic's ValidationError for an
    answer that is not DUO's."""
    _SOORTEN[u.bericht.gebeurtenis.soort](u)
    lijsten.examens(u)
    return u.events


def _nieuw(u: Uitspraken) -> None:
    plicht, doelgroep = _plicht(u), _doelgroep(u)
    if not plicht.indicatorInburgeringsplicht:
        _nooit_geweest(u, plicht)
        return
    bekend = "plicht" in u.feiten
    if bekend and u.bericht.gebeurtenis.id == "SS139":
        # Known already; now that the person lives in the gemeente the ten weeks begin.
        _gewijzigd(
            u,
            gemeente=u.bericht.gemeente,
            kennisgeving=plicht.datumKennisgevingInburgeringsplicht,
            per=plicht.wijzigingsdatum or u.bericht.dag,
        )
        return
    _zeg_plicht(u, plicht, doelgroep)


def _zeg_plicht(u: Uitspraken, plicht: g.Plicht, doelgroep: g.Doelgroep | None) -> None:
    if doelgroep is None or doelgroep.indeling is None:
        raise Onvolledig("DUO noemt geen doelgroep bij deze inburgeringsplicht.")
    data = {
        "doelgroep": _code(doelgroep),
        "detail_doelgroep": doelgroep.gedetailleerdeDoelgroep,
        "wet": "Wi2021",  # DUO gives of no other law (README, "Scope")
        "kennisgeving": plicht.datumKennisgevingInburgeringsplicht,
        "gemeente": u.bericht.gemeente,
        "per": plicht.begindatum,
        "gebeurtenisId": u.bericht.gebeurtenis.id,
    }
    u.zeg("plicht", "inburgeringsplicht-vastgesteld", data)
    u.feiten.pop("einde", None)


def _vestiging(u: Uitspraken) -> None:
    plicht, doelgroep = _plicht(u), _doelgroep(u)
    if not plicht.indicatorInburgeringsplicht:
        _nooit_geweest(u, plicht)
        return
    if "plicht" not in u.feiten:
        _zeg_plicht(u, plicht, doelgroep)
    naar = u.bericht.gemeente
    van = u.woonde_in if u.woonde_in != naar else None
    data = {"van": van, "naar": naar, "datum": u.bericht.dag}
    u.zeg(f"verhuisd|{naar}|{u.bericht.sleutel[2]}", "persoon-verhuisd", data)
    if u.antwoord(Dienst.TERMIJN) is not None:
        _termijn(u)


def _nieuwe_doelgroep(u: Uitspraken) -> None:
    doelgroep = _doelgroep(u)
    if doelgroep is None or doelgroep.indeling is None:
        raise Onvolledig("DUO noemt geen doelgroep.")
    nieuw = _code(doelgroep)
    _gewijzigd(u, f"doelgroep|{doelgroep.begindatum}", doelgroep=nieuw, per=doelgroep.begindatum)


def _gewijzigd(u: Uitspraken, feit: str | None = None, **velden: Any) -> None:
    feit = feit or f"gewijzigd|{u.bericht.sleutel[1]}|{u.bericht.sleutel[2]}"
    u.zeg(feit, "inburgeringsplicht-gewijzigd", velden)


def _vrijgesteld(u: Uitspraken) -> None:
    _plicht(u)
    tijdelijk = [
        een.TijdelijkeVrijstelling
        for een in lijsten.lijst_vrijstellingen(u)
        if een.TijdelijkeVrijstelling is not None and een.TijdelijkeVrijstelling.oordeel == "Toekenning"
    ]
    if not tijdelijk:
        raise Onvolledig("DUO noemt geen toegekende tijdelijke vrijstelling.")
    laatste = max(tijdelijk, key=lambda een: een.datumOordeel or een.startdatum or date.min)
    _gewijzigd(
        u,
        f"vrijgesteld|{laatste.startdatum}",
        stand="tijdelijk-vrijgesteld",
        per=laatste.startdatum or u.bericht.dag,
        startdatum=laatste.startdatum,
        einddatum=laatste.einddatum + EEN_DAG if laatste.einddatum else None,
        grond=laatste.reden,
    )
    lijsten.vrijstellingen(u)


def _hervat(u: Uitspraken) -> None:
    plicht = _plicht(u)
    if not plicht.indicatorInburgeringsplicht:
        _nooit_geweest(u, plicht)
        return
    if "plicht" not in u.feiten:
        _zeg_plicht(u, plicht, _doelgroep(u))
    _gewijzigd(u, stand="actief", per=plicht.wijzigingsdatum or u.bericht.dag)
    if (termijn := u.antwoord(Dienst.TERMIJN)) is not None:
        _termijn_na_hervatten(u, g.Termijn.model_validate(termijn), plicht)
    lijsten.vrijstellingen(u)


def _termijn_na_hervatten(u: Uitspraken, termijn: g.Termijn, plicht: g.Plicht) -> None:
    if "termijn" not in u.feiten:
        _termijn(u)
        return
    data = {"per": plicht.wijzigingsdatum or u.bericht.dag, "einddatum": termijn.einddatum}
    u.zeg(f"hervat|{u.bericht.sleutel[2]}", "inburgeringstermijn-hervat", data)
    _loopt_tot(u, termijn.einddatum)


def _einde(u: Uitspraken) -> None:
    plicht = _plicht(u)
    if plicht.indicatorInburgeringsplicht:
        return  # DUO has taken it back since: what comes of that has a notice of its own
    if plicht.begindatum is None and plicht.einddatum is None:
        _nooit_geweest(u, plicht)
    else:
        reden = _REDEN_EINDE.get(plicht.redenGeenInburgeringsplicht or "")
        per = plicht.einddatum or plicht.wijzigingsdatum
        if reden is None or per is None:
            raise Onvolledig("DUO noemt geen einddatum of geen reden bij het einde van de inburgeringsplicht.")
        u.zeg("einde", "inburgeringsplicht-beeindigd", {"per": per, "reden": reden})
        for voorbij in ("plicht", "termijn"):  # what begins after this is something new, not a correction
            u.feiten.pop(voorbij, None)
    lijsten.vrijstellingen(u)
    lijsten.ontheffingen(u)


def _nooit_geweest(u: Uitspraken, plicht: g.Plicht) -> None:
    """A plicht without any period was never there: what we said of it is withdrawn."""
    if plicht.begindatum is None and plicht.einddatum is None:
        u.trek_in("plicht")


def _lbt_aanmelding(u: Uitspraken) -> None:
    antwoord = u.antwoord(Dienst.LBT_NUMMER)
    if antwoord is None:
        raise Onvolledig("DUO kent geen examennummer voor de leerbaarheidstoets.")
    nummer = g.Examennummer.model_validate(antwoord).examennummer
    feit = f"lbt-aanmelding|{u.bericht.sleutel[2]}"
    u.zeg(feit, "leerbaarheidstoets-aangemeld", {"examennummer": nummer, "datum": u.bericht.dag})


def _lbt_uitslag(u: Uitspraken) -> None:
    for een in g.LBT_RESULTATEN.validate_python(u.antwoord(Dienst.LBT_RESULTATEN) or []):
        data = {
            "resultaat": "onbekend" if een.resultaat == "Onbekend" else een.resultaat.replace(" ", "-"),
            "behaalde_score": een.behaaldeScore,
            "benodigde_score": een.benodigdeScore,
            "datum_afname": een.datumAfname,
        }
        dag = een.datumAfname.isoformat()
        u.zeg(f"lbt|{dag}", "leerbaarheidstoets-uitslag-bekend", data, een.datumAfname, (*u.wie, dag))


def _termijn(u: Uitspraken) -> None:
    antwoord = u.antwoord(Dienst.TERMIJN)
    if antwoord is None:
        raise Onvolledig("DUO kent geen inburgeringstermijn.")
    termijn = g.Termijn.model_validate(antwoord)
    # Both sides mean the first day after the term.
    data = {"startdatum": termijn.startdatum, "einddatum": termijn.einddatum}
    u.zeg("termijn", "inburgeringstermijn-gestart", data)


def _verlengd(u: Uitspraken) -> None:
    antwoord = u.antwoord(Dienst.TERMIJN)
    if antwoord is None:
        raise Onvolledig("DUO kent geen inburgeringstermijn.")
    termijn = g.Termijn.model_validate(antwoord)
    data = {"einddatum": termijn.einddatum, "grond": termijn.verlengingsgrondcode}
    u.zeg(f"verlengd|{u.bericht.sleutel[2]}", "inburgeringstermijn-verlengd", data)
    _loopt_tot(u, termijn.einddatum)
    lijsten.verlengingen(u)


def _loopt_tot(u: Uitspraken, einde: date) -> None:
    """Remember the end that DUO moved, so that it is not taken for a mistake in the beginning."""
    if (gezegd := u.feiten.get("termijn")) is not None:
        u.feiten["termijn"] = {**gezegd, "data": {**gezegd["data"], "einddatum": einde.isoformat()}}


def _verzoek(u: Uitspraken) -> None:
    lijsten.verlengingen(u)
    lijsten.vrijstellingen(u)
    lijsten.ontheffingen(u)


def _attentie(u: Uitspraken) -> None:
    if u.bericht.gebeurtenis.diensten:
        lijsten.verlengingen(u)
    data = {
        "signaal": u.bericht.gebeurtenis.signaal,
        "gemeente": u.bericht.gemeente,
        "gebeurtenisId": u.bericht.gebeurtenis.id,
        "datum": u.bericht.dag,
    }
    id_ = u.maak_id("attentiesignaal-gegeven", *u.bericht.sleutel, u.bericht.gemeente)
    u.zeg_los("attentiesignaal-gegeven", data, u.bericht.dag, id_)


def _plicht(u: Uitspraken) -> g.Plicht:
    antwoord = u.antwoord(Dienst.PLICHT)
    if antwoord is None:
        raise Onvolledig("DUO kent deze persoon niet bij de inburgeringsplicht.")
    return g.Plicht.model_validate(antwoord)


def _doelgroep(u: Uitspraken) -> g.Doelgroep | None:
    antwoord = u.antwoord(Dienst.DOELGROEP)
    return None if antwoord is None else g.Doelgroep.model_validate(antwoord)


def _code(doelgroep: g.Doelgroep) -> str:
    if doelgroep.indeling != _REGULIER:
        return "asielstatushouder"
    return _DETAIL.get(doelgroep.gedetailleerdeDoelgroep or "", "gezins-overig-onbepaald")


_SOORTEN: Mapping[Soort, Callable[[Uitspraken], None]] = {
    Soort.NIEUW: _nieuw,
    Soort.VESTIGING: _vestiging,
    Soort.DOELGROEP: _nieuwe_doelgroep,
    Soort.VRIJGESTELD: _vrijgesteld,
    Soort.HERVAT: _hervat,
    Soort.EINDE: _einde,
    Soort.LBT_AANMELDING: _lbt_aanmelding,
    Soort.LBT_UITSLAG: _lbt_uitslag,
    Soort.TERMIJN: _termijn,
    Soort.VERLENGD: _verlengd,
    Soort.EXAMEN: lambda u: None,  # every answer of the exam service is looked at, whatever the notice
    Soort.VERZOEK: _verzoek,
    Soort.ATTENTIE: _attentie,
}
