# SPDX-License-Identifier: EUPL-1.2
"""DUO and gemeenten through a real hub, both directions, with DUO's rules, its maintenance, and `kill -9` on our side."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from connectors import Event
from demo.duo.administratie import Inburgeraar
from demo.duo.dienst import Storing
from tests.duo_simulator.scene import INSTELLING
from tests.faults.hub_scene import COA, GEM_A, SCHOOL_A, until
from tests.stream.duo_scene import BEGIN, TODAY, DuoScene, duo_scene, sets
from tests.stream.erasure_scene import vnummer

SIGNED = BEGIN + timedelta(days=20)
END = (SIGNED + timedelta(days=1 + 3 * 365)).isoformat()


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuoScene]:
    with duo_scene(tmp_path_factory.mktemp("duo")) as made:
        yield made


def about(who: Inburgeraar, gebeurtenis: str, **data: Any) -> Event:
    return Event(gebeurtenis, {"soort": "bsn", "waarde": who.bsn}, data)


def pip(who: Inburgeraar, **more: Any) -> Event:
    return about(who, "pip-vastgesteld", dagtekening=SIGNED.isoformat(), leerroute="B1-route", niveau="B1", **more)


def hours(who: Inburgeraar, count: int) -> Event:
    return about(who, "gevolgde-uren-vastgesteld", soort="taal-knm", uren=count, datum=TODAY.isoformat())


async def known(scene: DuoScene, **more: Any) -> Inburgeraar:
    """Somebody of whom DUO notified gemeente A, which has heard of it."""
    who = scene.person(**more)
    await scene.notify("SS101", who)
    await scene.hears(GEM_A, "inburgeringsplicht-vastgesteld", who)
    return who


async def test_a_notice_becomes_what_duos_services_say_and_the_gemeente_has_it(scene: DuoScene) -> None:
    who = await known(scene)
    heard = await scene.hears(GEM_A, "inburgeringsplicht-vastgesteld", who)
    assert heard.data["doelgroep"] == "asielstatushouder"
    assert heard.data["kennisgeving"] == who.plicht["datumKennisgevingInburgeringsplicht"]
    assert scene.asked(who) == ["GET /inburgeringsplicht", "GET /doelgroep", "GET /examens/resultaten"], "once each"


async def test_what_the_gemeente_reports_is_at_duo_and_the_term_that_follows_comes_back(scene: DuoScene) -> None:
    who = await known(scene)
    await scene.report(
        GEM_A,
        about(who, "regievoerder-toegewezen", regievoerder="A. de Wit", organisatie=GEM_A, telefoon="070-1234567",
              email="a.dewit@gemeente-a.example"),
        pip(who, uren_b1_route=600, alfabetisering="NVT"),
    )  # fmt: skip
    await until(lambda: bool(who.pips) and who.contact is not None, "the PIP and the contact person at DUO")
    assert who.pips == [
        (
            GEM_A,
            {
                "dagtekeningPip": SIGNED.isoformat(),
                "leerroute": "B",
                "niveau": "B1",
                "geschatteIntensiteitB1Route": 600,
                "indicatorAlfabetiseringsonderwijs": "NVT",
            },
        )
    ]
    assert scene.duo.contacten[who.contact]["telefoonnummer"] == "070-1234567"  # type: ignore[index]
    who.termijn = {"startdatum": (SIGNED + timedelta(days=1)).isoformat(), "einddatum": END}
    await scene.notify("SS102", who)
    term = await scene.hears(GEM_A, "inburgeringstermijn-gestart", who)
    assert (term.data["startdatum"], term.data["einddatum"]) == (who.termijn["startdatum"], END)
    day = (SIGNED + timedelta(days=3)).isoformat()
    await scene.report(
        GEM_A,
        about(who, "inburgeringsaanbod-gedaan", taalschool=SCHOOL_A, datum=day, verwachte_startdatum=day,
              alfabetisering="NVT"),
        hours(who, 12),
        about(who, "pvt-ondertekend", datum=day),
        about(who, "map-afgerond", datum=day),
        about(who, "zroute-afgerond", datum=day),
    )  # fmt: skip
    await until(lambda: bool(who.zroute), "the last report at DUO")
    assert who.aanbod == {
        INSTELLING["instellingsnummer"]: {
            "datumInburgeringsaanbod": day,
            "verwachteStartdatumOpleiding": day,
            "indicatorAlfabetiseringsonderwijs": "NVT",
        }
    }
    assert who.uren == {"participatietaalles": 12}
    assert who.pvt == {"datumOndertekeningPvt": day} and who.map == {"datumEindgesprekMap": day}
    assert who.zroute == {"datumAfrondingZroute": day}


async def test_a_refusal_of_duo_reaches_the_gemeente_with_the_reason(scene: DuoScene) -> None:
    who = await known(scene)
    wrong = about(
        who, "pip-vastgesteld", dagtekening=(BEGIN - timedelta(days=30)).isoformat(), leerroute="B1-route", niveau="A2"
    )
    await scene.report(GEM_A, wrong)
    refused = await scene.hears(GEM_A, "melding-geweigerd", who)
    assert refused.data["betreft"] == wrong.id, "under the id that the gemeente gave itself"
    assert (refused.data["reden"], refused.data["gebeurtenis"]) == ("regel", "pip-vastgesteld")
    assert any("start van de inburgeringsplicht" in fout for fout in refused.data["fouten"])
    assert any("eerste PIP" in fout for fout in refused.data["fouten"]), "every rule that was broken"
    assert who.pips == []
    mended = pip(who)
    await scene.report(GEM_A, mended)
    await until(lambda: len(who.pips) == 1, "the mended PIP at DUO")


async def test_what_duo_said_wrongly_is_corrected_with_everyone_who_had_it(scene: DuoScene) -> None:
    who = scene.person()
    coupled = {"gemeente": GEM_A, "datum": BEGIN.isoformat()}
    by_vnummer = {"soort": "vnummer", "waarde": vnummer(who.bsn)}
    await scene.report(COA, Event("gemeente-gekoppeld", by_vnummer, coupled))
    await scene.notify("SS101", who)
    for oin in (GEM_A, COA):
        await scene.hears(oin, "inburgeringsplicht-vastgesteld", who)
    who.plicht["begindatum"] = (BEGIN + timedelta(days=7)).isoformat()
    await scene.notify("SS101", who)
    for oin in (GEM_A, COA):
        had = await scene.hears(oin, "inburgeringsplicht-vastgesteld", who)
        corrected = await scene.hears(oin, "correctie", who)
        assert corrected.data["betreft"] == had.id, "each under the id by which it got the event"
        assert corrected.data["wijziging"] == {"per": who.plicht["begindatum"]}
    who.plicht = {"indicatorInburgeringsplicht": False}
    await scene.notify("SS110", who)
    for oin in (GEM_A, COA):
        await scene.hears(oin, "intrekking", who)


async def test_an_attentiesignaal_reaches_the_gemeente_that_it_is_for(scene: DuoScene) -> None:
    who = await known(scene)
    await scene.notify("SS127", who)
    assert (await scene.hears(GEM_A, "attentiesignaal-gegeven", who)).data["signaal"] == "aanbod-ontbreekt"


async def test_maintenance_and_lost_answers_lose_nothing_and_keep_each_persons_order(scene: DuoScene) -> None:
    first, second = [await known(scene) for _ in range(2)]
    scene.duo.onderhoud = True
    closed = len(scene.duo.verzoeken)
    first.examens = [{"examendatum": SIGNED.isoformat(), "resultaat": "Geslaagd", "onderdeel": "KNM"}]
    await scene.notify("SS199", first)
    await scene.report(GEM_A, *(hours(who, count) for count in (10, 20, 30, 40, 50) for who in (first, second)))
    await until(lambda: len(scene.duo.verzoeken) >= closed + 3, "the connection to try while DUO is closed")
    assert not first.uren and not second.uren
    scene.duo.storingen.extend([Storing.TE_LAAT, Storing.NOOIT, Storing.FOUT, Storing.GEEN_VERSIE, Storing.TE_LAAT])
    scene.duo.onderhoud = False
    await scene.hears(GEM_A, "examenuitslag-bekend", first)
    done = {"participatietaalles": 50}
    await until(lambda: first.uren == second.uren == done, "the last hours of both at DUO")
    for who in (first, second):
        counts = [body["uren"] for body in sets(scene.duo, who, "/uren/")]
        assert sorted(set(counts)) == [10, 20, 30, 40, 50] and counts == sorted(counts), "all, and none overtaken"
    assert not scene.duo.storingen, "every fault was met"


async def test_killed_over_and_over_every_notice_and_every_report_counts_once(scene: DuoScene) -> None:
    people = [scene.person() for _ in range(5)]
    scene.duo.traag = 0.02
    lives = scene.serve.lives, scene.send.lives

    async def killing() -> None:
        """Each side at a request to DUO, or soon after."""
        for side in (scene.serve, scene.send) * 2:
            count = len(scene.duo.verzoeken)
            await until(lambda count=count: len(scene.duo.verzoeken) > count + 3, "DUO to be asked something")  # type: ignore[misc]
            side.kill()
            side.start()

    killer = asyncio.create_task(killing())
    for who in people:
        await scene.notify("SS101", who)
    for who in people:
        await scene.hears(GEM_A, "inburgeringsplicht-vastgesteld", who)
    await scene.report(GEM_A, *(pip(who) for who in people), *(hours(who, 10) for who in people))
    for who in people:
        who.termijn = {"startdatum": (SIGNED + timedelta(days=1)).isoformat(), "einddatum": END}
        await scene.notify("SS102", who)
    for count in (20, 30):
        await scene.report(GEM_A, *(hours(who, count) for who in people))
    await until(lambda: all(who.uren == {"participatietaalles": 30} for who in people), "the last hours at DUO")
    for who in people:
        await scene.hears(GEM_A, "inburgeringstermijn-gestart", who)
    if not killer.done():  # nothing is asked any more: one that is killed now finds its work done
        killer.cancel()
    scene.duo.traag = 0.0
    assert scene.serve.lives - lives[0] >= 2 and scene.send.lives - lives[1] >= 1
    for who in people:
        assert len(scene.received(GEM_A, "inburgeringsplicht-vastgesteld", who.bsn)) == 1
        assert [van for van, _ in who.pips] == [GEM_A], "killed after DUO took it, it is not put there twice"
        counts = [body["uren"] for body in sets(scene.duo, who, "/uren/")]
        assert sorted(set(counts)) == [10, 20, 30] and counts == sorted(counts)
