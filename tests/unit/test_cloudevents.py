# SPDX-License-Identifier: EUPL-1.2
"""CloudEvents in binary mode: headers to event and back, strictly, with the project's own SDK as the judge."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary, to_binary
from cloudevents.core.formats.base import Format
from cloudevents.core.v1.event import CloudEvent as ReferenceEvent
from hypothesis import given
from hypothesis import strategies as st

from schemas.cloudevents import (
    SEALED,
    CloudEvent,
    InvalidCloudEvent,
    from_headers,
    gebeurtenis_of,
    oin_of,
    source_of,
    to_headers,
)

OIN = "00000009900000000001"
EVENT = CloudEvent(
    id="4c2f0a7e",
    source=source_of(OIN, "inburgering"),
    type="nl.inburgering.pip-vastgesteld",
    time=datetime(2026, 3, 2, 10, tzinfo=UTC),
    subject="k3v9",
    extensions={"rol": "gemeente"},
    data=b"\x01zegel",
)
HEADERS = to_headers(EVENT)

texts = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"]), min_size=1, max_size=60)
names = st.from_regex(r"[a-z0-9]{1,20}", fullmatch=True).filter(
    lambda name: name not in EVENT.attributes() and name != "dataschema"
)
cloud_events = st.builds(
    CloudEvent,
    id=texts,
    source=st.just(EVENT.source),
    type=texts,
    time=st.datetimes(timezones=st.just(UTC)),
    subject=st.none() | texts,
    dataschema=st.none() | texts,
    datacontenttype=st.just(SEALED),
    extensions=st.dictionaries(names, texts, max_size=4),
    data=st.binary(max_size=40),
)


class Bytes(Format):
    """Data as it is: the SDK would have JSON."""

    def write_data(self, data: Any, datacontenttype: str | None) -> bytes:
        return bytes(data)

    def read_data(self, body: bytes | str, datacontenttype: str | None) -> bytes:
        assert isinstance(body, bytes)
        return body

    def read(self, event_factory: Any, data: Any) -> Any:
        raise NotImplementedError

    def write(self, event: Any) -> bytes:
        raise NotImplementedError

    def get_content_type(self) -> str:
        raise NotImplementedError


def altered(name: str, value: bytes | None) -> list[tuple[str, bytes | None]]:
    return [(header, value if header == name else old) for header, old in HEADERS]


@given(cloud_events)
def test_an_event_comes_back_from_its_headers(ce: CloudEvent) -> None:
    assert from_headers(to_headers(ce), ce.data) == ce
    assert from_headers([*to_headers(ce), ("traceparent", b"\xff"), ("sleutelid", None)], ce.data) == ce


@given(cloud_events)
def test_the_reference_sdk_reads_what_we_write(ce: CloudEvent) -> None:
    read = from_binary(KafkaMessage(headers=dict(to_headers(ce)), key=None, value=ce.data), Bytes(), ReferenceEvent)
    attributes = dict(read.get_attributes())
    assert attributes.pop("time") == ce.time
    assert attributes == {name: value for name, value in ce.attributes().items() if name != "time"}
    assert read.get_data() == ce.data


@given(cloud_events)
def test_we_read_what_the_reference_sdk_writes(ce: CloudEvent) -> None:
    written = to_binary(ReferenceEvent({**ce.attributes(), "time": ce.time}, ce.data), Bytes())
    assert from_headers(list(written.headers.items()), written.value) == ce


@pytest.mark.parametrize(
    "text", ["2026-03-02T10:00:00Z", "2026-03-02T11:00:00.000+01:00", "2026-03-02T10:00:00.000000000Z"]
)
def test_the_spelling_of_the_time_is_kept_as_sent(text: str) -> None:
    read = from_headers(altered("ce_time", text.encode()), b"")
    assert read.time == EVENT.time
    assert dict(to_headers(read))["ce_time"] == text.encode()


def test_a_changed_time_is_written_anew() -> None:
    read = from_headers(altered("ce_time", b"2026-03-02T11:00:00+01:00"), b"")
    later = CloudEvent(
        **{name: getattr(read, name) for name in CloudEvent.__slots__} | {"time": read.time + timedelta(1)}
    )
    assert dict(to_headers(later))["ce_time"] == b"2026-03-03T10:00:00Z"


def test_a_time_in_another_zone_is_written_in_utc() -> None:
    zone = timezone(timedelta(hours=2))
    ce = CloudEvent(id="1", source=EVENT.source, type=EVENT.type, time=datetime(2026, 7, 1, 1, 30, 0, 5, tzinfo=zone))
    assert dict(to_headers(ce))["ce_time"] == b"2026-06-30T23:30:00.000005Z"


@pytest.mark.parametrize(
    "headers",
    [
        None,
        [],
        *[[pair for pair in HEADERS if pair[0] != name] for name, _ in HEADERS if name not in ("ce_subject", "ce_rol")],
        *[[*HEADERS, pair] for pair in HEADERS],
        [*HEADERS, ("ce_datacontenttype", b"application/json")],
        altered("ce_specversion", b"0.3"),
        altered("ce_time", b"2026-03-02"),
        altered("ce_time", b"2026-03-02 10:00:00Z"),
        altered("ce_time", b"2026-03-02T10:00:00"),
        altered("ce_time", b"2026-02-30T10:00:00Z"),
        altered("ce_time", b"0001-01-01T00:00:00+10:00"),
        altered("ce_time", "２026-03-02T10:00:00Z".encode()),
        altered("ce_id", b""),
        altered("ce_id", None),
        altered("ce_id", b"\xff"),
        altered("ce_id", b"\xed\xa0\x80"),
        altered("ce_id", b"een\ntwee"),
        altered("ce_id", b"x" * 1025),
        altered("ce_subject", b""),
        [*HEADERS, ("ce_Rol", b"x")],
        [*HEADERS, ("ce_rol_twee", b"x")],
        [*HEADERS, ("ce_", b"x")],
        [*HEADERS, *((f"ce_x{number}", b"x") for number in range(20))],
    ],
)
def test_what_is_not_cloudevents_in_binary_mode_is_refused(headers: Any) -> None:
    with pytest.raises(InvalidCloudEvent, match=r"\.$"):
        from_headers(headers, b"")


def test_a_value_must_be_there() -> None:
    assert from_headers(HEADERS, b"").data == b""
    with pytest.raises(InvalidCloudEvent):
        from_headers(HEADERS, None)


@pytest.mark.parametrize(
    "change",
    [
        {"id": ""},
        {"time": datetime(2026, 3, 2)},  # noqa: DTZ001
        {"extensions": {"subject": "x"}},
        {"extensions": {"Rol": "x"}},
        {"extensions": {"rol": ""}},
        {"subject": "half \ud800"},
    ],
)
def test_what_could_not_be_read_is_not_written(change: dict[str, Any]) -> None:
    ce = CloudEvent(**{name: getattr(EVENT, name) for name in CloudEvent.__slots__} | change)
    with pytest.raises(InvalidCloudEvent):
        to_headers(ce)


def test_the_source_names_organisation_and_system() -> None:
    assert source_of(OIN, "zaak-2") == f"urn:nld:oin:{OIN}:systeem:zaak-2"
    assert oin_of(source_of(OIN, "zaak-2")) == OIN
    for oin, systeem in [("1", "x"), (OIN, ""), (OIN, "Zaak"), (OIN, "a:b"), (OIN, "zaak\n")]:
        with pytest.raises(InvalidCloudEvent):
            source_of(oin, systeem)
    for source in ["", OIN, f"urn:nld:oin:{OIN}", f"urn:nld:oin:{OIN}:systeem:", f"x urn:nld:oin:{OIN}:systeem:a"]:
        with pytest.raises(InvalidCloudEvent):
            oin_of(source)


def test_the_type_names_the_event() -> None:
    assert gebeurtenis_of(EVENT) == "pip-vastgesteld"
    with pytest.raises(InvalidCloudEvent):
        gebeurtenis_of(CloudEvent(id="1", source=EVENT.source, type="nl.brp.persoon-verhuisd", time=EVENT.time))
