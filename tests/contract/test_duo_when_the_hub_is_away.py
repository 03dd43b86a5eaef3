# SPDX-License-Identifier: EUPL-1.2
"""Whatever Kafka answers while the hub starts, stops or hands over, what DUO said waits and goes later. Only what no waiting
mends ends the process."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from aiokafka.errors import (
    KafkaConnectionError,
    KafkaError,
    KafkaTimeoutError,
    NotLeaderForPartitionError,
    TopicAuthorizationFailedError,
)

from connectors import Event
from connectors.duo import bedrijf
from tests.duo_simulator.scene import GEM_A
from tests.duo_simulator.toneel import Toneel, namen, toneel
from tests.faults.hub_scene import until

BSN = "999990019"


class Hub:
    """A connector whose hub has troubles first."""

    troubles: list[type[KafkaError]]
    arrived: list[Event]

    def __init__(self, *_: Any, **__: Any) -> None: ...

    async def __aenter__(self) -> Hub:
        return self

    async def __aexit__(self, *_: object) -> None: ...

    async def send_all(self, events: Sequence[Event]) -> list[str]:
        if Hub.troubles:
            raise Hub.troubles.pop(0)
        Hub.arrived += events
        return [one.id for one in events]


async def a_notice_is_worked_off(t: Toneel) -> None:
    t.duo.persoon(BSN, GEM_A)
    assert await t.duo_zegt.notificeer(GEM_A, "SS101", BSN, "2026-01-15T09:30:00+01:00") == 201
    while await t.ophaler.ronde():
        pass


async def test_what_duo_said_waits_for_the_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Hub.troubles, Hub.arrived = [KafkaConnectionError, NotLeaderForPartitionError, KafkaTimeoutError], []
    monkeypatch.setattr(bedrijf, "Connector", Hub)
    async with toneel(tmp_path) as t:
        await a_notice_is_worked_off(t)
        work = asyncio.create_task(bedrijf._naar_de_hub(t.b))
        await until(lambda: bool(Hub.arrived), "the event at the hub")
        work.cancel()
        assert not Hub.troubles and namen(Hub.arrived) == ["inburgeringsplicht-vastgesteld"]
        assert t.wachtrij("uitgaand") == {"verzonden": 1}


async def test_a_hub_that_does_not_let_us_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Hub.troubles, Hub.arrived = [TopicAuthorizationFailedError], []
    monkeypatch.setattr(bedrijf, "Connector", Hub)
    async with toneel(tmp_path) as t:
        await a_notice_is_worked_off(t)
        with pytest.raises(TopicAuthorizationFailedError):
            await asyncio.wait_for(bedrijf._naar_de_hub(t.b), 20)
        assert t.wachtrij("uitgaand") == {"gereed": 1}, "and it waits on disk"
