# SPDX-License-Identifier: EUPL-1.2
"""Toestemming works from its place in the log on, for one recipient in one role; so does its withdrawal."""

from __future__ import annotations

from hub.dossier.handle import Gevolgen
from tests.unit.case import GEM_A, SCHOOL, VWN, VWN_TAAL, Case, in_les

GEGEVEN = {"doel": "begeleiding", "ontvanger": VWN, "categorieen": ["voortgang"], "van": "2025-04-01"}


def _met_begeleider() -> Case:
    case = Case()
    in_les(case)
    case.zegt(GEM_A, "begeleiding-opgedragen", "2025-03-10", begeleider="vwn", volgende_stap="kennismaking")
    return case


def _rapport(case: Case, op: str) -> Gevolgen:
    return case.zegt(SCHOOL, "voortgang-gemeld", op, taalniveau="A1", stagnatie=False, belemmeringen=["schulden"])


def test_denied_then_given_then_withdrawn() -> None:
    case = _met_begeleider()
    _rapport(case, "2025-03-31")
    assert case.reden(VWN) == "no-toestemming"
    case.zegt(GEM_A, "toestemming-gegeven", "2025-04-01", id="t1", tot="2026-04-01", **GEGEVEN)
    _rapport(case, "2025-04-01")
    gekregen = case.ontvangen(VWN, "voortgang-gemeld")
    assert [x.data for x in gekregen] == [{"taalniveau": "A1", "stagnatie": False}]
    assert case.reden(VWN_TAAL) is not None
    case.zegt(GEM_A, "toestemming-ingetrokken", "2025-04-02", betreft="t1", datum="2025-04-02")
    assert case.stand("toestemming.t1") == "ingetrokken"
    _rapport(case, "2025-04-02")
    assert case.reden(VWN) == "toestemming-withdrawn"
    assert len(case.ontvangen(VWN, "voortgang-gemeld")) == 1


def test_withdrawn_by_the_id_under_which_it_was_delivered() -> None:
    case = _met_begeleider()
    case.zegt(GEM_A, "toestemming-gegeven", "2025-04-01", id="t1", **GEGEVEN)
    bekend_als = case.ontvangen(VWN, "toestemming-gegeven")[-1].id
    gevolgen = case.zegt(VWN, "toestemming-ingetrokken", "2025-04-02", betreft=bekend_als)
    assert gevolgen.weigering is None
    assert case.stand("toestemming.t1") == "ingetrokken"


def test_expiry_needs_no_event_and_is_told_once() -> None:
    case = _met_begeleider()
    case.zegt(GEM_A, "toestemming-gegeven", "2025-04-01", id="t1", tot="2025-05-01", **GEGEVEN)
    assert case.agenda is not None
    case.tik("2025-04-30")
    assert case.ontvangen(VWN, "toestemming-verlopen") == []
    _rapport(case, "2025-05-01")
    assert case.reden(VWN) == "toestemming-expired"
    case.tik("2025-05-02")
    verlopen = case.ontvangen(VWN, "toestemming-verlopen")
    assert [x.data["betreft"] for x in verlopen] == [case.ontvangen(VWN, "toestemming-gegeven")[-1].id]


def test_one_that_cannot_be_read_opens_nothing() -> None:
    case = _met_begeleider()
    onleesbaar = {**GEGEVEN, "categorieen": ["voortgang", "alles"]}
    case.zegt(GEM_A, "toestemming-gegeven", "2025-04-01", id="t1", **onleesbaar)
    _rapport(case, "2025-04-01")
    assert case.reden(VWN) == "no-toestemming"
    assert case.stand("toestemming.t1") == "geen"


def test_a_request_that_cannot_be_read_does_not_become_a_wider_one() -> None:
    case = Case()
    in_les(case, doelgroep="gezinsmigrant")
    case.zegt(GEM_A, "gegevens-opgevraagd", "2025-04-01", aan="school", categorieen=["alles"], van="2025-04-01")
    assert case.zaak.verzoeken == ()
    _rapport(case, "2025-04-01")
    assert case.reden(GEM_A) == "not-requested"
