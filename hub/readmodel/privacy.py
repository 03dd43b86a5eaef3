# SPDX-License-Identifier: EUPL-1.2
"""The questions that a privacy officer asks of the audit log; each is one query over an index.

Answers are about dossier ids and organisations. Periods are days in Amsterdam, the last one included. Not here: which
dossier belongs to whom (the vault), and the account for the person (``hub.inzage``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, func, select

from consent.toestemming import ToestemmingStand
from hub.dossier.feiten.grondslagen import ZONDER_WOORD
from hub.dossier.regels.kalender import AMSTERDAM
from hub.readmodel.tables import handelingen, toestemmingen, uitkomsten, verzoeken
from hub.vault.tables import reading
from schemas.vocabulary import Rol

Row = dict[str, Any]
_VERSTREKT = (
    uitkomsten.c.nummer,
    uitkomsten.c.moment,
    uitkomsten.c.dossier,
    uitkomsten.c.type,
    uitkomsten.c.bron,
    uitkomsten.c.aan,
    uitkomsten.c.categorieen,
    uitkomsten.c.regels,
    uitkomsten.c.toestemming,
    uitkomsten.c.levering,
)
_LISTS = ("categorieen", "regels")

OVER: dict[str, tuple[str, ...]] = {
    "policy": ("beleid-", "regels-"),
    "participants": ("deelnemers-",),
    "keys": ("sleutel-",),
    "erasures": ("gegevens-gewist", "verwerking-beperkt", "beperking-opgeheven", "bewaring-"),
    "persons": ("persoon-opgezocht", "inzage-gegeven"),
    "requests": ("verzoek-",),
    "datalek": ("datalek-",),
}
"""What acts can be about: the beginnings of their codes."""


@dataclass(frozen=True, slots=True)
class Periode:
    """Days in Amsterdam, both included; None = no bound."""

    van: date | None = None
    tot: date | None = None

    def of(self, moment: ColumnElement[str]) -> list[ColumnElement[bool]]:
        """The conditions on a column of instants."""
        found = [moment >= _begin(self.van)] if self.van else []
        return [*found, moment < _begin(self.tot + timedelta(days=1))] if self.tot else found


def _begin(day: date) -> str:
    return datetime.combine(day, time(), AMSTERDAM).astimezone(UTC).isoformat()


def disclosures(
    engine: Engine,
    periode: Periode,
    *,
    aan: str | None = None,
    op_toestemming: bool = False,
    dossiers: Iterable[str] = (),
) -> list[Row]:
    """What went out, oldest first: to an organisation in any role (`aan` an OIN) or one (`oin#rol`), on toestemming
    only, about these dossiers only. Receipts are no disclosure."""
    query = select(*_VERSTREKT).where(uitkomsten.c.uitkomst == "geleverd", uitkomsten.c.regels != "")
    query = query.where(*periode.of(uitkomsten.c.moment)).order_by(uitkomsten.c.moment, uitkomsten.c.nummer)
    if aan is not None:
        query = query.where(uitkomsten.c.aan.in_(parties(aan)))
    if op_toestemming:
        query = query.where(uitkomsten.c.toestemming.is_not(None))
    if wanted := list(dossiers):
        query = query.where(uitkomsten.c.dossier.in_(wanted))
    return [_split(row) for row in _read(engine, query)]


def denials(engine: Engine, periode: Periode, *, aan: str | None = None) -> list[Row]:
    """How often each reason was the reason, by recipient and event type; the most frequent reason first."""
    columns = (uitkomsten.c.reden, uitkomsten.c.aan, uitkomsten.c.type)
    times = func.count().label("aantal")
    query = select(
        *columns,
        times,
        func.count(uitkomsten.c.dossier.distinct()).label("dossiers"),
        func.min(uitkomsten.c.moment).label("eerst"),
        func.max(uitkomsten.c.moment).label("laatst"),
    ).where(uitkomsten.c.reden.is_not(None), *periode.of(uitkomsten.c.moment))
    if aan is not None:
        query = query.where(uitkomsten.c.aan.in_(parties(aan)))
    rows = _read(engine, query.group_by(*columns).order_by(times.desc(), *columns))
    totals: dict[str, int] = {}
    for row in rows:
        totals[row["reden"]] = totals.get(row["reden"], 0) + row["aantal"]
    return sorted(rows, key=lambda row: (-totals[row["reden"]], row["reden"], -row["aantal"]))


def toestemming_history(engine: Engine, dossiers: Iterable[str], op: date) -> list[Row]:
    """Every toestemming of a person with its steps, and where it stands on a day; the earliest first.

    What it is for stands at the step `gegeven`; withdrawal wins whatever the order in which things arrived.
    """
    query = select(toestemmingen).where(toestemmingen.c.dossier.in_(list(dossiers)))
    found: dict[str, Row] = {}
    for row in _read(engine, query.order_by(toestemmingen.c.nummer, toestemmingen.c.volg)):
        one = found.setdefault(
            row["toestemming"], {"toestemming": row["toestemming"], "dossier": row["dossier"], "stappen": []}
        )
        if row["stand"] == ToestemmingStand.GEGEVEN:
            one |= {name: row[name] for name in ("ontvanger", "van", "tot", "tekstversie")}
            one["categorieen"] = _listed(row["categorieen"])
        one["stappen"].append({name: row[name] for name in ("stand", "moment", "bron", "nummer")})
    for one in found.values():
        one["stand"] = _standing(one, op)
    return list(found.values())


def _standing(one: Row, op: date) -> str:
    steps = {step["stand"] for step in one["stappen"]}
    for final in (ToestemmingStand.INGETROKKEN.value, "vervallen", *ZONDER_WOORD):
        if final in steps:
            return final
    if ToestemmingStand.VERLOPEN in steps or ((tot := one.get("tot")) and op.isoformat() >= tot):
        return ToestemmingStand.VERLOPEN.value
    return str(one["stappen"][0]["stand"]) if ToestemmingStand.GEGEVEN not in steps else ToestemmingStand.GEGEVEN.value


def acts(engine: Engine, periode: Periode, *, over: str | None = None, onderwerpen: Iterable[str] = ()) -> list[Row]:
    """Who did what with the hub, oldest first; an activation counts once, where the first partition came to it."""
    query = select(handelingen).where(*periode.of(handelingen.c.moment)).order_by(handelingen.c.nummer)
    if wanted := list(onderwerpen):
        query = query.where(handelingen.c.onderwerp.in_(wanted))
    seen: set[tuple[str, str]] = set()
    found = []
    for row in _read(engine, query):
        if over is not None and not row["handeling"].startswith(OVER[over]):
            continue
        if row["handeling"].endswith("-geactiveerd"):
            what = (row["handeling"], row["onderwerp"])
            if what in seen:
                continue
            seen.add(what)
        found.append(row)
    return found


def requests(engine: Engine, op: date, *, binnen: int | None = None, dossiers: Iterable[str] = ()) -> list[Row]:
    """Requests of persons that are not answered, the most urgent first, with the days that are left (negative: too
    late). `binnen`: only those with no more days left than that."""
    query = select(verzoeken).where(verzoeken.c.afgehandeld.is_(None)).order_by(verzoeken.c.uiterlijk)
    if binnen is not None:
        query = query.where(verzoeken.c.uiterlijk <= (op + timedelta(days=binnen)).isoformat())
    if wanted := list(dossiers):
        query = query.where(verzoeken.c.dossier.in_(wanted))
    rows = _read(engine, query)
    return [{**row, "dagen": (date.fromisoformat(row["uiterlijk"]) - op).days} for row in rows]


def parties(name: str) -> list[str]:
    """An organisation in each of its possible roles, or the one role that is named."""
    return [name] if "#" in name else [f"{name}#{rol}" for rol in Rol]


def _read(engine: Engine, query: Select[Any]) -> list[Row]:
    with reading(engine) as connection:
        # plain str as keys: SQLAlchemy has a kind of its own, which JSON does not take
        return [{str(name): value for name, value in row._mapping.items()} for row in connection.execute(query)]


def _split(row: Row) -> Row:
    return {**row, **{name: _listed(row[name]) for name in _LISTS}}


def _listed(text: str | None) -> list[str]:
    return text.split(",") if text else []
