# SPDX-License-Identifier: EUPL-1.2
"""A move between gemeenten: the old one gets the law's tail and no more, the new one gets the case and its clocks."""

from __future__ import annotations

from tests.unit.case import DUO, GEM_A, GEM_B, Case, in_les


def _verhuisd() -> Case:
    case = Case()
    in_les(case)
    case.zegt(DUO, "persoon-verhuisd", "2025-05-05", van="gem-a", naar="gem-b", datum="2025-05-05")
    return case


def test_the_move_itself_reaches_both() -> None:
    case = _verhuisd()
    assert len(case.ontvangen(GEM_A, "persoon-verhuisd")) == 1
    assert len(case.ontvangen(GEM_B, "persoon-verhuisd")) == 1


def test_the_tail_lasts_until_the_new_pip_is_one_month_old() -> None:
    case = _verhuisd()
    oud = next(r for r in case.zaak.relaties if str(r.partij) == GEM_A)
    assert oud.tot is not None
    assert (oud.tot.isoformat(), oud.staart_tot.isoformat() if oud.staart_tot else None) == ("2025-05-05", "9999-12-31")
    case.zegt(GEM_B, "pip-vastgesteld", "2025-06-02", dagtekening="2025-06-02", leerroute="B1-route")
    oud = next(r for r in case.zaak.relaties if str(r.partij) == GEM_A)
    assert oud.staart_tot is not None
    assert oud.staart_tot.isoformat() == "2025-07-02"
    case.zegt(DUO, "boete-opgelegd", "2025-07-02", bedrag_eurocent=5000, datum="2025-07-02")
    assert case.reden(GEM_A) == "relation-ended"


def test_the_former_gemeente_can_say_nothing_new() -> None:
    case = _verhuisd()
    gevolgen = case.zegt(GEM_A, "leerroute-gewijzigd", "2025-06-02", naar="Z-route", dagtekening="2025-06-02")
    assert gevolgen.weigering is not None
    assert gevolgen.weigering.grond.value == "geen-relatie"
    assert case.stand("leerroute") == "B1-route"


def test_the_new_gemeente_has_a_term_of_its_own_from_the_registration_there() -> None:
    case = _verhuisd()
    assert case.stand("pip.uiterste_datum") == "2025-07-14"
    case.zegt(GEM_B, "verblijf-in-gemeente-geregistreerd", "2025-05-12", datum_inschrijving="2025-05-12")
    assert (case.stand("pip.uiterste_datum"), case.stand("pip.stand")) == ("2025-07-21", "lopend")
    case.tik("2025-07-22")
    assert case.ernst("PIP") == "overschreden"
    case.zegt(GEM_B, "pip-vastgesteld", "2025-07-23", dagtekening="2025-07-23", leerroute="B1-route")
    assert case.open("PIP") is None
    assert case.stand("termijn.start") == "2025-02-04"  # never shifted by a move (Wi 11(3))


def test_open_signals_go_to_the_new_gemeentes_desk_and_then_to_its_regievoerder() -> None:
    case = Case()
    in_les(case)
    case.tik("2025-06-04")
    assert case.open("voortgangsrapportage") is not None
    gevolgen = case.zegt(DUO, "persoon-verhuisd", "2025-06-05", van="gem-a", naar="gem-b", datum="2025-06-05")
    over = [
        (x.gebeurtenis, str(x.ontvanger), x.data["eigenaar"], x.data.get("oorzaak"))
        for x in gevolgen.leveringen
        if x.data.get("regel") == "voortgangsrapportage"
    ]
    assert over == [
        ("signaal-vervallen", GEM_A, "rv-1", "eigenaar-gewijzigd"),
        ("signaal-afgegeven", GEM_B, "balie@gem-b", None),
    ]
    case.zegt(GEM_B, "regievoerder-toegewezen", "2025-06-10", regievoerder="rv-9", organisatie="gem-b")
    signaal = case.open("voortgangsrapportage")
    assert signaal is not None
    assert signaal["eigenaar"] == "rv-9"
    assert (case.stand("regievoerder"), case.stand("regievoerder.eerder")) == ("rv-9", "rv-1")


def test_a_move_back_begins_anew() -> None:
    case = _verhuisd()
    case.zegt(DUO, "persoon-verhuisd", "2025-09-01", van="gem-b", naar="gem-a", datum="2025-09-01")
    assert case.stand("gemeente") == "gem-a"
    case.zegt(DUO, "boete-opgelegd", "2025-09-08", bedrag_eurocent=5000, datum="2025-09-08")
    assert len(case.ontvangen(GEM_A, "boete-opgelegd")) == 1
