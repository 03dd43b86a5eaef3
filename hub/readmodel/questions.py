# SPDX-License-Identifier: EUPL-1.2
"""Questions to the audit log's projection; each is one query."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, func, select

from hub.broker.topics import PARTITIONS
from hub.readmodel.tables import bladen, boom, bundels, posities, uitkomsten
from hub.vault.tables import reading


def ticks(engine: Engine) -> dict[int, str | None]:
    """Per partition of the log: the last tick that it has worked off (ISO 8601), None before the first."""
    with reading(engine) as connection:
        known = {row.partitie: row.tik for row in connection.execute(select(posities))}
    return {partition: known.get(partition) for partition in range(PARTITIONS)}


def partitions_behind(engine: Engine, tick: datetime | None = None) -> list[int]:
    """The partitions that have not worked off this tick; without one, the newest that any partition has seen."""
    seen = {partition: _moment(told) for partition, told in ticks(engine).items()}
    wanted = tick or max((moment for moment in seen.values() if moment), default=None)
    return [partition for partition, moment in seen.items() if wanted and (moment is None or moment < wanted)]


def _moment(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told else None


def active_bundles(engine: Engine) -> dict[str, str]:
    """Digest by kind, where every partition that reported one agrees; the newest activation may still be under way."""
    with reading(engine) as connection:
        rows = connection.execute(select(bundels).order_by(bundels.c.partitie)).all()
    return {row.soort: row.digest for row in reversed(rows)}


def partitions_without(engine: Engine, soort: str, digest: str) -> list[int]:
    """The partitions of the log that have not said that they decide by this bundle."""
    with reading(engine) as connection:
        query = select(bundels.c.partitie).where(bundels.c.soort == soort, bundels.c.digest == digest)
        taken = set(connection.scalars(query))
    return [partition for partition in range(PARTITIONS) if partition not in taken]


def totals(engine: Engine) -> list[dict[str, Any]]:
    """Counts by recipient, event type, outcome and reason."""
    columns = (uitkomsten.c.aan, uitkomsten.c.type, uitkomsten.c.uitkomst, uitkomsten.c.reden)
    query = select(*columns, func.count().label("aantal")).group_by(*columns).order_by(*columns)
    with reading(engine) as connection:
        return [dict(row._mapping) for row in connection.execute(query)]


def checkpoint(engine: Engine) -> tuple[int, str | None]:
    """The tree's size and its last signed checkpoint."""
    with reading(engine) as connection:
        row = connection.execute(select(boom)).one()
    return row.omvang, row.checkpoint


def leaves(engine: Engine, first: int = 0) -> Iterator[tuple[int, bytes]]:
    """The leaves from number `first` on, in order."""
    with reading(engine) as connection:
        query = select(bladen).where(bladen.c.nummer >= first).order_by(bladen.c.nummer)
        for row in connection.execution_options(yield_per=2000).execute(query):
            yield row.nummer, row.record


def deliveries_to(engine: Engine, oin: str) -> list[str]:
    """The ids of everything that was delivered to an organisation, in any of its roles."""
    query = select(uitkomsten.c.levering).where(uitkomsten.c.aan.like(f"{oin}#%"), uitkomsten.c.levering.is_not(None))
    with reading(engine) as connection:
        return list(connection.scalars(query))
