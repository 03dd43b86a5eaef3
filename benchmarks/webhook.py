# SPDX-License-Identifier: EUPL-1.2
"""Webhook fan-out: 200 subscribers, none dead and then 20 dead, and how soon the living are called.

A real broker, a mailbox for each subscriber, the service that the web process runs (database, signatures, HTTP), and
receivers in a process of their own. What is delivered are receipts: the one kind that needs no decision at hand-over, so
this is the cost of webhooks and not that of deciding. Every round writes one to each subscriber at once; a dead one takes
the call and never answers. Latency is from before the write to Kafka until the call arrives. Takes two minutes.
"""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
from confluent_kafka import Producer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from rich.console import Console
from rich.table import Table

from demo.command import HUB_OIN
from hub.broker.admin import apply
from hub.broker.kafka import Broker
from hub.broker.topics import Role, acls_for, out_topic, topics_for
from hub.streams.settings import KafkaConnection
from hub.vault.tables import engine_for
from hub.web.abonnementen import administratie
from hub.web.abonnementen.abonnement import Abonnement, Stand
from hub.web.abonnementen.adres import Adresregels
from hub.web.abonnementen.dienst import Abonnementen
from hub.web.abonnementen.herhaling import Herhaalregels
from hub.web.abonnementen.verzending import Verzendregels
from hub.web.kennis import Kennis
from hub.web.mailbox import Mailbox
from hub.web.postbus import Postbus
from hub.web.volger import Volger
from schemas import signatures
from schemas.cloudevents import SEALED, TYPE_PREFIX, CloudEvent, source_of, to_headers
from schemas.http_binding import Vorm

SUBSCRIBERS, DEAD = 200, 20
ROUNDS, ROUND_SECONDS = 30, 1.0
BYTES = 700
"""Of a sealed receipt."""
PATIENCE_SECONDS = 60.0
OINS = [f"0000009900{number:010}" for number in range(1, SUBSCRIBERS + 1)]


def main(*, as_json: bool = False) -> None:
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as place, Broker(Path(place) / "broker") as broker:
        own = {role: [broker.credentials.principal] for role in Role}
        apply(broker.bootstrap, broker.credentials, topics_for(OINS), acls_for(own, {}))
        receivers = subprocess.Popen([sys.executable, "-m", "benchmarks.webhook_receivers"], stdout=subprocess.PIPE)
        try:
            assert receivers.stdout is not None
            port = int(receivers.stdout.readline())
            found = {
                name: asyncio.run(_run(Path(place) / f"{name}.db", broker, port, dead))
                for name, dead in (("none dead", 0), (f"{DEAD} dead", DEAD))
            }
        finally:
            receivers.kill()
            receivers.wait()
    console = Console()
    if as_json:
        console.print_json(data=found)
    else:
        _show(console, found)


async def _run(database: Path, broker: Broker, port: int, dead: int) -> dict[str, Any]:
    """Milliseconds until the living are called: the first 180 in both runs, so that they are the same ones."""
    kafka = KafkaConnection(broker.bootstrap, broker.credentials)
    key = Ed25519PrivateKey.generate()
    engine = engine_for(f"sqlite:///{database}")
    kennis = Kennis(engine, lambda digest: (_ for _ in ()).throw(KeyError(digest)))
    volger, postbus = Volger(kafka, kennis), Postbus(kafka)
    mailbox = Mailbox(postbus, volger, kennis, lambda: datetime.now(UTC), lambda: None)
    rules = Verzendregels(Adresregels(lokaal=True))
    await volger.start()
    await postbus.start()
    try:
        async with Abonnementen(engine, mailbox, HUB_OIN, "hub.example", key, rules, Herhaalregels()) as service:
            begin = [(await mailbox.kept(oin))[1] for oin in OINS]
            with engine.begin() as connection:
                for number, oin in enumerate(OINS):
                    path = "dood" if number >= SUBSCRIBERS - dead else "levend"
                    url = f"http://127.0.0.1:{port}/{path}/{number}"
                    administratie.voeg_toe(connection, _subscription(number, oin, url, begin[number]))
            delivering = asyncio.create_task(service.run())
            await asyncio.sleep(2)
            wrote = await _write(broker, key)
            living = {id_ for id_, number in wrote.items() if number < SUBSCRIBERS - dead}
            seen = await _seen(port, living)
            delivering.cancel()
            await asyncio.gather(delivering, return_exceptions=True)
    finally:
        await volger.stop()
        await postbus.stop()
        engine.dispose()
    compared = sorted(
        1000 * (seen[id_] - float(id_.split("-")[1])) for id_, number in wrote.items() if number < SUBSCRIBERS - DEAD
    )
    return {
        "deliveries": len(compared),
        "p50_ms": round(statistics.median(compared), 1),
        "p99_ms": round(compared[int(0.99 * len(compared))], 1),
        "longest_ms": round(compared[-1], 1),
    }


