# SPDX-License-Identifier: EUPL-1.2
"""Who gets in: a valid certificate of our authority and nothing else; and what Kafka then calls its holder."""

from __future__ import annotations

import json
import socket
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient, NewTopic
from cryptography import x509
from cryptography.x509.oid import NameOID
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.broker.certificates import Authority, issue
from hub.broker.credentials import Credentials
from hub.broker.principal import principal_of

OIN = "00000009900000000009"


def saved(directory: Path, authority: Authority, pair: tuple[bytes, bytes], ca: bytes) -> Credentials:
    """A certificate and key as files; ``ca`` is the authority that their holder trusts."""
    directory.mkdir(exist_ok=True)
    tls = Credentials(directory)
    for path, content in ((tls.cert, pair[0]), (tls.key, pair[1]), (tls.ca, ca)):
        path.write_bytes(content)
    return tls


def refused(broker, tls: Credentials) -> list[str]:
    """Why the broker would not speak with the holder of ``tls``; fails when it does."""
    reasons: list[str] = []
    admin = AdminClient(
        {
            "bootstrap.servers": broker.bootstrap,
            "log_level": 0,
            "error_cb": lambda error: reasons.append(error.str()),
            **tls.librdkafka(),
        }
    )
    with pytest.raises(KafkaException):
        admin.list_topics(timeout=1.5)
    admin.poll(0)
    return reasons


def name(*attributes: tuple[x509.ObjectIdentifier, str]) -> x509.Name:
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in attributes])


SUBJECTS = {
    "the demo's": name((NameOID.COUNTRY_NAME, "NL"), (NameOID.USER_ID, OIN), (NameOID.COMMON_NAME, "hub-test")),
    "PKIoverheid's, with the OIN as serialNumber": name(
        (NameOID.COUNTRY_NAME, "NL"),
        (NameOID.ORGANIZATION_NAME, "Gemeente 's-Hertogenbosch"),
        (NameOID.SERIAL_NUMBER, OIN),
        (NameOID.COMMON_NAME, "inburgering.voorbeeld.nl"),
    ),
    "with every attribute that has a name": name(
        (NameOID.DOMAIN_COMPONENT, "nl"),
        (NameOID.COUNTRY_NAME, "NL"),
        (NameOID.STATE_OR_PROVINCE_NAME, "Fryslân"),
        (NameOID.LOCALITY_NAME, "Súdwest-Fryslân"),
        (NameOID.STREET_ADDRESS, "Marktstraat 1"),
        (NameOID.ORGANIZATION_NAME, 'Taalschool, afdeling <B1>; A+B = "C" #1 \\'),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, "ICT"),
        (NameOID.COMMON_NAME, "  spaties  "),
    ),
    "with attributes that have none": name(
        (NameOID.ORGANIZATION_IDENTIFIER, "NTRNL-99000000"),
        (NameOID.EMAIL_ADDRESS, "beheer@voorbeeld.nl"),
        (NameOID.GIVEN_NAME, "x" * 200),
        (NameOID.COMMON_NAME, "é" * 32),
    ),
    "of which one part has two attributes": x509.Name(
        [
            x509.RelativeDistinguishedName([x509.NameAttribute(NameOID.COUNTRY_NAME, "NL")]),
            x509.RelativeDistinguishedName(
                [
                    x509.NameAttribute(NameOID.COMMON_NAME, "hub"),
                    x509.NameAttribute(NameOID.USER_ID, OIN),
                    x509.NameAttribute(NameOID.SERIAL_NUMBER, "9"),
                ]
            ),
        ]
    ),
}


def named_by_kafka(broker, subject: x509.Name, directory: Path) -> tuple[str, str]:
    """What Kafka's log calls the holder of a certificate with ``subject``, and what we do."""
    authority = broker.authority
    certificate, key = issue(authority, "", subject=subject)
    tls = saved(directory, authority, (certificate, key), broker.credentials.ca.read_bytes())
    before = broker.log.stat().st_size
    admin = AdminClient({"bootstrap.servers": broker.bootstrap, "log_level": 0, **tls.librdkafka()})
    with pytest.raises(KafkaException):
        admin.create_topics([NewTopic("not-allowed", 1)])["not-allowed"].result(10)
    with broker.log.open(encoding="utf-8") as log:
        log.seek(before)
        line = next(line for line in log if " is Denied " in line)
    return line.split("Principal = User:", 1)[1].split(" is Denied ", 1)[0], principal_of(certificate)


