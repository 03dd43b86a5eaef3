# SPDX-License-Identifier: EUPL-1.2
"""What went wrong, how far: for a wrong event, a wrong row of the policy, a recipient or a stolen key, which persons,
categories, organisations and deliveries are touched.

Answers come from the audit log's projection and speak of dossier ids. Not here: the clock and the register of what was
found (``datalekken``), and the words of the report (``melding``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, literal, or_, select

from hub.readmodel.privacy import Periode, parties
from hub.readmodel.tables import uitkomsten
from hub.vault.tables import reading
from schemas.vocabulary import Categorie

GEVOELIG = frozenset({Categorie.BSN, Categorie.GEZONDHEID, Categorie.JUSTITIE, Categorie.FINANCIEN, Categorie.NAW})
"""What makes a high risk for persons likely (AVG 34; EDPB guidelines 9/2022, section IV.B)."""


class Grond(StrEnum):
    """What is wrong."""

    GEBEURTENIS = "gebeurtenis"
    """One event: it was about another person, or should never have been sent."""
    REGEL = "regel"
    """A row of the policy opened what it should not."""
    ONTVANGER = "ontvanger"
    """An organisation that got data and should not have, or lost what it got."""
    ZEGELSLEUTEL = "zegelsleutel"
    """The key of a participant that opens what was delivered to it: that may be read."""
    HANDTEKENSLEUTEL = "handtekensleutel"
    """The key of a participant that signs what it reports: that may be forged."""
    ZEGELSLEUTEL_HUB = "zegelsleutel-hub"
    """The hub's key that opens what was sent to it: every report of the period may be read."""
    HANDTEKENSLEUTEL_HUB = "handtekensleutel-hub"
    """The hub's key that signs what it delivers: every delivery of the period may be forged."""


VERTROUWELIJKHEID = frozenset(
    {Grond.GEBEURTENIS, Grond.REGEL, Grond.ONTVANGER, Grond.ZEGELSLEUTEL, Grond.ZEGELSLEUTEL_HUB}
)
"""Grounds by which somebody may know what he should not; by the others somebody may have said what is not so."""


@dataclass(frozen=True, slots=True)
class Aanleiding:
    """What is wrong and since when. ``ook``: other ids by which the same thing is known."""

    grond: Grond
    onderwerp: str
    sinds: date | None = None
    tot: date | None = None
    ook: tuple[str, ...] = ()
    oin: str | None = None
    """Whose key it is."""


@dataclass(frozen=True, slots=True)
class Omvang:
    """How far it reaches. Everything but ``dossiers`` and ``leveringen`` names no person."""

    dossiers: tuple[str, ...]
    categorieen: dict[str, int]
    """Category -> number of persons."""
    organisaties: dict[str, int]
    """``oin#rol`` -> number of persons."""
    typen: dict[str, int]
    """Event type -> number of deliveries."""
    leveringen: tuple[dict[str, Any], ...]
    eerste: str | None
    laatste: str | None

    @property
    def gevoelig(self) -> list[str]:
        return sorted(set(self.categorieen) & GEVOELIG)


def omvang(engine: Engine, wat: Aanleiding) -> Omvang:
    """Everything that is touched, oldest first."""
    columns = uitkomsten.c
    query: Select[Any] = (
        select(columns.moment, columns.dossier, columns.type, columns.bron, columns.aan, columns.categorieen)
        .add_columns(columns.regels, columns.levering, columns.gebeurtenis)
        .where(columns.uitkomst == "geleverd", columns.regels != "", _over(wat))
        .where(*Periode(wat.sinds, wat.tot).of(columns.moment))
        .order_by(columns.moment, columns.nummer, columns.volg)
    )
    with reading(engine) as connection:
        rows = connection.execute(query).mappings()
        return _tel([{str(name): value for name, value in row.items()} for row in rows])


def _over(wat: Aanleiding) -> ColumnElement[bool]:
    columns = uitkomsten.c
    match wat.grond:
        case Grond.GEBEURTENIS:
            names = [wat.onderwerp, *wat.ook]
            return or_(columns.gebeurtenis.in_(names), columns.levering.in_(names))
        case Grond.REGEL:
            regels = literal(",") + columns.regels + literal(",")
            return or_(
                regels.contains(f",{wat.onderwerp},", autoescape=True),
                regels.contains(f",{wat.onderwerp}/", autoescape=True),
            )
        case Grond.ONTVANGER:
            return columns.aan.in_(parties(wat.onderwerp))
        case Grond.ZEGELSLEUTEL:
            return columns.aan.in_(parties(wat.oin or ""))
        case Grond.HANDTEKENSLEUTEL:
            return columns.bron.in_(parties(wat.oin or ""))
        case Grond.ZEGELSLEUTEL_HUB:
            return columns.bron.is_not(None)
        case Grond.HANDTEKENSLEUTEL_HUB:
            return columns.levering.is_not(None)


def _tel(rows: Iterable[dict[str, Any]]) -> Omvang:
    leveringen = tuple({**row, "categorieen": [c for c in row["categorieen"].split(",") if c]} for row in rows)
    per_categorie = Counter(c for c, _ in {(c, row["dossier"]) for row in leveringen for c in row["categorieen"]})
    per_organisatie = Counter(aan for aan, _ in {(row["aan"], row["dossier"]) for row in leveringen})
    return Omvang(
        dossiers=tuple(sorted({row["dossier"] for row in leveringen if row["dossier"]})),
        categorieen=dict(sorted(per_categorie.items())),
        organisaties=dict(sorted(per_organisatie.items())),
        typen=dict(sorted(Counter(row["type"] for row in leveringen).items())),
        leveringen=leveringen,
        eerste=leveringen[0]["moment"] if leveringen else None,
        laatste=leveringen[-1]["moment"] if leveringen else None,
    )
