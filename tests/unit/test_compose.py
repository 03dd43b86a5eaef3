# SPDX-License-Identifier: EUPL-1.2
"""docker-compose.yml says what the code reads: settings that exist, every role, and the broker's guard as the embedded one has it."""

from __future__ import annotations

from pathlib import Path

import yaml

from hub.broker.topics import WORKERS
from hub.settings import Settings

COMPOSE = yaml.safe_load((Path(__file__).parents[2] / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]


def test_every_hub_setting_is_one_that_the_code_reads() -> None:
    named = {name for one in SERVICES.values() for name in one.get("environment", {}) if name.startswith("HUB_")}
    assert {"HUB_BOOTSTRAP", "HUB_VAULT_URL", "HUB_AUDIT_URL"} <= named
    assert {name.removeprefix("HUB_").lower() for name in named} <= set(Settings.model_fields)


def test_every_role_runs() -> None:
    commands = [one["command"] for one in SERVICES.values() if one.get("command", [])[:2] == ["hub", "worker"]]
    assert sorted(command[-1] for command in commands) == sorted(role.value for role in WORKERS)


def test_every_broker_denies_by_default() -> None:
    brokers = [one["environment"] for name, one in SERVICES.items() if name.startswith("kafka-")]
    assert len(brokers) == 3
    for broker in brokers:
        assert broker["KAFKA_SSL_CLIENT_AUTH"] == "required"
        assert broker["KAFKA_ALLOW_EVERYONE_IF_NO_ACL_FOUND"] == "false"
        assert broker["KAFKA_AUTHORIZER_CLASS_NAME"].endswith("StandardAuthorizer")
        assert broker["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"
        assert broker["KAFKA_LOG_MESSAGE_TIMESTAMP_TYPE"] == "LogAppendTime"
