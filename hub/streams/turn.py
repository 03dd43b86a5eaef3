# SPDX-License-Identifier: EUPL-1.2
"""The next records of one partition and everything that follows from them: all of it becomes visible, or none.

An agent reads and writes state, emits outputs and dead letters, and commits. What a record means is the agent's; who
owns the partition is ``partition.py``'s.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from aiokafka import ConsumerRecord
from aiokafka.errors import IllegalOperation, MessageSizeTooLargeError, ProducerFenced
from aiokafka.structs import OffsetAndMetadata

from hub.streams.errors import Fenced, LogError, OutputTooLarge, ReservedKey
from hub.streams.failpoints import Failpoint
from hub.streams.outputs import Headers, Outgoing, Outputs, retrieved, send_all
from hub.streams.restore import POSITION

if TYPE_CHECKING:
    from hub.streams.partition import Partition

__all__ = ["DEAD_LETTER_HEADERS", "Turn"]

DEAD_LETTER_HEADERS = ("dead-letter-topic", "dead-letter-partition", "dead-letter-offset", "dead-letter-time-ms",
                       "dead-letter-reason", "dead-letter-detail")  # fmt: skip
"""Added after the original's own headers; of headers with the same name the last ones are ours."""

_FIRST_KEY = b"\x01"
"""State keys that begin with a zero byte are the channel's own."""


