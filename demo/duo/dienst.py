# SPDX-License-Identifier: EUPL-1.2
"""DUO's services over HTTP: paths with the major version, the three headers, `API-Version` on every answer, 403 for a
broken rule (with a `fouttekst` for each where DUO's documents have a body), 404, and 503 in maintenance. Faults can be
asked for: an answer that never comes, before the work is done or after it.
"""

from __future__ import annotations

import asyncio
import re
import uuid
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

import orjson
from aiohttp import web
from pydantic import BaseModel, ValidationError

from demo.duo import vormen
from demo.duo.administratie import (
    Inburgeraar,
    regels_aanbod,
    regels_pip,
    regels_pip_weg,
    regels_resultaat,
)

BSN = re.compile(r"\d{9}")
LEEG: list[Any] = []
UREN = {"bredeintake/taallesknm", "participatieactiviteiten", "participatietaalles"}
PERSOON = "/personen/{bsn}"
WEIGERING = frozenset(
    {
        ("POST", PERSOON + "/PIP"),
        ("DELETE", PERSOON + "/PIP"),
        ("POST", PERSOON + "/Inburgeringsaanbod/{nummer}"),
        ("DELETE", PERSOON + "/Inburgeringsaanbod/{nummer}"),
        ("PUT", PERSOON + "/map"),
        ("PUT", PERSOON + "/pvt"),
        ("PUT", PERSOON + "/zroute"),
        ("POST", "/contactpersonen"),
        ("PUT", "/contactpersonen/{id}"),
    }
)
"""Where a 403 has a body: a list of Foutmeldingen. Every other answer that is no success has none."""


class Storing(StrEnum):
    """What goes wrong with one request."""

    ONDERHOUD = "onderhoud"
    FOUT = "fout"
    """500"""
    NOOIT = "nooit"
    """The line is dropped before anything is done."""
    TE_LAAT = "te laat"
    """The work is done and the answer never comes."""
    GEEN_VERSIE = "geen versie"
    """An answer without API-Version: something stands between us and DUO."""


@dataclass(frozen=True)
class Verzoek:
    """A request as DUO got it, with what it answered (0: no answer)."""

    methode: str
    pad: str
    bron: str
    doel: str
    bericht_id: str
    inhoud: Any
    status: int
    gedaan: bool


class Nee(Exception):
    """An answer other than success; the texts are told where DUO tells any (`WEIGERING`)."""

    def __init__(self, status: int, *teksten: str) -> None:
        super().__init__(status)
        self.status, self.teksten = status, teksten


