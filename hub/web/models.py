# SPDX-License-Identifier: EUPL-1.2
"""The bodies and parameters of the interface. They check what comes in, and are what OpenAPI tells of."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from hub.web.cursors import PATTERN

LONGEST_WAIT = 60
MOST_DELIVERIES = 500
Oin = Annotated[str, Field(pattern="^[0-9A-Z]{20}$", description="OIN, 20 tekens")]
Uuid = Annotated[str, Field(pattern="^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")]
Plaats = Annotated[str, Field(pattern=PATTERN, description="Een plaats in uw brievenbus, zoals de hub die gaf.")]
_BASE64 = "([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"
Base64 = Annotated[str, Field(pattern=f"^{_BASE64}$", json_schema_extra={"contentEncoding": "base64"})]
Handtekening = Annotated[str, Field(pattern="^[A-Za-z0-9+/]{86}==$", json_schema_extra={"contentEncoding": "base64"})]
_NO_CONTROL = r"[^\x00-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]"
Attribuut = Annotated[str, Field(pattern=f"^{_NO_CONTROL}{{1,200}}$")]
KeyId = Annotated[str, Field(pattern="^[0-9a-f]{32}$", description="Id van de sleutel die ondertekende.")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Fout(_Body):
    plaats: str = Field(description="Waar het zit: een pad in het verzoek.")
    melding: str


class Probleem(_Body):
    """Een fout, zoals RFC 9457 die beschrijft; in het Nederlands of, met `Accept-Language: en`, in het Engels."""

    type: str
    title: str
    status: int
    detail: str
    fouten: list[Fout] | None = None


class CloudEvent(BaseModel):
    """Een CloudEvent 1.0 in JSON. De gegevens zijn verzegeld en staan in base64; de handtekening gaat over alle attributen
    en de verzegelde bytes (docs/wire-format.md)."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "propertyNames": {"pattern": "^([a-z0-9]{1,20}|data_base64)$"},
            "additionalProperties": {"type": "string", "pattern": f"^{_NO_CONTROL}{{1,200}}$"},
            "maxProperties": 25,
            "not": {"required": ["data"]},
        },
    )
    __pydantic_extra__: dict[str, str]

    specversion: Literal["1.0"]
    id: Attribuut
    source: Annotated[str, Field(pattern="^urn:nld:oin:[0-9A-Z]{20}:systeem:[a-z0-9][a-z0-9-]{0,62}$")]
    type: Annotated[str, Field(pattern="^nl\\.inburgering\\.[a-z0-9-]{1,60}$")]
    time: Annotated[str, Field(json_schema_extra={"format": "date-time"})]
    datacontenttype: Attribuut
    subject: Attribuut | None = None
    dataschema: Attribuut | None = None
    rol: Attribuut | None = Field(None, description="De rol waarin u meldt, of ontvangt.")
    data_base64: Base64
    sleutelid: KeyId
    handtekening: Handtekening


class Inzending(CloudEvent):
    """Een CloudEvent van een deelnemer aan de hub."""

    partitionkey: Annotated[
        str,
        Field(
            description="Uw eigen sleutel voor de persoon, die niets zegt: houdt de volgorde.", pattern="^[!-~]{1,100}$"
        ),
    ]


class Aangenomen(_Body):
    id: Uuid = Field(description="Id van het ontvangstbewijs: volgt uit source en id.")
    source: str
    gebeurtenis: str = Field(description="Het `id` dat u gaf.")
    ontvangstbewijs: str = Field(description="Waar het ontvangstbewijs komt te staan.")


class Aanleveringen(_Body):
    """De hub heeft deze gebeurtenissen op schijf. Of zij zijn aanvaard, zegt elk ontvangstbewijs."""

    aanleveringen: list[Aangenomen]


class LeveringenVraag(_Body):
    na: Literal["begin"] | Plaats | None = Field(
        None,
        description="Wat na deze plaats komt, of alles wat de hub bewaart; zonder: na wat u het laatst bevestigde.",
    )
    wacht: Annotated[int, Field(0, ge=0, le=LONGEST_WAIT, description="Zoveel seconden wachten als er nog niets is.")]
    aantal: Annotated[int, Field(100, ge=1, le=MOST_DELIVERIES, description="Ten hoogste zoveel leveringen.")]


