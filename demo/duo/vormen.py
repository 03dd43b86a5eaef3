# SPDX-License-Identifier: EUPL-1.2
"""The bodies that DUO takes, as its documents describe them: names, patterns, limits. What is not named is refused."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Uren = Annotated[int, Field(strict=True, ge=0, le=9999)]


class _Vorm(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Pip(_Vorm):
    dagtekeningPip: date
    leerroute: Literal["B", "O", "Z"]
    niveau: Literal["A2", "B1"] | None = None
    geschatteIntensiteitB1Route: Annotated[int, Field(strict=True, ge=1, le=9999)] | None = None
    indicatorMagOpleidingAfmaken: Annotated[bool, Field(strict=True)] | None = None
    indicatorAlfabetiseringsonderwijs: Literal["A", "AA", "NVT"] | None = None


class Aanbod(_Vorm):
    datumInburgeringsaanbod: date | None = None
    verwachteStartdatumOpleiding: date | None = None
    verwachteEinddatumOpleiding: date | None = None
    indicatorAlfabetiseringsonderwijs: Literal["A", "AA", "NVT"]


class Map(_Vorm):
    datumEindgesprekMap: date | None = None
    verwijtbaar: Literal["Ja", "Nee"] | None = None


class Pvt(_Vorm):
    datumOndertekeningPvt: date | None = None
    verwijtbaar: Literal["Ja", "Nee"] | None = None


class Zroute(_Vorm):
    datumAfrondingZroute: date | None = None


class Urental(_Vorm):
    uren: Uren


class Contact(_Vorm):
    naam: Annotated[str, Field(max_length=100, pattern=r"^[\s'‘.\p{L}\p{Pd}]{0,100}$")]
    email: Annotated[str, Field(min_length=4, max_length=241)]
    telefoonnummer: Annotated[
        str,
        Field(
            min_length=3,
            max_length=22,
            pattern=r"^(\+|[0-9])((\s|\s?(-|\(0\))\s?)?[0-9]){2,15}([,][1-9][0-9]{1,8})?$",
        ),
    ]
