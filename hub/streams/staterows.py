# SPDX-License-Identifier: EUPL-1.2
"""Reads the state of dossiers as it stands in Kafka, for people who ask; changes nothing and keeps nothing."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from hub.broker.topics import PARTITIONS
from hub.bundles import Active
from hub.dossier.feiten.rows import Row, Rows
from hub.streams.dossier import STAND
from hub.streams.outputs import partition_of
from hub.streams.replay import standing
from hub.streams.settings import KafkaConnection
from hub.vault.keys import Gewist
from hub.vault.vault import Vault

CHUNK = 500


def rows_of(kafka: KafkaConnection, vault: Vault, dossier: str) -> Rows:
    """The rows of one dossier; empty when it has none. Reads a whole partition: Kafka has no index."""
    found = _by_dossier(standing(kafka, partition_of(dossier.encode(), PARTITIONS)))
    return _opened(vault, {dossier: found.get(dossier, {})})[dossier]


def every(kafka: KafkaConnection, vault: Vault) -> Iterator[tuple[str, Rows]]:
    """The rows of every dossier, a partition at a time."""
    for partition in range(PARTITIONS):
        yield from _in_chunks(vault, standing(kafka, partition))


def with_bundles(kafka: KafkaConnection, vault: Vault) -> Iterator[tuple[Active, Rows]]:
    """The rows of every dossier, and which bundles its partition decides by; without saying which dossier it is."""
    for partition in range(PARTITIONS):
        rows = standing(kafka, partition)
        stand = orjson.loads(rows.get(STAND, b"{}"))
        active = Active.of(stand)
        for _, found in _in_chunks(vault, rows):
            yield active, found


def _in_chunks(vault: Vault, rows: dict[bytes, bytes]) -> Iterator[tuple[str, Rows]]:
    found = _by_dossier(rows)
    names = sorted(found)
    for start in range(0, len(names), CHUNK):
        chunk = {name: found[name] for name in names[start : start + CHUNK]}
        yield from _opened(vault, chunk).items()


def _by_dossier(rows: dict[bytes, bytes]) -> dict[str, dict[bytes, bytes]]:
    found: dict[str, dict[bytes, bytes]] = {}
    for key, value in rows.items():
        if key.startswith(b"d/"):
            found.setdefault(key.split(b"/", 2)[1].decode(), {})[key] = value
    return found


def _opened(vault: Vault, sealed: dict[str, dict[bytes, bytes]]) -> dict[str, Rows]:
    keys = vault.keys.load(sealed)
    opened: dict[str, Rows] = {}
    for dossier, rows in sealed.items():
        person = keys[dossier]
        content: dict[str, Row] = {}
        if not isinstance(person, Gewist):
            for key, value in rows.items():
                content[key.split(b"/", 2)[2].decode()] = orjson.loads(person.open(value, key))
        opened[dossier] = Rows.in_memory(content)
    return opened
