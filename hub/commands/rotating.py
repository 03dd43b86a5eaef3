# SPDX-License-Identifier: EUPL-1.2
"""`hub participants rotate|end|expire`: other keys for a participant, its exit, and rights that a day has ended."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from consent.aanmelding import Aanmelding, usable
from consent.participants import Deelnemer, Deelnemersregister, OngeldigRegister, Sleutel
from hub.broker import admin
from hub.broker.credentials import Credentials
from hub.broker.kafka import Broker
from hub.broker.principal import principal_of
from hub.broker.topics import Role
from hub.bundles import Soort
from hub.commands.acting import on_record
from hub.commands.activating import NotTaken, await_taken
from hub.commands.participants import activate, certificate_of, current, handed_over, today, trusted
from hub.commands.shared import AsJson, Data, WrongUse, answer, console, opened, own_address, reached, told
from hub.installation import layout
from hub.partners import Newcomer, give_back, keeps_own_keys, key_file, write_connect_toml
from hub.rotation import NEXT, NewKeys, left, replaced, rotated, take_over
from hub.settings import Settings
from hub.streams.clock import ClockHeld
from hub.streams.handelingen import Handeling, NotOnRecord
from schemas import signatures

_Key = TypeVar("_Key", Ed25519PublicKey, X25519PublicKey)
OVERLAP_DAYS = 30
app = typer.Typer()
_EXPECTED = (OngeldigRegister, ClockHeld, NotOnRecord, NotTaken)

Oin = Annotated[str, typer.Option(help="The organisation's OIN.")]


@dataclass(frozen=True)
class Handed:
    """What a participant with keys of its own hands over: the public halves."""

    certificate: bytes | None
    signing: str | None
    sealing: str | None

    @property
    def complete(self) -> bool:
        return all((self.certificate, self.signing, self.sealing))


@app.command("rotate")
def rotate(
    data: Data,
    oin: Oin,
    compromised: Annotated[
        bool, typer.Option("--compromised", help="The old keys were stolen: they end at once, without overlap.")
    ] = False,
    overlap: Annotated[
        int, typer.Option(help="Days during which the old certificate and signing key go on.")
    ] = OVERLAP_DAYS,
    certificate: Annotated[
        Path | None, typer.Option(help="The new certificate (PEM), where the participant makes its own keys.")
    ] = None,
    signing: Annotated[str | None, typer.Option(help="The new public signing key, base64.")] = None,
    sealing: Annotated[str | None, typer.Option(help="The new public sealing key, base64.")] = None,
    request: Annotated[
        Path | None, typer.Option(help="All three at once: the aanmelding that `connect keys renew` made.")
    ] = None,
    fingerprint: Annotated[
        str | None, typer.Option(help="The aanmelding's fingerprint, as the participant read it to you.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """A new certificate and new keys for a participant, in force from the record in the log on.

    A participant with keys of its own hands over the public halves: with --request, or as --certificate, --signing and
    --sealing. Otherwise they are made here, in the participant's folder (embedded hub only).

    Example: hub participants rotate --data DIR --oin 00000099000000000042 --compromised
    """
    with told(*_EXPECTED):
        settings = opened(data)
        register, row = row_of(settings, oin)
        given = handed_over(request, fingerprint, oin, row.naam) if request else None
        handed = (
            _in_parts(settings, given)
            if given
            else Handed(certificate.read_bytes() if certificate else None, signing, sealing)
        )
        if not handed.complete and (any((certificate, signing, sealing)) or not settings.embedded):
            raise WrongUse(
                "Give the public halves of what the participant made: --certificate, --signing and --sealing."
            )
        if not handed.complete and keeps_own_keys(settings.participant_dir(oin)):
            raise WrongUse(
                f"{row.naam} made its own keys: let it make new ones (`connect keys renew`), and give its aanmelding with"
                " --request."
            )
        day, bootstrap = today(settings), reached(settings)
        new = _handed(handed, row, day) if handed.complete else _made(settings, row, day)
        on_record(settings, Handeling.SLEUTEL_GEWISSELD, oin)
        changed = replaced(row, new, day) if compromised else rotated(row, new, day, timedelta(days=overlap))
        bring_in(settings, bootstrap, register, changed)
        if not handed.complete:
            _settle(settings, bootstrap, row)
        elif given and handed.certificate:
            address = own_address(settings, bootstrap)
            give_back(newcomer(row), settings.participant_dir(oin), address, handed.certificate, trusted(settings))
        ends = "at once" if compromised else f"on {day + timedelta(days=overlap)}"
        answer(
            {
                "oin": oin,
                "certificate": new.certificate,
                "signing": new.signing.sleutelid,
                "sealing": new.sealing.sleutelid,
            },
            as_json=as_json,
            show=lambda: console.print(
                f"{row.naam} has a new certificate and new keys; the old ones end {ends}. It restarts its client to use them.",
                highlight=False,
                soft_wrap=True,
            ),
        )


@app.command("end")
def end(
    data: Data,
    oin: Oin,
    per: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The first day without it.")],
    as_json: AsJson = False,
) -> None:
    """The exit of a participant: from a day on it has no role, says nothing and is given nothing. What was delivered
    before, and corrections of that, it can read for 90 days more.

    Example: hub participants end --data DIR --oin 00000099000000000042 --per 2027-01-01
    """
    with told(*_EXPECTED):
        settings = opened(data)
        register, row = row_of(settings, oin)
        dependants = [one.oin for one in register.deelnemers if oin in one.namens and one.rollen_op(per.date())]
        bootstrap = reached(settings)
        on_record(settings, Handeling.DEELNEMERS_GEWIJZIGD, oin, datum=per.date())
        bring_in(settings, bootstrap, register, left(row, per.date()))
        later = per.date() > today(settings)
        answer(
            {"oin": oin, "per": per.date(), "works_for_it": dependants},
            as_json=as_json,
            show=lambda: _tell_end(row, per.date(), dependants, later=later),
        )


@app.command("expire")
def expire(data: Data, as_json: AsJson = False) -> None:
    """Take away the rights of certificates that ended, and of participants that left: Kafka does not look at a
    certificate again once it let it in. Run it daily.

    Example: hub participants expire --data DIR
    """
    with told(*_EXPECTED):
        settings = opened(data)
        bootstrap, own = reached(settings), Credentials(settings.credentials_dir(Role.OPERATOR))
        structure = layout(settings.data, current(settings), today(settings))
        found = admin.drift(bootstrap, own, *structure)
        if found:
            on_record(settings, Handeling.DEELNEMERS_GEWIJZIGD, "verlopen rechten")
            admin.apply(bootstrap, own, *structure)

        def show() -> None:
            for sentence in found:
                console.print(sentence, highlight=False, soft_wrap=True)
            console.print("Rights are as they should be on this day.", style="green")

        answer({"changed": found}, as_json=as_json, show=show)


def row_of(settings: Settings, oin: str) -> tuple[Deelnemersregister, Deelnemer]:
    register = current(settings)
    row = register.by_oin(oin)
    if row is None:
        raise WrongUse(f"{oin} takes no part: `hub participants list` shows who does.")
    return register, row


def bring_in(settings: Settings, bootstrap: str, register: Deelnemersregister, changed: Deelnemer) -> None:
    """Rights and the register with one row changed; returns when every partition decides by it."""
    rows = [changed if one.oin == changed.oin else one for one in register.deelnemers]
    renewed = Deelnemersregister.of(rows)
    activate(settings, bootstrap, renewed)
    await_taken(settings, Soort.DEELNEMERS, renewed.digest())


def _made(settings: Settings, row: Deelnemer, day: date) -> NewKeys:
    """New keys in the participant's `next/`; those that wait there already are used, so that a rotation that broke off
    is finished and not begun anew."""
    folder = settings.participant_dir(row.oin) / NEXT
    authority = Broker(settings.data / "broker").authority
    kept = Credentials(folder)
    if not kept.key.exists():
        kept = authority.renewed(folder, row.naam, row.oin, len(row.certificaten) + 1 + _earlier(settings, row.oin))
    signing = Ed25519PrivateKey.from_private_bytes(key_file(folder / "signing.key"))
    sealing = X25519PrivateKey.from_private_bytes(key_file(folder / "sealing.key"))
    return NewKeys(kept.principal, _sleutel(signing.public_key(), day), _sleutel(sealing.public_key(), day))


def _earlier(settings: Settings, oin: str) -> int:
    """How often its keys were changed before: a stolen certificate stands in no register, and its DN must not return."""
    return len(list(settings.participant_dir(oin).glob("sealing-*.key")))


def _settle(settings: Settings, bootstrap: str, row: Deelnemer) -> None:
    """The new keys in their places, and a `connect.toml` that names them."""
    folder = settings.participant_dir(row.oin)
    take_over(folder, row.zegelsleutels[-1].sleutelid if row.zegelsleutels else "none")
    write_connect_toml(newcomer(row), folder, own_address(settings, bootstrap))


def newcomer(row: Deelnemer) -> Newcomer:
    """What `connect.toml` says of a participant, from its row."""
    return Newcomer(row.oin, row.naam, tuple(dict.fromkeys(one.rol for one in row.rollen)), row.systeem, row.namens)


def _in_parts(settings: Settings, given: Aanmelding) -> Handed:
    def text(key: Ed25519PublicKey | X25519PublicKey) -> str:
        return base64.b64encode(key.public_bytes_raw()).decode()

    certificate = certificate_of(settings, given, again=True)
    return Handed(certificate, text(given.handtekensleutel), text(given.zegelsleutel))


def _handed(handed: Handed, row: Deelnemer, day: date) -> NewKeys:
    assert handed.certificate and handed.signing and handed.sealing, "asked for before"
    principal = principal_of(handed.certificate)
    if any(one.dn == principal for one in row.certificaten):
        raise WrongUse(
            "The new certificate has the name of an old one: rights are by name, so ask for another (OU, serialNumber)."
        )
    return NewKeys(
        principal,
        _sleutel(_public(handed.signing, Ed25519PublicKey.from_public_bytes), day),
        _sleutel(_public(handed.sealing, X25519PublicKey.from_public_bytes), day),
    )


def _public(text: str, read: Callable[[bytes], _Key]) -> _Key:
    try:
        public = read(base64.b64decode(text, validate=True))
    except ValueError as error:
        raise WrongUse("Give a public key as base64 of its 32 bytes.") from error
    if isinstance(public, X25519PublicKey) and not usable(public):
        raise WrongUse("The sealing key keeps nothing secret: ask the participant for one that its software made.")
    return public


def _sleutel(public: Ed25519PublicKey | X25519PublicKey, day: date) -> Sleutel:
    raw = base64.b64encode(public.public_bytes_raw()).decode()
    return Sleutel(sleutelid=signatures.key_id(public), publiek=raw, van=day)


def _tell_end(row: Deelnemer, per: date, dependants: list[str], *, later: bool) -> None:
    console.print(f"{row.naam} takes no part from {per} on.", highlight=False)
    if later:
        console.print("Its rights at the broker end with `hub participants expire` on that day.", highlight=False)
    if dependants:
        console.print(f"These still work for it: {', '.join(dependants)}.", highlight=False, soft_wrap=True)
