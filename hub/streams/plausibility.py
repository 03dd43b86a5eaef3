# SPDX-License-Identifier: EUPL-1.2
"""Whether what a report says can be true at all: numbers of persons, and dates. Pure; who may say it is not asked here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from hub.vault.identities import Identity
from schemas import catalogue, identity
from schemas.corrections import WIJZIGING

EARLIEST = date(1900, 1, 1)
MAX_AHEAD = timedelta(days=3660)
"""Ten years: a date further on can only be a slip (a term of inburgering, the longest there is, takes far less)."""


class Weigergrond(StrEnum):
    """Why a record gets no place in the log; the codes of `aanlevering-geweigerd`."""

    NIET_BEVOEGD = "niet-bevoegd"
    ONGELDIG = "ongeldig"
    ONBEKEND_TYPE = "onbekend-type"
    ID_HERGEBRUIKT = "id-hergebruikt"
    ONBEKENDE_PERSOON = "onbekende-persoon"
    IDENTITEIT_ONGELDIG = "identiteit-ongeldig"
    DATUM_ONMOGELIJK = "datum-onmogelijk"
    TE_GROOT = "te-groot"


class Implausible(Exception):
    """It cannot be meant so; the text goes into the sender's receipt and repeats no number of a person."""

    def __init__(self, grond: Weigergrond, toelichting: str) -> None:
        super().__init__(toelichting)
        self.grond, self.toelichting = grond, toelichting


def identities_in(persoon: Mapping[str, Any] | None, required: bool) -> tuple[Identity, ...]:
    """Every number given, each once, the one that the report is about first."""
    if persoon is None:
        if required:
            raise Implausible(
                Weigergrond.ONGELDIG, "Vul `persoon` in met soort en waarde: deze gebeurtenis gaat over een persoon."
            )
        return ()
    given: list[Identity] = []
    for one in (persoon, *(persoon.get("ook") or ())):
        soort, waarde = one["soort"], str(one["waarde"]).strip()
        if soort == "bsn" and not identity.is_bsn(waarde):
            raise Implausible(
                Weigergrond.IDENTITEIT_ONGELDIG, "Controleer het BSN: negen cijfers die voldoen aan de elfproef."
            )
        if soort == "vnummer" and not identity.is_vnummer(waarde):
            raise Implausible(
                Weigergrond.IDENTITEIT_ONGELDIG, "Controleer het V-nummer: tien cijfers, met de nullen ervoor."
            )
        given.append((soort, waarde))
    return tuple(dict.fromkeys(given))


def moment_of(naam: str, data: Mapping[str, Any], today: date) -> date:
    """When it happened; and no date in the data before 1900 or so far ahead that it can only be a slip."""
    for field, value in _dates(naam, data):
        if not EARLIEST <= value <= today + MAX_AHEAD:
            raise Implausible(Weigergrond.DATUM_ONMOGELIJK, f"Verbeter `{field}`: {value} kan niet bedoeld zijn.")
    gebeurd = date.fromisoformat(data["gebeurd_op"]) if data.get("gebeurd_op") else today
    if gebeurd > today + timedelta(days=1):
        raise Implausible(
            Weigergrond.DATUM_ONMOGELIJK, f"Meld pas als het gebeurd is: `gebeurd_op` {gebeurd} ligt in de toekomst."
        )
    return gebeurd


def _dates(naam: str, data: Mapping[str, Any]) -> Iterator[tuple[str, date]]:
    """Every date by the schema, not by its looks: a telephone number may look like one."""
    fields = {veld.naam for veld in catalogue.gebeurtenistype(naam).velden.values() if veld.soort == "date"}
    for field in ("gebeurd_op", *sorted(fields)):
        value = data.get(field)
        for one in value if isinstance(value, list) else [value]:
            if one is not None:
                yield field, date.fromisoformat(one)
    if isinstance(change := data.get(WIJZIGING), Mapping):
        yield from _dates(data["gebeurtenis"], change)
