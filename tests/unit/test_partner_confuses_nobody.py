# SPDX-License-Identifier: EUPL-1.2
"""A partner whose clock is wrong, or who sends more of something than there can be, harms nobody but itself."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from fastavro import schemaless_reader, schemaless_writer

from schemas import codec, identity
from schemas.registry import registry
from tests.unit.balie import Balie
from tests.unit.inzenders import ALLEN, NU, SCHOOL, bsn


@pytest.fixture
def balie(tmp_path: Path) -> Iterator[Balie]:
    balie = Balie(f"sqlite:///{tmp_path / 'vault.db'}", tmp_path, ALLEN)
    yield balie
    balie.vault.close()


@pytest.mark.parametrize("jaar", [1970, 2019, 2031, 9999])
async def test_the_senders_clock_orders_nothing(balie: Balie, jaar: int) -> None:
    """`ce_time` is its own word: when it counts in the log is the log's."""
    record = SCHOOL.stuur(persoon=bsn(), time=datetime(jaar, 12, 31, 23, 59, tzinfo=UTC))
    beurt = await balie.neem_in(record)
    assert balie.redenen(beurt) == ["aanvaard"]
    ((_, entry),) = balie.log(beurt)
    assert entry.vastgelegd == NU
    assert entry.gebeurd == NU.date()


def _veel(aantal: int) -> dict[str, Any]:
    nummers = [str(n) for n in range(999_900_000, 999_990_000) if identity.is_bsn(str(n))][:aantal]
    return bsn(nummers[0], *(("bsn", nummer) for nummer in nummers[1:]))


async def test_more_numbers_than_a_person_can_have_are_refused(balie: Balie) -> None:
    """Else one report would make a dossier of a thousand persons."""
    frame = _anders("cursus-gestart", persoon={"ook": _veel(1000)["ook"]})
    beurt = await balie.neem_in(SCHOOL.stuur(frame=frame))
    assert balie.redenen(beurt) == ["ongeldig"]
    assert balie.log(beurt) == []


def _anders(naam: str, **velden: Any) -> bytes:
    """A frame as a sender writes it that does not use our codec: with fields that ours would not let through."""
    frame = codec.encode(naam, {"persoon": bsn(), "begindatum": "2026-03-02"}, volledig=False)
    schema = registry().by_id(int.from_bytes(frame[1:5], "big")).schema
    data: Any = schemaless_reader(BytesIO(frame[5:]), schema)
    persoon = data["persoon"] | velden.pop("persoon", {})
    buffer = BytesIO()
    schemaless_writer(buffer, schema, data | velden | {"persoon": persoon})
    return frame[:5] + buffer.getvalue()


@pytest.mark.parametrize("velden", [{"persoon": {"waarde": "x" * 200_000}}, {"bron": "x" * 200_000}])
async def test_a_text_without_end_is_refused(balie: Balie, velden: dict[str, Any]) -> None:
    beurt = await balie.neem_in(SCHOOL.stuur(frame=_anders("cursus-gestart", **velden)))
    assert balie.redenen(beurt) in (["ongeldig"], ["identiteit-ongeldig"])
    assert all(len(str(data)) < 1_000 for _, _, data in balie.bewijzen(beurt)), "the receipt repeats nothing of it"


@pytest.mark.parametrize("lengte", [2**31, 2**40, 2**62])
async def test_a_length_that_is_a_lie_takes_no_memory(balie: Balie, lengte: int) -> None:
    """Avro says how long a text or list is before it comes: a reader that believes it has no memory left."""
    frame = codec.encode("cursus-gestart", {"begindatum": "2026-03-02"}, volledig=False)[:5]
    getal = lengte << 1
    varint = bytearray()
    while getal > 0x7F:
        varint.append(getal & 0x7F | 0x80)
        getal >>= 7
    varint.append(getal)
    tracemalloc.start()
    beurt = await balie.neem_in(SCHOOL.stuur(frame=frame + b"\x02\x02" + bytes(varint) + b"9999"))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert balie.redenen(beurt) == ["ongeldig"]
    assert most < 16 * 1024 * 1024
