# SPDX-License-Identifier: EUPL-1.2
"""docs/operator.md, what must not fail when it is needed: a backup that is put back is the hub that it was."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

import pytest

from tests.stream.demo_hub import run
from tests.stream.pages import PATIENCE_SECONDS, Page, shell, terminal

pytestmark = pytest.mark.docs

PAGE = Page.read("operator.md")
GEMEENTE = "00000099000000000018"


def here(text: str) -> str:
    return text.replace("DIR", "hub")


def until_sound(place: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (looked := run("hub", "doctor", "--data", place / "hub")).code != 0:
        assert time.monotonic() < deadline, looked
        time.sleep(0.5)


def test_a_backup_that_is_put_back_is_the_hub_that_it_was(tmp_path: Path) -> None:
    with terminal(f"{here(PAGE.only('hub')).strip()} --oin 00000099000000000000", tmp_path):
        words = ("--data", tmp_path / "hub", "--oin", GEMEENTE, "--naam", "Proef", "--rol", "gemeente")
        added = run("hub", "participants", "add", *words)
        assert added.code == 0, added
    shell(here(PAGE.only("backup")), tmp_path)
    shutil.rmtree(tmp_path / "hub")
    shell(here(PAGE.only("restore")), tmp_path)
    with terminal(here(PAGE.only("hub")), tmp_path):
        until_sound(tmp_path)
        assert "All is well" in shell(here(PAGE.only("look")), tmp_path)
        listed = run("hub", "participants", "list", "--data", tmp_path / "hub", "--json")
        assert [one["oin"] for one in json.loads(listed.out)] == [GEMEENTE]
