# SPDX-License-Identifier: EUPL-1.2
"""The process dies between any two steps of a delivery: nothing is lost, and what comes twice comes under one id.

Here death is an exception that nothing handles and a new process on the same database; `kill -9` of the real process
is in tests/stream.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from hub.streams.failpoints import Failpoints
from hub.web.abonnementen.bezorger import Bezorger, Stap
from hub.web.abonnementen.boek import Boek, Overgenomen
from hub.web.abonnementen.leiding import Leiding
from tests.unit.webhooks import GEM, Bezorgdienst, Postbus, bezorgdienst, ontvanger, tot


class Fataal(Failpoints):
    """Stops everything, for ever, at one passage: a dead process writes nothing any more."""

    def __init__(self, armed: StrEnum, nth: int) -> None:
        super().__init__(armed, nth)
        self.dood = asyncio.Event()

    async def hit(self, point: StrEnum, *pending: asyncio.Future[Any]) -> None:
        if self.dood.is_set():
            await asyncio.Event().wait()
        if point is self._armed:
            self._left -= 1
            if self._left == 0:
                self.dood.set()
                await asyncio.Event().wait()


async def die(dienst: Bezorgdienst, fataal: Fataal) -> None:
    """Live until the passage, and stop there without a last word."""
    dienst.leiding = Leiding(
        dienst.boek,
        lambda one: Stil(one, dienst.postbus, dienst.boek, dienst.verzender, dienst.regels, dienst.grenzen,
                         failpoints=fataal),
    )  # fmt: skip
    dienst.taak = asyncio.create_task(dienst.leiding.run())
    await asyncio.wait_for(fataal.dood.wait(), 30)


class Stil(Bezorger):
    async def bewaar(self) -> None: ...


@pytest.mark.parametrize("nth", (1, 2, 3))
@pytest.mark.parametrize("stap", Stap)
async def test_dead_between_two_steps(stap: Stap, nth: int, tmp_path: Path) -> None:
    postbus = Postbus()
    who = ["an", "bo", "an", "cas", "an", "bo"]
    ids = await postbus.post(GEM, *who)
    refused: Counter[str] = Counter()

    def answer(_: object, id_: str) -> int:
        refused[id_] += 1
        return 500 if id_ in (ids[0], ids[1]) and refused[id_] <= 2 else 204

    async with ontvanger(answer) as there:
        first = Bezorgdienst(tmp_path / "web.db", postbus)
        await first.start(run=False)
        id_ = await first.abonneer(there.url)
        await die(first, Fataal(stap, nth))
        await first.stop()
        async with bezorgdienst(tmp_path / "web.db", postbus) as second:
            await second.gelezen_tot(id_, len(ids))
    assert set(there.kreeg) == set(ids)
    for person in set(who):
        own = [one for one, whose in zip(ids, who, strict=True) if whose == person]
        firsts = [one for one in dict.fromkeys(there.kreeg) if one in own]
        assert firsts == own, (person, there.kreeg)
    assert len(there.kreeg) <= 2 * len(ids)


async def test_of_two_processes_the_younger_delivers(database: str) -> None:
    postbus = Postbus()
    async with ontvanger() as there, bezorgdienst(database, postbus) as old:
        id_ = await old.abonneer(there.url)
        async with bezorgdienst(database, postbus) as young:
            with pytest.raises(Overgenomen):
                await old.een(id_)
            ids = await postbus.post(GEM, "an", "bo")
            await young.gelezen_tot(id_, 2)
            await tot(lambda: set(there.kreeg) == set(ids), "both")


async def test_one_write_that_fails_takes_no_other_along(database: str) -> None:
    async with bezorgdienst(database, Postbus()) as dienst:
        boek: Boek = dienst.boek

        def wrong(_: object) -> int:
            raise ValueError("wrong")

        done = await asyncio.gather(
            boek.doe(lambda _: 1), boek.doe(wrong), boek.doe(lambda _: 3), return_exceptions=True
        )
        assert done[0] == 1 and isinstance(done[1], ValueError) and done[2] == 3
