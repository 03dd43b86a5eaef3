# SPDX-License-Identifier: EUPL-1.2
"""Why a party got or did not get an event of one dossier, as the audit log has it; never what it said.

The real decision is on record: outcome, rows, fields, reasons. Nothing is decided anew and nothing of the dossier is
opened: who asks may not see contents, and needs none. What a row says is quoted from the policy that was in force.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import Engine, select

from consent.categorieen import categorieen_van_veld
from consent.decide import Uitkomst
from consent.kader import Partij, Reden
from consent.policy import GESLOTEN, Beleid, Beleidsregel
from hub.dossier.regels.kalender import dag_van
from hub.readmodel.privacy import Periode
from hub.readmodel.projection import outcomes
from hub.readmodel.tables import bladen, uitkomsten
from hub.vault.tables import reading
from schemas.catalogue import Gebeurtenistype
from schemas.vocabulary import Categorie, Rol

PolicyAt = Callable[[str | None], Beleid]
"""The policy with this digest."""
ROWS = 200
"""Records looked at, the newest first."""


def decisions(
    engine: Engine, dossiers: Sequence[str], event: str, to: str, until: date, policy_at: PolicyAt, last: int = 5
) -> list[dict[str, Any]]:
    """The newest decisions on events of this type for this party (`oin#rol`), on this day or before."""
    query = (
        select(uitkomsten.c.nummer)
        .where(
            uitkomsten.c.dossier.in_(list(dossiers)),
            uitkomsten.c.type == event,
            uitkomsten.c.aan == to,
            *Periode(tot=until).of(uitkomsten.c.moment),
        )
        .order_by(uitkomsten.c.nummer.desc())
        .limit(ROWS)
    )
    with reading(engine) as connection:
        numbers = list(dict.fromkeys(connection.scalars(query)))[:last]
        found = connection.execute(
            select(bladen).where(bladen.c.nummer.in_(numbers)).order_by(bladen.c.nummer.desc())
        ).all()
    told = []
    for leaf in found:
        record = orjson.loads(leaf.record)
        policy = policy_at(record["bundels"].get("beleid"))
        told += [
            _decision(leaf.nummer, record, row, outcome, policy)
            for row, outcome in outcomes(leaf.nummer, record)
            if outcome and row["aan"] == to and row["type"] == event
        ]
    return told


def _decision(
    number: int, record: dict[str, Any], row: dict[str, Any], outcome: dict[str, Any], policy: Beleid
) -> dict[str, Any]:
    day = dag_van(datetime.fromisoformat(record["moment"]))
    recipient, sender = Partij.parse(row["aan"]), Partij.parse(row["bron"] or "hub#hub")
    used = [regel for name in outcome["regels"] for regel in policy.met_id(name) if regel.geldig(day)]
    rows = policy.voor(row["type"], sender.rol, recipient.rol, day)
    return {
        "nummer": number,
        "plaats": record["plaats"],
        "moment": record["moment"],
        "van": str(sender),
        "aan": row["aan"],
        "uitkomst": row["uitkomst"],
        "reden": row["reden"],
        "beleid": record["bundels"].get("beleid"),
        "toestemming": outcome["toestemming"],
        "passes": [{"field": name, "rows": _passing(row["type"], name, used)} for name in outcome["velden"]],
        "withheld": [
            {"field": name, "reason": reason, "rows": _speaking(row["type"], name, rows)}
            for name, reason in outcome["achtergehouden"].items()
        ],
        "rows": [quoted(regel) for regel in (used or rows)],
        "why": _why(row, rows, sender, recipient),
    }


def quoted(regel: Beleidsregel) -> dict[str, Any]:
    """What an explanation tells of a row."""
    return {
        "row": regel.id,
        "from": regel.van.value,
        "article": regel.artikel,
        "ground": regel.grondslag.value,
        "purpose": regel.doel,
        "if": [one.value for one in regel.voorwaarden],
    }


def by_rows(kind: Gebeurtenistype, recipient: Rol, day: date, policy: Beleid) -> list[dict[str, Any]]:
    """What of an event may pass to a role on a day, by the rows alone: category by category, codes that differ apart.

    The last lines are the numbers of the person that may go along. ``withheld`` says why where no row speaks of it.
    """
    senders = sorted(kind.producenten)  # an executor says what its gemeente says: such a row is named once
    rows = list(dict.fromkeys(row for sender in senders for row in policy.voor(kind.naam, sender, recipient, day)))
    told = []
    for name, field in kind.velden.items():
        for category in (field.categorie, *sorted(set(field.waarde_categorieen.values()) - {field.categorie})):
            codes = [code for code, other in field.waarde_categorieen.items() if other is category]
            open_ = [r for r in rows if category in r.categorieen and (not r.velden or name in r.velden)]
            told.append(_told(name, category, codes, open_, recipient, carried=bool(rows)))
    for category in (Categorie.BSN, Categorie.VNUMMER):
        open_ = [row for row in rows if category in row.categorieen]
        told.append(_told("persoon", category, [], open_, recipient, carried=False))
    return told


def _told(
    name: str, category: Categorie, codes: list[str], rows: list[Beleidsregel], recipient: Rol, *, carried: bool
) -> dict[str, Any]:
    withheld = None
    if not rows and category is Categorie.TECHNISCH and carried:
        withheld = "goes along with what passes"
    elif not rows:
        withheld = "closed by law" if category in GESLOTEN[recipient] else "no row"
    return {
        "field": name,
        "category": category.value,
        "codes": codes,
        "rows": [quoted(row) for row in rows],
        "withheld": withheld,
    }


def _passing(event: str, name: str, used: Sequence[Beleidsregel]) -> list[str]:
    categories = categorieen_van_veld(event, name)
    named = [r.id for r in used if categories & r.categorieen and (not r.velden or name in r.velden)]
    return named or [r.id for r in used]  # ids and times go along with content, on the row of that content


def _speaking(event: str, name: str, rows: Sequence[Beleidsregel]) -> list[str]:
    categories = categorieen_van_veld(event, name)
    return [r.id for r in rows if categories & r.categorieen and (not r.velden or name in r.velden)]


def _why(row: dict[str, Any], rows: Sequence[Beleidsregel], sender: Partij, recipient: Partij) -> str:
    if row["uitkomst"] == "geleverd":
        return "Delivered: these rows opened it."
    if row["uitkomst"] == Uitkomst.PROEF:
        return "Not delivered: the recipient was in pilot. These rows would have opened these fields."
    if not rows:
        return f"No row lets {row['type']} go from {sender.rol} to {recipient.rol}: that is why, whatever else holds."
    if row["reden"] == Reden.NO_CONTRACT:
        return "The recipient was no participant in this role, or worked for another gemeente."
    if row["reden"] in (Reden.ERASED, Reden.RESTRICTED):
        return "Nothing about this person may be delivered: that goes before every row."
    return f"Rows speak of it, and a condition of theirs did not hold: {row['reden']}."
