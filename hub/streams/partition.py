# SPDX-License-Identifier: EUPL-1.2
"""One owned partition: the producer that fences earlier owners, the state, where reading goes on, and whose turn it is.

Who owns which partition is decided in ``reader.py``; what a turn holds is in ``turn.py``.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from hub.streams.errors import LogError, PositionDisagrees, PositionLost, Revoked, TurnOver
from hub.streams.failpoints import Failpoints
from hub.streams.restore import Restored, StateTopic
from hub.streams.settings import LogSettings
from hub.streams.store import MemoryStore, Row, Store
from hub.streams.turn import Turn

__all__ = ["Partition", "Stage"]

log = logging.getLogger(__name__)

_MAX_BATCH_BYTES = 1_000_000
"""Under every topic's limit, Kafka's default included: as few produce requests as may be, since they go one by one."""
_RETRY_MS = 20
"""The broker asks for a retry while it writes the markers of the last transaction, which takes some milliseconds."""
_OFFSET_SECONDS = 1.0
"""How far the group's offset, which only those see who watch the lag, may be behind the position."""
_STOP_SECONDS = 5.0
_RECONNECT_SECONDS = 1.0
_RESTORERS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="restore")
"""Two at a time: each holds up to 16 MiB of rows on their way."""


class Stage(Enum):
    """What a partition is doing; ``_NEXT`` says what may follow."""

    OPENING = "opening"
    """Fencing, restoring, asking where to start. No turns yet."""
    IDLE = "idle"
    """Open; no turn is out."""
    TURN = "turn"
    """An agent has the turn."""
    COMMITTING = "committing"
    """The turn's transaction is under way; if it fails the partition stays here until the process ends."""
    CLOSED = "closed"
    """Given up; every turn of it is revoked."""


_NEXT = {
    Stage.OPENING: {Stage.IDLE, Stage.CLOSED},
    Stage.IDLE: {Stage.TURN, Stage.CLOSED},
    Stage.TURN: {Stage.COMMITTING, Stage.IDLE, Stage.CLOSED},
    Stage.COMMITTING: {Stage.IDLE, Stage.CLOSED},
    Stage.CLOSED: set(),
}


