# SPDX-License-Identifier: EUPL-1.2
"""The writes and reads on subscriptions and on what waits, each for one transaction of the caller.

What keeps a person's order stands here in three rules. Of a person at most one delivery is `opnieuw` or `uitgeput`:
the first. All later ones that were read are `wacht`. Only when the first is gone does the next become `opnieuw`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, or_, select, update

from hub.web.abonnementen.abonnement import (
    Abonnement,
    Bezorging,
    Bezorgstand,
    OngeldigeStap,
    Stand,
    stap,
)
from hub.web.abonnementen.tabellen import abonnementen, beurten, bezorgingen
from schemas.http_binding import Vorm

GONE_WORD = "niet meer bewaard"
BEHIND_GONE_WORD = "een eerdere kwam nooit aan"
SEEN_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Gelezen:
    """One delivery as it was read: enough to write it down, nothing of its contents."""

    positie: int
    levering: str
    gebeurtenis: str
    rij: str


def moment(nu: float) -> str:
    """2026-03-02T10:00:00Z"""
    return datetime.fromtimestamp(nu, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# subscriptions


def voeg_toe(connection: Connection, abonnement: Abonnement) -> None:
    row = {name: getattr(abonnement, name) for name in abonnement.__dataclass_fields__}
    connection.execute(insert(abonnementen).values({**row, **_texts(abonnement.gebeurtenissen, abonnement.rollen)}))


def alle(connection: Connection, oin: str | None = None) -> list[Abonnement]:
    query = select(abonnementen).order_by(abonnementen.c.gemaakt, abonnementen.c.id)
    return [_abonnement(row) for row in connection.execute(query if oin is None else query.where(_van(oin)))]


def een(connection: Connection, id_: str, oin: str | None = None) -> Abonnement | None:
    """The subscription of that id, if it is that organisation's."""
    query = select(abonnementen).where(abonnementen.c.id == id_)
    row = connection.execute(query if oin is None else query.where(_van(oin))).one_or_none()
    return None if row is None else _abonnement(row)


def versies(connection: Connection, nu: float) -> dict[str, int]:
    """The subscriptions that are to be served, each with the number of its last change; and that we were here."""
    connection.execute(update(beurten).where(beurten.c.gezien < nu - SEEN_SECONDS).values(gezien=nu))
    query = select(abonnementen.c.id, abonnementen.c.versie).where(abonnementen.c.stand == Stand.ACTIEF.value)
    return {row.id: row.versie for row in connection.execute(query)}


def zet(
    connection: Connection, abonnement: Abonnement, nu: float, stand: Stand | None = None, **more: Any
) -> Abonnement:
    """Change it, as it now stands; the loop that serves it begins anew. Raises OngeldigeStap, also when it is gone."""
    now = een(connection, abonnement.id)
    if now is None:
        raise OngeldigeStap("Dit abonnement is intussen verwijderd.")
    values = {**more, "gewijzigd": moment(nu), "versie": now.versie + 1}
    if stand is not None and stand is not now.stand:
        values["stand"] = stap(now.stand, stand).value
    for name in ("gebeurtenissen", "rollen"):
        if name in values:
            values[name] = _text(values[name])
    connection.execute(update(abonnementen).where(abonnementen.c.id == abonnement.id).values(values))
    found = een(connection, abonnement.id)
    assert found is not None
    return found


def verwijder(connection: Connection, id_: str) -> None:
    connection.execute(delete(bezorgingen).where(bezorgingen.c.abonnement == id_))
    connection.execute(delete(abonnementen).where(abonnementen.c.id == id_))


def beeindig(connection: Connection, id_: str, reden: str, vanaf: int, nu: float) -> None:
    """The receiver wants no more. What waited stays, and the position: it can go on from here."""
    values = {"stand": Stand.BEEINDIGD.value, "reden": reden, "gewijzigd": moment(nu)}
    vorder(connection, id_, vanaf)
    connection.execute(
        update(abonnementen)
        .where(abonnementen.c.id == id_, abonnementen.c.stand == Stand.ACTIEF.value)
        .values({**values, "versie": abonnementen.c.versie + 1})
    )


# deliveries


