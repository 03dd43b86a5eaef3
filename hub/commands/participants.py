# SPDX-License-Identifier: EUPL-1.2
"""`hub participants`: who takes part, and letting a newcomer in."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from rich.table import Table

from consent.aanmelding import LONGEST_NAME, Aanmelding, OngeldigeAanmelding, same_fingerprint
from consent.participants import Deelnemersregister, OngeldigRegister
from hub.broker import admin
from hub.broker.certificates import apart, certify
from hub.broker.credentials import Credentials
from hub.broker.kafka import Broker
from hub.broker.topics import Role
from hub.bundles import BundleStore, Soort
from hub.commands import activating
from hub.commands.acting import on_record
from hub.commands.activating import LOOK_SECONDS, NotTaken, await_taken
from hub.commands.shared import AsJson, Data, WrongUse, answer, console, opened, own_address, reached, told
from hub.installation import layout
from hub.partners import Newcomer, admit, give_back, row_of
from hub.readmodel import questions
from hub.rotation import piloted
from hub.settings import Settings
from hub.streams.clock import ClockHeld, ClockState
from hub.streams.handelingen import Handeling, NotOnRecord
from hub.vault.tables import engine_for
from schemas import signatures
from schemas.catalogue import Rol
from schemas.cloudevents import InvalidCloudEvent, source_of
from schemas.identity import is_oin

STARTING_SECONDS = 60.0
"""How long a hub that was just started may take to tell who takes part."""

MARK_DIGITS = 12
"""Of a signing key's id, in the name of the certificate that came with it."""

app = typer.Typer(help="Organisations that take part.", no_args_is_help=True)


@app.command("list")
def list_(data: Data, as_json: AsJson = False) -> None:
    """Who takes part, in which roles, since when.

    Example: hub participants list --data DIR
    """
    with told():
        register = current(opened(data))
        found = [one.model_dump(mode="json") for one in register.deelnemers]

        def table() -> None:
            shown = Table("OIN", "name", "roles", "for", "pilot", box=None)
            for one in register.deelnemers:
                pilots = ", ".join(f"{each.van}..{each.tot or ''}" for each in one.proef)
                roles = ", ".join(f"{each.rol} ({each.van}..{each.tot or ''})" for each in one.rollen)
                shown.add_row(one.oin, one.naam, roles, ", ".join(one.namens), pilots)
            console.print(shown)

        answer(found, as_json=as_json, show=table)


