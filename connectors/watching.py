# SPDX-License-Identifier: EUPL-1.2
"""A folder that is watched: what is put there is sent, and moved to `verwerkt/`; what was rejected is in `afgekeurd/`.

Looks every few seconds instead of asking to be told: the folder is often on a server, which tells nobody. A file is taken
when it has not changed between two looks, so never half-written. Killed before the move, a file is uploaded again, which
doubles nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from connectors.files import UnreadableFile
from connectors.uploading import Uploaded, Uploader

LOOK_SECONDS = 3.0
DONE, REJECTED, UNREADABLE = "verwerkt", "afgekeurd", "onleesbaar"
ENDINGS = frozenset({".xlsx", ".ods", ".csv", ".json"})
TEMPORARY = ("~$", ".", "._")
"""How Excel, LibreOffice and macOS name what they are still busy with."""

Outcome = Uploaded | UnreadableFile


class Watcher:
    """One folder. `tell` hears of each file."""

    def __init__(self, folder: Path, uploader: Uploader, tell: Callable[[Path, Outcome], None]) -> None:
        self._folder, self._uploader, self._tell = folder, uploader, tell
        self._seen: dict[Path, tuple[int, int]] = {}

    async def run(self, *, wait_seconds: float) -> None:
        """Watch for ever. Raises what `Uploader.upload` raises, but for UnreadableFile: one bad file stops no other."""
        while True:
            await self.look(wait_seconds=wait_seconds)
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self, *, wait_seconds: float, settled: bool = False) -> int:
        """Take every file that did not change since the last look (`settled`: every file); the number taken."""
        found = {path: _stamp(path) for path in self._candidates()}
        taken = 0
        for path, stamp in sorted(found.items()):
            if settled or self._seen.get(path) == stamp:
                await self._take(path, wait_seconds)
                taken += 1
        self._seen = {path: stamp for path, stamp in found.items() if path.exists()}
        return taken

    def _candidates(self) -> list[Path]:
        return [
            path
            for path in self._folder.iterdir()
            if path.suffix.lower() in ENDINGS and not path.name.startswith(TEMPORARY) and path.is_file()
        ]

    async def _take(self, path: Path, wait_seconds: float) -> None:
        rejected = self._folder / REJECTED
        rejected.mkdir(exist_ok=True)
        try:
            done = await self._uploader.upload(path, wait_seconds=wait_seconds, copies=rejected)
        except UnreadableFile as error:
            self._tell(path, error)
            _move(path, self._folder / UNREADABLE)
            return
        self._tell(path, done)
        _move(path, self._folder / DONE)


def _stamp(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_mtime_ns, found.st_size


def _move(path: Path, folder: Path) -> None:
    """Into a folder, under a name that is not taken there."""
    folder.mkdir(exist_ok=True)
    target = folder / path.name
    if target.exists():
        moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
        target = folder / f"{path.stem}-{moment}{path.suffix}"
    path.replace(target)
