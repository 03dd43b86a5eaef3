# SPDX-License-Identifier: EUPL-1.2
"""Kafka's classes loaded and linked ahead of time (JEP 483, 514), for a Java that can: without it every start reads some
seven thousand of them anew, which is two fifths of its work. The packaged runtime has no archive of its own either.

Beside the jars in the cache, one file for each build of Java; Java itself does without a file that does not fit it. It is
made by ``python -m hub.broker.prepare`` and never while somebody waits for a broker.
"""

from __future__ import annotations

from pathlib import Path

from hub.broker.java import Java

OLDEST = 25
"""The first Java that makes the file in one go."""


def place(java: Java, jars: list[Path]) -> Path:
    """Where the file for this Java and these jars stands, made or not."""
    return jars[0].parent / f"ahead-{java.build}.aot"


def use(java: Java, jars: list[Path]) -> list[str]:
    """Flags that make use of it; none where it was not made."""
    file = place(java, jars)
    quiet = "-Xlog:aot*=error"  # what does not fit is done without, and need not be said at every start
    return [f"-XX:AOTCache={file}", quiet] if java.major >= OLDEST and file.exists() else []


def learn(file: Path) -> list[str]:
    """Flags with which a run leaves the file when it ends in order."""
    return [f"-XX:AOTCacheOutput={file}"]
