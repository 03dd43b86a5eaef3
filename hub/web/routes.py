# SPDX-License-Identifier: EUPL-1.2
"""Every route, as one table: it is served (``server``) and it is what OpenAPI tells (``openapi``)."""

from __future__ import annotations

from pydantic import BaseModel

from hub.web import cijfers, fetching, models, opening, proving, registering, sending, stroom
from hub.web.abonnementen import routes as abonnementen
from hub.web.problems import Soort
from hub.web.route import JSON, Antwoord, Handler, Route, Wie
from schemas.cloudevents import AVRO, SEALED
from schemas.http_binding import BATCH, KEY, STRUCTURED
from schemas.signatures import KEY_HEADER, SIGNATURE_HEADER

GEBEURTENISSEN, LEVERINGEN, CIJFERS, AUDIT, SCHEMAS, TOEGANG, BEHEER = (
    "Gebeurtenissen",
    "Leveringen",
    "Cijfers",
    "Auditlog",
    "Schemaregister",
    "Toegang",
    "Beheer",
)
GROEPEN = {
    GEBEURTENISSEN: "Melden, in de drie HTTP-vormen van CloudEvents: verzegeld aan de hub en ondertekend door u.",
    LEVERINGEN: "Ophalen wat de hub voor u heeft. Bij elke overdracht wordt opnieuw beslist of het nog mag.",
    abonnementen.ABONNEMENTEN: abonnementen.UITLEG,
    CIJFERS: "Wat de hub over de hele inburgering publiceert, over niemand in het bijzonder.",
    AUDIT: "Checkpoints en bewijzen uit het auditlog.",
    SCHEMAS: "Het schemaregister, leesbaar voor clients van Confluent.",
    TOEGANG: "Een token voor wie zonder clientcertificaat verbindt.",
    BEHEER: "Of de hub er is en hoe het gaat.",
}
_CE_HEADERS = {
    "ce-specversion": "In binaire vorm: `1.0`.",
    "ce-id": "In binaire vorm: het id van de gebeurtenis; samen met `ce-source` voor altijd dezelfde.",
    "ce-source": "In binaire vorm: `urn:nld:oin:<OIN>:systeem:<naam>`.",
    "ce-type": "In binaire vorm: `nl.inburgering.<gebeurtenis>`.",
    "ce-time": "In binaire vorm: wanneer het is verstuurd (RFC 3339).",
    f"ce-{KEY_HEADER}": "In binaire vorm: het id van uw sleutel.",
    f"ce-{SIGNATURE_HEADER}": "In binaire vorm: de handtekening, in base64.",
    f"ce-{KEY}": "In binaire vorm: uw eigen sleutel voor de persoon.",
}


def _register(
    path: str, naam: str, samenvatting: str, handler: Handler, antwoord: Antwoord, pad: type[BaseModel] | None = None
) -> Route:
    """One of the schema registry's: read by anybody, with errors in Confluent's form."""
    return Route(
        "GET",
        path,
        naam,
        SCHEMAS,
        samenvatting,
        handler,
        {200: antwoord},
        wie=Wie.IEDEREEN,
        pad=pad,
        problemen=(Soort.NIET_GEVONDEN,) if pad else (),
        foutvorm=registering.confluent_error,
    )


def _beheer(path: str, naam: str, samenvatting: str, handler: Handler, antwoord: Antwoord) -> Route:
    """How the hub does, and what it is: read by anybody."""
    return Route("GET", path, naam, BEHEER, samenvatting, handler, {200: antwoord}, wie=Wie.IEDEREEN)


