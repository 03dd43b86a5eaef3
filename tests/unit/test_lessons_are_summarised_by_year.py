# SPDX-License-Identifier: EUPL-1.2
"""Summaries of months lie in a row for each year; state of before, which had them in one row, is read and goes on."""

from __future__ import annotations

from hub.dossier.feiten import maandstaten
from hub.dossier.feiten.rows import KERN, Row, Rows
from tests.unit.case import SCHOOL, Case, afwezig, in_les

NA = "2026-02-02"


def _case() -> Case:
    case = Case()
    in_les(case)
    for nummer, op in enumerate(("2025-05-06", "2025-05-13", "2025-12-02", "2026-01-13")):
        afwezig(case, f"L{nummer}", op)
    return case


def _als_vroeger(rijen: dict[str, Row]) -> dict[str, Row]:
    """The rows as they were kept when ``kern`` held all months."""
    maanden = maandstaten.alle(maandstaten.jaarrijen(Rows.in_memory(rijen)))
    kern = {naam: deel for naam, deel in rijen[KERN].items() if naam != maandstaten.JAREN}
    over = {bak: rij for bak, rij in rijen.items() if not bak.startswith(maandstaten.BAK)}
    return {**over, KERN: {**kern, "maanden": maanden}}


def test_a_lesson_rewrites_its_month_and_the_summaries_of_its_year() -> None:
    case = _case()
    assert [bak for bak in case.rijen if bak.startswith("maanden/")] == ["maanden/2025", "maanden/2026"]
    assert case.rijen[KERN]["jaren"] == ["2025", "2026"]
    voor = dict(case.rijen)
    afwezig(case, "L9", "2026-01-20", "geen")
    anders = {bak for bak, rij in case.rijen.items() if voor.get(bak) != rij}
    assert {bak for bak in anders if not bak.startswith("e/")} == {"les/2026-01", "maanden/2026"}


def test_a_year_of_which_the_last_lesson_is_retracted_leaves_no_row() -> None:
    case = _case()
    laatste = case.records[-1].id
    case.zegt(SCHOOL, "intrekking", NA, betreft=laatste)
    assert "maanden/2026" not in case.rijen
    assert case.rijen[KERN]["jaren"] == ["2025"]


def test_state_kept_in_the_old_way_says_the_same_and_goes_on_in_the_new_way() -> None:
    nieuw, oud = _case(), _case()
    oud.rijen = _als_vroeger(oud.rijen)
    assert oud.stand("lessen.gemeld") == nieuw.stand("lessen.gemeld") == 4
    assert oud.stand("verzuim.ongeoorloofd") == nieuw.stand("verzuim.ongeoorloofd") == 4
    for case in (oud, nieuw):
        afwezig(case, "L5", NA)
    assert oud.rijen == nieuw.rijen
    assert oud.stand("lessen.gemeld") == 5
