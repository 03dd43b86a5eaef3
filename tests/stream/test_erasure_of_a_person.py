# SPDX-License-Identifier: EUPL-1.2
"""P7 on a real hub: one person is erased, from request to destroyed key, and nothing of that person comes back.

The erasure is done once; each test looks at one of its consequences. `Erased` holds what an intruder could have kept
from before, so that every "it is gone" has its "it was there".
"""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from confluent_kafka import Producer
from sqlalchemy import select

from connectors import Event
from consent.merkle import leaf_hash
from hub.broker.topics import DOSSIER, PARTITIONS, Role
from hub.commands.replay import comparison
from hub.readmodel import questions
from hub.readmodel.proof import prove
from hub.streams.envelope import pack, unpack
from hub.streams.outputs import partition_of
from hub.vault.keys import PersonKey
from hub.vault.tables import dossiers, identiteiten, inzendingen, pseudoniemen, reading
from hub.vault.vault import Vault
from tests.faults.hub_scene import COA, DUO, GEM_A, GEM_B, SCHOOL_A, SCHOOL_B, VWN, until
from tests.stream.byte_scan import Scanner, told
from tests.stream.erasure_scene import (
    APPROVES,
    ASKS,
    Person,
    RunningHub,
    opens,
    somebody,
    vnummer,
    with_a_case,
)


@dataclass
class Erased:
    """One erased person, with what there was of it before."""

    hub: RunningHub
    person: Person
    other: Person
    main: str
    stays: str
    names: list[str]
    number: str
    wrapped: list[bytes]
    pointers: list[bytes]
    pseudonyms: dict[str, str]
    """Of the main dossier: pseudonym by party."""
    older: dict[str, str]
    """Of the dossier that was absorbed."""
    raw: dict[str, bytes]
    backup: Path
    report: Event
    """What the school reported once."""


@pytest.fixture(scope="module")
def erased(hub: RunningHub, tmp_path_factory: pytest.TempPathFactory) -> Erased:
    place = tmp_path_factory.mktemp("erased")
    return asyncio.run(_erase_somebody(hub, place / "backup.db"))


async def _erase_somebody(hub: RunningHub, backup: Path) -> Erased:
    person, other = somebody(), somebody()
    main, stays = await with_a_case(hub, person), await with_a_case(hub, other)
    report = Event("voortgang-gemeld", person.by_bsn, {"taalniveau": "A1", "stagnatie": False})
    await hub.report(SCHOOL_A, report)
    with reading(hub.scene.vault.engine) as connection:
        names = hub.scene.vault.identities.all_of(connection, main)
        wrapped = list(connection.scalars(select(dossiers.c.sleutel).where(dossiers.c.dossier.in_(names))))
        pointers = list(connection.scalars(select(identiteiten.c.wijzer).where(identiteiten.c.dossier.in_(names))))
        known = connection.execute(select(pseudoniemen).where(pseudoniemen.c.dossier.in_(names))).all()
    assert len(names) == len(wrapped) == len(pointers) == 2
    raw = hub.raw_keys(names)
    hub.backup(backup)
    asked = await hub.asked("person", "erase", "request", "--dossier", main, "--ground", "onrechtmatig")
    await _refusals(hub, person, main, asked["verzoek"])
    done = await hub.asked("person", "erase", "approve", asked["verzoek"], who=APPROVES)
    assert done[0]["stand"] == "voltooid" and sorted(done[0]["alle"]) == sorted(names)
    pseudonyms, older = (
        {row.partij: row.pseudoniem for row in known if (row.dossier == main) is mine} for mine in (True, False)
    )
    return Erased(
        hub,
        person,
        other,
        main,
        stays,
        names,
        asked["verzoek"],
        wrapped,
        pointers,
        pseudonyms,
        older,
        raw,
        backup,
        report,
    )


async def _refusals(hub: RunningHub, person: Person, main: str, number: str) -> None:
    """Nobody approves his own request, and a legal hold goes before everything."""
    own = await hub.command("person", "erase", "approve", number, who=ASKS)
    assert own.exit_code == 2 and "somebody else has to approve" in own.stderr
    hold = await hub.asked("person", "hold", "add", "--dossier", main, "--reason", "bezwaar-of-beroep")
    held = await hub.command("person", "erase", "approve", number, who=APPROVES)
    assert held.exit_code == 1 and "legal hold" in held.stderr
    await hub.asked("person", "hold", "remove", hold["bewaring"])
    assert hub.dossier_of("bsn", person.bsn) == main, "nothing happened before the approval"