ROUTES: tuple[Route, ...] = (
    Route(
        "POST",
        "/v1/gebeurtenissen",
        "meldGebeurtenissen",
        GEBEURTENISSEN,
        "Meld een gebeurtenis, of een reeks",
        sending.post_events,
        {202: Antwoord("Op schijf bij de hub; of het is aanvaard zegt het ontvangstbewijs.", models.Aanleveringen)},
        inhoud={STRUCTURED: None, BATCH: None, SEALED: None, AVRO: None},
        koppen=_CE_HEADERS,
        problemen=(Soort.VERBODEN,),
    ),
    Route(
        "GET",
        "/v1/ontvangstbewijzen/{id}",
        "haalOntvangstbewijs",
        GEBEURTENISSEN,
        "Het ontvangstbewijs van wat u over HTTP meldde",
        sending.get_receipt,
        {200: Antwoord("In behandeling, of beantwoord met een verzegeld bewijs.", models.Ontvangstbewijs)},
        pad=models.IdPad,
        problemen=(Soort.NIET_GEVONDEN,),
    ),
    Route(
        "GET",
        "/v1/leveringen",
        "haalLeveringen",
        LEVERINGEN,
        "Wat er voor u ligt, oudste eerst",
        fetching.get_deliveries,
        {200: Antwoord("Leveringen en inhoudingen op hun plaats.", models.Leveringen)},
        query=models.LeveringenVraag,
        problemen=(Soort.VERBODEN, Soort.CONFLICT),
        duurt=True,
    ),
    Route(
        "POST",
        "/v1/leveringen/bevestigingen",
        "bevestigLeveringen",
        LEVERINGEN,
        "Zeg tot waar alles veilig bij u staat",
        fetching.post_confirmation,
        {200: Antwoord("Tot hier is bevestigd.", models.Bevestiging)},
        inhoud={JSON: models.Bevestiging},
        problemen=(Soort.VERBODEN,),
    ),
    Route(
        "GET",
        "/v1/leveringen/stroom",
        "volgLeveringen",
        LEVERINGEN,
        "Uw leveringen zodra zij er zijn, als server-sent events",
        stroom.get_stream,
        {200: Antwoord("Gebeurtenissen `levering` en `ingehouden`, met hun plaats als id.", media=stroom.MEDIA)},
        query=models.StroomVraag,
        koppen={"Last-Event-ID": "De laatste plaats die u zag; een browser stuurt deze zelf."},
        problemen=(Soort.VERBODEN, Soort.CONFLICT),
        duurt=True,
    ),
    *abonnementen.ROUTES,
    Route(
        "GET",
        "/v1/audit/checkpoint",
        "haalCheckpoint",
        AUDIT,
        "Het laatste ondertekende checkpoint (C2SP tlog-checkpoint)",
        proving.get_checkpoint,
        {200: Antwoord("Een ondertekende notitie.", media="text/plain")},
        problemen=(Soort.NIET_GEVONDEN,),
    ),
    Route(
        "GET",
        "/v1/audit/bewijs/{seq}",
        "haalBewijs",
        AUDIT,
        "Bewijs van uw eigen deel van een record",
        proving.get_proof,
        {200: Antwoord("Blad, pad naar de wortel en checkpoint.", models.Bewijs)},
        pad=models.NummerPad,
        problemen=(Soort.NIET_GEVONDEN,),
    ),
    Route(
        "GET",
        "/v1/cijfers",
        "haalCijfers",
        CIJFERS,
        "De laatst gepubliceerde cijfers",
        cijfers.get_figures,
        {200: Antwoord("Getallen; wat tot iemand te herleiden zou zijn, is er niet.", models.Cijfers)},
        wie=Wie.IEDEREEN,
        query=models.CijfersVraag,
    ),
    Route(
        "POST",
        "/v1/oauth/token",
        "vraagToken",
        TOEGANG,
        "Een token voor een ondertekende verklaring (OAuth 2.0, private_key_jwt)",
        opening.post_token,
        {
            200: Antwoord("Een token voor enkele minuten.", models.Token),
            400: Antwoord("De aanvraag klopt niet.", models.TokenFout),
            401: Antwoord("De verklaring geldt niet.", models.TokenFout),
        },
        wie=Wie.IEDEREEN,
        inhoud={"application/x-www-form-urlencoded": models.TokenAanvraag},
        foutvorm=opening.oauth_error,
    ),
    _register(
        "/subjects",
        "haalSubjects",
        "Alle subjects",
        registering.get_subjects,
        Antwoord("Namen.", models.Subjects, registering.MEDIA),
    ),
    _register(
        "/subjects/{subject}/versions",
        "haalVersies",
        "De versies van een subject",
        registering.get_versions,
        Antwoord("Versienummers.", models.Versies, registering.MEDIA),
        models.Subject,
    ),
    _register(
        "/subjects/{subject}/versions/{versie}",
        "haalVersie",
        "Eén versie, of `latest`",
        registering.get_version,
        Antwoord("Het schema met zijn id.", models.Schemaversie, registering.MEDIA),
        models.SubjectVersie,
    ),
    _register(
        "/schemas/ids/{id}",
        "haalSchema",
        "Het schema met dit id, zoals het in elk bericht staat",
        registering.get_schema,
        Antwoord("Het schema.", models.SchemaTekst, registering.MEDIA),
        models.SchemaId,
    ),
    _beheer(
        "/health/live",
        "isLevend",
        "Of het proces leeft",
        opening.get_live,
        Antwoord("Het leeft.", models.Gezondheid),
    ),
    _beheer(
        "/health/ready",
        "isGereed",
        "Of er kan worden overgedragen",
        opening.get_ready,
        Antwoord("Gereed.", models.Gezondheid),
    ),
    _beheer(
        "/metrics",
        "haalMetrics",
        "Tellingen voor Prometheus, over niemand",
        opening.get_metrics,
        Antwoord("Tellingen.", media="text/plain"),
    ),
    _beheer(
        "/v1/openapi.json",
        "haalOpenapi",
        "Deze beschrijving",
        opening.get_openapi,
        Antwoord("OpenAPI 3.1.", models.Openapi, headers={"Access-Control-Allow-Origin": "Altijd `*`."}),
    ),
    _beheer(
        "/v1/documentatie",
        "haalDocumentatie",
        "Deze beschrijving als pagina voor een browser",
        opening.get_page,
        Antwoord("De pagina.", media="text/html"),
    ),
)
