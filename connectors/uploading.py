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

from connectors.files import Afgekeurd, Melding, Profiel, read, write_rejected
from connectors.forwarding import Forwarder
from connectors.ledger import Gevolg, Ledger, Recorded, Refusal
from connectors.sending import event_of
from connectors.spool import Spool
from connectors.store import Store
from connectors.way import AWAY, Away, Way
from schemas.errors import InvalidEvent

COPY_MARK = "-afgekeurd"
TELL_SECONDS = 0.5
"""How often who waits for the hub's answers sees how many there are."""
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
    storing: Away | None = field(default=None, repr=False)
    """Why they wait."""

    @property
    def lines_rejected(self) -> int:
        return len({(one.blad, one.regelnummer) for one in self.rejected})


class Uploader:
    """One partner's way for files: reader, ledger, spool, and Kafka or HTTP."""

    def __init__(self, connector: Way, profiel: Profiel) -> None:
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

        1. See what the hub answered to what was sent before: of a refused row the id is free again. (What it refused of
           other files stays in `refusals` until somebody is `told`.)
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
                if wait_seconds > 0 and recorded.sent:
                    await self._answers_to(recorded.sent, wait_seconds, tell)
            except AWAY as error:
                done.storing = error
        done.wacht = (await asyncio.to_thread(self._spool.waiting)).events
        refused = await asyncio.to_thread(_at_their_lines, self.refusals(), good)
        done.rejected += [one for _, one in refused]
        if done.rejected:
            done.kopie = _copy_of(file, copies)
            await asyncio.to_thread(write_rejected, file, self._profiel, done.rejected, done.kopie)
            self.told([one for one, _ in refused])
        return done

    async def look(self, file: Path, prepare: Prepare) -> tuple[list[Melding], list[Afgekeurd]]:
        """What of a file would go, and what not; sends nothing. Raises UnreadableFile."""
        return prepare(*await asyncio.to_thread(self._sorted, read(file, self._profiel)))

    def known(self, ids: Iterable[str]) -> frozenset[str]:
        """Which of these events were sent before, and not refused."""
        return self._ledger.known(ids)

    async def catch_up(self) -> int:
        """Send what waited here for a hub that was away, and see what the hub has answered since; how many went.
        Raises what is in AWAY while the hub is away still, and what `upload` raises."""
        sent = await self._forwarder.drain()
        if await asyncio.to_thread(self._ledger.waiting):
            await self._ledger.follow(self._connector)
        return sent

    def refusals(self) -> list[Refusal]:
        """What the hub refused and nobody was told yet."""
        return self._ledger.refusals()

    def told(self, refusals: Iterable[Refusal]) -> None:
        self._ledger.told(refusals)

    def copy_of_refused(
        self, file: Path, refusals: Iterable[Refusal], copies: Path
    ) -> tuple[Path, list[Refusal]] | None:
        """The lines of a file that was uploaded before and that the hub has refused since, as a copy in `copies`; and
        which of the refusals stand in it. None where the file has none of them."""
        rows = [row for row in read(file, self._profiel) if isinstance(row, Melding)]
        refused = _at_their_lines(refusals, rows)
        if not refused:
            return None
        copy = _copy_of(file, copies)
        write_rejected(file, self._profiel, [one for _, one in refused], copy)
        return copy, [one for one, _ in refused]

    async def _answers_so_far(self) -> Away | None:
        if not await asyncio.to_thread(self._ledger.waiting):
            return None
        try:
            await self._ledger.follow(self._connector)
        except AWAY as error:
            return error
        return None

    async def _answers_to(self, ids: list[str], seconds: float, tell: Callable[[str, int, int], None]) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while await self._unanswered(ids, tell) and loop.time() < deadline:
            quiet = min(1.0, max(0.1, deadline - loop.time()))
            following = asyncio.create_task(self._ledger.follow(self._connector, until_quiet=quiet))
            while not following.done():
                await asyncio.wait({following}, timeout=TELL_SECONDS)
                await self._unanswered(ids, tell)
            following.result()

    async def _unanswered(self, ids: list[str], tell: Callable[[str, int, int], None]) -> int:
        left = await asyncio.to_thread(self._ledger.unanswered, ids)
        tell("antwoorden", len(ids) - left, len(ids))
        return left

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


def _at_their_lines(refusals: Iterable[Refusal], rows: Iterable[Melding]) -> list[tuple[Refusal, Afgekeurd]]:
    """The refusals of these rows, each at the line where the row stands now."""
    lines = {row.id: row for row in rows}
    return [
        (one, Afgekeurd(lines[one.id].regelnummer, "", "", one.uitleg, lines[one.id].blad))
        for one in refusals
        if one.id in lines
    ]


def _copy_of(file: Path, copies: Path | None) -> Path:
    return free_name((copies or file.parent) / f"{file.stem.removesuffix(COPY_MARK)}{COPY_MARK}{file.suffix}")


def free_name(path: Path) -> Path:
    """This name, or with a number after it: somebody may be at work in the file that has it."""
    number, found = 1, path
    while found.exists():
        number += 1
        found = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return found


def counts(done: Uploaded) -> dict[str, int]:
    """By what became of the rows."""
    return {gevolg.value: len(done.recorded.ids[gevolg]) for gevolg in Gevolg}
