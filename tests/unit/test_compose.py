# SPDX-License-Identifier: EUPL-1.2
"""docker-compose.yml says what the code reads: settings that exist, every role, and the broker's guard as the embedded one has it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
import yaml

from hub.broker.topics import WORKERS
from hub.settings import Settings
from tests.machine import program

FILE = Path(__file__).parents[2] / "docker-compose.yml"
COMPOSE = yaml.safe_load(FILE.read_text(encoding="utf-8"))
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


def docker_compose(file: Path) -> subprocess.CompletedProcess[str]:
    """`docker-compose config`: reads, merges and checks the file; needs no Docker, starts nothing."""
    compose = program("docker-compose", package="docker-compose")
    bare = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}  # no setting of this machine's counts
    return subprocess.run(
        [compose, "--file", file, "config"], capture_output=True, text=True, env=bare, cwd=file.parent, check=False
    )


def test_docker_compose_itself_reads_it_as_we_do() -> None:
    done = docker_compose(FILE)
    assert done.returncode == 0, done.stderr
    read = yaml.safe_load(done.stdout)["services"]
    assert set(read) == set(SERVICES)
    for name, service in read.items():
        merged = {key: str(value) for key, value in (service.get("environment") or {}).items()}
        assert set(merged) == set(SERVICES[name].get("environment", {}))
        assert "${" not in str(merged)


@pytest.mark.parametrize(
    ("sound", "broken"), [("restart:", "restrat:"), ("command: [hub", "command: {hub"), ("KAFKA_SUPER_USERS:-", "-")]
)
def test_a_slip_in_it_would_be_seen(tmp_path: Path, sound: str, broken: str) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert sound in text
    (tmp_path / "docker-compose.yml").write_text(text.replace(sound, broken), encoding="utf-8")
    assert docker_compose(tmp_path / "docker-compose.yml").returncode != 0
