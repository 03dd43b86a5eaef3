# SPDX-License-Identifier: EUPL-1.2
"""Wrong use and broken surroundings of the `hub` command: one sentence that says what to do, the right exit code, and
nothing half-started."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest
from typer.testing import CliRunner

from hub import keyring
from hub.broker.certificates import Authority, issue
from hub.broker.credentials import Credentials
from hub.broker.directory import Directory
from hub.broker.kafka import Broker
from hub.broker.topics import Role
from hub.cli import app
from hub.commands.doctor import _own_certificates
from hub.installation import certify
from hub.settings import DATA_VERSION, open_settings
from hub.vault.vault import Vault
from tests.stream.demo_hub import DemoHub, Ran, run

OIN = "00000099000000000000"


def one_sentence(ran: Ran, code: int) -> str:
    assert ran.code == code, ran
    assert ran.out == ""
    assert ran.said and "\n" not in ran.said and "Traceback" not in ran.said, ran.err
    assert ran.said.endswith((".", "?")), ran.said
    return ran.said


def inside(*words: str | Path) -> Ran:
    """The command within this process: as `run`, and quicker."""
    done = CliRunner().invoke(app, [str(word) for word in words])
    return Ran(done.exit_code, done.stdout, done.stderr)


@pytest.fixture
def resting(tmp_path: Path) -> Path:
    """The directory of a hub whose broker was never started: keys, settings and version."""
    keyring.make(tmp_path / "hub" / "keys")
    (tmp_path / "hub" / "hub.toml").write_text(f'oin = "{OIN}"\n')
    (tmp_path / "hub" / "VERSION").write_text(f"{DATA_VERSION}\n")
    return tmp_path / "hub"


def processes(data: Path) -> list[int]:
    return [one.pid for one in psutil.process_iter(["cmdline"]) if str(data) in " ".join(one.info["cmdline"] or ())]


# the data directory


@pytest.mark.parametrize(
    "words", [["doctor"], ["up"], ["audit", "show"], ["replay", "--compare"], ["dead-letters", "list"]]
)
def test_a_directory_without_a_hub(tmp_path: Path, words: list[str]) -> None:
    told = one_sentence(inside(*words, "--data", tmp_path / "nowhere"), 2)
    assert "holds no hub: make one with `hub up --data" in told
    assert not (tmp_path / "nowhere").exists(), "nothing is made by looking"


def test_no_directory_at_all() -> None:
    for words in (["doctor"], ["clock"], ["clock", "advance", "--to", "2026-01-01"]):
        ran = run("hub", *words)
        assert ran.code == 2
        assert "--data" in ran.err and "Traceback" not in ran.err


@pytest.mark.parametrize("version", ["0", "2", "", "one"])
def test_a_directory_of_another_version(resting: Path, version: str) -> None:
    (resting / "VERSION").write_text(version)
    assert "use the program that made it" in one_sentence(inside("doctor", "--data", resting), 2)


@pytest.mark.parametrize(
    ("content", "said"),
    [("oin = ", "is not TOML"), ('naam = "x"', "Correct oin in"), (f'oin = "{OIN}"\nmax_step_days = -1', "Correct max_step_days")],
)  # fmt: skip
def test_settings_that_cannot_be_read(resting: Path, content: str, said: str) -> None:
    (resting / "hub.toml").write_text(content)
    assert said in one_sentence(inside("doctor", "--data", resting), 2)


def test_a_setting_of_the_environment_that_cannot_be_read(resting: Path) -> None:
    told = one_sentence(run("hub", "doctor", "--data", resting, env={"HUB_TICK_SECONDS": "soon"}), 2)
    assert "HUB_TICK_SECONDS" in told


def test_a_new_hub_only_in_an_empty_directory(tmp_path: Path) -> None:
    (tmp_path / "thesis.odt").touch()
    told = one_sentence(inside("up", "--data", tmp_path, "--oin", OIN), 2)
    assert "is not empty and holds no hub" in told
    assert one_sentence(inside("up", "--data", tmp_path / "new", "--oin", "123"), 2).startswith("123 is no OIN")
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.odt"]


# what it needs around it


def test_a_port_that_is_taken(resting: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        told = one_sentence(run("hub", "up", "--data", resting, "--port", str(port)), 1)
    assert told.startswith(f"Port {port} is in use by another program")
    assert processes(resting) == []


@pytest.mark.parametrize("java", ["/nowhere/java", "/bin/true"])
def test_no_java(resting: Path, java: str) -> None:
    told = one_sentence(run("hub", "up", "--data", resting, env={"HUB_JAVA": java, "PATH": "/nowhere"}), 1)
    assert "HUB_JAVA names a program that is not Java 17 or newer" in told
    assert processes(resting) == []
    assert not (resting / "broker" / "records").exists()


def test_a_broker_that_is_not_there(demo: DemoHub, resting: Path) -> None:
    """Its address is known from an earlier start, and nobody answers."""
    shutil.copytree(demo.data / "roles", resting / "roles")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    for words in (["replay", "--compare"], ["dead-letters", "list"]):
        told = one_sentence(run("hub", *words, "--data", resting, env={"HUB_BOOTSTRAP": address}), 1)
        assert told == f"The broker at {address} does not answer: is `hub up` running?"


def test_a_broker_that_was_never_started(resting: Path) -> None:
    assert "start it first" in one_sentence(inside("dead-letters", "list", "--data", resting), 1)
    assert "start it first" in one_sentence(inside("worker", "--role", "intake", "--data", resting), 1)


def test_no_broker_of_its_own_and_none_named(resting: Path) -> None:
    for words in (["up"], ["worker", "--role", "intake"]):
        ran = run("hub", *words, "--data", resting, env={"HUB_EMBEDDED": "false"})
        assert one_sentence(ran, 2).startswith("Set HUB_BOOTSTRAP to the host:port of your Kafka")


def test_a_database_that_is_not_there(resting: Path) -> None:
    env = {"HUB_VAULT_URL": "postgresql+psycopg://nobody@127.0.0.1:1/vault", "HUB_BOOTSTRAP": "127.0.0.1:1"}
    shutil.copytree(_roles(resting), resting / "roles", dirs_exist_ok=True)
    told = one_sentence(run("hub", "worker", "--role", "intake", "--data", resting, env=env), 1)
    assert told.startswith("A database does not do what it should") and "HUB_VAULT_URL" in told


def _roles(data: Path) -> Path:
    """Certificates for every role, of an authority that nobody knows."""
    authority = Authority.new("test")
    for role in Role:
        authority.credentials(data / "certificates" / role, f"hub-{role}", OIN)
    return data / "certificates"


def _certificate(folder: Path, authority: Authority, *, begin: timedelta, end: timedelta) -> Credentials:
    """Credentials of the role that `folder` is named for; `begin` and `end` are counted from now."""
    now = datetime.now(UTC)
    pair = issue(authority, f"hub-{folder.name}", OIN, begin=now + begin, end=now + end)
    folder.mkdir(parents=True)
    tls = Credentials(folder)
    for path, content in zip((tls.cert, tls.key), pair, strict=True):
        path.write_bytes(content)
    shutil.copy(authority.credentials(folder.parent / "any", "any").ca, tls.ca)
    return tls


@pytest.mark.parametrize(
    ("begin", "end", "said"),
    [(-2, -1, "ended on"), (1, 2, "begins on")],
    ids=["expired", "of tomorrow"],
)
def test_a_certificate_of_the_hub_that_does_not_count_today(resting: Path, begin: int, end: int, said: str) -> None:
    """Kafka would only break off, which looks as if no broker were there, and a worker would try for ever."""
    authority = Authority.new("test")
    for role in ("intake", "operator"):
        _certificate(resting / "roles" / role, authority, begin=timedelta(days=begin), end=timedelta(days=end))
    env = {"HUB_BOOTSTRAP": "127.0.0.1:1"}
    for words in (["worker", "--role", "intake"], ["dead-letters", "list"]):
        told = one_sentence(run("hub", *words, "--data", resting, env=env), 1)
        assert told.startswith(f"The certificate {resting}") and said in told
    assert len([one for one in _own_certificates(open_settings(resting)) if said in one or "ends on" in one]) == 2


def test_the_hubs_own_certificates_are_renewed_before_they_end(resting: Path) -> None:
    broker = Broker(resting / "broker")
    old = _certificate(
        resting / "roles" / "intake", broker.authority, begin=timedelta(days=-364), end=timedelta(days=1)
    )
    principal = old.principal
    certify(resting, OIN, broker)
    assert old.ends > datetime.now(UTC) + timedelta(days=300)
    assert old.principal == principal, "rights are by name, so they stay"
    assert _own_certificates(open_settings(resting)) == []


# keys


def _missing(path: Path) -> None:
    path.unlink()


def _unreadable(path: Path) -> None:
    path.unlink()
    path.mkdir()  # what not even root can read as a file


def _short(path: Path) -> None:
    path.write_bytes(b"short")


def _another(path: Path) -> None:
    path.write_bytes(os.urandom(32))


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        (keyring.KEK, _missing, "Key file kek.key is missing: put back"),
        (keyring.INDEX, _unreadable, "Key file index.key cannot be read: run this as the hub's own account"),
        (keyring.SIGNING, _short, "hub-signing.key is not a key of 32 bytes"),
        (keyring.KEK, _another, "put back the right key file"),
        (keyring.INDEX, _another, "index.key is not the one of this vault"),
    ],
)
def test_keys_that_are_not_the_hubs(resting: Path, name: str, change: Callable[[Path], None], said: str) -> None:
    """The worker ends before it has read anything."""
    shutil.copytree(_roles(resting), resting / "roles")
    vault = Vault.open(f"sqlite:///{resting / 'vault.db'}", resting / "keys")
    with vault.engine.begin() as connection:
        vault.identities.resolve(connection, "e", "duo#uitvoering", [("bsn", "999990019")], may_link=True)
    vault.close()
    change(resting / "keys" / name)
    env = {"HUB_BOOTSTRAP": "127.0.0.1:1"}
    assert said in one_sentence(run("hub", "worker", "--role", "intake", "--data", resting, env=env), 1)


# what is asked


ASKED: dict[str, tuple[list[str], str]] = {
    "a replay for nothing": (["replay"], "--compare"),
    "a worker that is none": (["worker", "--role", "operator"], "operator is no worker: choose one of intake"),
    "a day that is past": (["clock", "advance", "--to", "2020-01-01"], "time does not go back"),
    "an OIN that is none": (["participants", "add", "--oin", "12", "--naam", "x", "--rol", "taalschool"], "12 is no OIN"),
    "who takes part already": (
        ["participants", "add", "--oin", "00000099000000005000", "--naam", "x", "--rol", "taalschool"],
        "takes part already",
    ),
    "a name of two lines": (
        ["participants", "add", "--oin", "00000099000000008000", "--naam", "a\nb", "--rol", "taalschool"],
        "Give a name of 1 to 64 characters on one line",
    ),
    "the role of the hub": (
        ["participants", "add", "--oin", "00000099000000008000", "--naam", "x", "--rol", "hub"],
        "The role hub is the hub's own",
    ),
    "a system's name with capitals": (
        ["participants", "add", "--oin", "00000099000000008000", "--naam", "x", "--rol", "taalschool", "--systeem", "X Y"],
        "Name the system in small letters",
    ),
    "a gemeente that takes no part": (
        ["participants", "add", "--oin", "00000099000000008000", "--naam", "x", "--rol", "taalschool", "--namens", "0" * 20],
        "takes no part yet",
    ),
    "a key that is none": (["audit", "verify", "--key", "abc"], "Give the log's public key as base64"),
    "an export that is not there": (["audit", "verify", "nowhere.jsonl"], "name a file that `hub audit export` wrote"),
}  # fmt: skip


@pytest.mark.parametrize(("words", "said"), ASKED.values(), ids=ASKED.keys())
def test_what_cannot_be_meant(demo: DemoHub, words: list[str], said: str) -> None:
    code = 1 if "nowhere.jsonl" in words else 2
    assert said in one_sentence(inside(*words, "--data", demo.data), code)
    assert not demo.settings.participant_dir("00000099000000008000").exists()


def test_real_time_cannot_be_moved(resting: Path) -> None:
    told = one_sentence(inside("clock", "advance", "--data", resting, "--to", "2030-01-01"), 2)
    assert told.startswith("This hub runs on real time")


def test_the_demo_takes_no_directory_that_is_in_use(resting: Path) -> None:
    told = one_sentence(inside("demo", "--data", resting), 2)
    assert "is not empty and holds no demo" in told
    assert (resting / "VERSION").exists()


def test_a_demo_does_not_sweep_away_one_that_runs(resting: Path) -> None:
    (resting / "DEMO").touch()
    running = Directory(resting / "broker")
    running.occupy()
    try:
        told = one_sentence(inside("demo", "--data", resting), 1)
    finally:
        running.vacate()
    assert told.startswith("Another process runs the broker of this data directory")
    assert (resting / "VERSION").exists()
