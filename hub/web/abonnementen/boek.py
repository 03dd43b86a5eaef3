# SPDX-License-Identifier: EUPL-1.2
"""One writer for all subscriptions: what they want to write at the same time goes into one transaction.

A commit costs a sync of the disk; two hundred subscriptions that each made their own would wait for each other. What
delivers writes only while this process has the turn, so that of two web processes only the younger delivers.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, insert, select, update

from hub.web.abonnementen.tabellen import beurten, metadata

T = TypeVar("T")
Schrijven = Callable[[Connection], T]

MOST = 500
"""Writes in one transaction."""
GONE_SECONDS = 30.0
"""Who has the turn and was not seen for so long has ended."""


class Overgenomen(Exception):
    """Another process has taken the turn to deliver: this one does not."""


class Boek:
    """The book of deliveries. `open` takes the turn; `doe` returns when what was asked is on disk."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="bezorgboek")
        self._wachtend: list[tuple[Schrijven[Any], bool, asyncio.Future[Any]]] = []
        self._iets = asyncio.Event()
        self._schrijver: asyncio.Task[None] | None = None
        self._beurt = 0

    async def open(self) -> None:
        self._beurt = await asyncio.get_running_loop().run_in_executor(self._thread, self._neem_beurt)
        self._schrijver = asyncio.create_task(self._schrijf(), name="bezorgboek")

    async def neem_over(self) -> bool:
        """Take the turn back from a process that is no more; False while it lives."""
        gezien = await self.doe(lambda c: c.scalar(select(beurten.c.gezien)), altijd=True)
        if gezien is not None and time.time() - gezien < GONE_SECONDS:
            return False
        self._beurt = await asyncio.get_running_loop().run_in_executor(self._thread, self._neem_beurt)
        return True

    async def sluit(self) -> None:
        if self._schrijver is not None:
            self._schrijver.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._schrijver
        self._thread.shutdown()

    async def doe(self, schrijven: Schrijven[T], *, altijd: bool = False) -> T:
        """Run it in a transaction; returns what it returned, once that is committed. Raises Overgenomen, but not where it
        is to be done `altijd`: what an owner asks is not a delivery."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._wachtend.append((schrijven, altijd, future))
        self._iets.set()
        return await future

    async def _schrijf(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._iets.wait()
            batch, self._wachtend = self._wachtend[:MOST], self._wachtend[MOST:]
            if not self._wachtend:
                self._iets.clear()
            results = await loop.run_in_executor(self._thread, self._transactie, [one[:2] for one in batch])
            for (_, _, future), result in zip(batch, results, strict=True):
                if future.cancelled():
                    continue
                if isinstance(result, Exception):
                    future.set_exception(result)
                else:
                    future.set_result(result)

    def _transactie(self, batch: list[tuple[Schrijven[Any], bool]]) -> list[Any]:
        """All in one; where one of them fails, each alone, so that it takes no other along."""
        try:
            with self._engine.begin() as connection:
                mine = self._mijn_beurt(connection)
                return [schrijven(connection) if mine or altijd else Overgenomen() for schrijven, altijd in batch]
        except Exception as error:  # noqa: BLE001 - goes to who asked
            if len(batch) == 1:
                return [error]
            return [result for one in batch for result in self._transactie([one])]

    def _mijn_beurt(self, connection: Connection) -> bool:
        # The row is held until the commit: nobody takes the turn in between.
        return connection.scalar(select(beurten.c.nummer).with_for_update(read=True)) == self._beurt

    def _neem_beurt(self) -> int:
        metadata.create_all(self._engine)
        with self._engine.begin() as connection:
            was = connection.scalar(select(beurten.c.nummer).with_for_update())
            if was is None:
                connection.execute(insert(beurten).values(id=1, nummer=1, gezien=time.time()))
                return 1
            connection.execute(update(beurten).values(nummer=was + 1, gezien=time.time()))
            return int(was) + 1
