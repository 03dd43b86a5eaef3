# SPDX-License-Identifier: EUPL-1.2
"""A callback URL leads the hub nowhere that its owner may not reach: not by its text, its name, or a second look-up."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import AsyncResolver, DefaultResolver
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from hub.web.abonnementen.adres import Adresregels, OngeldigAdres, controleer, verboden
from hub.web.abonnementen.verzending import NietToestemd, Toestemd, Verzender, Verzendregels
from schemas.http_binding import Vorm
from tests.unit.webhooks import HERE, KEY, KEY_ID, ORIGIN, Ontvanger, brief, ontvanger

STRICT = Adresregels()


@pytest.mark.parametrize(
    "text",
    [
        "http://zaken.example/hub",
        "ftp://zaken.example/",
        "//zaken.example/hub",
        "zaken.example",
        "",
        "https://",
        "https://u:p@zaken.example/",
        "https://user@zaken.example/",
        "https://zaken.example:22/",
        "https://zaken.example:9092/",
        "https://zaken.example/#deel",
        "https://zaken.example\\@169.254.169.254/",
        "https://zaken.example/ x",
        "https://zaken.example/\r\nHost: x",
        "https://zaken.éxample/",
        "https://8.8.8.8/",
        "https://zaken/",
        "https://Zaken.example/",
        "https://-zaken.example/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:a9fe:a9fe]/",
        "https://[64:ff9b::a9fe:a9fe]/",
        "https://[2002:7f00:1::]/",
        "https://10.1.2.3/",
        "https://172.20.0.1/",
        "https://192.168.1.1:8443/",
        "https://169.254.169.254/latest/meta-data/",
        "https://100.100.100.200/",
        "https://168.63.129.16/",
        "https://[fd00:ec2::254]/",
        "https://[fe80::1]/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://255.255.255.255/",
        "https://zaken.example/" + "a" * 2100,
    ],
)
def test_what_is_not_called(text: str) -> None:
    with pytest.raises(OngeldigAdres) as refused:
        controleer(text, STRICT)
    assert len(str(refused.value).splitlines()) == 1


@pytest.mark.parametrize(
    "inside",
    ["127.0.0.1", "::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "10.1.2.3",
     "172.20.0.1", "192.168.1.1", "169.254.169.254", "100.100.100.200", "168.63.129.16", "fd00:ec2::254", "fe80::1",
     "0.0.0.0", "224.0.0.1", "255.255.255.255", "::", "ff02::1", "::10.0.0.1", "2001:0:4136:e378:8000:63bf:f5ff:fffe",
     "192.0.0.8", "198.18.0.1", "240.0.0.1", "fec0::1", "64:ff9b:1::a00:1"],
)  # fmt: skip
def test_to_what_address_is_not_connected(inside: str) -> None:
    assert verboden(ipaddress.ip_address(inside), STRICT)


@pytest.mark.parametrize("outside", ["8.8.8.8", "2a00:1450:400e:80c::200e", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_to_what_address_is_connected(outside: str) -> None:
    assert verboden(ipaddress.ip_address(outside), STRICT) is None


@pytest.mark.parametrize(
    "text", ["https://zaken.example/hub?x=1", "https://zaken.example:8443/", "https://a.b-c.zaken.example/%20/x;y=(1)"]
)
def test_what_may_be_called(text: str) -> None:
    assert str(controleer(text, STRICT)) == text


def test_an_operator_allows_a_network_and_nothing_beside_it() -> None:
    regels = Adresregels(netwerken=(ipaddress.ip_network("10.20.0.0/16"), ipaddress.ip_network("fd12::/16")))
    assert verboden(ipaddress.ip_address("10.20.3.4"), regels) is None
    assert verboden(ipaddress.ip_address("::ffff:10.20.3.4"), regels) is None
    assert verboden(ipaddress.ip_address("fd12::1"), regels) is None
    for other in ("10.21.0.1", "192.168.0.1", "fd13::1", "127.0.0.1"):
        assert verboden(ipaddress.ip_address(other), regels)
    # not even an operator's mistake opens these
    wide = Adresregels(netwerken=(ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("::/0")))
    for never in ("169.254.169.254", "168.63.129.16", "127.0.0.1", "fe80::1", "::1", "224.0.0.1", "0.0.0.0"):
        assert verboden(ipaddress.ip_address(never), wide)


def test_the_demo_may_call_this_machine_and_no_other_over_http() -> None:
    regels = Adresregels(lokaal=True)
    assert controleer("http://127.0.0.1:9999/hub", regels).port == 9999
    assert controleer("http://localhost:9999/hub", regels)
    for other in ("http://10.0.0.1:9999/", "http://zaken.example/", "https://zaken.example:9999/"):
        with pytest.raises(OngeldigAdres):
            controleer(other, regels)


class Names(AbstractResolver):
    """A name server of the attacker's: another answer at every look-up."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers, self.asked = list(answers), 0

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        answer = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        return [
            ResolveResult(
                hostname=host, host=one, port=port, family=socket.AF_INET6 if ":" in one else socket.AF_INET,
                proto=0, flags=socket.AI_NUMERICHOST,
            )
            for one in answer
        ]  # fmt: skip

    async def close(self) -> None: ...


