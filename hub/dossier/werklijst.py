# SPDX-License-Identifier: EUPL-1.2
"""The open signals of one owner as a list to work through: ranked, and grouped where there are many dossiers.

Pure, over signals as they were delivered (data of `signaal-afgegeven`). An owner with a caseload above `group_above` of
rule `rank` sees one line for what several dossiers have in common (rule and subject), and of the rules in `group_always`
whoever has some: what a whole caseload was late with when it was brought in is one line. Nothing is left out, and the
group ranks as its most pressing signal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from .regels.rules import Bereik, Regels
from .signals import RANG


@dataclass(frozen=True, slots=True)
class Regelpunt:
    """One line of the list. `signalen` and `dossiers` run in the same order, the most pressing first."""

    groep: str
    rang: int
    vanaf: str
    signalen: tuple[str, ...]
    dossiers: tuple[str, ...]


def werklijst(
    open_: Iterable[tuple[str, Mapping[str, Any]]], caseload: int, regels: Regels, op: date
) -> tuple[Regelpunt, ...]:
    """`open_`: (dossier or pseudonym, data of its signal); `caseload`: dossiers of this owner, with signals or without."""
    punten = [
        Regelpunt(
            str(data.get("groep", data["regel"])), int(data.get("rang", 0)), str(data.get("vanaf", "")), (id_,), (wie,)
        )
        for wie, data in open_
        for id_ in (str(data["signaal"]),)
    ]
    punten.sort(key=_volgorde)
    instellingen = regels.op(RANG, op, Bereik())
    alles, altijd = caseload > instellingen.getal("group_above"), instellingen.teksten("group_always")
    los: list[Regelpunt] = []
    groepen: dict[str, list[Regelpunt]] = {}
    for punt in punten:
        samen = alles or punt.groep.partition("|")[0] in altijd
        (groepen.setdefault(punt.groep, []) if samen else los).append(punt)
    return tuple(sorted([*los, *(_samen(rij) for rij in groepen.values())], key=_volgorde))


def _volgorde(punt: Regelpunt) -> tuple[int, str, tuple[str, ...]]:
    return (-punt.rang, punt.vanaf, punt.signalen)


def _samen(rij: list[Regelpunt]) -> Regelpunt:
    return Regelpunt(
        rij[0].groep,
        rij[0].rang,
        min(punt.vanaf for punt in rij),
        tuple(id_ for punt in rij for id_ in punt.signalen),
        tuple(wie for punt in rij for wie in punt.dossiers),
    )