@app.command("add")
def add(
    data: Data,
    rol: Annotated[list[Rol], typer.Option(help="A role that it acts in; repeat for several.")],
    request: Annotated[
        Path | None, typer.Option(help="The aanmelding of an organisation that made its own keys (`connect keys new`).")
    ] = None,
    fingerprint: Annotated[
        str | None, typer.Option(help="The aanmelding's fingerprint, as the organisation read it to you.")
    ] = None,
    oin: Annotated[str | None, typer.Option(help="The organisation's OIN, 20 characters.")] = None,
    naam: Annotated[str | None, typer.Option(help="Its name.")] = None,
    systeem: Annotated[str, typer.Option(help="The name of its system, as in the source of its events.")] = "connect",
    namens: Annotated[
        list[str] | None, typer.Option(help="OIN of a gemeente that it works for; repeat for several.")
    ] = None,
    in_pilot: Annotated[
        bool, typer.Option("--pilot", help="Begin in pilot: what it would get is recorded and not handed over.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Let an organisation in: folder with `connect.toml`, topic, rights, and the register's activation in the log.

    With --request nobody here sees a private key. With --oin and --naam the keys are made here (embedded hub only).

    Example: hub participants add --data DIR --request aanmelding.json --fingerprint 3f2a...9d23 --rol taalschool
    """
    with told(OngeldigRegister, ClockHeld, NotOnRecord, NotTaken):
        settings = opened(data)
        given = handed_over(request, fingerprint, oin, naam)
        who = Newcomer(
            given.oin if given else oin or "",
            (given.naam if given else naam or "").strip(),
            tuple(dict.fromkeys(rol)),
            given.systeem if given else systeem,
            tuple(namens or ()),
        )
        bootstrap = reached(settings)
        register = _current_soon(settings)
        newcomer = _newcomer(register, who)
        certificate = certificate_of(settings, given) if given else None
        if not given and not settings.embedded:
            raise WrongUse(
                "Keys are made here for the embedded hub only: ask the organisation for its aanmelding"
                " (`connect keys new`), and give that with --request."
            )
        on_record(settings, Handeling.DEELNEMERS_GEWIJZIGD, newcomer.oin)
        address = own_address(settings, bootstrap)
        folder = settings.participant_dir(newcomer.oin)
        if given and certificate:
            give_back(newcomer, folder, address, certificate, trusted(settings))
            row = row_of(given, newcomer, certificate, today(settings))
        else:
            row = admit(newcomer, folder, Broker(settings.data / "broker").authority, address, today(settings))
        if in_pilot:
            row = piloted(row, today(settings), None)
        joined = Deelnemersregister.of([*register.deelnemers, row])
        activate(settings, bootstrap, joined)
        await_taken(settings, Soort.DEELNEMERS, joined.digest())
        answer(
            {"oin": newcomer.oin, "folder": str(folder)},
            as_json=as_json,
            show=lambda: console.print(
                f"{newcomer.naam} takes part. {'To give back' if given else 'Its folder'}: {folder}",
                highlight=False,
                soft_wrap=True,
            ),
        )


def handed_over(request: Path | None, fingerprint: str | None, oin: str | None, naam: str | None) -> Aanmelding | None:
    """The aanmelding, after it was compared with what the organisation read aloud; None where keys are made here."""
    if request is None:
        if not oin or not naam:
            raise WrongUse("Give the organisation's aanmelding with --request, or --oin and --naam to make keys here.")
        return None
    try:
        given = Aanmelding.read(request.read_bytes())
    except OngeldigeAanmelding as error:
        raise WrongUse(f"{request}: {error}") from error
    if fingerprint is None:
        raise WrongUse(
            f"Ask {given.naam} by telephone for the fingerprint that `connect keys new` showed, and give it with"
            " --fingerprint: who sent the file may be somebody else."
        )
    if not same_fingerprint(fingerprint, given.fingerprint()):
        raise WrongUse(
            f"The fingerprint of {request} is {given.fingerprint()}: it is not what {given.naam} made. Ask for the file"
            " again, and let nobody in by this one."
        )
    if (oin or given.oin) != given.oin:
        raise WrongUse(f"{request} is of {given.oin}, not of {oin}.")
    return given


def certificate_of(settings: Settings, given: Aanmelding, *, again: bool = False) -> bytes:
    """The organisation's certificate (PEM): its own, or one that the embedded hub issues for its key; `again`: under
    another name than it had, because rights are by name."""
    authority = Broker(settings.data / "broker").authority if settings.embedded else None
    if isinstance(given.certificaat, x509.CertificateSigningRequest):
        if authority is None:
            raise WrongUse(
                "This hub issues no certificates: let the organisation put its own as cert.pem, and its key as key.pem,"
                " in its folder, and run `connect keys new` there."
            )
        public = given.certificaat.public_key()
        assert isinstance(public, ec.EllipticCurvePublicKey | rsa.RSAPublicKey), "no other aanmelding is read"
        mark = signatures.key_id(given.handtekensleutel)[:MARK_DIGITS]
        subject = apart(given.naam, given.oin, mark) if again else None
        return certify(authority, public, given.naam, given.oin, subject=subject, server=False)
    if given.certificaat.not_valid_after_utc < datetime.now(UTC):
        raise WrongUse(f"The certificate of {given.naam} ended on {given.certificaat.not_valid_after_utc:%Y-%m-%d}.")
    if authority is not None:
        try:
            given.certificaat.verify_directly_issued_by(authority.certificate)
        except (ValueError, TypeError, InvalidSignature) as error:
            raise WrongUse(
                "The embedded hub's Kafka trusts its own authority only: let the organisation run `connect keys new` in"
                " a folder without cert.pem."
            ) from error
    return given.certificaat.public_bytes(serialization.Encoding.PEM)


def trusted(settings: Settings) -> bytes:
    """The authority of the hub's brokers (PEM)."""
    return Credentials(settings.credentials_dir(Role.OPERATOR)).ca.read_bytes()


def _newcomer(register: Deelnemersregister, newcomer: Newcomer) -> Newcomer:
    """The newcomer, if the register can take it. Raises WrongUse."""
    if not is_oin(newcomer.oin):
        raise WrongUse(f"{newcomer.oin} is no OIN: it has 20 digits or capitals.")
    if register.by_oin(newcomer.oin):
        raise WrongUse(f"{newcomer.oin} takes part already: `hub participants list` shows how.")
    if not newcomer.naam or not newcomer.naam.isprintable() or len(newcomer.naam) > LONGEST_NAME:
        raise WrongUse(f"Give a name of 1 to {LONGEST_NAME} characters on one line.")  # it becomes the certificate's CN
    if Rol.HUB in newcomer.rollen:
        raise WrongUse("The role hub is the hub's own: name the roles that the organisation acts in.")
    for gemeente in newcomer.namens:
        if register.by_oin(gemeente) is None:
            raise WrongUse(f"{gemeente} takes no part yet: add the gemeente first, then who works for it.")
    try:
        source_of(newcomer.oin, newcomer.systeem)
    except InvalidCloudEvent as error:
        raise WrongUse(
            "Name the system in small letters, digits and hyphens: it stands in the source of events."
        ) from error
    return newcomer


def current(settings: Settings) -> Deelnemersregister:
    """The register that the log decides by."""
    digest = questions.active_bundles(engine_for(settings.audit_address)).get(Soort.DEELNEMERS)
    if digest is None:
        raise OngeldigRegister(
            "No participants are activated in the log yet: start the workers with `hub up`, and give them a moment."
        )
    register: Deelnemersregister = BundleStore(settings.bundles).load(Soort.DEELNEMERS, digest)
    return register


def known(settings: Settings) -> Deelnemersregister | None:
    """The same; None while nobody is."""
    try:
        return current(settings)
    except OngeldigRegister:
        return None


def _current_soon(settings: Settings) -> Deelnemersregister:
    """The same, also of a hub that has just been started. Raises OngeldigRegister when its workers stay away."""
    deadline = time.monotonic() + STARTING_SECONDS
    while True:
        try:
            return current(settings)
        except OngeldigRegister:
            if time.monotonic() > deadline:
                raise
            time.sleep(LOOK_SECONDS)


def activate(settings: Settings, bootstrap: str, register: Deelnemersregister) -> None:
    """First the topics and rights, then the record in the log from which on the register counts."""
    structure = layout(settings.data, register, today(settings))
    admin.apply(bootstrap, Credentials(settings.credentials_dir(Role.OPERATOR)), *structure)
    digest = BundleStore(settings.bundles).save(register.to_json())
    activating.activate(settings, bootstrap, Soort.DEELNEMERS, digest)


def today(settings: Settings) -> date:
    """The hub's own day: on simulated time that of the last tick."""
    if settings.simulated:
        last, _ = ClockState(engine_for(settings.clock_address)).read()
        return last.date() if last else date.fromisoformat(settings.start or "")
    return datetime.now(UTC).date()
