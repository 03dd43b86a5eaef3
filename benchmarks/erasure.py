# SPDX-License-Identifier: EUPL-1.2
"""Erasing one person out of a million records: what the vault does, and that what is left still opens.

The vault (SQLite) holds 33,000 dossiers with their keys, numbers and pseudonyms, and a million claims, one for each record of
the log. Measured are the acts that cannot be undone, by the code that `hub person erase` runs: detach, ledger, destroy
the key, scrub the file; then a reopening, which applies the ledger to the whole vault. The passes through Kafka come on top
and do not depend on the log's size: `tests/stream/test_erasure_of_a_person.py` runs them. Takes a minute.
"""

from __future__ import annotations

import os
import tempfile
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress
from sqlalchemy import insert

from hub import keyring
from hub.vault import wissingen
from hub.vault.keys import Gewist, PersonKey
from hub.vault.ledger import Erased
from hub.vault.tables import inzendingen, pseudoniemen
from hub.vault.vault import Vault

__all__ = ["main", "run"]

RECORDS, EACH, PARTIES, AT_ONCE = 1_000_000, 30, 4, 1_000
SENDER = "00000099000000002000#uitvoering"
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def run(records: int = RECORDS, tell: Callable[[int], None] = lambda _: None) -> dict[str, Any]:
    """Seconds by step."""
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as name:
        place = Path(name)
        keyring.make(place / "keys")
        address = f"sqlite:///{place / 'vault.db'}"
        vault = Vault.open(address, place / "keys")
        names = _fill(vault, records // EACH, tell)
        size = (place / "vault.db").stat().st_size
        gone, stays = names[len(names) // 2], names[0]
        seconds = _erase(vault, gone)
        vault.close()
        began = time.perf_counter()
        vault = Vault.open(address, place / "keys")
        seconds["open again, ledger applied"] = time.perf_counter() - began
        found = vault.keys.load([gone, stays])
        if not isinstance(found[gone], Gewist) or isinstance(found[stays], Gewist):
            raise RuntimeError("The wrong person was erased: do not believe these figures.")
        vault.close()
    return {
        "records": records,
        "dossiers": len(names),
        "vault_megabytes": round(size / 2**20),
        "seconds": {step: round(spent, 3) for step, spent in seconds.items()},
        "total": round(sum(seconds.values()), 2),
    }


def _fill(vault: Vault, persons: int, tell: Callable[[int], None]) -> list[str]:
    names: list[str] = []
    for first in range(0, persons, AT_ONCE):
        given = [[("vnummer", f"{number:010d}")] for number in range(first, min(first + AT_ONCE, persons))]
        with vault.engine.begin() as connection:
            directory = vault.identities.within(connection)
            directory.expect((SENDER, one) for one in given)
            some = [directory.resolve(str(uuid.uuid4()), SENDER, one, may_link=False).dossier for one in given]
            keys = vault.keys.load(some, connection)
            known = [
                {"partij": f"{party:020d}#gemeente", "pseudoniem": key.pseudonym(str(party)), "dossier": name}
                for name, key in keys.items()
                if isinstance(key, PersonKey)
                for party in range(PARTIES)
            ]
            connection.execute(insert(pseudoniemen), known)
            claims = [_claim(name, number) for name in some for number in range(EACH)]
            connection.execute(insert(inzendingen), claims)
        names += some
        tell(EACH * len(some))
    return names


def _claim(dossier: str, number: int) -> dict[str, Any]:
    return {
        "gebeurtenis": str(uuid.uuid4()),
        "inhoud": os.urandom(32),
        "partitie": number % 6,
        "positie": number,
        "dossier": dossier,
        "uitkomst": "aanvaard",
        "vastgelegd": NOW,
    }


def _erase(vault: Vault, name: str) -> dict[str, float]:
    seconds: dict[str, float] = {}

    def timed(step: str, act: Callable[[], object]) -> None:
        began = time.perf_counter()
        act()
        seconds[step] = time.perf_counter() - began

    def within(act: Callable[..., None]) -> None:
        with vault.engine.begin() as connection:
            act(connection, [name], NOW)

    timed("detach", lambda: within(wissingen.detach))
    timed("ledger", lambda: vault.ledger.add([Erased(name, NOW, RECORDS, "0" * 64)]))
    timed("destroy the key", lambda: within(wissingen.destroy))
    timed("scrub the file", lambda: wissingen.scrub(vault.engine))
    return seconds


def main(*, as_json: bool = False) -> None:
    with Progress(disable=as_json, transient=True) as progress:
        task = progress.add_task("Filling the vault", total=RECORDS)
        found = run(tell=lambda count: progress.advance(task, count))
    console = Console()
    if as_json:
        console.print_json(data=found)
        return
    console.print(
        f"One person of {found['dossiers']:,}, {found['records']:,} records, a vault of {found['vault_megabytes']} MB: "
        f"{found['total']} s in the vault."
    )
    for step, spent in found["seconds"].items():
        console.print(f"  {step}: {spent} s")


if __name__ == "__main__":
    main()
