# SPDX-License-Identifier: EUPL-1.2
"""A school that says that it is closed, or DUO that it is out, explains the silence of that organisation and of no other,
for the time that it names, and not for years.
"""

from __future__ import annotations

from dataclasses import replace

from consent.admission import Weigergrond, may_say
from consent.kader import Partij
from hub.dossier.regels.rules import ingebouwd
from hub.dossier.verwachtingen.onderbreking import GEBEURTENIS, Onderbreking, erbij, onder
from tests.unit.case import DUO, GEM_A, SCHOOL, SCHOOL_B, Case, afwezig, in_les


def _zegt(case: Case, bron: str, soort: str, van: str, tot: str, *eerder: Onderbreking) -> Onderbreking:
    een = Onderbreking(bron, soort, van, tot, f"o-{bron}-{van}-{tot}")
    case.bundels = replace(case.bundels, regels=onder(ingebouwd(), erbij(eerder, een)))
    return een


def _stil() -> Case:
    case = Case()
    in_les(case)
    case.zegt(SCHOOL, "rooster-vastgesteld", "2025-03-03", groep="g1", lessen_per_week=3, van="2025-03-03")
    afwezig(case, "L1", "2025-06-02", "geen")
    return case


def test_a_school_that_is_closed_is_not_silent_and_its_open_signal_goes() -> None:
    case = _stil()
    case.tik("2025-06-24")
    assert case.open("verzuim silence", SCHOOL) is not None
    _zegt(case, SCHOOL, "school-gesloten", "2025-06-09", "2025-07-07")
    gevolgen = case.tik("2025-06-25")
    weg = [(x.data["regel"], x.data["oorzaak"]) for x in gevolgen.leveringen if x.gebeurtenis == "signaal-vervallen"]
    assert sorted(weg) == [("verzuim silence", "onderdrukt"), ("voortgangsrapportage", "onderdrukt")]
    assert case.agenda is not None
    assert case.agenda.isoformat() <= "2025-07-07", "the day on which it ends is looked at"
    case.tik("2025-07-28")
    assert case.open("verzuim silence") is None, "the days of the closure do not count"
    case.tik("2025-07-29")
    assert case.open("verzuim silence", SCHOOL) is not None


def test_it_explains_nothing_of_another_school() -> None:
    case = _stil()
    _zegt(case, SCHOOL_B, "school-gesloten", "2025-06-09", "2025-07-07")
    case.tik("2025-06-24")
    assert case.open("verzuim silence", SCHOOL) is not None


def test_nobody_explains_its_silence_away_for_years() -> None:
    case = _stil()
    _zegt(case, SCHOOL, "school-gesloten", "2025-06-09", "2030-01-01")
    case.tik("2025-08-03")
    assert case.open("verzuim silence") is None
    case.tik("2025-08-26")  # eight weeks after it began, and three weeks of silence
    assert case.open("verzuim silence", SCHOOL) is not None


def test_what_did_not_go_on_is_said_again_with_its_first_day() -> None:
    case = _stil()
    eerst = _zegt(case, SCHOOL, "vakantie", "2025-06-09", "2025-07-07")
    _zegt(case, SCHOOL, "vakantie", "2025-06-09", "2025-06-09", eerst)
    case.tik("2025-06-24")
    assert case.open("verzuim silence", SCHOOL) is not None


def test_an_outage_at_duo_is_about_what_duo_owes_and_not_about_the_schools() -> None:
    case = _stil()
    case.zegt(GEM_A, "verzoek-ingediend", "2025-04-07", soort="verlenging", datum="2025-04-07")
    _zegt(case, DUO, "storing", "2025-06-01", "2025-07-01")
    case.tik("2025-06-24")
    assert case.open("pending request at DUO") is None
    assert case.open("verzuim silence", SCHOOL) is not None
    case.tik("2025-07-01")
    assert case.open("pending request at DUO") is not None


def test_it_brings_nobody_on_the_agenda_whom_it_does_not_concern() -> None:
    een, ander = _stil(), _stil()
    _zegt(een, SCHOOL_B, "school-gesloten", "2025-06-09", "2025-07-07")
    for case in (een, ander):
        case.tik("2025-06-03")
    assert een.agenda == ander.agenda


def test_who_is_awaited_may_say_it_and_nobody_else() -> None:
    data = {"soort": "school-gesloten", "van": "2025-06-09", "tot": "2025-07-07"}
    for wie in (DUO, SCHOOL, "werk#participatie"):
        assert may_say(Partij.parse(wie), GEBEURTENIS, data) is None
    for wie in (GEM_A, "coa#opvang", "vwn#begeleider", "isd#uitvoerder"):
        weigering = may_say(Partij.parse(wie), GEBEURTENIS, data)
        assert weigering is not None and weigering.grond is Weigergrond.NIET_BEVOEGD
