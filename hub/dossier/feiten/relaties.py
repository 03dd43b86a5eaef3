# SPDX-License-Identifier: EUPL-1.2
"""Who has, or had, to do with this person and for how long, as it follows from the facts. Not: what they may have.

| party | from | until |
|---|---|---|
| uitvoering (DUO) | the first fact | - |
| opvang (COA) | its first fact | uit-opvang-vertrokken |
| gemeente | plicht, koppeling, BRP registration or move naming it | the next one; after a move with the law's tail |
| uitvoerder | with the gemeente for which it acts (participants register) | with that gemeente |
| taalschool, participatie | taalschool-toegewezen, participatie-toegewezen | toewijzing-beeindigd (`per`) |
| begeleider | begeleiding-opgedragen | begeleiding-beeindigd (`per`) |
| each of these | | the end of the gemeente's contract with it, if a contract is on record |
| its subcontractor | taalschool-toegewezen naming it | the end of either's assignment |
| the same, unassigned | their own cursus-gestart or begeleiding-gestart: to report, not to receive | their own end of it |

What a corrected or retracted fact began has been: it ends on the day of the correction, and stays on record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from consent.kader import Partij, Relatie
from schemas.vocabulary import Rol

from ..regels.kalender import dag_van, instant, plus_maanden
from .contracten import einde as contracten_einde
from .facts import Feit, lees_partij

STAART_MAANDEN = 1  # DUO answers the former gemeente until the new PIP is one month old (DUO M2M, README "Scope")

OPDRACHTEN = {
    "taalschool-toegewezen": ("taalschool", Rol.TAALSCHOOL),
    "participatie-toegewezen": ("organisatie", Rol.PARTICIPATIE),
    "begeleiding-opgedragen": ("begeleider", Rol.BEGELEIDER),
}
"""Facts that begin a provider's relation: the field that names it, and its role unless the field says `oin#rol`."""
AANBIEDERS = frozenset(rol for _, rol in OPDRACHTEN.values())
"""Whom a gemeente can assign. Naming another role begins nothing: an assignment makes nobody gemeente, DUO or COA."""
EINDEN = {
    "toewijzing-beeindigd": (("taalschool", "organisatie"), frozenset({Rol.TAALSCHOOL, Rol.PARTICIPATIE})),
    "begeleiding-beeindigd": (("begeleider",), frozenset({Rol.BEGELEIDER})),
}
ZELF_GEMELD = {
    "cursus-gestart": (frozenset({Rol.TAALSCHOOL}), "cursus-beeindigd"),
    "begeleiding-gestart": (frozenset({Rol.BEGELEIDER}), "begeleiding-afgerond"),
}
"""Starts that a provider may report without an assignment per person: by whom, and what ends them."""
GEMEENTE_IN = {
    "inburgeringsplicht-vastgesteld": "gemeente",
    "inburgeringsplicht-gewijzigd": "gemeente",
    "gemeente-gekoppeld": "gemeente",
    "koppeling-gewijzigd": "naar",
    "persoon-verhuisd": "naar",
    "verblijf-in-gemeente-geregistreerd": "",  # the sender itself
}
VERHUIZING = frozenset({"persoon-verhuisd", "verblijf-in-gemeente-geregistreerd"})
BEGINT_RELATIE = frozenset(OPDRACHTEN) | frozenset(GEMEENTE_IN)


@dataclass(frozen=True, slots=True)
class Verblijf:
    """One gemeente in a row of gemeenten: responsible from `van` until the next."""

    gemeente: str
    van: date
    door: Feit
    tot: date | None = None
    tot_door: Feit | None = None

    @property
    def verhuisd(self) -> bool:
        """Whether the person came here by moving (the former gemeente then keeps the law's tail)."""
        return self.door.gebeurtenis in VERHUIZING


@dataclass(frozen=True, slots=True)
class Opdracht:
    """One assignment to a provider: a school (per component), a begeleider, a participation provider."""

    partij: Partij
    van: date
    door: Feit
    namens: str | None
    component: str | None
    tot: date | None = None
    tot_door: Feit | None = None
    voor: Partij | None = None
    """Who is accountable for it: set on a subcontractor."""

    def loopt(self, op: date) -> bool:
        return self.tot is None or op < self.tot


