# SPDX-License-Identifier: EUPL-1.2
"""Who is who: one dossier for every number and pseudonym of a person, and no sender can make two persons into one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from hub import keyring
from hub.vault.identities import Identity, Resolved, TwoPersons, UnknownPerson
from hub.vault.tables import aliassen, identiteiten
from hub.vault.vault import Vault

DUO, SCHOOL, VWN = "duo#uitvoering", "school#taalschool", "vwn#begeleider"
BSN_A, BSN_B, BSN_C = ("bsn", "999990019"), ("bsn", "999990020"), ("bsn", "999990032")
V_A, V_B = ("vnummer", "0216133909"), ("vnummer", "0634981236")

Ask = Callable[..., Resolved]


@pytest.fixture
def vault(database: str, tmp_path: Path) -> Iterator[Vault]:
    keyring.make(tmp_path / "keys")
    vault = Vault.open(database, tmp_path / "keys")
    yield vault
    vault.close()


@pytest.fixture
def ask(vault: Vault) -> Ask:
    """`ask("event", BSN_A, V_A)`: as DUO, which may link; `by=SCHOOL` may not."""

    def resolve(event: str, *given: Identity, by: str = DUO, may_link: bool | None = None) -> Resolved:
        with vault.engine.begin() as connection:
            linking = by == DUO if may_link is None else may_link
            return vault.identities.resolve(connection, event, by, given, may_link=linking)

    return resolve


def pseudonym(vault: Vault, party: str, dossier: str) -> Identity:
    """The pseudonym that was delivered to this party."""
    with vault.engine.begin() as connection:
        name = vault.keys.load([dossier], connection)[dossier].pseudonym(party)  # type: ignore[union-attr]
        vault.identities.register_pseudonyms(connection, [(party, name, dossier)])
        vault.identities.register_pseudonyms(connection, [(party, name, dossier)])
    return ("pseudoniem", name)


def aliases(vault: Vault) -> dict[str, str]:
    with vault.engine.begin() as connection:
        return {row.dossier: row.hoofd for row in connection.execute(select(aliassen))}


def test_a_number_is_one_dossier_for_everyone(ask: Ask) -> None:
    first = ask("e1", BSN_A)
    assert (first.created, first.via, first.known) == (True, first.dossier, {"bsn": BSN_A[1]})
    again = ask("e2", BSN_A, by=SCHOOL)
    assert (again.dossier, again.created) == (first.dossier, False)
    assert ask("e3", BSN_B).dossier != first.dossier


def test_two_numbers_of_one_person_lead_to_one_dossier(ask: Ask) -> None:
    both = ask("e1", V_A, BSN_A)
    assert ask("e2", BSN_A).dossier == ask("e3", V_A).dossier == both.dossier
    assert ask("e4", V_A).known == {"bsn": BSN_A[1], "vnummer": V_A[1]}
    assert both.linked == ()


def test_numbers_never_stand_readable_in_the_tables(vault: Vault, ask: Ask) -> None:
    ask("e1", BSN_A, V_A)
    with vault.engine.begin() as connection:
        rows = connection.execute(select(identiteiten)).all()
    assert len(rows) == 2
    for row in rows:
        content = b"".join(value if isinstance(value, bytes) else str(value).encode() for value in row)
        assert BSN_A[1].encode() not in content and V_A[1].encode() not in content


# linking


def test_two_dossiers_that_turn_out_to_be_one_person(vault: Vault, ask: Ask) -> None:
    by_v, by_bsn = ask("e1", V_A), ask("e2", BSN_A)
    joined = ask("e3", BSN_A, V_A)
    assert (joined.dossier, joined.linked) == (by_bsn.dossier, (by_v.dossier,))
    assert joined.known == {"bsn": BSN_A[1], "vnummer": V_A[1]}
    later = ask("e4", V_A)
    assert (later.dossier, later.via, later.linked) == (by_bsn.dossier, by_v.dossier, ())
    assert ask("e3", BSN_A, V_A) == joined, "the same event asked again, after a crash"


def test_a_link_can_be_undone(vault: Vault, ask: Ask) -> None:
    by_v, by_bsn = ask("e1", V_A), ask("e2", BSN_A)
    ask("e3", BSN_A, V_A)
    with vault.engine.begin() as connection:
        assert vault.identities.unlink(connection, by_v.dossier) == by_bsn.dossier
        with pytest.raises(UnknownPerson):
            vault.identities.unlink(connection, by_v.dossier)
    assert ask("e4", V_A).dossier == by_v.dossier
    assert ask("e5", BSN_A).known == {"bsn": BSN_A[1]}


def test_dossiers_linked_one_after_the_other_all_lead_to_the_last(vault: Vault, ask: Ask) -> None:
    one, two, three = ask("e1", V_A).dossier, ask("e2", BSN_A).dossier, ask("e3", V_B).dossier
    ask("e4", BSN_A, V_A)
    last = ask("e5", V_B, BSN_A)
    assert aliases(vault) == {one: three, two: three}
    assert last.linked == (two,), "the first link was another event's"
    assert {ask("e6", number).dossier for number in (V_A, BSN_A, V_B)} == {three}


def test_a_second_bsn_never_takes_the_place_of_the_first(vault: Vault, ask: Ask) -> None:
    """It gets a dossier of its own and an alias: the link can be undone, and what is delivered stays the first."""
    first = ask("e1", V_A, BSN_A)
    second = ask("e2", V_A, BSN_B)
    assert second.dossier == first.dossier
    assert second.known == {"bsn": BSN_A[1], "vnummer": V_A[1]}
    (beside,) = second.linked
    assert aliases(vault) == {beside: first.dossier}
    assert ask("e2", V_A, BSN_B) == second
    assert ask("e3", BSN_B).via == beside
    with vault.engine.begin() as connection:
        vault.identities.unlink(connection, beside)
    assert ask("e4", BSN_B).dossier == beside


def test_two_unknown_bsns_of_one_person(vault: Vault, ask: Ask) -> None:
    both = ask("e1", BSN_A, BSN_B)
    assert both.created and len(both.linked) == 1
    assert both.known == {"bsn": BSN_A[1]}
    assert ask("e1", BSN_A, BSN_B).linked == both.linked


@pytest.mark.parametrize("given", [(BSN_A, BSN_B), (BSN_B, BSN_A), (BSN_A, V_B), (V_B, BSN_A)])
def test_who_may_not_link_cannot(vault: Vault, ask: Ask, given: Sequence[Identity]) -> None:
    ask("e1", BSN_A, V_A)
    ask("e2", BSN_B, V_B)
    with pytest.raises(TwoPersons):
        ask("e3", *given, by=SCHOOL)
    assert aliases(vault) == {}


@pytest.mark.parametrize("given", [(BSN_A, BSN_C), (BSN_C, BSN_A), (BSN_A, V_B), (V_B, BSN_A), (BSN_C, V_B)])
def test_who_may_not_link_cannot_lay_a_strangers_number_on_a_person(
    vault: Vault, ask: Ask, given: Sequence[Identity]
) -> None:
    """Else the stranger's file would later be opened under somebody else's name, and sent to that one's school."""
    known = ask("e1", BSN_A)
    with pytest.raises(TwoPersons):
        ask("e2", *given, by=SCHOOL)
    assert ask("e3", BSN_A).known == {"bsn": BSN_A[1]}
    stranger = next(one for one in given if one != BSN_A)
    assert ask("e4", stranger).dossier != known.dossier


