# SPDX-License-Identifier: EUPL-1.2
"""Pages of docs/ whose commands are run as they stand: their fenced blocks, by the word behind `sh`, and a shell for them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.stream.demo_hub import BIN

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 120.0


@dataclass(frozen=True)
class Page:
    text: str

    @classmethod
    def read(cls, name: str) -> Page:
        return cls((ROOT / "docs" / name).read_text(encoding="utf-8"))

    def all(self, kind: str) -> list[str]:
        """The blocks of a kind, in order; the kind of most is empty."""
        found = re.findall(r"^```sh ?(\w*)\n(.*?)^```$", self.text, re.MULTILINE | re.DOTALL)
        return [text for one, text in found if one == kind]

    def only(self, kind: str) -> str:
        (text,) = self.all(kind)
        return text


def environment() -> dict[str, str]:
    """Of who has just followed step 0: our commands on the path, no settings."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("HUB_", "CONNECT_"))}
    kept = {"HUB_CACHE": os.environ["HUB_CACHE"]} if "HUB_CACHE" in os.environ else {}
    return clean | kept | {"PATH": f"{BIN}:{os.environ['PATH']}", "TERM": "dumb", "COLUMNS": "200"}


def shell(script: str, place: Path) -> str:
    """What it prints; every command in it must succeed."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=place, env=environment(), capture_output=True, text=True, timeout=PATIENCE_SECONDS * 2, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextmanager
def terminal(command: str, place: Path) -> Iterator[None]:
    """The terminal of its own in which the hub runs, once it says that it does; Ctrl-C at the end."""
    said = place / "hub.out"
    with said.open("wb") as output:
        process = subprocess.Popen(
            ["bash", "-c", f"exec {command.strip()}"], cwd=place, env=environment(), stdout=output, stderr=output
        )
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while b"The hub runs" not in said.read_bytes():
            assert process.poll() is None and time.monotonic() < deadline, said.read_text()
            time.sleep(0.1)
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)