def neem_op(connection: Connection, id_: str, gelezen: Sequence[Gelezen], nu: float) -> set[int]:
    """Write down which of these wait behind another of their person; the positions that need nothing more now: those,
    and what was written down in an earlier life of this process."""
    if not gelezen:
        return set()
    posities, rijen = [one.positie for one in gelezen], {one.rij for one in gelezen}
    query = select(bezorgingen.c.positie, bezorgingen.c.rij).where(
        bezorgingen.c.abonnement == id_, or_(bezorgingen.c.positie.in_(posities), bezorgingen.c.rij.in_(rijen))
    )
    known = list(connection.execute(query))
    done, blocked = {row.positie for row in known}, {row.rij for row in known}
    behind = [one for one in gelezen if one.rij in blocked and one.positie not in done]
    _schrijf(connection, id_, behind, Bezorgstand.WACHT, nu)
    return (done & set(posities)) | {one.positie for one in behind}


def vorder(connection: Connection, id_: str, positie: int) -> None:
    """All before this position is handed over, withheld or written down."""
    connection.execute(update(abonnementen).where(abonnementen.c.id == id_).values(positie=positie))


def mislukt(
    connection: Connection,
    id_: str,
    eerste: Gelezen,
    volgers: Sequence[Gelezen],
    over: float | None,
    laatste: str,
    vanaf: int,
    nu: float,
) -> Bezorging:
    """The first attempt failed: this one is tried again `over` seconds from now (None: no more), those of the same
    person that were read wait behind it, and the position moves, in one transaction."""
    stand = Bezorgstand.UITGEPUT if over is None else Bezorgstand.OPNIEUW
    _schrijf(connection, id_, [eerste], stand, nu, poging=1, volgende=nu + (over or 0), laatste=laatste)
    _schrijf(connection, id_, volgers, Bezorgstand.WACHT, nu)
    vorder(connection, id_, vanaf)
    return _bezorging(connection.execute(select(bezorgingen).where(_row(id_, eerste.positie))).one())


def nogmaals(
    connection: Connection, id_: str, positie: int, poging: int, over: float | None, laatste: str, nu: float
) -> None:
    """A further attempt failed."""
    stand = Bezorgstand.UITGEPUT if over is None else Bezorgstand.OPNIEUW
    values = {"stand": stand.value, "poging": poging, "volgende": nu + (over or 0), "laatste": laatste}
    connection.execute(update(bezorgingen).where(_row(id_, positie)).values(values))


def afgedaan(connection: Connection, id_: str, positie: int, nu: float) -> Bezorging | None:
    """It waits no more (handed over, withheld or skipped): the next of the same person comes up, and is returned."""
    rij = connection.scalar(select(bezorgingen.c.rij).where(_row(id_, positie)))
    connection.execute(delete(bezorgingen).where(_row(id_, positie)))
    nxt = _eerste(connection, id_, rij)
    if nxt is None:
        return None
    connection.execute(
        update(bezorgingen)
        .where(_row(id_, nxt), bezorgingen.c.stand == Bezorgstand.WACHT.value)
        .values(stand=Bezorgstand.OPNIEUW.value, poging=0, volgende=nu)
    )
    return _bezorging(connection.execute(select(bezorgingen).where(_row(id_, nxt))).one())


def vergeet(connection: Connection, voor: str, nu: float) -> list[tuple[str, int]]:
    """Forget what was given up before this moment: subscription and position of each.

    Its letter is in no mailbox any more, so nobody can try it again. The next of the same person takes its place, given up
    as it was: that something went before it which never came, is for its owner to weigh.
    """
    old = (bezorgingen.c.stand == Bezorgstand.UITGEPUT.value) & (bezorgingen.c.sinds < voor)
    found: list[tuple[str, int]] = []
    while rows := connection.execute(select(bezorgingen).where(old)).all():
        for row in rows:
            connection.execute(delete(bezorgingen).where(_row(row.abonnement, row.positie)))
            nxt = _eerste(connection, row.abonnement, row.rij)
            if nxt is not None:
                values = {"stand": Bezorgstand.UITGEPUT.value, "poging": 0, "volgende": nu, "laatste": BEHIND_GONE_WORD}
                connection.execute(update(bezorgingen).where(_row(row.abonnement, nxt)).values(values))
            found.append((row.abonnement, row.positie))
    return found


