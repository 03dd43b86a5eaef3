# SPDX-License-Identifier: EUPL-1.2
"""What each stage of the path costs in one process, on the objects that the workers use. Not: Kafka and waiting."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from pathlib import Path

from benchmarks import scene
from benchmarks.line import NOW, Letter, Line
from hub.streams.envelope import Entry, pack, unpack
from hub.streams.reception import Received
from hub.streams.settlement import Settled

PERSONS, LESSONS, TURN = 20, 40, 200


def measure() -> dict[str, float]:
    """Stage -> µs an event, over 800 lessons of 20 persons in turns of 200."""
    with tempfile.TemporaryDirectory(prefix="hub-stages-") as place:
        line = Line(Path(place))
        state: dict[str, dict[str, bytes]] = defaultdict(dict)
        people = scene.numbers(PERSONS)
        for one in people:
            for sender, event in scene.beginnings(one):
                _turn(line, state, [line.partners[sender].letter(event)])
        line.cost.clear()
        letters = [
            line.partners[scene.SCHOOL].letter(scene.lesson(one, les)) for les in range(LESSONS) for one in people
        ]
        for start in range(0, len(letters), TURN):
            _turn(line, state, letters[start : start + TURN])
        line.vault.close()
        return {name: 1e6 * spent / len(letters) for name, spent in line.cost.items()}


def _turn(line: Line, state: dict[str, dict[str, bytes]], letters: list[Letter]) -> None:
    for one in line.settle([line.receive(headers, value) for _, value, headers in letters]):
        item = one.arrival.item
        assert isinstance(item, Received) and one.resolved is not None and one.key is not None
        line.timed("receipt: seal and sign", _receipt, line, one)
        _, value = line.timed("log: seal with the person's key, and open", _through_the_log, one)
        mine = state[one.resolved.dossier]
        line.decide(one.resolved.dossier, one.key, item, value, mine.get, mine.__setitem__)


def _receipt(line: Line, one: Settled) -> None:
    item = one.arrival.item
    data = {"betreft": item.ce.id, "gebeurtenis": item.naam, "positie": one.claim.plaats}
    line.outbox.letter(
        line.register, item.sender, "aanlevering-aanvaard", data, event_id=item.event, moment=NOW, subject=None
    )


def _through_the_log(one: Settled) -> tuple[list[tuple[str, bytes]], bytes]:
    item = one.arrival.item
    assert isinstance(item, Received) and one.resolved is not None and one.key is not None
    entry = Entry(
        event=item.event,
        naam=item.naam,
        sender=item.sender,
        source=item.ce.source,
        data=item.data,
        gebeurd=item.gebeurd,
        vastgelegd=NOW,
        known=one.resolved.known,
        via=None,
        original=item.ce.id,
    )
    value, headers = pack(one.resolved.dossier, entry, one.key)
    unpack(headers, value, one.key)
    return headers, value
