# SPDX-License-Identifier: EUPL-1.2
"""The end of the gemeente's contract with a provider ends what rests on it; a subcontractor stands beside who answers for it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from consent.kader import Partij
from consent.participants import Deelnemersregister
from hub.dossier.feiten.zaak import kader
from hub.dossier.handle import Bundels
from tests.unit.case import DUO, GEM_A, GEM_B, ISD, REGISTER, SCHOOL, VWN, Case, in_les, plicht

WERK = "werk#participatie"


def _leerroute(case: Case, op: str) -> str | None:
    case.zegt(GEM_A, "leerroute-gewijzigd", op, naar="Z-route", dagtekening=op)
    return case.reden(SCHOOL)


def _contract(case: Case, soort: str, op: str, **data: Any) -> Any:
    return case.zegt(GEM_A, soort, op, **{"organisatie": "school", **data})


def test_the_end_reaches_the_school_and_is_the_last_that_does() -> None:
    case = Case()
    in_les(case)
    _contract(case, "contract-vastgesteld", "2025-03-04", van="2025-01-01")
    assert len(case.ontvangen(SCHOOL, "contract-vastgesteld")) == 1
    assert _leerroute(case, "2025-04-01") is None
    _contract(case, "contract-beeindigd", "2025-05-01", per="2025-05-01", reden="afgelopen")
    assert [x.data["per"] for x in case.ontvangen(SCHOOL, "contract-beeindigd")] == ["2025-05-01"]
    assert _leerroute(case, "2025-05-02") == "relation-ended"


def test_an_end_of_which_the_beginning_is_not_on_record_counts() -> None:
    case = Case()
    in_les(case)
    _contract(case, "contract-beeindigd", "2025-05-01", per="2025-05-01")
    assert _leerroute(case, "2025-05-01") == "relation-ended"


def test_an_end_announced_ahead_works_from_its_day() -> None:
    case = Case()
    in_les(case)
    _contract(case, "contract-beeindigd", "2025-04-01", per="2025-06-01")
    assert _leerroute(case, "2025-05-31") is None
    assert _leerroute(case, "2025-06-01") == "relation-ended"


def test_a_contract_with_an_end_needs_no_second_word_and_a_new_one_goes_on() -> None:
    case = Case()
    in_les(case)
    _contract(case, "contract-vastgesteld", "2025-03-04", van="2025-01-01", tot="2025-06-01")
    assert _leerroute(case, "2025-06-01") == "relation-ended"
    _contract(case, "contract-vastgesteld", "2025-06-02", van="2025-06-01", tot="2026-06-01")
    assert _leerroute(case, "2025-06-03") is None


def test_the_school_may_still_report_its_own_time_and_finish_what_it_began() -> None:
    case = Case()
    in_les(case)
    _contract(case, "contract-beeindigd", "2025-05-01", per="2025-05-01")
    les = {"component": "taal", "verzuim": "geen"}
    laat = case.zegt(SCHOOL, "aanwezigheid-gemeld", "2025-05-05", gebeurd="2025-04-28", les="L1", **les)
    slot = case.zegt(SCHOOL, "cursus-beeindigd", "2025-05-05", einddatum="2025-04-30", reden="gestopt")
    nieuw = case.zegt(SCHOOL, "aanwezigheid-gemeld", "2025-05-06", les="L2", **les)
    assert (laat.weigering, slot.weigering) == (None, None)
    assert nieuw.weigering is not None


def test_the_contract_of_another_gemeente_ends_nothing_here() -> None:
    case = Case()
    in_les(case)
    gevolgen = case.zegt(GEM_B, "contract-beeindigd", "2025-05-01", organisatie="school", per="2025-05-01")
    assert gevolgen.weigering is not None  # it never had to do with this person
    assert _leerroute(case, "2025-05-02") is None


def test_one_role_ends_by_its_contract_and_the_other_goes_on() -> None:
    case = Case()
    in_les(case)
    case.zegt(GEM_A, "begeleiding-opgedragen", "2025-03-10", begeleider="vwn")
    case.zegt(GEM_A, "taalschool-toegewezen", "2025-03-10", taalschool="vwn", component="KNM")
    _contract(case, "contract-beeindigd", "2025-05-01", organisatie="vwn#taalschool", per="2025-05-01")
    case.zegt(GEM_A, "regievoerder-toegewezen", "2025-05-02", regievoerder="rv-2", organisatie="gem-a")
    assert case.reden("vwn#taalschool") == "relation-ended"
    assert case.reden(VWN) is None


def test_an_agreement_that_ends_in_the_register_ends_it_for_every_person() -> None:
    """Organisation by organisation, by an activation of the participants register: from its place in the log on."""
    case = Case()
    in_les(case)
    assert _leerroute(case, "2025-05-02") is None
    rijen = REGISTER.model_dump(mode="json")["deelnemers"]
    school = next(r for r in rijen if r["oin"] == "school")
    school["overeenkomsten"] = [{"gemeente": "gem-a", "van": "2022-01-01", "tot": "2025-05-03"}]
    case.bundels = Bundels(case.bundels.beleid, case.bundels.regels, Deelnemersregister.of(rijen))
    assert _leerroute(case, "2025-05-02") is None
    assert _leerroute(case, "2025-05-03") == "relation-ended"


def _mandaat(case: Case, *overeenkomsten: dict[str, str]) -> None:
    rijen = REGISTER.model_dump(mode="json")["deelnemers"]
    next(r for r in rijen if r["oin"] == "isd")["overeenkomsten"] = list(overeenkomsten)
    case.bundels = Bundels(case.bundels.beleid, case.bundels.regels, Deelnemersregister.of(rijen))


def test_a_mandate_with_dates_begins_and_ends_what_an_executor_sees() -> None:
    """Also for the event with which the gemeente itself loses the person: that is not its executor's any more."""
    case = Case()
    _mandaat(case, {"gemeente": "gem-a", "van": "2025-02-01", "tot": "2025-04-01"})
    plicht(case, "2025-01-06")
    assert case.reden(ISD) == "no-relation"
    plan = {"leerroute": "B1-route"}
    case.zegt(GEM_A, "pip-vastgesteld", "2025-01-31", dagtekening="2025-01-31", **plan)
    assert case.reden(ISD) == "no-relation"
    case.zegt(GEM_A, "pip-gewijzigd", "2025-02-01", dagtekening="2025-02-01", **plan)
    assert case.reden(ISD) is None
    case.zegt(GEM_A, "pip-gewijzigd", "2025-03-31", dagtekening="2025-03-31", **plan)
    assert case.reden(ISD) is None
    case.zegt(GEM_A, "pip-gewijzigd", "2025-04-01", dagtekening="2025-04-01", **plan)
    assert case.reden(ISD) == "relation-ended"
    zelf = case.zegt(ISD, "pip-gewijzigd", "2025-04-02", dagtekening="2025-04-02", **plan)
    assert zelf.weigering is not None
    case.zegt(DUO, "persoon-verhuisd", "2025-05-05", van="gem-a", naar="gem-b", datum="2025-05-05")
    assert case.reden(GEM_A) is None
    assert case.reden(ISD) == "relation-ended"


