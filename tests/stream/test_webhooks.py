# SPDX-License-Identifier: EUPL-1.2
"""Webhooks and the live stream of the real web process at a real hub: signed, in order, beside a dead receiver, across
withdrawal and kill -9."""

from __future__ import annotations

import asyncio
import json
import signal
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest

from connectors import Delivery, Event
from connectors.webhook import WebhookReceiver
from consent.kader import Partij
from hub.broker.topics import Role
from hub.web.abonnementen.bezorger import Stap
from schemas.catalogue import Rol
from tests.faults.hub_scene import GEM_A, SCHOOL_A, VWN, until
from tests.stream.erasure_scene import Person, RunningHub, somebody, with_a_case
from tests.stream.web_scene import HttpPartner, partner, serving
from tests.unit.webhooks import Ontvanger, ontvanger

QUICK = {
    "HUB_WEBHOOK_LOCAL": "true",
    "HUB_WEBHOOK_FIRST": "0.2",
    "HUB_WEBHOOK_LONGEST": "1",
    "HUB_WEBHOOK_SECONDS": "3",
    "HUB_WEBHOOK_ATTEMPTS": "50",
}


@pytest.fixture
async def web(hub: RunningHub) -> AsyncIterator[RunningHub]:
    """The hub with a web process that may call this machine."""
    if Role.WEB not in hub.tree.arms:
        await serving(hub.scene)
        hub.tree.arms[Role.WEB] = QUICK
        hub.signal(Role.WEB, signal.SIGKILL)
    await serving(hub.scene)
    yield hub
    hub.tree.arms[Role.WEB] = QUICK


async def subscribe(who: HttpPartner, there: Ontvanger, **more: Any) -> str:
    """An active subscription from now on; its id."""
    answer = await who.client.post("/v1/abonnementen", json={"url": there.url, **more})
    assert answer.status_code == 201, answer.text
    assert answer.json()["stand"] == "actief", answer.text
    id_: str = answer.json()["id"]
    return id_


def opened(who: HttpPartner, there: Ontvanger) -> list[Delivery]:
    """What the receiver was called with, checked and opened as a partner does it."""
    receiver = WebhookReceiver(who.profile, there.url)
    return [receiver.delivery(method, headers, body) for method, headers, body in there.verzoeken]


async def dies(web: RunningHub, act: Callable[[], Any]) -> None:
    """Do it, and wait until the web process was killed once more."""
    before = web.tree.killed
    done = act()
    if isinstance(done, Awaitable):
        await done
    await until(lambda: web.tree.killed > before, "the web process to die")


def report(person: Person, **data: Any) -> Event:
    return Event("voortgang-gemeld", person.by_bsn, {"taalniveau": "A2", "stagnatie": False} | data)


async def test_a_delivery_comes_signed_beside_a_receiver_that_is_dead(web: RunningHub) -> None:
    person = somebody()
    await with_a_case(web, person)

    async def never(*_: object) -> int:
        await asyncio.sleep(600)
        return 204

    async with partner(web.scene, GEM_A) as gemeente, ontvanger(never) as dead, ontvanger() as there:
        dead_id = await subscribe(gemeente, dead)
        id_ = await subscribe(gemeente, there, rollen=["gemeente"], vorm="gestructureerd")
        await web.report(SCHOOL_A, report(person))
        took = await until(lambda: len(there.kreeg) >= 1, "the living one to be called")
        assert took < 30
        (delivery,) = [one for one in opened(gemeente, there) if one.gebeurtenis == "voortgang-gemeld"]
        assert delivery.data["taalniveau"] == "A2"
        assert delivery.id in {one.id for one in await web.told(GEM_A, "voortgang-gemeld")}

        async def seen() -> bool:
            answer = await gemeente.client.get(f"/v1/abonnementen/{dead_id}/mislukt")
            assert answer.status_code == 200, answer.text
            return any(one.get("laatste") == "time-out" for one in answer.json()["mislukt"])

        await until(seen, "the dead one's delivery to be listed")
        assert delivery.pseudoniem is not None
        tested = await gemeente.client.post(f"/v1/abonnementen/{id_}/proef")
        assert tested.json() | {"milliseconden": 0} == {"uitkomst": "aangenomen", "antwoord": "204", "milliseconden": 0}
        assert opened(gemeente, there)[-1].gebeurtenis == "webhook-proef"
        shown = await web.command("webhooks", "list")
        assert dead_id in shown.stdout and "/hub" not in shown.stdout
        for one in (dead_id, id_):
            assert (await gemeente.client.delete(f"/v1/abonnementen/{one}")).status_code == 204
        assert (await gemeente.client.get(f"/v1/abonnementen/{id_}")).status_code == 404


