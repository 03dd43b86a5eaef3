# SPDX-License-Identifier: EUPL-1.2
"""Files that appear whole or not at all, also on a full disk or at a power cut, and that only their owner reads."""

from __future__ import annotations

import os
from pathlib import Path

UNFINISHED = ".new"


def write_whole(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path`` (mode 0600), replacing what was there in one step."""
    _draft(path, content).replace(path)
    sync(path.parent)


def write_once(path: Path, content: bytes) -> None:
    """As ``write_whole``, but what is there already is left as it is, also when another process is just making it."""
    if path.exists():
        return
    draft = _draft(path, content)
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass  # the other one was first: its content counts
    finally:
        draft.unlink()
    sync(path.parent)


def _draft(path: Path, content: bytes) -> Path:
    """``content`` on disk beside its place, under a name of this process; nothing is left of what did not fit."""
    draft = path.with_name(f".{path.name}.{os.getpid()}{UNFINISHED}")
    draft.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    return draft


def sync(directory: Path) -> None:
    """A new name is on disk only when its directory is."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