def test_who_may_not_link_may_name_what_the_hub_told_it(vault: Vault, ask: Ask) -> None:
    person = ask("e1", BSN_A)
    name = pseudonym(vault, SCHOOL, person.dossier)
    assert ask("e2", BSN_A, name, by=SCHOOL).dossier == person.dossier
    assert ask("e3", name, by=SCHOOL).dossier == person.dossier


# pseudonyms


def test_a_pseudonym_is_for_one_party_only(vault: Vault, ask: Ask) -> None:
    person = ask("e1", BSN_A)
    schools, begeleiders = pseudonym(vault, SCHOOL, person.dossier), pseudonym(vault, VWN, person.dossier)
    assert schools != begeleiders
    with pytest.raises(UnknownPerson):
        ask("e2", schools, by=VWN)
    with pytest.raises(UnknownPerson):
        ask("e3", schools, by="school#begeleider")
    assert ask("e4", begeleiders, by=VWN).dossier == person.dossier


@pytest.mark.parametrize("place", ["first", "second"])
def test_a_pseudonym_that_was_never_given(ask: Ask, place: str) -> None:
    made_up = ("pseudoniem", "0" * 32)
    with pytest.raises(UnknownPerson):
        ask("e1", *((made_up, BSN_A) if place == "first" else (BSN_A, made_up)))


