# SPDX-License-Identifier: EUPL-1.2
"""Files that appear whole or not at all, and that only their owner reads."""

from __future__ import annotations

import os
from pathlib import Path

UNFINISHED = ".new"


def write_whole(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path`` (mode 0600), replacing what was there in one step."""
    scratch = path.with_name(f".{path.name}{UNFINISHED}")
    scratch.unlink(missing_ok=True)
    with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(content)
    scratch.replace(path)
