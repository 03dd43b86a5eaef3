# SPDX-License-Identifier: EUPL-1.2
"""Reads the out-topics of all partners for hundreds of readers, in bounded memory and with a handful of connections.

1. One consumer reads on at the end of every out-topic; the newest records of all of them are held in one window of
   `WINDOW_BYTES`, from which who keeps up is served. 2. Who is further behind, or looks for one place, is served by one of
   `READERS` consumers that read back. Committed records only. Not here: whether they may be handed over (``mailbox``).
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

import confluent_kafka as librdkafka
from confluent_kafka import KafkaError, KafkaException

from hub.broker.topics import MIB, OUT_PREFIX, Role, group, out_topic
from hub.streams.settings import KafkaConnection
from schemas.cloudevents import Header

__all__ = ["BEGIN", "NotKept", "Postbus", "PostbusAway", "Stuk"]

T = TypeVar("T")
BEGIN = -1
"""Before the first place."""
WINDOW_BYTES = 64 * MIB
READERS = 4
ANSWER_BYTES = 4 * MIB
"""One reading gives no more than this, unless its first record alone is larger."""
ANSWER_SECONDS = 5.0
LOOK_SECONDS = 5.0
"""How often we look for out-topics of new participants."""
TAIL_WAIT_MS, BACK_WAIT_MS = 100, 10
"""How long the broker keeps a fetch that finds nothing: who reads back waits so long for the end of the topic."""
_BATCH = 500
_POLL_SECONDS = 0.2


class NotKept(Exception):
    """Nothing is kept at this place, or for this organisation: it expired, or it never was."""


class PostbusAway(Exception):
    """The broker did not answer in time."""


@dataclass(frozen=True, slots=True)
class Stuk:
    """One record of an out-topic."""

    positie: int
    headers: Sequence[Header]
    value: bytes
    op: int
    """The broker's stamp, milliseconds."""

    @property
    def size(self) -> int:
        return len(self.value) + sum(len(name) + len(content) for name, content in self.headers) + 200


@dataclass(slots=True)
class _Window:
    """The newest records of one topic: all from `first` on."""

    first: int
    stukken: deque[Stuk] = field(default_factory=deque)
    moved: asyncio.Event = field(default_factory=asyncio.Event)


