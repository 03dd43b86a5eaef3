# SPDX-License-Identifier: EUPL-1.2
"""Wraps every data key of the vault anew by the current key-encryption key. No data is read or written."""

from __future__ import annotations

from sqlalchemy import Engine, func, select, update

from hub.vault.kek import KeyEncryption
from hub.vault.tables import alone, dossiers, reading

BATCH = 500


def rewrap(engine: Engine, kek: KeyEncryption) -> int:
    """Rewrap what is wrapped by another key than the current one; returns how many keys that were.

    In batches, so that intake never waits long. When this returns no data key is wrapped by another key, and none will
    be: processes wrap by the key that is current.
    """
    current, count = kek.id, 0
    old = select(dossiers.c.dossier, dossiers.c.sleutel, dossiers.c.kek).where(
        dossiers.c.sleutel.is_not(None), dossiers.c.kek != current
    )
    while True:
        with engine.begin() as connection:
            alone(connection)
            rows = connection.execute(old.order_by(dossiers.c.dossier).limit(BATCH)).all()
            for row in rows:
                wrapped = kek.wrap(kek.unwrap(row.sleutel, row.kek))
                change = update(dossiers).where(dossiers.c.dossier == row.dossier)
                connection.execute(change.values(sleutel=wrapped.key, kek=wrapped.kek))
        if not rows:
            return count
        count += len(rows)


def wrapped_by(engine: Engine) -> dict[str, int]:
    """How many data keys each key-encryption key wraps, by its id."""
    query = select(dossiers.c.kek, func.count()).where(dossiers.c.sleutel.is_not(None)).group_by(dossiers.c.kek)
    with reading(engine) as connection:
        return {row[0]: row[1] for row in connection.execute(query)}
