# SPDX-License-Identifier: EUPL-1.2
"""The doelbinding policy: dated rows, what the law closes whatever a row says, and the index that decide reads.

One row says: these events, these categories, from this role to this role, for this purpose, on this ground, by this
article, from this day to that, under these conditions. What no row opens stays closed. Not here: reading the YAML
(``policy_files``), which rows can stand (``keuring``) and applying rows to an event (``decide``).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from consent.conditions import IDENTIFIERS, SMAL, Voorwaarde
from schemas.catalogue import Categorie, Rol

BELEID_MAP = Path(__file__).parent / "beleid"


class OngeldigBeleid(ValueError):
    """Rows that cannot stand; the text says which row and what to change."""


class Grondslag(StrEnum):
    """Why processing is lawful (AVG 6)."""

    WETTELIJKE_VERPLICHTING = "wettelijke verplichting"
    """AVG 6(1)(c): the law says that it shall be provided."""
    PUBLIEKE_TAAK = "publieke taak"
    """AVG 6(1)(e): needed for a task that the law gives to one of both."""
    TOESTEMMING = "toestemming"
    """AVG 6(1)(a)."""
    MACHTIGING = "machtiging"
    """The person authorised someone to act for them (BW 3:60). No row rests on it, because of whom a machtiging names none
    is on the bus: tax office and health insurers pay or collect, a budgetbeheerder or the gemeente receives, landlords and
    suppliers are paid (ontzorgen, Participatiewet 56a). What the bus carries is that one was asked, given or withdrawn, on the
    grounds on which begeleider, gemeente and its uitvoerder share anything. A partner for whom one is given gets its row
    first."""
    VERWERKERSOVEREENKOMST = "verwerkersovereenkomst"
    """AVG 28: the recipient acts for the gemeente, under its ground and within its order."""


_BIJZONDER = frozenset({Categorie.GEZONDHEID, Categorie.JUSTITIE})
_VERWERKER_NOOIT = _BIJZONDER | {Categorie.BSN, Categorie.VNUMMER, Categorie.FINANCIEN}

GESLOTEN: Mapping[Rol, frozenset[Categorie]] = {
    # Wi 37: health is for the college and the minister (DUO). AVG 10, UAVG 31-33: criminal data for nobody here.
    Rol.GEMEENTE: frozenset({Categorie.JUSTITIE}),
    Rol.UITVOERDER: frozenset({Categorie.JUSTITIE}),
    Rol.UITVOERING: frozenset({Categorie.JUSTITIE}),
    # Bi 9.10, Wi 36: COA and schools use the BSN; of schools no article gives the V-nummer.
    Rol.OPVANG: _BIJZONDER,
    Rol.TAALSCHOOL: _BIJZONDER | {Categorie.VNUMMER, Categorie.FINANCIEN},
    # No article names them: never BSN (UAVG 46), never health, never debts, whoever agrees to it.
    Rol.BEGELEIDER: _VERWERKER_NOOIT,
    Rol.PARTICIPATIE: _VERWERKER_NOOIT,
    Rol.HUB: frozenset(Categorie),
}
"""What the law closes to a role. No row and no toestemming opens it; a policy that tries does not load."""

TOESTEMMING_NOOIT = _VERWERKER_NOOIT
"""What no toestemming opens to anyone: what the law gives by role does not depend on agreement (AVG recital 43)."""


@dataclass(frozen=True, slots=True)
class Beleidsregel:
    """One row of the matrix; ``geldig_tot`` is exclusive, None = until further notice."""

    id: str
    gebeurtenissen: frozenset[str]
    categorieen: frozenset[Categorie]
    van: Rol
    naar: Rol
    doel: str
    grondslag: Grondslag
    artikel: str
    geldig_van: date
    geldig_tot: date | None = None
    voorwaarden: tuple[Voorwaarde, ...] = ()
    velden: frozenset[str] = frozenset()
    """Narrows the row to these fields, where the law or DUO's interface names fields; empty = no narrowing."""
    wetswijziging: str | None = None
    """What changed the law, where the row begins later than what it cites, pauses, or ends (such as a Staatsblad)."""

    categorie: Categorie | None = field(init=False, compare=False, default=None)
    """The one category of content, for rows that look at a category (see SMAL); None where there are several."""

    def __post_init__(self) -> None:
        inhoud = self.categorieen - IDENTIFIERS
        object.__setattr__(self, "categorie", next(iter(inhoud)) if len(inhoud) == 1 else None)

    def geldig(self, op: date) -> bool:
        """Whether the row holds on this day."""
        return self.geldig_van <= op and (self.geldig_tot is None or op < self.geldig_tot)

    def to_plain(self) -> dict[str, Any]:
        """JSON values, with sorted lists."""
        return {
            "id": self.id,
            "gebeurtenissen": sorted(self.gebeurtenissen),
            "categorieen": sorted(self.categorieen),
            "van": self.van.value,
            "naar": self.naar.value,
            "doel": self.doel,
            "grondslag": self.grondslag.value,
            "artikel": self.artikel,
            "geldig_van": self.geldig_van.isoformat(),
            "geldig_tot": self.geldig_tot.isoformat() if self.geldig_tot else None,
            "voorwaarden": [v.value for v in self.voorwaarden],
            "velden": sorted(self.velden),
            **({"wetswijziging": self.wetswijziging} if self.wetswijziging else {}),
        }


