# SPDX-License-Identifier: EUPL-1.2
"""A worker's turns look keys up at the same time, also when there are more persons than the cache holds."""

from __future__ import annotations

import random
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from hub import keyring
from hub.vault.kek import FileKeyEncryption
from hub.vault.keys import DataKeys, PersonKey
from hub.vault.tables import engine_for, metadata

PERSONS = [f"dossier-{number}" for number in range(12)]


def test_a_key_may_leave_the_cache_while_another_turn_reads_it(tmp_path: Path) -> None:
    keyring.make(tmp_path / "keys")
    engine = engine_for(f"sqlite:///{tmp_path / 'vault.db'}")
    metadata.create_all(engine)
    keys = DataKeys(engine, FileKeyEncryption(tmp_path / "keys" / keyring.KEK), capacity=3)
    with engine.begin() as connection:
        made = {name: keys.create(connection, name).pseudonym("gemeente") for name in PERSONS}

    def check(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(40):
            wanted = chance.sample(PERSONS, 4)
            for name, key in keys.load(wanted).items():
                assert isinstance(key, PersonKey)
                assert key.pseudonym("gemeente") == made[name]

    switch = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(check, range(8)))
    finally:
        sys.setswitchinterval(switch)
