# SPDX-License-Identifier: EUPL-1.2
"""`hub keys list|rotate|switch|retire`: the keys with which the hub signs, and to which partners seal.

A signing key is first announced (partners' `connect.toml` names it), then switched to; after a theft both at once. A
sealing key is in use at once: the old one opens what partners who do not know the new one yet still send.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.table import Table

from consent.participants import OngeldigRegister
from hub import epochs, keyring
from hub.broker.topics import INBOX, topics_for
from hub.commands.acting import on_record
from hub.commands.participants import current
from hub.commands.rotating import newcomer
from hub.commands.shared import AsJson, Data, answer, console, opened, reached, told
from hub.partners import HubAddress, write_connect_toml
from hub.settings import Settings
from hub.streams.handelingen import Handeling, NotOnRecord, Stap
from schemas import signatures

app = typer.Typer()


class Kind(StrEnum):
    SIGNING = "signing"
    SEALING = "sealing"


_EXPECTED = (NotOnRecord, OngeldigRegister, epochs.NoRotation)
WhichKey = Annotated[Kind, typer.Argument(help="What the key is for.")]


@app.command("list")
def list_(data: Data, as_json: AsJson = False) -> None:
    """The hub's signing and sealing keys: in use, announced, and ended with their end. Ids and public halves only.

    Example: hub keys list --data DIR
    """
    with told():
        found = _listed(opened(data))

        def table() -> None:
            shown = Table("for", "id", "state", "counts until", box=None)
            for one in found:
                shown.add_row(one["kind"], one["id"], one["state"], one["until"] or "")
            console.print(shown)

        answer(found, as_json=as_json, show=table)


@app.command("rotate")
def rotate(
    data: Data,
    kind: WhichKey,
    compromised: Annotated[
        bool, typer.Option("--compromised", help="The key was stolen: the old one ends at once.")
    ] = False,
    overlap: Annotated[
        int, typer.Option(help="Days during which the old key counts beside the new one.")
    ] = epochs.OVERLAP.days,
    as_json: AsJson = False,
) -> None:
    """Begin with a new key of the hub: signing keys are announced, sealing keys are in use at once.

    Example: hub keys rotate sealing --data DIR
    """
    with told(*_EXPECTED):
        settings = opened(data)
        bootstrap, now = reached(settings), datetime.now(UTC)
        old = _in_use(settings, kind)
        on_record(settings, Handeling.SLEUTEL_GEWISSELD, old, stap=Stap.VOORGESTELD)
        after = epochs.COMPROMISED if compromised else timedelta(days=overlap)
        if kind is Kind.SEALING:
            name = epochs.rotate_sealing(settings.keys, now, after)
        else:
            name = epochs.announce_signing(settings.keys)
            if compromised:
                _tell_partners(settings, bootstrap)  # before the first record that it signs
                epochs.switch_signing(settings.keys, now, after)
        _tell_partners(settings, bootstrap)
        if kind is Kind.SEALING or compromised:
            on_record(settings, Handeling.SLEUTEL_GEWISSELD, name, stap=Stap.UITGEVOERD)
        answer(
            {"old": old, "new": name},
            as_json=as_json,
            show=lambda: console.print(_next(kind, name, compromised=compromised), highlight=False, soft_wrap=True),
        )


@app.command("switch")
def switch(
    data: Data,
    overlap: Annotated[
        int, typer.Option(help="Days during which the old key counts beside the new one.")
    ] = epochs.OVERLAP.days,
    as_json: AsJson = False,
) -> None:
    """Sign with the announced key from now on; workers end and start again by themselves.

    Example: hub keys switch --data DIR
    """
    with told(*_EXPECTED):
        settings = opened(data)
        bootstrap = reached(settings)
        if not (settings.keys / epochs.NEXT_SIGNING).exists():
            raise epochs.NoRotation("No next signing key is announced: begin with `hub keys rotate signing`.")
        on_record(settings, Handeling.SLEUTEL_GEWISSELD, _in_use(settings, Kind.SIGNING), stap=Stap.UITGEVOERD)
        name = epochs.switch_signing(settings.keys, datetime.now(UTC), timedelta(days=overlap))
        _tell_partners(settings, bootstrap)
        answer(
            {"new": name}, as_json=as_json, show=lambda: console.print(f"The hub signs with {name}.", highlight=False)
        )


@app.command("retire")
def retire(data: Data, as_json: AsJson = False) -> None:
    """Destroy old sealing keys once nothing sealed to them can be in the inbox any more.

    Example: hub keys retire --data DIR
    """
    with told(*_EXPECTED):
        settings = opened(data)
        retention = next(topic.retention for topic in topics_for(()) if topic.name == INBOX)
        assert retention is not None, "the inbox does not keep things for ever"
        due = [
            one
            for one in epochs.ended(settings.keys)
            if one.soort == Kind.SEALING and one.until + retention <= datetime.now(UTC)
        ]
        for one in due:
            on_record(settings, Handeling.SLEUTEL_VERNIETIGD, one.id)
        gone = epochs.retire(settings.keys, datetime.now(UTC), retention)
        answer(
            {"destroyed": gone},
            as_json=as_json,
            show=lambda: console.print(f"{len(gone)} old sealing keys are destroyed.", highlight=False),
        )


def _tell_partners(settings: Settings, bootstrap: str) -> None:
    """Write the hub's keys into every `connect.toml` that is here. A participant with a file of its own gets them from
    the operator."""
    hub = HubAddress.of(settings.oin, bootstrap, settings.keys)
    for row in current(settings).deelnemers:
        folder = settings.participant_dir(row.oin)
        if (folder / "connect.toml").exists():
            write_connect_toml(newcomer(row), folder, hub)


def _in_use(settings: Settings, kind: Kind) -> str:
    if kind is Kind.SIGNING:
        return signatures.key_id(keyring.signing_key(settings.keys / keyring.SIGNING).public_key())
    return signatures.key_id(keyring.sealing_key(settings.keys / keyring.SEALING).public_key())


def _listed(settings: Settings) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"kind": kind.value, "id": _in_use(settings, kind), "state": "in use", "until": None} for kind in Kind
    ]
    path = settings.keys / epochs.NEXT_SIGNING
    if path.exists():
        name = signatures.key_id(keyring.signing_key(path).public_key())
        found.append({"kind": Kind.SIGNING.value, "id": name, "state": "announced", "until": None})
    for one in epochs.ended(settings.keys):
        kept = one.soort == Kind.SIGNING or (settings.keys / f"hub-sealing-{one.id}.key").exists()
        found.append({"kind": one.soort, "id": one.id, "state": "ended" if kept else "destroyed", "until": one.tot})
    return found


def _next(kind: Kind, name: str, *, compromised: bool) -> str:
    if kind is Kind.SEALING:
        return f"Partners seal to {name} from now on. `hub keys retire` destroys the old key when its time has passed."
    if compromised:
        return f"The hub signs with {name} from now on, and the old key counts for nothing that comes later."
    return f"{name} is announced. Give partners time to take over connect.toml, then run `hub keys switch`."
