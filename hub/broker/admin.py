# SPDX-License-Identifier: EUPL-1.2
"""Make the running broker have the topics and rights of ``topics.py`` and the limits of ``quotas.py``, and tell where it
differs.

``apply`` is idempotent and returns when the broker itself shows what was asked. It never deletes a topic: the outbox
of an ended participant keeps its records until they expire, but the participant's ACLs go at once. A right or limit that
is not in the structure is taken away, whoever gave it: the hub's Kafka is the hub's alone.
These functions block; from asyncio code call them through ``asyncio.to_thread``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    NewTopic,
    ResourcePatternType,
    ResourceType,
)

from hub.broker import quota_requests
from hub.broker.credentials import Credentials
from hub.broker.errors import BrokerNotReady, LayoutNotApplied
from hub.broker.quota_requests import Stranger
from hub.broker.quotas import Quota
from hub.broker.topics import OUT_PREFIX, Acl, Grant, Operation, Resource, Topic

REQUEST_SECONDS = 10.0
SPREAD_SECONDS = 30.0
POLL_SECONDS = 0.05
OWN_PREFIXES = ("hub.", "hub-")

_RESOURCES = {
    Resource.TOPIC: ResourceType.TOPIC,
    Resource.GROUP: ResourceType.GROUP,
    Resource.TRANSACTIONAL_ID: ResourceType.TRANSACTIONAL_ID,
    Resource.CLUSTER: ResourceType.BROKER,
}
_OPERATIONS = {operation: AclOperation[operation.name] for operation in Operation}
_EVERY_ACL = AclBindingFilter(
    ResourceType.ANY, None, ResourcePatternType.ANY, None, None, AclOperation.ANY, AclPermissionType.ANY
)


@dataclass(frozen=True, slots=True)
class _Structure:
    """What the broker should have."""

    topics: tuple[Topic, ...]
    acls: frozenset[Acl]
    quotas: frozenset[Quota | Stranger]


@dataclass(frozen=True, slots=True)
class _Running:
    """What the broker has: partitions by topic, settings by topic, every ACL and every client quota."""

    partitions: dict[str, int]
    configs: dict[str, dict[str, str]]
    acls: frozenset[AclBinding]
    quotas: frozenset[Quota | Stranger]


def apply(
    bootstrap: str, tls: Credentials, topics: Iterable[Topic], acls: Iterable[Acl], quotas: Iterable[Quota] = ()
) -> None:
    """Create, alter and revoke until the broker shows exactly ``topics``, ``acls`` and ``quotas``.

    Raises LayoutNotApplied, or BrokerNotReady when nobody answers.
    1. missing topics and partitions, 2. settings, 3. rights that are too many, 4. rights that lack, 5. limits, 6. wait.
    """
    structure = _Structure(tuple(topics), frozenset(acls), frozenset(quotas))
    wanted, rights, limits = structure.topics, structure.acls, structure.quotas
    broker = _Broker(bootstrap, tls)
    admin = broker.admin
    with _in_a_sentence(bootstrap):
        running = broker.look(wanted)
        missing = [_new(topic) for topic in wanted if topic.name not in running.partitions]
        _each(admin.create_topics, missing, KafkaError.TOPIC_ALREADY_EXISTS)
        grown = [topic for topic in wanted if 0 < running.partitions.get(topic.name, 0) < topic.partitions]
        _each(admin.create_partitions, [NewPartitions(topic.name, topic.partitions) for topic in grown])
        _each(admin.incremental_alter_configs, [change for topic in wanted for change in _changes(topic, running)])
        bindings = {_binding(acl) for acl in rights}
        _each(admin.delete_acls, [_filter(binding) for binding in running.acls - bindings])
        _each(admin.create_acls, list(bindings - running.acls))
        if limits != running.quotas:
            # First the rights: an operator from before there were limits has the one to change them since a moment ago.
            _await_spread(broker, replace(structure, quotas=running.quotas))
            quota_requests.change(bootstrap, tls, limits - running.quotas, running.quotas - limits)
        _await_spread(broker, structure)


def drift(
    bootstrap: str, tls: Credentials, topics: Iterable[Topic], acls: Iterable[Acl], quotas: Iterable[Quota] = ()
) -> list[str]:
    """Every difference between the running broker and the structure, a sentence each; empty when there is none.

    Raises BrokerNotReady when nobody answers, LayoutNotApplied when the holder of ``tls`` may not look.
    """
    structure = _Structure(tuple(topics), frozenset(acls), frozenset(quotas))
    with _in_a_sentence(bootstrap):
        running = _Broker(bootstrap, tls).look(structure.topics)
    return _differences(running, structure) + _strangers(running, structure.topics)


@contextmanager
def _in_a_sentence(bootstrap: str) -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise _silent(bootstrap) from error
    except KafkaException as error:
        if error.args[0].code() < 0:  # librdkafka's own errors: it found no broker that would speak with it
            raise _silent(bootstrap) from error
        raise LayoutNotApplied(
            f"The broker refused to show or change its topics and rights ({error.args[0].str()});"
            " do this as the operator or, the first time, with the broker's own certificate."
        ) from error


def _silent(bootstrap: str) -> BrokerNotReady:
    return BrokerNotReady(f"No broker answers at {bootstrap}; start the hub, or check the address and the certificate.")


def _differences(running: _Running, structure: _Structure) -> list[str]:
    found = []
    for topic in structure.topics:
        partitions = running.partitions.get(topic.name)
        if partitions is None:
            found.append(f"Topic {topic.name} is missing at the broker.")
            continue
        if partitions != topic.partitions:
            found.append(
                f"Topic {topic.name} has {partitions} partitions at the broker and should have {topic.partitions}."
            )
        settings = running.configs[topic.name]
        found += [
            f"Topic {topic.name} has {name}={settings.get(name)} at the broker and should have {value}."
            for name, value in topic.config.items()
            if settings.get(name) != value
        ]
    bindings = {_binding(acl): acl for acl in structure.acls}
    found += sorted(
        f"A right is missing at the broker: {acl}." for key, acl in bindings.items() if key not in running.acls
    )
    found += sorted(
        f"The broker has a right that is not in the structure: {_told(binding)}."
        for binding in running.acls
        if binding not in bindings
    )
    found += sorted(f"A limit is missing at the broker: {one}." for one in structure.quotas - running.quotas)
    found += sorted(
        f"The broker has a limit that is not in the structure: {one}." for one in running.quotas - structure.quotas
    )
    return found


def _strangers(running: _Running, topics: tuple[Topic, ...]) -> list[str]:
    known = {topic.name for topic in topics}
    return [
        f"Topic {name} exists at the broker and is not in the structure."
        for name in sorted(running.partitions)
        if name.startswith(OWN_PREFIXES) and name not in known and not name.startswith(OUT_PREFIX)
    ]


def _await_spread(broker: _Broker, structure: _Structure) -> None:
    deadline = time.monotonic() + SPREAD_SECONDS
    while left := _differences(broker.look(structure.topics), structure):
        if time.monotonic() > deadline:
            raise LayoutNotApplied(
                f"The broker did not take over the structure in time; the first difference: {left[0]}"
            )
        time.sleep(POLL_SECONDS)


class _Broker:
    """A running broker, for one who may look at it and change it."""

    def __init__(self, bootstrap: str, tls: Credentials) -> None:
        self._bootstrap, self._tls = bootstrap, tls
        # Its own log lines would only repeat the errors that are raised.
        self.admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0, **tls.librdkafka()})

    def look(self, topics: tuple[Topic, ...]) -> _Running:
        admin = self.admin
        metadata = admin.list_topics(timeout=REQUEST_SECONDS).topics
        # A partition counts once it has a leader: before that nobody can write to it.
        partitions = {
            name: sum(partition.leader >= 0 for partition in topic.partitions.values())
            for name, topic in metadata.items()
            if topic.error is None
        }
        resources = [ConfigResource(ResourceType.TOPIC, topic.name) for topic in topics if topic.name in partitions]
        described = admin.describe_configs(resources, request_timeout=REQUEST_SECONDS) if resources else {}
        configs = {
            resource.name: {name: entry.value for name, entry in future.result().items()}
            for resource, future in described.items()
        }
        acls = admin.describe_acls(_EVERY_ACL, request_timeout=REQUEST_SECONDS).result()
        return _Running(partitions, configs, frozenset(acls), quota_requests.standing(self._bootstrap, self._tls))


def _new(topic: Topic) -> NewTopic:
    # -1: as many replicas as the cluster has for default; one embedded, three in production.
    return NewTopic(topic.name, topic.partitions, -1, config=topic.config)


def _changes(topic: Topic, running: _Running) -> list[ConfigResource]:
    """One change of the topic's settings, or none."""
    settings = running.configs.get(topic.name, topic.config)
    entries = [
        ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET)
        for name, value in topic.config.items()
        if settings.get(name) != value
    ]
    return [ConfigResource(ResourceType.TOPIC, topic.name, incremental_configs=entries)] if entries else []


