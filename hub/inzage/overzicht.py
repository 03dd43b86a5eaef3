# SPDX-License-Identifier: EUPL-1.2
"""Gathers the account of one person from the audit log (AVG 15(1)(b), (c), (g)).

Every statement rests on an audit record: categories as they were recorded at delivery, the ground from the policy that
was in force there. Not here: which dossiers are the person's (the vault), and how it is shown (``page``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import Engine, select

from consent.categorieen import categorieen_van_type, categorieen_van_veld
from consent.corrections import REGEL_AVG_19
from consent.decide import Uitkomst
from consent.kader import Partij, Reden
from consent.policy import GESLOTEN, Beleidsregel
from hub.dossier.regels.kalender import dag_van
from hub.readmodel import privacy
from hub.readmodel.projection import outcomes
from hub.readmodel.record import INHOUDING
from hub.readmodel.tables import bladen, uitkomsten
from hub.vault.tables import reading
from schemas.vocabulary import Categorie

AVG_19 = "AVG 19"
HUB = "hub"
IN_PROEF = "proef"
"""Reason for which a recipient did not get what it might have: it was in pilot."""
FindRow = Callable[[str | None, str, date], Beleidsregel | None]
"""(digest of the policy, row id, day) -> the row as it was in force."""
_NO_CONTENT = frozenset({Categorie.TECHNISCH, Categorie.PSEUDONIEM})


@dataclass(frozen=True, slots=True)
class Grond:
    """Why it was allowed: a row of the policy that was in force."""

    regel: str
    artikel: str
    grondslag: str | None = None
    doel: str | None = None


@dataclass(slots=True)
class Keren:
    """How often, from when to when; `dagen` with the number of times on each."""

    dagen: dict[date, int] = field(default_factory=dict)

    def add(self, day: date) -> None:
        self.dagen[day] = self.dagen.get(day, 0) + 1

    @property
    def aantal(self) -> int:
        return sum(self.dagen.values())

    @property
    def eerst(self) -> date:
        return min(self.dagen)

    @property
    def laatst(self) -> date:
        return max(self.dagen)


@dataclass(slots=True)
class Gedeeld:
    """One category that one recipient got."""

    categorie: Categorie
    keren: Keren = field(default_factory=Keren)
    bronnen: dict[str, None] = field(default_factory=dict)
    """Parties that said it (`oin#rol`, or `hub`), in the order in which they first did."""
    gronden: dict[Grond, None] = field(default_factory=dict)


@dataclass(slots=True)
class Geweigerd:
    """What one recipient did not get, for one reason."""

    reden: str
    keren: Keren = field(default_factory=Keren)
    categorieen: set[Categorie] = field(default_factory=set)


@dataclass(slots=True)
class Ontvanger:
    partij: Partij
    keren: Keren = field(default_factory=Keren)
    gedeeld: dict[Categorie, Gedeeld] = field(default_factory=dict)
    geweigerd: dict[str, Geweigerd] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Overzicht:
    """The whole account."""

    dossiers: tuple[str, ...]
    gemaakt: datetime
    ontvangers: tuple[Ontvanger, ...]
    """Who got most first; who got nothing last."""
    verstrekkingen: tuple[dict[str, Any], ...]
    toestemmingen: tuple[dict[str, Any], ...]
    handelingen: tuple[dict[str, Any], ...]

    @property
    def periode(self) -> tuple[date, date] | None:
        days = [dag_van(datetime.fromisoformat(one["moment"])) for one in self.verstrekkingen]
        return (min(days), max(days)) if days else None


def gather(engine: Engine, dossiers: Sequence[str], find_row: FindRow, gemaakt: datetime) -> Overzicht:
    """The account over these dossiers, all of one person."""
    parties: dict[str, Ontvanger] = {}
    disclosed: list[dict[str, Any]] = []
    records = list(_records(engine, dossiers))
    kept_back = {record["betreft"] for _, record in records if record["soort"] == INHOUDING}
    for number, record in records:
        day = dag_van(datetime.fromisoformat(record["moment"]))
        policy = record["bundels"].get("beleid")

        def row_of(name: str, policy: str | None = policy, day: date = day) -> Beleidsregel | None:
            return find_row(policy, name, day)

        for row, outcome in outcomes(number, record):
            if not outcome:
                continue  # a receipt: it says nothing that the sender did not send
            one = parties.get(row["aan"])
            if one is None:
                one = parties[row["aan"]] = Ontvanger(Partij.parse(row["aan"]))
            if row["levering"] in kept_back:
                continue  # it lay ready and was not handed over: a record of its own says so, and why
            if row["uitkomst"] == "geleverd":
                disclosed.append(_disclosure(row, outcome))
                _shared(one, row, outcome, day, row_of)
            elif row["uitkomst"] == Uitkomst.PROEF:
                would = frozenset[Categorie]().union(
                    *(categorieen_van_veld(row["type"], name) for name in outcome["velden"])
                )
                _denied(one, IN_PROEF, would, day)
            else:
                _denied(one, row["reden"], categorieen_van_type(row["type"]), day)
    ordered = sorted(parties.values(), key=lambda one: (-one.keren.aantal, str(one.partij)))
    return Overzicht(
        tuple(dossiers),
        gemaakt,
        tuple(ordered),
        tuple(disclosed),
        tuple(privacy.toestemming_history(engine, dossiers, dag_van(gemaakt))),
        tuple(privacy.acts(engine, privacy.Periode(), onderwerpen=dossiers)),
    )


def _records(engine: Engine, dossiers: Iterable[str]) -> Iterable[tuple[int, dict[str, Any]]]:
    """The records with an outcome about these dossiers, in the tree's order."""
    numbers = select(uitkomsten.c.nummer).where(uitkomsten.c.dossier.in_(list(dossiers))).distinct()
    with reading(engine) as connection:
        found = connection.execute(select(bladen).where(bladen.c.nummer.in_(numbers)).order_by(bladen.c.nummer)).all()
    return ((row.nummer, orjson.loads(row.record)) for row in found)


