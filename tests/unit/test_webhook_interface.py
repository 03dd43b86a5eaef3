# SPDX-License-Identifier: EUPL-1.2
"""A partner's subscriptions over HTTP: made, asked for, changed, paused, ended, tried again; its own and nobody else's."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from openapi_spec_validator import validate

from hub.web.abonnementen import administratie, boek, dienst, leiding
from hub.web.abonnementen.dienst import MOST
from hub.web.openapi import document
from hub.web.routes import ROUTES
from tests.unit.webhooks import GEM, ORIGIN, Ontvanger, Postbus, ontvanger, tot
from tests.unit.webroom import Kamer, kamer

ANDER = "00000099000000000004"
BASE = "/v1/abonnementen"


async def made(room: Kamer, url: str, **more: Any) -> dict[str, Any]:
    status, one = await room.vraag(GEM, "POST", BASE, {"url": url, **more})
    assert status == 201, one
    found: dict[str, Any] = one
    return found


async def stands(room: Kamer, id_: str, **wanted: Any) -> dict[str, Any]:
    """Once the subscription shows this."""
    async with asyncio.timeout(30):
        while True:
            _, one = await room.vraag(GEM, "GET", f"{BASE}/{id_}")
            if all(one.get(name) == value for name, value in wanted.items()):
                shown: dict[str, Any] = one
                return shown
            await asyncio.sleep(0.01)


async def test_it_begins_where_its_owner_says(tmp_path: Path) -> None:
    postbus = Postbus()
    old = await postbus.post(GEM, "an", "bo", "cas")
    async with (
        kamer(tmp_path / "web.db", postbus) as room,
        ontvanger() as there,
        ontvanger() as all_,
        ontvanger() as on,
    ):
        one = await made(room, there.url)
        assert (one["stand"], one["url"], one["vorm"]) == ("actief", there.url, "binair")
        await made(room, all_.url, vanaf="begin")
        await made(room, on.url, vanaf=room.cursors.write(GEM, 1))
        (new,) = await postbus.post(GEM, "an")
        await tot(lambda: there.kreeg == [new] and len(all_.kreeg) == 4 and on.kreeg == [old[2], new], "each its own")
        assert all_.kreeg[-1] == new
        shown = await stands(room, one["id"], plaats=room.cursors.write(GEM, 3))
        assert {name: shown[name] for name in ("opnieuw", "wacht", "uitgeput")} == dict.fromkeys(
            ("opnieuw", "wacht", "uitgeput"), 0
        )


async def test_pausing_keeps_the_place(tmp_path: Path) -> None:
    postbus = Postbus()
    async with kamer(tmp_path / "web.db", postbus) as room, ontvanger() as there:
        id_ = (await made(room, there.url))["id"]
        first = await postbus.post(GEM, "an")
        await tot(lambda: there.kreeg == first, "the first")
        await stands(room, id_, plaats=room.cursors.write(GEM, 0))
        status, one = await room.vraag(GEM, "PATCH", f"{BASE}/{id_}", {"stand": "gepauzeerd"})
        assert (status, one["stand"]) == (200, "gepauzeerd")
        await asyncio.sleep(0.05)
        second = await postbus.post(GEM, "bo")
        await asyncio.sleep(0.1)
        assert there.kreeg == first
        await room.vraag(GEM, "PATCH", f"{BASE}/{id_}", {"stand": "actief"})
        await tot(lambda: there.kreeg == first + second, "what came meanwhile")


async def test_a_receiver_that_was_not_asked_or_said_no_gets_nothing(tmp_path: Path) -> None:
    class Unwilling(Ontvanger):
        willing = False

        async def handle(self, request: web.Request) -> web.StreamResponse:
            if request.method == "OPTIONS" and not self.willing:
                return web.Response(status=200)
            return await super().handle(request)

    postbus, there = Postbus(), Unwilling()
    app = web.Application()
    app.router.add_route("*", "/hub", there.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with kamer(tmp_path / "web.db", postbus) as room:
        one = await made(room, f"http://127.0.0.1:{runner.addresses[0][1]}/hub")
        assert one["stand"] == "aangemeld" and ORIGIN in one["reden"]
        (delivery,) = await postbus.post(GEM, "an")
        status, problem = await room.vraag(GEM, "POST", f"{BASE}/{one['id']}/proef")
        assert (status, problem["status"]) == (409, 409)
        await asyncio.sleep(0.05)
        assert there.geroepen == []
        there.willing = True
        status, one = await room.vraag(GEM, "PATCH", f"{BASE}/{one['id']}", {"stand": "actief"})
        assert (status, one["stand"], one.get("reden")) == (200, "actief", None)
        await tot(lambda: there.kreeg == [delivery], "what came since it was made")
    await runner.cleanup()


async def test_given_up_is_listed_without_contents_tried_again_or_skipped(tmp_path: Path) -> None:
    postbus, failing = Postbus(), {"lev-0", "lev-1"}
    async with (
        kamer(tmp_path / "web.db", postbus) as room,
        ontvanger(lambda _, id_: 418 if id_ in failing else 204) as there,
    ):
        id_ = (await made(room, there.url))["id"]
        await postbus.post(GEM, "an", "bo", "an", "bo")
        await stands(room, id_, uitgeput=2, wacht=2)
        _, listed = await room.vraag(GEM, "GET", f"{BASE}/{id_}/mislukt?stand=uitgeput")
        one, two = listed["mislukt"]
        assert (one["levering"], one["pogingen"], one["laatste"], one["gebeurtenis"]) == (
            "lev-0",
            4,
            "418",
            "cursus-gestart",
        )
        assert set(one) == {"levering", "plaats", "gebeurtenis", "stand", "pogingen", "laatste", "sinds"}
        assert await room.vraag(GEM, "POST", f"{BASE}/{id_}/overslaan", {"plaats": two["plaats"]})
        await tot(lambda: there.kreeg == ["lev-3"], "the next of the person whose first was skipped")
        failing.clear()
        assert await room.vraag(GEM, "POST", f"{BASE}/{id_}/opnieuw", {}) == (200, {"aantal": 1})
        await tot(lambda: there.kreeg == ["lev-3", "lev-0", "lev-2"], "the rest, in order")
        await stands(room, id_, opnieuw=0, wacht=0, uitgeput=0)
        assert (await room.vraag(GEM, "POST", f"{BASE}/{id_}/overslaan", {"plaats": one["plaats"]}))[0] == 404


async def test_nobody_sees_or_touches_anothers(tmp_path: Path) -> None:
    postbus = Postbus()
    async with kamer(tmp_path / "web.db", postbus) as room, ontvanger() as there:
        id_ = (await made(room, there.url))["id"]
        assert await room.vraag(ANDER, "GET", BASE) == (200, {"abonnementen": []})
        place = room.cursors.write(GEM, 0)
        for method, path, body in [
            ("GET", "", None), ("PATCH", "", {"stand": "gepauzeerd"}), ("DELETE", "", None), ("POST", "/proef", None),
            ("GET", "/mislukt", None), ("POST", "/opnieuw", {}), ("POST", "/overslaan", {"plaats": place}),
        ]:  # fmt: skip
            assert (await room.vraag(ANDER, method, f"{BASE}/{id_}{path}", body))[0] == 404, path
        # its own subscription, but a place in another's mailbox
        status, one = await room.vraag(ANDER, "POST", BASE, {"url": there.url})
        assert status == 201
        assert (await room.vraag(ANDER, "POST", f"{BASE}/{one['id']}/overslaan", {"plaats": place}))[0] == 403
        assert (await room.vraag(ANDER, "POST", BASE, {"url": there.url, "vanaf": place}))[0] == 403
        await postbus.post(GEM, "an")
        await tot(lambda: len(there.kreeg) == 1, "its owner's delivery, once")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"url": "https://10.0.0.1/"},
        {"url": "https://u:p@zaken.example/"},
        {"url": "gopher://zaken.example/"},
        {"url": "https://zaken.example/", "rollen": ["koning"]},
        {"url": "https://zaken.example/", "gebeurtenissen": []},
        {"url": "https://zaken.example/", "vorm": "ander"},
        {"url": "https://zaken.example/", "vanaf": "gisteren"},
        {"url": "https://zaken.example/", "geheim": "s3cr3t"},
    ],
)
async def test_a_wrong_subscription_is_told_in_one_answer(tmp_path: Path, body: dict[str, Any]) -> None:
    async with kamer(tmp_path / "web.db", Postbus()) as room:
        status, problem = await room.vraag(GEM, "POST", BASE, body)
        assert (status, problem["status"]) == (400, 400)
        assert problem["fouten"] and "s3cr3t" not in str(problem)


async def test_an_organisation_has_so_many_and_no_more(tmp_path: Path) -> None:
    async with kamer(tmp_path / "web.db", Postbus()) as room, ontvanger() as there:
        for _ in range(MOST):
            await made(room, there.url)
        status, problem = await room.vraag(GEM, "POST", BASE, {"url": there.url})
        assert (status, problem["status"]) == (409, 409)
        _, listed = await room.vraag(GEM, "GET", BASE)
        assert await room.vraag(GEM, "DELETE", f"{BASE}/{listed['abonnementen'][0]['id']}") == (204, None)
        await made(room, there.url)


async def test_no_secret_is_logged_whatever_goes_wrong(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The secret in a URL and what receivers answer: not at any level, not of any library."""
    caplog.set_level(logging.DEBUG)
    postbus = Postbus()
    answer = web.Response(status=500, text="antwoordgeheim", headers={"X-Geheim": "kopgeheim"})
    async with kamer(tmp_path / "web.db", postbus) as room, ontvanger(lambda *_: web.Response(
        status=answer.status, text=answer.text, headers={"X-Geheim": "kopgeheim"}
    )) as there:  # fmt: skip
        await postbus.post(GEM, "an")
        one = await made(room, f"{there.url}/padgeheim?token=vraaggeheim", vanaf="begin")
        gone = "http://127.0.0.1:9/padgeheim?token=vraaggeheim"
        await room.vraag(GEM, "POST", BASE, {"url": gone})
        await room.vraag(GEM, "POST", BASE, {"url": "https://10.0.0.1/padgeheim?token=vraaggeheim"})
        await room.vraag(GEM, "POST", BASE, {"url": "https://u:padgeheim@zaken.example/"})
        await stands(room, one["id"], uitgeput=1)
        _, listed = await room.vraag(GEM, "GET", f"{BASE}/{one['id']}/mislukt")
        assert "geheim" not in str(listed)
    assert "given up" in caplog.text
    assert "geheim" not in caplog.text