@dataclass
class Duo:
    """The administration and its services. `clients`: OIN of a certificate -> the gemeenten that it may speak for."""

    oin: str
    clients: dict[str, set[str]]
    codes: dict[str, str]
    """OIN of a gemeente -> its code."""
    vandaag: date = date(2026, 3, 2)
    personen: dict[str, Inburgeraar] = field(default_factory=dict)
    instellingen: list[dict[str, Any]] = field(default_factory=list)
    contacten: dict[int, dict[str, Any]] = field(default_factory=dict)
    verzoeken: list[Verzoek] = field(default_factory=list)
    storingen: deque[Storing] = field(default_factory=deque)
    """For the next requests, one each."""
    onderhoud: bool = False
    traag: float = 0.0

    def persoon(self, bsn: str, gemeente: str, **meer: Any) -> Inburgeraar:
        """Put somebody on record."""
        self.personen[bsn] = Inburgeraar(bsn, gemeente, **meer)
        return self.personen[bsn]

    def gedaan(self, methode: str, stuk: str = "") -> list[Verzoek]:
        """The requests of this kind that were carried out."""
        return [een for een in self.verzoeken if een.methode == methode and stuk in een.pad and een.gedaan]

    # HTTP

    def app(self) -> web.Application:
        app = web.Application()
        v1 = "/v1"
        p = v1 + PERSOON
        lees: list[tuple[str, str, Callable[[Inburgeraar], Any]]] = [
            ("/doelgroep", "1.2.2", _doelgroep),
            ("/inburgeringsplicht", "1.2.2", lambda w: w.plicht),
            ("/inburgeringstermijn", "1.0.0", lambda w: w.termijn),
            ("/lbt/examennummer", "1.2.0", lambda w: {"examennummer": w.examennummer} if w.examennummer else None),
            ("/lbt/resultaten", "1.2.0", lambda w: w.lbt),
            ("/vrijstellingen", "1.0.0", lambda w: w.vrijstellingen),
            ("/ontheffingen", "1.0.0", lambda w: w.ontheffingen),
            ("/verlengingen", "1.0.0", lambda w: w.verlengingen),
            ("/examens/resultaten", "1.0.0", lambda w: w.examens),
            ("/PIP", "1.2.0", self._pip_nu),
            ("/map", "1.0.0", lambda w: w.map or None),
            ("/pvt", "1.0.0", lambda w: w.pvt or None),
        ]
        for pad, versie, wat in lees:
            app.router.add_get(p + pad, self._dienst(versie, _lezer(wat)))
        schrijf: list[tuple[str, str, str, Any]] = [
            ("POST", p + "/PIP", "1.2.0", self._pip_op),
            ("DELETE", p + "/PIP", "1.2.0", self._pip_weg),
            ("PUT", p + "/map", "1.0.0", self._resultaat("map", "datumEindgesprekMap", vormen.Map)),
            ("PUT", p + "/pvt", "1.0.0", self._resultaat("pvt", "datumOndertekeningPvt", vormen.Pvt)),
            ("PUT", p + "/zroute", "1.0.0", self._zroute),
            *[("PUT", f"{p}/uren/{soort}", "1.0.0", _uren(soort)) for soort in UREN],
            ("POST", p + "/Inburgeringsaanbod/{nummer}", "1.2.0", self._aanbod_op),
            ("DELETE", p + "/Inburgeringsaanbod/{nummer}", "1.2.0", self._aanbod_weg),
            ("GET", v1 + "/instellingen", "1.2.0", lambda r, g, w: (200, self.instellingen)),
            ("POST", v1 + "/contactpersonen", "1.0.0", self._contact_op),
            ("PUT", v1 + "/contactpersonen/{id}", "1.0.0", self._contact_anders),
            ("POST", v1 + "/contactpersonen/{id}/personen/{bsn}", "1.0.0", self._koppel),
            ("DELETE", v1 + "/contactpersonen/{id}/personen/{bsn}", "1.0.0", self._ontkoppel),
        ]
        for methode, pad, versie, wat in schrijf:
            app.router.add_route(methode, pad, self._dienst(versie, wat))
        return app

    def _dienst(self, versie: str, wat: Any) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def dienst(request: web.Request) -> web.StreamResponse:
            storing = self.storingen.popleft() if self.storingen else None
            inhoud: Any = None
            status, gedaan = 0, False
            try:
                if self.traag:
                    await asyncio.sleep(self.traag)
                if self.onderhoud or storing is Storing.ONDERHOUD:
                    raise Nee(503, "Gepland onderhoud.")
                if storing is Storing.NOOIT:
                    assert request.transport is not None
                    request.transport.abort()
                    return web.Response()
                if storing is Storing.FOUT:
                    raise Nee(500, "Interne fout.")
                gemeente = self._koppen(request)
                rauw = await request.read()
                inhoud = orjson.loads(rauw) if rauw else None
                wie = self._wie(request, gemeente)
                status, antwoord = wat(_Vraag(request, inhoud), gemeente, wie)
                gedaan = True
                if storing is Storing.TE_LAAT:
                    status = 0
                    assert request.transport is not None
                    request.transport.abort()
                    return web.Response()
                response = _json(status, antwoord)
            except Nee as nee:
                status = nee.status
                resource = request.match_info.route.resource
                uitgelegd = (
                    status == 403
                    and resource is not None
                    and ((request.method, resource.canonical.removeprefix("/v1")) in WEIGERING)
                )
                response = _json(status, [{"fouttekst": tekst} for tekst in nee.teksten] if uitgelegd else None)
            except (ValidationError, orjson.JSONDecodeError, ValueError):
                status = 400
                response = _json(400, None)
            finally:
                koppen = request.headers
                self.verzoeken.append(
                    Verzoek(
                        request.method,
                        request.path,
                        koppen.get("bron", ""),
                        koppen.get("doel", ""),
                        koppen.get("berichtId", ""),
                        inhoud,
                        status,
                        gedaan,
                    )
                )
            if storing is not Storing.GEEN_VERSIE:
                response.headers["API-Version"] = versie
            return response

        dienst.versie = versie  # type: ignore[attr-defined]
        return dienst

    def _koppen(self, request: web.Request) -> str:
        koppen = request.headers
        bron, doel = koppen["bron"], koppen["doel"]
        if len(bron) != 20 or doel != self.oin or str(uuid.UUID(koppen["berichtId"])) != koppen["berichtId"]:
            raise Nee(400, "De koppen kloppen niet.")
        tls = request.transport.get_extra_info("ssl_object") if request.transport else None
        onderwerp = {naam: w for deel in tls.getpeercert()["subject"] for naam, w in deel} if tls else {}
        if bron not in self.clients.get(onderwerp.get("serialNumber", onderwerp.get("userId", "")), set()):
            raise Nee(403, "Dit certificaat spreekt niet namens deze gemeente.")
        return bron

    def _wie(self, request: web.Request, gemeente: str) -> Inburgeraar | None:
        bsn = request.match_info.get("bsn")
        if bsn is None:
            return None
        if not BSN.fullmatch(bsn):
            raise Nee(400, "Het BSN klopt niet.")
        wie = self.personen.get(bsn)
        if wie is None:
            raise Nee(404, "Deze persoon is niet bekend.")
        if not wie.relevant_voor(gemeente, self.vandaag):
            raise Nee(403, f"Persoon {bsn} is niet relevant voor uw gemeente.")
        return wie

    # what each service does

    def _pip_nu(self, wie: Inburgeraar) -> Any:
        if not wie.pips:
            return None
        van, pip = wie.pips[-1]
        return {"gemeentecode": self.codes[van], "pip": pip}

    def _pip_op(self, vraag: _Vraag, gemeente: str, wie: Inburgeraar) -> tuple[int, Any]:
        pip = vraag.lees(vormen.Pip)
        _geen(regels_pip(wie, pip))
        if "niveau" not in pip and pip["leerroute"] in "BO":
            pip["niveau"] = "B1"
        wie.pips.append((gemeente, pip))
        return 201, None

    def _pip_weg(self, vraag: _Vraag, gemeente: str, wie: Inburgeraar) -> tuple[int, Any]:
        if not wie.pips:
            raise Nee(404, "Er is geen PIP.")
        _geen(regels_pip_weg(wie))
        wie.pips.pop()
        return 200, None

    def _resultaat(self, wat: str, veld: str, vorm: type[BaseModel]) -> Any:
        def zet(vraag: _Vraag, gemeente: str, wie: Inburgeraar) -> tuple[int, Any]:
            nieuw = vraag.lees(vorm)
            eerder, van = getattr(wie, wat), wie.geleverd.get(wat, gemeente)
            _geen(regels_resultaat(wie, gemeente, veld, eerder, nieuw, self.vandaag, van))
            setattr(wie, wat, nieuw)
            wie.geleverd[wat] = gemeente
            return 200, None

        return zet

    def _zroute(self, vraag: _Vraag, gemeente: str, wie: Inburgeraar) -> tuple[int, Any]:
        wie.zroute = vraag.lees(vormen.Zroute)
        return 200, None

    def _aanbod_op(self, vraag: _Vraag, gemeente: str, wie: Inburgeraar) -> tuple[int, Any]:
        nummer = vraag.request.match_info["nummer"]
        instelling = next((een for een in self.instellingen if een["instellingsnummer"] == nummer), None)
        if instelling is None:
            raise Nee(404, "Deze instelling is niet bekend.")
        aanbod = vraag.lees(vormen.Aanbod)
        _geen(regels_aanbod(wie, aanbod, instelling))
        wie.aanbod[nummer] = aanbod
        return 201, None

    def _aanbod_weg(self, vraag: _Vraag, gemeente: str, wie: Inburgeraar) -> tuple[int, Any]:
        if wie.aanbod.pop(vraag.request.match_info["nummer"], None) is None:
            raise Nee(404, "Er is geen aanbod bij deze instelling.")
        return 204, None

    def _contact_op(self, vraag: _Vraag, gemeente: str, wie: None) -> tuple[int, Any]:
        nummer = len(self.contacten) + 1
        self.contacten[nummer] = {"gemeente": gemeente, **vraag.lees(vormen.Contact)}
        return 201, {"id": nummer, "contactpersoongegevens": vraag.inhoud}

    def _contact(self, vraag: _Vraag, gemeente: str) -> int:
        nummer = int(vraag.request.match_info["id"])
        if self.contacten.get(nummer, {}).get("gemeente") != gemeente:
            raise Nee(404, "Deze contactpersoon is niet bekend.")
        return nummer

    def _contact_anders(self, vraag: _Vraag, gemeente: str, wie: None) -> tuple[int, Any]:
        self.contacten[self._contact(vraag, gemeente)] |= vraag.lees(vormen.Contact)
        return 200, None

    def _koppel(self, vraag: _Vraag, gemeente: str, wie: Inburgeraar) -> tuple[int, Any]:
        wie.contact = self._contact(vraag, gemeente)
        return 201, None

    def _ontkoppel(self, vraag: _Vraag, gemeente: str, wie: Inburgeraar) -> tuple[int, Any]:
        if wie.contact != self._contact(vraag, gemeente):
            raise Nee(404, "Deze contactpersoon is niet gekoppeld.")
        wie.contact = None
        return 200, None


