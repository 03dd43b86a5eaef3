# SPDX-License-Identifier: EUPL-1.2
"""The examples of docs/examples, run as a reader would run them, against a real broker."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stream.partner_scene import SCHOOL, PartnerScene, partner_scene

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs" / "examples"


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PartnerScene]:
    with partner_scene(tmp_path_factory.mktemp("examples")) as made:
        yield made


def example(name: str, *words: str | Path) -> str:
    done = subprocess.run(
        [sys.executable, EXAMPLES / name, *map(str, words)],
        capture_output=True, text=True, timeout=60, cwd=ROOT, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_sender_sends(scene: PartnerScene) -> None:
    sent = example("sender.py", scene.folder, "999990019").strip()
    assert sent in {one[0] for one in scene.inbox()}


def test_the_receiver_receives_each_delivery_once(scene: PartnerScene) -> None:
    scene.deliver([("cursus-gestart", {"begindatum": "2026-03-02"})] * 2)
    assert example("receiver.py", scene.folder).count("cursus-gestart") == 2
    assert example("receiver.py", scene.folder) == ""


def test_the_application_tells_and_takes_in_once(scene: PartnerScene, tmp_path: Path) -> None:
    assignment = {"taalschool": SCHOOL, "leerroute": "B1-route"}
    scene.deliver([("taalschool-toegewezen", assignment)])
    before = {one[0] for one in scene.inbox()}
    for _ in range(2):
        said = example("school_app.py", scene.folder, f"sqlite:///{tmp_path / 'school.db'}", "999990020")
        assert said.splitlines() == ["enrolled 1", "assigned 1"]
    assert len([one for one in scene.inbox() if one[0] not in before]) == 1
