# SPDX-License-Identifier: EUPL-1.2
"""What the account quotes besides the audit log: policy rows as they were in force, and names of organisations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from consent.policy import Beleid, Beleidsregel
from hub.bundles import BundleMissing, BundleStore, Soort
from hub.dossier.regels.kalender import dag_van


class Archief:
    """Reads the bundles that the log activated; what is no longer there is left unquoted."""

    def __init__(self, bundles: BundleStore, register: str | None) -> None:
        """`register`: the digest of the participants register to take names from."""
        self._bundles = bundles
        self._rows: dict[str, dict[str, tuple[Beleidsregel, ...]]] = {}
        self._names = _names(bundles, register)

    def row(self, policy: str | None, name: str, day: date) -> Beleidsregel | None:
        """The row of this id as the policy with this digest had it on this day."""
        if policy is None:
            return None
        if policy not in self._rows:
            self._rows[policy] = self._read(policy)
        versions = self._rows[policy].get(name, ())
        return next((one for one in versions if one.geldig(day)), versions[-1] if versions else None)

    def row_at(self, policy: str | None, name: str, moment: datetime) -> Beleidsregel | None:
        """The same, at an instant."""
        return self.row(policy, name, dag_van(moment))

    def name(self, oin: str) -> str:
        """The organisation's name, or its OIN where the register does not have it."""
        return self._names(oin)

    def _read(self, policy: str) -> dict[str, tuple[Beleidsregel, ...]]:
        try:
            found: Beleid = self._bundles.load(Soort.BELEID, policy)
        except BundleMissing:
            return {}
        rows: dict[str, tuple[Beleidsregel, ...]] = {}
        for row in found.regels:
            rows[row.id] = (*rows.get(row.id, ()), row)
        return rows


def _names(bundles: BundleStore, register: str | None) -> Callable[[str], str]:
    if register is None:
        return lambda oin: oin
    try:
        participants = bundles.load(Soort.DEELNEMERS, register)
    except BundleMissing:
        return lambda oin: oin
    names = {one.oin: one.naam for one in participants.deelnemers}
    return lambda oin: names.get(oin, oin)
