# SPDX-License-Identifier: EUPL-1.2
"""`hub up` from an empty directory: it makes a hub, keeps its processes alive, and leaves none when it ends."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from hub import keyring
from hub.readmodel import questions
from hub.settings import open_settings
from hub.vault.tables import engine_for
from tests.stream.demo_hub import BIN, run

OIN = "00000099000000000000"
SECONDS = 60.0


class Up:
    """A running `hub up`, what it printed so far, and its processes."""

    def __init__(self, data: Path, *words: str, **env: str) -> None:
        self.data = data
        self._from = data.with_suffix(".out").stat().st_size if data.with_suffix(".out").exists() else 0
        clean = {
            name: value for name, value in os.environ.items() if not name.startswith("HUB_") or name == "HUB_CACHE"
        }
        self._output = data.with_suffix(".out")
        with self._output.open("ab") as output:
            self.process = subprocess.Popen(
                [BIN / "hub", "up", "--data", data, *words], stdout=output, stderr=output, env=clean | env
            )

    @property
    def said(self) -> str:
        return self._output.read_bytes()[self._from :].decode(errors="replace")

    def until(self, holds: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + SECONDS
        while not holds():
            assert time.monotonic() < deadline, f"waited for {what}; it said: {self.said}"
            assert self.process.poll() is None, self.said
            time.sleep(0.1)

    def tree(self) -> list[psutil.Process]:
        """Every process of this hub but `hub up` itself."""
        found = []
        for one in psutil.process_iter(["cmdline"]):
            with contextlib.suppress(psutil.Error):
                words = " ".join(one.info["cmdline"] or ())
                if str(self.data) in words and one.pid != self.process.pid and one.status() != psutil.STATUS_ZOMBIE:
                    found.append(one)
        return found

    def kafka(self) -> psutil.Process | None:
        return next((one for one in self.tree() if "kafka.Kafka" in one.cmdline() and "java" in one.cmdline()[0]), None)

    def stop(self) -> float:
        """Ask it to end; seconds until it had."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        return time.monotonic() - began


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A new hub, made by `hub up`, at rest."""
    data = tmp_path_factory.mktemp("up") / "hub"
    up = Up(data, "--oin", OIN)
    try:
        up.until(lambda: "The hub runs" in up.said, "the hub")
        first = up.kafka()
        assert first is not None

        # it is a hub: time passes in it, and it lets somebody in
        up.until(lambda: run("hub", "doctor", "--data", data).code == 0, "a sound hub")
        added = run(
            "hub", "participants", "add", "--data", data, "--oin", "00000099000000000042", "--naam", "Nova", "--rol", "taalschool"
        )  # fmt: skip
        assert added.code == 0, added
        assert "hub.out.00000099000000000042" in " ".join(path.name for path in (data / "broker" / "records").iterdir())

        # the broker dies: it is started again, and everybody goes on
        first.kill()
        up.until(lambda: (second := up.kafka()) is not None and second.pid != first.pid, "another broker")
        assert "Kafka ended: starting it again" in up.said
        up.until(lambda: run("hub", "doctor", "--data", data).code == 0, "a sound hub again")

        taken = up.stop()
        assert taken < 10
        assert up.process.returncode == 0
        assert up.tree() == []
        yield data
    finally:
        if up.process.poll() is None:
            up.stop()


def test_a_hub_is_made_kept_alive_and_ended(made: Path) -> None:
    assert open_settings(made).oin == OIN


@pytest.mark.parametrize("name", ["bundle", "key"])
def test_a_worker_that_cannot_go_on_says_why(made: Path, tmp_path: Path, name: str) -> None:
    """A bundle that the log names and the directory lacks; a key file of another hub. Nothing is decided meanwhile."""
    settings = open_settings(made)
    if name == "bundle":
        lost = settings.bundles / f"{questions.active_bundles(engine_for(settings.audit_address))['deelnemers']}.json"
        said = "which is not in bundles/: copy that file here and restart."
    else:
        lost = settings.keys / keyring.SEALING
        said = "Key file hub-sealing.key is missing: put back the file that belongs to this hub"
    kept = lost.rename(tmp_path / lost.name)
    up = Up(made, HUB_TICK_SECONDS="1")
    try:
        try:
            up.until(lambda: said in " ".join(up.said.split()), said)
        finally:
            kept.rename(lost)
        up.until(lambda: run("hub", "doctor", "--data", made).code == 0, "a sound hub")
        assert "Traceback" not in up.said
    finally:
        up.stop()
    assert up.tree() == []
