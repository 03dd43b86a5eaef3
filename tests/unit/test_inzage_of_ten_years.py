# SPDX-License-Identifier: EUPL-1.2
"""The account of a ten-year dossier in a log of a hundred thousand decisions comes within seconds."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from consent.decide import Besluit, Uitkomst
from consent.kader import Partij, Reden
from consent.policy import Beleid
from hub.dossier.gevolgen import Gevolgen, Levering, Soort
from hub.inzage.overzicht import gather, plain
from hub.inzage.page import render
from hub.readmodel.auditlog import AuditLog
from hub.readmodel.record import Basis, decision
from hub.vault.tables import engine_for
from schemas.vocabulary import Categorie, Rol
from tests.unit.verhaalaudit import OORSPRONG, SLEUTEL

SECONDS = 5.0
"""Of processor time: how busy the machine is besides does not matter."""
LES = {"les": "l-1", "minuten_gepland": 120, "verzuim": "geen"}
OWN, OTHERS, BATCH = 4_000, 96_000, 4_000
BEGIN = datetime(2022, 3, 1, 9, tzinfo=UTC)
SCHOOL, GEMEENTE = Partij("0000009900000000S001", Rol.TAALSCHOOL), Partij("0000009900000000G001", Rol.GEMEENTE)
DUO, VWN = Partij("0000009900000000D001", Rol.UITVOERING), Partij("0000009900000000V001", Rol.BEGELEIDER)
POLICY = Beleid.load()
ROWS = ("school-gemeente-asielstatushouder",)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    address = f"sqlite:///{tmp_path_factory.mktemp('audit') / 'audit.db'}"
    log = AuditLog.open(address, SLEUTEL, OORSPRONG)
    every, place = (OWN + OTHERS) // OWN, 0
    for first in range(0, OWN + OTHERS, BATCH):
        numbers = range(first, first + BATCH)
        records = [_lesson("own" if n % every == 0 else f"other-{n % 977}", n // every) for n in numbers]
        log.append(0, records, place, place + BATCH)
        place += BATCH
    return engine_for(address)


def test_the_account_of_ten_years_comes_within_seconds(engine: Engine) -> None:
    began = time.process_time()
    rows = {row.id: row for row in POLICY.regels}
    found = gather(engine, ["own"], lambda _, name, __: rows.get(name), datetime(2032, 3, 1, tzinfo=UTC))
    page = render(found, lambda oin: f"Organisatie {oin[-4:]}")
    told = plain(found, str)
    seconds = time.process_time() - began
    assert len(found.verstrekkingen) == OWN
    assert {one["dossiers"][0] for one in [told]} == {"own"}
    begin, end = found.periode or (None, None)
    assert begin and end and end - begin > timedelta(days=3600)
    gedeeld = next(one for one in found.ontvangers if one.partij == GEMEENTE).gedeeld[Categorie.AANWEZIGHEID]
    assert gedeeld.keren.aantal == OWN
    assert {ground.regel for ground in gedeeld.gronden} == set(ROWS)
    assert {str(one.partij): one.keren.aantal for one in found.ontvangers if not one.gedeeld} == {
        str(DUO): 0,
        str(VWN): 0,
    }
    assert len(page) < 2_000_000
    assert seconds < SECONDS, f"{seconds:.1f} s"


def _lesson(dossier: str, number: int) -> bytes:
    """The record of one lesson reported: to the gemeente, and denied to DUO and the begeleider."""
    moment = BEGIN + timedelta(hours=22 * number)
    written = PATTERN.replace(b"@dossier", dossier.encode()).replace(b"@number", str(number).encode())
    return written.replace(BEGIN.isoformat().encode(), moment.isoformat().encode())


def _pattern() -> bytes:
    passed = Besluit(
        GEMEENTE, Uitkomst.GELEVERD, regels=ROWS, velden=dict.fromkeys(LES, ROWS[0]), persoon=frozenset({Categorie.BSN})
    )
    denied = [
        Besluit(DUO, Uitkomst.GEWEIGERD, Reden.NO_GROUND),
        Besluit(VWN, Uitkomst.GEWEIGERD, Reden.NO_TOESTEMMING),
    ]
    sent = Levering(
        GEMEENTE,
        "aanwezigheid-gemeld",
        Soort.GEBEURTENIS,
        "@dossier-@number",
        LES,
        passed.persoon,
        str(SCHOOL),
        BEGIN.date(),
        BEGIN,
    )
    return decision(
        Basis(0, 0, BEGIN, {"beleid": None}),
        Gevolgen([sent], (passed, *denied)),
        soort="besluit",
        dossier="@dossier",
        event="e-@number",
        naam="aanwezigheid-gemeld",
        bron=str(SCHOOL),
        ciphertext=b"verzegeld",
    )


PATTERN = _pattern()
"""Made by the hub's own function once; a hundred thousand times would be most of the test."""
