# SPDX-License-Identifier: EUPL-1.2
"""From cases to figures: what is counted, what is told again later, and the table that comes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

import duckdb
import pytest

from hub.dossier.regels.rules import ingebouwd
from hub.figures.casus import MET_PLAN, ZONDER_PLAN, Casus, casus
from hub.figures.tabel import OnbekendeVorm, schrijf
from hub.figures.uitgave import Cijfer, Reeks, cijfers, geef_uit
from tests.unit.case import Case, avond, in_les, plicht

DAG, LATER = date(2026, 1, 1), date(2026, 4, 1)


def op_volgorde(lijst: Sequence[str]) -> Sequence[str]:
    return list(lijst)


def gevallen(te_laat: int = 20, op_tijd: int = 30, **meer: dict[str, str] | dict[str, int]) -> list[Casus]:
    def een(pip: str) -> Casus:
        codes = {"leerroute": "B1-route", "pip-op-tijd": pip, "stadium-met-plan": "in-les"}
        return Casus("gem-a", "2025", MET_PLAN, codes, **meer)  # type: ignore[arg-type]

    return [een("te-laat") for _ in range(te_laat)] + [een("op-tijd") for _ in range(op_tijd)]


def waarde(uit: list[Cijfer], tabel: str, *categorieen: str) -> int | None:
    return next((c.waarde for c in uit if c.tabel == tabel and set(c.categorieen) == set(categorieen)), None)


def test_a_case_is_counted_by_where_it_is() -> None:
    case = Case()
    in_les(case)
    gevonden = casus(case.zaak, ingebouwd(), avond("2025-04-01"))
    assert gevonden is not None
    assert (gevonden.gemeente, gevonden.cohort, gevonden.deel) == ("gem-a", "2025", MET_PLAN)
    assert gevonden.codes == {"leerroute": "B1-route", "pip-op-tijd": "op-tijd", "stadium-met-plan": "in-les"}
    assert gevonden.wachttijden == {"kennisgeving-pip": 28, "pip-taalschool": 7, "taalschool-start": 21}


def test_a_late_plan_counts_as_late_and_its_signal_as_answered_by_arrival() -> None:
    case = Case()
    plicht(case, "2025-01-06")
    case.tik("2025-05-01")
    zonder = casus(case.zaak, ingebouwd(), avond("2025-05-01"))
    assert zonder is not None
    assert (zonder.deel, zonder.codes, zonder.signalen["PIP"]) == (
        ZONDER_PLAN,
        {"stadium-zonder-plan": "voor-intake"},
        "open",
    )
    case.zegt("gem-a#gemeente", "pip-vastgesteld", "2025-06-02", dagtekening="2025-06-02", leerroute="Z-route")
    met = casus(case.zaak, ingebouwd(), avond("2025-06-02"))
    assert met is not None
    assert (met.codes["pip-op-tijd"], met.signalen["PIP"]) == ("te-laat", "alsnog-ontvangen")


def test_who_falls_under_the_old_law_or_has_no_plicht_is_not_counted() -> None:
    case = Case()
    assert casus(case.zaak, ingebouwd(), avond("2025-01-01")) is None
    plicht(case, "2025-01-06", wet="Wi2013")
    assert casus(case.zaak, ingebouwd(), avond("2025-02-01")) is None


def test_small_categories_are_told_with_a_large_one() -> None:
    uit = geef_uit(Reeks(), gevallen(te_laat=20, op_tijd=30), DAG, op_volgorde)
    assert waarde(uit, "dossiers", MET_PLAN, ZONDER_PLAN) == 50
    assert waarde(uit, "pip-op-tijd", "te-laat") == 20
    assert waarde(uit, "pip-op-tijd", "op-tijd", "termijn-onbekend", ZONDER_PLAN) == 30
    assert waarde(uit, "leerroute", "B1-route") is None, "one large category and nobody else: the row's total says it"
    assert all(cijfer.waarde >= 10 for cijfer in uit)


def test_a_row_under_ten_is_not_told_at_all() -> None:
    assert geef_uit(Reeks(), gevallen(te_laat=4, op_tijd=5), DAG, op_volgorde) == []


def test_what_nine_cases_changed_is_not_told_again_and_what_ten_changed_is() -> None:
    reeks = Reeks()
    geef_uit(reeks, gevallen(), DAG, op_volgorde)
    negen = geef_uit(reeks, gevallen(te_laat=29), LATER, op_volgorde)
    assert {cijfer.peildatum for cijfer in negen} == {DAG}
    assert waarde(negen, "pip-op-tijd", "te-laat") == 20
    tien = geef_uit(reeks, gevallen(te_laat=30), LATER, op_volgorde)
    assert {cijfer.peildatum for cijfer in tien} == {LATER}
    assert waarde(tien, "pip-op-tijd", "te-laat") == 30


def test_a_series_is_remembered_as_it_was() -> None:
    reeks = Reeks()
    uit = geef_uit(reeks, gevallen(wachttijden={"kennisgeving-pip": 70}), DAG, op_volgorde)
    weer = Reeks.from_json(reeks.to_json())
    assert weer == reeks
    assert list(cijfers(weer)) == uit


def test_a_wait_is_a_median_of_twenty_cases_at_least() -> None:
    wacht = {"wachttijden": {"kennisgeving-pip": 75}}
    assert (
        waarde(geef_uit(Reeks(), gevallen(9, 10, **wacht), DAG, op_volgorde), "wachttijd", "kennisgeving-pip") is None
    )
    uit = geef_uit(Reeks(), gevallen(10, 10, **wacht), DAG, op_volgorde)
    assert waarde(uit, "wachttijd", "kennisgeving-pip") == 10
    assert {c.maat for c in uit if c.tabel == "wachttijd"} == {"mediaan"}, "too few lie beyond the ninetieth percentile"


def test_signals_are_told_by_rule_without_a_total() -> None:
    uit = geef_uit(Reeks(), gevallen(12, 0, signalen={"PIP": "open"}) + gevallen(0, 9), DAG, op_volgorde)
    assert waarde(uit, "signalen", "PIP: open") == 12
    assert [c for c in uit if c.tabel == "signalen"][1:] == []


def test_the_same_lines_in_csv_and_parquet(tmp_path: Path) -> None:
    meer = {"wachttijden": {"kennisgeving-pip": 75}, "signalen": {"PIP": "alsnog-ontvangen"}}
    uit = geef_uit(Reeks(), gevallen(**meer), DAG, op_volgorde)
    for naam in ("cijfers.csv", "cijfers.parquet"):
        assert schrijf(uit, tmp_path / naam) == len(uit)
    with duckdb.connect(":memory:") as base:
        gelezen = {
            naam: base.sql(f"SELECT * FROM '{tmp_path / naam}' ORDER BY ALL").fetchall()
            for naam in ("cijfers.csv", "cijfers.parquet")
        }
    assert gelezen["cijfers.csv"] == gelezen["cijfers.parquet"]
    assert len(gelezen["cijfers.csv"]) == len(uit)
    samengenomen = {regel[5]: regel[6] for regel in gelezen["cijfers.csv"]}
    assert samengenomen["PIP: alsnog-ontvangen"] is False, "a rule and its outcome are one category"
    assert samengenomen["met-plan + zonder-plan"] is True
    with pytest.raises(OnbekendeVorm):
        schrijf(uit, tmp_path / "cijfers.xlsx")
    with pytest.raises(OSError, match="no-such-place"):
        schrijf(uit, tmp_path / "no-such-place" / "cijfers.csv")


def test_a_figure_has_no_place_for_a_person() -> None:
    velden = set(asdict(Cijfer(1, DAG, "dossiers", "gem-a", "2025", (MET_PLAN,), "aantal", "dossiers", 10)))
    assert not velden & {"persoon", "dossier", "pseudoniem", "bsn", "vnummer", "gebeurtenis"}


def test_what_somebody_called_a_gemeente_comes_to_life_in_no_spreadsheet(tmp_path: Path) -> None:
    kwaad = [Cijfer(1, DAG, "tabel", "=HYPERLINK(1)", "2025", ("@SUM(1)",), "aantal", "dossiers", 12)]
    schrijf(kwaad, tmp_path / "cijfers.csv")
    tekst = (tmp_path / "cijfers.csv").read_text()
    assert "'=HYPERLINK(1)" in tekst and "'@SUM(1)" in tekst
    assert not [cel for cel in tekst.replace("\n", ",").split(",") if cel.startswith(("=", "@"))]
