# SPDX-License-Identifier: EUPL-1.2
"""Erasing in the vault, on SQLite and PostgreSQL: what goes, what a backup cannot bring back, and in which steps."""

from __future__ import annotations

import hashlib
import itertools
import random
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection, delete, event, insert, select, update

from hub import keyring
from hub.vault import claims, wissingen
from hub.vault.claims import ACCEPTED, Claim, Standing
from hub.vault.identities import UnknownPerson
from hub.vault.keys import Gewist, KeyMissing, PersonKey
from hub.vault.ledger import Erased, Ledger, LedgerBroken
from hub.vault.tables import beside, bewaringen, dossiers, identiteiten, inzendingen, pseudoniemen
from hub.vault.vault import Vault
from hub.vault.wissingen import VOLGT, Held, IllegalStep, Stand

DUO, SCHOOL = "duo#uitvoering", "school#taalschool"
BSN, VNUMMER = ("bsn", "999990019"), ("vnummer", "2999990019")
OTHER = ("bsn", "999990123")
MOMENT = datetime(2026, 3, 2, 5, tzinfo=UTC)
EVENT = "5b8f1f63-7c6a-4a38-8d0e-5d7b1f8a3c11"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    keyring.make(tmp_path / "keys")
    return tmp_path


@pytest.fixture
def vault(database: str, place: Path) -> Iterator[Vault]:
    vault = Vault.open(database, place / "keys")
    yield vault
    vault.close()


def person(vault: Vault, *numbers: tuple[str, str]) -> str:
    with vault.engine.begin() as connection:
        return vault.identities.resolve(connection, EVENT, DUO, numbers, may_link=True).dossier


def case(vault: Vault) -> str:
    """Somebody with two numbers, a pseudonym at the school and a report that was accepted."""
    dossier = person(vault, BSN, VNUMMER)
    key = vault.keys.load([dossier])[dossier]
    assert isinstance(key, PersonKey)
    with vault.engine.begin() as connection:
        vault.identities.register_pseudonyms(connection, [(SCHOOL, key.pseudonym(SCHOOL), dossier)])
        claims.record(connection, [report(dossier)], [])
    return dossier


def report(dossier: str) -> Claim:
    return Claim(EVENT, b"h" * 32, 3, 7, dossier, ACCEPTED, None, "een toelichting", MOMENT)


def erase(vault: Vault, dossier: str) -> None:
    vault.ledger.add([Erased(dossier, MOMENT, 12, "ab" * 32)])
    with vault.engine.begin() as connection:
        wissingen.destroy(connection, [dossier], MOMENT)
    wissingen.scrub(vault.engine)
    vault.keys.forget(dossier)


# what goes


def test_erasing_leaves_the_mark_and_nothing_else(vault: Vault) -> None:
    dossier, other = case(vault), person(vault, OTHER)
    pseudonym = vault.keys.load([dossier])[dossier].pseudonym(SCHOOL)  # type: ignore[union-attr]
    erase(vault, dossier)
    assert vault.keys.load([dossier])[dossier] == Gewist(dossier)
    assert isinstance(vault.keys.load([other])[other], PersonKey)
    with vault.engine.begin() as connection:
        for table in (identiteiten, pseudoniemen, inzendingen):
            assert connection.execute(select(table).where(table.c.dossier == dossier)).all() == []
        with pytest.raises(UnknownPerson):
            vault.identities.resolve(connection, "e", SCHOOL, [("pseudoniem", pseudonym)], may_link=False)
    anew = person(vault, BSN)
    assert anew != dossier
    assert vault.keys.load([anew])[anew].pseudonym(SCHOOL) != pseudonym  # type: ignore[union-attr]


def test_an_erased_report_cannot_come_again(vault: Vault) -> None:
    erase(vault, case(vault))
    with vault.engine.begin() as connection:
        claim = claims.find(connection, [EVENT])[EVENT]
    assert claim.dossier is None and claim.toelichting is None and claim.inhoud == wissingen.UNUSABLE
    for position in (7, 8):
        assert claims.standing(claim, b"h" * 32, 3, position) is Standing.REUSED


