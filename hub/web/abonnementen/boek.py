# SPDX-License-Identifier: EUPL-1.2
"""One writer for all subscriptions: what they want to write at the same time goes into one transaction.

A commit costs a sync of the disk; two hundred subscriptions that each made their own would wait for each other. Every
transaction first looks whether this process still has the turn, so that of two web processes only the younger delivers.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, insert, select, update

from hub.web.abonnementen.tabellen import beurten, metadata

T = TypeVar("T")
Schrijven = Callable[[Connection], T]

MOST = 500
"""Writes in one transaction."""


class Overgenomen(Exception):
    """Another process has taken the turn to deliver: this one stops."""


class Boek:
    """The book of deliveries. `open` takes the turn; `doe` returns when what was asked is on disk."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="bezorgboek")
        self._wachtend: list[tuple[Schrijven[Any], asyncio.Future[Any]]] = []
        self._iets = asyncio.Event()
        self._schrijver: asyncio.Task[None] | None = None
        self._beurt = 0

    async def open(self) -> None:
        self._beurt = await asyncio.get_running_loop().run_in_executor(self._thread, self._neem_beurt)
        self._schrijver = asyncio.create_task(self._schrijf(), name="bezorgboek")

    async def sluit(self) -> None:
        if self._schrijver is not None:
            self._schrijver.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._schrijver
        self._thread.shutdown()

    async def doe(self, schrijven: Schrijven[T]) -> T:
        """Run it in a transaction; returns what it returned, once that is committed. Raises Overgenomen."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._wachtend.append((schrijven, future))
        self._iets.set()
        return await future

    async def _schrijf(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._iets.wait()
            batch, self._wachtend = self._wachtend[:MOST], self._wachtend[MOST:]
            if not self._wachtend:
                self._iets.clear()
            results = await loop.run_in_executor(self._thread, self._transactie, [one for one, _ in batch])
            for (_, future), result in zip(batch, results, strict=True):
                if future.cancelled():
                    continue
                if isinstance(result, Exception):
                    future.set_exception(result)
                else:
                    future.set_result(result)

    def _transactie(self, batch: list[Schrijven[Any]]) -> list[Any]:
        """All in one; where one of them fails, each alone, so that it takes no other along."""
        try:
            with self._engine.begin() as connection:
                self._mijn_beurt(connection)
                return [schrijven(connection) for schrijven in batch]
        except Exception as error:  # noqa: BLE001 - goes to who asked
            if len(batch) == 1:
                return [error]
            return [result for schrijven in batch for result in self._transactie([schrijven])]

    def _mijn_beurt(self, connection: Connection) -> None:
        if connection.scalar(select(beurten.c.nummer).with_for_update(read=True)) != self._beurt:
            raise Overgenomen("Another web process delivers the webhooks now: this one no longer does.")

    def _neem_beurt(self) -> int:
        metadata.create_all(self._engine)
        with self._engine.begin() as connection:
            was = connection.scalar(select(beurten.c.nummer))
            if was is None:
                connection.execute(insert(beurten).values(id=1, nummer=1))
                return 1
            connection.execute(update(beurten).values(nummer=was + 1))
            return int(was) + 1
