# SPDX-License-Identifier: EUPL-1.2
"""What is missing or contradictory in a case that is about to be brought in, each with what to do. Pure; in Dutch.

By the file alone: what DUO and COA say of the person comes from themselves. A contradiction keeps the case at home until
it is set right; what is missing does not, because the hub says "unknown" where a fact is not there, and never "on time".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from connectors.files import Melding
from connectors.onboarding.cases import Case

WET = date(2022, 1, 1)
"""First day of the Wet inburgering 2021: a plan of before belongs to another law."""
EINDEN = {
    "toewijzing-beeindigd": ("taalschool-toegewezen", "taalschool"),
    "begeleiding-beeindigd": ("begeleiding-opgedragen", "begeleider"),
}
"""What ends an assignment -> what begins it, and the field that says with whom."""
ZELF_OF_SCHOOL = ("taalschool-toegewezen", "taalschool-gekozen", "zelfstudie-gekozen")


class Soort(StrEnum):
    """What a finding does to the case."""

    TEGENSTRIJDIG = "tegenstrijdig"
    """Two statements that cannot both be true: the case stays at home."""
    ONTBREEKT = "ontbreekt"
    """The hub can do without, and tells less."""
    LET_OP = "let op"
    """Possible, and seldom meant."""


@dataclass(frozen=True, slots=True)
class Bevinding:
    """One thing about one case: what, what to do, and the lines that it is about (of the whole case when none)."""

    soort: Soort
    wat: str
    doen: str
    regels: tuple[tuple[str, int], ...] = ()


Check = Callable[[Case, date], Iterator[Bevinding]]


def findings(case: Case, today: date) -> list[Bevinding]:
    """Everything about one case, the contradictions first."""
    found = [one for check in CHECKS for one in check(case, today)]
    return sorted(found, key=lambda one: list(Soort).index(one.soort))


def _tegen(wat: str, doen: str, *meldingen: Melding) -> Bevinding:
    return Bevinding(Soort.TEGENSTRIJDIG, wat, doen, tuple(dict.fromkeys((m.blad, m.regelnummer) for m in meldingen)))


def _nl(day: date) -> str:
    return f"{day:%d-%m-%Y}"


def _one_person(case: Case, today: date) -> Iterator[Bevinding]:
    for soort, naam in (("bsn", "BSN's"), ("vnummer", "V-nummers")):
        if case.several(soort):
            wat = f"Regels met hetzelfde nummer noemen twee {naam}: dit zijn twee personen, of een nummer is fout."
            yield _tegen(wat, "Zoek op welke regel het nummer niet klopt en verbeter het daar.", *case.meldingen)


def _future(case: Case, today: date) -> Iterator[Bevinding]:
    late = [one for one in case.meldingen if one.gebeurd > today]
    if late:
        yield _tegen(
            f"Een feit van {_nl(late[0].gebeurd)} ligt in de toekomst.",
            "Verbeter de datum, of laat het feit weg tot het gebeurd is.",
            *late,
        )


def _registration(case: Case, today: date) -> Iterator[Bevinding]:
    if not case.of("verblijf-in-gemeente-geregistreerd"):
        yield Bevinding(
            Soort.ONTBREEKT,
            "De inschrijving in uw BRP ontbreekt.",
            "Vul de datum van inschrijving in; daarmee loopt de termijn voor het PIP en weet de hub dat u verantwoordelijk bent.",
        )


def _regievoerder(case: Case, today: date) -> Iterator[Bevinding]:
    if not case.of("regievoerder-toegewezen"):
        yield Bevinding(
            Soort.ONTBREEKT,
            "Er is geen regievoerder.",
            "Vul de regievoerder in; zonder komen de signalen bij de balie van uw gemeente.",
        )


def _plan(case: Case, today: date) -> Iterator[Bevinding]:
    plans = case.of("pip-vastgesteld")
    if not plans:
        yield Bevinding(
            Soort.ONTBREEKT,
            "Er is geen PIP.",
            "Vul de dagtekening en de leerroute in, of laat dit zo als het PIP nog moet komen: dan staat het op uw werklijst.",
        )
        return
    first = plans[0]
    if len({one.data.get("dagtekening") for one in plans}) > 1:
        yield _tegen(
            f"Er zijn {len(plans)} PIP's die als eerste zijn vastgesteld.",
            "Laat het eerste staan, want dat begon de termijn, en meld een later als wijziging van het PIP.",
            *plans,
        )
    if first.gebeurd < WET:
        yield _tegen(
            f"Het PIP is van {_nl(first.gebeurd)}, van voor de Wet inburgering 2021.",
            "Verbeter de dagtekening, of laat een dossier onder de oude wet weg.",
            first,
        )
    intake = case.of("brede-intake-afgerond")
    if not intake:
        yield Bevinding(
            Soort.ONTBREEKT, "Er is een PIP en geen brede intake.", "Vul in wanneer de brede intake is afgerond."
        )
    elif intake[0].gebeurd > first.gebeurd:
        yield _tegen(
            f"De brede intake van {_nl(intake[0].gebeurd)} is van na het PIP van {_nl(first.gebeurd)}.",
            "Verbeter een van beide datums: het PIP volgt op de brede intake.",
            intake[0],
            first,
        )
    early = [one for one in case.of("voortgangsgesprek-gevoerd") if one.gebeurd < first.gebeurd]
    if early:
        yield _tegen(
            f"Een voortgangsgesprek van {_nl(early[0].gebeurd)} is van voor het PIP van {_nl(first.gebeurd)}.",
            "Verbeter een van beide datums, of meld het gesprek als deel van de brede intake.",
            *early,
            first,
        )
    if not case.of(*ZELF_OF_SCHOOL):
        yield Bevinding(
            Soort.ONTBREEKT,
            "Er is een PIP en geen taalschool of zelfstudie.",
            "Vul de taalschool en de begindatum in, of laat dit zo als de plaatsing nog moet komen.",
        )


def _route(case: Case, today: date) -> Iterator[Bevinding]:
    """What the plan says of the leerroute on the day of each assignment, against the assignment's own word."""
    steps = case.of("pip-vastgesteld", "pip-gewijzigd", "leerroute-gewijzigd")
    for one in case.of("taalschool-toegewezen"):
        before = [s for s in steps if s.gebeurd <= one.gebeurd]
        planned = next((r for s in reversed(before) if (r := s.data.get("naar") or s.data.get("leerroute"))), None)
        own = one.data.get("leerroute")
        if planned and own and planned != own:
            yield _tegen(
                f"De plaatsing van {_nl(one.gebeurd)} noemt {own}, en het PIP toen {planned}.",
                "Verbeter de leerroute van een van beide, of meld de wijziging van de leerroute met haar dagtekening.",
                one,
                *before[-1:],
            )


