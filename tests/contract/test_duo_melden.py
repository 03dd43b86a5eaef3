# SPDX-License-Identifier: EUPL-1.2
"""What gemeenten report, at DUO: the right call for each, refusals that come back, order per person, nothing lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from connectors.duo.relevantie import Grond, Stand
from demo.duo.administratie import REGULIER, Inburgeraar
from demo.duo.dienst import Storing
from tests.duo_simulator.scene import DUO, GEM_A, GEM_B, INSTELLING, SCHOOL
from tests.duo_simulator.toneel import Levering, Toneel, namen, toneel

BSN, ANDER = "999990019", "999990020"
NUMMER = INSTELLING["instellingsnummer"]
A, B = f"{GEM_A}#gemeente", f"{GEM_B}#gemeente"
PIP = {
    "dagtekening": "2026-02-02",
    "leerroute": "B1-route",
    "niveau": "B1",
    "uren_b1_route": 600,
    "alfabetisering": "NVT",
}
TERMIJN = {"startdatum": "2026-02-03", "einddatum": "2029-02-03"}


@pytest.fixture
async def t(tmp_path: Path) -> AsyncIterator[Toneel]:
    async with toneel(tmp_path) as found:
        for bsn in (BSN, ANDER):
            found.duo.persoon(bsn, GEM_A)
            await found.duo_zegt.notificeer(GEM_A, "SS101", bsn, "2026-01-15T09:30:00+01:00")
        await found.haal_op()
        found.duo.verzoeken.clear()
        yield found


@pytest.fixture
def wie(t: Toneel) -> Inburgeraar:
    return t.duo.personen[BSN]


def meld(gebeurtenis: str, bron: str = A, bsn: str = BSN, **data: Any) -> Levering:
    return Levering(gebeurtenis, {"soort": "bsn", "waarde": bsn, "ook": []}, data, bron)


def wijzig(gebeurtenis: str, over: Levering, **data: Any) -> Levering:
    return Levering(gebeurtenis, over.persoon, {"betreft": over.id, "gebeurtenis": over.gebeurtenis, **data}, A)


async def test_a_pip_arrives_in_duos_words(t: Toneel, wie: Inburgeraar) -> None:
    assert await t.meld(meld("pip-vastgesteld", **PIP, opleiding_afmaken=True)) == []
    assert wie.pips == [
        (
            GEM_A,
            {
                "dagtekeningPip": "2026-02-02",
                "leerroute": "B",
                "niveau": "B1",
                "geschatteIntensiteitB1Route": 600,
                "indicatorMagOpleidingAfmaken": True,
                "indicatorAlfabetiseringsonderwijs": "NVT",
            },
        )
    ]
    (verzoek,) = t.duo.verzoeken
    assert (verzoek.methode, verzoek.pad, verzoek.status) == ("POST", f"/v1/personen/{BSN}/PIP", 201)
    assert (verzoek.bron, verzoek.doel) == (GEM_A, DUO)


async def test_the_same_delivery_twice_is_one_call(t: Toneel, wie: Inburgeraar) -> None:
    pip = meld("pip-vastgesteld", **PIP)
    await t.meld(pip, pip)
    await t.meld(pip)
    assert len(wie.pips) == 1 and len(t.duo.verzoeken) == 1


async def test_a_change_keeps_what_it_does_not_name_and_the_plan_stays_home(t: Toneel, wie: Inburgeraar) -> None:
    await t.meld(meld("pip-vastgesteld", **PIP), meld("pip-gewijzigd", dagtekening="2026-02-20", laag="plan"))
    assert len(wie.pips) == 1
    await t.meld(meld("pip-gewijzigd", dagtekening="2026-02-25", laag="beschikking"))
    await t.meld(meld("leerroute-gewijzigd", dagtekening="2026-02-27", naar="Z-route"))
    assert [(pip["dagtekeningPip"], pip["leerroute"], pip.get("niveau")) for _, pip in wie.pips] == [
        ("2026-02-02", "B", "B1"),
        ("2026-02-25", "B", "B1"),
        ("2026-02-27", "Z", None),
    ]


RESULTATEN = [
    ("map-afgerond", "map", "datumEindgesprekMap"),
    ("pvt-ondertekend", "pvt", "datumOndertekeningPvt"),
    ("zroute-afgerond", "zroute", "datumAfrondingZroute"),
]


@pytest.mark.parametrize(("gebeurtenis", "waar", "veld"), RESULTATEN)
async def test_results_are_set_corrected_and_withdrawn(
    t: Toneel, wie: Inburgeraar, gebeurtenis: str, waar: str, veld: str
) -> None:
    wie.termijn = TERMIJN
    gezet = meld(gebeurtenis, datum="2026-02-10")
    await t.meld(meld("pip-vastgesteld", **PIP), gezet)
    assert getattr(wie, waar) == {veld: "2026-02-10"}
    correctie = wijzig("correctie", gezet, wijziging={"datum": "2026-02-11"})
    (bevestigd,) = await t.meld(correctie)
    assert getattr(wie, waar) == {veld: "2026-02-11"}
    assert (bevestigd.gebeurtenis, bevestigd.data["betreft"]) == ("kennisgeving-bevestigd", correctie.id)
    await t.meld(wijzig("intrekking", gezet, reden="foutieve-invoer"))
    assert getattr(wie, waar) == {}, "left out is withdrawn"


async def test_a_correction_that_takes_a_value_away_takes_it_from_duo(t: Toneel, wie: Inburgeraar) -> None:
    wie.termijn = {**TERMIJN, "einddatum": "2026-02-09"}
    gezet = meld("map-afgerond", datum="2026-02-10", verwijtbaar=True)
    await t.meld(meld("pip-vastgesteld", **PIP), gezet)
    assert wie.map == {"datumEindgesprekMap": "2026-02-10", "verwijtbaar": "Ja"}
    wie.termijn = TERMIJN
    await t.meld(wijzig("correctie", gezet, leeg=["verwijtbaar"]))
    assert wie.map == {"datumEindgesprekMap": "2026-02-10"}, "a PUT replaces the whole"


@pytest.mark.parametrize(
    ("soort", "pad"),
    [
        ("taal-knm-brede-intake", "bredeintake/taallesknm"),
        ("participatieactiviteiten", "participatieactiviteiten"),
        ("taal-knm", "participatietaalles"),
    ],
)
async def test_hours_are_totals(t: Toneel, wie: Inburgeraar, soort: str, pad: str) -> None:
    eerst, dan = (meld("gevolgde-uren-vastgesteld", soort=soort, uren=uren) for uren in (40, 95))
    await t.meld(eerst, dan)
    assert wie.uren == {pad: 95}
    (geweigerd,) = await t.meld(wijzig("intrekking", dan, reden="dubbel"))
    assert geweigerd.data["reden"] == "ongeldig" and wie.uren == {pad: 95}


async def test_an_offer_goes_to_the_institution_that_duo_knows(t: Toneel, wie: Inburgeraar) -> None:
    aanbod = meld(
        "inburgeringsaanbod-gedaan",
        taalschool=SCHOOL,
        datum="2026-02-16",
        verwachte_startdatum="2026-02-16",
        verwachte_einddatum="2027-02-16",
        alfabetisering="A",
    )
    await t.meld(meld("pip-vastgesteld", **PIP), aanbod)
    assert wie.aanbod == {
        NUMMER: {
            "datumInburgeringsaanbod": "2026-02-16",
            "verwachteStartdatumOpleiding": "2026-02-16",
            "verwachteEinddatumOpleiding": "2027-02-16",
            "indicatorAlfabetiseringsonderwijs": "A",
        }
    }
    assert [een.pad for een in t.duo.verzoeken][1:] == [
        "/v1/instellingen",
        f"/v1/personen/{BSN}/Inburgeringsaanbod/{NUMMER}",
    ]
    t.duo.instellingen.append({**INSTELLING, "instellingsnummer": "0000054321"})
    await t.meld(wijzig("correctie", aanbod, wijziging={"instellingsnummer": "0000054321"}))
    assert list(wie.aanbod) == ["0000054321"], "the offer at the first institution is gone"
    await t.meld(wijzig("intrekking", aanbod, reden="foutieve-invoer"))
    assert wie.aanbod == {}


@pytest.mark.parametrize(
    ("velden", "reden"),
    [
        ({"instellingsnummer": "0000099999", "alfabetisering": "NVT"}, "instelling-onbekend"),
        ({"taalschool": "00000099000000005999", "alfabetisering": "NVT"}, "instelling-onbekend"),
        ({"instellingsnummer": "123", "alfabetisering": "NVT"}, "ongeldig"),
        ({"instellingsnummer": NUMMER}, "onvolledig"),
    ],
)
async def test_an_offer_that_cannot_be_is_not_put_to_duo(t: Toneel, velden: dict[str, str], reden: str) -> None:
    (geweigerd,) = await t.meld(meld("inburgeringsaanbod-gedaan", datum="2026-02-16", **velden))
    assert geweigerd.data["reden"] == reden and not t.duo.gedaan("POST")


async def test_the_regievoerder_is_made_once_and_coupled(t: Toneel, wie: Inburgeraar) -> None:
    iemand = {"regievoerder": "J. de Vries", "organisatie": GEM_A, "email": "j.devries@veldhaven.example"}
    for bsn, telefoon in ((BSN, "070-1234567"), (ANDER, "070-1234567"), (BSN, "070-7654321")):
        await t.meld(meld("regievoerder-toegewezen", bsn=bsn, **iemand, telefoon=telefoon))
    assert len(t.duo.contacten) == 1 and t.duo.contacten[1]["telefoonnummer"] == "070-7654321"
    assert (wie.contact, t.duo.personen[ANDER].contact) == (1, 1)
    (geweigerd,) = await t.meld(meld("regievoerder-toegewezen", regievoerder="K. Bakker", organisatie=GEM_A))
    assert geweigerd.data["reden"] == "onvolledig" and "email, telefoonnummer" in geweigerd.data["fouten"][0]


async def test_a_refusal_comes_back_with_every_rule_and_without_numbers(t: Toneel, wie: Inburgeraar) -> None:
    wie.gevestigd = date(2026, 2, 20)
    pip = meld("pip-vastgesteld", dagtekening="2025-12-01", leerroute="onderwijsroute", niveau="A2")
    (geweigerd,) = await t.meld(pip)
    assert geweigerd.gebeurtenis == "melding-geweigerd" and geweigerd.persoon == {
        "soort": "bsn",
        "waarde": BSN,
        "ook": [],
    }
    assert {naam: geweigerd.data[naam] for naam in ("betreft", "gebeurtenis", "gemeente", "reden")} == {
        "betreft": pip.id,
        "gebeurtenis": "pip-vastgesteld",
        "gemeente": GEM_A,
        "reden": "regel",
    }
    assert len(geweigerd.data["fouten"]) == 3, "dagtekening twice, niveau once"
    wie.gemeente = GEM_B
    (geweigerd,) = await t.meld(meld("pip-vastgesteld", **PIP))
    assert geweigerd.data["reden"] == "regel" and BSN not in str(geweigerd.data), "DUO named the number in its text"
    del t.duo.personen[BSN]
    (geweigerd,) = await t.meld(meld("pip-vastgesteld", **PIP))
    assert geweigerd.data["reden"] == "persoon-onbekend"


async def test_what_was_refused_is_mended_by_a_correction(t: Toneel, wie: Inburgeraar) -> None:
    wie.indeling = REGULIER
    pip = meld("pip-vastgesteld", **PIP)
    assert namen(await t.meld(pip)) == ["melding-geweigerd"] and wie.pips == []
    assert namen(await t.meld(wijzig("correctie", pip, leeg=["uren_b1_route"]))) == ["kennisgeving-bevestigd"]
    assert len(wie.pips) == 1 and "geschatteIntensiteitB1Route" not in wie.pips[0][1]


async def test_what_duo_never_had_needs_no_withdrawal(t: Toneel, wie: Inburgeraar) -> None:
    pip = meld("pip-vastgesteld", dagtekening="2025-12-01", leerroute="B1-route")
    await t.meld(pip)
    assert namen(await t.meld(wijzig("intrekking", pip, reden="dubbel"))) == ["kennisgeving-bevestigd"]
    assert not [een for een in t.duo.verzoeken if een.methode == "DELETE"]


async def test_a_pip_is_withdrawn_only_while_duo_allows(t: Toneel, wie: Inburgeraar) -> None:
    pip = meld("pip-vastgesteld", **PIP)
    await t.meld(pip)
    wie.termijn = TERMIJN
    (geweigerd,) = await t.meld(wijzig("intrekking", pip, reden="foutieve-invoer"))
    assert geweigerd.data["reden"] == "regel" and len(wie.pips) == 1
    wie.termijn = None
    assert await t.meld(meld("pip-ingetrokken")) == [] and wie.pips == []


async def test_duo_is_not_asked_about_persons_of_others(t: Toneel, wie: Inburgeraar) -> None:
    (geweigerd,) = await t.meld(meld("pip-vastgesteld", B, **PIP))
    assert geweigerd.data["reden"] == "niet-relevant" and geweigerd.data["gemeente"] == GEM_B
    (onbekend,) = await t.meld(meld("pip-vastgesteld", bsn="999990021", **PIP))
    assert onbekend.data["reden"] == "niet-relevant"
    (elders,) = await t.meld(meld("pip-vastgesteld", "00000001999999999000#gemeente", **PIP))
    assert elders.data["reden"] == "niet-relevant"
    assert t.duo.verzoeken == []


async def test_duo_may_judge_of_persons_that_nobody_heard_of_when_so_set(tmp_path: Path) -> None:
    async with toneel(tmp_path, bij_onbekend="vragen") as t:
        t.duo.persoon(BSN, GEM_A)
        await t.meld(meld("pip-vastgesteld", **PIP))
        assert len(t.duo.personen[BSN].pips) == 1
        (geweigerd,) = await t.meld(meld("map-afgerond", B, datum="2026-02-10"))
        assert geweigerd.data["reden"] == "niet-relevant", "now it is known whose PIP stands"


async def test_what_duo_has_no_service_for_is_left(t: Toneel) -> None:
    school = f"{SCHOOL}#taalschool"
    over = meld("cursus-gestart", school, begindatum="2026-02-16")
    assert await t.meld(over, meld("boete-opgelegd", datum="2026-02-16")) == []
    assert namen(await t.meld(wijzig("correctie", over, wijziging={"begindatum": "2026-02-17"}))) == [
        "kennisgeving-bevestigd"
    ]
    assert t.duo.verzoeken == [] and t.wachtrij("opdracht") == {"overgeslagen": 2, "klaar": 1}


async def test_maintenance_and_time_outs_lose_nothing_and_keep_the_order(t: Toneel, wie: Inburgeraar) -> None:
    storingen = [
        Storing.TE_LAAT,
        Storing.ONDERHOUD,
        Storing.NOOIT,
        Storing.FOUT,
        Storing.GEEN_VERSIE,
        Storing.ONDERHOUD,
    ]
    t.duo.storingen.extend(storingen)
    totalen = [meld("gevolgde-uren-vastgesteld", soort="taal-knm", uren=uren) for uren in (10, 20, 30)]
    gezegd = await t.meld(meld("pip-vastgesteld", **PIP), *totalen)
    for _ in range(500):
        if t.wachtrij("opdracht") == {"klaar": 4}:
            break
        gezegd += await t.meld()
    assert gezegd == [] and t.wachtrij("opdracht") == {"klaar": 4}
    assert len(wie.pips) == 1, "the PIP of which the answer came too late was looked up and not made twice"
    gezet = [een.inhoud["uren"] for een in t.duo.gedaan("PUT")]
    assert gezet == sorted(gezet) and set(gezet) == {10, 20, 30}


async def test_in_maintenance_duo_is_left_alone_by_everyone(t: Toneel) -> None:
    t.duo.onderhoud = True
    t.melder.pauze.eerste = t.melder.pauze.langste = 60.0
    await t.meld(meld("pip-vastgesteld", **PIP))
    await t.meld(meld("pip-vastgesteld", bsn=ANDER, **PIP))
    assert len(t.duo.verzoeken) == 1
    t.duo.onderhoud = False
    t.melder.pauze.open()
    with t.b.opslag.transactie() as c:
        c.exec_driver_sql("UPDATE opdracht SET volgende = 0")
    await t.meld()
    assert len(t.duo.gedaan("POST")) == 2


async def test_one_person_who_waits_holds_up_nobody_else(t: Toneel, wie: Inburgeraar) -> None:
    t.duo.storingen.append(Storing.FOUT)
    t.melder.pauze.eerste = t.melder.pauze.langste = 60.0
    await t.meld(meld("pip-vastgesteld", **PIP))
    await t.meld(meld("map-afgerond", datum="2026-02-10"), meld("pip-vastgesteld", bsn=ANDER, **PIP))
    assert wie.pips == [] and wie.map == {} and len(t.duo.personen[ANDER].pips) == 1


async def test_receipts_of_the_hub_are_kept(t: Toneel) -> None:
    (geweigerd,) = await t.meld(meld("pip-vastgesteld", B, **PIP))
    await t.meld(Levering("aanlevering-aanvaard", None, {"betreft": t.hub.events[0].id}))
    await t.meld(Levering("aanlevering-geweigerd", None, {"betreft": geweigerd.id, "reden": "ongeldig"}))
    assert t.wachtrij("uitgaand") == {"aanvaard": 1, "geweigerd": 1, "verzonden": 1}
    assert [een["reden"] for een in t.b.opslag.aandacht() if een["wachtrij"] == "uitgaand"] == ["ongeldig"]


def test_the_four_grounds() -> None:
    dag = date(2026, 3, 2)
    assert Stand(woont_in=GEM_A).grond(GEM_A, dag) is Grond.INGEZETENE
    assert Stand(woont_in=GEM_A).grond(GEM_B, dag) is None
    assert Stand().gekoppeld(GEM_A).grond(GEM_A, dag) is Grond.GEKOPPELD
    assert Stand(woont_in=GEM_B, in_opvang=True, gekoppeld_aan=GEM_A).grond(GEM_B, dag) is None
    verhuisd = Stand(woont_in=GEM_B).pip(GEM_A, "2025-06-02")
    assert verhuisd.grond(GEM_A, dag) is Grond.EIGEN_PIP
    nieuw = verhuisd.pip(GEM_B, "2026-02-02")
    assert nieuw.grond(GEM_A, date(2026, 3, 1)) is Grond.VORIGE_PIP
    assert nieuw.grond(GEM_A, date(2026, 3, 2)) is None, "a month old is no longer younger than a month"
    assert Stand().pip(GEM_A, "2025-06-02").pip(GEM_B, "2026-01-31").grond(GEM_A, date(2026, 2, 27)) is Grond.VORIGE_PIP