def hoofden(connection: Connection, id_: str, most: int) -> list[Bezorging]:
    """What is to be tried again, the soonest first."""
    query = select(bezorgingen).where(bezorgingen.c.abonnement == id_, bezorgingen.c.stand == Bezorgstand.OPNIEUW.value)
    ordered = query.order_by(bezorgingen.c.volgende, bezorgingen.c.positie).limit(most)
    return [_bezorging(row) for row in connection.execute(ordered)]


def wachtend(
    connection: Connection, id_: str, standen: Collection[Bezorgstand], na: int = -1, most: int = 100
) -> list[Bezorging]:
    """What waits, by position."""
    query = select(bezorgingen).where(
        bezorgingen.c.abonnement == id_,
        bezorgingen.c.stand.in_([one.value for one in standen]),
        bezorgingen.c.positie > na,
    )
    return [_bezorging(row) for row in connection.execute(query.order_by(bezorgingen.c.positie).limit(most))]


def tellingen(connection: Connection, ids: Iterable[str]) -> dict[str, dict[Bezorgstand, int]]:
    """How many wait in each state, by subscription."""
    found: dict[str, dict[Bezorgstand, int]] = {one: dict.fromkeys(Bezorgstand, 0) for one in ids}
    query = select(bezorgingen.c.abonnement, bezorgingen.c.stand, func.count()).group_by(
        bezorgingen.c.abonnement, bezorgingen.c.stand
    )
    for id_, stand, count in connection.execute(query):
        if id_ in found:
            found[id_][Bezorgstand(stand)] = count
    return found


def opnieuw(connection: Connection, id_: str, nu: float, posities: Collection[int] | None = None) -> int:
    """Try again now what was given up, and what waits for its moment; from its first attempt on. How many: each is the
    first of its person, and those behind follow in their order."""
    which = (bezorgingen.c.abonnement == id_) & (bezorgingen.c.stand != Bezorgstand.WACHT.value)
    if posities is not None:
        which &= bezorgingen.c.positie.in_(posities)
    values = {"stand": Bezorgstand.OPNIEUW.value, "poging": 0, "volgende": nu}
    return connection.execute(update(bezorgingen).where(which).values(values)).rowcount


def _schrijf(
    connection: Connection, id_: str, gelezen: Sequence[Gelezen], stand: Bezorgstand, nu: float, **more: Any
) -> None:
    common = {"abonnement": id_, "stand": stand.value, "poging": 0, "volgende": nu, "laatste": None}
    common |= {"sinds": moment(nu), **more}
    rows = [
        {**common, "positie": g.positie, "levering": g.levering, "gebeurtenis": g.gebeurtenis, "rij": g.rij}
        for g in gelezen
    ]
    if rows:
        connection.execute(insert(bezorgingen), rows)


def _eerste(connection: Connection, id_: str, rij: str | None) -> int | None:
    """The position of the first that waits of a person."""
    same = (bezorgingen.c.abonnement == id_) & (bezorgingen.c.rij == rij)
    found: int | None = connection.scalar(select(func.min(bezorgingen.c.positie)).where(same))
    return found


def _row(id_: str, positie: int) -> Any:
    return (bezorgingen.c.abonnement == id_) & (bezorgingen.c.positie == positie)


def _van(oin: str) -> Any:
    return abonnementen.c.oin == oin


def _texts(gebeurtenissen: Collection[str] | None, rollen: Collection[str] | None) -> dict[str, str | None]:
    return {"gebeurtenissen": _text(gebeurtenissen), "rollen": _text(rollen)}


def _text(names: Collection[str] | None) -> str | None:
    return None if names is None else json.dumps(sorted(names))


def _abonnement(row: Row[Any]) -> Abonnement:
    values = dict(row._mapping)
    for name in ("gebeurtenissen", "rollen"):
        values[name] = None if values[name] is None else frozenset(json.loads(values[name]))
    return Abonnement(**{**values, "vorm": Vorm(values["vorm"]), "stand": Stand(values["stand"])})


def _bezorging(row: Row[Any]) -> Bezorging:
    values = dict(row._mapping)
    return Bezorging(**{**values, "stand": Bezorgstand(values["stand"])})
