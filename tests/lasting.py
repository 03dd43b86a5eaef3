# SPDX-License-Identifier: EUPL-1.2
"""Fixtures that take a while to make and that many files share: tests that share one stand together, and it ends with
the last of them. Left running until the session ends, each takes a third of a core from the tests behind it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import TypeVar

import pytest

Made = TypeVar("Made")
LASTING = ("demo", "hub", "broker")
"""Names of session fixtures. A file uses one of them at most, or one would end under another's users."""
_RUNNING = pytest.StashKey[dict[str, ExitStack]]()
_GROUP = pytest.StashKey[str]()


def lasting(config: pytest.Config, name: str, made: AbstractContextManager[Made]) -> Iterator[Made]:
    """The body of such a fixture: `made` is entered, and left when nobody comes who uses it, or when the session ends."""
    with ExitStack() as stack:
        config.stash.setdefault(_RUNNING, {})[name] = stack
        yield stack.enter_context(made)


def in_groups(items: list[pytest.Item]) -> None:
    """Give each test its group, and put groups together in the order in which they begin: the files that share a lasting
    fixture are one group, every other file is its own.
    """
    of_file: dict[Path, str] = {}
    for item in items:
        for name in _of_the_session(item).intersection(LASTING):
            if of_file.setdefault(item.path, name) != name:
                raise pytest.UsageError(f"{item.path.name} uses {name} and {of_file[item.path]}: make two files of it.")
    for item in items:
        item.stash[_GROUP] = of_file.get(item.path, f"{item.path.parent.name}-{item.path.stem}")
    order = {name: place for place, name in enumerate(dict.fromkeys(map(group_of, items)))}
    items.sort(key=lambda item: order[group_of(item)])


def group_of(item: pytest.Item) -> str:
    """The group that a test was given."""
    return item.stash[_GROUP]


def end_unused(item: pytest.Item, following: pytest.Item | None) -> None:
    """After `item`: end the fixture of its group if the next test is of another."""
    group = group_of(item)
    if following is None or group_of(following) != group:
        running = item.config.stash.get(_RUNNING, {}).pop(group, None)
        if running is not None:
            running.close()


def _of_the_session(item: pytest.Item) -> set[str]:
    """The names of the fixtures that this test uses and that live as long as the session."""
    if not isinstance(item, pytest.Function):
        return set()
    made = item._fixtureinfo.name2fixturedefs
    return {name for name, definitions in made.items() if definitions and definitions[-1].scope == "session"}
