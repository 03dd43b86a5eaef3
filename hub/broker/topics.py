# SPDX-License-Identifier: EUPL-1.2
"""Every topic and every right on the bus, as one structure.

It creates the topics and the ACLs (``admin.apply``), is compared with the running broker (``admin.drift``) and is what
AsyncAPI describes (``asyncapi.py``). Nothing in the hub names a topic, a group or a transactional id otherwise than
through this file. What is not listed here is refused: the broker denies by default.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

PARTITIONS = 6
"""Of the log and all that lies beside it. Fixed for ever: another number would put a person's events out of order.

Each may have a worker of its own, and one worker does hundreds of events a second where the whole country brings tens. At a
low rate more partitions mean smaller turns: with 12 on two cores an event took twice as long at 200/s (`hub bench path`).
"""

MIB = 1024 * 1024
LARGEST_RECORD = MIB
"""What a partner may send. The hub's own topics take more, so that an accepted event still fits once sealed again."""
LARGEST_INTERNAL_RECORD = 4 * MIB

INBOX = "hub.inbox"
INBOX_STATE = "hub.inbox.state"
DOSSIER = "hub.dossier"
DOSSIER_STATE = "hub.dossier.state"
AUDIT = "hub.audit"
DEAD_LETTERS = "hub.dead-letters"
FIGURES = "hub.figures"
OUT_PREFIX = "hub.out."

MAILBOX_RETENTION = timedelta(days=90)
"""How long a partner can come for what was delivered to it."""

_OIN = re.compile(r"[A-Za-z0-9-]+")


class Role(StrEnum):
    """A kind of hub process with a certificate, ACLs and a database account of its own."""

    INTAKE = "intake"
    """Reads the inbox, writes the log and receipts."""
    DOSSIER = "dossier"
    """Reads the log, writes deliveries and audit records."""
    CLOCK = "clock"
    """Writes ticks, never past what intake has read."""
    AUDIT = "audit"
    """Reads the audit records."""
    WEB = "web"
    """Serves partners over HTTP: reads every outbox and the audit records, writes the inbox."""
    OPERATOR = "operator"
    """The people who run the hub and their ``hub`` command; applies this structure."""


LED = (Role.INTAKE, Role.DOSSIER, Role.CLOCK, Role.AUDIT)
"""Workers that Faust runs, and elects a leader among."""
WORKERS = (*LED, Role.WEB)


class Cleanup(StrEnum):
    """What the broker does with old records."""

    DELETE = "delete"
    """Thrown away when their retention has passed."""
    COMPACT = "compact"
    """Only the last record of each key is kept."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic; ``retention`` None keeps everything."""

    name: str
    partitions: int
    retention: timedelta | None
    doc: str
    cleanup: Cleanup = Cleanup.DELETE
    largest_record: int = LARGEST_INTERNAL_RECORD
    carries: frozenset[str] | None = None
    """The event types on it; None: any but those that have a topic of their own."""

    @property
    def config(self) -> dict[str, str]:
        """The topic's settings at the broker; every one is compared by ``admin.drift``."""
        config = {
            "cleanup.policy": self.cleanup.value,
            # The broker unpacks what a partner compressed: no reader of ours needs its codec, and the limit below holds
            # for the unpacked record. What is sealed would not get smaller anyway.
            "compression.type": "uncompressed",
            "max.message.bytes": str(self.largest_record),
            # A broker refuses client times far from its own, and simulated time is far from it.
            "message.timestamp.type": "LogAppendTime",
            "retention.ms": str(-1 if self.retention is None else _milliseconds(self.retention)),
            "retention.bytes": "-1",
        }
        if self.cleanup is Cleanup.COMPACT:
            # State is restored by reading the whole topic: compact often and in small pieces.
            config |= {"segment.bytes": str(16 * MIB), "min.cleanable.dirty.ratio": "0.2"}
        elif self.retention is not None:
            # Only closed segments expire; without this a quiet topic would keep its records a week too long.
            config["segment.ms"] = str(_milliseconds(timedelta(days=1)))
        return config


def out_topic(oin: str) -> str:
    """The topic that only the organisation ``oin`` reads. Raises ValueError for what is none: ``*`` is everyone's."""
    if not _OIN.fullmatch(oin):
        raise ValueError(f"{oin!r} is not an organisation's number; use letters, digits and hyphens only.")
    return f"{OUT_PREFIX}{oin}"


def group(role: Role) -> str:
    """The consumer group of a role's log channel."""
    return f"hub-{role}"