@pytest.mark.parametrize("kind", SUBJECTS)
def test_the_principal_of_a_certificate_is_what_kafka_calls_it(broker, tmp_path, kind) -> None:
    theirs, ours = named_by_kafka(broker, SUBJECTS[kind], tmp_path)
    assert ours == theirs


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet=' ,+"\\<>;=#aZ0é€𐍈.-/', min_size=1, max_size=12))
def test_the_principal_is_kafkas_whatever_an_organisation_is_called(broker, tmp_path, text) -> None:
    theirs, ours = named_by_kafka(broker, name((NameOID.ORGANIZATION_NAME, text), (NameOID.COMMON_NAME, "x")), tmp_path)
    assert ours == theirs


def test_an_expired_certificate_is_refused(broker, tmp_path) -> None:
    now = datetime.now(UTC)
    pair = issue(broker.authority, "hub-operator", OIN, begin=now - timedelta(days=2), end=now - timedelta(seconds=5))
    tls = saved(tmp_path, broker.authority, pair, broker.credentials.ca.read_bytes())
    assert any("alert certificate unknown" in reason for reason in refused(broker, tls))


def test_a_certificate_of_tomorrow_is_refused(broker, tmp_path) -> None:
    pair = issue(broker.authority, "hub-operator", OIN, begin=datetime.now(UTC) + timedelta(days=1))
    refused(broker, saved(tmp_path, broker.authority, pair, broker.credentials.ca.read_bytes()))


def test_a_certificate_of_another_authority_is_refused_even_with_the_same_name(broker, credentials, tmp_path) -> None:
    stranger = Authority.new("Inburgeringshub demo-CA")
    pair = issue(stranger, "hub-operator", "00000009900000000000")
    assert principal_of(pair[0]) == credentials("operator").principal
    refused(broker, saved(tmp_path, stranger, pair, broker.credentials.ca.read_bytes()))


def test_without_a_certificate_nobody_gets_in(broker, credentials) -> None:
    context = ssl.create_default_context(cafile=str(broker.credentials.ca))
    host, port = broker.bootstrap.split(":")
    with (
        socket.create_connection((host, int(port)), timeout=5) as plain,
        context.wrap_socket(plain, server_hostname=host) as connection,
        pytest.raises(ssl.SSLError, match="certificate"),
    ):
        connection.recv(1)  # TLS 1.3: the refusal comes after the client's own last word
    with (
        socket.create_connection((host, int(port)), timeout=5) as plain,
        credentials("operator").ssl_context().wrap_socket(plain, server_hostname=host) as connection,
    ):
        connection.settimeout(0.5)
        with pytest.raises(TimeoutError):
            connection.recv(1)  # with one: the broker waits for a question


def test_an_older_tls_is_refused(broker, credentials) -> None:
    context = credentials("operator").ssl_context()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    host, port = broker.bootstrap.split(":")
    with (
        socket.create_connection((host, int(port)), timeout=5) as plain,
        pytest.raises(ssl.SSLError),
    ):
        context.wrap_socket(plain, server_hostname=host)


def test_the_controllers_listener_wants_a_certificate_as_well(broker) -> None:
    controller = json.loads((broker.log.parent / "ports.json").read_text())["controller"]
    context = ssl.create_default_context(cafile=str(broker.credentials.ca))
    with (
        socket.create_connection(("127.0.0.1", controller), timeout=5) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as connection,
        pytest.raises(ssl.SSLError, match="certificate"),
    ):
        connection.recv(1)


def test_private_keys_are_for_their_owner_only(broker) -> None:
    keys = [path for path in broker.log.parent.rglob("*.pem") if b"PRIVATE KEY" in path.read_bytes()]
    assert len(keys) >= 3
    assert {oct(path.stat().st_mode & 0o777) for path in keys} == {"0o600"}