@pytest.fixture
def tls(tmp_path: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's TLS for `zaken.example`, and the certificate that vouches for it: its own."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "zaken.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("zaken.example")]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    pem, private = tmp_path / "server.pem", tmp_path / "server.key"
    pem.write_bytes(certificate.public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem, private)
    return context, pem


def sender(regels: Verzendregels, resolver: AbstractResolver | None = None) -> Verzender:
    return Verzender(regels, ORIGIN, KEY, KEY_ID, resolver=resolver)


async def send(verzender: Verzender, url: str) -> str:
    one = brief(1, "an")
    return (await verzender.stuur(url, one.event, [], Vorm.BINAIR)).kort


async def test_a_name_that_points_inside_is_not_connected_to(tls: tuple[ssl.SSLContext, Path]) -> None:
    """The receiver listens on this very machine, so a connection would succeed."""
    context, pem = tls
    async with ontvanger(tls=context) as there:
        port = int(there.url.split(":")[2].split("/")[0])
        regels = Verzendregels(Adresregels(poorten=frozenset({port})), vertrouwd=pem)
        for inside in (["127.0.0.1"], ["::ffff:127.0.0.1"], ["169.254.169.254"], ["10.0.0.1", "127.0.0.1"]):
            async with sender(regels, Names(inside)) as verzender:
                assert await send(verzender, f"https://zaken.example:{port}/hub") == "adres niet toegestaan"
        assert there.geroepen == []


async def test_a_name_that_points_elsewhere_at_its_second_look_up_gains_nothing(
    tls: tuple[ssl.SSLContext, Path],
) -> None:
    """Rebinding: allowed when the subscription was made (an allowed network), this machine when it is called."""
    context, pem = tls
    async with ontvanger(tls=context) as there:
        port = int(there.url.split(":")[2].split("/")[0])
        allowed = Adresregels(frozenset({port}), (ipaddress.ip_network("192.0.2.0/24"),))
        names = Names(["192.0.2.1"], ["127.0.0.1"])
        async with sender(Verzendregels(allowed, seconden=0.3, vertrouwd=pem), names) as verzender:
            url = f"https://zaken.example:{port}/hub"
            with pytest.raises(NietToestemd):
                await verzender.vraag(url)
            await asyncio.sleep(0)
            verzender._session.connector.clear_dns_cache()  # type: ignore[union-attr,attr-defined]  # ten seconds later
            assert await send(verzender, url) == "adres niet toegestaan"
            assert names.asked == 2
        assert there.geroepen == []


async def test_a_number_in_disguise_is_resolved_and_refused() -> None:
    """2130706433, 0x7f.1 and 017700000001 are 127.0.0.1 to a C library."""
    async with ontvanger() as there:
        port = there.url.split(":")[2].split("/")[0]
        regels = Verzendregels(Adresregels(poorten=frozenset({int(port)})), seconden=2)
        async with sender(regels) as verzender:
            for host in ("2130706433", "0x7f.1", "0177.0.0.1", "017700000001"):
                assert await send(verzender, f"https://{host}:{port}/") in (
                    "adres niet toegestaan", "naam onbekend", "geen verbinding", "onleesbaar antwoord", "time-out",
                )  # fmt: skip
        assert there.geroepen == []


async def test_over_tls_to_who_proves_to_be_it(tls: tuple[ssl.SSLContext, Path]) -> None:
    """`lokaal`, so that the name may point here; the certificate still counts."""
    context, pem = tls
    async with ontvanger(tls=context) as there:
        port = int(there.url.split(":")[2].split("/")[0])
        here = Adresregels(frozenset({port}), lokaal=True)
        async with sender(Verzendregels(here, vertrouwd=pem), Names(["127.0.0.1"])) as verzender:
            assert await send(verzender, f"https://zaken.example:{port}/hub") == "204"
            assert await verzender.vraag(f"https://zaken.example:{port}/hub") == Toestemd(None)
            assert await send(verzender, f"https://anders.example:{port}/hub") == "certificaat niet vertrouwd"
        async with sender(Verzendregels(here), Names(["127.0.0.1"])) as verzender:
            assert await send(verzender, f"https://zaken.example:{port}/hub") == "certificaat niet vertrouwd"


def test_names_are_looked_up_without_threads() -> None:
    """A few dead name servers would fill the threads that all else waits for."""
    assert DefaultResolver is AsyncResolver


async def test_a_redirect_is_not_followed() -> None:
    async with ontvanger() as inside:
        answer = web.Response(status=307, headers={"Location": inside.url})
        async with ontvanger(lambda *_: answer) as there, sender(HERE) as verzender:
            assert await send(verzender, there.url) == "307"
        assert inside.geroepen == []


async def test_an_answer_is_bounded_in_size_and_time() -> None:
    async def endless(request: web.Request, _: str) -> web.StreamResponse:
        response = web.StreamResponse(status=200)
        await response.prepare(request)
        sent = 0
        try:
            while sent < 50_000_000:
                await response.write(b"x" * 65536)
                sent += 65536
        except ConnectionError:
            pass
        took.append(sent)
        return response

    async def never(*_: object) -> int:
        await asyncio.sleep(60)
        return 204

    took: list[int] = []
    async with ontvanger(endless) as there, sender(HERE) as verzender:
        assert await send(verzender, there.url) == "200"
        while not took:
            await asyncio.sleep(0.01)
        assert took[0] < 10_000_000
    quick = Verzendregels(Adresregels(lokaal=True), seconden=0.2)
    async with ontvanger(never) as there, sender(quick) as verzender:
        assert await send(verzender, there.url) == "time-out"


async def test_nothing_is_sent_before_the_receiver_says_that_it_wants_it() -> None:
    def asks(status: int, **headers: str) -> Ontvanger:
        class Asked(Ontvanger):
            async def handle(self, request: web.Request) -> web.StreamResponse:
                asked.append((request.method, request.headers["WebHook-Request-Origin"]))
                return web.Response(status=status, headers={k.replace("_", "-"): v for k, v in headers.items()})

        return Asked()

    asked: list[tuple[str, str]] = []
    cases = [
        (asks(200, WebHook_Allowed_Origin=ORIGIN, WebHook_Allowed_Rate="120"), Toestemd(120)),
        (asks(204, WebHook_Allowed_Origin="*", WebHook_Allowed_Rate="*"), Toestemd(None)),
        (asks(200, WebHook_Allowed_Origin="elders.example"), "WebHook-Allowed-Origin"),
        (asks(200), "WebHook-Allowed-Origin"),
        (asks(405, WebHook_Allowed_Origin="*"), "405"),
    ]
    for made, expected in cases:
        app = web.Application()
        app.router.add_route("*", "/", made.handle)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        async with sender(HERE) as verzender:
            url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
            if isinstance(expected, Toestemd):
                assert await verzender.vraag(url) == expected
            else:
                with pytest.raises(NietToestemd, match=expected):
                    await verzender.vraag(url)
        await runner.cleanup()
    assert asked == [("OPTIONS", ORIGIN)] * len(cases)