def test_openapi_tells_of_every_route() -> None:
    found = document(ROUTES, "https://hub.example")
    validate(found)
    assert found["paths"]["/v1/abonnementen/{id}"]["delete"]["responses"]["204"].keys() == {"description", "headers"}
    assert "text/event-stream" in found["paths"]["/v1/leveringen/stroom"]["get"]["responses"]["200"]["content"]


async def test_of_two_rooms_one_delivers_and_the_other_takes_over_when_it_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both answer their partners all the time."""
    monkeypatch.setattr(dienst, "STANDBY_SECONDS", 0.05)
    monkeypatch.setattr(boek, "GONE_SECONDS", 0.5)
    monkeypatch.setattr(administratie, "SEEN_SECONDS", 0.0)
    monkeypatch.setattr(leiding, "LOOK_SECONDS", 0.05)
    postbus = Postbus()
    async with kamer(tmp_path / "web.db", postbus) as old, ontvanger() as there:
        id_ = (await made(old, there.url))["id"]
        async with kamer(tmp_path / "web.db", postbus) as young:
            first = await postbus.post(GEM, "an")
            await tot(lambda: there.kreeg == first, "the younger's call")
            assert (await stands(old, id_, plaats=old.cursors.write(GEM, 0)))["stand"] == "actief"
            assert (await young.vraag(GEM, "GET", BASE))[0] == 200
        second = await postbus.post(GEM, "bo")
        await tot(lambda: there.kreeg == first + second, "the older's call")
