# SPDX-License-Identifier: EUPL-1.2
"""Documents that follow from the policy and the schemas: never written by hand, so they cannot say otherwise than the hub decides.

`python -m hub.docs [--check]`, or `hub policy docs`. A test holds what is committed against what would be written.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from consent.policy import Beleid
from hub.docs import catalogus, doelbinding, dpia, verwerkersrelaties, verwerkingsregister

DOCUMENTS: dict[str, Callable[[Beleid], str]] = {
    "catalogus.md": catalogus.document,
    "doelbinding.md": doelbinding.document,
    "dpia.md": dpia.document,
    "verwerkersrelaties.md": verwerkersrelaties.document,
    "verwerkingsregister.md": verwerkingsregister.document,
}


def differing(directory: Path) -> list[str]:
    """The documents that are missing or do not say what the policy says."""
    policy = Beleid.load()
    return [name for name, text in DOCUMENTS.items() if _read(directory / name) != text(policy)]


def write(directory: Path) -> None:
    """Write every document anew."""
    policy = Beleid.load()
    directory.mkdir(parents=True, exist_ok=True)
    for name, text in DOCUMENTS.items():
        (directory / name).write_text(text(policy), encoding="utf-8")


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None
