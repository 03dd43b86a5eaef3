# SPDX-License-Identifier: EUPL-1.2
"""Keeps a loop running for every active subscription, each on its own: one that stops takes no other along."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable

from hub.web.abonnementen import administratie
from hub.web.abonnementen.abonnement import Abonnement, Stand
from hub.web.abonnementen.bezorger import Bezorger
from hub.web.abonnementen.boek import Boek, Overgenomen

log = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
"""How soon a change is seen that another process made, such as the operator's command."""
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 30.0


class Leiding:
    """Runs the loops. `make` makes the one of a subscription as it now stands."""

    def __init__(self, boek: Boek, make: Callable[[Abonnement], Bezorger]) -> None:
        self._boek, self._make = boek, make
        self._taken: dict[str, tuple[int, asyncio.Task[None]]] = {}
        self._wek = asyncio.Event()

    def wek(self) -> None:
        """Something was changed: look now."""
        self._wek.set()

    async def run(self) -> None:
        """Until cancelled, or until another process took the turn (Overgenomen)."""
        try:
            while True:
                self._wek.clear()
                await self._schik(await self._boek.doe(lambda c: administratie.versies(c, time.time())))
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wek.wait(), LOOK_SECONDS)
        finally:
            await self._stop(list(self._taken))

    async def _schik(self, versies: dict[str, int]) -> None:
        """Stop what is no longer to be served as it is, start what is not served yet."""
        await self._stop([id_ for id_, (versie, _) in self._taken.items() if versies.get(id_) != versie])
        for id_, versie in versies.items():
            if id_ not in self._taken:
                task = asyncio.create_task(self._bedien(id_), name=f"abonnement {id_}")
                self._taken[id_] = (versie, task)

    async def _stop(self, ids: list[str]) -> None:
        tasks = [self._taken.pop(id_)[1] for id_ in ids]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _bedien(self, id_: str) -> None:
        """Serve one until it is stopped; after an error again, from what is written, a little later each time."""
        pauze = FIRST_PAUSE_SECONDS
        while True:
            began = asyncio.get_running_loop().time()
            try:
                abonnement = await self._boek.doe(lambda connection: administratie.een(connection, id_))
                if abonnement is None or abonnement.stand is not Stand.ACTIEF:
                    return
                bezorger = self._make(abonnement)
                try:
                    await bezorger.run()
                    return
                except asyncio.CancelledError:
                    with contextlib.suppress(Overgenomen):
                        await bezorger.bewaar()
                    raise
            except Overgenomen:
                return
            except Exception as error:  # noqa: BLE001 - whatever it was, only this subscription has it
                # The kind alone: an error's text may quote the URL, in which a participant may keep a secret.
                log.error("Subscription %s stopped by %s: again in %.1f s.", id_, type(error).__name__, pauze)
            if asyncio.get_running_loop().time() - began > LONGEST_PAUSE_SECONDS:
                pauze = FIRST_PAUSE_SECONDS
            await asyncio.sleep(pauze)
            pauze = min(2 * pauze, LONGEST_PAUSE_SECONDS)