@dataclass(frozen=True)
class Beleid:
    """All rows, checked as a whole. Immutable; two with the same digest decide the same."""

    regels: tuple[Beleidsregel, ...]
    _index: dict[tuple[str, Rol, Rol], tuple[Beleidsregel, ...]] = field(init=False, repr=False, compare=False)
    _per_dag: dict[tuple[str, Rol, Rol, date], tuple[Beleidsregel, ...]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        from consent.keuring import keur

        keur(self.regels)
        index: dict[tuple[str, Rol, Rol], list[Beleidsregel]] = {}
        for regel in self.regels:
            for gebeurtenis in regel.gebeurtenissen:
                for van in _ook_uitvoerder(regel.van):
                    for naar in _ook_uitvoerder(regel.naar):
                        index.setdefault((gebeurtenis, van, naar), []).append(regel)
        object.__setattr__(self, "_index", {sleutel: tuple(rijen) for sleutel, rijen in index.items()})

    def voor(self, gebeurtenis: str, van: Rol, naar: Rol, op: date) -> tuple[Beleidsregel, ...]:
        """Rows for an event between two roles on a day. An executor stands where its gemeente stands."""
        sleutel = (gebeurtenis, van, naar, op)
        rijen = self._per_dag.get(sleutel)
        if rijen is None:
            if len(self._per_dag) > 50_000:  # days come and go in a replay; keep the cache small
                self._per_dag.clear()
            rijen = tuple(r for r in self._index.get((gebeurtenis, van, naar), ()) if r.geldig(op))
            self._per_dag[sleutel] = rijen
        return rijen

    def met_id(self, id_: str) -> tuple[Beleidsregel, ...]:
        """Every version of the row with this id."""
        return tuple(r for r in self.regels if r.id == id_)

    def zonder(self, id_: str) -> Beleid:
        """The same policy without one row (to preview or to test what it opens)."""
        return Beleid(tuple(r for r in self.regels if r.id != id_))

    def to_json(self) -> bytes:
        """Canonical JSON: rows by id and date, sorted keys, no white space."""
        rijen = sorted((r.to_plain() for r in self.regels), key=lambda r: (r["id"], r["geldig_van"]))
        return json.dumps({"regels": rijen}, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    def digest(self) -> str:
        """SHA-256 (hex) of the canonical JSON; names this policy in ``bundel-geactiveerd`` and in the audit."""
        return hashlib.sha256(self.to_json()).hexdigest()

    @classmethod
    def from_json(cls, tekst: bytes | str) -> Beleid:
        """From canonical JSON; raises OngeldigBeleid."""
        from consent.policy_files import regels_uit

        return cls(tuple(regels_uit(json.loads(tekst), "dit beleid")))

    @classmethod
    def load(cls, map_: Path = BELEID_MAP) -> Beleid:
        """From the YAML files of a directory; raises OngeldigBeleid."""
        from consent.policy_files import regels_in_map

        return cls(tuple(regels_in_map(map_)))


def splits(regel: Beleidsregel) -> Iterable[Beleidsregel]:
    """A row whose condition looks at a category, as one row a category (``id/categorie``); identifiers go with each.

    So a row id alone says which category was opened by a toestemming or a request: a correction a year later can still
    be cut to what the recipient once got.
    """
    if not SMAL.intersection(regel.voorwaarden):
        return (regel,)
    inhoud = sorted(regel.categorieen - IDENTIFIERS)
    if len(inhoud) == 1 and regel.id.endswith(f"/{inhoud[0]}"):
        return (regel,)
    erbij = regel.categorieen & IDENTIFIERS
    return [replace(regel, id=f"{regel.id}/{c.value}", categorieen=erbij | {c}) for c in inhoud]


def _ook_uitvoerder(rol: Rol) -> tuple[Rol, ...]:
    """An executor reads and writes as the gemeente that designated it."""
    return (Rol.GEMEENTE, Rol.UITVOERDER) if rol is Rol.GEMEENTE else (rol,)
