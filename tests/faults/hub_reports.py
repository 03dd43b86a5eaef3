# SPDX-License-Identifier: EUPL-1.2
"""Between the reference and the client: its reports as events to send, what arrived as messages to count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from connectors import Delivery, Event
from tests.faults.hub_scene import ACCEPTED, REFUSED
from tests.faults.reference import NOBODY, Report, message

__all__ = ["by_sender", "events", "is_receipt", "messages", "number", "receipts"]


def by_sender(reports: Iterable[Report]) -> dict[str, list[Event]]:
    """What each organisation (OIN) has to send, in order."""
    found: dict[str, list[Event]] = {}
    for one in reports:
        event = Event(one.gebeurtenis, {"soort": "bsn", "waarde": one.bsn}, one.data, id=one.id)
        found.setdefault(one.van.partition("#")[0], []).append(event)
    return found


def events(oin: str, reports: Sequence[Report]) -> list[Event]:
    return by_sender(reports).get(oin, [])


def is_receipt(delivery: Delivery) -> bool:
    return delivery.gebeurtenis in (ACCEPTED, REFUSED)


def number(delivery: Delivery) -> str:
    """The BSN that came along, or NOBODY."""
    persoon = delivery.persoon or {}
    found = [one["waarde"] for one in (persoon, *persoon.get("ook", ())) if one.get("soort") == "bsn"]
    return found[0] if found else NOBODY


def messages(received: Mapping[str, Iterable[Delivery]]) -> Counter[str]:
    """Every delivery but receipts, by recipient's OIN, as the reference words it."""
    return Counter(
        message(f"{oin}#{one.rol}", one.gebeurtenis, number(one), dict(one.data))
        for oin, deliveries in received.items()
        for one in deliveries
        if not is_receipt(one)
    )


def receipts(received: Mapping[str, Iterable[Delivery]]) -> Counter[tuple[str, str]]:
    """(id of the report, reason of refusal or ACCEPTED) of every receipt."""
    return Counter(
        (one.data["betreft"], one.data.get("reden", ACCEPTED))
        for deliveries in received.values()
        for one in deliveries
        if is_receipt(one)
    )