def _disclosure(row: dict[str, Any], outcome: dict[str, Any]) -> dict[str, Any]:
    return {
        "nummer": row["nummer"],
        "moment": row["moment"],
        "type": row["type"],
        "van": row["bron"] or HUB,
        "aan": row["aan"],
        "categorieen": row["categorieen"].split(",") if row["categorieen"] else [],
        "regels": outcome["regels"],
        "toestemming": outcome["toestemming"],
    }


def _shared(
    one: Ontvanger,
    row: dict[str, Any],
    outcome: dict[str, Any],
    day: date,
    row_of: Callable[[str], Beleidsregel | None],
) -> None:
    one.keren.add(day)
    passed = {Categorie(name) for name in row["categorieen"].split(",") if name}
    rows = {name: row_of(name) for name in outcome["regels"]}
    for categorie in sorted(passed):
        shared = one.gedeeld.setdefault(categorie, Gedeeld(categorie))
        shared.keren.add(day)
        shared.bronnen.setdefault(row["bron"] or HUB)
        for name, found in rows.items():
            if found is None or categorie in found.categorieen or categorie in _NO_CONTENT:
                shared.gronden.setdefault(_ground(name, found))
    for name, reason in outcome["achtergehouden"].items():
        _denied(one, reason, categorieen_van_veld(row["type"], name) - passed, day)


def _ground(name: str, row: Beleidsregel | None) -> Grond:
    if row is not None:
        return Grond(name, row.artikel, row.grondslag.value, row.doel)
    return Grond(name, AVG_19 if name == REGEL_AVG_19 else name)


def _denied(one: Ontvanger, reason: str, categories: frozenset[Categorie], day: date) -> None:
    """Only where the law closes a category is that the reason; what is open to nobody in this role needs no other."""
    closed = GESLOTEN[one.partij.rol]
    told = categories & closed if reason == Reden.FORBIDDEN_CATEGORY else categories - closed
    told -= _NO_CONTENT
    if not told:
        return
    denied = one.geweigerd.setdefault(reason, Geweigerd(reason))
    denied.keren.add(day)
    denied.categorieen |= told


def plain(overzicht: Overzicht, name_of: Callable[[str], str]) -> dict[str, Any]:
    """The account as JSON values; `name_of`: the name of the organisation with an OIN."""

    def times(keren: Keren) -> dict[str, Any]:
        return {"aantal": keren.aantal, "eerst": keren.eerst, "laatst": keren.laatst}

    def who(party: str) -> dict[str, str]:
        return {"partij": party, "naam": name_of(party.partition("#")[0])}

    period = overzicht.periode
    return {
        "dossiers": list(overzicht.dossiers),
        "gemaakt": overzicht.gemaakt.isoformat(),
        "periode": {"van": period[0], "tot_en_met": period[1]} if period else None,
        "ontvangers": [
            {
                **who(str(one.partij)),
                "aantal": one.keren.aantal,
                "gedeeld": [
                    {
                        "categorie": shared.categorie.value,
                        **times(shared.keren),
                        "dagen": sorted(shared.keren.dagen),
                        "van": [who(party) for party in shared.bronnen],
                        "gronden": [
                            {"regel": g.regel, "artikel": g.artikel, "grondslag": g.grondslag, "doel": g.doel}
                            for g in shared.gronden
                        ],
                    }
                    for shared in one.gedeeld.values()
                ],
                "niet_gedeeld": [
                    {"reden": no.reden, "categorieen": sorted(no.categorieen), **times(no.keren)}
                    for no in one.geweigerd.values()
                ],
            }
            for one in overzicht.ontvangers
        ],
        "toestemmingen": list(overzicht.toestemmingen),
        "handelingen": [
            {name: act[name] for name in ("moment", "handeling", "stap", "nummer")} for act in overzicht.handelingen
        ],
        "verstrekkingen": list(overzicht.verstrekkingen),
    }
