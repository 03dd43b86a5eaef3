# SPDX-License-Identifier: EUPL-1.2
"""The topics and rights of ``topics.py`` as an AsyncAPI 3 document, for one application: a partner's, or a role's.

What the application may read it receives, what it may write it sends; a channel it has no right on is not in its
document.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from hub.broker.topics import Cleanup, Grant, Operation, Resource, Topic
from schemas.cloudevents import AVRO, SEALED, TYPE_PREFIX

ASYNCAPI = "3.0.0"
KAFKA_BINDING = "0.5.0"
AVRO_FORMAT = "application/vnd.apache.avro;version=1.9.0"

_ACTIONS = {Operation.READ: "receive", Operation.WRITE: "send"}

_TEXT = {"type": "string"}
_HEADERS: dict[str, Any] = {
    "type": "object",
    "description": "CloudEvents 1.0 in binary mode, NL GOV profile, and the signature over it; all values are UTF-8.",
    "required": [
        "ce_specversion",
        "ce_id",
        "ce_source",
        "ce_type",
        "ce_time",
        "content-type",
        "sleutelid",
        "handtekening",
    ],
    "properties": {
        "ce_specversion": {"const": "1.0"},
        "ce_id": _TEXT | {"description": "With ce_source the event's name for ever; a resend has the same."},
        "ce_source": _TEXT | {"pattern": "^urn:nld:oin:[0-9A-Z]{20}:systeem:[a-z0-9][a-z0-9-]*$"},
        "ce_type": _TEXT | {"pattern": f"^{TYPE_PREFIX.replace('.', chr(92) + '.')}[a-z0-9-]+$"},
        "ce_time": _TEXT | {"format": "date-time"},
        "ce_subject": _TEXT | {"description": "A pseudonym, never a BSN."},
        "ce_dataschema": _TEXT | {"format": "uri"},
        "ce_rol": _TEXT | {"description": "The role in which the organisation sends or receives."},
        "content-type": _TEXT,
        "sleutelid": _TEXT | {"description": "Which Ed25519 key signed."},
        "handtekening": _TEXT | {"description": "The signature over the attributes and the sealed bytes."},
    },
}


def asyncapi(
    title: str,
    topics: Iterable[Topic],
    grants: Iterable[Grant],
    *,
    host: str,
    version: str,
    payloads: Mapping[str, Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """The document for the application that holds ``grants``; ``payloads`` are Avro schemas by event type
    (gebeurtenis)."""
    held, payloads = frozenset(grants), payloads or {}
    channels: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    topics = list(topics)
    apart = frozenset().union(*(topic.carries or frozenset[str]() for topic in topics))
    for topic in topics:
        for operation, action in _ACTIONS.items():
            if any(_covers(grant, topic, operation) for grant in held):
                carried = [naam for naam in payloads if _carries(topic, naam, apart)]
                messages = {naam: {"$ref": f"#/components/messages/{naam}"} for naam in carried}
                channels[topic.name] = _channel(topic, messages)
                operations[f"{action}-{topic.name}"] = _operation(action, topic, held, carried)
    return {
        "asyncapi": ASYNCAPI,
        "info": {"title": title, "version": version, "license": {"name": "EUPL-1.2"}},
        "defaultContentType": SEALED,
        "servers": {
            "kafka": {
                "host": host,
                "protocol": "kafka-secure",
                "description": "Mutual TLS; the certificate's whole DN is the principal.",
                "security": [{"$ref": "#/components/securitySchemes/certificate"}],
            }
        },
        "channels": channels,
        "operations": operations,
        "components": {
            "securitySchemes": {"certificate": {"type": "X509"}},
            "schemas": {"headers": _HEADERS},
            "messages": {naam: _message(naam, schema, plain=naam in apart) for naam, schema in payloads.items()},
        },
    }


def _covers(grant: Grant, topic: Topic, operation: Operation) -> bool:
    if grant.resource is not Resource.TOPIC or grant.operation is not operation:
        return False
    return topic.name.startswith(grant.name) if grant.prefixed else grant.name in (topic.name, "*")


def _carries(topic: Topic, naam: str, apart: frozenset[str]) -> bool:
    return naam in topic.carries if topic.carries is not None else naam not in apart


def _channel(topic: Topic, messages: dict[str, Any]) -> dict[str, Any]:
    config = topic.config
    configuration: dict[str, Any] = {
        "cleanup.policy": [topic.cleanup.value],
        "retention.ms": int(config["retention.ms"]),
        "retention.bytes": int(config["retention.bytes"]),
        "max.message.bytes": int(config["max.message.bytes"]),
    }
    if topic.cleanup is Cleanup.COMPACT:
        del configuration["retention.ms"], configuration["retention.bytes"]
    return {
        "address": topic.name,
        "description": topic.doc,
        "servers": [{"$ref": "#/servers/kafka"}],
        "messages": messages,
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "topicConfiguration": configuration,
                "bindingVersion": KAFKA_BINDING,
            }
        },
    }


def _operation(action: str, topic: Topic, held: frozenset[Grant], payloads: Iterable[str]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "action": action,
        "channel": {"$ref": f"#/channels/{topic.name}"},
        "messages": [{"$ref": f"#/channels/{topic.name}/messages/{naam}"} for naam in payloads],
    }
    groups = sorted(grant for grant in held if grant.resource is Resource.GROUP and grant.operation is Operation.READ)
    if action == "receive" and groups:
        names = "|".join(_pattern(grant) for grant in groups)
        group = {"type": "string", "pattern": f"^({names})"}
        operation["bindings"] = {"kafka": {"groupId": group, "bindingVersion": KAFKA_BINDING}}
    return operation


def _pattern(group: Grant) -> str:
    name = group.name.replace(".", r"\.")
    return name if group.prefixed else f"{name}$"


def _message(naam: str, schema: Mapping[str, Any], *, plain: bool) -> dict[str, Any]:
    sealed = "The value is a seal; what comes out of it is a Confluent frame with this Avro schema."
    return {
        "name": f"{TYPE_PREFIX}{naam}",
        "summary": str(schema.get("doc", "")),
        "description": "The value is a Confluent frame with this Avro schema, unsealed." if plain else sealed,
        "contentType": AVRO if plain else SEALED,
        "headers": {"$ref": "#/components/schemas/headers"},
        "payload": {"schemaFormat": AVRO_FORMAT, "schema": dict(schema)},
        "bindings": {
            "kafka": {
                "key": {
                    "type": "string",
                    "description": "What the figure is about."
                    if plain
                    else "The sender's own opaque key for the person.",
                },
                "schemaIdLocation": "payload",
                "schemaIdPayloadEncoding": "confluent",
                "bindingVersion": KAFKA_BINDING,
            }
        },
    }
