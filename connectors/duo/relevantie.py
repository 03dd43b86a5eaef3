# SPDX-License-Identifier: EUPL-1.2
"""Who may ask DUO about whom: the four grounds of DUO's README ("Scope"), as a pure function of what is known.

Known is what DUO notified (to which gemeente), what COA and the register told (coupling, leaving the opvang) and which
PIP DUO took. Not here: whether the person falls under the Wi2021 at all; DUO knows that, and answers 404.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any


class Grond(StrEnum):
    """Why a gemeente may ask about a person, or report about one."""

    INGEZETENE = "ingezetene"
    """Lives in the gemeente and not in a location of COA."""
    GEKOPPELD = "gekoppeld"
    """Lives in a location of COA and is coupled to the gemeente."""
    EIGEN_PIP = "eigen-pip"
    """The PIP of now is the gemeente's."""
    VORIGE_PIP = "vorige-pip"
    """The PIP of now is younger than a month and the one before it is the gemeente's."""


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a person stands. OINs of gemeenten; days."""

    woont_in: str | None = None
    gekoppeld_aan: str | None = None
    in_opvang: bool = False
    pip_van: str | None = None
    pip_dagtekening: str | None = None
    vorige_pip_van: str | None = None

    @property
    def onbekend(self) -> bool:
        """Nothing was ever heard of this person."""
        return self == Stand()

    def aangewezen(self, gemeente: str, *, uit_opvang: bool) -> Stand:
        """DUO tells this gemeente that it is the one. `uit_opvang`: the person no longer lives with COA."""
        if self.in_opvang and not uit_opvang:
            return replace(self, gekoppeld_aan=gemeente)
        return replace(self, woont_in=gemeente, in_opvang=False)

    def gekoppeld(self, gemeente: str) -> Stand:
        """COA couples; who is coupled lives in the opvang until it is told otherwise."""
        return replace(self, gekoppeld_aan=gemeente, in_opvang=True, woont_in=None)

    def uit_opvang(self, naar: str | None) -> Stand:
        return replace(self, in_opvang=False, woont_in=naar or self.gekoppeld_aan)

    def vertrokken(self, gemeente: str) -> Stand:
        """Somebody left this gemeente."""
        return replace(self, woont_in=None) if self.woont_in == gemeente else self

    def pip(self, gemeente: str, dagtekening: str) -> Stand:
        """DUO has a PIP of this gemeente now."""
        vorige = self.pip_van if self.pip_van != gemeente else self.vorige_pip_van
        return replace(self, pip_van=gemeente, pip_dagtekening=dagtekening, vorige_pip_van=vorige)

    def zonder_pip(self) -> Stand:
        return replace(self, pip_van=self.vorige_pip_van, pip_dagtekening=None, vorige_pip_van=None)

    def grond(self, gemeente: str, vandaag: date) -> Grond | None:
        """On which ground this gemeente may ask today; None: it may not."""
        if not self.in_opvang and self.woont_in == gemeente:
            return Grond.INGEZETENE
        if self.in_opvang and self.gekoppeld_aan == gemeente:
            return Grond.GEKOPPELD
        if self.pip_van == gemeente:
            return Grond.EIGEN_PIP
        if self.vorige_pip_van == gemeente and self.pip_dagtekening:
            jong = vandaag < _een_maand_na(date.fromisoformat(self.pip_dagtekening))
            return Grond.VORIGE_PIP if jong else None
        return None

    def als_json(self) -> dict[str, Any]:
        return asdict(self)


def _een_maand_na(dag: date) -> date:
    """The same day of the next month; its last day where that does not exist."""
    jaar, maand = (dag.year, dag.month + 1) if dag.month < 12 else (dag.year + 1, 1)
    for laatste in (dag.day, 30, 29, 28):
        try:
            return date(jaar, maand, laatste)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")
