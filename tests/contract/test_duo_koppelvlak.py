# SPDX-License-Identifier: EUPL-1.2
"""Our side and the simulator, held against DUO's own documents as facts (`duo_koppelvlak.yaml`): every path, version, header,
status, field, code and limit that we use is DUO's, and the simulator takes and gives what DUO takes and gives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from pydantic import BaseModel, TypeAdapter

from connectors.duo import gegevens as g
from connectors.duo import koppelvlak as k
from connectors.duo import opdrachten as o
from connectors.duo.koppelvlak import Dienst
from demo.duo import vormen as v
from demo.duo.dienst import WEIGERING, Duo
from schemas.catalogue import gebeurtenistype

TABEL: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("duo_koppelvlak.yaml").read_text(encoding="utf-8"))
APIS: dict[str, Any] = TABEL["apis"]
OPERATIES = {
    (methode, pad): (api, api["versie"], feiten)
    for api in APIS.values()
    for regel, feiten in api["operaties"].items()
    for methode, pad in [regel.split(" ", 1)]
}


def schema(kind: Any, vormen: dict[str, Any]) -> dict[str, Any]:
    """A kind of the table as JSON Schema, as DUO's document would have it."""
    if isinstance(kind, list):
        return {"enum": ["Ja" if een is True else "Nee" if een is False else een for een in kind]}
    if kind in vormen:
        velden = vormen[kind]
        return {
            "type": "object",
            "properties": {naam.rstrip("!"): schema(soort, vormen) for naam, soort in velden.items()},
            "required": [naam.rstrip("!") for naam in velden if naam.endswith("!")],
            "additionalProperties": False,
        }
    if kind.startswith("["):
        return {"type": "array", "items": schema(kind[1:-1], vormen)}
    if kind.startswith("/"):
        return {"type": "string", "pattern": kind.strip("/")}
    soort, _, grenzen = kind.partition(" ")
    laagste, _, hoogste = grenzen.partition("..")
    return {
        "datum": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"},
        "moment": {"type": "string"},
        "ja-nee": {"type": "boolean"},
        "tekst": {"type": "string", "minLength": int(laagste or 0), "maxLength": int(hoogste or 0)},
        "getal": {"type": "integer", "minimum": int(laagste or 0), "maximum": int(hoogste or 0)},
    }[soort]


def test_the_headers_and_the_length_of_an_error() -> None:
    assert list(TABEL["koppen"]) == [k.BRON, k.DOEL, k.BERICHT_ID]
    assert k.OIN.pattern == r"[0-9]{20}" and TABEL["koppen"]["bron"] == "tekst 20..20"
    assert TABEL["foutmelding"]["fouttekst!"] == f"tekst 0..{k.FOUTTEKST_LENGTE}"
    assert k.is_bericht_id(k.nieuw_bericht_id())
    assert APIS["Notificatie"]["versie"] == k.NOTIFICATIE_VERSIE


@pytest.mark.parametrize("dienst", Dienst, ids=lambda een: een.name)
def test_every_service_that_we_call_is_one_of_duos(dienst: Dienst) -> None:
    een = dienst.value
    assert (een.methode, een.pad) in OPERATIES
    api, versie, feiten = OPERATIES[een.methode, een.pad]
    assert APIS[een.api] is api
    assert (een.versie, een.gelukt) == (versie, feiten["gelukt"])
    bron = dict.fromkeys(re.findall(r"{(\w+)}", een.pad), "1")
    assert dienst.pad(**bron) == f"/v{versie[0]}" + re.sub(r"{\w+}", "1", een.pad)


def test_we_call_everything_in_the_table_but_what_duo_calls_at_us() -> None:
    ours = {(een.value.methode, een.value.pad) for een in Dienst}
    assert OPERATIES.keys() - ours == {("POST", "/notificaties")}


# what we read of what DUO answers