def test_from_detaching_on_nothing_leads_to_the_dossier(vault: Vault) -> None:
    """Deliveries may still be under way: the pseudonyms that they register must not bring the person back."""
    dossier = case(vault)
    with vault.engine.begin() as connection:
        wissingen.detach(connection, [dossier], MOMENT)
    assert isinstance(vault.keys.load([dossier])[dossier], PersonKey), "the key is needed to tell recipients"
    with vault.engine.begin() as connection:
        rows = [(SCHOOL, "f" * 32, dossier), (SCHOOL, "e" * 32, person_in(vault, connection))]
        vault.identities.register_pseudonyms(connection, rows)
        assert list(connection.scalars(select(pseudoniemen.c.pseudoniem))) == ["e" * 32]


def person_in(vault: Vault, connection: object) -> str:
    return vault.identities.resolve(connection, "x", DUO, [OTHER], may_link=True).dossier  # type: ignore[arg-type]


def test_links_go_with_either_of_their_dossiers(vault: Vault) -> None:
    first, second = person(vault, BSN), person(vault, OTHER)
    main = person(vault, BSN, OTHER)
    with vault.engine.begin() as connection:
        names = vault.identities.all_of(connection, main)
        assert sorted(names) == sorted([first, second])
        wissingen.destroy(connection, names, MOMENT)
        assert vault.identities.all_of(connection, first) == [first]
    assert person(vault, BSN) not in names and person(vault, OTHER) not in names


def test_no_byte_stays_in_the_files_of_sqlite(tmp_path: Path, place: Path) -> None:
    vault = Vault.open(f"sqlite:///{tmp_path / 'vault.db'}", place / "keys")
    for number in range(200):
        person(vault, ("vnummer", f"{2_000_000_000 + number}"))
    dossier = case(vault)
    with vault.engine.begin() as connection:
        wrapped = connection.scalar(select(dossiers.c.sleutel).where(dossiers.c.dossier == dossier))
        rows = connection.execute(select(identiteiten).where(identiteiten.c.dossier == dossier)).all()
    secrets = [wrapped, *(row.wijzer for row in rows), *(row.waarde for row in rows), b"een toelichting", b"h" * 32]

    def found() -> list[bytes]:
        files = b"".join(path.read_bytes() for path in sorted(tmp_path.glob("vault.db*")))
        return [secret for secret in secrets if secret in files]

    assert found() == secrets
    reader = vault.engine.connect()  # somebody else has it open as well
    erase(vault, dossier)
    reader.close()
    assert found() == []
    vault.close()


@pytest.mark.parametrize("secure_delete", ["ON", "OFF"])
def test_no_byte_of_many_stays_in_pages_that_were_rearranged(tmp_path: Path, place: Path, secure_delete: str) -> None:
    """Pages split and merge while people come and go, and each move could leave a copy behind. SQLite's `secure_delete`
    sees to that, without which the same scan finds some; so the file need not be written anew (293 MB for one person)."""
    vault = Vault.open(f"sqlite:///{tmp_path / 'vault.db'}", place / "keys")
    vault.engine.dispose()

    @event.listens_for(vault.engine, "connect")
    def _prepare(connection: Any, _: Any) -> None:
        connection.execute(f"PRAGMA secure_delete={secure_delete}")

    chance, here, gone = random.Random(5), {}, []
    for turn in range(12):
        with vault.engine.begin() as connection:
            for number in range(40):
                here |= _somebody(vault, connection, 50 * turn + number)
        leaving = chance.sample(sorted(here), chance.choice((1, 10, 38)))
        with vault.engine.begin() as connection:
            wissingen.destroy(connection, leaving, MOMENT)
        gone += [secret for name in leaving for secret in here.pop(name)]
    staying = [secret for secrets in here.values() for secret in secrets]
    wissingen.scrub(vault.engine)
    files = b"".join(path.read_bytes() for path in sorted(tmp_path.glob("vault.db*")))
    assert all(secret in files for secret in staying) and len(gone) > 500
    assert any(secret in files for secret in gone) == (secure_delete == "OFF")
    vault.close()


