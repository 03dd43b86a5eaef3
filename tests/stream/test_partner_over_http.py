# SPDX-License-Identifier: EUPL-1.2
"""A partner that speaks HTTP and no Kafka, at a real hub: it sends, gets its receipts, fetches and confirms."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from connectors import Event
from tests.faults.hub_scene import GEM_A, SCHOOL_A, until
from tests.stream.erasure_scene import RunningHub, somebody, with_a_case
from tests.stream.web_scene import partner, serving


@pytest.fixture
async def web(hub: RunningHub) -> AsyncIterator[RunningHub]:
    await serving(hub.scene)
    yield hub
    print((hub.scene.settings.data / "logs" / "web.log").read_text()[-5000:])


async def test_a_report_over_http_reaches_the_gemeente(web: RunningHub) -> None:
    person = somebody()
    await with_a_case(web, person)
    report = Event("voortgang-gemeld", person.by_bsn, {"taalniveau": "A2", "stagnatie": False})
    async with partner(web.scene, SCHOOL_A) as school, partner(web.scene, GEM_A) as gemeente:
        start = (await gemeente.everything())[-1]["plaats"]
        answer = await school.post(report)
        assert answer.status_code == 202
        (taken,) = answer.json()["aanleveringen"]
        assert await school.receipt(taken["id"]) == (
            "aanlevering-aanvaard",
            {"betreft": report.id, "gebeurtenis": "voortgang-gemeld"} | (await school.receipt(taken["id"]))[1],
        )
        again = await school.post(report)
        assert again.json() == answer.json()

        pulled = await gemeente.pull(na=start, wacht=30)
        opened = [gemeente.opened(one["levering"]) for one in pulled["leveringen"]]
        assert [data["taalniveau"] for naam, data in opened if naam == "voortgang-gemeld"] == ["A2"]
        assert uuid4() and until