def faust_id(role: Role) -> str:
    """Faust's app id of a role, which is its consumer group too: another protocol, so never the log channel's group."""
    return f"hub-{role}-faust"


def leader_topic(role: Role) -> str:
    """The topic by which Faust elects a role's leader; Faust derives its name from the app id."""
    return f"{faust_id(role)}-__assignor-__leader"


def transactional_id(topic: str, role: Role, partition: int) -> str:
    """The transactional id of a role's turns on one partition: a new owner fences every earlier one."""
    return f"{topic}-{role}-{partition}"


def topics_for(oins: Iterable[str]) -> tuple[Topic, ...]:
    """All topics of a hub with these organisations."""
    return (
        Topic(
            INBOX,
            PARTITIONS,
            timedelta(days=14),
            "What partners send: signed and sealed to the hub; key = the sender's own opaque key for the person.",
            largest_record=LARGEST_RECORD,
        ),
        Topic(INBOX_STATE, PARTITIONS, None, "Intake's read position and state rows.", Cleanup.COMPACT),
        Topic(DOSSIER, PARTITIONS, None, "The log: every event in the order that counts; key = dossier id."),
        Topic(DOSSIER_STATE, PARTITIONS, None, "Sealed rows of the fold and its read position.", Cleanup.COMPACT),
        Topic(AUDIT, PARTITIONS, None, "One record for every decision."),
        Topic(
            FIGURES,
            1,
            None,
            "Published figures (Wi 39, Bi 9.12): suppressed, plain, about nobody; key = what the number is about.",
            carries=frozenset({"cijfers-gepubliceerd"}),
        ),
        Topic(DEAD_LETTERS, 1, timedelta(days=30), "What could not be read, with its original key, headers and bytes."),
        *(Topic(leader_topic(role), 1, timedelta(days=1), f"Faust's leader election of role {role}.") for role in LED),
        *(
            Topic(out_topic(oin), 1, MAILBOX_RETENTION, f"Deliveries, signals and receipts for organisation {oin}.")
            for oin in sorted(set(oins))
        ),
    )


class Resource(StrEnum):
    """What a right is about."""

    TOPIC = "topic"
    GROUP = "group"
    TRANSACTIONAL_ID = "transactional-id"
    CLUSTER = "cluster"


class Operation(StrEnum):
    """What a right allows. Read and Write include Describe."""

    READ = "read"
    WRITE = "write"
    CREATE = "create"
    ALTER = "alter"
    DESCRIBE = "describe"
    DESCRIBE_CONFIGS = "describe-configs"
    ALTER_CONFIGS = "alter-configs"


CLUSTER_NAME = "kafka-cluster"


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """A right that nobody holds yet. ``prefixed``: on every resource whose name begins with ``name``."""

    resource: Resource
    name: str
    operation: Operation
    prefixed: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Acl:
    """A right of one principal (the certificate's whole DN, without ``User:``)."""

    principal: str
    grant: Grant

    def __str__(self) -> str:
        grant = self.grant
        name = f"{grant.name}*" if grant.prefixed else grant.name
        return f"{self.principal} may {grant.operation} {grant.resource} {name}"


def _read(*names: str) -> tuple[Grant, ...]:
    return tuple(Grant(Resource.TOPIC, name, Operation.READ) for name in names)


def _write(*names: str) -> tuple[Grant, ...]:
    return tuple(Grant(Resource.TOPIC, name, Operation.WRITE) for name in names)


def _turns(role: Role, topic: str) -> tuple[Grant, ...]:
    """What exactly-once turns on ``topic`` need: the group's position, and transactional ids of the role's own."""
    return (
        Grant(Resource.GROUP, group(role), Operation.READ),
        Grant(Resource.TRANSACTIONAL_ID, f"{topic}-{role}-", Operation.WRITE, prefixed=True),
    )


def _faust(role: Role) -> tuple[Grant, ...]:
    return (*_read(leader_topic(role)), Grant(Resource.GROUP, faust_id(role), Operation.READ))


_WRITE_EVERY_OUTBOX = Grant(Resource.TOPIC, OUT_PREFIX, Operation.WRITE, prefixed=True)
_READ_EVERY_OUTBOX = Grant(Resource.TOPIC, OUT_PREFIX, Operation.READ, prefixed=True)

_CLUSTER_ADMINISTRATION = (
    Operation.CREATE,
    Operation.ALTER,
    Operation.DESCRIBE,
    Operation.DESCRIBE_CONFIGS,
    Operation.ALTER_CONFIGS,  # client quotas are settings of the cluster
)
_TOPIC_ADMINISTRATION = (Operation.DESCRIBE, Operation.DESCRIBE_CONFIGS, Operation.ALTER, Operation.ALTER_CONFIGS)

