# SPDX-License-Identifier: EUPL-1.2
"""The service that DUO calls: `POST /v1/notificaties` (Notificatie API 1.8.0), over mutual TLS.

1. Who calls, says its certificate: 401 when the OIN in it is not `bron`, 403 when that is not DUO, or when we do not
   speak for `doel`.
2. What does not follow the specification is 400, with a `fouttekst` that repeats nothing of the message.
3. The notice is kept; then, and not before, 201. The same notice again is 201 again, and kept once.

Every answer, also to what does not exist, has `API-Version`. The service writes no access log: it would hold nothing
that is of use, and could come to hold a BSN. Not here: asking the services that the notice points at (`ophalen`).
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from aiohttp import web
from pydantic import ValidationError

from connectors.duo.gegevens import Notificatie
from connectors.duo.koppelvlak import API_VERSIE, BERICHT_ID, BRON, DOEL, NOTIFICATIE_VERSIE, OIN, fout, is_bericht_id
from connectors.duo.opslag import Opslag
from connectors.duo.profiel import DuoProfiel

GROOTSTE_BERICHT = 16 << 10
"""Bytes; a notice has four short fields."""
PAD = f"/v{NOTIFICATIE_VERSIE.partition('.')[0]}/notificaties"
_log = logging.getLogger(__name__)
_Vervolg = Callable[[web.Request], Awaitable[web.StreamResponse]]


class _Afgewezen(Exception):
    def __init__(self, status: int, tekst: str) -> None:
        super().__init__(tekst)
        self.status, self.tekst = status, tekst


class Ontvangst:
    """The application for one partner. `onderhoud`: say that we are closed; nothing is taken then."""

    def __init__(self, profiel: DuoProfiel, opslag: Opslag, *, gewekt: Callable[[], None] = lambda: None) -> None:
        self._profiel, self._opslag, self._gewekt = profiel, opslag, gewekt
        self.onderhoud = False

    def app(self) -> web.Application:
        app = web.Application(middlewares=[self._elk_antwoord], client_max_size=GROOTSTE_BERICHT)
        app.router.add_post(PAD, self._notificatie)
        return app

    async def dien(self) -> web.AppRunner:
        """Serve until the runner is cleaned up (`await runner.cleanup()`)."""
        runner = web.AppRunner(self.app(), access_log=None, shutdown_timeout=5.0)
        await runner.setup()
        tls = self._profiel.tls_als_dienst()
        await web.TCPSite(runner, self._profiel.host, self._profiel.poort, ssl_context=tls).start()
        return runner

    @web.middleware
    async def _elk_antwoord(self, request: web.Request, handler: _Vervolg) -> web.StreamResponse:
        try:
            if self.onderhoud:
                raise _Afgewezen(503, "Deze dienst is in onderhoud; stuur de notificatie later opnieuw.")
            antwoord = await handler(request)
        except _Afgewezen as error:
            antwoord = _json(error.status, fout(error.tekst))
        except web.HTTPRequestEntityTooLarge:
            antwoord = _json(400, fout(f"Een notificatie is ten hoogste {GROOTSTE_BERICHT} bytes."))
        except web.HTTPException as error:
            antwoord = _json(error.status, fout(f"Deze dienst kent alleen POST {PAD}."))
            if isinstance(error, web.HTTPMethodNotAllowed):
                antwoord.headers["Allow"] = "POST"
        except Exception as error:  # noqa: BLE001  DUO gets an answer and tries again; what went wrong is in our log
            # Its kind only: a message about data may repeat data.
            _log.error("A notice could not be taken: %s", type(error).__name__)
            antwoord = _json(500, fout("Interne fout; stuur de notificatie opnieuw."))
        antwoord.headers[API_VERSIE] = NOTIFICATIE_VERSIE
        return antwoord

    async def _notificatie(self, request: web.Request) -> web.Response:
        gemeente = self._wie(request)
        if request.content_type != "application/json":
            raise _Afgewezen(400, "Stuur de notificatie als application/json.")
        rauw = await request.read()
        try:
            inhoud = orjson.loads(rauw)
            bericht = Notificatie.model_validate(inhoud)
        except orjson.JSONDecodeError as error:
            raise _Afgewezen(400, "De inhoud is geen JSON.") from error
        except ValidationError as error:
            eerste = error.errors(include_url=False, include_input=False, include_context=False)[0]
            veld = str(eerste["loc"][0]) if eerste["loc"] else "de inhoud"
            raise _Afgewezen(
                400, f"{veld} voldoet niet aan de specificatie van Notificatie {NOTIFICATIE_VERSIE}."
            ) from error
        if bericht.bsn is None and bericht.vNummer is None:
            raise _Afgewezen(400, "Noem een bsn of een vNummer.")
        vnummer = None if bericht.vNummer is None else f"{bericht.vNummer:010d}"
        nieuw = self._opslag.ontvang(
            gemeente,
            bericht.gebeurtenisId,
            bericht.registratieDatumTijd.timestamp(),
            {"bsn": bericht.bsn, "vNummer": vnummer, "registratieDatumTijd": inhoud["registratieDatumTijd"]},
        )
        if nieuw:
            self._gewekt()
        return web.Response(status=201)

    def _wie(self, request: web.Request) -> str:
        """The gemeente for which the notice is; raises when this caller may not bring it."""
        koppen = request.headers
        bron, doel, bericht_id = koppen.get(BRON, ""), koppen.get(DOEL, ""), koppen.get(BERICHT_ID, "")
        for naam, waarde in ((BRON, bron), (DOEL, doel)):
            if not OIN.fullmatch(waarde):
                raise _Afgewezen(400, f"De kop {naam} is een OIN van 20 cijfers.")
        if not is_bericht_id(bericht_id):
            raise _Afgewezen(400, f"De kop {BERICHT_ID} is een UUID.")
        if oin_van(request) != bron:
            raise _Afgewezen(401, "Het certificaat is niet van de organisatie in de kop bron.")
        if bron != self._profiel.oin:
            raise _Afgewezen(403, "Alleen DUO levert hier notificaties.")
        if all(doel != een.oin for een in self._profiel.gemeenten):
            raise _Afgewezen(403, "Deze dienst neemt geen notificaties aan voor de organisatie in de kop doel.")
        return doel


def oin_van(request: web.Request) -> str | None:
    """The OIN in the subject of the caller's certificate: PKIoverheid has it as serialNumber, the embedded default of
    the hub as UID."""
    tls = request.transport.get_extra_info("ssl_object") if request.transport else None
    certificaat: dict[str, Any] = (tls.getpeercert() if tls else None) or {}
    velden = {naam: waarde for deel in certificaat.get("subject", ()) for naam, waarde in deel}
    return next((velden[naam] for naam in ("serialNumber", "userId", "UID") if naam in velden), None)


def _json(status: int, inhoud: Any) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(inhoud), content_type="application/json")