@dataclass(frozen=True)
class _Vraag:
    request: web.Request
    inhoud: Any

    def lees(self, vorm: type[BaseModel]) -> dict[str, Any]:
        return vorm.model_validate(self.inhoud).model_dump(mode="json", exclude_none=True)


def _lezer(wat: Callable[[Inburgeraar], Any]) -> Any:
    def lees(vraag: _Vraag, gemeente: str, wie: Inburgeraar) -> tuple[int, Any]:
        gevonden = wat(wie)
        if gevonden is None:
            raise Nee(404, "Niet gevonden.")
        return 200, gevonden

    return lees


def _uren(soort: str) -> Any:
    def zet(vraag: _Vraag, gemeente: str, wie: Inburgeraar) -> tuple[int, Any]:
        wie.uren[soort] = vraag.lees(vormen.Urental)["uren"]
        return 200, None

    return zet


def _doelgroep(wie: Inburgeraar) -> dict[str, Any]:
    return {"indeling": wie.indeling, "begindatum": wie.doelgroep_begin, "gedetailleerdeDoelgroep": wie.detail}


def _geen(fouten: list[str]) -> None:
    if fouten:
        raise Nee(403, *fouten)


def _json(status: int, inhoud: Any) -> web.Response:
    if inhoud is None:
        return web.Response(status=status)
    return web.Response(status=status, body=orjson.dumps(inhoud), content_type="application/json")
