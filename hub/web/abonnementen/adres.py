# SPDX-License-Identifier: EUPL-1.2
"""Where the hub may call: a URL that a partner chose must not lead it to a machine that the partner itself cannot
reach.

Asked twice. The URL when somebody gives it, and the address at the moment of connecting: `socket_for` gets the very
address that the connection goes to, so a name that points elsewhere at its second look-up (DNS rebinding) gains
nothing. Pure but for that socket; who connects is in ``verzending``.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

from yarl import URL

Adres = IPv4Address | IPv6Address
Netwerk = IPv4Network | IPv6Network

MAX_URL = 2048
_HOST = r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}"
_CHARACTER = r"[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2}"
"""Of a path (RFC 3986, 3.3)."""
_REST = rf"(/({_CHARACTER})*)?(\?({_CHARACTER}|\?)*)?"
URL_PATTERN = rf"^https://{_HOST}(:(443|8443))?{_REST}$"
"""What OpenAPI tells: a name, for no certificate that the hub would trust is made out to a number."""
_SHAPE = re.compile(rf"https://{_HOST}(:[0-9]{{1,5}})?{_REST}")
_AZURE = IPv4Address("168.63.129.16")
"""Looks public, and answers every machine of that cloud about itself."""
_NAT64 = IPv6Network("64:ff9b::/96")
_NAT64_OWN = IPv6Network("64:ff9b:1::/48")
_COMPATIBLE = IPv6Network("::/96")
_GLOBAL = IPv6Network("2000::/3")
"""All global unicast addresses of IPv6 that were ever given out."""
_RESERVED = (IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"), IPv6Network("2001::/23"))
"""What one version of Python's list knows and another does not."""
_WHOLE = (
    "Geef een volledige URL, zoals https://zaken.gemeente.example/hub.",
    "Give a whole URL, such as https://zaken.gemeente.example/hub.",
)


class OngeldigAdres(ValueError):
    """A callback URL that the hub does not call; `nl` and `en`: one sentence that says what to give instead."""

    def __init__(self, nl: str, en: str) -> None:
        super().__init__(en)
        self.nl, self.en = nl, en


class VerbodenAdres(OSError):
    """A connection to an address that the hub does not connect to."""


@dataclass(frozen=True, slots=True)
class Adresregels:
    """What the operator allows beyond public addresses over https."""

    poorten: frozenset[int] = frozenset({443, 8443})
    """Digikoppeling's."""
    netwerken: tuple[Netwerk, ...] = ()
    """Private networks of participants, such as Diginetwerk or a gemeente's own: explicitly allowed."""
    lokaal: bool = False
    """The embedded demo: http, and any port, on this machine itself."""


def controleer(tekst: str, regels: Adresregels) -> URL:
    """The URL, if the hub may call it as far as its text tells; raises OngeldigAdres."""
    if len(tekst) > MAX_URL or any(not "!" <= one <= "~" for one in tekst) or "\\" in tekst:
        raise OngeldigAdres(
            f"Geef een URL van ten hoogste {MAX_URL} tekens, in ASCII en zonder spaties.",
            f"Give a URL of at most {MAX_URL} characters, in ASCII and without spaces.",
        )
    try:
        url = URL(tekst)
        host, port = url.host, url.port
    except ValueError:
        raise OngeldigAdres(*_WHOLE) from None
    if not host or not url.absolute or port is None:
        raise OngeldigAdres(*_WHOLE)
    if url.user is not None or url.password is not None:
        raise OngeldigAdres(
            "Geef een URL zonder gebruikersnaam en wachtwoord: de hub ondertekent wat zij stuurt.",
            "Give a URL without user name and password: the hub signs what it sends.",
        )
    if "#" in tekst:
        raise OngeldigAdres("Geef een URL zonder fragment (#).", "Give a URL without a fragment (#).")
    literal = _literal(host)
    hier = regels.lokaal and (host == "localhost" or (literal is not None and literal.is_loopback))
    if url.scheme != "https" and not (hier and url.scheme == "http"):
        raise OngeldigAdres("Geef een URL die met https:// begint.", "Give a URL that begins with https://.")
    if port not in regels.poorten and not hier:
        allowed = [str(one) for one in sorted(regels.poorten)]
        raise OngeldigAdres(
            f"Gebruik poort {' of '.join(allowed)}: naar andere poorten belt de hub niet.",
            f"Use port {' or '.join(allowed)}: the hub calls no other.",
        )
    if not hier and not _SHAPE.fullmatch(tekst):
        raise OngeldigAdres(
            "Geef een URL met een naam in kleine letters, zoals https://zaken.gemeente.example/hub: geen IP-adres.",
            "Give a URL with a name in lower case, such as https://zaken.gemeente.example/hub: no IP address.",
        )
    return url


def verboden(adres: Adres, regels: Adresregels) -> str | None:
    """Why the hub does not connect to this address; None if it may."""
    echt = _unwrapped(adres)
    if echt.is_unspecified or echt.is_multicast or (isinstance(echt, IPv4Address) and echt == IPv4Address(2**32 - 1)):
        return "geen adres van één machine"
    if echt.is_loopback:
        return None if regels.lokaal else "de hub zelf"
    if echt.is_link_local or echt == _AZURE:
        return "link-local of de metadata van een cloud"
    if any(echt in network for network in regels.netwerken if network.version == echt.version):
        return None
    if not echt.is_global or any(echt in network for network in _RESERVED if network.version == echt.version):
        return "een besloten of gereserveerd netwerk"
    return None if echt.version == 4 or echt in _GLOBAL else "een besloten of gereserveerd netwerk"


def _unwrapped(adres: Adres) -> Adres:
    """The IPv4 address that an IPv6 one carries: mapped, compatible, 6to4, Teredo, NAT64."""
    if isinstance(adres, IPv4Address):
        return adres
    if adres.ipv4_mapped is not None:
        return adres.ipv4_mapped
    if adres.sixtofour is not None:
        return adres.sixtofour
    if adres.teredo is not None:
        return adres.teredo[1]
    low = IPv4Address(int(adres) & 0xFFFFFFFF)
    if adres in _NAT64 or adres in _NAT64_OWN or (adres in _COMPATIBLE and int(adres) > 1):
        return low
    return adres


def _literal(host: str) -> Adres | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


AddrInfo = tuple[int, int, int, str, tuple[Any, ...]]


def socket_for(regels: Adresregels) -> Callable[[AddrInfo], socket.socket]:
    """What makes aiohttp's sockets: for an address that is forbidden none, but VerbodenAdres."""

    def make(info: AddrInfo) -> socket.socket:
        family, kind, protocol, _, where = info
        if reden := verboden(ip_address(str(where[0]).partition("%")[0]), regels):
            raise VerbodenAdres(f"De naam wijst naar een adres dat de hub niet belt ({reden}).")
        return socket.socket(family, kind, protocol)

    return make