def _binding(acl: Acl) -> AclBinding:
    grant: Grant = acl.grant
    return AclBinding(
        _RESOURCES[grant.resource],
        grant.name,
        ResourcePatternType.PREFIXED if grant.prefixed else ResourcePatternType.LITERAL,
        f"User:{acl.principal}",
        "*",
        _OPERATIONS[grant.operation],
        AclPermissionType.ALLOW,
    )


def _filter(binding: AclBinding) -> AclBindingFilter:
    return AclBindingFilter(
        binding.restype,
        binding.name,
        binding.resource_pattern_type,
        binding.principal,
        binding.host,
        binding.operation,
        binding.permission_type,
    )


def _told(binding: AclBinding) -> str:
    name = f"{binding.name}*" if binding.resource_pattern_type is ResourcePatternType.PREFIXED else binding.name
    operation = binding.operation.name.lower().replace("_", "-")
    verb = "may" if binding.permission_type is AclPermissionType.ALLOW else "may not"
    kind = {value: key.value for key, value in _RESOURCES.items()}.get(binding.restype, binding.restype.name.lower())
    return f"{binding.principal.removeprefix('User:')} {verb} {operation} {kind} {name}"


def _each(ask: Callable[[list[Any]], dict[Any, Future[Any]]], items: list[Any], but: int | None = None) -> None:
    """Ask the broker for all ``items`` and wait for the answers; raises the first refusal but the expected one."""
    for future in ask(items).values() if items else ():
        try:
            future.result(REQUEST_SECONDS)
        except KafkaException as error:
            if error.args[0].code() != but:
                raise
