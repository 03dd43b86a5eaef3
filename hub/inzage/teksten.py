# SPDX-License-Identifier: EUPL-1.2
"""The fixed texts of the account, by language: Dutch at B1, English and Arabic. Data files; nothing is translated here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

TALEN = ("nl", "en", "ar")
"""In the order of the page; the first is the one that counts."""
_MAP = Path(__file__).parent / "teksten"


@dataclass(frozen=True)
class Teksten:
    """The texts of one language, and how it writes a day."""

    code: str
    content: dict[str, Any]

    def __getitem__(self, name: str) -> str:
        return str(self.content[name])

    def list(self, name: str) -> list[str]:
        return [str(one) for one in self.content[name]]

    def label(self, group: str, code: str | None) -> str:
        """The text of a code; of one that is not in the list, the text for `anders`, or the code itself."""
        texts: dict[str, str] = self.content[group]
        return texts.get(str(code)) or texts.get("anders") or str(code)

    @property
    def richting(self) -> str:
        return self["richting"]

    def day(self, day: date) -> str:
        return self["datum"].format(dag=day.day, maand=self.list("maanden")[day.month - 1], jaar=day.year)


@cache
def teksten(code: str) -> Teksten:
    content: dict[str, Any] = yaml.safe_load((_MAP / f"{code}.yaml").read_text(encoding="utf-8"))
    return Teksten(code, content)