def _somebody(vault: Vault, connection: Connection, number: int) -> dict[str, list[bytes]]:
    """Somebody with a number, a pseudonym and a claim; and what must not be left of them."""
    name = vault.identities.resolve(
        connection, EVENT, DUO, [("vnummer", f"{2_000_000_000 + number}")], may_link=False
    ).dossier
    key = vault.keys.load([name], connection)[name]
    assert isinstance(key, PersonKey)
    pseudonym, content = key.pseudonym(SCHOOL), hashlib.sha256(name.encode()).digest()
    vault.identities.register_pseudonyms(connection, [(SCHOOL, pseudonym, name)])
    told = f"een toelichting bij {number:06d} {pseudonym[::-1]}"
    claims.record(connection, [replace(report(name), gebeurtenis=str(uuid4()), inhoud=content, toelichting=told)], [])
    wrapped = connection.scalar(select(dossiers.c.sleutel).where(dossiers.c.dossier == name))
    row = connection.execute(select(identiteiten).where(identiteiten.c.dossier == name)).one()
    return {name: [wrapped, row.wijzer, row.waarde, pseudonym.encode(), content, told.encode()]}


# what a backup cannot bring back


def test_a_restored_vault_is_erased_before_it_opens(database: str, place: Path) -> None:
    vault = Vault.open(database, place / "keys")
    dossier, other = case(vault), person(vault, OTHER)
    vault.close()
    Ledger(place / "gewist.jsonl").add([Erased(dossier, MOMENT, 12, "ab" * 32)])  # the vault is as it was before
    vault = Vault.open(database, place / "keys")
    assert vault.keys.load([dossier, other])[dossier] == Gewist(dossier)
    with vault.engine.begin() as connection:
        assert vault.identities.find(connection, "", BSN) is None
        assert vault.identities.find(connection, "", OTHER) == other
    vault.close()


def test_a_vault_from_before_the_person_knows_of_the_erasure_too(vault: Vault) -> None:
    vault.ledger.add([Erased("d" * 36, MOMENT, 12, "ab" * 32)])
    assert wissingen.enforce(vault.engine, vault.ledger) == 1
    assert vault.keys.load(["d" * 36])["d" * 36] == Gewist("d" * 36), "its records in the log are gone, not lost"
    assert wissingen.enforce(vault.engine, vault.ledger) == 0


def test_an_old_ledger_does_not_open_a_newer_vault(database: str, place: Path) -> None:
    vault = Vault.open(database, place / "keys")
    erase(vault, case(vault))
    vault.close()
    ledger = place / "gewist.jsonl"
    content = ledger.read_bytes()
    ledger.unlink()
    with pytest.raises(LedgerBroken, match=r"put back the newest gewist\.jsonl"):
        Vault.open(database, place / "keys")
    ledger.write_bytes(content)
    Vault.open(database, place / "keys").close()


def test_a_key_that_is_gone_without_an_erasure_is_lost(vault: Vault) -> None:
    dossier = person(vault, BSN)
    with vault.engine.begin() as connection:
        connection.execute(update(dossiers).where(dossiers.c.dossier == dossier).values(sleutel=None))
    vault.keys.forget(dossier)
    with pytest.raises(KeyMissing, match="no key and no erasure record"):
        vault.keys.load([dossier])
    with vault.engine.begin() as connection:
        connection.execute(delete(dossiers).where(dossiers.c.dossier == dossier))
    with pytest.raises(KeyMissing, match="no key and no erasure record"):
        vault.keys.load([dossier])


# the ledger


def test_the_ledger_keeps_what_was_written_and_nothing_twice(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "gewist.jsonl")
    first, second = Erased("a", MOMENT, 1, "aa"), Erased("b", MOMENT, 2, "bb")
    assert ledger.entries() == []
    ledger.add([first])
    ledger.add([first, second])
    assert ledger.entries() == [first, second]
    assert ledger.path.stat().st_mode & 0o077 == 0


def test_a_line_that_was_cut_off_was_never_written(tmp_path: Path) -> None:
    """The process died while writing: the key is not destroyed yet, and the erasure resumes."""
    ledger = Ledger(tmp_path / "gewist.jsonl")
    first, second = Erased("a", MOMENT, 1, "aa"), Erased("b", MOMENT, 2, "bb")
    ledger.add([first, second])
    whole = ledger.path.read_bytes()
    line = whole.index(b"\n") + 1
    for cut in range(line, len(whole)):
        ledger.path.write_bytes(whole[:cut])
        assert ledger.entries() == [first]
        ledger.add([second])
        assert ledger.path.read_bytes() == whole


