# SPDX-License-Identifier: EUPL-1.2
"""After a notice: the right services, in the right order, once; and what becomes of their answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from connectors.duo.gebeurtenissen import CATALOGUS
from demo.duo.administratie import REGULIER, Inburgeraar
from demo.duo.dienst import Storing
from tests.duo_simulator.scene import DUO, GEM_A, GEM_B
from tests.duo_simulator.toneel import Levering, Toneel, namen, toneel

BSN, ANDER = "999990019", "999990020"
T1, T2, T3 = (f"2026-03-0{dag}T09:30:00+01:00" for dag in (2, 3, 4))
VRIJ = {
    "TijdelijkeVrijstelling": {
        "oordeel": "Toekenning",
        "reden": "OPL",
        "datumOordeel": "2026-02-20",
        "startdatum": "2026-02-01",
        "einddatum": "2026-07-31",
    }
}
EXAMEN = {"examendatum": "2026-02-10", "resultaat": "Gezakt", "onderdeel": "LE", "niveau": "A2"}
TERMIJN = {"startdatum": "2026-02-03", "einddatum": "2029-02-03"}
VOORBIJ = {"indicatorInburgeringsplicht": False, "begindatum": "2026-01-12", "einddatum": "2026-02-28"}


@pytest.fixture
async def t(tmp_path: Path) -> AsyncIterator[Toneel]:
    async with toneel(tmp_path) as found:
        yield found


@pytest.fixture
def wie(t: Toneel) -> Inburgeraar:
    return t.duo.persoon(BSN, GEM_A)


def paden(t: Toneel) -> list[str]:
    return [een.pad.removeprefix(f"/v1/personen/{BSN}/") for een in t.duo.verzoeken]


async def test_a_new_inburgeringsplichtige(t: Toneel, wie: Inburgeraar) -> None:
    wie.examens.append(EXAMEN)
    assert await t.duo_zegt.notificeer(GEM_A, "SS101", BSN, T1) == 201
    plicht, examen = await t.haal_op()
    assert paden(t) == ["inburgeringsplicht", "doelgroep", "examens/resultaten"]
    assert {(een.bron, een.doel) for een in t.duo.verzoeken} == {(GEM_A, DUO)}
    assert len({een.bericht_id for een in t.duo.verzoeken}) == 3, "a berichtId is random for each request"
    assert plicht.persoon == {"soort": "bsn", "waarde": BSN, "ook": []}
    assert (plicht.gebeurtenis, plicht.data) == (
        "inburgeringsplicht-vastgesteld",
        {
            "doelgroep": "asielstatushouder",
            "detail_doelgroep": "Asielstatushouder",
            "wet": "Wi2021",
            "kennisgeving": "2026-01-14",
            "gemeente": GEM_A,
            "per": "2026-01-12",
            "gebeurtenisId": "SS101",
        },
    )
    assert examen.data == {"onderdeel": "LE", "resultaat": "gezakt", "niveau": "A2", "examendatum": "2026-02-10"}
    assert t.wachtrij("notificatie") == {"klaar": 1} and t.wachtrij("uitgaand") == {"verzonden": 2}


ANTWOORDEN: dict[str, dict[str, Any]] = {
    "SS109": {
        "plicht": {**VOORBIJ, "redenGeenInburgeringsplicht": "Tijdelijke vrijstelling"},
        "vrijstellingen": [VRIJ],
    },
    **{
        id_: {"plicht": {**VOORBIJ, "redenGeenInburgeringsplicht": reden}}
        for id_, reden in {
            "SS106": "Inburgeringsplicht voldaan",
            "SS107": "Volledige vrijstelling",
            "SS108": "Volledige ontheffing",
            "SS110": "Verblijfsdoel gewijzigd",
            "SS111": "Overlijden",
        }.items()
    },
    "SS137": {"examennummer": "202600012345"},
    "SS131": {
        "lbt": [
            {
                "resultaat": "B1-route niet haalbaar",
                "behaaldeScore": "12,50",
                "benodigdeScore": "20,00",
                "datumAfname": "2026-02-11",
            }
        ]
    },
    "SS199": {"examens": [EXAMEN]},
    **{id_: {"termijn": TERMIJN} for id_ in ("SS102", "SS103", "SS121")},
    "SS104": {
        "termijn": {**TERMIJN, "einddatum": "2029-08-03", "verlengingsgrondcode": "3a"},
        "verlengingen": [
            {"beoordelingAanvraag": "Toegekend", "ontvangstdatum": "2026-01-05", "datumBeoordeling": "2026-02-20"}
        ],
    },
    "SS130": {
        "termijn": TERMIJN,
        "vrijstellingen": [VRIJ],
        "pips": [(GEM_A, {"dagtekeningPip": "2026-02-02", "leerroute": "B", "niveau": "B1"})],
    },
    **{
        id_: {
            "verlengingen": [
                {"beoordelingAanvraag": "Afgewezen", "ontvangstdatum": "2026-01-05", "datumBeoordeling": "2026-02-20"}
            ]
        }
        for id_ in ("SS113",)
    },
    "SS112": {"verlengingen": [{"beoordelingAanvraag": "InBehandeling", "ontvangstdatum": "2026-02-25"}]},
    **{
        id_: {
            "vrijstellingen": [
                {
                    "GedeeltelijkeVrijstelling": {
                        "oordeel": oordeel,
                        "reden": "GED",
                        "datumOordeel": "2026-02-20",
                        "examenonderdeel": "SP",
                        "examenniveau": "B1",
                    }
                }
            ]
        }
        for id_, oordeel in {
            "SS114": "Afwijzing",
            "SS115": "Afwijzing",
            "SS116": "Afwijzing",
            "SS117": "Toekenning",
        }.items()
    },
    **{
        id_: {
            "ontheffingen": [
                {
                    "GedeeltelijkeOntheffing": {
                        "oordeel": oordeel,
                        "datumOordeel": "2026-02-20",
                        "grond": "MED",
                        "urenBelastbaarheidParticipatieactiviteit": 100,
                    }
                }
            ]
        }
        for id_, oordeel in {"SS118": "Afwijzing", "SS119": "Toekenning"}.items()
    },
}
VERWACHT = {
    "SS101": "inburgeringsplicht-vastgesteld",
    "SS128": "inburgeringsplicht-vastgesteld",
    "SS139": "inburgeringsplicht-vastgesteld",
    "SS129": "inburgeringsplicht-vastgesteld inburgeringsplicht-gewijzigd",
    "SS120": "inburgeringsplicht-vastgesteld persoon-verhuisd",
    "SS121": "inburgeringsplicht-vastgesteld persoon-verhuisd inburgeringstermijn-gestart",
    "SS124": "inburgeringsplicht-gewijzigd",
    "SS125": "inburgeringsplicht-gewijzigd",
    "SS109": "inburgeringsplicht-gewijzigd verzoek-beoordeeld",
    **dict.fromkeys(("SS106", "SS107", "SS108", "SS110", "SS111"), "inburgeringsplicht-beeindigd"),
    "SS137": "leerbaarheidstoets-aangemeld",
    "SS131": "leerbaarheidstoets-uitslag-bekend",
    "SS102": "inburgeringstermijn-gestart",
    "SS199": "examenuitslag-bekend",
    "SS103": "inburgeringstermijn-verlengd",
    "SS104": "inburgeringstermijn-verlengd verzoek-ingediend verzoek-beoordeeld",
    "SS130": "inburgeringsplicht-vastgesteld inburgeringsplicht-gewijzigd inburgeringstermijn-gestart verzoek-beoordeeld",
    "SS113": "verzoek-ingediend verzoek-beoordeeld",
    **dict.fromkeys(("SS114", "SS115", "SS116", "SS117", "SS118", "SS119"), "verzoek-beoordeeld"),
    "SS112": "verzoek-ingediend attentiesignaal-gegeven",
    **dict.fromkeys(
        ("SS122", "SS123", "SS126", "SS127", "SS132", "SS133", "SS135", "SS136", "SS140", "SS141", "SS142"),
        "attentiesignaal-gegeven",
    ),
}


@pytest.mark.parametrize("id_", sorted(CATALOGUS))
async def test_every_event_of_the_catalogue_becomes_ours(t: Toneel, wie: Inburgeraar, id_: str) -> None:
    for veld, waarde in ANTWOORDEN.get(id_, {}).items():
        setattr(wie, veld, waarde)
    assert await t.duo_zegt.notificeer(GEM_A, id_, BSN, T1) == 201
    gezegd = await t.haal_op()
    assert " ".join(namen(gezegd)) == VERWACHT[id_], t.redenen()
    assert len(t.duo.verzoeken) == len(CATALOGUS[id_].diensten)
    assert t.wachtrij("notificatie") == {"klaar": 1}
    # The same notice again asks nothing and says nothing.
    assert await t.duo_zegt.notificeer(GEM_A, id_, BSN, T1) == 201
    assert await t.haal_op() == [] and len(t.duo.verzoeken) == len(CATALOGUS[id_].diensten)


def test_the_table_has_the_whole_catalogue() -> None:
    assert set(VERWACHT) == set(CATALOGUS)


async def test_ends_are_inclusive_or_exclusive_as_each_field_has_it(t: Toneel, wie: Inburgeraar) -> None:
    wie.termijn, wie.vrijstellingen = TERMIJN, [VRIJ]
    await t.duo_zegt.notificeer(GEM_A, "SS102", BSN, T1)
    (gestart,) = await t.haal_op()
    assert gestart.data == TERMIJN, "the end of the term is exclusive with DUO and with us"
    await t.duo_zegt.notificeer(GEM_A, "SS109", BSN, T2)
    gewijzigd, beoordeeld = await t.haal_op()
    assert gewijzigd.data["einddatum"] == "2026-08-01", "ours: the first day after; DUO's is the last"
    assert beoordeeld.data["tot_en_met"] == "2026-07-31"
    wie.plicht = {**VOORBIJ, "redenGeenInburgeringsplicht": "Overig"}
    await t.duo_zegt.notificeer(GEM_A, "SS110", BSN, T3)
    beeindigd = (await t.haal_op())[0]
    assert beeindigd.data == {"per": "2026-02-28", "reden": "overig"}, "the day on which it ends"


async def test_what_is_known_is_not_said_again_and_what_changed_is_corrected(t: Toneel, wie: Inburgeraar) -> None:
    wie.examens = [EXAMEN]
    await t.duo_zegt.notificeer(GEM_A, "SS199", BSN, T1)
    (eerste,) = await t.haal_op()
    wie.examens = [EXAMEN, {**EXAMEN, "onderdeel": "LU", "resultaat": "Geslaagd"}]
    await t.duo_zegt.notificeer(GEM_A, "SS199", BSN, T2)
    (tweede,) = await t.haal_op()
    assert tweede.data["onderdeel"] == "LU", "the service gives the whole list; only what is new is said"
    wie.examens[0] = {**EXAMEN, "resultaat": "Geslaagd"}
    await t.duo_zegt.notificeer(GEM_A, "SS199", BSN, T3)
    (correctie,) = await t.haal_op()
    assert (correctie.gebeurtenis, correctie.data) == (
        "correctie",
        {"betreft": eerste.id, "gebeurtenis": "examenuitslag-bekend", "wijziging": {"resultaat": "geslaagd"}},
    )


async def test_what_duo_says_no_more_is_taken_away(t: Toneel, wie: Inburgeraar) -> None:
    wie.examens = [{**EXAMEN, "resultaat": "Geen", "redenGeenResultaat": "Absent"}]
    await t.duo_zegt.notificeer(GEM_A, "SS199", BSN, T1)
    (eerste,) = await t.haal_op()
    assert eerste.data["reden_geen_resultaat"] == "absent"
    wie.examens = [{**EXAMEN, "resultaat": "Geslaagd"}]
    await t.duo_zegt.notificeer(GEM_A, "SS199", BSN, T2)
    (correctie,) = await t.haal_op()
    assert correctie.data["wijziging"] == {"resultaat": "geslaagd"}
    assert correctie.data["leeg"] == ["reden_geen_resultaat"], "who passed was not absent"
    await t.duo_zegt.notificeer(GEM_A, "SS199", BSN, T3)
    assert await t.haal_op() == [], "said once"


async def test_a_person_of_another_gemeente_is_corrected_to_all_who_had_it(t: Toneel, wie: Inburgeraar) -> None:
    """January 2022: gemeenten were notified of persons of others."""
    await t.duo_zegt.notificeer(GEM_A, "SS101", BSN, T1)
    (fout,) = await t.haal_op()
    wie.gemeente = GEM_B
    await t.duo_zegt.notificeer(GEM_B, "SS101", BSN, T2)
    (correctie,) = await t.haal_op()
    assert correctie.gebeurtenis == "correctie" and correctie.data["betreft"] == fout.id
    assert correctie.data["wijziging"] == {"gemeente": GEM_B}


async def test_a_plicht_that_never_was_is_withdrawn(t: Toneel, wie: Inburgeraar) -> None:
    """January 2022: persons of the old law were delivered."""
    await t.duo_zegt.notificeer(GEM_A, "SS101", BSN, T1)
    (fout,) = await t.haal_op()
    wie.plicht = {"indicatorInburgeringsplicht": False}
    await t.duo_zegt.notificeer(GEM_A, "SS110", BSN, T2)
    (intrekking,) = await t.haal_op()
    assert intrekking.gebeurtenis == "intrekking"
    assert intrekking.data == {
        "betreft": fout.id,
        "gebeurtenis": "inburgeringsplicht-vastgesteld",
        "reden": "foutieve-invoer",
    }


async def test_who_leaves_the_opvang_gets_the_ten_weeks_and_no_second_plicht(t: Toneel, wie: Inburgeraar) -> None:
    await t.duo_zegt.notificeer(GEM_A, "SS101", BSN, T1)
    await t.haal_op()
    wie.plicht |= {"datumKennisgevingInburgeringsplicht": "2026-02-27", "wijzigingsdatum": "2026-02-26"}
    await t.duo_zegt.notificeer(GEM_A, "SS139", BSN, T2)
    (gewijzigd,) = await t.haal_op()
    assert (gewijzigd.gebeurtenis, gewijzigd.data) == (
        "inburgeringsplicht-gewijzigd",
        {"gemeente": GEM_A, "kennisgeving": "2026-02-27", "per": "2026-02-26"},
    )


async def test_a_regular_migrant_with_unknown_detail_stays_undecided(t: Toneel) -> None:
    for bsn, detail, code in (
        (BSN, "Gezinsvormer", "gezinsmigrant"),
        (ANDER, "Iets nieuws", "gezins-overig-onbepaald"),
    ):
        t.duo.persoon(bsn, GEM_A, indeling=REGULIER, detail=detail)
        await t.duo_zegt.notificeer(GEM_A, "SS101", bsn, T1)
        (plicht,) = await t.haal_op()
        assert plicht.data["doelgroep"] == code


async def test_notices_of_one_person_go_in_order_of_registration(t: Toneel, wie: Inburgeraar) -> None:
    wie.termijn = TERMIJN
    for id_, op in (("SS103", T3), ("SS101", T1), ("SS102", T2)):
        await t.duo_zegt.notificeer(GEM_A, id_, BSN, op)
    assert namen(await t.haal_op()) == [
        "inburgeringsplicht-vastgesteld",
        "inburgeringstermijn-gestart",
        "inburgeringstermijn-verlengd",
    ]


async def test_maintenance_loses_nothing_keeps_the_order_and_asks_no_service_twice(t: Toneel, wie: Inburgeraar) -> None:
    wie.termijn = TERMIJN
    await t.duo_zegt.notificeer(GEM_A, "SS101", BSN, T1)
    await t.duo_zegt.notificeer(GEM_A, "SS102", BSN, T2)
    t.duo.storingen.extend([Storing.ONDERHOUD, Storing.NOOIT, Storing.FOUT, Storing.TE_LAAT, Storing.GEEN_VERSIE])
    gezegd = []
    for _ in range(200):
        gezegd += await t.haal_op()
        if t.wachtrij("notificatie") == {"klaar": 2}:
            break
    assert namen(gezegd) == ["inburgeringsplicht-vastgesteld", "inburgeringstermijn-gestart"]
    gelukt = [een.pad for een in t.duo.verzoeken if een.status == 200 and een.gedaan]
    # Two answers were lost on the way (too late, and without a version): those services were asked once more.
    assert sorted(set(gelukt)) == sorted(gelukt) or len(gelukt) - len(set(gelukt)) == 1


async def test_a_notice_that_waits_holds_up_nobody_else(t: Toneel, wie: Inburgeraar) -> None:
    t.duo.persoon(ANDER, GEM_A)
    await t.duo_zegt.notificeer(GEM_A, "SS101", BSN, T1)
    t.duo.storingen.append(Storing.FOUT)
    t.ophaler.pauze.eerste = t.ophaler.pauze.langste = 60.0
    assert await t.haal_op() == []
    await t.duo_zegt.notificeer(GEM_A, "SS101", ANDER, T1)
    (plicht,) = await t.haal_op()
    assert plicht.persoon is not None and plicht.persoon["waarde"] == ANDER


async def test_nobody_is_asked_about_who_belongs_to_another_gemeente(t: Toneel, wie: Inburgeraar) -> None:
    wie.termijn = TERMIJN
    await t.duo_zegt.notificeer(GEM_A, "SS101", BSN, T1)
    await t.haal_op()
    eerder = len(t.duo.verzoeken)
    await t.duo_zegt.notificeer(GEM_B, "SS102", BSN, T2)
    assert await t.haal_op() == []
    assert len(t.duo.verzoeken) == eerder, "DUO was not asked"
    assert t.wachtrij("notificatie") == {"klaar": 1, "aangehouden": 1}
    assert "geen grond" in t.redenen()[0]


async def test_a_move_opens_the_person_to_the_new_gemeente_and_closes_it_to_the_old(
    t: Toneel, wie: Inburgeraar
) -> None:
    await t.duo_zegt.notificeer(GEM_A, "SS101", BSN, T1)
    await t.haal_op()
    wie.gemeente = GEM_B
    await t.duo_zegt.notificeer(GEM_A, "SS122", BSN, T2)
    await t.duo_zegt.notificeer(GEM_B, "SS120", BSN, T2)
    signaal, verhuisd = await t.haal_op()
    assert signaal.data["signaal"] == "vertrokken-naar-gemeente" and signaal.data["gemeente"] == GEM_A
    assert verhuisd.data["naar"] == GEM_B and verhuisd.data["datum"] == "2026-03-03"
    await t.duo_zegt.notificeer(GEM_A, "SS199", BSN, T3)
    assert await t.haal_op() == [] and t.wachtrij("notificatie")["aangehouden"] == 1


async def test_what_coa_couples_counts_while_the_person_is_in_the_opvang(t: Toneel, wie: Inburgeraar) -> None:
    persoon = {"soort": "bsn", "waarde": BSN, "ook": []}
    await t.meld(Levering("gemeente-gekoppeld", persoon, {"gemeente": GEM_A}, "00000099000000000001#opvang"))
    wie.examens = [EXAMEN]
    await t.duo_zegt.notificeer(GEM_B, "SS199", BSN, T1)
    await t.duo_zegt.notificeer(GEM_A, "SS199", BSN, T2)
    assert namen(await t.haal_op()) == ["examenuitslag-bekend"]
    assert {een.bron for een in t.duo.verzoeken} == {GEM_A}


async def test_who_has_only_a_v_number_waits_until_the_bsn_is_known(t: Toneel, wie: Inburgeraar) -> None:
    await t.duo_zegt.notificeer(GEM_A, "SS101", None, T1, vNummer=1234567890)
    assert await t.haal_op() == [] and t.duo.verzoeken == []
    assert "V-nummer" in t.redenen()[0]
    await t.duo_zegt.notificeer(GEM_A, "SS139", BSN, T2, vNummer=1234567890)
    plicht, gewijzigd = await t.haal_op()
    assert namen([plicht, gewijzigd]) == ["inburgeringsplicht-vastgesteld", "inburgeringsplicht-gewijzigd"]
    assert plicht.persoon == {
        "soort": "bsn",
        "waarde": BSN,
        "ook": [{"soort": "vnummer", "waarde": "1234567890"}],
    }


async def test_an_attentiesignaal_needs_no_bsn(t: Toneel) -> None:
    await t.duo_zegt.notificeer(GEM_A, "SS126", None, T1, vNummer=12345)
    (signaal,) = await t.haal_op()
    assert signaal.persoon == {"soort": "vnummer", "waarde": "0000012345", "ook": []}


@pytest.mark.parametrize(
    ("plicht", "stand"),
    [
        ({"indicatorInburgeringsplicht": "misschien"}, "aangehouden"),
        ({"indicatorInburgeringsplicht": False, "begindatum": "2026-01-12"}, "aangehouden"),
        ({"indicatorInburgeringsplicht": True, "begindatum": "2026-01-12"}, "klaar"),
    ],
)
async def test_an_answer_that_does_not_do_is_kept_for_somebody_to_look_at(
    t: Toneel, wie: Inburgeraar, plicht: dict[str, Any], stand: str
) -> None:
    wie.plicht = plicht
    await t.duo_zegt.notificeer(GEM_A, "SS110", BSN, T1)
    assert await t.haal_op() == []
    assert t.wachtrij("notificatie") == {stand: 1}
    assert all("misschien" not in reden for reden in t.redenen())


async def test_what_duo_refuses_to_tell_stands_still_until_somebody_tries_again(t: Toneel, wie: Inburgeraar) -> None:
    wie.gemeente = GEM_B
    await t.duo_zegt.notificeer(GEM_A, "SS101", BSN, T1)
    assert await t.haal_op() == [] and t.wachtrij("notificatie") == {"geweigerd": 1}
    wie.gemeente = GEM_A
    assert t.b.opslag.opnieuw("notificatie", 1)
    assert namen(await t.haal_op()) == ["inburgeringsplicht-vastgesteld"]