class Turn:
    """One batch of one partition. Ends with ``commit`` (or ``done`` where the effects are in SQL)."""

    __slots__ = ("_outputs", "_owner", "_rows", "awaited", "partition", "position", "records")

    def __init__(self, owner: Partition, records: Sequence[ConsumerRecord], position: int) -> None:
        self._owner = owner
        self._rows: dict[bytes, bytes | None] = {}
        self._outputs = Outputs(owner.settings.max_output_bytes)
        self.partition: int = owner.number
        self.records = records
        """In the log's order; an agent never gets an empty turn."""
        self.position = position
        """The next offset of the log after this turn."""
        self.awaited = False
        """Somebody waits for the group to be past this turn: its commit carries the offset, due or not."""

    @property
    def revoked(self) -> bool:
        """Whether the partition has gone to another worker: work on this turn is in vain."""
        return self._owner.has_lost(self)

    # state

    def get(self, key: bytes) -> bytes | None:
        """The row as this turn has left it, or None."""
        if key in self._rows:
            return self._rows[key]
        return self._owner.store.get(key)

    def put(self, key: bytes, value: bytes) -> None:
        """Write a row. ReservedKey, OutputTooLarge."""
        if key < _FIRST_KEY:
            raise ReservedKey("A state key is not empty and does not begin with a zero byte: choose another one.")
        if len(key) + len(value) > self._owner.settings.max_output_bytes:
            raise OutputTooLarge(
                f"A state row has {len(key) + len(value)} bytes and the limit is "
                f"{self._owner.settings.max_output_bytes}: spread it over more rows."
            )
        self._rows[key] = value

    def delete(self, key: bytes) -> None:
        """Remove a row; none need be there."""
        if key < _FIRST_KEY:
            raise ReservedKey("A state key is not empty and does not begin with a zero byte: choose another one.")
        self._rows[key] = None

    def scan(
        self, prefix: bytes = b"", *, start: bytes | None = None, end: bytes | None = None
    ) -> Iterator[tuple[bytes, bytes]]:
        """Rows in key order as this turn has left them: those with ``prefix``, and of these ``start <= key < end``.

        The turn's rows are those of the moment of the call; writing while scanning is fine and not seen.
        """
        low = max(prefix, start or b"", _FIRST_KEY)
        high = _least(_after(prefix), end)
        ours = sorted(key for key in self._rows if key >= low and (high is None or key < high))
        return _merged(self._owner.store.scan(low, high), [(key, self._rows[key]) for key in ours])

    # outputs

    def emit(
        self,
        topic: str,
        value: bytes | None,
        key: bytes | None = None,
        headers: Headers = (),
        partition: int | None = None,
    ) -> None:
        """One output: to ``partition``, else by ``key`` as every client does it, else beside this turn's partition.

        Raises OutputTooLarge at once, so that the agent can still dead-letter the record that it follows from.
        """
        self._outputs.add(topic, value, key, headers, partition)

    def dead_letter(self, record: ConsumerRecord, reason: str, detail: str = "") -> None:
        """Put aside a record that cannot be handled, as it came, with its place and a reason without personal data."""
        told = (record.topic, str(record.partition), str(record.offset), str(record.timestamp), reason, detail)
        added = [(name, text.encode()) for name, text in zip(DEAD_LETTER_HEADERS, told, strict=True)]
        settings = self._owner.settings
        headers = [*record.headers, *added]
        self._outputs.add(
            settings.dead_letters, record.value, record.key, headers, None, limit=settings.max_dead_letter_bytes
        )

    # the end

    async def commit(self) -> None:
        """Make everything of this turn visible at once.

        1. Refuse if the partition has gone (Revoked) or the turn is over (TurnOver).
        2. Begin a transaction.
        3. Send the outputs, in batches, to where they belong,
        4. and the state rows, with the position as one of them: what a next owner starts from.
        5. Wait until the broker has acknowledged every batch: aiokafka would commit without one that failed.
        6. Add the position to the transaction as the group's offset, if somebody waits for it or the last was a second
           ago: it is for those who watch the lag, and two of five round trips.
        7. Commit.
        8. Give the rows to the local store, and the partition free for its next turn.

        Any error after step 1 leaves the partition taken: nobody can know whether the broker committed, so the process
        must end, and the next owner reads it from the state topic. Agents catch ``Revoked`` and nothing else.
        """
        owner = self._owner
        owner.begin_commit(self)
        try:
            offset = await self._transact()
        except (ProducerFenced, IllegalOperation) as failure:  # the latter from a producer that was fenced meanwhile
            raise Fenced(
                f"{owner} has another owner, or its transaction took longer than the broker allows: this worker ends "
                "and its successor starts from the last commit."
            ) from failure
        except MessageSizeTooLargeError as failure:
            raise OutputTooLarge(
                f"The broker refused an output or state row of {owner} as too large: let max.message.bytes of each "
                f"topic that is written exceed {owner.settings.max_output_bytes}, or set a lower max_output_bytes."
            ) from failure
        owner.end_commit(self, self._state(), offset)

    async def _transact(self) -> int:
        """Steps 2 to 7; the state topic's offset after this turn."""
        owner, producer, hit = self._owner, self._owner.producer, self._owner.failpoints.hit
        settings = owner.settings
        placed = await self._outputs.placed(producer, self.partition)
        rows: list[Outgoing] = [(key, value, (), None) for key, value in self._state()]
        await hit(Failpoint.BEFORE_BEGIN)
        await producer.begin_transaction()
        producer._txn_manager.wait_for_transaction_end().add_done_callback(retrieved)  # aiokafka shows it nowhere else
        await hit(Failpoint.AFTER_BEGIN)
        # In one go: the sender then asks the broker once to let the partitions in, and once to take the batches.
        sent = await send_all(producer, {**placed, (settings.state_topic or "", self.partition): rows})
        await hit(Failpoint.AFTER_SEND, sent[0].arrived)
        # Not beside the next step: while the group joins the transaction the broker turns batches away, to be retried.
        *_, end = await asyncio.gather(*(batch.end() for batch in sent))
        await hit(Failpoint.AFTER_STATE)
        if owner.offsets_due() or self.awaited:
            await producer.send_offsets_to_transaction({owner.tp: OffsetAndMetadata(self.position, "")}, settings.group)
            owner.offset = self.position
        await hit(Failpoint.AFTER_OFFSETS)
        await hit(Failpoint.BEFORE_COMMIT)
        await producer.commit_transaction()
        await hit(Failpoint.AFTER_COMMIT)
        # Without an end the store stays where it was, and reads these rows once more when it is opened next.
        return owner.store.applied.offset if end is None else end

    def _state(self) -> list[tuple[bytes, bytes | None]]:
        return [*self._rows.items(), (POSITION, b"%d" % self.position)]

    def done(self) -> None:
        """Release the partition after the agent has committed position and effects in SQL. Revoked, TurnOver."""
        if self._rows or self._outputs:
            raise LogError("This log writes nothing to Kafka: give it a state topic, or keep the effects in SQL.")
        self._owner.release(self)


def _merged(
    stored: Iterator[tuple[bytes, bytes]], ours: list[tuple[bytes, bytes | None]]
) -> Iterator[tuple[bytes, bytes]]:
    """Two ordered runs as one; of the same key ours counts, and None hides it."""
    waiting = iter(ours)
    own = next(waiting, None)
    for key, value in stored:
        while own is not None and own[0] < key:
            if own[1] is not None:
                yield own[0], own[1]
            own = next(waiting, None)
        if own is None or own[0] != key:
            yield key, value
    while own is not None:
        if own[1] is not None:
            yield own[0], own[1]
        own = next(waiting, None)


def _after(prefix: bytes) -> bytes | None:
    """The first key after all that begin with ``prefix``; None if there is no such key."""
    stem = prefix.rstrip(b"\xff")
    return stem[:-1] + bytes([stem[-1] + 1]) if stem else None


def _least(one: bytes | None, other: bytes | None) -> bytes | None:
    return min((end for end in (one, other) if end is not None), default=None)
