# SPDX-License-Identifier: EUPL-1.2
"""A small audit log for tests: records of one delivery and one denial each, by a key of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine, select

from consent.blad import blad
from consent.decide import Besluit, Uitkomst
from consent.kader import Partij, Reden
from consent.merkle import leaf_hash
from hub.dossier.gevolgen import Gevolgen, Levering, Soort
from hub.readmodel.auditlog import AuditLog
from hub.readmodel.record import Basis, decision
from hub.readmodel.tables import bladen
from schemas.vocabulary import Categorie, Rol

KEY = Ed25519PrivateKey.generate()
ORIGIN = "nl.inburgering/test"


def record(number: int) -> bytes:
    """A decision about one event, with one delivery (to duo) and one denial (of vwn)."""
    to, not_to = Partij("duo", Rol.UITVOERING), Partij("vwn", Rol.BEGELEIDER)
    moment = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
    delivery = Levering(
        ontvanger=to,
        gebeurtenis="cursus-gestart",
        soort=Soort.GEBEURTENIS,
        id=f"l{number}",
        data={"begindatum": "2026-03-02"},
        persoon=frozenset({Categorie.PSEUDONIEM}),
        bron="school#taalschool",
        gebeurd=moment.date(),
        vastgelegd=moment,
    )
    decisions = (
        Besluit(to, Uitkomst.GELEVERD, regels=("r1",), velden={"begindatum": "r1"}),
        Besluit(not_to, Uitkomst.GEWEIGERD, Reden.NO_RELATION),
    )
    return decision(
        Basis(0, number, moment, {}),
        Gevolgen([delivery], decisions),
        soort="besluit",
        dossier="d",
        event=f"e{number}",
        naam="cursus-gestart",
        bron="school#taalschool",
        ciphertext=b"x",
    )


def filled(engine: Engine, count: int, turns: Sequence[int] = (), key: Ed25519PrivateKey = KEY) -> AuditLog:
    """A log of `count` records, in one turn or in turns that end before these numbers and at the last."""
    log, begin = AuditLog(engine, key, ORIGIN), 0
    for end in (*turns, count):
        log.append(0, [record(number) for number in range(begin, end)], begin, end)
        begin = end
    return log


def hashes(engine: Engine, count: int) -> list[bytes]:
    """The leaf hashes, from records and salts."""
    with engine.connect() as connection:
        rows = connection.execute(select(bladen).where(bladen.c.nummer < count).order_by(bladen.c.nummer)).all()
    return [leaf_hash(blad(row.record, row.zout)) for row in rows]