async def _write(broker: Broker, key: Ed25519PrivateKey) -> dict[str, int]:
    """The rounds; by id the number of the subscriber. An id holds the moment before it was written."""
    producer = Producer(
        {"bootstrap.servers": broker.bootstrap, "linger.ms": 0, "log_level": 0, **broker.credentials.librdkafka()}
    )
    wrote: dict[str, int] = {}
    key_id = signatures.key_id(key.public_key())
    began = time.monotonic()
    for round_ in range(ROUNDS):
        await asyncio.sleep(max(0.0, began + round_ * ROUND_SECONDS - time.monotonic()))
        moment = time.time()
        for number, oin in enumerate(OINS):
            event = CloudEvent(
                id=f"{number}-{moment:.6f}",
                source=source_of(HUB_OIN, "hub"),
                type=TYPE_PREFIX + "aanlevering-aanvaard",
                time=datetime.now(UTC),
                datacontenttype=SEALED,
                extensions={"rol": "gemeente"},
                data=bytes(BYTES),
            )
            wrote[event.id] = number
            headers = to_headers(event) + signatures.sign(event, key, key_id)
            producer.produce(out_topic(oin), event.data, key=event.id, headers=headers)
        await asyncio.to_thread(producer.flush, PATIENCE_SECONDS)
    return wrote


async def _seen(port: int, wanted: set[str]) -> dict[str, float]:
    """When each of these was called with, once all were."""
    until = time.monotonic() + PATIENCE_SECONDS
    async with aiohttp.ClientSession() as session:
        while True:
            async with session.get(f"http://127.0.0.1:{port}/gezien") as answer:
                seen: dict[str, float] = await answer.json()
            if wanted <= seen.keys():
                return seen
            if time.monotonic() > until:
                raise TimeoutError(f"{len(wanted - seen.keys())} deliveries to living subscribers did not arrive.")
            await asyncio.sleep(0.5)


def _subscription(number: int, oin: str, url: str, vanaf: int) -> Abonnement:
    moment = administratie.moment(time.time())
    return Abonnement(
        f"00000000-0000-4000-8000-{number:012}", oin, url, None, None, Vorm.BINAIR, Stand.ACTIEF, None, None, vanaf,
        moment, moment, 0,
    )  # fmt: skip


def _show(console: Console, found: dict[str, dict[str, Any]]) -> None:
    table = Table(f"{SUBSCRIBERS} subscribers; the living", "deliveries", "p50 ms", "p99 ms", "longest ms", box=None)
    names: Sequence[str] = ("deliveries", "p50_ms", "p99_ms", "longest_ms")
    for name, one in found.items():
        table.add_row(name, *(f"{one[column]:,}" for column in names))
    console.print(table)
    calm, disturbed = (one["p99_ms"] for one in found.values())
    console.print(f"p99 for the living with {DEAD} dead against none dead: {disturbed / calm:.2f}")


if __name__ == "__main__":
    main()
