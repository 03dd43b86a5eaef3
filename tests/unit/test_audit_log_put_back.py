# SPDX-License-Identifier: EUPL-1.2
"""An audit log whose database was put back from a backup comes to the tree that it had, and what witnesses kept fits."""

from __future__ import annotations

import random
import shutil
import threading
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub.readmodel import questions
from hub.readmodel.auditlog import AlreadyTaken, AuditLog
from hub.readmodel.volgorde import Beurt, OrderLost, Volgorde
from hub.vault.tables import engine_for
from tests.unit.auditboek import ORIGIN, hashes, record

KEY = Ed25519PrivateKey.generate()


class Book:
    """A log over topics of three partitions, which are read in turns of any size."""

    def __init__(self, place: Path, name: str = "audit.db") -> None:
        self.place, self.database = place, place / name
        self.engine = engine_for(f"sqlite:///{self.database}")
        self.log = AuditLog(self.engine, KEY, ORIGIN, place / "audit.order")
        self.log.patience = 5.0

    def read(self, partition: int, count: int) -> None:
        first = self.log.position(partition)
        records = [record(1000 * partition + number) for number in range(first, first + count)]
        self.log.append(partition, records, first, first + count)

    def keep(self, name: str) -> None:
        self.engine.dispose()
        shutil.copy(self.database, self.place / name)

    def put_back(self, name: str) -> Book:
        return Book(self.place, name)

    def stand(self) -> tuple[int, str | None]:
        return questions.checkpoint(self.engine)


@pytest.fixture
def book(tmp_path: Path) -> Book:
    book = Book(tmp_path)
    book.read(0, 4)
    book.keep("backup.db")
    for partition, count in ((1, 3), (0, 2), (2, 5), (1, 1), (0, 3)):
        book.read(partition, count)
    return book


@pytest.mark.parametrize("seed", range(5))
def test_partitions_that_are_read_at_once_in_other_turns_give_the_same_tree(book: Book, seed: int) -> None:
    """Each partition brings its records in turns of other sizes; which comes when is chance, the tree is not."""
    wanted = {0: 9, 1: 4, 2: 5}
    again, chance = book.put_back("backup.db"), random.Random(seed)
    sizes = {partition: [chance.randrange(1, 4) for _ in range(20)] for partition in wanted}

    def work(partition: int) -> None:
        for size in sizes[partition]:
            if left := wanted[partition] - again.log.position(partition):
                again.read(partition, min(size, left))

    threads = [threading.Thread(target=work, args=(partition,)) for partition in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert again.stand()[0] == book.stand()[0] == 18
    assert hashes(again.engine, 18) == hashes(book.engine, 18)
    assert again.stand()[1] == book.stand()[1], "even the signed note is the same"
    again.read(2, 2)  # and goes on
    assert again.stand()[0] == 20
    assert Volgorde(book.place / "audit.order").at(19) == Beurt(18, 2, 2, 7)


def test_without_the_order_the_tree_forks(book: Book) -> None:
    """The control: what the file is there for."""
    (book.place / "audit.order").unlink()
    again = book.put_back("backup.db")
    for partition, count in ((2, 5), (1, 4), (0, 5)):
        again.read(partition, count)
    assert again.stand()[0] == 18
    assert hashes(again.engine, 18) != hashes(book.engine, 18)


def test_a_turn_that_was_written_down_and_not_added_comes_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = Book(tmp_path)
    book.read(0, 2)

    def die(self: Volgorde, turn: Beurt) -> None:
        add(self, turn)
        raise KeyboardInterrupt

    add = Volgorde.add
    monkeypatch.setattr(Volgorde, "add", die)
    with pytest.raises(KeyboardInterrupt):
        book.read(1, 3)
    monkeypatch.undo()
    assert book.stand()[0] == 2
    book.log.patience = 0.2
    with pytest.raises(OrderLost, match=r"is that partition read\? .* so must audit\.order be"):
        book.read(0, 1)
    book.read(1, 5)
    assert book.stand()[0] == 7
    book.read(0, 1)


def test_an_entry_that_was_cut_off_never_was(book: Book) -> None:
    order = book.place / "audit.order"
    whole = order.read_bytes()
    order.write_bytes(whole + whole[-32:][:20])
    book.read(0, 2)
    found = Volgorde(order).at(18)
    assert found == Beurt(18, 2, 0, 11) and len(order.read_bytes()) == len(whole) + 32


def test_a_database_from_before_the_order_was_kept_does_not_guess(book: Book) -> None:
    order = book.place / "audit.order"
    order.write_bytes(order.read_bytes()[-32:])
    with pytest.raises(OrderLost, match="first 4 records .* put back a newer backup"):
        book.put_back("backup.db").read(1, 1)
    with pytest.raises(AlreadyTaken):
        book.log.append(1, [record(1)], 0, 1)
