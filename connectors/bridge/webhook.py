# SPDX-License-Identifier: EUPL-1.2
"""A call a delivery to the partner's own webhook: CloudEvents in JSON, in order, one at a time.

A call cannot be part of a transaction. The position moves after each answer 2xx, so a bridge that is killed in between
makes one call again, with the same `id`: the receiver that keeps the ids it had (or the highest `hubpositie`) has each
delivery once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import orjson

from connectors.bridge.kafka import TargetUnavailable
from connectors.bridge.settings import ToWebhook
from connectors.carrying import AnotherReader
from connectors.client import Delivery
from connectors.store import Store

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"


class InWebhook:
    """A place (`carrying.Place`): one URL; its position is in the connector's own store."""

    def __init__(self, settings: ToWebhook, folder: Path, source: str, store: Store) -> None:
        self._url, self._store = str(settings.url), store
        self._name = f"webhook {self._url} {source}"
        headers = {"Content-Type": CONTENT_TYPE}
        if settings.token:
            headers["Authorization"] = f"Bearer {(folder / settings.token).read_text(encoding='utf-8').strip()}"
        self._client = httpx.AsyncClient(headers=headers, timeout=settings.seconden, follow_redirects=False)

    async def close(self) -> None:
        await self._client.aclose()

    async def position(self) -> int | None:
        return await asyncio.to_thread(self._position)

    async def take(self, deliveries: Sequence[Delivery], was: int | None, becomes: int) -> None:
        for delivery in deliveries:
            await self._call(delivery)
            await asyncio.to_thread(self._move, was, delivery.positie + 1)
            was = delivery.positie + 1

    async def _call(self, delivery: Delivery) -> None:
        """Raises TargetUnavailable for whatever is not 2xx: the delivery stays the first one to hand over."""
        try:
            answer = await self._client.post(self._url, content=orjson.dumps(cloud_event(delivery)))
        except httpx.HTTPError as error:
            raise TargetUnavailable(
                f"The webhook does not answer ({type(error).__name__}): see that it runs."
            ) from error
        if not answer.is_success:
            raise TargetUnavailable(f"The webhook answered {answer.status_code} to {delivery.id}: look at its log.")

    def _position(self) -> int | None:
        with self._store.transaction() as connection:
            row = connection.execute("SELECT positie FROM positie WHERE naam = ?", (self._name,)).fetchone()
        return None if row is None else int(row[0])

    def _move(self, was: int | None, becomes: int) -> None:
        with self._store.transaction() as connection:
            row = connection.execute("SELECT positie FROM positie WHERE naam = ?", (self._name,)).fetchone()
            if (None if row is None else row[0]) != was:
                raise AnotherReader(f"Another bridge calls {self._url}: stop one of the two.")
            connection.execute("INSERT OR REPLACE INTO positie (naam, positie) VALUES (?, ?)", (self._name, becomes))


def cloud_event(delivery: Delivery) -> dict[str, Any]:
    """The delivery as a CloudEvent in JSON format; `data` also holds `persoon`, `bron` and `gebeurd_op`."""
    attributes = {name: value for name, value in delivery.attributen.items() if name != "datacontenttype"}
    data = {"persoon": delivery.persoon, "bron": delivery.bron, "gebeurd_op": delivery.gebeurd, **delivery.data}
    return {
        **attributes,
        "datacontenttype": "application/json",
        "hubpositie": delivery.positie,
        "data": {name: value for name, value in data.items() if value is not None},
    }
