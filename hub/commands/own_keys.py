# SPDX-License-Identifier: EUPL-1.2
"""`hub keys list|rotate|switch|retire`: the keys with which the hub signs, to which partners seal, and of the audit log.

A signing key is first announced (partners' `connect.toml` names it), then switched to; after a theft both at once. A
sealing key is in use at once: the old one opens what partners who do not know the new one yet still send. So is the
log's key: the old one signs beside it, for those who do not know the new one yet, until `retire` (``hub.logkeys``).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.table import Table

from consent.checkpoint import verifier_key
from consent.participants import OngeldigRegister
from hub import epochs, keyring, logkeys
from hub.broker.topics import INBOX, topics_for
from hub.commands.acting import on_record
from hub.commands.participants import current
from hub.commands.rotating import newcomer
from hub.commands.shared import AsJson, Data, answer, console, opened, own_address, reached, told
from hub.partners import write_connect_toml
from hub.readmodel.auditlog import AuditLog, log_origin
from hub.settings import Settings
from hub.streams.handelingen import Handeling, NotOnRecord, Stap
from schemas import signatures

app = typer.Typer()


class Kind(StrEnum):
    SIGNING = "signing"
    SEALING = "sealing"
    LOG = "log"


_EXPECTED = (NotOnRecord, OngeldigRegister, epochs.NoRotation)
WhichKey = Annotated[Kind, typer.Argument(help="What the key is for.")]


@app.command("list")
def list_(data: Data, as_json: AsJson = False) -> None:
    """The hub's keys, by what they are for: in use, announced, and ended with their end. Ids and public halves only.

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
        int, typer.Option(min=0, help="Days during which the old key counts beside the new one.")
    ] = epochs.OVERLAP.days,
    as_json: AsJson = False,
) -> None:
    """Begin with a new key of the hub: signing keys are announced; those to seal to, and of the audit log, are in use at
    once.

    Example: hub keys rotate sealing --data DIR
    """
    with told(*_EXPECTED):
        settings = opened(data)
        bootstrap, now = reached(settings), datetime.now(UTC)
        old = _in_use(settings, kind)
        on_record(settings, Handeling.SLEUTEL_GEWISSELD, old, stap=Stap.VOORGESTELD)
        after = epochs.COMPROMISED if compromised else timedelta(days=overlap)
        match kind:
            case Kind.SEALING:
                name = announced = epochs.rotate_sealing(settings.keys, now, after)
            case Kind.LOG:
                name, announced = _rotate_log(settings, now, after, stolen=compromised)
            case Kind.SIGNING:
                name = announced = epochs.announce_signing(settings.keys)
                if compromised:
                    _tell_partners(settings, bootstrap)  # before the first record that it signs
                    epochs.switch_signing(settings.keys, now, after)
        _tell_partners(settings, bootstrap)
        if kind is not Kind.SIGNING or compromised:
            on_record(settings, Handeling.SLEUTEL_GEWISSELD, announced, stap=Stap.UITGEVOERD)
        answer(
            {"old": old, "new": name},
            as_json=as_json,
            show=lambda: console.print(_next(kind, name, compromised=compromised), highlight=False, soft_wrap=True),
        )


@app.command("switch")
def switch(
    data: Data,
    overlap: Annotated[
        int, typer.Option(min=0, help="Days during which the old key counts beside the new one.")
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
    """Destroy old sealing keys once nothing sealed to them can be in the inbox any more, and the log's old key when its
    days have passed.

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
        now = datetime.now(UTC)
        for name in (*(one.id for one in due), *logkeys.due(settings.keys, now)):
            on_record(settings, Handeling.SLEUTEL_VERNIETIGD, name)
        gone = epochs.retire(settings.keys, now, retention) + logkeys.retire(settings.keys, now)
        answer(
            {"destroyed": gone},
            as_json=as_json,
            show=lambda: console.print(f"{len(gone)} old keys are destroyed.", highlight=False),
        )


def _rotate_log(settings: Settings, now: datetime, overlap: timedelta, *, stolen: bool) -> tuple[str, str]:
    """The new key's id, and as the log announces it: whole, so that everybody finds it there."""
    origin = log_origin(settings.oin)
    audit = AuditLog.open(settings.audit_address, logkeys.LogKeys(settings.keys), origin)
    public = audit.rotate(
        lambda size, root: logkeys.rotate(settings.keys, origin, size, root, now, overlap, stolen=stolen)
    )
    return signatures.key_id(public), verifier_key(origin, public)


def _tell_partners(settings: Settings, bootstrap: str) -> None:
    """Write the hub's keys into every `connect.toml` that is here. A participant with a file of its own gets them from
    the operator."""
    hub = own_address(settings, bootstrap)
    for row in current(settings).deelnemers:
        folder = settings.participant_dir(row.oin)
        if (folder / "connect.toml").exists():
            write_connect_toml(newcomer(row), folder, hub)


def _in_use(settings: Settings, kind: Kind) -> str:
    if kind is Kind.LOG:
        return signatures.key_id(logkeys.public(settings.keys))
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
    for old, until in logkeys.ended(settings.keys).items():
        state = "signs beside it" if old in logkeys.kept(settings.keys) else "destroyed"
        found.append({"kind": Kind.LOG.value, "id": old, "state": state, "until": until.isoformat()})
    return found


def _next(kind: Kind, name: str, *, compromised: bool) -> str:
    if kind is Kind.SEALING:
        return f"Partners seal to {name} from now on. `hub keys retire` destroys the old key when its time has passed."
    if kind is Kind.LOG:
        return (
            f"The audit log is signed by {name}; the stolen key vouches for nothing. Tell every witness the new key yourself: "
            "`hub audit key` prints it, and `connect witness --key` takes it."
            if compromised
            else f"The audit log is signed by {name}, for which the old key vouches; that one signs beside it until its days "
            "have passed and `hub keys retire` destroys it. connect.toml tells the partners."
        )
    if compromised:
        return f"The hub signs with {name} from now on, and the old key counts for nothing that comes later."
    return f"{name} is announced. Give partners time to take over connect.toml, then run `hub keys switch`."