async def test_who_got_anything_is_told_under_its_own_pseudonym_and_nobody_else(erased: Erased) -> None:
    hub = erased.hub
    got = {
        outcome["aan"]
        for name in erased.names
        for record in hub.audit_of(name)
        if record["soort"] in ("besluit", "signaal")
        for outcome in (*record["uitkomsten"], *record["hub"])
        if outcome["uitkomst"] == "geleverd"
    }
    assert f"{GEM_A}#gemeente" in erased.older, "it got COA's reports under the dossier that was absorbed later"
    parties = {f"{DUO}#uitvoering", f"{GEM_A}#gemeente", f"{SCHOOL_A}#taalschool", f"{VWN}#begeleider"}
    assert parties <= got
    for oin in (COA, DUO, GEM_A, GEM_B, SCHOOL_A, SCHOOL_B, VWN):
        found = [one for one in await hub.told(oin, "gegevens-gewist") if one.pseudoniem in erased.pseudonyms.values()]
        notices = {f"{oin}#{one.rol}": one for one in found}
        assert len(found) == len(notices)
        assert set(notices) == {party for party in got if party.startswith(oin)}
        for party, notice in notices.items():
            assert dict(notice.data) == {"datum": "2026-03-02"}
            assert notice.pseudoniem == erased.pseudonyms[party]
            assert notice.persoon is not None
            assert {one["soort"] for one in (notice.persoon, *(notice.persoon.get("ook") or ()))} == {"pseudoniem"}


async def test_nothing_leads_to_the_person_any_more(erased: Erased) -> None:
    hub = erased.hub
    with reading(hub.scene.vault.engine) as connection:
        for table in (identiteiten, pseudoniemen, inzendingen):
            assert connection.execute(select(table).where(table.c.dossier.in_(erased.names))).all() == []
    assert hub.raw_keys(erased.names) == {}
    for name in erased.names:
        assert hub.state_of(name) == {f"w/{name}".encode(): b"1"}
        assert [record for record in hub.log_of(name) if opens(record, erased.raw[name])], "the control"


async def test_no_byte_of_the_person_is_left(erased: Erased) -> None:
    person, data = erased.person, erased.hub.scene.settings.data
    words = [person.bsn, vnummer(person.bsn), person.voornamen, person.achternaam]
    found, files = Scanner(words).scan_tree(data)
    assert files > 50 and not found, told(found)
    vault = b"".join(path.read_bytes() for path in sorted(data.glob("vault.db*")))
    before = erased.backup.read_bytes()
    for secret in (*erased.wrapped, *erased.pointers, *(name.encode() for name in erased.pseudonyms.values())):
        assert secret in before, "the control: before the erasure it was there"
        assert secret not in vault
    everything = b"".join(path.read_bytes() for path in data.rglob("*") if path.is_file())
    for secret in (*erased.raw.values(), *erased.wrapped):
        assert secret not in everything


async def test_the_ledger_points_at_the_proof(erased: Erased) -> None:
    hub = erased.hub
    leaves = dict(questions.leaves(hub.scene._audit))
    ledger = {one.dossier: one for one in hub.scene.vault.ledger.entries()}
    assert set(erased.names) <= set(ledger)
    for name in erased.names:
        record = leaves[ledger[name].blad]
        proof = prove(hub.scene._audit, ledger[name].blad)
        assert leaf_hash(proof["record"].encode()).hex() == ledger[name].sha256 and name.encode() in record
    acts = [one for one in hub.audit_of(erased.main) if one.get("handeling") == "gegevens-gewist"]
    steps = [("voorgesteld", ASKS), ("goedgekeurd", APPROVES), ("uitgevoerd", APPROVES)]
    assert [(one["stap"], one["door"]) for one in acts] == steps


async def test_the_log_folds_and_the_audit_log_verifies(erased: Erased) -> None:
    hub = erased.hub
    rows, differences = await asyncio.to_thread(comparison, hub.scene.settings)
    assert rows > 0 and differences == []
    assert (await hub.command("audit", "verify")).exit_code == 0
    doctor = await hub.command("doctor")
    assert doctor.exit_code == 0, doctor.stdout + doctor.stderr


async def test_another_persons_case_goes_on(erased: Erased) -> None:
    hub = erased.hub
    await hub.report(SCHOOL_A, Event("voortgang-gemeld", erased.other.by_bsn, {"taalniveau": "A2", "stagnatie": False}))
    assert hub.dossier_of("bsn", erased.other.bsn) == erased.stays
    assert any(one.get("type") == "voortgang-gemeld" and one["leveringen"] for one in hub.audit_of(erased.stays))


