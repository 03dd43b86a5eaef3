# SPDX-License-Identifier: EUPL-1.2
"""What DUO's services answer, field by field in DUO's names. Fields that DUO adds later are passed over.

Dates: `einddatum` of the plicht and of a tijdelijke vrijstelling is the last day (inclusive); `einddatum` of the termijn
is the first day after it (exclusive).
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

Onderdeel = Literal["KNM", "LE", "LU", "SC", "SP"]
Oordeel = Literal["Toekenning", "Afwijzing"]
RedenVrijstelling = Literal["AVI", "DIP", "DOC", "GED", "INB", "INS", "OPL"]


class _Gegeven(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Notificatie(BaseModel):
    """The body of `POST /notificaties` (Notificatie API 1.8.0)."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=False)

    registratieDatumTijd: AwareDatetime
    gebeurtenisId: Annotated[str, Field(pattern=r"^[0-9A-Z]{1,6}$")]
    bsn: Annotated[str, Field(pattern=r"^[0-9]{9}$")] | None = None
    vNummer: Annotated[int, Field(strict=True, ge=0, le=9_999_999_999)] | None = None


class Plicht(_Gegeven):
    indicatorInburgeringsplicht: bool
    begindatum: date | None = None
    einddatum: date | None = None
    """The last day."""
    wijzigingsdatum: date | None = None
    datumKennisgevingInburgeringsplicht: date | None = None
    redenGeenInburgeringsplicht: (
        Literal[
            "Volledige ontheffing",
            "Volledige vrijstelling",
            "Inburgeringsplicht voldaan",
            "Verblijfsdoel gewijzigd",
            "Vertrek uit Nederland langer dan een jaar",
            "Overlijden",
            "Overig",
            "Tijdelijke vrijstelling",
        ]
        | None
    ) = None


class Doelgroep(_Gegeven):
    indeling: Literal["Asielstatushouder", "Gezinsmigrant en overige migrant"] | None = None
    begindatum: date | None = None
    gedetailleerdeDoelgroep: str | None = None
    asielrechtenWijzigingVerblijfsdoel: str | None = None


class Termijn(_Gegeven):
    startdatum: date
    einddatum: date
    """The first day after the term."""
    wijzigingsdatum: date | None = None
    verlengingsgrondcode: str | None = None
    verlengingsgrondomschrijving: str | None = None


class Examennummer(_Gegeven):
    examennummer: Annotated[str, Field(max_length=12)]


class LbtResultaat(_Gegeven):
    resultaat: Literal["B1-route haalbaar", "B1-route niet haalbaar", "Onbekend"]
    behaaldeScore: Annotated[str, Field(pattern=r"^\d{1,3},\d{2}$")]
    benodigdeScore: Annotated[str, Field(pattern=r"^\d{1,3},\d{2}$")]
    datumAfname: date


class VrijstellingGeheel(_Gegeven):
    oordeel: Oordeel
    reden: RedenVrijstelling
    datumOordeel: date | None = None


class VrijstellingTijdelijk(VrijstellingGeheel):
    startdatum: date | None = None
    einddatum: date | None = None
    """The last day."""


class VrijstellingGedeeltelijk(VrijstellingGeheel):
    examenonderdeel: Literal["LE", "LU", "SC", "SP"] | None = None
    examenniveau: Literal["A2", "B1"] | None = None


class Vrijstelling(_Gegeven):
    GeheleVrijstelling: VrijstellingGeheel | None = None
    TijdelijkeVrijstelling: VrijstellingTijdelijk | None = None
    GedeeltelijkeVrijstelling: VrijstellingGedeeltelijk | None = None


class OntheffingGeheel(_Gegeven):
    oordeel: Oordeel
    datumOordeel: date
    grond: Literal["BIO", "MED"]


class OntheffingGedeeltelijk(OntheffingGeheel):
    examenonderdeel: Onderdeel | None = None
    urenBelastbaarheidParticipatieactiviteit: Annotated[int, Field(ge=0, le=9999)] | None = None


class Ontheffing(_Gegeven):
    GeheleOntheffing: OntheffingGeheel | None = None
    GedeeltelijkeOntheffing: OntheffingGedeeltelijk | None = None


class Verlenging(_Gegeven):
    beoordelingAanvraag: Literal["Toegekend", "Afgewezen", "InBehandeling"]
    datumBeoordeling: date | None = None
    ontvangstdatum: date


class Examen(_Gegeven):
    examendatum: date
    resultaat: Literal["Geslaagd", "Gezakt", "Geen"]
    redenGeenResultaat: Literal["Verwijtbaar", "Nietverwijtbaar", "Afgemeld", "Absent"] | None = None
    onderdeel: Onderdeel
    niveau: Literal["A2", "B1", "B2"] | None = None


class PipGegevens(_Gegeven):
    dagtekeningPip: date
    leerroute: Literal["B", "O", "Z"]
    niveau: Literal["A2", "B1"] | None = None
    geschatteIntensiteitB1Route: int | None = None
    indicatorMagOpleidingAfmaken: bool | None = None
    indicatorAlfabetiseringsonderwijs: Literal["A", "AA", "NVT"] | None = None


class PipVanGemeente(_Gegeven):
    gemeentecode: Annotated[str, Field(pattern=r"^\d{4}$")]
    pip: PipGegevens


class Instelling(_Gegeven):
    instellingsnummer: Annotated[str, Field(min_length=10, max_length=10)]
    naam: str
    indicatieBowKeurmerk: bool | None = None
    indicatieTstKeurmerk: bool | None = None


LBT_RESULTATEN = TypeAdapter(list[LbtResultaat])
VRIJSTELLINGEN = TypeAdapter(list[Vrijstelling])
ONTHEFFINGEN = TypeAdapter(list[Ontheffing])
VERLENGINGEN = TypeAdapter(list[Verlenging])
EXAMENS = TypeAdapter(list[Examen])
INSTELLINGEN = TypeAdapter(list[Instelling])