def _assignments(case: Case, today: date) -> Iterator[Bevinding]:
    for end_name, (begin_name, field) in EINDEN.items():
        begins = case.of(begin_name)
        for end in case.of(end_name):
            whose = end.data.get(field)
            own = [one for one in begins if whose is None or one.data.get(field) == whose]
            if not own:
                yield _tegen(
                    f"Er eindigt op {_nl(end.gebeurd)} iets bij een {field} waar niets begon.",
                    f"Vul ook het begin bij deze {field} in, of verbeter het OIN.",
                    end,
                )
            elif end.gebeurd < own[0].gebeurd:
                yield _tegen(
                    f"Bij een {field} ligt het einde ({_nl(end.gebeurd)}) voor het begin ({_nl(own[0].gebeurd)}).",
                    "Verbeter een van beide datums.",
                    end,
                    own[0],
                )
    schools = {
        one.data["taalschool"]: one
        for one in case.of("taalschool-toegewezen")
        if one.data.get("component") in (None, "taal")
    }
    ended = {one.data.get("taalschool") for one in case.of("toewijzing-beeindigd")}
    running = [one for school, one in schools.items() if school not in ended and None not in ended]
    if len(running) > 1:
        yield Bevinding(
            Soort.LET_OP,
            f"De taalles loopt bij {len(running)} taalscholen tegelijk.",
            "Meld het einde bij de vorige school; zij krijgt anders gegevens die haar niet meer aangaan.",
            tuple((one.blad, one.regelnummer) for one in running),
        )


def _guidance(case: Case, today: date) -> Iterator[Bevinding]:
    if not case.of("begeleiding-opgedragen"):
        yield Bevinding(
            Soort.LET_OP,
            "Er is geen maatschappelijke begeleiding opgedragen.",
            "Vul de begeleider in; voor een asielstatushouder hoort begeleiding er te zijn (Wi 13).",
        )


CHECKS: tuple[Check, ...] = (
    _one_person,
    _future,
    _registration,
    _regievoerder,
    _plan,
    _route,
    _assignments,
    _guidance,
)
