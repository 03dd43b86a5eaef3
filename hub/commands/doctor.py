# SPDX-License-Identifier: EUPL-1.2
"""`hub doctor`: everything that can be checked about a running hub, each difference in one sentence."""

from __future__ import annotations

import os
import time
from datetime import UTC, date, datetime, timedelta

import typer
from confluent_kafka import KafkaException
from cryptography import x509
from sqlalchemy import inspect

from consent.participants import Deelnemersregister
from hub import logkeys
from hub.broker import admin
from hub.broker.credentials import Credentials
from hub.broker.errors import BrokerError, CertificateRefused
from hub.broker.topics import WORKERS, Role
from hub.bundles import BundleStore, Soort
from hub.commands.participants import today
from hub.commands.shared import AsJson, Data, Exit, answer, console, opened, reached, told
from hub.installation import layout
from hub.readmodel import questions
from hub.settings import Settings
from hub.streams.clock import ClockState
from hub.vault.tables import engine_for, metadata

KEYS_AHEAD = timedelta(days=30)
"""How long before the end of a key it is named: its successor has to be exchanged and activated."""


LAG_SECONDS = 5.0
"""How long a partition may take for a tick before it is named."""


def doctor(data: Data, as_json: AsJson = False) -> None:
    """Check keys, broker, rights, databases, activated bundles, the clock and the HTTP room.

    Example: hub doctor --data DIR
    """
    with told():
        settings = opened(data)
        found = examine(settings)
        answer({"findings": found}, as_json=as_json, show=lambda: _show(found))
    if found:
        raise typer.Exit(Exit.FOUND)


def examine(settings: Settings) -> list[str]:
    """Every finding, a sentence each; empty when all is well."""
    from hub.commands import http_room  # loads the whole room, which no other command needs

    found = _key_files(settings) + _own_certificates(settings) + _databases(settings) + _clock(settings)
    found += http_room.findings(settings, datetime.now(UTC), KEYS_AHEAD)
    digest = questions.active_bundles(engine_for(settings.audit_address)).get(Soort.DEELNEMERS)
    if digest is None:
        return [
            *found,
            "No participants are activated yet, so rights cannot be checked: start the workers (`hub up`).",
        ]
    register: Deelnemersregister = BundleStore(settings.bundles).load(Soort.DEELNEMERS, digest)
    found += _rights(settings, register) + _participants(register, today(settings)) + _certificates(settings, register)
    return found + _partitions(settings)


def _partitions(settings: Settings) -> list[str]:
    """Partitions whose time stands still although the clock goes on: deadlines of their dossiers do not fire."""
    audit, clock = engine_for(settings.audit_address), ClockState(engine_for(settings.clock_address))
    last, _ = clock.read()
    deadline = time.monotonic() + LAG_SECONDS  # a tick that was written this moment is still under way
    while (behind := questions.partitions_behind(audit, last)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return [
        f"Partition {number} of the log has not worked off the last tick: look at the dossier workers."
        for number in behind
    ]


def _rights(settings: Settings, register: Deelnemersregister) -> list[str]:
    """Where the running broker differs from the topics, rights and limits that the register asks for."""
    structure = layout(settings.data, register, today(settings))
    try:
        return admin.drift(reached(settings), Credentials(settings.credentials_dir(Role.OPERATOR)), *structure)
    except BrokerError as error:
        return [str(error)]
    except KafkaException as error:
        return [f"The broker does not tell the operator its topics and rights ({error.args[0].str()})."]


def _participants(register: Deelnemersregister, day: date) -> list[str]:
    """Who takes part and cannot: without a valid key nothing of it is read, or nothing can be sealed to it."""
    soon = day + KEYS_AHEAD
    found = []
    for one in register.deelnemers:
        if not one.rollen_op(day):
            continue
        for what, keys in (("signing", one.handtekensleutels), ("sealing", one.zegelsleutels)):
            if not any(key.geldig(day) for key in keys):
                found.append(f"{one.oin} has no valid {what} key: add one to the participants register.")
            elif not any(key.geldig(soon) for key in keys):
                found.append(f"The {what} key of {one.oin} ends before {soon}: add its successor.")
    return found


def _certificates(settings: Settings, register: Deelnemersregister) -> list[str]:
    """Certificates that end within a month, by the register or, where the file is here, by the certificate itself."""
    day, found = today(settings), []
    for one in register.deelnemers:
        rows = [row for row in one.certificaten if row.geldig(day)]
        if one.rollen_op(day) and not rows:
            found.append(f"{one.oin} has no valid certificate: run `hub participants rotate --oin {one.oin}`.")
        elif one.rollen_op(day) and not any(row.geldig(day + KEYS_AHEAD) for row in rows):
            found.append(
                f"The certificate of {one.oin} ends before {day + KEYS_AHEAD}: `hub participants rotate --oin {one.oin}`."
            )
        path = settings.participant_dir(one.oin) / "cert.pem"
        if path.exists():
            until = x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc
            if until < datetime.now(UTC) + KEYS_AHEAD:
                found.append(f"{path} ends on {until:%Y-%m-%d}: `hub participants rotate --oin {one.oin}`.")
    return found


def _own_certificates(settings: Settings) -> list[str]:
    """Those of the hub's own processes, of which no register speaks."""
    found, soon = [], datetime.now(UTC) + KEYS_AHEAD
    for role in (*WORKERS, Role.OPERATOR):
        try:
            until = Credentials(settings.credentials_dir(role)).ends
        except CertificateRefused as error:
            found.append(str(error))
            continue
        if until < soon:
            renewal = "restart `hub up`, which renews it" if settings.embedded else "put its successor there"
            found.append(f"The hub's own certificate for {role} ends on {until:%Y-%m-%d}: {renewal}.")
    return found


def _key_files(settings: Settings) -> list[str]:
    """Keys that others than the hub's account may read, or that should be gone."""
    found = [
        f"The audit log's old key {name} has had its days: `hub keys retire` destroys it."
        for name in logkeys.due(settings.keys, datetime.now(UTC))
    ]
    for path in sorted(settings.keys.glob("*.key")):
        if path.stat().st_mode & 0o077:
            found.append(f"{path.name} can be read by other accounts: `chmod 600 {path}`.")
        if path.stat().st_uid != os.getuid():
            found.append(f"{path.name} belongs to another account than the one that runs this.")
    return found


def _databases(settings: Settings) -> list[str]:
    missing = set(metadata.tables) - set(inspect(engine_for(settings.vault_address)).get_table_names())
    return [
        f"The vault has no table {name}: start an intake worker once, or restore the vault." for name in sorted(missing)
    ]


def _clock(settings: Settings) -> list[str]:
    state = ClockState(engine_for(settings.clock_address))
    if held := state.held():
        return [held]
    last, _ = state.read()
    if last is None:
        return ["No tick was ever written: start the clock (`hub up`)."]
    late = (datetime.now(UTC) - last).total_seconds()
    if not settings.simulated and late > 5 * settings.tick_seconds:
        return [
            f"The last tick is {late:.0f} s old: time stands still, so no deadline fires. Start the clock (`hub up`)."
        ]
    return []


def _show(found: list[str]) -> None:
    if not found:
        console.print(
            "All is well: broker, rights, databases, bundles, clock and HTTP room are as they should be.", style="green"
        )
    for sentence in found:
        console.print(f"• {sentence}", highlight=False, soft_wrap=True)
