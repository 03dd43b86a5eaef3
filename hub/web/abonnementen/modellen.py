# SPDX-License-Identifier: EUPL-1.2
"""The bodies and parameters of webhook subscriptions, as they are checked and as OpenAPI tells of them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from hub.web.abonnementen.abonnement import Bezorgstand, Stand
from hub.web.abonnementen.adres import MAX_URL, URL_PATTERN
from hub.web.abonnementen.herhaling import Uitkomst
from hub.web.models import Plaats, Uuid
from schemas.http_binding import Vorm
from schemas.vocabulary import Rol

Gebeurtenisnaam = Annotated[str, Field(pattern="^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Url = Annotated[
    str,
    Field(
        min_length=1,
        max_length=MAX_URL,
        description="Waar de hub aanroept: https, poort 443 of 8443. Wat erin staat ziet alleen u.",
        json_schema_extra={"format": "uri", "pattern": URL_PATTERN},
    ),
]
Gebeurtenissen = Annotated[
    list[Gebeurtenisnaam] | None, Field(None, min_length=1, max_length=200, description="Alleen deze; zonder: alle.")
]
Rollen = Annotated[
    list[Rol] | None, Field(None, min_length=1, max_length=20, description="Alleen in deze rollen van u; zonder: alle.")
]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Gevraagd(_Body):
    """What a partner sends: what is absent is absent, and null is nothing that the description allows."""

    @field_validator("*", mode="before")
    @classmethod
    def _niet_null(cls, waarde: object) -> object:
        if waarde is None:
            raise PydanticCustomError("null_given", "null is no value here")
        return waarde


class NieuwAbonnement(_Gevraagd):
    """Een nieuw abonnement. De ontvanger krijgt meteen OPTIONS en zegt daarop of hij aanroepen wil (CloudEvents, HTTP
    1.1 Web Hooks, 4)."""

    url: Url
    gebeurtenissen: Gebeurtenissen
    rollen: Rollen
    vorm: Vorm = Field(Vorm.BINAIR, description="Hoe een CloudEvent over HTTP gaat.")
    vanaf: Literal["nu", "begin"] | Plaats = Field(
        "nu", description="Wat er van nu af komt, alles wat de hub voor u bewaart, of wat na deze plaats komt."
    )


class Wijziging(_Gevraagd):
    """Wat hierin niet voorkomt, blijft zoals het is."""

    url: Url | None = Field(None, description="De ontvanger wordt opnieuw gevraagd.")
    gebeurtenissen: Gebeurtenissen
    rollen: Rollen
    vorm: Vorm | None = None
    stand: Literal["actief", "gepauzeerd"] | None = Field(
        None, description="`actief` na `aangemeld` of `beeindigd`: de ontvanger wordt opnieuw gevraagd."
    )


class Abonnementbeeld(_Body):
    """Een abonnement zoals het nu staat."""

    id: Uuid
    url: str
    gebeurtenissen: list[str] | None = None
    rollen: list[str] | None = None
    vorm: Vorm
    stand: Stand
    reden: str | None = Field(None, description="Waarom het zo staat, waar de hub het zo zette.")
    tempo: int | None = Field(None, description="Leveringen per minuut die de ontvanger toestaat; zonder: geen grens.")
    plaats: Plaats = Field(description="Alles tot en met deze plaats is overgedragen, of staat onder `mislukt`.")
    opnieuw: int = Field(description="Personen van wie een levering opnieuw wordt geprobeerd.")
    wacht: int = Field(description="Leveringen die wachten achter een eerdere over dezelfde persoon.")
    uitgeput: int = Field(description="Leveringen die niet meer worden geprobeerd totdat u erom vraagt.")
    gemaakt: str
    gewijzigd: str


class Abonnementenlijst(_Body):
    abonnementen: list[Abonnementbeeld]


class Mislukking(_Body):
    """Een levering die nog niet is overgedragen. Geen inhoud; die haalt u op bij `plaats`."""

    levering: str
    plaats: Plaats
    gebeurtenis: str
    stand: Bezorgstand
    pogingen: int
    laatste: str | None = Field(None, description="Waar de laatste poging op uitkwam: een status of een woord.")
    volgende: str | None = Field(None, description="Wanneer de volgende poging is.")
    sinds: str


class Mislukkingen(_Body):
    mislukt: list[Mislukking]
    volgende: Plaats | None = Field(None, description="Vraag verder met `na` = deze plaats; zonder: dit was alles.")


class MisluktVraag(_Body):
    na: Plaats | None = Field(None, description="Wat na deze plaats komt.")
    stand: Bezorgstand | None = Field(
        None, description="Alleen wat zo staat; zonder: alles wat nog niet is overgedragen."
    )


class Opnieuw(_Gevraagd):
    plaatsen: list[Plaats] | None = Field(None, max_length=500, description="Alleen deze; zonder: alle.")


class Aantal(_Body):
    aantal: int = Field(
        description="Zoveel personen: van elk de eerste levering, de volgende komen er in volgorde achteraan."
    )


class Overslaan(_Gevraagd):
    plaats: Plaats


class Proef(_Body):
    uitkomst: Uitkomst
    antwoord: str = Field(description="De status van de ontvanger, of waarom er geen was.")
    milliseconden: int
