# SPDX-License-Identifier: EUPL-1.2
"""A folder that is watched: what is put there is sent, and moved to `verwerkt/`; what was rejected is in `afgekeurd/`,
also when the hub refuses it later; what cannot be read is in `onleesbaar/` with the reason beside it.

Looks every few seconds instead of asking to be told: the folder is often on a server, which tells nobody. A file is taken
when it has not changed between two looks, so never half-written. Killed before the move, a file is uploaded again, which
doubles nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from glob import escape
from pathlib import Path

from connectors.files import UnreadableFile
from connectors.ledger import Refusal
from connectors.uploading import Uploaded, Uploader, free_name
from connectors.way import AWAY

LOOK_SECONDS = 3.0
DONE, REJECTED, UNREADABLE = "verwerkt", "afgekeurd", "onleesbaar"
EXPLANATION = ".uitleg.txt"
ENDINGS = frozenset({".xlsx", ".ods", ".csv", ".json"})
TEMPORARY = ("~$", ".", "._")
"""How Excel, LibreOffice and macOS name what they are still busy with."""


@dataclass(frozen=True, slots=True)
class Later:
    """What came of earlier files since: events that went now that the hub is back, rows that the hub has refused."""

    verzonden: int
    geweigerd: list[Refusal]
    kopieen: list[Path]


Outcome = Uploaded | UnreadableFile | Later


class Watcher:
    """One folder. `tell` hears of each file, and (under the folder's own name) of what came later."""

    def __init__(self, folder: Path, uploader: Uploader, tell: Callable[[Path, Outcome], None]) -> None:
        self._folder, self._uploader, self._tell = folder, uploader, tell
        self._seen: dict[Path, tuple[int, int]] = {}

    async def run(self, *, wait_seconds: float) -> None:
        """Watch for ever. Raises what `Uploader.upload` raises, but for UnreadableFile: one bad file stops no other."""
        while True:
            await self.look(wait_seconds=wait_seconds)
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self, *, wait_seconds: float, settled: bool = False) -> int:
        """Take every file that did not change since the last look (`settled`: every file); the number taken.

        1. Send what waited for a hub that was away, and give back what the hub refused after its file was moved.
        2. Take the files.
        """
        await self._catch_up()
        found = self._candidates()
        taken = 0
        for path, stamp in sorted(found.items()):
            if settled or self._seen.get(path) == stamp:
                await self._take(path, wait_seconds)
                taken += 1
        self._seen = {path: stamp for path, stamp in found.items() if path.exists()}
        return taken

    async def _catch_up(self) -> None:
        try:
            sent = await self._uploader.catch_up()
        except AWAY:
            return  # away still; who put the file there was told, and what waits is on the disk
        refused = await asyncio.to_thread(self._uploader.refusals)
        if sent or refused:
            copies = await asyncio.to_thread(self._give_back, refused)
            self._tell(self._folder, Later(sent, refused, copies))
            await asyncio.to_thread(self._uploader.told, refused)

    def _give_back(self, refused: list[Refusal]) -> list[Path]:
        """Copies of the lines that the hub refused, from the files that were moved; the newest that has a line counts."""
        left, copies = {one.id: one for one in refused}, []
        for file in self._moved(refused):
            made = self._uploader.copy_of_refused(file, left.values(), _made(self._folder / REJECTED)) if left else None
            if made is not None:
                copies.append(made[0])
                left = {id_: one for id_, one in left.items() if one not in made[1]}
        return copies

    def _moved(self, refused: list[Refusal]) -> list[Path]:
        """The files in `verwerkt` that can hold these lines, the newest first."""
        names = {Path(one.bestand) for one in refused}
        moved = self._folder / DONE
        found = {file for name in names for file in moved.glob(f"{escape(name.stem)}*{name.suffix}")}
        return sorted(found, key=lambda file: (file.stat().st_mtime_ns, file.name), reverse=True)

    def _candidates(self) -> dict[Path, tuple[int, int]]:
        """What could be taken, with what tells one state of it from another. Who put a file there may take it away."""
        found = {}
        for path in self._folder.iterdir():
            if path.suffix.lower() in ENDINGS and not path.name.startswith(TEMPORARY) and path.is_file():
                with suppress(FileNotFoundError):
                    found[path] = _stamp(path)
        return found

    async def _take(self, path: Path, wait_seconds: float) -> None:
        rejected = _made(self._folder / REJECTED)
        try:
            done = await self._uploader.upload(path, wait_seconds=wait_seconds, copies=rejected)
        except UnreadableFile as error:
            self._tell(path, error)
            moved = _move(path, self._folder / UNREADABLE)
            moved.with_name(moved.name + EXPLANATION).write_text(f"{error}\n", encoding="utf-8-sig")
            return
        self._tell(path, done)
        _move(path, self._folder / DONE)


def _stamp(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_mtime_ns, found.st_size


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


def _move(path: Path, folder: Path) -> Path:
    """Into a folder, under a name that is not taken there."""
    return path.replace(free_name(_made(folder) / path.name))
