# SPDX-License-Identifier: EUPL-1.2
"""What a test wants of the machine beyond Python, and how it says that the machine has none.

A test that cannot run is skipped with its reason, and the last lines of the run name it. Under CI=true a skip is a
failure (`tests/conftest.py`), but for what this machine could not have had: that begins with `NOT_TO_BE_HAD`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest

NOT_TO_BE_HAD = "not to be had here: "


def program(name: str, package: str) -> Path:
    """A program of Debian's `package`; skips without it."""
    if found := shutil.which(name):
        return Path(found)
    if name in os.environ.get("NOT_TO_BE_HAD", "").split():
        not_to_be_had(f"{name} is not installed, and .ci/run tried in vain to install it")
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        not_to_be_had(f"{name} is not installed, and only root can install Debian's {package}")
    if "Candidate: (none)" in _policy(package) or not _policy(package):
        not_to_be_had(f"{name} is not installed, and apt knows no {package} (run `apt-get update`?)")
    pytest.skip(f"{name} is not installed: `apt-get install {package}`, as .ci/run does.")


def _policy(package: str) -> str:
    return subprocess.run(["apt-cache", "policy", package], capture_output=True, text=True, check=False).stdout


def not_to_be_had(reason: str) -> NoReturn:
    pytest.skip(NOT_TO_BE_HAD + reason + ".")


@dataclass(frozen=True)
class SmallDisk:
    """A disk of a few hundred megabytes at `place`, seen only by what is run on it."""

    place: Path
    holder: int
    """The process that keeps it mounted."""

    def command(self, *words: str | Path) -> list[str]:
        """The command line of a program that sees the disk."""
        rights = [] if os.geteuid() == 0 else ["--user", "--preserve-credentials"]
        return ["nsenter", "--target", str(self.holder), "--mount", *rights, "--", *map(str, words)]

    def fill(self) -> None:
        """Leave not a byte of room."""
        done = subprocess.run(
            self.command("dd", "if=/dev/zero", f"of={self.place / 'ballast'}", "bs=4096"),
            capture_output=True,
            text=True,
            check=False,
        )
        assert "No space left on device" in done.stderr, done

    def make_room(self) -> None:
        subprocess.run(self.command("rm", self.place / "ballast"), check=True)


@contextmanager
def small_disk(place: Path, megabytes: int) -> Iterator[SmallDisk]:
    """Mount one at `place`, in a mount namespace of its own: no root is needed where the kernel lets users have one."""
    place.mkdir(parents=True, exist_ok=True)
    rights = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    mount = f'mount -t tmpfs -o size={megabytes}m none "$0" && echo mounted && exec sleep 3600'
    if not shutil.which("unshare") or not shutil.which("nsenter"):
        not_to_be_had("no unshare and nsenter (util-linux) to make a small disk with")
    holder = subprocess.Popen(
        ["unshare", "--mount", *rights, "sh", "-c", mount, place],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout is not None and holder.stderr is not None
        if holder.stdout.readline().strip() != "mounted":
            not_to_be_had(f"the kernel gives this account no small disk ({holder.stderr.read().strip()})")
        yield SmallDisk(place, holder.pid)
    finally:
        holder.kill()
        holder.communicate()
