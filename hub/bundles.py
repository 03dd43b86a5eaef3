# SPDX-License-Identifier: EUPL-1.2
"""Bundles: the policy, the rules and the participants register as they stood when they were activated.

A bundle is canonical JSON in a file named by its SHA-256. The log holds only the digest (`bundel-geactiveerd`), so
what a worker decides by is fixed by the log; a worker that lacks the named bundle stops rather than decide by
another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from consent.participants import Deelnemersregister
from consent.policy import Beleid
from hub.dossier.handle import Bundels
from hub.dossier.regels.rules import Regels
from hub.dossier.verwachtingen.onderbreking import Onderbreking, onder

ONDERBREKINGEN = "onderbrekingen"


class BundleMissing(Exception):
    """The log activates a bundle that this worker does not have, or none was activated yet."""


class Soort(StrEnum):
    BELEID = "beleid"
    REGELS = "regels"
    DEELNEMERS = "deelnemers"


_READERS: dict[Soort, Callable[[bytes], Any]] = {
    Soort.BELEID: Beleid.from_json,
    Soort.REGELS: Regels.from_json,
    Soort.DEELNEMERS: Deelnemersregister.from_json,
}


class BundleStore:
    """The bundles in one directory; files are written once and never changed."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.load = lru_cache(maxsize=32)(self._load)

    def save(self, content: bytes) -> str:
        digest = hashlib.sha256(content).hexdigest()
        self._directory.mkdir(parents=True, exist_ok=True)
        path = self._directory / f"{digest}.json"
        if not path.exists():
            draft = path.with_suffix(".new")
            draft.write_bytes(content)
            draft.replace(path)
        return digest

    def _load(self, soort: Soort, digest: str) -> Any:
        path = self._directory / f"{digest}.json"
        try:
            content = path.read_bytes()
        except FileNotFoundError as error:
            raise BundleMissing(
                f"The log activates {soort} {digest[:12]}…, which is not in {self._directory.name}/: copy that file here and restart."
            ) from error
        if hashlib.sha256(content).hexdigest() != digest:
            raise BundleMissing(f"{path.name} was altered (its digest differs): restore the original file and restart.")
        return _READERS[soort](content)


@dataclass(frozen=True)
class Active:
    """What one partition decides by at its present position: the digests that its log activated."""

    beleid: str | None = None
    regels: str | None = None
    deelnemers: str | None = None
    onderbrekingen: tuple[Onderbreking, ...] = ()
    """What organisations said of themselves that holds for whole groups."""

    @classmethod
    def of(cls, stand: Mapping[str, Any]) -> Active:
        """As a partition's row has it."""
        gemeld = tuple(Onderbreking(**een) for een in stand.get(ONDERBREKINGEN, ()))
        return cls(**{soort.value: stand.get(soort.value) for soort in Soort}, onderbrekingen=gemeld)

    def activate(self, soort: Soort, digest: str) -> Active:
        anders: dict[str, Any] = {soort.value: digest}
        return replace(self, **anders)

    def resolve(self, store: BundleStore) -> Bundels:
        if not (self.beleid and self.regels and self.deelnemers):
            raise BundleMissing(
                "No policy, rules or participants are activated in this log: run `hub policy activate`."
            )
        return Bundels(
            beleid=store.load(Soort.BELEID, self.beleid),
            regels=onder(store.load(Soort.REGELS, self.regels), self.onderbrekingen),
            deelnemers=store.load(Soort.DEELNEMERS, self.deelnemers),
        )