@dataclass(frozen=True, slots=True)
class Vervallen:
    """A fact as it was before a correction or retraction took away what it began."""

    origineel: Feit
    op: date
    door: str


def gemeente_in(feit: Feit) -> str | None:
    """The gemeente that a fact names as responsible."""
    veld = GEMEENTE_IN[feit.gebeurtenis]
    if not veld:
        return feit.oin if feit.rol == Rol.GEMEENTE else None
    genoemd = feit.tekst(veld)
    return genoemd.partition("#")[0] if genoemd else None


def opgedragen_aan(feit: Feit) -> Partij | None:
    """The provider that an assignment names; None when what it names is none."""
    veld, rol = OPDRACHTEN[feit.gebeurtenis]
    partij = lees_partij(feit.tekst(veld) or "", rol)
    return partij if partij is not None and partij.rol in AANBIEDERS else None


def vastgelegd_op(feit: Feit) -> date:
    return dag_van(instant(feit.vastgelegd))


def verblijven(feiten: Iterable[Feit]) -> tuple[Verblijf, ...]:
    """The row of responsible gemeenten, in order of effect; `feiten` are those of GEMEENTE_IN."""
    rij: list[Verblijf] = []
    for feit in sorted(feiten, key=lambda f: f.volgorde):
        gemeente = gemeente_in(feit)
        if gemeente is None or (rij and rij[-1].gemeente == gemeente):
            continue
        if rij:
            vorige = rij[-1]
            rij[-1] = Verblijf(vorige.gemeente, vorige.van, vorige.door, feit.op, feit)
        rij.append(Verblijf(gemeente, feit.op, feit))
    return tuple(rij)


def opdrachten(
    begin: Iterable[Feit],
    einde: Iterable[Feit],
    gemeente_op: Callable[[date], str | None],
    overeenkomsten: Iterable[Feit] = (),
) -> tuple[Opdracht, ...]:
    """Every assignment with its end. An end without component ends all of that provider's assignments before it.

    The accountable gemeente is the sender, or, where an uitvoerder assigned, the one responsible on that day. The end of
    its contract with the provider (`overeenkomsten`) ends the assignment too, and with it what a subcontractor does.
    """
    contracten = list(overeenkomsten)
    einden = sorted(einde, key=lambda f: f.volgorde)
    rij = []
    for feit in sorted(begin, key=lambda f: f.volgorde):
        partij = opgedragen_aan(feit)
        if partij is None:
            continue
        van = min(feit.op, vastgelegd_op(feit))  # a school hears of it at once, however late the course begins
        component = feit.tekst("component")
        eerste = next((e for e in einden if _beeindigt(e, partij, component) and _na(e, feit, van)), None)
        tot = eerste.op if eerste else None
        namens = feit.oin if feit.rol == Rol.GEMEENTE else gemeente_op(feit.op)
        hoofd = Opdracht(partij, van, feit, namens, component, tot, eerste)
        grens = contracten_einde(contracten, namens, partij)
        if grens is not None and (tot is None or grens.op < tot):
            hoofd = replace(hoofd, tot=grens.op, tot_door=grens.door)
        rij.append(hoofd)
        onder = lees_partij(feit.tekst("onderaannemer") or "", partij.rol)
        if onder is not None and onder != partij and onder.rol in AANBIEDERS:
            rij.append(_onderaannemer(hoofd, onder, einden))
    return tuple(rij)


def _onderaannemer(hoofd: Opdracht, partij: Partij, einden: Iterable[Feit]) -> Opdracht:
    """It works as long as both do: who is accountable, and itself (AVG 28(4))."""
    for einde in einden:
        eerder = hoofd.tot is None or einde.op < hoofd.tot
        if eerder and _beeindigt(einde, partij, hoofd.component) and _na(einde, hoofd.door, hoofd.van):
            return replace(hoofd, partij=partij, voor=hoofd.partij, tot=einde.op, tot_door=einde)
    return replace(hoofd, partij=partij, voor=hoofd.partij)


