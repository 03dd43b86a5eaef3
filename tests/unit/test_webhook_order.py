# SPDX-License-Identifier: EUPL-1.2
"""A person's deliveries keep their order, whatever the receiver answers; nobody else waits for them."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from hub.cli import app
from hub.web.abonnementen import administratie, bezorger
from hub.web.abonnementen.abonnement import Bezorgstand, Stand
from hub.web.abonnementen.bezorger import Grenzen
from hub.web.abonnementen.herhaling import Herhaalregels
from tests.unit.webhooks import GEM, HUB, Postbus, bezorgdienst, ontvanger, tot


async def test_while_one_person_is_tried_again_later_ones_of_that_person_wait_and_all_others_go_on(
    database: str,
) -> None:
    postbus, failing = Postbus(), True
    first, second, *others = await postbus.post(GEM, "an", "an", "bo", "cas", "bo")
    async with (
        ontvanger(lambda _, id_: 500 if failing and id_ == first else 204) as there,
        bezorgdienst(database, postbus) as dienst,
    ):
        id_ = await dienst.abonneer(there.url)
        await tot(lambda: set(others) <= set(there.kreeg) and there.geroepen.count(first) >= 2, "the others")
        assert second not in there.geroepen
        assert there.kreeg.index(others[0]) < there.kreeg.index(others[2])
        failing = False
        await tot(lambda: second in there.kreeg, "the person that waited")
        assert there.kreeg.index(first) < there.kreeg.index(second)
        assert Counter(there.kreeg) == Counter([first, second, *others])
        await dienst.gelezen_tot(id_, 5)


async def test_given_up_it_is_seen_and_tried_again_in_order_when_asked(database: str) -> None:
    postbus, failing = Postbus(), True
    an1, an2, bo = await postbus.post(GEM, "an", "an", "bo")
    async with (
        ontvanger(lambda _, id_: 503 if failing and id_ == an1 else 204) as there,
        bezorgdienst(database, postbus) as dienst,
    ):
        id_ = await dienst.abonneer(there.url)
        given_up = await dienst.wacht_op(id_, Bezorgstand.UITGEPUT, 1)
        assert [(one.levering, one.poging, one.laatste) for one in given_up] == [(an1, 4, "503")]
        (an3,) = await postbus.post(GEM, "an")
        await tot(lambda: there.kreeg == [bo], "the other person")
        behind = await dienst.wacht_op(id_, Bezorgstand.WACHT, 2)
        assert [one.levering for one in behind] == [an2, an3]
        assert there.geroepen.count(an1) == 4
        failing = False
        one = await dienst.een(id_)
        assert await dienst.boek.doe(lambda c: administratie.opnieuw(c, id_, 0.0)) == 1
        await dienst.boek.doe(lambda c: administratie.zet(c, one, 0.0))
        dienst.leiding.wek()
        await tot(lambda: there.kreeg == [bo, an1, an2, an3], "all in order")


async def test_gone_ends_the_subscription_and_loses_nothing(tmp_path: Path) -> None:
    postbus = Postbus()
    first, second = await postbus.post(GEM, "an", "bo")
    async with (
        ontvanger(lambda _, id_: 204 if id_ == first else 410) as there,
        bezorgdienst(tmp_path / "web.db", postbus, grenzen=Grenzen(gelijktijdig=1)) as dienst,
    ):
        id_ = await dienst.abonneer(there.url)
        await tot(lambda: second in there.geroepen, "the call that is answered 410")
        while (one := await dienst.een(id_)).stand is not Stand.BEEINDIGD:
            await asyncio.sleep(0.01)
        assert one.reden and "410" in one.reden
        assert one.positie <= 1
        await postbus.post(GEM, "cas")
        await asyncio.sleep(0.1)
        assert there.geroepen == [first, second]


async def test_what_may_not_be_handed_over_any_more_is_not_handed_over_on_a_retry(tmp_path: Path) -> None:
    postbus = Postbus()
    first, second = await postbus.post(GEM, "an", "an")
    async with (
        ontvanger(lambda _, id_: 500 if id_ == first else 204) as there,
        bezorgdienst(tmp_path / "web.db", postbus) as dienst,
    ):
        await dienst.abonneer(there.url)
        await tot(lambda: first in there.geroepen, "the first attempt")
        postbus.ingehouden.add(first)
        called = there.geroepen.count(first)
        await tot(lambda: second in there.kreeg, "the next of the same person")
        assert there.geroepen.count(first) <= called + 1  # one may have been under way
        assert first not in there.kreeg


async def test_while_the_hub_cannot_tell_nothing_is_handed_over_and_no_attempt_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bezorger, "BEHIND_SECONDS", 0.02)
    postbus = Postbus()
    (first,) = await postbus.post(GEM, "an")
    async with (
        ontvanger(lambda *_: 503 if len(there.geroepen) == 1 else 204) as there,
        bezorgdienst(tmp_path / "web.db", postbus, regels=Herhaalregels(pogingen=2, eerste=0.2)) as dienst,
    ):
        id_ = await dienst.abonneer(there.url)
        await dienst.wacht_op(id_, Bezorgstand.OPNIEUW, 1)
        postbus.achter = True
        (second,) = await postbus.post(GEM, "bo")
        await asyncio.sleep(0.6)  # well past the moment of the second attempt, which is the last
        assert there.geroepen == [first]
        postbus.achter = False
        await tot(lambda: sorted(there.kreeg) == [first, second], "both")


async def test_no_more_is_in_memory_or_under_way_than_was_said(tmp_path: Path) -> None:
    postbus = Postbus()
    go = asyncio.Event()

    async def slow(*_: object) -> int:
        await go.wait()
        return 204

    ids = await postbus.post(GEM, *(f"p{number}" for number in range(50)))
    async with (
        ontvanger(slow) as there,
        bezorgdienst(tmp_path / "web.db", postbus, grenzen=Grenzen(venster=8, gelijktijdig=3)) as dienst,
    ):
        await dienst.abonneer(there.url)
        await tot(lambda: len(there.geroepen) == 3, "three attempts")
        await asyncio.sleep(0.05)
        assert there.meeste == 3
        assert postbus.most_read <= 8
        go.set()
        await tot(lambda: sorted(there.kreeg) == sorted(ids), "all")
        assert there.meeste == 3


async def test_a_dead_receiver_stops_the_reading_not_the_hub(tmp_path: Path) -> None:
    """So many persons wait as the bound says; what comes after them stays in Kafka."""
    postbus = Postbus()
    await postbus.post(GEM, *(f"p{number}" for number in range(60)))
    async with (
        ontvanger() as there,
        bezorgdienst(tmp_path / "web.db", postbus, grenzen=Grenzen(venster=4, opnieuw=10)) as dienst,
    ):
        dead = await dienst.abonneer("http://127.0.0.1:9/")
        alive = await dienst.abonneer(there.url)
        await tot(lambda: len(there.kreeg) == 60, "the living one")
        assert len(await dienst.wachtend(dead, Bezorgstand.OPNIEUW)) <= 14
        assert await dienst.wachtend(alive) == []


async def test_more_to_try_again_than_fits_is_tried_again_all_the_same(tmp_path: Path) -> None:
    postbus, failing = Postbus(), True
    ids = await postbus.post(GEM, *(f"p{number}" for number in range(40)))
    async with (
        ontvanger(lambda *_: 500 if failing else 204) as there,
        bezorgdienst(
            tmp_path / "web.db", postbus, regels=Herhaalregels(pogingen=1), grenzen=Grenzen(venster=4, opnieuw=6)
        ) as dienst,
    ):
        id_ = await dienst.abonneer(there.url)
        await dienst.wacht_op(id_, Bezorgstand.UITGEPUT, 40)
        failing = False
        one = await dienst.een(id_)
        assert await dienst.boek.doe(lambda c: administratie.opnieuw(c, id_, 0.0)) == 40
        await dienst.boek.doe(lambda c: administratie.zet(c, one, 0.0))
        dienst.leiding.wek()
        await tot(lambda: sorted(there.kreeg) == sorted(ids), "all forty")


async def test_an_operator_sees_it_and_tries_again_from_a_process_of_his_own(tmp_path: Path) -> None:
    """`hub webhooks` on a data directory; of the URL it shows the host."""
    (tmp_path / "VERSION").write_text("1\n")
    (tmp_path / "hub.toml").write_text(f'oin = "{HUB}"\n')
    postbus, failing = Postbus(), True
    (first,) = await postbus.post(GEM, "an")
    async with (
        ontvanger(lambda *_: 500 if failing else 204) as there,
        bezorgdienst(tmp_path / "web.db", postbus) as dienst,
    ):
        id_ = await dienst.abonneer(f"{there.url}?token=geheim")
        await dienst.wacht_op(id_, Bezorgstand.UITGEPUT, 1)

        async def hub(*words: str) -> Result:
            return await asyncio.to_thread(
                CliRunner().invoke, app, ["webhooks", *words, "--data", str(tmp_path)], catch_exceptions=False
            )

        for words in (["list"], ["list", "--json"], ["failed"], ["failed", id_]):
            told = await hub(*words)
            assert (told.exit_code, "geheim" in told.output) == (1, False)
            assert id_ in told.output.replace("\n", "")
        assert (await hub("retry", "another")).exit_code == 2
        failing = False
        assert (await hub("retry", id_)).exit_code == 0
        await tot(lambda: there.kreeg == [first], "the delivery")
        await dienst.gelezen_tot(id_, 1)
        assert (await hub("failed")).exit_code == 0


async def test_what_the_filter_leaves_out_is_not_sent_and_moves_the_position(tmp_path: Path) -> None:
    postbus = Postbus()
    (wanted,) = await postbus.post(GEM, "an")
    await postbus.post(GEM, "an", gebeurtenis="les-uitgevallen")
    await postbus.post(GEM, "an", rol="uitvoerder")
    async with ontvanger() as there, bezorgdienst(tmp_path / "web.db", postbus) as dienst:
        only = {"gebeurtenissen": frozenset({"cursus-gestart"}), "rollen": frozenset({"gemeente"})}
        id_ = await dienst.abonneer(there.url, **only)
        await dienst.gelezen_tot(id_, 3)
        assert there.geroepen == [wanted]


async def test_no_longer_kept_is_given_up_visibly(tmp_path: Path) -> None:
    postbus = Postbus()
    (first,) = await postbus.post(GEM, "an")
    async with (
        ontvanger(lambda *_: 500) as there,
        bezorgdienst(tmp_path / "web.db", postbus, regels=Herhaalregels(eerste=0.5)) as dienst,
    ):
        id_ = await dienst.abonneer(there.url)
        await dienst.wacht_op(id_, Bezorgstand.OPNIEUW, 1)
        postbus.vervallen = 1
        (given_up,) = await dienst.wacht_op(id_, Bezorgstand.UITGEPUT, 1)
        assert (given_up.laatste, there.geroepen) == ("niet meer bewaard", [first])