class Postbus:
    """Start it in the loop in which it is read. `failed` is set when it cannot go on."""

    def __init__(self, kafka: KafkaConnection, *, window_bytes: int = WINDOW_BYTES) -> None:
        self._kafka, self._budget = kafka, window_bytes
        self._windows: dict[str, _Window] = {}
        self._order: deque[str] = deque()
        self._held = 0
        self._looked = asyncio.Event()
        self._wanted = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._pool = ThreadPoolExecutor(READERS, thread_name_prefix="postbus")
        self._idle: asyncio.Queue[librdkafka.Consumer] = asyncio.Queue()
        self._readers: list[librdkafka.Consumer] = []
        self.failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def start(self) -> None:
        for _ in range(READERS):
            reader = librdkafka.Consumer(self._settings("earliest", BACK_WAIT_MS))
            self._readers.append(reader)
            self._idle.put_nowait(reader)
        loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._run, args=(loop,), name="postbus", daemon=True)
        self._thread.start()

    async def stop(self) -> None:
        self._stopping.set()
        self._wanted.set()
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join, ANSWER_SECONDS)
        for reader in self._readers:
            await asyncio.to_thread(reader.close)
        self._pool.shutdown(wait=False)

    # reading

    async def read(self, oin: str, after: int, most: int, wait: float) -> list[Stuk]:
        """What comes after a place, oldest first; waits up to `wait` seconds for the first. Raises NotKept for an
        organisation without a topic, PostbusAway."""
        window = await self._window(oin)
        until = asyncio.get_running_loop().time() + wait
        while True:
            if (first := window.first) > after + 1:  # what comes next left the window, or never was in it
                if found := await self.read_back(out_topic(oin), after + 1, most):
                    return found
                after = first - 1  # nothing but markers between
            elif found := _from(window.stukken, after, most):
                return found
            else:
                try:
                    async with asyncio.timeout_at(until):
                        await window.moved.wait()
                except TimeoutError:
                    return []

    async def at(self, oin: str, position: int) -> Stuk:
        """The record at one place; raises NotKept, PostbusAway."""
        window = await self._window(oin)
        found = _from(window.stukken, position - 1, 1) if position >= window.first else []
        found = found or await self.read_back(out_topic(oin), position, 1)
        if not found or found[0].positie != position:
            raise NotKept(f"Nothing is kept at place {position}.")
        return found[0]

    async def kept(self, oin: str) -> tuple[int, int]:
        """The first place that is kept, and the one behind the last (committed)."""
        await self._window(oin)
        partition = librdkafka.TopicPartition(out_topic(oin), 0)
        async with self._reader() as reader:
            try:
                low, high = await self._in_pool(reader.get_watermark_offsets, partition, ANSWER_SECONDS)
            except KafkaException as error:
                raise PostbusAway(f"The broker does not tell what is kept: {error.args[0].str()}.") from error
        return low, high

    async def seen(self, oin: str) -> int:
        """A place behind which everything lies that is written from now on."""
        window = await self._window(oin)
        return window.stukken[-1].positie if window.stukken else window.first - 1

    async def _window(self, oin: str) -> _Window:
        """The organisation's window; a topic that was made a moment ago is looked for once."""
        topic = out_topic(oin)
        if topic not in self._windows:
            looked = self._looked
            self._wanted.set()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(ANSWER_SECONDS):
                    await looked.wait()
        try:
            return self._windows[topic]
        except KeyError:
            raise NotKept(f"Nothing is kept for {oin}.") from None

    async def read_back(self, topic: str, start: int, most: int) -> list[Stuk]:
        """From a place on, as far as it goes; of any topic of one partition. Raises PostbusAway."""
        async with self._reader() as reader:
            return await self._in_pool(_read, reader, topic, start, most)

    @contextlib.asynccontextmanager
    async def _reader(self) -> AsyncIterator[librdkafka.Consumer]:
        reader = await self._idle.get()
        try:
            yield reader
        finally:
            self._idle.put_nowait(reader)

    async def _in_pool(self, act: Callable[..., T], *words: Any) -> T:
        # shielded: a reader goes back only when its thread has done with it, also when the request was given up
        work = asyncio.get_running_loop().run_in_executor(self._pool, act, *words)
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            await asyncio.wait([work])
            raise

    def _settings(self, reset: str, wait_ms: int) -> dict[str, Any]:
        return {
            **self._kafka.librdkafka(),
            "group.id": group(Role.WEB),  # librdkafka wants one; nothing is joined or committed
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "isolation.level": "read_committed",
            "auto.offset.reset": reset,
            "fetch.wait.max.ms": wait_ms,
            "fetch.message.max.bytes": MIB,
            "queued.max.messages.kbytes": 8 * 1024,
        }

    # the tail's thread

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        try:
            self._tail(loop)
        except BaseException as error:  # noqa: BLE001  whatever it is, the process must end by it
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._fail, error)

    def _tail(self, loop: asyncio.AbstractEventLoop) -> None:
        consumer = librdkafka.Consumer(self._settings("latest", TAIL_WAIT_MS))
        known: set[str] = set()
        looked = 0.0
        try:
            while not self._stopping.is_set():
                if self._wanted.is_set() or time.monotonic() - looked > LOOK_SECONDS:
                    self._wanted.clear()
                    looked = time.monotonic()
                    self._look(loop, consumer, known)
                message = consumer.poll(_POLL_SECONDS if not self._wanted.is_set() else 0)
                if message is not None:
                    batch = [message, *consumer.consume(_BATCH, 0)]
                    asyncio.run_coroutine_threadsafe(self._arrived(_stukken(batch)), loop).result()
        finally:
            consumer.close()

    def _look(self, loop: asyncio.AbstractEventLoop, consumer: librdkafka.Consumer, known: set[str]) -> None:
        try:
            listed = consumer.list_topics(timeout=ANSWER_SECONDS).topics
            fresh = sorted(name for name in listed if name.startswith(OUT_PREFIX) and name not in known)
            begin = {}
            for name in fresh:
                partition = librdkafka.TopicPartition(name, 0)
                begin[name] = consumer.get_watermark_offsets(partition, ANSWER_SECONDS)[1]
        except KafkaException:
            return  # the broker is away: we look again
        if begin:
            consumer.incremental_assign([librdkafka.TopicPartition(name, 0, at) for name, at in begin.items()])
            known.update(begin)
        asyncio.run_coroutine_threadsafe(self._opened(begin), loop).result()

    # back in the loop

    async def _opened(self, begin: dict[str, int]) -> None:
        for topic, at in begin.items():
            self._windows[topic] = _Window(at)
        self._looked.set()
        self._looked = asyncio.Event()

    async def _arrived(self, stukken: list[tuple[str, Stuk]]) -> None:
        for topic, stuk in stukken:
            window = self._windows[topic]
            window.stukken.append(stuk)
            self._order.append(topic)
            self._held += stuk.size
            window.moved.set()
            window.moved.clear()
        while self._held > self._budget:
            window = self._windows[self._order.popleft()]
            gone = window.stukken.popleft()
            window.first = gone.positie + 1
            self._held -= gone.size

    def _fail(self, error: BaseException) -> None:
        if not self.failed.done():
            self.failed.set_exception(error)


def _from(stukken: deque[Stuk], after: int, most: int) -> list[Stuk]:
    """Those after a place; the newest are the likeliest, so the start is looked for from behind."""
    start = len(stukken)
    while start and stukken[start - 1].positie > after:
        start -= 1
    return _bounded(islice(stukken, start, None), most)


def _bounded(stukken: Iterable[Stuk], most: int) -> list[Stuk]:
    found: list[Stuk] = []
    size = 0
    for stuk in islice(stukken, most):
        size += stuk.size
        if found and size > ANSWER_BYTES:
            break
        found.append(stuk)
    return found


def _read(reader: librdkafka.Consumer, topic: str, start: int, most: int) -> list[Stuk]:
    """Read back from a place; ends at `most`, or at the end of what is committed."""
    reader.assign([librdkafka.TopicPartition(topic, 0, max(start, 0))])
    found: list[Stuk] = []
    size, until = 0, time.monotonic() + ANSWER_SECONDS
    try:
        while len(found) < most and size < ANSWER_BYTES:
            message = reader.poll(max(0.0, until - time.monotonic()))
            if message is None:
                raise PostbusAway("The broker does not answer.")
            error = message.error()
            if error is None:
                found.append(_stuk(message))
                size += found[-1].size
            elif error.code() == KafkaError._PARTITION_EOF:
                break
            elif time.monotonic() > until:
                raise PostbusAway(f"The broker does not answer: {error.str()}.")
    finally:
        reader.unassign()
    return found


def _stukken(messages: Iterable[librdkafka.Message]) -> list[tuple[str, Stuk]]:
    return [(message.topic(), _stuk(message)) for message in messages if message.error() is None]


def _stuk(message: librdkafka.Message) -> Stuk:
    return Stuk(message.offset(), tuple(message.headers() or ()), message.value() or b"", message.timestamp()[1])