async def test_a_second_erasure_changes_nothing(erased: Erased) -> None:
    hub = erased.hub
    size = hub.scene.audit_size()
    again = await hub.asked("person", "erase", "approve", erased.number, who=APPROVES)
    assert again[0]["stand"] == "voltooid" and hub.scene.audit_size() == size
    more = await hub.command("person", "erase", "request", "--dossier", erased.main, "--ground", "onrechtmatig")
    assert more.exit_code == 1 and "was erased" in more.stderr


async def test_a_restored_vault_brings_nobody_back(erased: Erased, tmp_path: Path) -> None:
    settings = erased.hub.scene.settings
    for ledger, found in ((tmp_path / "none.jsonl", erased.main), (settings.ledger_path, None)):
        copy = tmp_path / f"{ledger.stem}.db"
        shutil.copyfile(erased.backup, copy)
        vault = Vault.open(f"sqlite:///{copy}", settings.keys, ledger)
        with reading(vault.engine) as connection:
            assert vault.identities.find(connection, "", ("bsn", erased.person.bsn)) == found
            assert vault.identities.find(connection, "", ("bsn", erased.other.bsn)) == erased.stays
        vault.close()
        kept = b"".join(path.read_bytes() for path in tmp_path.glob(f"{copy.name}*"))
        assert all((secret in kept) == (found is not None) for secret in (*erased.wrapped, *erased.pointers))


async def test_an_old_report_sent_again_begins_nothing(erased: Erased) -> None:
    hub = erased.hub
    async with hub.scene.connector(SCHOOL_A) as connector:
        await connector.send_all([erased.report])

    async def refused() -> bool:
        return await hub.refused(SCHOOL_A, erased.report.id) == "id-hergebruikt"

    await until(refused, "the refusal")
    assert hub.dossier_of("bsn", erased.person.bsn) is None


async def test_an_old_pseudonym_means_nothing(erased: Erased) -> None:
    hub = erased.hub
    name = erased.pseudonyms[f"{SCHOOL_A}#taalschool"]
    event = Event("voortgang-gemeld", {"soort": "pseudoniem", "waarde": name}, {"taalniveau": "A2", "stagnatie": False})
    await hub.scene.send(SCHOOL_A, event)
    assert await hub.refused(SCHOOL_A, event.id) == "onbekende-persoon"


async def test_what_lies_behind_the_erasure_in_the_log_has_no_effect(erased: Erased) -> None:
    """A record that was under way: here from the log itself, sealed with the key that the hub no longer has."""
    hub, key = erased.hub, PersonKey(erased.raw[erased.main])
    first = next(one for one in hub.log_of(erased.main) if opens(one, erased.raw[erased.main]))
    entry = unpack(first.headers, first.value or b"", key)
    late = type(entry)(**{**{name: getattr(entry, name) for name in entry.__slots__}, "event": str(uuid4())})
    value, headers = pack(erased.main, late, key)
    producer = Producer(hub.scene.kafka(Role.OPERATOR).librdkafka())
    partition = partition_of(erased.main.encode(), PARTITIONS)
    producer.produce(DOSSIER, value, key=erased.main.encode(), partition=partition, headers=headers)
    assert producer.flush(10) == 0
    met = await hub.audited(erased.main, "gewist")
    assert met[-1]["leveringen"] == met[-1]["uitkomsten"] == []
    assert hub.state_of(erased.main) == {f"w/{erased.main}".encode(): b"1"}
    _, differences = await asyncio.to_thread(comparison, hub.scene.settings)
    assert differences == []


async def test_the_same_person_arriving_anew_is_somebody_new(erased: Erased) -> None:
    hub, person = erased.hub, erased.person
    plicht = {"doelgroep": "asielstatushouder", "gemeente": GEM_A, "kennisgeving": "2026-03-01"}
    await hub.report(DUO, Event("inburgeringsplicht-vastgesteld", person.by_bsn, plicht))
    anew = hub.dossier_of("bsn", person.bsn)
    assert anew is not None and anew not in erased.names
    told_of = [
        one.pseudoniem
        for one in await hub.told(GEM_A, "inburgeringsplicht-vastgesteld")
        if one.data.get("kennisgeving") == "2026-03-01"
    ]
    assert len(told_of) == 1 and told_of[0] != erased.pseudonyms[f"{GEM_A}#gemeente"]
    assert len(hub.state_of(anew)) > 1
