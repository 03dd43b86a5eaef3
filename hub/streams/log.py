# SPDX-License-Identifier: EUPL-1.2
"""A Faust channel that reads a Kafka log exactly once: ``@app.agent(log)`` gets turns.

    log = Log(app, LogSettings(topic=..., state_topic=..., ...))

    @app.agent(log, concurrency=4)  # safe: the order is the partition's, the offsets are the transaction's
    async def handle(turns):
        async for turn in turns:
            for record in turn.records:
                turn.put(record.key, ...)
                turn.emit("somewhere", ...)
            try:
                await turn.commit()
            except Revoked:
                continue

Faust's own topics lose and double events under faults, so only its agents, timers, supervision and worker are used.
Here is the channel; reading is in ``reader.py``, the exactly-once commit in ``turn.py``. An app with ``faust_settings``
ends its process, uncommitted, on any exception that nobody named.
"""

from __future__ import annotations

from typing import Any

import faust
from faust import SSLCredentials
from mode.supervisors import CrashingSupervisor
from mode.utils.queues import FlowControlEvent, ThrowableQueue

from hub.streams.errors import Revoked
from hub.streams.failpoints import Failpoints
from hub.streams.reader import OpenHook, Reader
from hub.streams.settings import KafkaConnection, LogSettings
from hub.streams.turn import Turn
from hub.streams.watchdog import end_process

__all__ = ["KafkaConnection", "Log", "LogSettings", "Revoked", "Turn", "faust_settings"]


def faust_settings(kafka: KafkaConnection) -> dict[str, Any]:
    """Keyword arguments of every ``faust.App`` of ours, besides its id (which is also Faust's group: not the log's)."""
    return {
        "broker": f"kafka://{kafka.bootstrap}",
        "broker_credentials": SSLCredentials(context=kafka.credentials.ssl_context()),
        "agent_supervisor": CrashingSupervisor,  # an exception nobody named ends the process, uncommitted
        "topic_allow_declare": False,  # topics come from hub/broker/topics.py; Faust may not create any
        "topic_disable_leader": False,  # Faust dies without a single topic
        "broker_session_timeout": 6.0,  # the default, 60 s, stalls every restart after a kill
        "broker_heartbeat_interval": 2.0,
        "web_enabled": False,  # Faust's web server has no authentication
        "worker_redirect_stdouts": False,
    }


class Log(faust.Channel):  # type: ignore[misc]  # faust is untyped
    """A channel of turns. One per log and app."""

    def __init__(
        self, app: Any, settings: LogSettings, failpoints: Failpoints | None = None, *, end: Any = end_process
    ) -> None:
        # A flow control of its own: Faust's clears queues whenever its own group moves. It has no bound and needs
        # none: each owned partition has at most one turn out, and a turn is bounded.
        queue = ThrowableQueue(flow_control=FlowControlEvent(initially_suspended=False))
        super().__init__(app, is_iterator=True, queue=queue)
        self.settings = settings
        self.reader: Reader | None = None
        self._open_hooks: list[OpenHook] = []
        log = self

        class LogReader(Reader):
            """Faust starts services by class, and gives them its place in the tree of services."""

            def __init__(self, **service: Any) -> None:
                super().__init__(
                    settings,
                    deliver=log.queue.put_nowait,
                    recall=log._recall,
                    failpoints=failpoints or Failpoints.from_environment(),
                    end=end,
                    **service,
                )
                self.open_hooks = log._open_hooks
                log.reader = self

        app.service(LogReader)

    def on_partition_open(self, hook: OpenHook) -> OpenHook:
        """Register ``hook(partition, store)``: called, and awaited if need be, between restore and first turn.

        A partition that was idle and comes back after a rebalance is not opened again; one whose turn was revoked is.
        """
        self._open_hooks.append(hook)
        return hook

    def clone(self, **_: Any) -> Log:
        """Every stream of an agent shares the queue: a turn goes to whoever is free."""
        return self

    def __aiter__(self) -> Log:
        return self

    async def get(self, *, timeout: float | None = None) -> Any:  # noqa: ASYNC109 - faust's signature
        return await self.queue.get()

    def _recall(self) -> list[Turn]:
        """Take turns back that no agent has begun."""
        turns = []
        while not self.queue.empty():
            turns.append(self.queue.get_nowait())
        return turns
