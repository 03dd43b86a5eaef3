# SPDX-License-Identifier: EUPL-1.2
"""Bi 9.9, Archiefwet and AVG 17(3) as dated data: what refuses an erasure, and what proposes one."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from hub.dossier.bewaren import (
    Anker,
    Bewaarfeiten,
    OngeldigeTermijnen,
    Wisgrond,
    bewaarfeiten,
    ingebouwd,
    termijnen,
    voorstel,
    weigeringen,
)
from hub.dossier.feiten.facts import Feit
from hub.dossier.feiten.fold import fold
from hub.dossier.feiten.rows import Rows

VANDAAG = date(2031, 6, 1)
EINDE = date(2026, 6, 1)
LOOPT = Bewaarfeiten({Anker.LAATSTE_FEIT: EINDE}, frozenset({Anker.EINDE_PLICHT}))
AF = Bewaarfeiten({Anker.LAATSTE_FEIT: EINDE, Anker.EINDE_PLICHT: EINDE})
DOOD = Bewaarfeiten({**AF.ankers, Anker.OVERLIJDEN: EINDE})
ZONDER = Bewaarfeiten({Anker.LAATSTE_FEIT: EINDE})
GEWOON = [Wisgrond.NIET_MEER_NODIG, Wisgrond.TOESTEMMING_INGETROKKEN, Wisgrond.BEZWAAR, Wisgrond.BEWAARTERMIJN]


@pytest.mark.parametrize("grond", GEWOON)
def test_while_the_plicht_runs_the_law_needs_the_data(grond: Wisgrond) -> None:
    tegen = weigeringen(LOOPT, grond, VANDAAG)
    assert {een.rij.id for een in tegen} == {"plicht", "archief"}
    assert {een.tot for een in tegen} == {None}
    assert voorstel(LOOPT, VANDAAG) is None


@pytest.mark.parametrize("grond", GEWOON)
def test_five_years_after_the_end_of_the_plicht(grond: Wisgrond) -> None:
    gisteren = VANDAAG - timedelta(days=1)
    assert {een.tot for een in weigeringen(AF, grond, gisteren)} == {VANDAAG}
    assert voorstel(AF, gisteren) is None
    assert weigeringen(AF, grond, VANDAAG) == []
    om = voorstel(AF, VANDAAG)
    assert om is not None and (om.rij.id, om.tot) == ("plicht", VANDAAG) and "9.9" in om.rij.artikel


@pytest.mark.parametrize("grond", GEWOON)
def test_death_ends_every_term_at_once(grond: Wisgrond) -> None:
    assert weigeringen(DOOD, grond, EINDE) == []
    om = voorstel(DOOD, EINDE)
    assert om is not None and om.rij.id == "overlijden"


@pytest.mark.parametrize("grond", [Wisgrond.ONRECHTMATIG, Wisgrond.WETTELIJKE_PLICHT])
@pytest.mark.parametrize("feiten", [LOOPT, AF, DOOD, ZONDER])
def test_what_should_never_have_been_here_waits_for_no_term(grond: Wisgrond, feiten: Bewaarfeiten) -> None:
    assert weigeringen(feiten, grond, EINDE) == []


def test_who_never_had_a_plicht_is_proposed_after_five_silent_years() -> None:
    assert weigeringen(ZONDER, Wisgrond.NIET_MEER_NODIG, EINDE) == []
    assert voorstel(ZONDER, VANDAAG - timedelta(days=1)) is None
    om = voorstel(ZONDER, VANDAAG)
    assert om is not None and om.rij.artikel == "AVG 5(1)(e)"
    assert "zonder-plicht" not in {een.rij.id for een in termijnen(AF, VANDAAG)}


def test_the_core_set_is_kept_by_college_and_duo_and_stops_nobody_here() -> None:
    kern = next(een for een in termijnen(AF, VANDAAG) if een.rij.id == "kern")
    assert kern.tot == date(2076, 6, 1) and kern.rij.weigert == ()


def test_a_loan_has_a_term_of_its_own() -> None:
    geleend = Bewaarfeiten({**AF.ankers, Anker.LENING_AFGELOST: date(2030, 1, 1)})
    assert [een.rij.id for een in weigeringen(geleend, Wisgrond.BEWAARTERMIJN, VANDAAG)] == ["lening"]
    assert voorstel(geleend, VANDAAG) is None


def test_every_term_names_its_article_and_the_day_from_which_it_holds() -> None:
    assert {rij.id for rij in ingebouwd()} == {"plicht", "overlijden", "kern", "lening", "archief", "zonder-plicht"}
    for rij in ingebouwd():
        assert rij.artikel and not rij.geldt(rij.geldig_van - timedelta(days=1)) and rij.geldt(rij.geldig_van)


@pytest.mark.parametrize(
    "inhoud",
    ["[]", "bewaartermijnen: [{id: a}]", "bewaartermijnen: {", "iets: 1"],
)
def test_a_file_of_terms_that_is_none(tmp_path: Path, inhoud: str) -> None:
    bestand = tmp_path / "termijnen.yaml"
    bestand.write_text(inhoud)
    with pytest.raises(OngeldigeTermijnen, match=r"^Mend termijnen\.yaml"):
        ingebouwd(bestand)


def test_two_versions_of_a_term_do_not_overlap(tmp_path: Path) -> None:
    rij = "{id: a, anker: overlijden, jaren: 1, weigert: [], voorstel: true, artikel: x, geldig_van: %s%s}"
    bestand = tmp_path / "termijnen.yaml"
    for eerst, tweede, mag in (
        (rij % ("2022-01-01", ", geldig_tot: 2024-01-01"), rij % ("2024-01-01", ""), True),
        (rij % ("2022-01-01", ""), rij % ("2024-01-01", ""), False),
    ):
        bestand.write_text(f"bewaartermijnen:\n  - {eerst}\n  - {tweede}\n")
        ingebouwd.cache_clear()
        if mag:
            assert len(ingebouwd(bestand)) == 2
        else:
            with pytest.raises(OngeldigeTermijnen, match="follow each other"):
                ingebouwd(bestand)
    ingebouwd.cache_clear()


# the facts


def feit(nummer: int, gebeurtenis: str, **data: str) -> Feit:
    return Feit(f"e{nummer}", gebeurtenis, "duo#uitvoering", "2026-06-01", "2026-06-01T08:00:00.000Z", data, nummer)


def dossier(*feiten: Feit) -> Rows:
    rows = Rows.in_memory({})
    for een in feiten:
        fold(rows, een)
    return rows


PLICHT = feit(1, "inburgeringsplicht-vastgesteld", doelgroep="asielstatushouder", kennisgeving="2022-02-01")


def test_the_facts_come_from_the_dossier() -> None:
    assert bewaarfeiten(dossier()) == Bewaarfeiten({})
    assert bewaarfeiten(dossier(PLICHT)) == LOOPT
    einde = feit(2, "inburgeringsplicht-beeindigd", per="2026-06-01", reden="voldaan")
    assert bewaarfeiten(dossier(PLICHT, einde)) == AF
    overleden = feit(2, "inburgeringsplicht-beeindigd", per="2026-06-01", reden="overlijden")
    assert bewaarfeiten(dossier(PLICHT, overleden)) == DOOD
    opgevangen = feit(3, "gemeente-gekoppeld", gemeente="gem-a")
    assert bewaarfeiten(dossier(opgevangen)) == ZONDER
