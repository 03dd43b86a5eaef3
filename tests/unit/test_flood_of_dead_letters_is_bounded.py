# SPDX-License-Identifier: EUPL-1.2
"""Whoever fills the inbox with what cannot be read fills no disk with it, and takes nobody else's room."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from hub.streams import allowance
from hub.streams.intake import POSITION_ROW
from tests.unit.balie import Balie, Beurt
from tests.unit.inzenders import ALLEN, GEMEENTE, NU, SCHOOL, Inzender, Record, bsn

VREEMD = Inzender("00000009900000009999", ())
ROMMEL: Record = ([("x", b"h" * 80)], b"z" * 919)
"""A thousand bytes that nobody signed."""


@pytest.fixture
def balie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Balie]:
    monkeypatch.setattr(allowance, "STRANGERS_BYTES", 5_000)
    monkeypatch.setattr(allowance, "SENDER_BYTES", 3_000)
    balie = Balie(f"sqlite:///{tmp_path / 'vault.db'}", tmp_path, ALLEN)
    yield balie
    balie.vault.close()


def _redenen(beurt: Beurt) -> list[str]:
    return [reden for _, reden, _ in beurt.dood]


def _kapot(wie: Inzender) -> Record:
    """Authentic, and sealed to nobody: it goes to the dead letters too."""
    return wie.stuur(frame=b"\x01" * 900)


async def test_what_nobody_signed_is_kept_as_far_as_a_day_goes_and_then_counted(balie: Balie) -> None:
    beurt = await balie.neem_in(*[ROMMEL] * 40)
    assert _redenen(beurt) == ["onleesbaar"] * 5 + ["te-veel"]
    offset, _, verteld = beurt.dood[-1]
    assert offset == 6
    assert "35 records of strangers between offsets 6 and 40 stay in the inbox" in verteld
    later = await balie.neem_in(*[ROMMEL] * 40)
    assert _redenen(later) == ["te-veel"], "one letter a turn, however many records"


async def test_a_new_day_is_a_new_allowance(balie: Balie) -> None:
    await balie.neem_in(*[ROMMEL] * 10)
    morgen = await balie.neem_in(ROMMEL, nu=NU + timedelta(days=1))
    assert _redenen(morgen) == ["onleesbaar"]


async def test_a_flood_of_one_sender_leaves_the_others_theirs(balie: Balie) -> None:
    beurt = await balie.neem_in(*[ROMMEL] * 40, *[_kapot(SCHOOL) for _ in range(20)], _kapot(GEMEENTE))
    per_reden = _redenen(beurt)
    assert per_reden.count("te-veel") == 2
    van_school = [verteld for _, reden, verteld in beurt.dood if reden == "te-veel" and SCHOOL.oin in verteld]
    assert len(van_school) == 1
    assert beurt.dood[-3][0] == 61, "the last one, of the gemeente, is kept whole"
    assert balie.redenen(beurt).count("onbekend-type") + balie.redenen(beurt).count("ongeldig") == 21, (
        "each had its receipt"
    )


async def test_what_can_be_read_goes_its_way_in_the_midst_of_it(balie: Balie) -> None:
    goed = SCHOOL.stuur(persoon=bsn())
    beurt = await balie.neem_in(*[ROMMEL] * 20, goed, *[ROMMEL] * 20)
    assert balie.redenen(beurt) == ["aanvaard"]
    assert len(balie.log(beurt)) == 1


async def test_the_same_turn_after_a_crash_keeps_the_same(balie: Balie) -> None:
    first = await balie.neem_in(*[ROMMEL] * 10, crash=True)
    again = await balie.neem_in(*[ROMMEL] * 10, at=first.records[0].offset)
    assert again.dood == first.dood
    assert again.state[POSITION_ROW] == first.state[POSITION_ROW]


async def test_large_headers_count_like_large_contents(balie: Balie) -> None:
    beurt = await balie.neem_in(*[([("kop", b"h" * 4_000)], b"x")] * 3)
    assert _redenen(beurt) == ["onleesbaar", "te-veel"]
