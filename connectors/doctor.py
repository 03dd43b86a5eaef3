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
from connectors.profile import ConnectProfile, NoProfile
from consent.aanmelding import oins_in

ENDS_WITHIN = timedelta(days=30)
SECONDS = 10.0
LOOKED_BACK = 20
"""Records of our own topic that are read: behind the last one may stand the marks of transactions."""
QUIET_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; a sentence that says how it is, or what to do."""

    well: bool
    sentence: str


async def examine(profile: ConnectProfile, now: datetime | None = None) -> AsyncIterator[Finding]:
    """What is found, as it is found."""
    now = now or datetime.now(UTC)
    try:
        profile.signing_key(), profile.sealing_keys(), profile.file_secret()
        profile.hub_signing_keys(), profile.hub_sealing_key()
        context = profile.ssl_context()
    except NoProfile as error:
        yield Finding(False, str(error))
        return
    yield Finding(True, f"connect.toml and the keys of {profile.naam} ({profile.oin}) are in {profile.map.resolve()}.")
    certificate = x509.load_pem_x509_certificate((profile.map / profile.certificaat).read_bytes())
    yield _of_certificate(profile, certificate, now)
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


def _of_certificate(profile: ConnectProfile, certificate: x509.Certificate, now: datetime) -> Finding:
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
        return Finding(
            False, f"{error} Is sealing.key the one whose public half the hub has, and connect.toml the newest?"
        )
    if last is None:
        return Finding(True, "Nothing was delivered to you yet.")
    return Finding(
        True,
        f"The last delivery ({last.gebeurtenis}, position {last.positie}) is signed by the hub and opens with your key.",
    )
