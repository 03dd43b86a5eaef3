# SPDX-License-Identifier: EUPL-1.2
"""`hub webhooks`: what the hub could not hand over, to whom, and trying it again. Shows no contents, and of a URL only
the host: the rest may hold a participant's secret."""

from __future__ import annotations

import time
from typing import Annotated, Any

import typer
from sqlalchemy import Engine
from yarl import URL

from hub.commands.shared import AsJson, Data, Exit, WrongUse, answer, console, listing, opened, told
from hub.vault.tables import engine_for, reading
from hub.web.abonnementen import administratie
from hub.web.abonnementen.abonnement import Abonnement, Bezorging, Bezorgstand
from hub.web.abonnementen.tabellen import metadata

app = typer.Typer(help="Webhook subscriptions and what waits for them.", no_args_is_help=True)
MOST = 1000
_SUBSCRIPTION = {
    "id": "id",
    "oin": "organisation",
    "host": "host",
    "stand": "state",
    "positie": "position",
    "opnieuw": "retrying",
    "wacht": "behind",
    "uitgeput": "given up",
    "reden": "why",
}
_DELIVERY = {
    "abonnement": "subscription",
    "positie": "position",
    "levering": "delivery",
    "gebeurtenis": "event",
    "stand": "state",
    "pogingen": "attempts",
    "laatste": "last",
    "sinds": "since",
}


@app.command("list")
def list_(data: Data, as_json: AsJson = False) -> None:
    """Every subscription: whose, which host, in which state, and how much waits. Exit code 1 if something was given up.

    Example: hub webhooks list --data DIR
    """
    with told():
        with reading(_engine(data)) as connection:
            listed = administratie.alle(connection)
            counts = administratie.tellingen(connection, [one.id for one in listed])
        found = [_shown(one, counts[one.id]) for one in listed]
        listing(found, _SUBSCRIPTION, "There are no subscriptions.", as_json=as_json, id_="id")
    if any(one["uitgeput"] for one in found):
        raise typer.Exit(Exit.FOUND)


@app.command("failed")
def failed(
    data: Data,
    subscription: Annotated[str | None, typer.Argument(help="Only of this subscription.")] = None,
    as_json: AsJson = False,
) -> None:
    """Each delivery that is not handed over yet, and what its last attempt came to. Exit code 1 if there is one.

    Example: hub webhooks failed --data DIR
    """
    with told():
        with reading(_engine(data)) as connection:
            listed = administratie.alle(connection)
            if subscription is not None:
                listed = [_one(listed, subscription)]
            waiting = [
                (one, row)
                for one in listed
                for row in administratie.wachtend(connection, one.id, tuple(Bezorgstand), most=MOST)
            ]
        found = [_row(one, row) for one, row in waiting]
        listing(found, _DELIVERY, "Everything is handed over.", as_json=as_json, id_="abonnement")
    if found:
        raise typer.Exit(Exit.FOUND)


@app.command("retry")
def retry(
    data: Data, subscription: Annotated[str, typer.Argument(help="Its id in the list.")], as_json: AsJson = False
) -> None:
    """Try again now what was given up or waits, of each person the first; the rest follows in order.

    Example: hub webhooks retry --data DIR 6f1c2c1e-7d0b-4c58-a1a8-3f0d8f0f4b11
    """
    with told(), _engine(data).begin() as connection:
        one = _one(administratie.alle(connection), subscription)
        count = administratie.opnieuw(connection, one.id, time.time())
        administratie.zet(connection, one, time.time())
        answer({"retried": count}, as_json=as_json, show=lambda: console.print(f"{count} will be tried again now."))


def _engine(data: Any) -> Engine:
    engine = engine_for(opened(data).web_address)
    metadata.create_all(engine)
    return engine


def _one(listed: list[Abonnement], subscription: str) -> Abonnement:
    for one in listed:
        if one.id == subscription:
            return one
    raise WrongUse(f"There is no subscription {subscription}: `hub webhooks list` gives the ids.")


def _shown(one: Abonnement, counts: dict[Bezorgstand, int]) -> dict[str, Any]:
    found = {"id": one.id, "oin": one.oin, "host": URL(one.url).host, "stand": one.stand.value, "positie": one.positie}
    return {**found, **{stand.value: count for stand, count in counts.items()}, "reden": one.reden or ""}


def _row(one: Abonnement, row: Bezorging) -> dict[str, Any]:
    return {
        "abonnement": one.id,
        "positie": row.positie,
        "levering": row.levering,
        "gebeurtenis": row.gebeurtenis,
        "stand": row.stand.value,
        "pogingen": row.poging,
        "laatste": row.laatste or "",
        "sinds": row.sinds,
    }
