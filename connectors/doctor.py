# SPDX-License-Identifier: EUPL-1.2
"""Everything that can be checked from a partner's own side: files, certificate, hub, rights, and whether a delivery opens.

It goes from near to far and stops where the next step would only repeat what is wrong. It sends nothing and confirms
nothing. Not here: whether the hub accepts what we say, which a receipt tells (`connect receipts`).
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from aiokafka.errors import KafkaError
from cryptography import x509

from connectors.client import INBOX, Connector, Delivery, DeliveryRefused
from connectors.http import HttpConnector
from connectors.profile import ConnectProfile, NoProfile
from connectors.way import HubRefuses
from consent.aanmelding import oins_in

ENDS_WITHIN = timedelta(days=30)
SECONDS = 10.0
LOOKED_BACK = 20
"""Records of our own topic that are read: behind the last one may stand the marks of transactions."""
QUIET_SECONDS = 2.0
OPENED_BY = "Is sealing.key the one whose public half the hub has, and connect.toml the newest?"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; a sentence that says how it is, or what to do."""

    well: bool
    sentence: str


async def examine(profile: ConnectProfile, now: datetime | None = None) -> AsyncIterator[Finding]:
    """What is found on the way by Kafka, as it is found."""
    try:
        files, context = _of_files(profile), profile.ssl_context()
    except NoProfile as error:
        yield Finding(False, str(error))
        return
    yield files
    yield _of_certificate(profile, now or datetime.now(UTC))
    if trouble := await _unreached(profile, context):
        yield Finding(False, trouble)
        return
    yield Finding(True, f"The hub answers at {profile.bootstrap}, and is who ca.pem says.")
    async with Connector(profile, group="doctor") as connector:
        try:
            topics = await connector.topics()
        except KafkaError:
            yield Finding(
                False,
                "The hub breaks off: it does not take this certificate. Ask its operator whether it is the one that was"
                " let in, and whether it has been withdrawn.",
            )
            return
        if missing := [topic for topic in (INBOX, connector.topic) if topic not in topics]:
            yield Finding(
                False,
                f"The hub knows this certificate but gives it no right to {' and '.join(missing)}: ask its operator whether"
                " you (still) take part under this certificate.",
            )
            return
        yield Finding(True, f"You may write to {INBOX} and read {connector.topic}.")
        yield await _opened(connector)


async def examine_over_http(profile: ConnectProfile, now: datetime | None = None) -> AsyncIterator[Finding]:
    """What is found on the way over HTTP, as it is found."""
    try:
        files, base = _of_files(profile), profile.http_base()
        if profile.has_certificate:
            profile.ssl_context()
    except NoProfile as error:
        yield Finding(False, str(error))
        return
    yield files
    if profile.has_certificate:
        yield _of_certificate(profile, now or datetime.now(UTC))
    else:
        yield Finding(True, "There is no certificate: a token is asked for, with an assertion signed by your own key.")
    oldest: Delivery | None = None
    async with HttpConnector(profile) as connector:
        try:
            async for batch, _ in connector.after(None, until_quiet=QUIET_SECONDS, most=1):
                oldest = next(iter(batch), None)
                break
        except HubRefuses as error:
            yield Finding(False, str(error))
            return
        except DeliveryRefused as error:
            yield Finding(False, f"{error} {OPENED_BY}")
            return
    yield Finding(True, f"The hub answers at {base}, is who ca.pem says, and lets you read what it has for you.")
    yield _of_delivery(oldest, "oldest delivery that is kept for you")


def _of_files(profile: ConnectProfile) -> Finding:
    """That everything in the folder can be read. Raises NoProfile."""
    profile.signing_key(), profile.sealing_keys(), profile.file_secret()
    profile.hub_signing_keys(), profile.hub_sealing_key()
    return Finding(True, f"connect.toml and the keys of {profile.naam} ({profile.oin}) are in {profile.map.resolve()}.")


def _of_certificate(profile: ConnectProfile, now: datetime) -> Finding:
    certificate = x509.load_pem_x509_certificate((profile.map / profile.certificaat).read_bytes())
    end = certificate.not_valid_after_utc
    if profile.oin not in oins_in(certificate.subject):
        return Finding(
            False,
            f"{profile.certificaat} is of another organisation than {profile.oin}: put your own certificate there.",
        )
    if end - now < ENDS_WITHIN:
        return Finding(
            False, f"{profile.certificaat} ends on {end:%Y-%m-%d}: ask the hub's operator for its successor."
        )
    return Finding(True, f"{profile.certificaat} belongs to key {profile.sleutel} and is valid until {end:%Y-%m-%d}.")


async def _unreached(profile: ConnectProfile, context: ssl.SSLContext) -> str | None:
    """Why there is no connection to the hub; None when there is one."""
    host, _, port = profile.bootstrap.split(",")[0].strip().rpartition(":")
    if not host or not port.isdigit():
        return f"Write `bootstrap` in connect.toml as host:port (now {profile.bootstrap})."
    try:
        async with asyncio.timeout(SECONDS):
            _, writer = await asyncio.open_connection(host, int(port), ssl=context, server_hostname=host)
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
    except ssl.SSLCertVerificationError as error:
        return (
            f"Who answers at {profile.bootstrap} is not the hub that ca.pem trusts ({error.verify_message}): copy ca.pem again"
            " from what the operator gave back, and check the address."
        )
    except ssl.SSLError as error:
        return f"What answers at {profile.bootstrap} does not speak TLS as the hub does ({error.reason}): check the address."
    except (OSError, TimeoutError) as error:
        return (
            f"Nobody answers at {profile.bootstrap} ({error or 'no answer in time'}): check `bootstrap` in connect.toml and"
            " your firewall; what you send meanwhile waits on disk."
        )
    return None


async def _opened(connector: Connector) -> Finding:
    """Whether the last delivery is signed by the hub and opens with our key."""
    first, end = await connector.kept()
    last: Delivery | None = None
    try:
        async for delivery in connector.deliveries(until_quiet=QUIET_SECONDS, start=max(first, end - LOOKED_BACK)):
            last = delivery
    except DeliveryRefused as error:
        return Finding(False, f"{error} {OPENED_BY}")
    return _of_delivery(last, "last delivery")


def _of_delivery(found: Delivery | None, which: str) -> Finding:
    if found is None:
        return Finding(True, "Nothing was delivered to you yet.")
    place = f"{found.gebeurtenis}, position {found.positie}"
    return Finding(True, f"The {which} ({place}) is signed by the hub and opens with your key.")