def test_a_pseudonym_still_counts_after_a_link(vault: Vault, ask: Ask) -> None:
    by_v, by_bsn = ask("e1", V_A), ask("e2", BSN_A)
    name = pseudonym(vault, VWN, by_v.dossier)
    ask("e3", BSN_A, V_A)
    found = ask("e4", name, by=VWN)
    assert (found.dossier, found.via) == (by_bsn.dossier, by_v.dossier)


# many at once


def test_a_turn_asks_for_many_at_once_as_one_by_one(vault: Vault) -> None:
    asked = [("e1", [V_A]), ("e2", [BSN_A]), ("e3", [BSN_A, V_A]), ("e4", [V_A]), ("e5", [BSN_B, V_B]), ("e6", [V_B])]
    with vault.engine.begin() as connection:
        directory = vault.identities.within(connection)
        directory.expect((DUO, given) for _, given in asked)
        together = [directory.resolve(event, DUO, given, may_link=True) for event, given in asked]
    assert len({one.dossier for one in together[1:4]}) == 1
    with vault.engine.begin() as connection:
        for (event, given), one in list(zip(asked, together, strict=True))[2:]:
            found = vault.identities.resolve(connection, event, DUO, given, may_link=True)
            assert (found.dossier, found.via, found.linked) == (one.dossier, one.via, one.linked)


def test_two_workers_that_link_at_once_make_no_ring(database: str, tmp_path: Path) -> None:
    """Only PostgreSQL lets two write at the same time; there the second one waits, and looks again."""
    keyring.make(tmp_path / "keys")
    vaults = [Vault.open(database, tmp_path / "keys") for _ in range(2)]
    numbers = [V_A, BSN_A, V_B, BSN_B]

    def resolve(vault: Vault, event: str, given: Sequence[Identity], meet: threading.Barrier | None = None) -> Any:
        with vault.engine.begin() as connection:
            directory = vault.identities.within(connection)
            directory.expect([(DUO, given)])
            if meet and connection.dialect.name == "postgresql":
                meet.wait(5)
            return directory.resolve(event, DUO, given, may_link=True)

    for number in numbers:
        resolve(vaults[0], f"new {number}", [number])
    meet = threading.Barrier(2)
    pairs = [(V_A, BSN_A, V_B), (BSN_B, V_B, BSN_A)]
    threads = [
        threading.Thread(target=resolve, args=(vault, f"link {place}", pair, meet))
        for place, (vault, pair) in enumerate(zip(vaults, pairs, strict=True))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    found = aliases(vaults[0])
    assert not set(found) & set(found.values()), "an alias leads to a main dossier, never to another alias"
    assert len({resolve(vaults[1], "look", [number]).dossier for number in numbers}) == 1
    for vault in vaults:
        vault.close()