ROLE_GRANTS: Mapping[Role, tuple[Grant, ...]] = {
    Role.INTAKE: (
        *_read(INBOX, INBOX_STATE),
        *_write(INBOX_STATE, DOSSIER, DEAD_LETTERS),
        _WRITE_EVERY_OUTBOX,
        *_turns(Role.INTAKE, INBOX),
        *_faust(Role.INTAKE),
    ),
    Role.DOSSIER: (
        # The audit records too: a worker without state must see whether anything was decided before.
        *_read(DOSSIER, DOSSIER_STATE, AUDIT),
        # The log as well: what one dossier's event means for another dossier is handed over as an event.
        *_write(DOSSIER, DOSSIER_STATE, AUDIT, DEAD_LETTERS),
        _WRITE_EVERY_OUTBOX,
        *_turns(Role.DOSSIER, DOSSIER),
        *_faust(Role.DOSSIER),
    ),
    Role.CLOCK: (
        *_write(INBOX, DOSSIER),
        # How far intake has read: a tick must not overtake the inbox.
        Grant(Resource.GROUP, group(Role.INTAKE), Operation.DESCRIBE),
        Grant(Resource.TRANSACTIONAL_ID, f"{DOSSIER}-{Role.CLOCK}-", Operation.WRITE, prefixed=True),
        *_faust(Role.CLOCK),
    ),
    Role.AUDIT: (
        *_read(AUDIT),
        Grant(Resource.GROUP, group(Role.AUDIT), Operation.READ),
        *_faust(Role.AUDIT),
    ),
    Role.WEB: (
        # What it reads is sealed to partners; what it writes in their name they have signed.
        _READ_EVERY_OUTBOX,
        *_read(AUDIT, FIGURES),
        *_write(INBOX),
        Grant(Resource.GROUP, group(Role.WEB), Operation.READ),
    ),
    Role.OPERATOR: (
        # It could give itself more (Alter on the cluster includes ACLs), but only by an act that `hub doctor` names.
        *(Grant(Resource.CLUSTER, CLUSTER_NAME, operation) for operation in _CLUSTER_ADMINISTRATION),
        *(Grant(Resource.TOPIC, "*", operation) for operation in _TOPIC_ADMINISTRATION),
        Grant(Resource.GROUP, "*", Operation.DESCRIBE),
        # replay --compare, audit verify, dead-letters show
        *_read(DOSSIER, DOSSIER_STATE, AUDIT, DEAD_LETTERS),
        # activations and erasure records into the log; dead-letters retry into the inbox; figures, which name nobody
        *_write(DOSSIER, INBOX, FIGURES),
        Grant(Resource.TRANSACTIONAL_ID, f"{DOSSIER}-{Role.OPERATOR}-", Operation.WRITE, prefixed=True),
    ),
}
"""What each role needs, and no more."""


def partner_grants(oin: str) -> tuple[Grant, ...]:
    """What a participant may: send to the inbox, and read its own outbox and the figures in groups of its own."""
    return (
        *_write(INBOX),
        *_read(out_topic(oin), FIGURES),
        Grant(Resource.GROUP, f"{oin}.", Operation.READ, prefixed=True),
    )


def leaver_grants(oin: str) -> tuple[Grant, ...]:
    """What one that takes no part any more may: read what was delivered to it, and what corrects that."""
    return (*_read(out_topic(oin)), Grant(Resource.GROUP, f"{oin}.", Operation.READ, prefixed=True))


def acls_for(
    roles: Mapping[Role, Iterable[str]],
    partners: Mapping[str, Iterable[str]],
    leavers: Mapping[str, Iterable[str]] = MappingProxyType({}),
) -> frozenset[Acl]:
    """All ACLs; ``roles``, ``partners`` and ``leavers`` (by OIN) name the principals valid now, two of them during a
    rotation."""
    acls = {
        Acl(principal, grant) for role, names in roles.items() for principal in names for grant in ROLE_GRANTS[role]
    }
    for oin, names in partners.items():
        acls |= {Acl(principal, grant) for principal in names for grant in partner_grants(oin)}
    for oin, names in leavers.items():
        acls |= {Acl(principal, grant) for principal in names for grant in leaver_grants(oin)}
    return frozenset(acls)


def _milliseconds(duration: timedelta) -> int:
    return duration // timedelta(milliseconds=1)
