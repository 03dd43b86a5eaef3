# SPDX-License-Identifier: EUPL-1.2
"""A leaf of the audit tree: a commitment to each part of a record, so that a party can be shown its own parts alone.

A record names everybody who got something and everybody who did not. Whoever proves that his delivery is on record
must not learn the rest, nor the dossier's id, by which two organisations could join what they have. So the leaf holds
no record but one salted hash for each part of it::

    leaf  = canonical JSON {"delen": [hash, ...], "v": 1}, hashes in hex and sorted, filled up to a multiple of 8
    hash  = SHA-256(0x02 || salt of the part || canonical JSON [name, value])
    salt  = the first 16 bytes of HMAC-SHA-256(salt of the record, name)

Parts are the record's keys, and each entry of its lists of outcomes and deliveries. Who has record and salt (the hub,
an auditor with an export) recomputes the leaf; who has some parts checks that they are in it. Pure.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

ZOUT = 16
"""Bytes of a salt."""
VEELVOUD = 8
"""The number of hashes is a multiple of this, so that it does not tell how many organisations were considered."""
LIJSTEN = ("uitkomsten", "hub", "leveringen")
"""Parts of a record whose entries speak of one party each."""
VOOR_ELKE_PARTIJ = frozenset({"v", "soort", "type", "bron", "moment", "bundels", "sha256"})
"""What sender and recipient both know, or what decides for all: by which policy, rules and participants."""
VOOR_DE_BRON = frozenset({"gebeurtenis", "weigering"})


class OngeldigBlad(ValueError):
    """A record that is not canonical, or a part that is not in the leaf."""


@dataclass(frozen=True, slots=True)
class Deel:
    """One part of a record, with its salt."""

    naam: str
    zout: bytes
    waarde: Any

    def hash(self) -> str:
        return hashlib.sha256(b"\x02" + self.zout + _json([self.naam, self.waarde])).hexdigest()


def blad(record: bytes, zout: bytes) -> bytes:
    """The leaf of a record in canonical JSON. Raises OngeldigBlad where it has another spelling."""
    hashes = [deel.hash() for deel in delen(record, zout).values()]
    vulling = (hmac.digest(zout, f"vulling/{i}".encode(), "sha256").hex() for i in range(-len(hashes) % VEELVOUD))
    return _json({"delen": sorted([*hashes, *vulling]), "v": 1})


def delen(record: bytes, zout: bytes) -> dict[str, Deel]:
    """Every part of a record by its name."""
    inhoud = orjson.loads(record)
    if not isinstance(inhoud, dict) or _json(inhoud) != record or len(zout) != ZOUT:
        raise OngeldigBlad("Geef een record als canonieke JSON, met zijn zout van 16 bytes.")
    waarden: dict[str, Any] = {}
    for naam, waarde in inhoud.items():
        if naam in LIJSTEN and isinstance(waarde, list):
            waarden |= {f"{naam}/{plaats}": een for plaats, een in enumerate(waarde)}
        else:
            waarden[naam] = waarde
    return {
        naam: Deel(naam, hmac.digest(zout, naam.encode(), "sha256")[:ZOUT], waarde) for naam, waarde in waarden.items()
    }


def voor_partij(record: bytes, zout: bytes, oin: str) -> tuple[Deel, ...]:
    """What an organisation may be shown of a record: what it reported and what it got. None where it did neither.

    Who got nothing is no party, also where the record says that it was denied: not even that is told.
    """
    alle = delen(record, zout)
    bron = str(alle["bron"].waarde or "").partition("#")[0] == oin if "bron" in alle else False
    eigen = [deel for naam, deel in alle.items() if "/" in naam and _kreeg(naam, deel.waarde, oin)]
    if not (bron or eigen):
        return ()
    namen = VOOR_ELKE_PARTIJ | (VOOR_DE_BRON if bron else frozenset())
    return (*(deel for naam, deel in alle.items() if naam in namen), *eigen)


def toon(blad_: bytes, onthuld: Iterable[Deel]) -> Mapping[str, Any]:
    """The parts by name, each checked to be in the leaf. Raises OngeldigBlad."""
    try:
        hashes = set(orjson.loads(blad_)["delen"])
    except (ValueError, KeyError, TypeError) as fout:
        raise OngeldigBlad("Vraag het bewijs opnieuw op: het blad is niet te lezen.") from fout
    gevonden = {}
    for deel in onthuld:
        if deel.hash() not in hashes:
            raise OngeldigBlad(f"Vertrouw dit bewijs niet: `{deel.naam}` staat zo niet in het auditlog.")
        gevonden[deel.naam] = deel.waarde
    return gevonden


def _kreeg(naam: str, waarde: Any, oin: str) -> bool:
    if waarde["aan"].partition("#")[0] != oin:
        return False
    return naam.startswith("leveringen/") or waarde.get("uitkomst") == "geleverd"


def _json(waarde: Any) -> bytes:
    """Sorted keys, no white space, UTF-8."""
    return orjson.dumps(waarde, option=orjson.OPT_SORT_KEYS)