class StroomVraag(_Body):
    na: Plaats | None = Field(None, description="Wat na deze plaats komt; zonder: wat er van nu af komt.")


class Inhouding(_Body):
    """Deze levering wordt niet meer overgedragen: intussen verviel waarop zij rustte."""

    id: str
    reden: str


class Stuk(_Body):
    """Een levering, of een inhouding op haar plaats."""

    plaats: Plaats
    positie: int = Field(ge=0, description="De positie ervan in uw topic op Kafka: langs elke weg dezelfde.")
    levering: CloudEvent | None = None
    ingehouden: Inhouding | None = None


class Leveringen(_Body):
    leveringen: list[Stuk]
    volgende: Plaats = Field(description="Vraag verder met `na` = deze plaats.")


class Bevestiging(_Body):
    plaats: Plaats = Field(description="Alles tot en met deze plaats staat veilig bij u.")


class Ontvangstbewijs(_Body):
    id: Uuid
    stand: Literal["in-behandeling", "beantwoord"]
    ontvangstbewijs: CloudEvent | None = Field(
        None, description="Verzegeld aan u: aanvaard, of geweigerd met de reden."
    )


class IdPad(_Body):
    id: Uuid


class NummerPad(_Body):
    seq: Annotated[int, Field(ge=0, le=2**53, description="Nummer in het auditlog.")]


class Onthuld(_Body):
    naam: str
    zout: Base64
    waarde: Any


class Bewijs(_Body):
    """Bewijs dat een record in het auditlog staat; van het record ziet u alleen uw eigen deel (consent/blad.py)."""

    nummer: int
    omvang: int
    record: str
    onthuld: list[Onthuld]
    pad: list[Base64]
    checkpoint: str


class CijfersVraag(_Body):
    tabel: Annotated[str, Field(pattern="^[a-z-]{1,60}$", description="Alleen deze tabel.")] | None = None
    gemeente: Annotated[str, Field(pattern="^([0-9A-Z]{20}|alle)$", description="Alleen deze gemeente.")] | None = None
    cohort: Annotated[str, Field(pattern="^([0-9]{4}|onbekend|alle)$", description="Alleen dit cohort.")] | None = None


class Cijfer(_Body):
    """Een gepubliceerd getal; wat tot iemand te herleiden zou zijn, is er niet."""

    peildatum: str
    tabel: str
    gemeente: str
    cohort: str
    categorieen: list[str]
    maat: str
    eenheid: str
    waarde: int


class Cijfers(_Body):
    publicatie: int = Field(description="Volgnummer van de laatste publicatie; 0 als er nog geen is.")
    cijfers: list[Cijfer]


class TokenAanvraag(BaseModel):
    """OAuth 2.0 client credentials met private_key_jwt (RFC 7523)."""

    model_config = ConfigDict(extra="ignore")

    grant_type: Literal["client_credentials"]
    client_assertion_type: Literal["urn:ietf:params:oauth:client-assertion-type:jwt-bearer"]
    client_assertion: Annotated[str, Field(min_length=1, max_length=8192)]
    client_id: Oin | None = None


class Token(_Body):
    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int


class TokenFout(_Body):
    error: str
    error_description: str


class Subject(_Body):
    subject: Annotated[str, Field(min_length=1, max_length=200)]


class SubjectVersie(Subject):
    versie: Annotated[str, Field(pattern="^([1-9][0-9]{0,8}|latest)$")]


class SchemaId(_Body):
    id: Annotated[int, Field(ge=1, le=2**31 - 1)]


class SchemaTekst(_Body):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    schema_: str = Field(alias="schema")


class Schemaversie(_Body):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    subject: str
    id: int
    version: int
    schema_: str = Field(alias="schema")


class SchemaFout(_Body):
    error_code: int
    message: str


class Gezondheid(_Body):
    stand: Literal["goed", "niet-gereed"]
    wat: str | None = None


class Subjects(RootModel[list[str]]):
    pass


class Versies(RootModel[list[int]]):
    pass


class Openapi(RootModel[dict[str, Any]]):
    pass
