# SPDX-License-Identifier: EUPL-1.2
"""What the hub holds for a partner, as it may be handed over now. Pull, webhooks and server-sent events all read here.

Kafka is the mailbox: a place in it is the offset in `hub.out.<oin>`, and nothing is copied. Every reading decides
again, on all that the log has shown until then (``overdracht``), so keep nothing that was read for a later attempt:
read it again with `at`. What may not be handed over any more is an `Ingehouden` in its place, and on record.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from consent.kader import Reden
from hub.web.kennis import Kennis
from hub.web.overdracht import ONTVANGSTBEWIJZEN
from hub.web.postbus import BEGIN, NotKept, Postbus, PostbusAway, Stuk
from hub.web.volger import HubBehind, Volger
from schemas.cloudevents import CloudEvent, Header, from_headers, gebeurtenis_of

__all__ = ["BEGIN", "Brief", "HubBehind", "Ingehouden", "Item", "Mailbox", "NotKept"]

PATIENCE_SECONDS = 5.0
"""How long a hand-over waits for what the log has shown."""
_AGAIN_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Brief:
    """One letter: sealed to the partner, signed by the hub. A receipt is one too."""

    positie: int
    event: CloudEvent
    headers: Sequence[Header]
    """As they stand on the record: the attributes, `sleutelid` and `handtekening`."""
    op: datetime
    """When the broker took it (UTC, the clock on the wall also where time is simulated)."""

    @property
    def id(self) -> str:
        return self.event.id

    @property
    def is_ontvangstbewijs(self) -> bool:
        return gebeurtenis_of(self.event) in ONTVANGSTBEWIJZEN


@dataclass(frozen=True, slots=True)
class Ingehouden:
    """A letter that is not handed over any more; the partner learns its id and why, nothing else."""

    positie: int
    id: str
    reden: Reden


Item = Brief | Ingehouden


class Mailbox:
    """One for all partners of a hub; hundreds may read at the same time. `now` is the hub's time;
    `withheld` is called when something is held back, to put it on record."""

    def __init__(
        self,
        postbus: Postbus,
        volger: Volger,
        kennis: Kennis,
        now: Callable[[], datetime],
        withheld: Callable[[], None],
    ) -> None:
        self._postbus, self._volger, self._kennis = postbus, volger, kennis
        self._now, self._withheld = now, withheld

    async def read(self, oin: str, after: int = BEGIN, most: int = 100, wait: float = 0.0) -> list[Item]:
        """What comes after a place, oldest first, at most `most`; waits up to `wait` seconds for the first.

        Empty when there is nothing. Begins with the oldest that is kept where `after` lies before it. Raises HubBehind,
        and NotKept for who has no mailbox.
        """
        try:
            stukken = await self._postbus.read(oin, after, most, wait)
        except PostbusAway as error:
            raise HubBehind(str(error)) from error
        return await self._decided(oin, stukken)

    async def at(self, oin: str, position: int) -> Item:
        """What stands at a place, decided anew: for another attempt. Raises NotKept, HubBehind."""
        try:
            stuk = await self._postbus.at(oin, position)
        except PostbusAway as error:
            raise HubBehind(str(error)) from error
        items = await self._decided(oin, [stuk])
        if not items:
            raise HubBehind("The audit record of this delivery was not shown in time.")
        return items[0]

    async def handed_over(self, oin: str, items: Iterable[Item]) -> None:
        """Say which of these are on their way to the partner: call it before they are sent, or once an answer shows that
        they arrived. What is withheld later of what it has, is not told as kept from it."""
        if ids := [item.id for item in items if isinstance(item, Brief) and not item.is_ontvangstbewijs]:
            await asyncio.to_thread(self._kennis.handed_over, oin, ids)

    async def kept(self, oin: str) -> tuple[int, int]:
        """The first place that is kept, and the one behind the last; equal when nothing is. Raises NotKept, HubBehind."""
        try:
            return await self._postbus.kept(oin)
        except PostbusAway as error:
            raise HubBehind(str(error)) from error

    async def reaches(self, oin: str, position: int) -> bool:
        """Whether the mailbox is as long as somebody remembers it who read up to this place. It is not where a log of
        before was put back: its places are given out again. Raises HubBehind."""
        try:
            if position <= await self._postbus.seen(oin):
                return True
            return position < (await self.kept(oin))[1]
        except NotKept:
            return False

    async def _decided(self, oin: str, stukken: Sequence[Stuk]) -> list[Item]:
        """The first of these, decided upon, up to one whose audit record was not shown yet: that one waits (P2)."""
        letters = [_letter(stuk) for stuk in stukken]
        ids = [letter.id for letter in letters if not letter.is_ontvangstbewijs]
        until = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while letters:
            answer: dict[str, Reden | None] = {}
            if ids:
                await self._volger.fresh(until)
                answer = await asyncio.to_thread(self._kennis.decided, oin, ids, self._now())
            items: list[Item] = []
            for letter in letters:
                if letter.is_ontvangstbewijs:
                    items.append(letter)
                elif letter.id not in answer:
                    break
                else:
                    reden = answer[letter.id]
                    items.append(letter if reden is None else Ingehouden(letter.positie, letter.id, reden))
            if any(answer.values()):
                self._withheld()
            if items:
                return items
            await asyncio.sleep(_AGAIN_SECONDS)
        return []


def _letter(stuk: Stuk) -> Brief:
    event = from_headers(stuk.headers, stuk.value)
    return Brief(stuk.positie, event, stuk.headers, datetime.fromtimestamp(stuk.op / 1000, UTC))
