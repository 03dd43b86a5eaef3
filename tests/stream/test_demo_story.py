# SPDX-License-Identifier: EUPL-1.2
"""The demo on a real broker: it comes out as the law says, its state is what its log says, and no worker fell over."""

from __future__ import annotations

import json

from demo.play import compare, expectation
from hub.broker.credentials import Credentials
from hub.broker.topics import PARTITIONS, Role
from hub.streams.replay import differences, standing
from hub.streams.settings import KafkaConnection
from hub.vault.vault import Vault
from tests.stream.demo_hub import DemoHub


def test_it_comes_out_as_the_expectation_file_says(demo: DemoHub) -> None:
    assert demo.seen.geleverd and demo.seen.geweigerd and demo.seen.signalen
    assert [str(one) for one in compare(expectation(), demo.seen)] == []


def test_no_worker_died_on_the_way_and_nothing_was_unreadable(demo: DemoHub) -> None:
    assert demo.deaths == []
    assert demo.dead_letters == []


def test_the_log_folded_anew_gives_the_state_that_stands(demo: DemoHub) -> None:
    ran = demo.hub("replay", "--compare", "--json", timeout=120)
    found = json.loads(ran.out)
    assert found["differences"] == []
    assert found["rows"] > 12 * len(demo.draaiboek.personen)
    assert ran.code == 0


def test_a_changed_row_of_state_is_named(demo: DemoHub) -> None:
    """Else a comparison that always agrees would look the same. Nothing is written: the row is changed in passing."""
    kafka = KafkaConnection(demo.broker.bootstrap, Credentials(demo.settings.credentials_dir(Role.OPERATOR)))
    vault = Vault.open(demo.settings.vault_address, demo.settings.keys)
    rows = next(rows for rows in (standing(kafka, number) for number in range(PARTITIONS)) if len(rows) > 3)
    assert differences(vault, rows, dict(rows)) == []
    key = next(key for key in rows if key.startswith(b"d/") and key.endswith(b"/kern"))
    person = vault.keys.load([key.split(b"/")[1].decode()])[key.split(b"/")[1].decode()]
    changed = {**rows, key: person.seal(b'{"anders": 1}', key)}  # type: ignore[union-attr]
    assert differences(vault, rows, changed) == [f"{key.decode()} differs"]
    assert len(differences(vault, rows, {name: row for name, row in rows.items() if name != key})) == 1
    vault.close()
