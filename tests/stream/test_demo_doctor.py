# SPDX-License-Identifier: EUPL-1.2
"""`hub doctor` has nothing to say about a sound hub, and names what an operator's hand changed. Each test mends it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    ResourcePatternType,
    ResourceType,
)

from consent.participants import Deelnemersregister
from hub.broker.credentials import Credentials
from hub.broker.topics import Role
from hub.commands.doctor import _participants, examine
from hub.commands.participants import current, today
from hub.streams.clock import ClockState
from hub.vault.tables import engine_for
from tests.stream.demo_hub import DemoHub

SECONDS = 10.0


@pytest.fixture
def admin(demo: DemoHub) -> AdminClient:
    """Kafka's own tools, in the operator's name."""
    own = Credentials(demo.settings.credentials_dir(Role.OPERATOR))
    return AdminClient({"bootstrap.servers": demo.broker.bootstrap, "log_level": 0, **own.librdkafka()})


def until(demo: DemoHub, holds: Callable[[list[str]], bool]) -> list[str]:
    """The findings; the broker takes a moment to show a change."""
    for _ in range(20):
        if holds(found := examine(demo.settings)):
            return found
        time.sleep(0.2)
    raise AssertionError(found)


@pytest.fixture(autouse=True)
def sound_again(demo: DemoHub) -> Iterator[None]:
    yield
    until(demo, lambda found: found == [])


def test_of_a_sound_hub_it_says_so(demo: DemoHub) -> None:
    ran = demo.hub("doctor")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("All is well")


def test_a_right_taken_away(demo: DemoHub, admin: AdminClient) -> None:
    school = Credentials(demo.folder("brug")).principal
    right = (
        ResourceType.TOPIC,
        f"hub.out.{demo.oin('brug')}",
        ResourcePatternType.LITERAL,
        f"User:{school}",
        "*",
        AclOperation.READ,
        AclPermissionType.ALLOW,
    )
    admin.delete_acls([AclBindingFilter(*right)])
    found = until(demo, bool)
    assert found == [f"A right is missing at the broker: {school} may read topic hub.out.{demo.oin('brug')}."]
    admin.create_acls([AclBinding(*right)])


def test_a_right_too_many(demo: DemoHub, admin: AdminClient) -> None:
    """A school that could read the log."""
    school = Credentials(demo.folder("brug")).principal
    extra = (
        ResourceType.TOPIC,
        "hub.",
        ResourcePatternType.PREFIXED,
        f"User:{school}",
        "*",
        AclOperation.READ,
        AclPermissionType.ALLOW,
    )
    admin.create_acls([AclBinding(*extra)])
    found = until(demo, bool)
    assert found == [f"The broker has a right that is not in the structure: {school} may read topic hub.*."]
    admin.delete_acls([AclBindingFilter(*extra)])


@pytest.mark.parametrize(
    ("topic", "name", "value", "wanted"),
    [
        ("hub.dossier", "retention.ms", "3600000", "-1"),
        ("hub.inbox", "message.timestamp.type", "CreateTime", "LogAppendTime"),
        ("hub.inbox", "compression.type", "zstd", "uncompressed"),
        ("hub.dossier.state", "cleanup.policy", "delete", "compact"),
    ],
)
def test_a_topic_with_other_settings(
    demo: DemoHub, admin: AdminClient, topic: str, name: str, value: str, wanted: str
) -> None:
    def put(text: str) -> None:
        change = ConfigEntry(name, text, incremental_operation=AlterConfigOpType.SET)
        resource = ConfigResource(ResourceType.TOPIC, topic, incremental_configs=[change])
        admin.incremental_alter_configs([resource])[resource].result(SECONDS)

    put(value)
    found = until(demo, bool)
    assert found == [f"Topic {topic} has {name}={value} at the broker and should have {wanted}."]
    put(wanted)


def test_a_key_that_others_can_read(demo: DemoHub) -> None:
    key = demo.settings.keys / "kek.key"
    key.chmod(0o644)
    (found,) = examine(demo.settings)
    assert found.startswith("kek.key can be read by other accounts: `chmod 600")
    key.chmod(0o600)


def test_what_it_found_as_the_operator_sees_it(demo: DemoHub) -> None:
    """A clock that waits: one sentence, exit code 1, and the same for machines."""
    why = "Time would jump: run `hub clock advance` if that is right."
    state = ClockState(engine_for(demo.settings.clock_address))
    state.hold(why)
    shown, told = demo.hub("doctor"), demo.hub("clock", "--json")
    state.hold(None)
    assert (shown.code, shown.out, shown.err) == (1, f"• {why}\n", "")
    assert (told.code, json.loads(told.out)["held"]) == (1, why)


def test_a_key_that_ends_is_named_before_it_does(demo: DemoHub) -> None:
    """Without a valid key nothing of an organisation is read, and nothing can be sealed to it."""
    day = today(demo.settings)
    rows = [one.model_dump(mode="json") for one in current(demo.settings).deelnemers]
    assert _participants(Deelnemersregister.of(rows), day) == []
    rows[0]["zegelsleutels"][0]["tot"] = str(day + timedelta(days=5))
    rows[1]["handtekensleutels"][0]["tot"] = str(day)
    rows[2]["handtekensleutels"] = []
    ends, ended, none = (row["oin"] for row in rows[:3])
    assert _participants(Deelnemersregister.of(rows), day) == [
        f"The sealing key of {ends} ends before {day + timedelta(days=30)}: add its successor.",
        f"{ended} has no valid signing key: add one to the participants register.",
        f"{none} has no valid signing key: add one to the participants register.",
    ]
