# SPDX-License-Identifier: EUPL-1.2
"""The AsyncAPI 3 document says of an application what the structure of the bus says, in the form the standard asks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from hub.broker.asyncapi import asyncapi
from hub.broker.topics import ROLE_GRANTS, Role, partner_grants, topics_for
from schemas.cloudevents import AVRO, SEALED

GEMEENTE, SCHOOL = "00000009900000000001", "00000009900000000002"
TOPICS = topics_for([GEMEENTE, SCHOOL])
PAYLOADS = {
    "tik": {"type": "record", "name": "Tik", "doc": "Time passed.", "fields": []},
    "cursus-gestart": {"type": "record", "name": "CursusGestart", "fields": []},
}

# The properties that AsyncAPI 3.0.0 and its Kafka binding 0.5.0 allow at these places.
TOLD = {"title", "summary", "description", "tags", "externalDocs", "bindings"}
ROOT = {"asyncapi", "id", "info", "servers", "defaultContentType", "channels", "operations", "components"}
SERVER = {"host", "pathname", "protocol", "protocolVersion", "variables", "security"} | TOLD
CHANNEL = {"address", "messages", "servers", "parameters"} | TOLD
CHANNEL_BINDING = {"topic", "partitions", "replicas", "topicConfiguration", "bindingVersion"}
TOPIC_CONFIGURATION = {"cleanup.policy", "retention.ms", "retention.bytes", "delete.retention.ms", "max.message.bytes"}
OPERATION = {"action", "channel", "security", "traits", "messages", "reply"} | TOLD
OPERATION_BINDING = {"groupId", "clientId", "bindingVersion"}
MESSAGE = {"name", "headers", "payload", "correlationId", "contentType", "examples", "traits"} | TOLD
MESSAGE_BINDING = {"key", "schemaIdLocation", "schemaIdPayloadEncoding", "schemaLookupStrategy", "bindingVersion"}


def document(grants: Any) -> dict[str, Any]:
    return asyncapi("Inburgeringshub", TOPICS, grants, host="localhost:9093", version="1.0.0", payloads=PAYLOADS)


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        for each in node.values():
            yield from references(each)
    elif isinstance(node, list):
        for each in node:
            yield from references(each)


def resolve(document: dict[str, Any], reference: str) -> Any:
    assert reference.startswith("#/")
    node: Any = document
    for step in reference[2:].split("/"):
        node = node[step.replace("~1", "/").replace("~0", "~")]
    return node


APPLICATIONS = {"partner": partner_grants(GEMEENTE)} | {role.value: grants for role, grants in ROLE_GRANTS.items()}


@pytest.mark.parametrize("who", APPLICATIONS)
def test_the_document_has_the_form_of_asyncapi_3(who: str) -> None:
    found = document(APPLICATIONS[who])
    assert found["asyncapi"] == "3.0.0"
    assert found.keys() <= ROOT
    assert {"title", "version"} <= found["info"].keys()
    for server in found["servers"].values():
        assert {"host", "protocol"} <= server.keys() <= SERVER
    for channel in found["channels"].values():
        assert channel.keys() <= CHANNEL
        binding = channel["bindings"]["kafka"]
        assert binding.keys() <= CHANNEL_BINDING
        assert binding["topicConfiguration"].keys() <= TOPIC_CONFIGURATION
        assert isinstance(binding["topicConfiguration"]["cleanup.policy"], list)
    for operation in found["operations"].values():
        assert {"action", "channel"} <= operation.keys() <= OPERATION
        assert operation["action"] in ("send", "receive")
        assert operation.get("bindings", {}).get("kafka", {}).keys() <= OPERATION_BINDING
        channel = operation["channel"]["$ref"]
        assert all(message["$ref"].startswith(f"{channel}/messages/") for message in operation["messages"])
    for message in found["components"]["messages"].values():
        assert message.keys() <= MESSAGE
        assert message["payload"].keys() == {"schemaFormat", "schema"}
        assert message["bindings"]["kafka"].keys() <= MESSAGE_BINDING


@pytest.mark.parametrize("who", APPLICATIONS)
def test_every_reference_leads_somewhere(who: str) -> None:
    found = document(APPLICATIONS[who])
    led = [resolve(found, reference) for reference in references(found)]
    assert len(led) > len(found["operations"])


def test_a_partner_sends_to_the_inbox_and_receives_from_its_own_outbox() -> None:
    found = document(partner_grants(GEMEENTE))
    assert list(found["channels"]) == ["hub.inbox", "hub.figures", f"hub.out.{GEMEENTE}"]
    done = {(operation["action"], operation["channel"]["$ref"]) for operation in found["operations"].values()}
    assert done == {
        ("send", "#/channels/hub.inbox"),
        ("receive", "#/channels/hub.figures"),
        ("receive", f"#/channels/hub.out.{GEMEENTE}"),
    }
    group = found["operations"][f"receive-hub.out.{GEMEENTE}"]["bindings"]["kafka"]["groupId"]
    assert group["pattern"] == rf"^({GEMEENTE}\.)"


def test_intake_may_send_to_every_outbox_and_receives_the_inbox() -> None:
    operations = document(ROLE_GRANTS[Role.INTAKE])["operations"]
    assert {f"send-hub.out.{GEMEENTE}", f"send-hub.out.{SCHOOL}", "send-hub.dossier", "receive-hub.inbox"} <= set(
        operations
    )
    assert "receive-hub.dossier" not in operations


def test_a_channel_is_described_as_its_topic_is_made() -> None:
    found = document(partner_grants(GEMEENTE))
    for topic in TOPICS:
        if topic.name in found["channels"]:
            binding = found["channels"][topic.name]["bindings"]["kafka"]
            assert (binding["topic"], binding["partitions"]) == (topic.name, topic.partitions)
            told = {name: value for name, value in binding["topicConfiguration"].items() if name != "cleanup.policy"}
            assert {name: str(value) for name, value in told.items()} == {name: topic.config[name] for name in told}


def test_every_event_type_is_a_message_with_its_avro_schema() -> None:
    messages = document(partner_grants(GEMEENTE))["components"]["messages"]
    assert messages["tik"]["name"] == "nl.inburgering.tik"
    assert {naam: message["payload"]["schema"] for naam, message in messages.items()} == PAYLOADS


def test_figures_are_plain_and_on_a_channel_of_their_own() -> None:
    payloads = {**PAYLOADS, "cijfers-gepubliceerd": {"type": "record", "name": "CijfersGepubliceerd", "fields": []}}
    found = asyncapi("x", TOPICS, partner_grants(GEMEENTE), host="localhost:9093", version="1.0.0", payloads=payloads)
    carried = {name: set(channel["messages"]) for name, channel in found["channels"].items()}
    assert carried["hub.figures"] == {"cijfers-gepubliceerd"}
    assert carried["hub.inbox"] == carried[f"hub.out.{GEMEENTE}"] == set(PAYLOADS)
    kinds = {naam: message["contentType"] for naam, message in found["components"]["messages"].items()}
    assert (kinds["cijfers-gepubliceerd"], kinds["tik"]) == (AVRO, SEALED)