class Partition:
    """Opened once, closed once; between them one turn after the other."""

    def __init__(
        self, number: int, settings: LogSettings, state_topic: StateTopic | None, failpoints: Failpoints
    ) -> None:
        self.number = number
        self.settings = settings
        self.failpoints = failpoints
        self.tp: Any = TopicPartition(settings.topic, number)
        self.producer: Any = None
        self.store: Store = MemoryStore()
        self.position = 0
        """The next offset of the log, as committed."""
        self.offset: int | None = None
        """The group's offset, as we last committed it."""
        self._offset_at = -math.inf
        self.stage = Stage.OPENING
        self.idle = asyncio.Event()
        self.beats = 0
        """Counts every sign of progress, for the watchdog."""
        self.lag = 0
        """Records that are there and not read yet, as last measured."""
        self._state_topic = state_topic
        self._turn: Turn | None = None
        self._restoring: asyncio.Future[Restored] | None = None

    def __str__(self) -> str:
        return f"{self.settings.topic} partition {self.number}"

    @property
    def busy(self) -> bool:
        """Whether there is work, so that standing still is a fault."""
        return self.stage is not Stage.CLOSED and (self.stage is not Stage.IDLE or self.lag > 0)

    def beat(self) -> None:
        self.beats += 1

    def _enter(self, stage: Stage) -> None:
        if stage not in _NEXT[self.stage]:
            raise TurnOver(f"{self} is {self.stage.value} and cannot be {stage.value}: a turn ends once.")
        self.stage = stage
        self.beats += 1
        if stage is Stage.IDLE:
            self._turn = None
            self.idle.set()
        else:
            self.idle.clear()

    # opening and closing

    async def open(self, consumer: AIOKafkaConsumer) -> None:
        """Make this process the only owner, restore what the owners before it left, and set ``position``.

        1. Fence: the broker aborts what an earlier owner left open and refuses it from then on.
        2. Restore the state to the end of its topic, which only we can move now.
        3. Take the position from the state; the group's offset may be missing or older, but not ahead.

        Any of it may be done again, so a broker that is away is waited for.
        """
        while self.stage is Stage.OPENING:
            try:
                wanted = await (self._open_state() if self._state_topic else self._ask_position())
                await self._settle(consumer, wanted)
            except KafkaError as failure:
                if not failure.retriable:
                    raise
                log.warning("%s cannot be opened yet: %s", self, failure)
                await self._let_go()
                await asyncio.sleep(_RECONNECT_SECONDS)
            else:
                return

    async def _open_state(self) -> int | None:
        settings = self.settings
        self.producer = AIOKafkaProducer(
            **settings.kafka.aiokafka(),
            transactional_id=settings.transactional_id(self.number),
            transaction_timeout_ms=settings.transaction_timeout_ms,
            max_batch_size=_MAX_BATCH_BYTES,
            retry_backoff_ms=_RETRY_MS,
        )
        await self.producer.start()
        self.beat()
        loop = asyncio.get_running_loop()
        self._restoring = loop.run_in_executor(_RESTORERS, self._restore)
        restored = await asyncio.shield(self._restoring)
        log.info("%s restored: %d rows read, position %s", self, restored.rows, restored.position)
        return restored.position

    def _restore(self) -> Restored:
        if self.stage is Stage.CLOSED or self._state_topic is None:
            return Restored(None, 0)
        self.store = self.settings.store(self.number)
        return self._state_topic.restore(
            self.number, self.store, beat=self.beat, stopped=lambda: self.stage is Stage.CLOSED
        )

    async def _ask_position(self) -> int | None:
        if self.settings.positions is None:
            raise LogError("A log without a state topic needs positions.")
        return await self.settings.positions(self.number) or None

    async def _settle(self, consumer: AIOKafkaConsumer, known: int | None) -> None:
        if self._state_topic is not None:
            committed = await consumer.committed(self.tp)
            if committed is not None and committed > (known or 0):
                raise PositionDisagrees(
                    f"Group {self.settings.group} has read {self} up to {committed} and its state in "
                    f"{self.settings.state_topic} only up to {known or 0}: find out which was lost; to replay from the "
                    "state's position, delete the group's offsets."
                )
        first = (await consumer.beginning_offsets([self.tp]))[self.tp]
        if known is not None and known < first:
            raise PositionLost(
                f"{self} begins at {first} and the position is {known}: the records between were deleted unread; "
                "restore the log from a backup, or accept the loss by deleting the state topic and the group's offsets."
            )
        self.position = first if known is None else known

    def opened(self) -> None:
        """The partition can have turns from now on."""
        self._enter(Stage.IDLE)

    async def close(self) -> None:
        """Give up: revoke what is out, stop the producer, let go of the store."""
        if self.stage is Stage.CLOSED:
            return
        self._enter(Stage.CLOSED)
        if self._restoring is not None:
            await asyncio.wait([self._restoring])
        await self._let_go()

    async def _let_go(self) -> None:
        store, self.store = self.store, MemoryStore()
        store.close()
        producer, self.producer = self.producer, None
        if producer is not None:
            # With a broker that is away or a sender that failed it would wait for ever to flush.
            try:
                await asyncio.wait_for(producer.stop(), _STOP_SECONDS)
            except Exception as failure:  # noqa: BLE001 - whatever was open, the next owner aborts
                log.warning("%s: its producer did not stop cleanly: %r", self, failure)

    # turns

    def turn(self, records: Sequence[ConsumerRecord]) -> Turn:
        """Hand out the next turn; the partition is not idle until it ends."""
        return self._take(Turn(self, records, records[-1].offset + 1))

    def offsets_due(self) -> bool:
        """Whether this commit carries the group's offset: the first one, then one in ``_OFFSET_SECONDS``."""
        now = time.monotonic()
        if now - self._offset_at < _OFFSET_SECONDS:
            return False
        self._offset_at = now
        return True

    @property
    def offset_behind(self) -> bool:
        """Whether the group's offset has still to follow the position."""
        return self._state_topic is not None and self.offset is not None and self.offset < self.position

    async def step_over(self, position: int) -> None:
        """Commit a position behind transaction markers and aborted records, which no turn ever holds.

        Else, once they have expired, the log would begin after the position as if records had been lost.
        """
        if self._state_topic is not None and (position > self.position or self.offset_behind):
            # To its end even if the caller is cancelled: a rebalance waits for it as for any turn.
            await asyncio.shield(self._take(Turn(self, (), position)).commit())

    def _take(self, turn: Turn) -> Turn:
        self._enter(Stage.TURN)
        self._turn = turn
        return turn

    def has_lost(self, turn: Turn) -> bool:
        return self.stage is Stage.CLOSED or self._turn is not turn

    def _expect(self, turn: Turn) -> None:
        if self.stage is Stage.CLOSED:
            raise Revoked(f"{self} has gone to another worker: take the next turn.")
        if self._turn is not turn:
            raise TurnOver(f"This turn of {self} is over: a turn ends once.")

    def begin_commit(self, turn: Turn) -> None:
        self._expect(turn)
        if self._state_topic is None:
            raise LogError(f"Turns of {self} end with done: its agent keeps effects and position in SQL.")
        self._enter(Stage.COMMITTING)

    def end_commit(self, turn: Turn, rows: Sequence[Row], offset: int) -> None:
        if self.stage is Stage.CLOSED:
            return  # committed all the same; the next owner finds it in the state topic
        self.store.apply(rows, offset)
        self.position = turn.position
        self._enter(Stage.IDLE)

    def release(self, turn: Turn) -> None:
        """End a turn whose effects and position are in SQL."""
        self._expect(turn)
        if self._state_topic is not None:
            raise LogError(f"Turns of {self} end with commit: it keeps state and position in Kafka.")
        self.position = turn.position
        self._enter(Stage.IDLE)

    def withdraw(self, turn: Turn) -> None:
        """Take back a turn that no agent has seen."""
        if self._turn is turn and self.stage is Stage.TURN:
            self._enter(Stage.IDLE)
