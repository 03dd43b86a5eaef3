# SPDX-License-Identifier: EUPL-1.2
"""One file of a partner, from its rows to the hub: what `connect send` and `connect watch` do.

Good rows go; what cannot go comes back in a copy of the file with a Dutch sentence beside it, whether it was refused
here or by the hub. Not here: the command line.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from aiokafka.errors import KafkaError

from connectors.client import Connector
from connectors.files import Afgekeurd, Melding, Profiel, read, write_rejected
from connectors.forwarding import Forwarder
from connectors.ledger import Gevolg, Ledger, Recorded
from connectors.sending import event_of
from connectors.spool import Spool
from connectors.store import Store
from schemas.errors import InvalidEvent

COPY_MARK = "-afgekeurd"
Prepare = Callable[[list[Melding], list[Afgekeurd]], tuple[list[Melding], list[Afgekeurd]]]


@dataclass(slots=True)
class Uploaded:
    """What came of one file."""

    bestand: Path
    recorded: Recorded
    rejected: list[Afgekeurd]
    kopie: Path | None = None
    wacht: int = 0
    """Events that are safe here and not yet with the hub."""
    storing: KafkaError | None = field(default=None, repr=False)
    """Why they wait."""

    @property
    def lines_rejected(self) -> int:
        return len({(one.blad, one.regelnummer) for one in self.rejected})


class Uploader:
    """One partner's way for files: reader, ledger, spool, connector."""

    def __init__(self, connector: Connector, profiel: Profiel) -> None:
        self._connector, self._profiel = connector, profiel
        self._spool = Spool(Store.of(connector.profile))
        self._ledger = Ledger(self._spool, connector.topic)
        self._forwarder = Forwarder(connector, self._spool)

    async def upload(
        self,
        file: Path,
        *,
        wait_seconds: float = 0.0,
        copies: Path | None = None,
        tell: Callable[[str, int, int], None] = lambda what, done, whole: None,
        prepare: Prepare = lambda good, bad: (good, bad),
    ) -> Uploaded:
        """Read a file and send it. `copies` is the folder for the copy with what was rejected; beside the file if none.
        `prepare` may change what goes, and in which order.

        1. See what the hub answered to what was sent before: of a refused row the id is free again.
        2. Read the rows, and set apart what cannot be sent.
        3. Keep the others on disk, with what makes a second upload of the same file nothing.
        4. Send. A hub that is away is told of in `storing`: what waits goes with the next upload.
        5. Wait at most `wait_seconds` for the hub's answers to these rows.
        6. Write the copy.

        Raises UnreadableFile, SpoolFull, StoreDamaged, DeliveryRefused.
        """
        storing = await self._answers_so_far()
        good, bad = await self.look(file, prepare)
        tell("lezen", len(good), len(good))
        recorded = await asyncio.to_thread(self._ledger.record, good, self._profiel.namespace, file.name)
        done = Uploaded(file, recorded, [*bad, *recorded.rejected], storing=storing)
        if storing is None:
            try:
                whole = self._spool.waiting().events
                await self._forwarder.drain(lambda sent: tell("versturen", sent, max(whole, sent)))
                if wait_seconds > 0:
                    done.rejected += await self._refused(recorded, wait_seconds)
            except KafkaError as error:
                done.storing = error
        done.wacht = (await asyncio.to_thread(self._spool.waiting)).events
        if done.rejected:
            folder = copies or file.parent
            done.kopie = folder / f"{file.stem}{COPY_MARK}{file.suffix}"
            await asyncio.to_thread(write_rejected, file, self._profiel, done.rejected, done.kopie)
        return done

    async def look(self, file: Path, prepare: Prepare) -> tuple[list[Melding], list[Afgekeurd]]:
        """What of a file would go, and what not; sends nothing. Raises UnreadableFile."""
        return prepare(*await asyncio.to_thread(self._sorted, read(file, self._profiel)))

    def known(self, ids: Iterable[str]) -> frozenset[str]:
        """Which of these events were sent before, and not refused."""
        return self._ledger.known(ids)

    async def _answers_so_far(self) -> KafkaError | None:
        if not await asyncio.to_thread(self._ledger.waiting):
            return None
        try:
            await self._ledger.follow(self._connector)
        except KafkaError as error:
            return error
        return None

    async def _refused(self, recorded: Recorded, seconds: float) -> list[Afgekeurd]:
        loop, ids = asyncio.get_running_loop(), recorded.sent
        deadline = loop.time() + seconds
        while ids and not await asyncio.to_thread(self._ledger.answered, ids) and loop.time() < deadline:
            await self._ledger.follow(self._connector, until_quiet=min(1.0, max(0.1, deadline - loop.time())))
        refused = await asyncio.to_thread(self._ledger.refusals, ids)
        return [Afgekeurd(one.regelnummer, "", "", one.uitleg, one.blad) for one in refused]

    def _sorted(self, rows: Iterable[Melding | Afgekeurd]) -> tuple[list[Melding], list[Afgekeurd]]:
        """What can be sent and what cannot. A line goes whole or not at all, also when the schema refuses one of its
        events."""
        good: list[Melding] = []
        bad: list[Afgekeurd] = []
        for row in rows:
            if isinstance(row, Afgekeurd):
                bad.append(row)
                continue
            try:
                self._connector.check(event_of(row))
                good.append(row)
            except InvalidEvent as error:
                bad.append(Afgekeurd(row.regelnummer, error.veld or "", "", str(error), row.blad))
        faulty = {(one.blad, one.regelnummer) for one in bad}
        return [one for one in good if (one.blad, one.regelnummer) not in faulty], bad


def counts(done: Uploaded) -> dict[str, int]:
    """By what became of the rows."""
    return {gevolg.value: len(done.recorded.ids[gevolg]) for gevolg in Gevolg}
