# SPDX-License-Identifier: EUPL-1.2
"""What is asked for over HTTP is the last publication, whole, whatever stood on the topic before it."""

from __future__ import annotations

from typing import Any

from hub.web.postbus import BEGIN, Stuk
from hub.web.publicatie import Publicatie
from schemas import codec


class Topic:
    """The records of `hub.figures`, read back as `Postbus` does."""

    def __init__(self) -> None:
        self.stukken: list[Stuk] = []

    def publish(self, number: int, name: str, value: int) -> None:
        data = {
            "publicatie": number,
            "peildatum": "2026-03-02",
            "tabel": "dossiers",
            "gemeente": "alle",
            "cohort": name,
            "categorieen": ["B1-route"],
            "maat": "aantal",
            "eenheid": "dossiers",
            "waarde": value,
        }
        frame = codec.encode("cijfers-gepubliceerd", data)
        place = 2 * len(self.stukken)  # markers lie between
        self.stukken.append(Stuk(place, (("ce_id", f"{number}/{name}".encode()),), frame, 0))

    async def read_back(self, topic: str, start: int, most: int) -> list[Stuk]:
        assert topic == "hub.figures"
        return [one for one in self.stukken if one.positie >= start > BEGIN][:1]


def told(found: tuple[int, list[dict[str, Any]]]) -> tuple[int, dict[str, int]]:
    return found[0], {row["cohort"]: row["waarde"] for row in found[1]}


async def test_the_last_publication_takes_the_place_of_the_one_before() -> None:
    topic = Topic()
    publicatie = Publicatie(topic)  # type: ignore[arg-type]  # has what it uses
    assert told(await publicatie.rows()) == (0, {})
    topic.publish(1, "2024", 30)
    topic.publish(1, "2025", 40)
    topic.publish(1, "2025", 40)  # written again after a failure
    assert told(await publicatie.rows()) == (1, {"2024": 30, "2025": 40})
    topic.publish(2, "2025", 50)
    topic.publish(1, "2024", 30)
    assert told(await publicatie.rows()) == (2, {"2025": 50})
