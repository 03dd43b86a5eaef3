# SPDX-License-Identifier: EUPL-1.2
"""The operator's settings as rules for webhooks."""

from __future__ import annotations

from ipaddress import ip_network

from hub.settings import Settings
from hub.web.abonnementen.adres import Adresregels
from hub.web.abonnementen.herhaling import Herhaalregels
from hub.web.abonnementen.verzending import Verzendregels


def verzendregels(settings: Settings) -> Verzendregels:
    adressen = Adresregels(
        poorten=frozenset(int(one) for one in settings.webhook_ports.split(",")),
        netwerken=tuple(ip_network(one.strip()) for one in settings.webhook_networks.split(",") if one.strip()),
        lokaal=settings.webhook_local,
    )
    return Verzendregels(adressen, settings.webhook_seconds, settings.webhook_ca)


def herhaalregels(settings: Settings) -> Herhaalregels:
    return Herhaalregels(settings.webhook_attempts, settings.webhook_first, langste=settings.webhook_longest)
