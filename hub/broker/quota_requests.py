# SPDX-License-Identifier: EUPL-1.2
"""Ask the broker for its client quotas, and change them: two requests of Kafka's protocol.

librdkafka's AdminClient does not have them (2.12), and Kafka's own ConfigCommand starts a Java for each principal. aiokafka
has the one that reads; the one that writes (KIP-546, version 0) is spelled here in its vocabulary.
These functions block, like those of ``admin``; they begin an event loop of their own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from aiokafka.conn import create_conn
from aiokafka.errors import KafkaConnectionError
from aiokafka.protocol.admin import DescribeClientQuotasRequest
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import Array, Boolean, Float64, Int16, Int32, Schema, String

from hub.broker.credentials import Credentials
from hub.broker.errors import BrokerNotReady, LayoutNotApplied
from hub.broker.quotas import Quota

USER = "user"
REQUEST_MS = 10_000


@dataclass(frozen=True, slots=True)
class Stranger:
    """A limit of another kind than ours: by client id, by address, or by both."""

    entity: tuple[tuple[str, str | None], ...]
    name: str
    limit: float

    def __str__(self) -> str:
        whom = ", ".join(f"{kind} {name or 'default'}" for kind, name in self.entity)
        return f"{whom} may have {self.name}={self.limit:.0f}"


def standing(bootstrap: str, tls: Credentials) -> frozenset[Quota | Stranger]:
    """Every limit that the broker has."""
    answer = _ask(bootstrap, tls, DescribeClientQuotasRequest([], False))
    _refused(answer.error_code, answer.error_message)
    return frozenset(
        _limit(tuple(entity), name, limit) for entity, limits in answer.entries or () for name, limit in limits
    )


def change(
    bootstrap: str, tls: Credentials, wanted: Iterable[Quota | Stranger], superfluous: Iterable[Quota | Stranger]
) -> None:
    """Set what is wanted and take away what is superfluous, a principal at a time as the broker does it."""
    entries: dict[tuple[tuple[str, str | None], ...], list[tuple[str, float, bool]]] = {}
    for quota in superfluous:
        entries.setdefault(_entity(quota), []).append((quota.name, 0.0, True))
    for quota in wanted:
        operations = entries.setdefault(_entity(quota), [])
        operations[:] = [one for one in operations if one[0] != quota.name]  # another value, not none
        operations.append((quota.name, quota.limit, False))
    if not entries:
        return
    answer = _ask(bootstrap, tls, _Alter([(list(entity), changes) for entity, changes in entries.items()]))
    for code, message, _ in answer.entries:
        _refused(code, message)


def _entity(quota: Quota | Stranger) -> tuple[tuple[str, str | None], ...]:
    return quota.entity if isinstance(quota, Stranger) else ((USER, quota.principal),)


def _limit(entity: tuple[tuple[str, str | None], ...], name: str, limit: float) -> Quota | Stranger:
    if len(entity) == 1 and entity[0][0] == USER:
        return Quota(entity[0][1], name, limit)
    return Stranger(entity, name, limit)


def _refused(code: int, message: str | None) -> None:
    if code:
        raise LayoutNotApplied(
            f"The broker refused to show or change its client quotas (error {code}{f', {message}' if message else ''});"
            " do this as the operator or, the first time, with the broker's own certificate."
        )


def _ask(bootstrap: str, tls: Credentials, request: Request[Any]) -> Any:
    return asyncio.run(_asked(bootstrap, tls, request))


async def _asked(bootstrap: str, tls: Credentials, request: Request[Any]) -> Any:
    """The answer of the first broker that can be reached: any of them passes it on to the controller."""
    for address in bootstrap.split(","):
        host, _, port = address.strip().rpartition(":")
        try:
            connection = await create_conn(
                host,
                int(port),
                ssl_context=tls.ssl_context(),
                security_protocol="SSL",
                request_timeout_ms=REQUEST_MS,
            )
            try:
                return await connection.send(request)
            finally:
                connection.close()
        except (OSError, TimeoutError, KafkaConnectionError):
            continue
    raise BrokerNotReady(f"No broker answers at {bootstrap}; start the hub, or check the address and the certificate.")


_ENTITY = ("entity", Array(("entity_type", String("utf-8")), ("entity_name", String("utf-8"))))


class _AlterResponse(Response):  # type: ignore[misc]  # aiokafka has no types
    API_KEY = 49
    API_VERSION = 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        ("entries", Array(("error_code", Int16), ("error_message", String("utf-8")), _ENTITY)),
    )


class _AlterStruct(RequestStruct):  # type: ignore[misc]
    API_KEY = 49
    API_VERSION = 0
    RESPONSE_TYPE = _AlterResponse
    SCHEMA = Schema(
        ("entries", Array(_ENTITY, ("ops", Array(("key", String("utf-8")), ("value", Float64), ("remove", Boolean))))),
        ("validate_only", Boolean),
    )


class _Alter(Request[_AlterStruct]):  # type: ignore[misc]
    API_KEY = 49

    def __init__(self, entries: list[Any]) -> None:
        self._entries = entries

    def build(self, request_struct_class: type[_AlterStruct]) -> _AlterStruct:
        return request_struct_class(self._entries, False)
