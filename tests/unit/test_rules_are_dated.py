# SPDX-License-Identifier: EUPL-1.2
"""Rules are data with a period and a reach; a change of rule never rewrites the past."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from hub.dossier.regels.rules import REGELMAP, Bereik, OngeldigeRegels, Regels, Regelversie, ingebouwd
from tests.unit.case import GEM_A, Case, plicht

OP = date(2025, 6, 1)


def _regel(regel: str, instellingen: dict[str, object], **versie: object) -> Regelversie:
    plain = {"regel": regel, "versie": "eigen", "geldig_van": "2025-01-01", "instellingen": instellingen, **versie}
    return Regelversie.model_validate(plain)


def _met(instellingen: dict[str, object], **versie: object) -> Regels:
    return Regels([*ingebouwd().versies, _regel("PIP", instellingen, **versie)])


def test_a_gemeente_can_have_its_own_and_the_more_specific_wins() -> None:
    regels = _met(instellingen={"warn_weeks": 4}, voor={"gemeente": "gem-a"})
    eigen = regels.op("PIP", OP, Bereik(gemeente="gem-a"))
    assert (eigen.getal("warn_weeks"), eigen.getal("weeks"), eigen.versie) == (4, 10, "eigen")
    assert regels.op("PIP", OP, Bereik(gemeente="gem-b")).getal("warn_weeks") == 2
    assert regels.op("PIP", date(2024, 12, 31), Bereik(gemeente="gem-a")).getal("warn_weeks") == 2


def test_an_old_term_keeps_the_rule_of_its_day() -> None:
    regels = _met(instellingen={"weeks": 12}, geldig_van="2026-06-01")
    voor, na = Case(regels), Case(regels)
    plicht(voor, "2026-05-04")
    plicht(na, "2026-06-01")
    assert voor.stand("pip.uiterste_datum") == "2026-07-13"
    assert na.stand("pip.uiterste_datum") == "2026-08-24"
    na.zegt(GEM_A, "pip-vastgesteld", "2026-06-08", dagtekening="2026-06-08", leerroute="B1-route")
    assert na.stand("pip.stand") == "vastgesteld"


def test_the_same_rules_have_the_same_digest_and_come_back_from_json() -> None:
    regels = ingebouwd()
    terug = Regels.from_json(regels.to_json())
    assert terug.versies == regels.versies
    assert terug.digest() == regels.digest() == Regels.laad().digest()
    assert _met(instellingen={"weeks": 9}).digest() != regels.digest()


def test_a_reading_changes_only_what_it_names_and_says_what_it_does_not_know() -> None:
    regels, vreemd = ingebouwd().met({"PIP": {"weeks": 8, "kleur": "rood"}, "ufo": {"aantal": 1}})
    assert set(vreemd) == {"PIP.kleur", "ufo.aantal"}
    assert regels.op("PIP", OP, Bereik()).getal("weeks") == 8
    assert regels.op("PIP", OP, Bereik()).tekst("anchor") == "kennisgeving-or-later-brp"
    assert regels.op("verzuim", OP, Bereik()).getal("threshold") == 2


def test_a_file_that_cannot_be_used_says_what_to_change(tmp_path: Path) -> None:
    with pytest.raises(OngeldigeRegels, match="at least one"):
        Regels.laad(tmp_path)
    rij = "regel: PIP\nversies:\n  - {versie: a, geldig_van: 2025-01-01, geldig_tot: 2024-01-01, instellingen: {}}\n"
    (tmp_path / "PIP.yaml").write_text(rij)
    with pytest.raises(OngeldigeRegels, match="end after it begins"):
        Regels.laad(tmp_path)
    with pytest.raises(OngeldigeRegels, match="correct the rules"):
        Regels.from_json(b'[{"regel": "PIP"}]')


def test_the_next_day_on_which_a_version_begins_is_known() -> None:
    assert ingebouwd().volgende_wijziging(date(2022, 6, 1)) == date(2023, 1, 1)
    assert ingebouwd().volgende_wijziging(date(2026, 1, 1)) is None


def test_rules_that_would_fail_on_some_day_are_refused_when_read() -> None:
    zonder_verzuim = [v for v in ingebouwd().versies if v.regel != "verzuim"]
    with pytest.raises(OngeldigeRegels, match="verzuim a version that holds for everybody"):
        Regels(zonder_verzuim)
    eindig = [
        v.model_copy(update={"geldig_tot": date(2027, 1, 1)}) for v in ingebouwd().versies if v.regel == "verzuim"
    ]
    with pytest.raises(OngeldigeRegels, match="from 2027-01-01 on"):
        Regels([*zonder_verzuim, *eindig])
    with pytest.raises(OngeldigeRegels, match="warn_weeks of rule PIP, version eigen, as int"):
        _met(instellingen={"warn_weeks": "twee"})


@pytest.mark.parametrize(
    ("regel", "instellingen", "voor", "zin"),
    [
        (
            "PIP",
            {"anchor": "kennisgevng"},
            {},
            "correct anchor of rule PIP, version eigen: it has no kennisgevng: use brp,",
        ),
        ("PIP", {"weeks": -1}, {}, "it has no -1: use 0 or more"),
        ("verzuim", {"window": "kalendermaand"}, {}, "use calendar-month or rolling-month"),
        ("hours", {"deduct": ["MAP", "PTV"]}, {}, "no PTV: use MAP or PVT"),
        ("hours", {"check_months": [18, -2]}, {}, "no -2: use 0 or more"),
        ("voortgangsrapportage", {"content": ["taalnivo"]}, {}, "no taalnivo: use"),
        ("cohort", {"kind": "storm"}, {}, "no storm: use duo-outage, holiday, none or school-closed"),
        ("cohort", {"rules": ["verzuim stilte"]}, {}, "no verzuim stilte: use"),
        (
            "PIP",
            {"weeks": 9},
            {"doelgroep": "asiel"},
            "correct `voor` of rule PIP, version eigen: no doelgroep asiel: use",
        ),
        ("gap", {"days": 9}, {"leerroute": "C"}, "no leerroute C: use B1-route, Z-route or onderwijsroute"),
    ],
)
def test_a_word_that_no_list_has_is_refused_with_what_the_list_has(
    regel: str, instellingen: dict[str, object], voor: dict[str, str], zin: str
) -> None:
    """Else `anchor: kennisgevng` would silently count as one of the others."""
    with pytest.raises(OngeldigeRegels, match=re.escape(zin)):
        Regels([*ingebouwd().versies, _regel(regel, instellingen, voor=voor)])


@pytest.mark.parametrize(
    ("regel", "naam", "zin"),
    [("PIPP", "weeks", "it is perhaps PIP"), ("PIP", "week", "correct week of rule PIP, version a: its settings are")],
)
def test_a_name_that_nothing_reads_is_refused_in_a_file(tmp_path: Path, regel: str, naam: str, zin: str) -> None:
    for bestand in REGELMAP.glob("*.yaml"):
        (tmp_path / bestand.name).write_text(bestand.read_text())
    rij = f"regel: {regel}\nversies:\n  - {{versie: a, geldig_van: 2026-01-01, instellingen: {{{naam}: 9}}}}\n"
    (tmp_path / "eigen.yaml").write_text(rij)
    with pytest.raises(OngeldigeRegels, match=re.escape(zin)):
        Regels.laad(tmp_path)


def test_two_versions_with_one_name_and_one_beginning_are_refused() -> None:
    with pytest.raises(OngeldigeRegels, match="leave one version eigen of rule PIP that begins 2025-01-01"):
        Regels([*ingebouwd().versies, _regel("PIP", {"weeks": 9}), _regel("PIP", {"weeks": 8})])


def test_a_single_version_for_one_gemeente_is_not_for_all() -> None:
    regels = Regels([*ingebouwd().versies, _regel("verzuim", {"threshold": 3}, voor={"gemeente": "gem-a"})])
    assert regels.altijd("verzuim") is None
    assert regels.op("verzuim", OP, Bereik(gemeente="gem-a")).getal("threshold") == 3
    assert regels.op("verzuim", OP, Bereik(gemeente="gem-b")).getal("threshold") == 2


def test_the_day_on_which_a_rule_changes_stands_on_the_agenda() -> None:
    case = Case(_met(instellingen={"warn_weeks": 4}, geldig_van="2026-05-20"))
    plicht(case, "2026-05-04")
    assert case.agenda is not None
    assert case.agenda.isoformat() == "2026-05-20"
