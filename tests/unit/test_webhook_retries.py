# SPDX-License-Identifier: EUPL-1.2
"""When a delivery is tried again: pauses that grow and are spread, Retry-After, and an end that comes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.web.abonnementen.herhaling import Antwoord, Herhaalregels, Uitkomst, na, retry_after
from hub.web.abonnementen.volgorde import Venster

REGELS = Herhaalregels()
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_2xx_is_taken(status: int) -> None:
    assert na(Antwoord(status), 1, REGELS, 0.5).uitkomst is Uitkomst.AANGENOMEN


@pytest.mark.parametrize("status", [301, 307, 400, 401, 404, 415, 429, 500, 503, None])
def test_all_else_is_tried_again_to_the_last_attempt(status: int | None) -> None:
    antwoord = Antwoord(status, "time-out")
    for poging in range(1, REGELS.pogingen):
        assert na(antwoord, poging, REGELS, 0.5).uitkomst is Uitkomst.OPNIEUW
    assert na(antwoord, REGELS.pogingen, REGELS, 0.5).uitkomst is Uitkomst.UITGEPUT


def test_gone_ends_it_at_any_attempt() -> None:
    assert na(Antwoord(410), 1, REGELS, 0.5).uitkomst is Uitkomst.OPGEZEGD
    assert na(Antwoord(410), REGELS.pogingen, REGELS, 0.5).uitkomst is Uitkomst.OPGEZEGD


def test_as_it_stands_it_takes_ten_attempts_in_some_fifteen_hours() -> None:
    total = sum(REGELS.pauze(poging, 0.5) for poging in range(1, REGELS.pogingen))
    assert timedelta(hours=14) < timedelta(seconds=total) < timedelta(hours=16)


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True))
def test_a_pause_is_spread_and_bounded(poging: int, kans: float) -> None:
    pauze = REGELS.pauze(poging, kans)
    assert REGELS.eerste / 2 <= pauze <= 1.5 * REGELS.langste
    assert REGELS.pauze(poging, 0.0) < REGELS.pauze(poging, 0.9)


def test_retry_after_makes_a_pause_longer_never_shorter_and_not_for_ever() -> None:
    def over(wacht: float) -> float:
        return na(Antwoord(503, wacht=wacht), 1, REGELS, 0.5).over

    assert over(120) == 120
    assert over(0) == over(1) == REGELS.pauze(1, 0.5)
    assert over(10**9) == REGELS.langste


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        (format_datetime(NOW + timedelta(minutes=5), usegmt=True), 300.0),
        (format_datetime(NOW - timedelta(minutes=5), usegmt=True), 0.0),
        ("9" * 400, 999999999.0),
        ("soon", None),
        ("-5", None),
        ("٣", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(text: str | None, seconds: float | None) -> None:
    assert retry_after(text, NOW) == seconds


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3)), max_size=30), st.randoms())
def test_of_one_person_one_at_a_time_in_order_and_the_position_never_passes_what_is_open(
    arrivals: list[tuple[str, int]], chance: object
) -> None:
    """Positions with gaps, in any interleaving of beginning and ending."""
    venster: Venster[str] = Venster(0)
    order: dict[str, list[int]] = {}
    position = 0
    for who, gap in arrivals:
        position += gap
        venster.neem(position, who, who, 10)
        order.setdefault(who, []).append(position)
        position += 1
    busy: dict[str, int] = {}
    served: dict[str, list[int]] = {}
    while len(venster):
        ready = list(venster.gereed())
        assert not {who for _, who, _ in ready} & busy.keys()
        assert len({who for _, who, _ in ready}) == len(ready)
        begin = ready and (not busy or chance.random() < 0.5)  # type: ignore[attr-defined]
        if begin:
            positie, who, _ = chance.choice(ready)  # type: ignore[attr-defined]
            venster.begin(positie)
            busy[who] = positie
            continue
        who = chance.choice(sorted(busy))  # type: ignore[attr-defined]
        positie = busy.pop(who)
        assert venster.vanaf <= positie
        venster.klaar(positie)
        served.setdefault(who, []).append(positie)
        open_ = [one for who_, listed in order.items() for one in listed if one not in served.get(who_, [])]
        assert venster.vanaf == min(open_, default=position)
    assert served == order
    assert venster.bytes == 0
