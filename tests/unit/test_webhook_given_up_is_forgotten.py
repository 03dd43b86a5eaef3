# SPDX-License-Identifier: EUPL-1.2
"""What was given up is shown and can be tried again as long as the mailbox keeps it; after that it is forgotten, and what
waited behind it goes only when its owner says so."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from aiohttp import web
from sqlalchemy import Connection, update

from hub.broker.topics import MAILBOX_RETENTION
from hub.web.abonnementen import administratie
from hub.web.abonnementen.abonnement import Abonnement, Bezorgstand
from hub.web.abonnementen.tabellen import bezorgingen
from hub.web.kennis import KEPT
from tests.unit.webhooks import GEM, Bezorgdienst, Postbus, bezorgdienst, ontvanger

DAY = timedelta(days=1)


async def forget(dienst: Bezorgdienst, now: datetime) -> list[tuple[str, int]]:
    """As the web process does every hour."""
    moment = administratie.moment((now - KEPT).timestamp())
    return await dienst.boek.doe(lambda c: administratie.vergeet(c, moment, now.timestamp()))


def _later(connection: Connection, id_: str, positie: int, moment: datetime) -> None:
    """This one came at another moment."""
    which = (bezorgingen.c.abonnement == id_) & (bezorgingen.c.positie == positie)
    connection.execute(update(bezorgingen).where(which).values(sinds=administratie.moment(moment.timestamp())))


def _one(connection: Connection, id_: str) -> Abonnement:
    found = administratie.een(connection, id_)
    assert found is not None
    return found


async def test_it_is_forgotten_after_the_mailbox_has(tmp_path: Path) -> None:
    postbus, refuses = Postbus(), True

    def answer(request: web.Request, id_: str) -> int:
        return 500 if refuses else 204

    async with ontvanger(answer) as there, bezorgdienst(tmp_path / "web.db", postbus) as dienst:
        id_ = await dienst.abonneer(there.url)
        await postbus.post(GEM, "an")
        (gone,) = await dienst.wacht_op(id_, Bezorgstand.UITGEPUT, 1)
        given_up = datetime.fromisoformat(gone.sinds)
        assert given_up + MAILBOX_RETENTION + DAY < given_up + KEPT, "the broker throws away by the day"
        (behind,) = await postbus.post(GEM, "an")
        await dienst.wacht_op(id_, Bezorgstand.WACHT, 1)
        await dienst.boek.doe(lambda c: _later(c, id_, 1, given_up + 50 * DAY))

        assert await forget(dienst, given_up + KEPT - DAY) == []
        assert len(await dienst.wachtend(id_)) == 2, "shown, and to be tried again, as long as it is kept"
        assert await forget(dienst, given_up + KEPT + DAY) == [(id_, 0)]
        (rest,) = await dienst.wachtend(id_)
        assert (rest.levering, rest.stand, rest.laatste) == (
            behind,
            Bezorgstand.UITGEPUT,
            administratie.BEHIND_GONE_WORD,
        ), "its owner decides"
        assert behind not in there.geroepen

        refuses = False
        await dienst.boek.doe(lambda c: administratie.opnieuw(c, id_, 0))
        await dienst.boek.doe(lambda c: administratie.zet(c, _one(c, id_), 0))
        dienst.leiding.wek()
        await dienst.gelezen_tot(id_, 2)
        assert there.kreeg == [behind]


async def test_what_waited_as_long_is_forgotten_with_it_and_another_person_is_not(tmp_path: Path) -> None:
    postbus = Postbus()

    def answer(request: web.Request, id_: str) -> int:
        return 500

    async with ontvanger(answer) as there, bezorgdienst(tmp_path / "web.db", postbus) as dienst:
        id_ = await dienst.abonneer(there.url)
        await postbus.post(GEM, "an", "an", "bo")
        heads = await dienst.wacht_op(id_, Bezorgstand.UITGEPUT, 2)
        now = datetime.fromisoformat(heads[0].sinds)
        await dienst.boek.doe(lambda c: _later(c, id_, 2, now + 50 * DAY))
        assert await forget(dienst, now + KEPT + DAY) == [(id_, 0), (id_, 1)]
        assert [one.positie for one in await dienst.wachtend(id_)] == [2]
