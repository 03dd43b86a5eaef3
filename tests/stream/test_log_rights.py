# SPDX-License-Identifier: EUPL-1.2
"""The channel needs no more rights than a role has: what it does with the broker's own certificate elsewhere, it does as intake."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from aiokafka import AIOKafkaProducer

from hub.broker.credentials import Credentials
from hub.broker.kafka import Broker
from hub.broker.topics import DOSSIER, INBOX, INBOX_STATE, PARTITIONS, Role, group
from hub.streams.reader import Reader
from hub.streams.settings import KafkaConnection, LogSettings
from hub.streams.turn import Turn
from tests.stream.log_scene import Desk


async def test_intakes_rights_are_enough_for_turns_on_the_inbox(
    broker: Broker, credentials: Callable[[str], Credentials], partners: Mapping[str, str]
) -> None:
    partner = AIOKafkaProducer(**KafkaConnection(broker.bootstrap, credentials(next(iter(partners)))).aiokafka())
    async with partner:
        await partner.send_and_wait(INBOX, b"not an event", key=b"somebody", partition=PARTITIONS - 1)
    intake = KafkaConnection(broker.bootstrap, credentials(Role.INTAKE))
    settings = LogSettings(INBOX, group(Role.INTAKE), Role.INTAKE, intake, INBOX_STATE)
    queue: asyncio.Queue[Turn] = asyncio.Queue()
    reader = Reader(settings, queue.put_nowait, list)
    await reader.start()
    try:
        turn = await Desk(reader, queue).turn()
        while turn.records[-1].value != b"not an event":
            await turn.commit()
            turn = await Desk(reader, queue).turn()
        turn.put(b"row", b"1")
        turn.emit(DOSSIER, b"for the log", key=b"dossier")
        turn.dead_letter(turn.records[-1], "unreadable")
        await turn.commit()
    finally:
        await reader.stop()
    assert reader.crash_reason is None
