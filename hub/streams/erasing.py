# SPDX-License-Identifier: EUPL-1.2
"""Carries out an approved erasure, step by step, in an order in which a crash between any two steps does no harm.

1. A record passes through the inbox: what was sent before the approval is in the log, about the old dossier.
2. The vault detaches the person: who arrives now is somebody new. The request remembers all dossiers of the person.
3. A second record passes through the inbox, and then the log: nothing of the old dossiers is under way any more, not
   in intake and not from one dossier to the other.
4. The log gets its record, dossiers that were absorbed first, the main one last: their facts are with the main one by
   then. The dossier agent tells who got anything, empties the state and puts the proof in the audit log.
5. The ledger gets dossier and proof; then the keys are destroyed and the vault's files scrubbed.
6. Every intake and dossier worker reads that the keys are gone and drops its copies.

Each step may be done again. Before step 5 nothing is lost for good; from the ledger on there is no way back. Whether
an erasure may begin is not asked here (``hub.commands.erase``).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import orjson
from sqlalchemy import Connection, Engine

from consent.avg19 import GEWIST
from hub.dossier.regels.kalender import dag_van
from hub.readmodel import questions
from hub.readmodel.proof import leaf_hash_of
from hub.streams.clock import Clock
from hub.streams.wissing import Stap
from hub.vault import wissingen
from hub.vault.ledger import Erased
from hub.vault.tables import alone, reading
from hub.vault.vault import Vault
from hub.vault.wissingen import Stand, Wissing

PATIENCE_SECONDS = 120.0
POLL_SECONDS = 0.05


class ErasureWaits(Exception):
    """A worker that must take part did not answer; the erasure goes on from here when it is resumed."""


class Eraser:
    """Carries out erasures of one hub; `clock` writes in its name, `now` is the hub's own time."""

    def __init__(self, vault: Vault, audit: Engine, clock: Clock, now: Callable[[], datetime]) -> None:
        self._vault, self._audit, self._clock, self._now = vault, audit, clock, now
        self.patience = PATIENCE_SECONDS

    async def run(self, verzoek: str) -> Wissing:
        """Take every step that is left; returns the request as it then stands. Raises ErasureWaits, ClockHeld."""
        steps = {
            Stand.GOEDGEKEURD: self._detach,
            Stand.LOSGEKOPPELD: self._report,
            Stand.GEMELD: self._destroy,
            Stand.VERNIETIGD: self._drop,
        }
        while (one := await asyncio.to_thread(self._read, verzoek)).stand in steps:
            await steps[one.stand](one)
        return one

    async def _detach(self, one: Wissing) -> None:
        """Steps 1 and 2."""
        await self._clock.pass_through_inbox(GEWIST, self._data(Stap.AANGEKONDIGD, one.dossier))

        def detach() -> None:
            size, _ = questions.checkpoint(self._audit)
            with self._taking_apart() as connection:
                main, *absorbed = self._vault.identities.all_of(connection, one.dossier)
                names = [*absorbed, main]
                wissingen.refuse_held(connection, names)  # a hold may have come since the approval; later is too late
                wissingen.fix(connection, one.verzoek, names, size)
                wissingen.detach(connection, names, self._now())

        await asyncio.to_thread(detach)

    async def _report(self, one: Wissing) -> None:
        """Steps 3 and 4."""
        under_way = self._data(Stap.LOSGEKOPPELD, one.dossier)
        await self._clock.pass_through_inbox(GEWIST, under_way)
        for _ in one.alle:  # facts may be handed on from one absorbed dossier to the next
            await self._clock.pass_through_log(GEWIST, under_way)
        for dossier in one.alle:
            if not await asyncio.to_thread(self._proofs, one, dossier):
                await self._clock.into_log(GEWIST, self._data(Stap.GEWIST, dossier), about=dossier)
                await self._proven(one, dossier)
        await asyncio.to_thread(self._step, one, Stand.GEMELD)

    async def _destroy(self, one: Wissing) -> None:
        """Step 5: ledger first, so that a key is never gone without a word of it."""

        def destroy() -> None:
            moment = self._now()
            proofs = {dossier: self._proofs(one, dossier)[0] for dossier in one.alle}
            self._vault.ledger.add(
                Erased(dossier, moment, number, leaf_hash_of(self._audit, number).hex())
                for dossier, number in proofs.items()
            )
            with self._taking_apart() as connection:
                wissingen.destroy(connection, one.alle, moment)
            wissingen.scrub(self._vault.engine)
            for dossier in one.alle:
                self._vault.keys.forget(dossier)
            self._step(one, Stand.VERNIETIGD)

        await asyncio.to_thread(destroy)

    async def _drop(self, one: Wissing) -> None:
        """Step 6."""
        for dossier in one.alle:
            gone = self._data(Stap.VERNIETIGD, dossier)
            await self._clock.pass_through_inbox(GEWIST, gone)
            await self._clock.pass_through_log(GEWIST, gone)
        await asyncio.to_thread(self._step, one, Stand.VOLTOOID)

    # what each step rests on

    def _read(self, verzoek: str) -> Wissing:
        with reading(self._vault.engine) as connection:
            found = wissingen.found(connection, verzoek=verzoek)
        if not found:
            raise wissingen.IllegalStep(f"There is no request {verzoek}: `hub person erase status` lists them.")
        return found[0]

    def _step(self, one: Wissing, to: Stand) -> None:
        with self._vault.engine.begin() as connection:
            wissingen.step(connection, one.verzoek, to)

    @contextmanager
    def _taking_apart(self) -> Iterator[Connection]:
        """A transaction in the vault while intake and agents lead nobody to a dossier."""
        with self._vault.engine.begin() as connection:
            alone(connection)
            yield connection

    def _data(self, stap: Stap, dossier: str) -> dict[str, str]:
        return {"datum": dag_van(self._now()).isoformat(), "stap": stap.value, "dossier": dossier}

    def _proofs(self, one: Wissing, dossier: str) -> list[int]:
        """The leaves that say that the log erased this dossier."""
        name, found = dossier.encode(), []
        for number, record in questions.leaves(self._audit, one.vanaf or 0):
            if name in record:
                content = orjson.loads(record)
                if content.get("type") == GEWIST and content.get("dossier") == dossier:
                    found.append(number)
        return found

    async def _proven(self, one: Wissing, dossier: str) -> None:
        deadline = time.monotonic() + self.patience
        while not await asyncio.to_thread(self._proofs, one, dossier):
            if time.monotonic() > deadline:
                raise ErasureWaits(
                    "The erasure waits for the audit log's word that the dossier is gone: see `hub doctor`, "
                    "then run `hub person erase resume`."
                )
            await asyncio.sleep(POLL_SECONDS)
