# SPDX-License-Identifier: EUPL-1.2
"""A correction changes the state, closes and opens what follows from it, and reaches whoever had the original."""

from __future__ import annotations

from hub.dossier.feiten.facts import sleutel_van
from hub.dossier.handle import levering_id
from tests.unit.case import COA, DUO, GEM_A, GEM_B, ISD, SCHOOL, Case, in_les, plicht


def _corrigeer(case: Case, bron: str, op: str, betreft: str, **wijziging: object) -> object:
    return case.zegt(bron, "correctie", op, betreft=betreft, wijziging=wijziging)


def test_a_corrected_kennisgeving_moves_the_due_date_and_the_signal() -> None:
    case = Case()
    plicht(case, "2026-05-04")
    case.tik("2026-07-14")
    assert case.ernst("PIP") == "overschreden"
    _corrigeer(case, DUO, "2026-07-15", "plicht", kennisgeving="2026-07-06")
    assert case.stand("pip.uiterste_datum") == "2026-09-14"
    assert case.stand("doelgroep") == "asielstatushouder"
    assert case.open("PIP") is None
    assert case.ontvangen(GEM_A, "signaal-vervallen")[-1].data["oorzaak"] == "termijn-verschoven"


def test_a_signal_that_is_overdue_at_birth_opens_at_once() -> None:
    case = Case()
    plicht(case, "2026-05-11", kennisgeving=None)
    assert case.stand("pip.stand") == "onbekend"
    _corrigeer(case, DUO, "2026-09-07", "plicht", kennisgeving="2026-05-04")
    assert case.ernst("PIP") == "overschreden"
    assert case.ontvangen(GEM_A, "signaal-afgegeven")[-1].data["uiterste_datum"] == "2026-07-13"


def test_it_reaches_exactly_those_who_received_the_original_by_the_id_that_they_know() -> None:
    case = Case()
    case.zegt(COA, "screening-gevoerd", "2026-04-20", datum="2026-04-20")
    plicht(case, "2026-05-04")
    kreeg = {str(x.ontvanger) for x in case.leveringen if x.gebeurtenis == "inburgeringsplicht-vastgesteld"}
    assert kreeg == {COA, GEM_A, ISD}  # Bi 9.1(4); the uitvoerder acts for gem-a
    case.zegt(GEM_A, "taalschool-toegewezen", "2026-06-01", taalschool="school", leerroute="B1-route")
    _corrigeer(case, DUO, "2026-06-08", "plicht", kennisgeving="2026-05-11", detail_doelgroep="nareiziger")
    correcties = [x for x in case.leveringen if x.gebeurtenis == "correctie"]
    assert {str(x.ontvanger) for x in correcties} == kreeg
    for correctie in correcties:
        eigen = levering_id(sleutel_van("plicht", "duo"), correctie.ontvanger, "gebeurtenis")
        assert correctie.data["betreft"] == eigen
        assert correctie.data["wijziging"]["kennisgeving"] == "2026-05-11"
    assert case.reden(SCHOOL) is not None


def test_it_reaches_a_gemeente_whose_relation_is_over_and_the_next_one_that_got_the_state() -> None:
    case = Case()
    plicht(case, "2026-05-04")
    case.zegt(DUO, "persoon-verhuisd", "2026-06-01", van="gem-a", naar="gem-b", datum="2026-06-01")
    case.zegt(GEM_B, "pip-vastgesteld", "2026-06-08", dagtekening="2026-06-08", leerroute="B1-route")
    case.zegt(DUO, "inburgeringsplicht-gewijzigd", "2026-08-03", doelgroep="asielstatushouder")
    assert case.reden(GEM_A) == "relation-ended"
    _corrigeer(case, DUO, "2026-08-10", "plicht", kennisgeving="2026-04-27")
    # gem-b never got the event: the state at the beginning of its relation told it when the kennisgeving was
    correcties = {str(x.ontvanger): x.data for x in case.leveringen if x.gebeurtenis == "correctie"}
    assert sorted(correcties) == [GEM_A, GEM_B, ISD]
    assert correcties[GEM_B]["betreft"] == case.ontvangen(GEM_B, "dossierstand-gewijzigd")[0].id
    assert correcties[GEM_B]["wijziging"] == {"kennisgeving": "2026-04-27"}


