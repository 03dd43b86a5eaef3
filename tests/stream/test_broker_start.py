# SPDX-License-Identifier: EUPL-1.2
"""Starts that must not happen: one sentence says what to do, and nothing is half-started."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import psutil
import pytest

from hub.broker.errors import BrokerError, BrokerNotReady, DataDirectoryRefused, DiskFull, JavaUnavailable, PortInUse
from hub.broker.kafka import Broker


def brokers_of(directory: Path) -> list[int]:
    """Processes that have anything to do with a data directory."""
    return [
        process.pid
        for process in psutil.process_iter(["cmdline"])
        if any(str(directory) in word for word in process.info["cmdline"] or [])
    ]


def refused(broker: Broker, kind: type[BrokerError], directory: Path) -> str:
    """The sentence with which a start is refused; fails when anything of the broker is left running."""
    with pytest.raises(kind) as error:
        broker.start()
    assert broker.pid is None
    assert brokers_of(directory) == []
    sentence = str(error.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert str(directory) not in sentence
    return sentence


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        told = refused(Broker(tmp_path, port), PortInUse, tmp_path)
    assert told == f"Port {port} is in use by another program; stop that program or choose another port for the broker."
    assert not (tmp_path / "VERSION").exists()


def test_the_recorded_port_is_kept_even_when_it_is_in_use(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        (tmp_path / "ports.json").write_text(json.dumps({"broker": port, "controller": port}))
        assert str(port) in refused(Broker(tmp_path), PortInUse, tmp_path)
    assert Broker(tmp_path).bootstrap == f"127.0.0.1:{port}"


def test_a_port_that_is_taken_at_the_last_moment_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.broker.ports._is_free", lambda port: True)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert f"Port {port} is in use" in refused(Broker(tmp_path, port), PortInUse, tmp_path)


def test_without_java_nothing_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_JAVA", "/nonexistent/java")
    refused(Broker(tmp_path / "broker"), JavaUnavailable, tmp_path)
    assert not (tmp_path / "broker").exists()


def test_a_full_disk_is_one_sentence(tmp_path: Path) -> None:
    told = refused(Broker(tmp_path, least_free_bytes=1 << 60), DiskFull, tmp_path)
    assert told == "The disk of the broker's data directory is full; make room or name another directory with --data."
    assert not (tmp_path / "records").exists()


@pytest.mark.parametrize(
    "marker",
    ['{"layout": 2, "kafka": "4.1.2"}', '{"layout": 1, "kafka": "99.0.0"}', '{"layout": 1}', "1", "not json", ""],
)
def test_a_directory_of_another_version_is_left_as_it_is(tmp_path: Path, marker: str) -> None:
    (tmp_path / "VERSION").write_text(marker)
    (tmp_path / "records").mkdir()
    told = refused(Broker(tmp_path), DataDirectoryRefused, tmp_path)
    assert "of another version than this one" in told
    assert (tmp_path / "VERSION").read_text() == marker
    assert list((tmp_path / "records").iterdir()) == []


def test_a_directory_with_other_files_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").write_bytes(b"picture")
    told = refused(Broker(tmp_path), DataDirectoryRefused, tmp_path)
    assert told.startswith("The broker's data directory holds files that are not the broker's")
    assert [path.name for path in tmp_path.iterdir()] == ["holiday.jpg"]


def test_a_file_is_no_directory(tmp_path: Path) -> None:
    (tmp_path / "broker").write_text("a file")
    refused(Broker(tmp_path / "broker"), DataDirectoryRefused, tmp_path)


def test_a_directory_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file")
    told = refused(Broker(tmp_path / "file" / "broker"), DataDirectoryRefused, tmp_path)
    assert told.startswith("The broker's data directory cannot be used (")


def test_a_broker_that_ends_at_once_says_where_to_look(tmp_path: Path) -> None:
    (tmp_path / "broker.log").write_text("Address already in use: what an earlier broker died of\n")
    broker = Broker(tmp_path, overrides={"num.io.threads": "none"})
    assert "console.log" in refused(broker, BrokerNotReady, tmp_path)


def test_a_start_that_takes_too_long_leaves_no_process(tmp_path: Path) -> None:
    broker = Broker(tmp_path)
    with pytest.raises(BrokerNotReady, match="did not answer in time"):
        broker.start(timeout=0.2)
    assert brokers_of(tmp_path) == []


def test_a_broker_that_never_ran_has_no_address(tmp_path: Path) -> None:
    with pytest.raises(BrokerNotReady, match="start it first"):
        _ = Broker(tmp_path).bootstrap