@pytest.mark.parametrize("line", [b"{}", b"nonsense", b'{"dossier":"a","op":"gisteren","blad":1,"sha256":"aa"}', b""])
def test_a_ledger_that_cannot_be_read_stops_everything(tmp_path: Path, line: bytes) -> None:
    ledger = Ledger(tmp_path / "gewist.jsonl")
    ledger.path.write_bytes(line + b"\n")
    with pytest.raises(LedgerBroken, match="Line 1 of the erasure ledger"):
        ledger.entries()


# the request


def test_states_go_one_way() -> None:
    order = [Stand.GOEDGEKEURD, Stand.LOSGEKOPPELD, Stand.GEMELD, Stand.VERNIETIGD, Stand.VOLTOOID]
    assert set(VOLGT) == set(Stand)
    for here, there in itertools.pairwise(order):
        assert VOLGT[here] == {there}, "after the approval there is one way"
    assert VOLGT[Stand.AFGEWEZEN] == VOLGT[Stand.VOLTOOID] == frozenset()


def test_a_request_takes_each_step_once(vault: Vault) -> None:
    with vault.engine.begin() as connection:
        wissingen.ask(connection, "v", "d", "onrechtmatig", "piet", MOMENT)
        with pytest.raises(IllegalStep, match="finish that one first"):
            wissingen.ask(connection, "w", "d", "onrechtmatig", "piet", MOMENT)
        for to in Stand:
            if to not in VOLGT[Stand.AANGEVRAAGD]:
                with pytest.raises(IllegalStep, match="is aangevraagd"):
                    wissingen.step(connection, "v", to)
        wissingen.step(connection, "v", Stand.GOEDGEKEURD, beoordeeld_door="klaas", beoordeeld_op=MOMENT)
        with pytest.raises(IllegalStep, match="is goedgekeurd"):
            wissingen.step(connection, "v", Stand.GOEDGEKEURD)
        wissingen.fix(connection, "v", ["e", "d"], 41)
        one = wissingen.found(connection, verzoek="v")[0]
    assert (one.stand, one.alle, one.vanaf, one.op) == (Stand.LOSGEKOPPELD, ("e", "d"), 41, MOMENT)
    assert (one.door, one.beoordeeld_door) == ("piet", "klaas")


def test_a_hold_on_any_of_the_persons_dossiers_keeps_them_all(vault: Vault) -> None:
    hold = {"bewaring": "b", "dossier": "e", "reden": "toezicht", "door": "piet", "op": MOMENT}
    with vault.engine.begin() as connection:
        connection.execute(insert(bewaringen).values(**hold))
        with pytest.raises(Held, match="toezicht"):
            wissingen.refuse_held(connection, ["d", "e"])
        wissingen.refuse_held(connection, ["d"])
        connection.execute(update(bewaringen).values(opgeheven_op=MOMENT, opgeheven_door="klaas"))
        wissingen.refuse_held(connection, ["d", "e"])


def test_intake_and_erasure_wait_for_each_other(vault: Vault) -> None:
    """Else a report that found the person a moment before would write to the dossier a moment after."""
    from hub.vault.tables import alone

    dossier, order = case(vault), []
    inside, release = threading.Event(), threading.Event()

    def intake() -> None:
        with vault.engine.begin() as connection:
            beside(connection)
            vault.identities.resolve(connection, "z", DUO, [BSN], may_link=True)
            inside.set()
            release.wait(10)
            order.append("intake")

    def erasing() -> None:
        inside.wait(10)
        with vault.engine.begin() as connection:
            alone(connection)
            order.append("erasure")
            wissingen.detach(connection, [dossier], MOMENT)

    threads = [threading.Thread(target=intake), threading.Thread(target=erasing)]
    for thread in threads:
        thread.start()
    inside.wait(10)
    threads[1].join(0.3)
    release.set()
    for thread in threads:
        thread.join(10)
    assert order == ["intake", "erasure"]