def test_only_the_sender_in_the_same_role_can_correct() -> None:
    case = Case()
    in_les(case)
    for bron in (GEM_B, SCHOOL):
        gevolgen = case.zegt(bron, "correctie", "2025-03-10", betreft="pip", wijziging={"dagtekening": "2024-01-01"})
        assert gevolgen.weigering is not None
        assert gevolgen.weigering.grond.value == "niet-bevoegd"
        assert [(str(x.ontvanger), x.gebeurtenis) for x in gevolgen.leveringen] == [(bron, "aanlevering-geweigerd")]
    assert case.stand("pip.dagtekening") == "2025-02-03"


def test_one_id_of_two_senders_is_two_events() -> None:
    case = Case()
    in_les(case)
    afwezigheid = {"les": "L1", "datum": "2025-04-03", "verzuim": "geen"}
    assert case.zegt(SCHOOL, "aanwezigheid-gemeld", "2025-04-03", id="pip", **afwezigheid).nieuw
    case.zegt(SCHOOL, "correctie", "2025-04-04", betreft="pip", wijziging={"verzuim": "ongeoorloofd"})
    assert case.stand("verzuim.ongeoorloofd") == 1
    assert case.stand("pip.dagtekening") == "2025-02-03"


def test_a_correction_moves_a_lesson_to_another_month() -> None:
    case = Case()
    in_les(case)
    for id_, op in (("a1", "2025-04-03"), ("a2", "2025-05-08")):
        data = {"les": id_, "datum": op, "verzuim": "ongeoorloofd"}
        case.zegt(SCHOOL, "aanwezigheid-gemeld", op, id=id_, **data)
    assert case.open("verzuim") is None
    _corrigeer(case, SCHOOL, "2025-05-12", "a2", datum="2025-04-29")
    assert case.open("verzuim") is not None
    assert "les/2025-05" not in case.rijen
    case.zegt(SCHOOL, "intrekking", "2025-05-13", betreft="a2", reden="foutieve-invoer")
    assert case.open("verzuim") is None
    assert case.stand("lessen.gemeld") == 1


def test_a_retracted_assignment_ends_the_relation_and_the_school_hears_of_it() -> None:
    case = Case()
    plicht(case, "2025-01-06")
    case.zegt(GEM_A, "taalschool-toegewezen", "2025-02-10", id="t", taalschool="school", leerroute="B1-route")
    gevolgen = case.zegt(GEM_A, "intrekking", "2025-02-11", betreft="t", reden="verkeerde-persoon")
    assert SCHOOL in {str(x.ontvanger) for x in gevolgen.leveringen if x.gebeurtenis == "intrekking"}
    case.zegt(GEM_A, "leerroute-gewijzigd", "2025-02-17", naar="Z-route", dagtekening="2025-02-17")
    assert case.reden(SCHOOL) == "relation-ended"


def test_a_retraction_can_be_retracted() -> None:
    case = Case()
    in_les(case)
    case.zegt(GEM_A, "intrekking", "2025-03-10", id="weg", betreft="pip", reden="dubbel")
    assert case.stand("termijn.start") == "geen"
    case.zegt(GEM_A, "intrekking", "2025-03-11", betreft="weg", reden="foutieve-invoer")
    assert case.stand("termijn.start") == "2025-02-04"


def test_a_wrong_gemeente_that_is_corrected_keeps_nothing_but_the_correction() -> None:
    case = Case()
    plicht(case, "2026-01-12", gemeente="gem-b")
    _corrigeer(case, DUO, "2026-01-19", "plicht", gemeente="gem-a")
    assert [str(x.ontvanger) for x in case.leveringen if x.gebeurtenis == "correctie"] == [GEM_B]
    case.zegt(DUO, "inburgeringsplicht-gewijzigd", "2026-02-02", doelgroep="asielstatushouder")
    assert case.reden(GEM_B) == "relation-ended"
    assert case.stand("gemeente") == "gem-a"
