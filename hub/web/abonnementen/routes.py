# SPDX-License-Identifier: EUPL-1.2
"""The routes of webhook subscriptions, a part of the table in ``hub.web.routes``."""

from __future__ import annotations

from typing import Any

from hub.web.abonnementen import handlers, modellen
from hub.web.models import IdPad
from hub.web.problems import Soort
from hub.web.route import JSON, Antwoord, Handler, Route

ABONNEMENTEN = "Abonnementen"
UITLEG = (
    "Webhooks: de hub roept uw URL aan met elke levering, ondertekend (RFC 9421), per persoon in volgorde, en opnieuw tot"
    " het lukt (docs/webhooks.md)."
)
_BEELD = Antwoord("Het abonnement.", modellen.Abonnementbeeld)


def _een(
    method: str,
    path: str,
    naam: str,
    samenvatting: str,
    handler: Handler,
    antwoord: Antwoord,
    *problemen: Soort,
    **more: Any,
) -> Route:
    """About one subscription, of whoever asks."""
    return Route(
        method,
        "/v1/abonnementen/{id}" + path,
        naam,
        ABONNEMENTEN,
        samenvatting,
        handler,
        {200 if antwoord.media else 204: antwoord},
        pad=IdPad,
        problemen=(Soort.NIET_GEVONDEN, *problemen),
        **more,
    )


ROUTES: tuple[Route, ...] = (
    Route(
        "POST",
        "/v1/abonnementen",
        "maakAbonnement",
        ABONNEMENTEN,
        "Abonneer een URL op uw leveringen",
        handlers.post_subscription,
        {
            201: Antwoord(
                "Gemaakt. Het staat op `actief` als de ontvanger aanroepen wil, anders op `aangemeld` met de reden.",
                modellen.Abonnementbeeld,
                headers={"Location": "Waar het staat."},
            )
        },
        inhoud={JSON: modellen.NieuwAbonnement},
        problemen=(Soort.CONFLICT, Soort.VERBODEN),
        duurt=True,
    ),
    Route(
        "GET",
        "/v1/abonnementen",
        "haalAbonnementen",
        ABONNEMENTEN,
        "Uw abonnementen",
        handlers.get_subscriptions,
        {200: Antwoord("Alle, oudste eerst.", modellen.Abonnementenlijst)},
    ),
    _een("GET", "", "haalAbonnement", "Eén abonnement", handlers.get_subscription, _BEELD),
    _een(
        "PATCH",
        "",
        "wijzigAbonnement",
        "Wijzig, pauzeer of hervat",
        handlers.patch_subscription,
        _BEELD,
        Soort.CONFLICT,
        inhoud={JSON: modellen.Wijziging},
        duurt=True,
    ),
    _een(
        "DELETE",
        "",
        "verwijderAbonnement",
        "Verwijder het, met alles wat nog wachtte",
        handlers.delete_subscription,
        Antwoord("Weg.", media=""),
    ),
    _een(
        "POST",
        "/proef",
        "probeerAbonnement",
        "Roep de URL eenmaal aan, met een gebeurtenis over niemand",
        handlers.post_test,
        Antwoord("Wat eruit kwam.", modellen.Proef),
        Soort.CONFLICT,
        duurt=True,
    ),
    _een(
        "GET",
        "/mislukt",
        "haalMislukt",
        "Wat nog niet is overgedragen, en waarom",
        handlers.get_failures,
        Antwoord("Op volgorde van plaats.", modellen.Mislukkingen),
        Soort.VERBODEN,
        query=modellen.MisluktVraag,
    ),
    _een(
        "POST",
        "/opnieuw",
        "probeerOpnieuw",
        "Probeer opnieuw wat is opgegeven of wacht, nu en in volgorde",
        handlers.post_again,
        Antwoord("Zoveel.", modellen.Aantal),
        Soort.VERBODEN,
        Soort.CONFLICT,
        inhoud={JSON: modellen.Opnieuw},
    ),
    _een(
        "POST",
        "/overslaan",
        "slaOver",
        "Sla een levering over: de volgende over dezelfde persoon gaat verder",
        handlers.post_skip,
        _BEELD,
        Soort.VERBODEN,
        Soort.CONFLICT,
        inhoud={JSON: modellen.Overslaan},
    ),
)
