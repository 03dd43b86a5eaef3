# SPDX-License-Identifier: EUPL-1.2
"""The demo's hub, played once and left running: broker and workers as `hub demo` starts them, for every test that looks at
what came of it. Tests may add to it (a partner's report, a dead letter); what was seen of the story is kept beside it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from demo.command import _plan
from demo.performance import Performance
from demo.play import Draaiboek, Waarneming, load
from hub.broker.kafka import Broker
from hub.commands.deadletters import letters
from hub.installation import install
from hub.readmodel import questions
from hub.settings import Settings
from hub.supervisor import Supervisor
from hub.vault.tables import engine_for

BIN = Path(sys.executable).parent
PLAY_SECONDS = 400.0


@dataclass
class Ran:
    """What a command did, as who called it sees it."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """What it had to say about an error: one line, on the error channel."""
        return self.err.strip()


def run(program: str, *words: str | Path, timeout: float = 60.0, env: dict[str, str] | None = None, **more: Any) -> Ran:
    """Run `hub` or `connect` as an operator or a partner would, without a terminal."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("HUB_", "CONNECT_"))}
    clean |= {"HUB_CACHE": os.environ["HUB_CACHE"]} if "HUB_CACHE" in os.environ else {}
    done = subprocess.run(
        [BIN / program, *map(str, words)],
        capture_output=True,
        text=True,
        timeout=timeout,
        env=clean | {"COLUMNS": "200", "TERM": "dumb"} | (env or {}),
        check=False,
        **more,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


@dataclass
class DemoHub:
    """A running hub after the story."""

    settings: Settings
    broker: Broker
    draaiboek: Draaiboek
    seen: Waarneming
    dead_letters: list[dict[str, Any]]
    """Those of the story; tests add more."""
    story_places: frozenset[str]
    """Where in the log the records of the story stand, as the audit log names it."""
    deaths: list[str] = field(default_factory=list)
    """What the supervisor said: of a story without accidents nothing."""

    @property
    def data(self) -> Path:
        return self.settings.data

    def oin(self, name: str) -> str:
        return self.draaiboek.deelnemer(name).oin

    def folder(self, name: str) -> Path:
        """The folder of an organisation of the story, such as `brug`."""
        return self.settings.participant_dir(self.oin(name))

    def hub(self, *words: str | Path, **more: Any) -> Ran:
        """`hub ... --data DIR`"""
        return run("hub", *words, "--data", self.data, **more)

    def connect(self, name: str, *words: str | Path, **more: Any) -> Ran:
        """`connect ... --config FOLDER` as an organisation of the story."""
        return run("connect", *words, "--config", self.folder(name), **more)


@contextmanager
def played(place: Path) -> Iterator[DemoHub]:
    """Install, play, keep running; stop at the end."""
    draaiboek = load()
    settings, broker = install(place, _plan(draaiboek, None))
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="demo", daemon=True)
    thread.start()
    deaths: list[str] = []
    tree = Supervisor(settings, broker.bootstrap, tell=deaths.append)

    def do(work: Any, seconds: float) -> Any:
        return asyncio.run_coroutine_threadsafe(work, loop).result(seconds)

    try:
        do(tree.start(), 30)
        seen = do(Performance(draaiboek, settings, tell=lambda day, what: None).play(), PLAY_SECONDS)
        audited = [orjson.loads(leaf) for _, leaf in questions.leaves(engine_for(settings.audit_address))]
        places = frozenset(str(one["plaats"]) for one in audited if "plaats" in one)
        yield DemoHub(settings, broker, draaiboek, seen, list(letters(settings)), places, deaths)
    finally:
        try:
            do(tree.stop(), 60)
        finally:
            broker.stop()
            loop.call_soon_threadsafe(loop.stop)
            thread.join(10)
            loop.close()
