# SPDX-License-Identifier: EUPL-1.2
"""Reads one log for its agents: joins the group, opens and closes partitions as they come and go, hands out turns.

A ``mode.Service`` that Faust starts and stops with the app. What a turn does is in ``turn.py``; what an owned partition
is, in ``partition.py``.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError, OffsetOutOfRangeError
from mode import Service

from hub.streams.errors import LogError, PositionLost
from hub.streams.failpoints import Failpoints
from hub.streams.partition import Partition, Stage
from hub.streams.restore import StateTopic
from hub.streams.settings import LogSettings
from hub.streams.store import Store
from hub.streams.turn import Turn
from hub.streams.watchdog import Watchdog, end_process

__all__ = ["OpenHook", "Reader"]

log = logging.getLogger(__name__)

OpenHook = Callable[[int, Store], Awaitable[None] | None]

_POLL_MS = 1_000
_MEASURE_SECONDS = 1.0
_STOP_SECONDS = 5.0
_EXIT_SECONDS = 15.0
"""After a crash the process has this long to stop as Faust does it; then it ends anyway."""
_FETCH_WAIT_MS = 50
"""aiokafka has one fetch under way at a time: while it waits for idle partitions, a busy one is not fetched."""
_FETCH_PARTITION_BYTES = 1024 * 1024
"""Read ahead of a turn, per partition; the broker sends a larger batch whole if it comes first."""
_NEVER_IDLE_MS = 10**9
"""aiokafka makes a member leave that has not polled for so long, such as a spare worker. The watchdog judges better."""


class Reader(Service, ConsumerRebalanceListener):  # type: ignore[misc]  # both are untyped
    """One log, one consumer, its owned partitions."""

    def __init__(
        self,
        settings: LogSettings,
        deliver: Callable[[Turn], None],
        recall: Callable[[], Iterable[Turn]],
        *,
        failpoints: Failpoints | None = None,
        end: Callable[[str], None] = end_process,
        **service: Any,
    ) -> None:
        self.settings = settings
        self.partitions: dict[int, Partition] = {}
        self.open_hooks: list[OpenHook] = []
        self._deliver, self._recall = deliver, recall
        self._failpoints = failpoints or Failpoints()
        self._state_topic = (
            StateTopic(settings.kafka, settings.state_topic, settings.group, settings.store_max_age_seconds)
            if settings.state_topic
            else None
        )
        self._serving: dict[int, asyncio.Task[None]] = {}
        self._moving = True
        self._loop_beats = 0
        self._watchdog = Watchdog(self._pulse, settings.watchdog_seconds, end)
        super().__init__(**service)

    # life

    async def on_start(self) -> None:
        settings = self.settings
        if self._state_topic is not None:
            await asyncio.to_thread(self._state_topic.check_layout, settings.topic)
        self.consumer = AIOKafkaConsumer(
            **settings.kafka.aiokafka(),
            group_id=settings.group,
            enable_auto_commit=False,
            isolation_level="read_committed",
            auto_offset_reset="none",  # nobody but us says where to start
            session_timeout_ms=settings.session_timeout_ms,
            heartbeat_interval_ms=settings.heartbeat_interval_ms,
            rebalance_timeout_ms=settings.rebalance_timeout_ms,
            max_poll_interval_ms=_NEVER_IDLE_MS,
            fetch_max_wait_ms=_FETCH_WAIT_MS,
            max_partition_fetch_bytes=_FETCH_PARTITION_BYTES,
        )
        await self.consumer.start()
        self.consumer.subscribe([settings.topic], listener=self)
        self._watchdog.start()

    async def on_stop(self) -> None:
        if self.crashed:
            self._watchdog.expect_end(
                _EXIT_SECONDS, f"the reader of {self.settings.topic} crashed ({self.crash_reason!r})"
            )
        await self._halt(0 if self.crashed else _STOP_SECONDS)
        await asyncio.gather(*(partition.close() for partition in self.partitions.values()))
        self.partitions = {}
        try:
            await asyncio.wait_for(self.consumer.stop(), _STOP_SECONDS)
        except TimeoutError:
            log.warning("The group was not left in time; it notices by itself within the session timeout.")
        if not self.crashed:
            self._watchdog.stop()

    # who owns what

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Let every turn end; whoever gets the partition next fences us, so what does not end in time is revoked."""
        if self.should_stop:
            return
        try:
            self._moving = True
            await self._halt(self.settings.grace_seconds)
            for number, partition in list(self.partitions.items()):
                if partition.stage is Stage.COMMITTING:
                    raise LogError(
                        f"{partition} moves and its commit does not end: only a new process can tell what became of it."
                    )
                if partition.stage is not Stage.IDLE:
                    await self.partitions.pop(number).close()
        except Exception as failure:  # noqa: BLE001 - aiokafka would log it and go on without us
            await self.crash(failure)

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Keep what stays, close what went, open what is new.

        A partition that was idle and comes back needs no restore: if anyone owned it in between, our producer is fenced
        and the next commit says so. Opening happens beside this call: until it returns the group gets no heartbeat.
        """
        if self.should_stop:
            return
        try:
            numbers = {tp.partition for tp in assigned}
            self._moving = False
            gone = [self.partitions.pop(number) for number in list(self.partitions) if number not in numbers]
            for number in sorted(numbers):
                partition = self.partitions.get(number)
                if partition is None:
                    partition = Partition(number, self.settings, self._state_topic, self._failpoints)
                    self.partitions[number] = partition
                    self.consumer.pause(partition.tp)
                self._serving[number] = self.add_future(self._serve(partition))
            await asyncio.gather(*(partition.close() for partition in gone))
        except Exception as failure:  # noqa: BLE001 - as above
            await self.crash(failure)

    async def _halt(self, seconds: float) -> None:
        """Hand out no more turns, take back those that nobody has begun, wait for the others."""
        for task in self._serving.values():
            task.cancel()
        if self._serving:
            await asyncio.wait(self._serving.values())
        self._serving = {}
        for turn in self._recall():
            self.partitions[turn.partition].withdraw(turn)
        out = [partition for partition in self.partitions.values() if partition.stage in (Stage.TURN, Stage.COMMITTING)]
        if out and seconds:
            waits = [asyncio.ensure_future(partition.idle.wait()) for partition in out]
            _, late = await asyncio.wait(waits, timeout=seconds)
            for wait in late:
                wait.cancel()

    # turns

    async def _serve(self, partition: Partition) -> None:
        """Open the partition if it is new, then hand out one turn after the other until cancelled."""
        settings, consumer = self.settings, self.consumer
        if partition.stage is Stage.OPENING:
            await partition.open(consumer)
            for hook in self.open_hooks:
                made = hook(partition.number, partition.store)
                if made is not None:
                    await made
            partition.opened()
        consumer.seek(partition.tp, partition.position)
        consumer.resume(partition.tp)
        clock = asyncio.get_running_loop().time
        stepped = clock()
        while True:
            try:
                # Never without a name: getmany() hands out, and so skips, records of partitions that are not open yet.
                batch = await consumer.getmany(partition.tp, timeout_ms=_POLL_MS, max_records=settings.max_records)
            except OffsetOutOfRangeError as failure:
                raise PositionLost(
                    f"{partition} no longer has offset {partition.position}: records were deleted unread."
                ) from failure
            for records in bounded(batch.get(partition.tp, ()), settings.max_bytes):
                self._deliver(partition.turn(records))
                await partition.idle.wait()
            if batch:
                continue
            if clock() - stepped > settings.step_seconds:
                await partition.step_over(await consumer.position(partition.tp))
                stepped = clock()
            elif partition.offset_behind:
                await partition.step_over(partition.position)

    # watching

    @Service.task  # type: ignore[untyped-decorator]
    async def _breathe(self) -> None:
        while not self.should_stop:
            self._loop_beats += 1
            await self.sleep(_MEASURE_SECONDS)

    @Service.task  # type: ignore[untyped-decorator]
    async def _listen(self) -> None:
        """Hear what the group's coordinator has to say when no partition is ours: errors come only out of a poll."""
        nobody = TopicPartition(self.settings.topic, -1)
        while not self.should_stop:
            await self.consumer.getmany(nobody, timeout_ms=_POLL_MS)
            await self.sleep(_MEASURE_SECONDS)

    @Service.task  # type: ignore[untyped-decorator]
    async def _measure(self) -> None:
        """Ask the broker, not our own fetches, how far each log has come: a reader that hangs believes it has all."""
        while not self.should_stop:
            await self.sleep(_MEASURE_SECONDS)
            open_ = [p for p in self.partitions.values() if p.stage in (Stage.IDLE, Stage.TURN, Stage.COMMITTING)]
            try:
                ends = await self.consumer.end_offsets([p.tp for p in open_]) if open_ else {}
                for partition in open_:
                    if self.consumer.assignment() >= {partition.tp}:
                        partition.lag = max(0, ends[partition.tp] - await self.consumer.position(partition.tp))
            except KafkaError as failure:
                # A broker that is away is nobody's fault here and no reason to crash: keep the last figures.
                log.debug("Lag not measured: %r", failure)

    def _pulse(self) -> dict[str, int]:
        """For the watchdog, from its thread: a counter of everything that has work."""
        pulse = {"the event loop": self._loop_beats}
        if self._moving:
            pulse[f"joining group {self.settings.group}"] = 0
        pulse |= {str(partition): partition.beats for partition in list(self.partitions.values()) if partition.busy}
        return pulse


def bounded(records: Sequence[ConsumerRecord], max_bytes: int) -> Iterator[Sequence[ConsumerRecord]]:
    """Cut into runs of at most ``max_bytes`` of keys, values and headers; a larger record stands alone."""
    start, size = 0, 0
    for index, record in enumerate(records):
        own = max(record.serialized_key_size, 0) + max(record.serialized_value_size, 0)
        if record.headers:
            own += sum(len(name) + len(content or b"") for name, content in record.headers)
        if index > start and size + own > max_bytes:
            yield records[start:index]
            start, size = index, 0
        size += own
    if records:
        yield records[start:]
