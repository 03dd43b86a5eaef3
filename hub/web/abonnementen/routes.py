# SPDX-License-Identifier: EUPL-1.2
"""The routes of webhook subscriptions, a part of the table in ``hub.web.routes``."""

from __future__ import annotations

from typing import Any

from hub.web.abonnementen import handlers, modellen
from hub.web.models import IdPad
from hub.web.problems import Soort
from hub.web.route import JSON, Antwoord, Route

ABONNEMENTEN = "Abonnementen"
UITLEG = (
    "Webhooks: de hub roept uw URL aan met elke levering, ondertekend (RFC 9421), per persoon in volgorde, en opnieuw tot"
    " het lukt (docs/webhooks.md)."
)
_ONE: dict[str, Any] = {"pad": IdPad}
_BEELD = Antwoord("Het abonnement.", modellen.Abonnementbeeld)

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
    Route(
        "GET",
        "/v1/abonnementen/{id}",
        "haalAbonnement",
        ABONNEMENTEN,
        "Eén abonnement",
        handlers.get_subscription,
        {200: _BEELD},
        problemen=(Soort.NIET_GEVONDEN,),
        **_ONE,
    ),
    Route(
        "PATCH",
        "/v1/abonnementen/{id}",
        "wijzigAbonnement",
        ABONNEMENTEN,
        "Wijzig, pauzeer of hervat",
        handlers.patch_subscription,
        {200: _BEELD},
        inhoud={JSON: modellen.Wijziging},
        problemen=(Soort.NIET_GEVONDEN, Soort.CONFLICT),
        duurt=True,
        **_ONE,
    ),
    Route(
        "DELETE",
        "/v1/abonnementen/{id}",
        "verwijderAbonnement",
        ABONNEMENTEN,
        "Verwijder het, met alles wat nog wachtte",
        handlers.delete_subscription,
        {204: Antwoord("Weg.", media="")},
        problemen=(Soort.NIET_GEVONDEN,),
        **_ONE,
    ),
    Route(
        "POST",
        "/v1/abonnementen/{id}/proef",
        "probeerAbonnement",
        ABONNEMENTEN,
        "Roep de URL eenmaal aan, met een gebeurtenis over niemand",
        handlers.post_test,
        {200: Antwoord("Wat eruit kwam.", modellen.Proef)},
        problemen=(Soort.NIET_GEVONDEN, Soort.CONFLICT),
        duurt=True,
        **_ONE,
    ),
    Route(
        "GET",
        "/v1/abonnementen/{id}/mislukt",
        "haalMislukt",
        ABONNEMENTEN,
        "Wat nog niet is overgedragen, en waarom",
        handlers.get_failures,
        {200: Antwoord("Op volgorde van plaats.", modellen.Mislukkingen)},
        query=modellen.MisluktVraag,
        problemen=(Soort.NIET_GEVONDEN, Soort.VERBODEN),
        **_ONE,
    ),
    Route(
        "POST",
        "/v1/abonnementen/{id}/opnieuw",
        "probeerOpnieuw",
        ABONNEMENTEN,
        "Probeer opnieuw wat is opgegeven of wacht, nu en in volgorde",
        handlers.post_again,
        {200: Antwoord("Zoveel.", modellen.Aantal)},
        inhoud={JSON: modellen.Opnieuw},
        problemen=(Soort.NIET_GEVONDEN, Soort.VERBODEN, Soort.CONFLICT),
        **_ONE,
    ),
    Route(
        "POST",
        "/v1/abonnementen/{id}/overslaan",
        "slaOver",
        ABONNEMENTEN,
        "Sla een levering over: de volgende over dezelfde persoon gaat verder",
        handlers.post_skip,
        {200: _BEELD},
        inhoud={JSON: modellen.Overslaan},
        problemen=(Soort.NIET_GEVONDEN, Soort.VERBODEN, Soort.CONFLICT),
        **_ONE,
    ),
)
