# SPDX-License-Identifier: EUPL-1.2
"""What an organisation learns from its deliveries and needs in a file of its own: pseudonyms and ids of signals.

A begeleider knows no BSN: it recognises its client in the first delivery by name and from then on writes the pseudonym
of that delivery in its files. The story's files hold `{P03}` in that place, and `{signaal:P04:verzuim}` for the id of a
signal; they are filled in on the day of sending, as the organisation's own system would. Pure but for the copy.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from demo.draaiboek import Persoon

_PLACE = re.compile(r"\{((?:P\d{2})|(?:signaal:P\d{2}:[A-Za-z ]+))\}")
_TEXT = {".csv", ".json"}


class Kenmerken:
    """Feed it every delivery (`leer`); ask it for what a placeholder stands for (`zoek`)."""

    def __init__(self, personen: Iterable[Persoon]) -> None:
        self._by_identity: dict[str, str] = {}
        self._by_name: dict[tuple[str, str], str] = {}
        for persoon in personen:
            self._by_identity[persoon.bsn] = persoon.id
            if persoon.vnummer:
                self._by_identity[persoon.vnummer] = persoon.id
            self._by_name[(persoon.voornamen, persoon.achternaam)] = persoon.id
        self._pseudonyms: dict[tuple[str, str], str] = {}
        self._persons: dict[tuple[str, str], str] = {}
        self._signals: dict[tuple[str, str], str] = {}

    def leer(self, org_id: str, pseudoniem: str, identiteiten: Iterable[str], data: Mapping[str, Any]) -> str | None:
        """Remember what a delivery tells its recipient; the id of the person whom it is about, if it can be known.

        `identiteiten`: the BSN and V-nummer that were delivered. `data`: the delivered fields.
        """
        wie = next((self._by_identity[one] for one in identiteiten if one in self._by_identity), None)
        wie = wie or self._persons.get((org_id, pseudoniem))
        wie = wie or self._by_name.get((str(data.get("voornamen")), str(data.get("achternaam"))))
        if wie is None:
            return None
        self._pseudonyms[(org_id, wie)] = pseudoniem
        self._persons[(org_id, pseudoniem)] = wie
        if "signaal" in data and "regel" in data:
            self._signals[(org_id, f"{wie}:{data['regel']}")] = str(data["signaal"])
        return wie

    def persoon(self, org_id: str, pseudoniem: str) -> str | None:
        """Whom a pseudonym of this recipient stands for, as far as its deliveries have told."""
        return self._persons.get((org_id, pseudoniem))

    def zoek(self, org_id: str, plaats: str) -> str | None:
        """What stands for `P03` or `signaal:P04:verzuim` in a file of this organisation; None if it was never told."""
        if plaats.startswith("signaal:"):
            return self._signals.get((org_id, plaats.removeprefix("signaal:")))
        return self._pseudonyms.get((org_id, plaats))


def fill(path: Path, into: Path, zoek: Callable[[str], str | None]) -> Path:
    """The file as its organisation sends it: a copy in `into` with every known placeholder filled in.

    What is not known stays as it is, and the reader refuses that line. A file without placeholders is sent as it lies.
    """
    if path.suffix not in _TEXT:
        return path
    content = path.read_text(encoding="utf-8")
    if not _PLACE.search(content):
        return path
    filled = into / f"{path.parent.parent.name}-{path.parent.name}-{path.name}"
    filled.write_text(_PLACE.sub(lambda place: zoek(place[1]) or place[0], content), encoding="utf-8")
    return filled
