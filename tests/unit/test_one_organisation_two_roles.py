# SPDX-License-Identifier: EUPL-1.2
"""VluchtelingenWerk teaches and guides: it sees through one role nothing of the other (story 903)."""

from __future__ import annotations

from datetime import date

from consent.decide import Uitkomst
from consent.kader import Kader, Reden
from consent.minimise import minimise
from schemas.catalogue import Categorie
from tests.unit.beleidswereld import beslis, gebeurtenis, kader, relatie, toestemming

T1 = toestemming("vwn#begeleider", "voortgang", van=date(2026, 1, 12), tot=date(2027, 1, 12))
DAG = date(2026, 2, 4)


def p1() -> Kader:
    """Taught and guided by VluchtelingenWerk, with toestemming t1."""
    return kader(relatie("gem-a"), relatie("vwn#begeleider"), relatie("vwn#taalschool"), toestemmingen=(T1,))


def p2() -> Kader:
    """Guided by VluchtelingenWerk, taught by another school, no toestemming."""
    return kader(relatie("gem-a"), relatie("vwn#begeleider"), relatie("school-b"))


def p3() -> Kader:
    """Taught by VluchtelingenWerk only."""
    return kader(relatie("gem-a"), relatie("vwn#taalschool"))


def voortgang(van: str, belemmeringen: list[str]):
    return gebeurtenis("voortgang-gemeld", van, taalniveau="A1", stagnatie=False, belemmeringen=belemmeringen)


def test_what_the_begeleider_reports_reaches_the_gemeente_and_not_its_own_school():
    verslag = gebeurtenis(
        "begeleiding-gerapporteerd", "vwn#begeleider", soort="voortgang-begeleiding", doorverwijzing="financieel"
    )
    besluiten = beslis(verslag, p1(), date(2026, 2, 2))
    assert besluiten["gem-a#gemeente"].uitkomst is Uitkomst.GELEVERD
    assert besluiten["vwn#taalschool"].reden in (Reden.WRONG_ROLE, Reden.NO_GROUND)
    assert "vwn#begeleider" not in besluiten


def test_toestemming_for_voortgang_opens_voortgang_and_not_belemmeringen_or_bsn():
    event = voortgang("vwn#taalschool", ["schulden"])
    besluit = beslis(event, p1(), DAG)["vwn#begeleider"]
    assert minimise(event.data, besluit) == {"taalniveau": "A1", "stagnatie": False}
    assert besluit.achtergehouden == {"belemmeringen": Reden.FORBIDDEN_CATEGORY}
    assert besluit.persoon == {Categorie.PSEUDONIEM}
    assert besluit.toestemming == "t1"
    assert besluit.regels == ("toestemming-school-aan-begeleider/voortgang",)


def test_an_obstacle_that_is_no_debt_is_withheld_for_want_of_toestemming():
    besluit = beslis(voortgang("vwn#taalschool", ["reistijd"]), p1(), DAG)["vwn#begeleider"]
    assert besluit.achtergehouden == {"belemmeringen": Reden.NO_TOESTEMMING}


def test_without_toestemming_the_begeleider_gets_no_voortgang_of_another_school():
    assert beslis(voortgang("school-b", []), p2(), DAG)["vwn#begeleider"].reden is Reden.NO_TOESTEMMING


def test_the_teaching_role_does_not_let_the_guiding_role_in():
    assert beslis(voortgang("vwn#taalschool", []), p3(), DAG)["vwn#begeleider"].reden is Reden.WRONG_ROLE


def test_one_role_ends_while_the_other_goes_on():
    gestopt = kader(
        relatie("gem-a"),
        relatie("vwn#begeleider"),
        relatie("vwn#taalschool", tot=date(2026, 3, 2)),
        toestemmingen=(T1,),
    )
    nieuw = gebeurtenis("leerroute-gewijzigd", "gem-a", van="B1-route", naar="Z-route", dagtekening="2026-03-09")
    besluiten = beslis(nieuw, gestopt, date(2026, 3, 9))
    assert besluiten["vwn#taalschool"].reden is Reden.RELATION_ENDED
    assert besluiten["vwn#begeleider"].reden is Reden.NO_TOESTEMMING
    leerling = beslis(nieuw, p3(), date(2026, 3, 9))["vwn#taalschool"]
    assert minimise(nieuw.data, leerling) == dict(nieuw.data)


def test_the_gemeente_gets_what_the_school_reports_with_the_obstacles():
    event = voortgang("vwn#taalschool", ["schulden"])
    besluit = beslis(event, p1(), DAG)["gem-a#gemeente"]
    assert minimise(event.data, besluit) == dict(event.data)
    assert Categorie.BSN in besluit.persoon
