# SPDX-License-Identifier: EUPL-1.2
"""Reads `hub.audit` into ``kennis``, and knows whether all of it has been read that there is at a moment.

librdkafka, not aiokafka: behind the last record of a transaction stands its commit marker, which a reader's position
never passes in aiokafka; librdkafka tells the end of a partition with the marker behind it. One thread of its own.
"""

from __future__ import annotations

import asyncio
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping

import confluent_kafka as librdkafka
from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient, OffsetSpec

from hub.broker.topics import AUDIT, PARTITIONS, Role, group
from hub.streams.settings import KafkaConnection
from hub.web.kennis import Kennis

__all__ = ["AuditUnreadable", "HubBehind", "Volger"]

BATCH = 500
POLL_SECONDS = 0.2
ANSWER_SECONDS = 5.0
FETCH_WAIT_MS = 100


class HubBehind(Exception):
    """What the log has shown could not be read in time, so nothing is handed over: ask again in a moment."""


class AuditUnreadable(Exception):
    """The audit log does not have what comes next: this process cannot go on."""


class Volger:
    """Follows the audit log while it runs. `failed` is set when it cannot go on: the process ends then."""

    def __init__(self, kafka: KafkaConnection, kennis: Kennis) -> None:
        self._kafka, self._kennis = kafka, kennis
        self._admin = AdminClient(kafka.librdkafka())
        self._seen: dict[int, int] = {}
        self._moved = asyncio.Event()
        self._asking: asyncio.Task[Mapping[int, int]] | None = None
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self.failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._seen = await asyncio.to_thread(self._kennis.positions)
        self._thread = threading.Thread(target=self._run, args=(loop, dict(self._seen)), name="volger", daemon=True)
        self._thread.start()

    async def stop(self) -> None:
        self._stopping.set()
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join, ANSWER_SECONDS)

    async def fresh(self, until: float) -> None:
        """Return when everything has been taken in that stood in the audit log when this was called; raises HubBehind
        at the loop's time `until`."""
        try:
            async with asyncio.timeout_at(until):
                ends = await self._ends()
                while any(self._seen[partition] < end for partition, end in ends.items()):
                    await self._moved.wait()
        except (TimeoutError, KafkaException) as error:
            raise HubBehind("The audit log could not be read to its end in time.") from error

    async def _ends(self) -> Mapping[int, int]:
        """The end of every partition at some moment after this call, what is not committed yet included: a transaction whose
        commit was answered may still lack its marker, and readers do not see it until then. Who calls while an answer is
        under way waits for the next one, together."""
        if self._asking is not None:
            running = self._asking
            await asyncio.wait([running])
            if self._asking is running:
                self._asking = None
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask())
            self._asking.add_done_callback(
                lambda asked: asked.cancelled() or asked.exception()
            )  # also if all have left
        return await asyncio.shield(self._asking)

    async def _ask(self) -> Mapping[int, int]:
        try:
            return await self._listed()
        except KafkaException:
            # After a restart the broker refuses who names the leader of before (FENCED_LEADER_EPOCH), and librdkafka's
            # ListOffsets names it for ever unless somebody looks anew.
            await asyncio.to_thread(self._admin.list_topics, AUDIT, ANSWER_SECONDS)
            return await self._listed()

    async def _listed(self) -> Mapping[int, int]:
        asked = {librdkafka.TopicPartition(AUDIT, number): OffsetSpec.latest() for number in range(PARTITIONS)}
        futures = self._admin.list_offsets(
            asked, isolation_level=librdkafka.IsolationLevel.READ_UNCOMMITTED, request_timeout=ANSWER_SECONDS
        )
        found = await asyncio.gather(*(asyncio.wrap_future(future) for future in futures.values()))
        if any(answer.offset < 0 for answer in found):  # so it says that nobody answered in time
            raise HubBehind("The audit log's end is not to be had: the broker does not answer.")
        return {tp.partition: answer.offset for tp, answer in zip(futures, found, strict=True)}

    # the thread

    def _run(self, loop: asyncio.AbstractEventLoop, positions: dict[int, int]) -> None:
        try:
            self._follow(loop, positions)
        except BaseException as error:  # noqa: BLE001  whatever it is, the process must end by it
            _in_loop(loop, self._fail, error)

    def _follow(self, loop: asyncio.AbstractEventLoop, positions: dict[int, int]) -> None:
        consumer = librdkafka.Consumer(
            {
                **self._kafka.librdkafka(),
                "group.id": group(Role.WEB),  # librdkafka wants one; nothing is joined or committed
                "enable.auto.commit": False,
                "enable.partition.eof": True,
                "isolation.level": "read_committed",
                "auto.offset.reset": "error",
                "fetch.wait.max.ms": FETCH_WAIT_MS,
            }
        )
        try:
            consumer.assign([librdkafka.TopicPartition(AUDIT, number, at) for number, at in positions.items()])
            while not self._stopping.is_set():
                first = consumer.poll(POLL_SECONDS)
                if first is not None:
                    self._take(loop, [first, *consumer.consume(BATCH - 1, 0)])
        finally:
            consumer.close()

    def _take(self, loop: asyncio.AbstractEventLoop, messages: list[librdkafka.Message]) -> None:
        records: defaultdict[int, list[tuple[int, int, bytes]]] = defaultdict(list)
        seen: dict[int, int] = {}
        for message in messages:
            number, offset = message.partition(), message.offset()
            match message.error():
                case None:
                    records[number].append((offset, message.timestamp()[1], message.value()))
                    seen[number] = offset + 1
                case error if error.code() == KafkaError._PARTITION_EOF:
                    seen[number] = offset
                case error if error.code() == KafkaError._AUTO_OFFSET_RESET or error.fatal():
                    raise AuditUnreadable(f"The audit log cannot be read on ({error.str()}): ask `hub doctor`.")
                case _:
                    continue  # the broker is away: librdkafka tries again, and meanwhile nothing is handed over
        if records:
            self._kennis.take(records)
        if seen:
            _in_loop(loop, self._advance, seen)

    # back in the loop

    def _advance(self, seen: dict[int, int]) -> None:
        self._seen |= seen
        self._moved.set()
        self._moved.clear()  # who waits now is woken; who waits next waits for the next

    def _fail(self, error: BaseException) -> None:
        if not self.failed.done():
            self.failed.set_exception(error)


def _in_loop(loop: asyncio.AbstractEventLoop, act: Callable[..., None], *words: object) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(act, *words)