def _na(einde: Feit, begin: Feit, van: date) -> bool:
    """An end counts for what began before it; on the same day the log decides."""
    return einde.op > van or (einde.op == van and einde.positie > begin.positie)


def _beeindigt(einde: Feit, partij: Partij, component: str | None) -> bool:
    velden, rollen = EINDEN[einde.gebeurtenis]
    if partij.rol not in rollen:
        return False
    per_component = einde.tekst("component")
    if per_component is not None and component is not None and per_component != component:
        return False
    genoemd = [naam for naam in (einde.tekst(veld) for veld in velden) if naam]
    return any(naam in (partij.oin, str(partij)) for naam in genoemd)


def relaties(
    gemeenten: tuple[Verblijf, ...],
    opgedragen: tuple[Opdracht, ...],
    pips: Iterable[Feit],
    vervallen: Iterable[Vervallen],
) -> Iterator[Relatie]:
    """The relations of gemeenten and providers."""
    plannen = sorted(pips, key=lambda f: f.volgorde)
    for nummer, verblijf in enumerate(gemeenten):
        volgende = gemeenten[nummer + 1] if nummer + 1 < len(gemeenten) else None
        partij = Partij(verblijf.gemeente, Rol.GEMEENTE)
        staart = None
        if volgende is not None and volgende.verhuisd and volgende.tot != volgende.van:
            nieuw = next((p for p in plannen if p.op >= volgende.van and p.oin != verblijf.gemeente), None)
            staart = plus_maanden(nieuw.op, STAART_MAANDEN) if nieuw else date.max
        yield Relatie(
            partij,
            # Being coupled or named works from when it is known; a move works from its day.
            verblijf.van if verblijf.verhuisd else min(verblijf.van, vastgelegd_op(verblijf.door)),
            verblijf.tot,
            begonnen_door=verblijf.door.sleutel,
            beeindigd_door=verblijf.tot_door.sleutel if verblijf.tot_door else None,
            namens=verblijf.gemeente,
            staart_tot=staart,
        )
    for opdracht in opgedragen:
        yield Relatie(
            opdracht.partij,
            opdracht.van,
            opdracht.tot,
            begonnen_door=opdracht.door.sleutel,
            beeindigd_door=opdracht.tot_door.sleutel if opdracht.tot_door else None,
            namens=opdracht.namens,
            voor=opdracht.voor,
        )
    for weg in vervallen:
        yield from _geweest(weg)


def zelf_gemeld(begin: Iterable[Feit], einde: Iterable[Feit]) -> Iterator[Relatie]:
    """What a provider says of itself: enough to report on, never to receive by."""
    einden = sorted(einde, key=lambda f: f.volgorde)
    for feit in sorted(begin, key=lambda f: f.volgorde):
        rollen, soort = ZELF_GEMELD[feit.gebeurtenis]
        if feit.rol not in rollen:
            continue
        van = min(feit.op, vastgelegd_op(feit))
        laatste = next(
            (e for e in einden if e.gebeurtenis == soort and e.bron == feit.bron and _na(e, feit, van)), None
        )
        yield Relatie(feit.partij, van, laatste.op if laatste else None, begonnen_door=feit.sleutel, zelf_gemeld=True)


def begonnen_partij(feit: Feit) -> Partij | None:
    """The party whose relation a fact begins."""
    if feit.gebeurtenis in OPDRACHTEN:
        return opgedragen_aan(feit)
    gemeente = gemeente_in(feit)
    return Partij(gemeente, Rol.GEMEENTE) if gemeente else None


def _geweest(weg: Vervallen) -> Iterator[Relatie]:
    feit = weg.origineel
    partij = begonnen_partij(feit)
    if partij is not None:
        namens = feit.oin if feit.gebeurtenis in OPDRACHTEN else partij.oin
        van = min(feit.op, weg.op)
        yield Relatie(partij, van, weg.op, begonnen_door=feit.sleutel, beeindigd_door=weg.door, namens=namens)