ANTWOORDEN: list[tuple[str, str, Any]] = [
    ("Inburgeringsplicht", "Inburgeringsplicht", g.Plicht),
    ("Inburgeringsplicht", "Doelgroep", g.Doelgroep),
    ("Inburgeringstermijn", "Inburgeringstermijn", g.Termijn),
    ("Leerbaarheidstoets", "Examennummer", g.Examennummer),
    ("Leerbaarheidstoets", "Resultaat", g.LbtResultaat),
    ("Vrijstelling", "Vrijstelling", g.Vrijstelling),
    ("Vrijstelling", "Geheel", g.VrijstellingGeheel),
    ("Vrijstelling", "Tijdelijk", g.VrijstellingTijdelijk),
    ("Vrijstelling", "Gedeeltelijk", g.VrijstellingGedeeltelijk),
    ("Ontheffing", "Ontheffing", g.Ontheffing),
    ("Ontheffing", "Geheel", g.OntheffingGeheel),
    ("Ontheffing", "Gedeeltelijk", g.OntheffingGedeeltelijk),
    ("Verlenging", "VerlengingAanvraag", g.Verlenging),
    ("Examen", "Examenresultaat", g.Examen),
    ("PIP", "Gemeente", g.PipVanGemeente),
    ("PIP", "PIP", g.PipGegevens),
    ("Notificatie", "Notificatie", g.Notificatie),
]


@pytest.mark.parametrize(("api", "vorm", "model"), ANTWOORDEN, ids=lambda een: getattr(een, "__name__", een))
def test_we_read_duos_fields_and_ask_for_no_more_than_duo_promises(api: str, vorm: str, model: type[BaseModel]) -> None:
    velden = APIS[api]["vormen"][vorm]
    promised = {naam.rstrip("!") for naam in velden if naam.endswith("!")}
    known = {naam.rstrip("!") for naam in velden}
    assert set(model.model_fields) == known
    assert {naam for naam, veld in model.model_fields.items() if veld.is_required()} == promised


@pytest.mark.parametrize(("api", "vorm", "model"), ANTWOORDEN, ids=lambda een: getattr(een, "__name__", een))
def test_every_code_of_duo_is_read_and_no_other(api: str, vorm: str, model: type[BaseModel]) -> None:
    for naam, soort in APIS[api]["vormen"][vorm].items():
        if isinstance(soort, list):
            lees = TypeAdapter(model.model_fields[naam.rstrip("!")].annotation)
            for code in soort:
                assert lees.validate_python(code) == code
            if model is not g.Doelgroep or naam == "indeling":  # details are explained to people, not decided upon
                with pytest.raises(ValueError, match="Input should be"):
                    lees.validate_python("iets anders")


# what we send


def bij(naam: str, data: dict[str, Any]) -> tuple[o.Aanroep, ...]:
    return o.aanroepen(naam, data, None)


def gemeld() -> Iterator[o.Aanroep]:
    """Every call that an event of a gemeente can become, with every code that our own schemas let it have."""
    dag = "2026-03-02"
    for alfabetisering in ("A", "AA", "NVT"):
        data = {
            "datum": dag,
            "instellingsnummer": "0000012345",
            "verwachte_einddatum": dag,
            "verwachte_startdatum": dag,
        }
        yield from bij(o.AANBOD, data | {"alfabetisering": alfabetisering})
        for route in ("B1-route", "onderwijsroute", "Z-route"):
            for niveau in ("A2", "B1", None):
                more = {"niveau": niveau, "uren_b1_route": 600, "opleiding_afmaken": True}
                yield from bij(
                    "pip-vastgesteld",
                    {"dagtekening": dag, "leerroute": route, "alfabetisering": alfabetisering, **more},
                )
    for naam in ("map-afgerond", "pvt-ondertekend"):
        for verwijtbaar in (True, False, None):
            yield from bij(naam, {"datum": dag, "verwijtbaar": verwijtbaar})
    yield from bij("zroute-afgerond", {"datum": dag})
    for soort in gebeurtenistype("gevolgde-uren-vastgesteld").velden["soort"].waarden or ():
        if soort != "onbekend":
            yield from bij("gevolgde-uren-vastgesteld", {"soort": soort, "uren": 12})
    contact = {"regievoerder": "A. de Wit", "email": "a.dewit@gemeente.example", "telefoon": "070-1234567"}
    yield o.Aanroep(Dienst.CONTACT_OPVOEREN, o.contactgegevens(contact))
    yield o.Aanroep(Dienst.CONTACT_WIJZIGEN, o.contactgegevens(contact))


