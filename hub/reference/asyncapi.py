# SPDX-License-Identifier: EUPL-1.2
"""The page of an AsyncAPI 3 document: how to connect, what one may send and receive, the headers, and every event type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from hub.reference import avro
from hub.reference.element import Html, element, identifier, inline, join, links, prose, table
from hub.reference.element import page as whole

_DOES = {"send": "You write", "receive": "You read"}


def page(document: Mapping[str, Any], language: str) -> str:
    info, messages = document["info"], document["components"]["messages"]
    schemas = {name: message["payload"]["schema"] for name, message in messages.items()}
    common = avro.shared([schema for schema in schemas.values() if schema.get("persoonsgebonden", True)])
    return whole(
        f"{info['title']}: topics and events",
        element("h1", f"{info['title']}: topics and events"),
        element(
            "p",
            f"Version {info['version']} of the contract over Kafka. For tools: the same as AsyncAPI {document['asyncapi']}.",
            class_="soft",
        ),
        prose(info.get("description")),
        links(
            "On this page",
            [
                ("connect", "Connecting"),
                ("topics", "Topics"),
                ("headers", "Headers"),
                ("common", "Fields of every event"),
                ("events", "Event types"),
            ],
        ),
        _servers(document),
        _operations(document),
        _headers(document),
        element("h2", "Fields of every event", id="common"),
        prose(
            "Every event about a person begins with these. Any field may be absent (null) where the recipient may not have it."
        ),
        avro.fields("Fields of every event", common, language),
        element("h2", "Event types", id="events"),
        links("Event types", ((identifier("event", name), name) for name in messages)),
        *(_event(name, message, {one["name"] for one in common}, language) for name, message in messages.items()),
    )


def _servers(document: Mapping[str, Any]) -> Html:
    rows = [
        (element("code", server["host"]), server["protocol"], inline(server.get("description", "")))
        for server in document["servers"].values()
    ]
    return join(
        [
            element("h2", "Connecting", id="connect"),
            table("Servers", ("address", "protocol", "how"), rows),
        ]
    )


def _operations(document: Mapping[str, Any]) -> Html:
    parts: list[str] = [element("h2", "Topics", id="topics")]
    for operation in document["operations"].values():
        channel = document["channels"][operation["channel"]["$ref"].rpartition("/")[2]]
        kafka = channel["bindings"]["kafka"]
        settings = kafka["topicConfiguration"]
        group = operation.get("bindings", {}).get("kafka", {}).get("groupId", {}).get("pattern")
        facts = [
            ("partitions", str(kafka["partitions"])),
            ("kept", _kept(settings)),
            ("largest record", f"{settings['max.message.bytes']:,} bytes"),
            ("consumer groups", element("code", group) if group else ""),
            ("event types", str(len(operation["messages"]))),
        ]
        parts += [
            element(
                "h3",
                f"{_DOES[operation['action']]} ",
                element("code", channel["address"]),
                id=identifier("topic", channel["address"]),
            ),
            prose(channel.get("description")),
            element("dl", *_facts(facts), class_="facts"),
        ]
    return join(parts)


def _kept(settings: Mapping[str, Any]) -> str:
    kept = settings.get("retention.ms", -1)
    return "without limit" if kept < 0 else f"{kept // 86_400_000} days"


def _facts(facts: Iterable[tuple[str, str]]) -> Iterable[Html]:
    for name, value in facts:
        if value:
            yield element("dt", name)
            yield element("dd", value)


def _headers(document: Mapping[str, Any]) -> Html:
    headers = document["components"]["schemas"]["headers"]
    rows = [
        (
            element("code", name),
            element("span", "required", class_="must") if name in headers["required"] else "optional",
            element("code", one["const"])
            if "const" in one
            else element("code", one["pattern"])
            if "pattern" in one
            else one.get("format", "text"),
            inline(one.get("description", "")),
        )
        for name, one in headers["properties"].items()
    ]
    return join(
        [
            element("h2", "Headers", id="headers"),
            prose(headers.get("description")),
            table("Headers of every record", ("header", "needed", "value", "meaning"), rows),
        ]
    )


def _event(name: str, message: Mapping[str, Any], common: set[str], language: str) -> Html:
    schema = message["payload"]["schema"]
    own = [field for field in schema["fields"] if field["name"] not in common]
    facts = [
        ("said by", ", ".join(schema.get("producenten", ()))),
        ("source", str(schema.get("bron", ""))),
        ("on the wire", element("code", message["contentType"])),
    ]
    return element(
        "section",
        element("h3", name, id=identifier("event", name)),
        element("p", inline(message.get("summary", "")), lang=language),
        element("dl", *_facts(facts), class_="facts"),
        avro.fields(f"Fields of {name}", own, language) or prose("No fields of its own."),
    )
