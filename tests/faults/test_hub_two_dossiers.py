# SPDX-License-Identifier: EUPL-1.2
"""A person known by V-nummer and one known by BSN turn out to be one, and then not: facts, reports and signals follow."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import orjson
import pytest
from typer.testing import CliRunner

from connectors import Delivery, Event
from hub.broker.topics import PARTITIONS, Role
from hub.cli import app
from hub.commands.replay import comparison
from hub.dossier.merging import IDENTITEIT, KOPPELING
from hub.streams.replay import content, standing
from hub.vault.tables import reading
from tests.faults.hub_scene import COA, DUO, GEM_A, SCHOOL_A, HubScene, bsns

BSN, VNUMMER = bsns(601)[600], "2899900600"
BY_BSN = {"soort": "bsn", "waarde": BSN}
BY_VNUMMER = {"soort": "vnummer", "waarde": VNUMMER}
BOTH = {**BY_BSN, "ook": [BY_VNUMMER]}


class Person:
    """What each organisation has heard of this person, and where the hub keeps it."""

    def __init__(self, hub: HubScene) -> None:
        self.hub = hub
        self.names: dict[str, set[str]] = {}
        with reading(hub.vault.engine) as connection:
            find = hub.vault.identities.find
            self.by_v = str(find(connection, "", ("vnummer", VNUMMER)))
            self.by_bsn = str(find(connection, "", ("bsn", BSN)))

    def state(self, dossier: str) -> dict[str, Any]:
        """The rows of a dossier as they stand."""
        prefix, rows = f"d/{dossier}/".encode(), {}
        for number in range(PARTITIONS):
            for key, value in standing(self.hub.kafka(Role.OPERATOR), number).items():
                if key.startswith(prefix):
                    rows[key.removeprefix(prefix).decode()] = content(self.hub.vault, key, value)
        return rows

    def facts(self, dossier: str) -> set[str]:
        """The types of the facts of a dossier."""
        return {fact["gebeurtenis"] for fact in self.state(dossier).get("feiten", {}).values()}

    def pseudonyms(self, party: str) -> dict[str, str]:
        """Under which name a party knows each of the two dossiers."""
        keys = self.hub.vault.keys.load([self.by_v, self.by_bsn])
        return {dossier: key.pseudonym(party) for dossier, key in keys.items()}  # type: ignore[union-attr]


async def heard(hub: HubScene, oin: str, person: Person, role: str) -> list[Delivery]:
    names = set(person.pseudonyms(f"{oin}#{role}").values())
    return [one for one in await hub.received(oin, quiet=1.0) if one.pseudoniem in names]


def names(delivery: Delivery) -> set[tuple[str, str]]:
    """Every identity that came along."""
    persoon = delivery.persoon or {}
    return {(one["soort"], one["waarde"]) for one in (persoon, *persoon.get("ook", ()))}


async def _apart(hub: HubScene) -> None:
    """COA screens somebody by V-nummer, and no gemeente follows in time; DUO and a gemeente know a BSN."""
    async with hub.running():
        day = hub.today + timedelta(days=1)
        await hub.advance(day)
        await hub.send(COA, Event("screening-gevoerd", BY_VNUMMER, {"datum": day.isoformat()}))
        plicht = {"doelgroep": "asielstatushouder", "gemeente": GEM_A, "kennisgeving": day.isoformat()}
        await hub.send(DUO, Event("inburgeringsplicht-vastgesteld", BY_BSN, plicht))
        await hub.send(GEM_A, Event("taalschool-toegewezen", BY_BSN, {"taalschool": SCHOOL_A}))
        await hub.send(
            SCHOOL_A, Event("aanwezigheid-gemeld", BY_BSN, {"les": "T1", "datum": str(day), "verzuim": "geen"})
        )
        await hub.advance(day + timedelta(days=20))


async def _joined(hub: HubScene) -> None:
    """DUO names both numbers; afterwards each is used alone."""
    async with hub.running():
        await hub.send(DUO, Event("inburgeringsplicht-gewijzigd", BOTH, {"reden": "nummers", "gemeente": GEM_A}))
        await hub.send(COA, Event("voorinburgering-gemeld", BY_VNUMMER, {"stand": "bezig"}))
        await hub.send(
            SCHOOL_A, Event("aanwezigheid-gemeld", BY_BSN, {"les": "T2", "datum": str(hub.today), "verzuim": "geen"})
        )
        await hub.advance(hub.today + timedelta(days=1))


async def _apart_again(hub: HubScene, dossier: str) -> None:
    async with hub.running():
        arguments = ["person", "unlink", dossier, "--data", str(hub.settings.data)]
        answer = await asyncio.to_thread(CliRunner().invoke, app, arguments, catch_exceptions=False)
        assert answer.exit_code == 0, answer.output
        await hub.advance(hub.today + timedelta(days=1))
        await hub.send(COA, Event("voorinburgering-gemeld", BY_VNUMMER, {"stand": "afgerond"}))
        await hub.send(DUO, Event("inburgeringsplicht-gewijzigd", BY_BSN, {"reden": "na-ontkoppelen"}))
        await hub.advance(hub.today + timedelta(days=1))


@pytest.fixture(scope="module")
def apart(hub: HubScene) -> Iterator[Person]:
    asyncio.run(_apart(hub))
    yield Person(hub)


def test_two_numbers_that_nobody_named_together_are_two_dossiers(apart: Person) -> None:
    assert apart.by_v != apart.by_bsn
    assert apart.facts(apart.by_v) == {"screening-gevoerd"}
    assert apart.facts(apart.by_bsn) == {"inburgeringsplicht-vastgesteld", "taalschool-toegewezen"}
    opened = asyncio.run(heard(apart.hub, COA, apart, "opvang"))
    assert [(one.gebeurtenis, one.data["regel"]) for one in opened] == [("signaal-afgegeven", "koppeling")]


@pytest.fixture(scope="module")
def joined(hub: HubScene, apart: Person) -> Person:
    asyncio.run(_joined(hub))
    return apart


def test_the_facts_of_both_are_in_one_state(joined: Person) -> None:
    assert joined.state(joined.by_v) == {KOPPELING: {"opgegaan_in": joined.by_bsn}}
    state = joined.state(joined.by_bsn)
    assert joined.facts(joined.by_bsn) == {
        "screening-gevoerd",
        "inburgeringsplicht-vastgesteld",
        "taalschool-toegewezen",
        "inburgeringsplicht-gewijzigd",
        "voorinburgering-gemeld",
    }
    lessons = [row for bucket, row in state.items() if bucket.startswith("les/")]
    assert sorted(fact["data"]["les"] for row in lessons for fact in row.values()) == ["T1", "T2"]
    assert state[KOPPELING] == {"opgenomen": [joined.by_v]}, "it waits for nothing any more"
    assert state[IDENTITEIT] == {"bsn": BSN, "vnummer": VNUMMER}


def test_the_report_that_joined_them_is_decided_on_the_facts_of_both(joined: Person) -> None:
    """COA had to do with the one dossier, DUO spoke about the other: COA hears of the plicht (Bi 9.1(4))."""
    deliveries = asyncio.run(heard(joined.hub, COA, joined, "opvang"))
    changed = next(one for one in deliveries if one.gebeurtenis == "inburgeringsplicht-gewijzigd")
    known_as = joined.pseudonyms(f"{COA}#opvang")
    assert changed.pseudoniem == known_as[joined.by_bsn]
    assert names(changed) >= {("pseudoniem", known_as[joined.by_bsn]), ("pseudoniem", known_as[joined.by_v])}


def test_the_open_signal_of_the_absorbed_dossier_ends(joined: Person) -> None:
    deliveries = asyncio.run(heard(joined.hub, COA, joined, "opvang"))
    ended = [one for one in deliveries if one.gebeurtenis == "signaal-vervallen"]
    assert [(one.data["regel"], one.data["oorzaak"]) for one in ended] == [("koppeling", "dossier-samengevoegd")]
    assert ended[0].pseudoniem == joined.pseudonyms(f"{COA}#opvang")[joined.by_v], (
        "by the name under which it was opened"
    )
    opened = next(one for one in deliveries if one.gebeurtenis == "signaal-afgegeven")
    assert ended[0].data["signaal"] == opened.data["signaal"]


def test_later_reports_by_either_number_reach_who_has_to_do_with_the_person(joined: Person) -> None:
    deliveries = asyncio.run(heard(joined.hub, GEM_A, joined, "gemeente"))
    by_type = {one.gebeurtenis: one for one in deliveries}
    known_as = joined.pseudonyms(f"{GEM_A}#gemeente")[joined.by_bsn]
    assert by_type["voorinburgering-gemeld"].pseudoniem == known_as
    assert {one.data["les"] for one in deliveries if one.gebeurtenis == "aanwezigheid-gemeld"} == {"T1", "T2"}


@pytest.fixture(scope="module")
def apart_again(hub: HubScene, joined: Person) -> Person:
    asyncio.run(_apart_again(hub, joined.by_v))
    return joined


def test_unlinked_each_has_its_own_facts_and_reports(apart_again: Person) -> None:
    person = apart_again
    assert person.facts(person.by_v) == {"screening-gevoerd", "voorinburgering-gemeld"}
    reports = [fact for fact in person.state(person.by_v)["feiten"].values() if "stand" in fact["data"]]
    assert sorted(fact["data"]["stand"] for fact in reports) == ["afgerond", "bezig"]
    assert person.facts(person.by_bsn) == {
        "inburgeringsplicht-vastgesteld",
        "taalschool-toegewezen",
        "inburgeringsplicht-gewijzigd",
    }
    assert person.state(person.by_v).get(KOPPELING) is None
    assert person.state(person.by_v)[IDENTITEIT] == {"vnummer": VNUMMER}
    assert person.state(person.by_bsn)[IDENTITEIT] == {"bsn": BSN}
    assert set(person.state(person.by_bsn)[KOPPELING]) == {"vreemd"}
    assert VNUMMER.encode() not in orjson.dumps(person.state(person.by_bsn))


def test_unlinked_nobody_hears_of_the_other_and_the_signal_stands_again(apart_again: Person) -> None:
    person = apart_again
    coa = asyncio.run(heard(person.hub, COA, person, "opvang"))
    known_as = person.pseudonyms(f"{COA}#opvang")
    assert [one.data.get("reden") for one in coa if one.gebeurtenis == "inburgeringsplicht-gewijzigd"] == ["nummers"]
    signals = [one for one in coa if one.gebeurtenis == "signaal-afgegeven" and one.data["regel"] == "koppeling"]
    assert {one.pseudoniem for one in signals[-1:]} == {known_as[person.by_v]}
    assert len({one.id for one in signals}) == len(signals) >= 2
    gemeente = asyncio.run(heard(person.hub, GEM_A, person, "gemeente"))
    assert [one.data["stand"] for one in gemeente if one.gebeurtenis == "voorinburgering-gemeld"] == ["bezig"]
    after = next(one for one in gemeente if one.data.get("reden") == "na-ontkoppelen")
    assert ("vnummer", VNUMMER) not in names(after)


def test_all_of_it_follows_from_the_log_alone(apart_again: Person) -> None:
    assert comparison(apart_again.hub.settings)[1] == []