def test_what_we_send_is_what_duo_takes() -> None:
    sent = set()
    for aanroep in gemeld():
        een = aanroep.dienst.value
        api, _, feiten = OPERATIES[een.methode, een.pad]
        Draft202012Validator(schema(feiten["vraag"], api["vormen"])).validate(dict(aanroep.inhoud or {}))
        sent.add((een.methode, een.pad))
    assert sent == {waar for waar, (_, _, feiten) in OPERATIES.items() if "vraag" in feiten} - {
        ("POST", "/notificaties")
    }


def test_every_code_of_duos_requests_can_be_said_by_a_gemeente() -> None:
    said: dict[tuple[str, str], set[str]] = {}
    for aanroep in gemeld():
        for veld, waarde in (aanroep.inhoud or {}).items():
            said.setdefault((aanroep.dienst.value.pad, veld), set()).add(waarde)
    for (methode, pad), (api, _, feiten) in OPERATIES.items():
        if "vraag" in feiten and methode in ("POST", "PUT") and pad != "/notificaties":
            for veld, soort in schema(feiten["vraag"], api["vormen"])["properties"].items():
                assert (pad, veld) in said, "a field of DUO that no event of ours fills"
                assert "enum" not in soort or said[pad, veld] == set(soort["enum"])


# the simulator

VRAGEN: list[tuple[str, str, type[BaseModel]]] = [
    ("PIP", "PIP", v.Pip),
    ("Inburgeringsaanbod", "Inburgeringsaanbod", v.Aanbod),
    ("MAP, PVT en Z-route", "ResultaatMap", v.Map),
    ("MAP, PVT en Z-route", "ResultaatPvt", v.Pvt),
    ("MAP, PVT en Z-route", "ResultaatZroute", v.Zroute),
    ("Gevolgde Uren", "Uren", v.Urental),
    ("Contactpersoon", "Gegevens", v.Contact),
]


@pytest.mark.parametrize(("api", "vorm", "model"), VRAGEN, ids=lambda een: getattr(een, "__name__", een))
def test_the_simulator_takes_the_fields_that_duo_takes(api: str, vorm: str, model: type[BaseModel]) -> None:
    velden = APIS[api]["vormen"][vorm]
    assert set(model.model_fields) == {naam.rstrip("!") for naam in velden}
    assert {naam for naam, veld in model.model_fields.items() if veld.is_required()} == {
        naam.rstrip("!") for naam in velden if naam.endswith("!")
    }
    for naam, soort in velden.items():
        if isinstance(soort, list):
            lees = TypeAdapter(model.model_fields[naam.rstrip("!")].annotation)
            for code in schema(soort, {})["enum"]:
                assert lees.validate_python(code) == code


def test_the_simulator_has_duos_paths_and_versions_and_says_why_where_duo_does() -> None:
    found = {}
    for route in Duo("0" * 20, {}, {}).app().router.routes():
        if route.method != "HEAD" and route.resource is not None:
            pad = re.sub(r"{nummer}", "{instellingsnummer}", route.resource.canonical)
            found[route.method, pad.removeprefix("/v1")] = route.handler.versie  # type: ignore[attr-defined]
    extra = {("GET", "/personen/{bsn}/map"), ("GET", "/personen/{bsn}/pvt")}
    assert {waar: versie for waar, versie in found.items() if waar not in extra} == {
        waar: versie for waar, (_, versie, _) in OPERATIES.items() if waar != ("POST", "/notificaties")
    }
    lists = {waar for waar, (_, _, feiten) in OPERATIES.items() if "weigering" in feiten}
    assert {(methode, pad.replace("{nummer}", "{instellingsnummer}")) for methode, pad in WEIGERING} == lists