async def test_a_live_screen_sees_it_as_it_comes(web: RunningHub) -> None:
    person = somebody()
    await with_a_case(web, person)
    async with (
        partner(web.scene, GEM_A) as gemeente,
        gemeente.client.stream("GET", "/v1/leveringen/stroom", timeout=90) as stream,
    ):
        assert stream.headers["Content-Type"] == "text/event-stream"
        await web.report(SCHOOL_A, report(person))
        async for line in stream.aiter_lines():
            if line.startswith("data: "):
                naam, data = gemeente.opened(json.loads(line.removeprefix("data: "))["levering"])
                if naam == "voortgang-gemeld":
                    break
        assert data["taalniveau"] == "A2"


async def test_withdrawn_while_a_retry_waits_it_is_never_handed_over(web: RunningHub) -> None:
    person, given, awake = somebody(), str(uuid4()), False
    await with_a_case(web, person)
    waarvoor = {
        "doel": "begeleiding",
        "ontvanger": str(Partij(VWN, Rol.BEGELEIDER)),
        "categorieen": ["voortgang"],
        "van": "2026-02-01",
        "taal": "ar",
    }
    await web.report(GEM_A, Event("toestemming-gegeven", person.by_bsn, waarvoor, id=given))

    async def answer(*_: object) -> int:
        """No answer until it is awake: of a delivery that is answered, also with 503, nobody can say that it was kept back."""
        if not awake:
            await asyncio.sleep(600)
        return 204

    async with partner(web.scene, VWN) as begeleider, ontvanger(answer) as there:
        id_ = await subscribe(begeleider, there)
        await web.report(SCHOOL_A, report(person))
        await until(lambda: len(there.geroepen) >= 2, "a retry")
        (refused,) = {one.id for one in opened(begeleider, there) if one.gebeurtenis == "voortgang-gemeld"}
        await web.report(GEM_A, Event("toestemming-ingetrokken", person.by_bsn, {"betreft": given}))
        awake = True
        await until(
            lambda: any(one.gebeurtenis == "toestemming-ingetrokken" for one in opened(begeleider, there)),
            "the notice of the withdrawal",
        )
        assert refused not in there.kreeg
        await begeleider.client.delete(f"/v1/abonnementen/{id_}")
    await until(
        lambda: any(one["soort"] == "inhouding" and one["betreft"] == refused for one in web.scene.audit()),
        "the withholding to be on record",
    )


async def test_killed_between_any_two_steps_nothing_is_lost_and_a_person_keeps_its_order(web: RunningHub) -> None:
    persons = [somebody(), somebody()]
    for person in persons:
        await with_a_case(web, person)
    calls: Counter[str] = Counter()

    def answer(_: object, id_: str) -> int:
        calls[id_] += 1
        return 503 if calls[id_] == 1 else 204

    sent = 0
    async with partner(web.scene, GEM_A) as gemeente, ontvanger(answer) as there:
        id_ = await subscribe(gemeente, there, gebeurtenissen=["voortgang-gemeld"])
        first, *rest = Stap
        web.tree.arms[Role.WEB] = QUICK | {"HUB_FAILPOINT": f"{first}:2"}
        await dies(web, lambda: web.signal(Role.WEB, signal.SIGKILL))
        for following in (*rest, None):  # every life dies at one step, and is born with the next armed
            await serving(web.scene)
            web.tree.arms[Role.WEB] = QUICK | ({"HUB_FAILPOINT": f"{following}:2"} if following else {})
            reports = [report(person, stagnatie=bool(n)) for n in range(2) for person in persons]
            async with web.scene.connector(SCHOOL_A) as school:
                await dies(web, lambda: school.send_all(reports))  # noqa: B023 - called before the next turn
            sent += len(reports)
        await until(lambda: len(set(there.kreeg)) == sent, "every delivery")
        heads = [{name.lower(): value for name, value in headers} for _, headers, _ in there.verzoeken]
        mine = {head["ce-id"]: (head["ce-subject"], int(head["hub-positie"])) for head in heads}
        assert len({whose for whose, _ in mine.values()}) == len(persons)
        for whose in {whose for whose, _ in mine.values()}:
            positions = [mine[one][1] for one in dict.fromkeys(there.kreeg) if mine[one][0] == whose]
            assert positions == sorted(positions)
        await gemeente.client.delete(f"/v1/abonnementen/{id_}")
