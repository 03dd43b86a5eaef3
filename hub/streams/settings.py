# SPDX-License-Identifier: EUPL-1.2
"""What one log channel is told: which log, as whom, how much at a time. No defaults from files or the environment."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from hub.broker.credentials import Credentials
from hub.broker.topics import DEAD_LETTERS, LARGEST_INTERNAL_RECORD, MIB, Role, transactional_id
from hub.streams.store import MemoryStore, Store

__all__ = ["KafkaConnection", "LogSettings"]


@dataclass(frozen=True)
class KafkaConnection:
    """Where the broker is and who we are to it."""

    bootstrap: str
    credentials: Credentials

    def aiokafka(self) -> dict[str, Any]:
        """Keyword arguments that every aiokafka client takes."""
        return {
            "bootstrap_servers": self.bootstrap,
            "security_protocol": "SSL",
            "ssl_context": self.credentials.ssl_context(),
        }

    def librdkafka(self) -> dict[str, Any]:
        """Properties that every librdkafka client takes. It does not write on its own to anybody's screen: what matters to
        the caller comes back as an error.
        """
        return {"bootstrap.servers": self.bootstrap, "log_level": 0, **self.credentials.librdkafka()}


@dataclass(frozen=True)
class LogSettings:
    """One log, read by one group.

    With a ``state_topic`` a turn is one Kafka transaction. With ``positions`` instead (an agent whose effects are in
    SQL) the agent keeps the position itself: ``positions(partition)`` tells where to start, 0 for the beginning, and
    ``turn.done()`` takes the place of the commit.
    """

    topic: str
    group: str
    role: Role
    kafka: KafkaConnection
    state_topic: str | None = None
    positions: Callable[[int], Awaitable[int]] | None = None
    store: Callable[[int], Store] = lambda partition: MemoryStore()
    dead_letters: str = DEAD_LETTERS

    max_records: int = 2000
    max_bytes: int = 8 * MIB
    """A turn holds no more than this in keys, values and headers, unless one record alone is larger."""

    max_output_bytes: int = LARGEST_INTERNAL_RECORD // 2
    """More than a partner may send, so that it still fits once sealed again; less than our topics take."""
    max_dead_letter_bytes: int = LARGEST_INTERNAL_RECORD - 4096
    """A dead letter is its original and a few headers; Kafka counts the batch around it too."""

    transaction_timeout_ms: int = 15_000
    """A transaction is open only while a turn commits; this bounds how long a dead worker's one holds up readers."""
    session_timeout_ms: int = 6_000
    """aiokafka's and Faust's defaults stall every restart after a kill for 10 to 60 s."""
    heartbeat_interval_ms: int = 2_000
    rebalance_timeout_ms: int = 30_000
    """Who has not given its partitions up within this time is put out of the group."""
    watchdog_seconds: int = 60
    """A partition with work and no progress for this long ends the process. More than a broker's restart takes."""
    step_seconds: float = 60.0
    """How often an idle partition may commit a position behind transaction markers alone."""
    store_max_age_seconds: int = 12 * 3600
    """A store on disk that was away longer is rebuilt: Kafka forgets deletions in a day (``delete.retention.ms``)."""

    def __post_init__(self) -> None:
        if (self.state_topic is None) == (self.positions is None):
            raise ValueError("Give a log either a state_topic (transactional) or positions (effects in SQL).")

    @property
    def grace_seconds(self) -> float:
        """How long a turn has to end when partitions move, before it is revoked: less than the group waits for us."""
        return max(0.1, 0.8 * (self.rebalance_timeout_ms - 2 * self.heartbeat_interval_ms) / 1000)

    def transactional_id(self, partition: int) -> str:
        """Names topic, role and partition: whoever owns the partition fences whoever owned it before."""
        return transactional_id(self.topic, self.role, partition)
