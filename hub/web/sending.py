# SPDX-License-Identifier: EUPL-1.2
"""Taking events from partners: checked as far as can be told without opening them, then written to `hub.inbox`.

What a partner could not be told otherwise is refused here at once: a record that nobody known has signed goes to the
dead letters, and no receipt can follow. All else intake decides, and the receipt tells. Same `source` and `id`: the same
receipt id, however often it is sent, and by whatever way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from aiohttp import web
from sqlalchemy import Engine, delete, insert, select, update

from hub.streams.outbox import AANLEVERING
from hub.streams.reception import MAX_BYTES, log_id
from hub.vault.tables import reading
from hub.web.bindings import (
    Inzending,
    NotALetter,
    from_batch,
    from_binary,
    from_structured,
)
from hub.web.english import english
from hub.web.inbox import InboxClosed
from hub.web.kennis import KEPT
from hub.web.postbus import NotKept, PostbusAway
from hub.web.problems import Fout, Problem, Soort, retry_after
from hub.web.room import Room
from hub.web.route import Vraag
from hub.web.server import json_response
from hub.web.tables import aanleveringen
from hub.web.toegang import Deelnemers
from schemas import signatures
from schemas.cloudevents import InvalidCloudEvent, from_headers, oin_of
from schemas.errors import BadSignature
from schemas.http_binding import BATCH, STRUCTURED, to_json

_LOOK_RECORDS = 500
_LOOK_ROUNDS = 20
"""A receipt is looked for in so many readings of so many records at a time; the next request looks further."""


async def post_events(room: Room, vraag: Vraag) -> web.Response:
    """202 once Kafka has all of it on disk; nothing of it otherwise, as far as is known: then send it again."""
    inzendingen = _read(vraag)
    oin = vraag.wie.oin
    deelnemers = room.deelnemers()
    if not vraag.wie.rollen or not deelnemers.can_be_answered(oin):
        raise Problem(
            Soort.VERBODEN,
            "Vraag de beheerder van de hub om een rol en een zegelsleutel: zonder die kan de hub u niet antwoorden.",
            "Ask the hub's operator for a role and a sealing key: without them the hub cannot answer you.",
        )
    for one in inzendingen:
        _check(one, oin, deelnemers)
    receipts = [log_id(one.event.source, one.event.id) for one in inzendingen]
    try:
        seen = await room.postbus.seen(oin)
        await asyncio.to_thread(_expect, room.engine, oin, receipts, seen)
        await room.inbox.send((one.key, one.value, one.headers) for one in inzendingen)
    except (InboxClosed, PostbusAway) as error:
        raise _later() from error
    except NotKept as error:
        raise Problem(
            Soort.NIET_NU,
            "Uw brievenbus wordt nog gemaakt.",
            "Your mailbox is still being made.",
            headers=retry_after(5),
        ) from error
    room.metrics.taken(len(inzendingen))
    taken = [
        {
            "id": receipt,
            "source": one.event.source,
            "gebeurtenis": one.event.id,
            "ontvangstbewijs": f"/v1/ontvangstbewijzen/{receipt}",
        }
        for receipt, one in zip(receipts, inzendingen, strict=True)
    ]
    return json_response({"aanleveringen": taken}, 202)


def _read(vraag: Vraag) -> list[Inzending]:
    body: bytes = vraag.inhoud
    try:
        match vraag.media:
            case media if media == STRUCTURED:
                return [from_structured(body)]
            case media if media == BATCH:
                listed = from_batch(body)
            case _:
                return [from_binary(vraag.request.headers.items(), vraag.request.headers["Content-Type"], body)]
    except NotALetter as error:
        raise Problem(Soort.ONGELDIG, error.nl, error.en) from error
    wrong = [(place, one) for place, one in enumerate(listed) if isinstance(one, NotALetter)]
    if wrong:
        raise Problem(
            Soort.ONGELDIG,
            "Er is niets aangenomen: verbeter wat onder `fouten` staat.",
            "Nothing was taken: mend what is listed under `fouten`.",
            fouten=[Fout(f"inhoud/{place}", one.nl, one.en) for place, one in wrong],
        )
    return [one for one in listed if isinstance(one, Inzending)]


def _check(one: Inzending, oin: str, deelnemers: Deelnemers) -> None:
    """Whose connection it is, whose word it is and who signed it are one organisation. Raises Problem."""
    if len(one.value) > MAX_BYTES:
        raise Problem(
            Soort.TE_GROOT,
            f"Splits deze gebeurtenis: {len(one.value)} bytes is meer dan de {MAX_BYTES} die één gebeurtenis mag hebben.",
            f"Split this event: {len(one.value)} bytes is more than the {MAX_BYTES} that one event may have.",
        )
    try:
        key_id = signatures.claimed_key_id(one.headers)
        issuer = oin_of(one.event.source)
    except (BadSignature, InvalidCloudEvent) as error:
        raise Problem(Soort.ONGELDIG, str(error), english(str(error))) from error
    signer = deelnemers.signing_key(key_id)
    if issuer != oin or signer is None or signer[0] != oin:
        raise Problem(
            Soort.VERBODEN,
            f"Stuur alleen gebeurtenissen van uzelf ({oin}): `source` en `sleutelid` moeten van u zijn, en de sleutel moet nu"
            " gelden.",
            f"Send events of your own only ({oin}): `source` and `sleutelid` must be yours, and the key must be valid now.",
        )
    try:
        signatures.verify(one.event, one.headers, signer[1])
    except BadSignature as error:
        raise Problem(
            Soort.VERBODEN,
            "Onderteken het bericht opnieuw: de handtekening past niet bij wat is verstuurd.",
            "Sign the event again: the signature does not fit what was sent.",
        ) from error


def _later() -> Problem:
    return Problem(
        Soort.NIET_NU,
        "Stuur alles opnieuw, in dezelfde volgorde: de hub heeft het niet zeker. Dubbel geeft niets.",
        "Send all of it again, in the same order: the hub may not have it. Twice does no harm.",
        headers=retry_after(2),
    )


# receipts


def _expect(engine: Engine, oin: str, ids: Sequence[str], seen: int) -> None:
    """Remember from where on the receipts of these are looked for: the place at the first sending counts."""
    now = int(datetime.now(UTC).timestamp() * 1000)
    with engine.begin() as connection:
        connection.execute(delete(aanleveringen).where(aanleveringen.c.op < now - int(KEPT.total_seconds() * 1000)))
        there = set(connection.scalars(select(aanleveringen.c.id).where(aanleveringen.c.id.in_(list(ids)))))
        rows = [
            {"id": one, "oin": oin, "gezocht_tot": seen, "gevonden": None, "op": now}
            for one in dict.fromkeys(ids)
            if one not in there
        ]
        if rows:
            connection.execute(insert(aanleveringen), rows)


async def get_receipt(room: Room, vraag: Vraag) -> web.Response:
    """The last receipt for what was sent under this id; or that there is none yet."""
    oin, name = vraag.wie.oin, vraag.pad.id
    row = await asyncio.to_thread(_row, room.engine, oin, name)
    if row is None:
        raise Problem(
            Soort.NIET_GEVONDEN,
            "Gebruik het id dat u kreeg toen u de gebeurtenis over HTTP stuurde.",
            "Use the id that you got when you sent the event over HTTP.",
        )
    place, found = row.gezocht_tot, row.gevonden
    try:
        for _ in range(_LOOK_ROUNDS):
            stukken = await room.postbus.read(oin, place, _LOOK_RECORDS, 0)
            if not stukken:
                break
            for stuk in stukken:
                if dict(stuk.headers).get(f"ce_{AANLEVERING}") == name.encode():
                    found = stuk.positie
            place = stukken[-1].positie
        if (place, found) != (row.gezocht_tot, row.gevonden):
            await asyncio.to_thread(_found, room.engine, name, place, found)
        if found is None:
            return json_response({"id": name, "stand": "in-behandeling"}, Retry_After="1")
        stuk = await room.postbus.at(oin, found)
    except PostbusAway as error:
        raise Problem(
            Soort.NIET_NU, "Vraag het zo nog eens.", "Ask again in a moment.", headers=retry_after(2)
        ) from error
    except NotKept as error:
        raise Problem(
            Soort.NIET_GEVONDEN, "Dit ontvangstbewijs wordt niet meer bewaard.", "This receipt is not kept any more."
        ) from error
    receipt: Any = to_json(from_headers(stuk.headers, stuk.value), stuk.headers)
    return json_response({"id": name, "stand": "beantwoord", "ontvangstbewijs": receipt})


def _row(engine: Engine, oin: str, name: str) -> Any:
    with reading(engine) as connection:
        query = select(aanleveringen).where(aanleveringen.c.id == name, aanleveringen.c.oin == oin)
        return connection.execute(query).one_or_none()


def _found(engine: Engine, name: str, place: int, found: int | None) -> None:
    """Two requests may look at once: what was found further on counts."""
    with engine.begin() as connection:
        where = (aanleveringen.c.id == name) & (aanleveringen.c.gezocht_tot <= place)
        connection.execute(update(aanleveringen).where(where).values(gezocht_tot=place, gevonden=found))