def test_the_end_of_one_mandate_leaves_that_of_another_gemeente() -> None:
    case = Case()
    _mandaat(case, {"gemeente": "gem-b", "van": "2025-01-01", "tot": "2025-02-01"})
    plicht(case, "2025-03-03")
    assert case.reden(ISD) is None


def _met_onderaannemer() -> Case:
    case = Case()
    rijen = REGISTER.model_dump(mode="json")["deelnemers"]
    rijen.append({"oin": "werk", "naam": "werk", "rollen": [{"rol": "participatie", "van": "2000-01-01"}]})
    case.bundels = Bundels(case.bundels.beleid, case.bundels.regels, Deelnemersregister.of(rijen))
    plicht(case, "2025-01-06")
    toewijzing = {"taalschool": "school", "onderaannemer": WERK, "component": "MAP", "leerroute": "B1-route"}
    case.zegt(GEM_A, "taalschool-toegewezen", "2025-02-10", **toewijzing, voornamen="A", begindatum="2025-02-10")
    return case


def test_a_subcontractor_is_recorded_beside_who_is_accountable_and_gets_what_its_own_role_may() -> None:
    case = _met_onderaannemer()
    (relatie,) = [r for r in kader(case.zaak, date(2025, 2, 11)).relaties if str(r.partij) == WERK]
    assert (relatie.voor, relatie.namens) == (Partij.parse(SCHOOL), "gem-a")
    (naar_werk,), (naar_school,) = (case.ontvangen(p, "taalschool-toegewezen") for p in (WERK, SCHOOL))
    assert "bsn" in naar_school.persoon
    assert "bsn" not in naar_werk.persoon
    gevolgen = case.zegt(WERK, "uren-gemeld", "2025-03-03", component="MAP", minuten=240)
    assert gevolgen.weigering is None
    (uren,) = case.ontvangen(GEM_A, "uren-gemeld")
    assert uren.bron == WERK  # the producer is named; who answers for it stands in the relation


@pytest.mark.parametrize(
    "einde",
    [
        ("toewijzing-beeindigd", {"taalschool": "school", "per": "2025-04-01"}),
        ("toewijzing-beeindigd", {"organisatie": WERK, "per": "2025-04-01"}),
        ("contract-beeindigd", {"organisatie": "school", "per": "2025-04-01"}),
    ],
    ids=["the assignment ends", "the subcontractor leaves", "the main contract ends"],
)
def test_a_subcontractor_works_no_longer_than_either_lasts(einde: tuple[str, dict[str, str]]) -> None:
    case = _met_onderaannemer()
    case.zegt(GEM_A, einde[0], "2025-04-01", **einde[1])
    uren = case.zegt(WERK, "uren-gemeld", "2025-04-02", component="MAP", minuten=60)
    assert uren.weigering is not None
    assert uren.weigering.grond.value == "geen-relatie"


def test_when_the_subcontractor_leaves_the_school_goes_on() -> None:
    case = _met_onderaannemer()
    case.zegt(GEM_A, "toewijzing-beeindigd", "2025-04-01", organisatie=WERK, per="2025-04-01")
    assert _leerroute(case, "2025-04-02") is None
    assert case.reden(WERK) == "relation-ended"


def test_nobody_waits_for_reports_of_a_subcontractor() -> None:
    case = _met_onderaannemer()
    case.tik("2025-12-01")
    assert not [r for r in case.rijen["kern"]["signalen"].values() if r["onderwerp"] == WERK]
