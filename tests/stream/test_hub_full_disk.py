# SPDX-License-Identifier: EUPL-1.2
"""A real disk that is really full: a start says so and leaves nothing half-made, a running hub ends in order with one
sentence, and goes on after room was made."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.machine import SmallDisk, small_disk
from tests.stream.demo_hub import BIN, Ran

OIN, SCHOOL = "00000099000000000000", "00000099000000000042"
MEGABYTES = 420
SECONDS = 150.0
FULL = "The disk of the broker's data directory is full; make room or name another directory with --data."
HEADING = "Burgerservicenummer;Naam;Lescode;Lesdatum;Vak;Duur (uur);Gevolgd (uur);Status;Reden;Mutatie;Mutatiedatum"
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(("HUB_", "CONNECT_"))} | {
    "HUB_TICK_SECONDS": "1",
    "COLUMNS": "200",
    "TERM": "dumb",
} | ({"HUB_CACHE": os.environ["HUB_CACHE"]} if "HUB_CACHE" in os.environ else {})  # fmt: skip


class HubOnSmallDisk:
    """`hub` and `connect` where the small disk is seen."""

    def __init__(self, disk: SmallDisk, output: Path) -> None:
        self.disk, self.data, self._output = disk, disk.place / "hub", output
        self.up: subprocess.Popen[bytes] | None = None

    def run(self, program: str, *words: str | Path) -> Ran:
        done = subprocess.run(
            self.disk.command(BIN / program, *words),
            capture_output=True, text=True, timeout=SECONDS, env=ENVIRONMENT, check=False,
        )  # fmt: skip
        return Ran(done.returncode, done.stdout, done.stderr)

    def start(self, *words: str) -> None:
        """`hub up`, until it says that it runs."""
        with self._output.open("wb") as output:
            self.up = subprocess.Popen(
                self.disk.command(BIN / "hub", "up", "--data", self.data, *words),
                stdout=output, stderr=output, env=ENVIRONMENT,
            )  # fmt: skip
        deadline = time.monotonic() + SECONDS
        while "The hub runs" not in self.said:
            assert time.monotonic() < deadline and self.up.poll() is None, self.said
            time.sleep(0.1)

    @property
    def said(self) -> str:
        return self._output.read_text(errors="replace")

    def until_sound(self) -> None:
        deadline = time.monotonic() + SECONDS
        while (found := self.run("hub", "doctor", "--data", self.data)).code:
            assert time.monotonic() < deadline, (found, self.said)

    def send(self, file: Path) -> Ran:
        return self.run("connect", "send", file, "--profile", "horizon-presentie", "--config", self._folder, "--json")

    @property
    def _folder(self) -> Path:
        return self.data / "participants" / SCHOOL

    def processes(self) -> list[int]:
        found = psutil.process_iter(["cmdline", "status"])
        return [
            one.pid
            for one in found
            if str(self.data) in " ".join(one.info["cmdline"] or ()) and one.info["status"] != psutil.STATUS_ZOMBIE
        ]


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubOnSmallDisk]:
    with small_disk(tmp_path / "disk", MEGABYTES) as disk:
        hub = HubOnSmallDisk(disk, tmp_path / "up.out")
        try:
            yield hub
        finally:
            if hub.up and hub.up.poll() is None:
                hub.up.terminate()
                hub.up.wait(30)


def lessons(path: Path, first: int) -> Path:
    rows = [f"999990019;Noor;L-{first + number};01-03-2026;Nederlands;2,5;2,5;aanwezig;;;" for number in range(20)]
    path.write_text("\n".join((HEADING, *rows, "")), encoding="utf-8")
    return path


def test_a_disk_that_fills_up_ends_it_in_order_and_it_goes_on(hub: HubOnSmallDisk, tmp_path: Path) -> None:
    # full before the first start: one sentence, and the same command works as soon as there is room
    hub.disk.fill()
    refused = hub.run("hub", "up", "--data", hub.data, "--oin", OIN)
    assert refused.code == 1 and refused.out == ""
    assert refused.said.endswith("No space left on device: make room on that disk and do this again."), refused
    assert "\n" not in refused.said and "Traceback" not in refused.err
    assert hub.processes() == []
    hub.disk.make_room()
    hub.start("--oin", OIN)
    hub.until_sound()
    added = hub.run(
        "hub", "participants", "add", "--data", hub.data, "--oin", SCHOOL, "--naam", "Nova", "--rol", "taalschool"
    )
    assert added.code == 0, added
    before = hub.send(lessons(tmp_path / "before.csv", 0))
    assert before.code == 0, before

    # full while it runs: it ends by itself, and says why
    hub.disk.fill()
    during = hub.send(lessons(tmp_path / "during.csv", 100))
    assert "Traceback" not in during.err
    assert hub.up is not None
    assert hub.up.wait(SECONDS) == 1, hub.said
    assert FULL in " ".join(hub.said.split())
    assert "Traceback" not in hub.said
    assert hub.processes() == []

    # room again: it goes on
    hub.disk.make_room()
    hub.start()
