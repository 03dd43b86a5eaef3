# SPDX-License-Identifier: EUPL-1.2
"""Make a hub in an empty data directory: keys, broker, topics and rights, participants, and the first activations in
the log.

The marker file `VERSION` is written last: a directory without it is half-made, and is begun again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from consent.participants import Deelnemer, Deelnemersregister
from consent.policy import Beleid
from hub import keyring
from hub.broker import admin
from hub.broker.credentials import Credentials
from hub.broker.kafka import Broker
from hub.broker.quotas import Quota, quotas_for
from hub.broker.topics import WORKERS, Acl, Role, Topic, acls_for, topics_for
from hub.bundles import BundleStore, Soort
from hub.dossier.regels.rules import Regels
from hub.logkeys import LogKeys
from hub.partners import HubAddress, Newcomer, admit
from hub.readmodel.auditlog import AuditLog, log_origin
from hub.settings import DATA_VERSION, NoHub, Settings, open_settings
from hub.streams.clock import Clock, ClockState
from hub.streams.settings import KafkaConnection
from hub.vault.tables import engine_for
from hub.web import address
from hub.whole_file import write_whole


@dataclass(frozen=True)
class Plan:
    """What to make: the hub's own OIN, who takes part from when, and whether time is simulated."""

    oin: str
    newcomers: Sequence[Newcomer]
    since: date
    simulated: bool = False
    port: int | None = None


def is_installed(data: Path) -> bool:
    return (data / "VERSION").exists()


def broker_of(settings: Settings, port: int | None = None) -> Broker:
    return Broker(settings.data / "broker", port)


def install(data: Path, plan: Plan) -> tuple[Settings, Broker]:
    """Make the hub of `plan` in `data`; returns its settings and its broker, running."""
    data = data.resolve()
    if is_installed(data):
        raise NoHub(f"{data} already holds a hub: use it as it is, or name another directory.")
    data.mkdir(parents=True, exist_ok=True)
    keyring.make(data / "keys")
    broker = Broker(data / "broker", plan.port)
    broker.start()
    try:
        certify(data, plan.oin, broker)
        http = address.chosen(Settings(data=data, oin=plan.oin)).base  # type: ignore[call-arg]  # the rest has defaults
        own = HubAddress.of(plan.oin, broker.bootstrap, data / "keys", http)
        rows = [
            admit(newcomer, data / "participants" / newcomer.oin, broker.authority, own, plan.since)
            for newcomer in plan.newcomers
        ]
        register = Deelnemersregister.of(rows)
        admin.apply(broker.bootstrap, broker.credentials, *layout(data, register, plan.since))
        write_whole(data / "hub.toml", _hub_toml(plan).encode())
        settings = Settings(data=data)  # type: ignore[call-arg]  # the rest comes from hub.toml
        asyncio.run(_lay_down(settings, broker.bootstrap, register))
        AuditLog.open(settings.audit_address, LogKeys(settings.keys), log_origin(plan.oin))
        write_whole(data / "VERSION", f"{DATA_VERSION}\n".encode())
    except BaseException:
        broker.stop()
        raise
    return open_settings(data), broker


def certify(data: Path, oin: str, broker: Broker) -> None:
    """A certificate of the embedded broker's authority for every role: the first one, and a new one before it ends."""
    for role in Role:
        broker.authority.credentials(data / "roles" / role, f"hub-{role}", oin)


Layout = tuple[tuple[Topic, ...], frozenset[Acl], frozenset[Quota]]


def layout(data: Path, register: Deelnemersregister, day: date) -> Layout:
    """The topics, rights and limits that belong to a register on a day: what `hub doctor` compares the broker with."""
    roles = {role: [Credentials(data / "roles" / role).principal] for role in (*WORKERS, Role.OPERATOR)}
    partners = {one.oin: _principals(one, day) for one in register.deelnemers if one.rollen_op(day)}
    leavers = {one.oin: _principals(one, day) for one in register.deelnemers if not one.rollen_op(day)}
    topics = topics_for([one.oin for one in register.deelnemers])
    return topics, acls_for(roles, partners, leavers), quotas_for(roles)


def _principals(participant: Deelnemer, day: date) -> Iterable[str]:
    """The certificates of a participant that are valid on the day."""
    return [certificate.dn for certificate in participant.certificaten if certificate.geldig(day)]


async def _lay_down(settings: Settings, bootstrap: str, register: Deelnemersregister) -> None:
    store = BundleStore(settings.bundles)
    clock = Clock(
        KafkaConnection(bootstrap, Credentials(settings.credentials_dir(Role.CLOCK))),
        settings.oin,
        keyring.signing_key(settings.keys / keyring.SIGNING),
        ClockState(engine_for(settings.clock_address)),
        max_step=timedelta(days=settings.max_step_days),
    )
    await clock.start()
    try:
        for soort, content in (
            (Soort.BELEID, Beleid.load().to_json()),
            (Soort.REGELS, Regels.laad().to_json()),
            (Soort.DEELNEMERS, register.to_json()),
        ):
            await clock.lay_down(soort, store.save(content))
    finally:
        await clock.stop()


def _hub_toml(plan: Plan) -> str:
    lines = ["# This hub. The environment (HUB_...) overrules what stands here.", f'oin = "{plan.oin}"']
    if plan.simulated:
        lines += ["simulated = true", f'start = "{plan.since.isoformat()}"']
    return "\n".join((*lines, ""))
