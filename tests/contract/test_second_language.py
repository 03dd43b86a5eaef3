# SPDX-License-Identifier: EUPL-1.2
"""A partner that writes its own program: the Node example writes letters that the hub takes, and opens what the hub delivers.

It was written from docs/wire-format.md and shares no line with us, so an error that we make twice would show here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from hub.streams.reception import Received, Refused, Untrusted
from schemas import codec, seals, signatures
from schemas.catalogue import Veld, gebeurtenistypen
from schemas.cloudevents import TYPE_PREFIX, CloudEvent, from_headers, source_of, to_headers
from tests.node import node
from tests.unit.inzenders import (
    ALLEN,
    GEMEENTE,
    HUB,
    HUB_SEALING,
    HUB_SIGNING,
    NU,
    SCHOOL,
    Inzender,
    bsn,
    loket,
    register,
)

ROOT = Path(__file__).parents[2]
EXAMPLE, SCHEMAS = ROOT / "docs" / "examples" / "node", ROOT / "schemas"
REGISTER = register(ALLEN)
HUB_KEY = signatures.key_id(HUB_SIGNING.public_key())
Record = tuple[list[tuple[str, bytes]], bytes]


def ran(script: str, *words: str | Path, **given: Any) -> Any:
    done = node(EXAMPLE / script, *words, stdin=json.dumps(given))
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def raw(key: Any) -> str:
    return str(key.private_bytes_raw().hex())


def written(sender: Inzender, *letters: Mapping[str, Any]) -> list[Record]:
    """The records that the example makes of letters, in the name of a sender."""
    me = {"oin": sender.oin, "systeem": "node", "handtekensleutel": raw(sender.signing)}
    public = HUB_SEALING.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    found = ran("letter.mjs", "write", SCHEMAS, ik=me, hub={"oin": HUB, "zegelsleutel": public.hex()}, brieven=letters)
    return [
        ([(name, bytes.fromhex(value)) for name, value in one["headers"]], bytes.fromhex(one["value"])) for one in found
    ]


def opened(recipient: Inzender, *records: Record, older: X25519PrivateKey | None = None) -> list[dict[str, Any]]:
    """What the example reads in records that the hub delivered to a recipient."""
    sealing = {signatures.key_id(key.public_key()): raw(key) for key in (recipient.sealing, older) if key}
    me = {"oin": recipient.oin, "zegelsleutels": sealing}
    hub = {"handtekensleutels": {HUB_KEY: HUB_SIGNING.public_key().public_bytes_raw().hex()}}
    given = [
        {"headers": [[name, value.hex()] for name, value in headers], "value": value.hex()}
        for headers, value in records
    ]
    found: list[dict[str, Any]] = ran("letter.mjs", "open", SCHEMAS, ik=me, hub=hub, brieven=given)
    return found


def delivered(
    recipient: Inzender, naam: str, data: Mapping[str, Any], key: X25519PrivateKey | None = None, **more: Any
) -> Record:
    """A delivery as the hub makes it."""
    ce = CloudEvent(
        "levering-1", source_of(HUB, "hub"), TYPE_PREFIX + naam, NU, subject="k3v9", extensions={"rol": "taalschool"}
    )
    ce = replace(ce, **more)
    sealer = seals.Sealer((key or recipient.sealing).public_key(), recipient.oin)
    ce = replace(ce, data=sealer.seal(codec.encode(naam, data, volledig=False), seals.aad_of(ce)))
    return to_headers(ce) + signatures.sign(ce, HUB_SIGNING, HUB_KEY), ce.data


def some(veld: Veld) -> Any:
    """A value of a field's kind; of a code list the last code, whose symbol may be spelled otherwise."""
    kinds = {
        "string": "Zoë Šárka’s € 𝄞",
        "int": max(veld.minimum or 0, 1_000_003),
        "boolean": True,
        "date": "1969-12-31",
        "timestamp-millis": "2026-03-02T10:00:00.250Z",
        "bytes": {"taalniveau": "A1-", "belemmeringen": []},
    }
    one = veld.waarden[-1] if veld.waarden else kinds[veld.soort]
    return [one, one] if veld.lijst else one


def every_type() -> dict[str, dict[str, Any]]:
    """Data with every field of every event type filled."""
    person = {**bsn(), "ook": [{"soort": "pseudoniem", "waarde": "k3v9"}]}
    found = {}
    for naam, type_ in gebeurtenistypen().items():
        data = {veld.naam: some(veld) for veld in type_.velden.values()}
        if naam == codec.CORRECTIE:
            data |= {"gebeurtenis": "voortgang-gemeld", "leeg": ["b1_haalbaar"]}
        head = {"gebeurd_op": "2026-03-01", "bron": f"{HUB}#gemeente", "vastgelegd_op": "2026-03-02T10:00:00Z"}
        found[naam] = {"persoon": person, **head, **data}
    return found


def test_the_example_holds_against_every_vector() -> None:
    told = ran("vectors.mjs", SCHEMAS)
    assert told["failed"] == []
    assert told["count"] > 130


def test_the_hub_takes_what_it_writes() -> None:
    assigned = {"persoon": bsn(), "taalschool": SCHOOL.oin}
    plan = {"dagtekening": "2026-02-27", "leerroute": "B1-route", "niveau": "B1", "wijze": "ondertekend"}
    change = {"betreft": "Zoë-𝄞", "gebeurtenis": "taalschool-toegewezen", "wijziging": {"leerroute": "Z-route"}}
    unusual = {"id": "Zoë-𝄞", "subject": "eigen sleutel é", "time": "2026-03-02T11:00:00.123456789+01:00"}
    letters: list[dict[str, Any]] = [
        {"gebeurtenis": "pip-vastgesteld", "data": {"persoon": bsn(), "gebeurd_op": "2026-02-27", **plan}},
        {"gebeurtenis": "taalschool-toegewezen", "data": {**assigned, "voornamen": "Zoë Šárka"}, **unusual},
        {"gebeurtenis": "taalschool-toegewezen", "data": {**assigned, "woonplaats": ""}, "rol": "gemeente"},
        {"gebeurtenis": "correctie", "data": {"persoon": bsn(), **change}},
    ]
    for letter, record in zip(letters, written(GEMEENTE, *letters), strict=True):
        found = loket().receive(*record, REGISTER, NU)
        assert isinstance(found, Received), found
        assert (found.naam, found.sender.oin) == (letter["gebeurtenis"], GEMEENTE.oin)
        told = {name: value for name, value in letter["data"].items() if name not in ("persoon", "gebeurd_op")}
        assert {name: found.data.get(name) for name in told} == told
        assert found.identities == (("bsn", bsn()["waarde"]),)


def test_what_it_writes_of_every_event_type_reads_back_as_it_was() -> None:
    everything = every_type()
    letters = [{"gebeurtenis": naam, "data": data} for naam, data in everything.items()]
    opener = seals.Opener({signatures.key_id(HUB_SEALING.public_key()): HUB_SEALING}, HUB)
    heads = set()
    for naam, (headers, value) in zip(everything, written(GEMEENTE, *letters), strict=True):
        ce = from_headers(headers, value)
        signatures.verify(ce, headers, GEMEENTE.signing.public_key())
        assert codec.decode(opener.open(value, seals.aad_of(ce))) == (naam, everything[naam])
        heads.add(value[:115])
    assert len(everything) > 100
    assert len(heads) == 1, "one data key for many records, as the document allows"


def test_it_reads_what_the_hub_delivers_of_every_event_type() -> None:
    everything = every_type()
    records = [delivered(SCHOOL, naam, data) for naam, data in everything.items()]
    for naam, found in zip(everything, opened(SCHOOL, *records), strict=True):
        assert found.pop("signedBy") == HUB_KEY
        head = {"id": "levering-1", "rol": "taalschool", "pseudoniem": "k3v9", "gebeurtenis": naam}
        assert found == head | {"data": everything[naam]}


def test_it_reads_minimal_and_older_deliveries() -> None:
    older = X25519PrivateKey.generate()
    records = [
        delivered(SCHOOL, "taalschool-toegewezen", {}),
        delivered(SCHOOL, "taalschool-toegewezen", {"achternaam": ""}, older, subject=None, extensions={}),
    ]
    bare, old = opened(SCHOOL, *records, older=older)
    assert (bare["data"], old["data"]) == ({}, {"achternaam": ""})
    assert "pseudoniem" not in old and "rol" not in old
    (without,) = opened(SCHOOL, records[1])
    assert without == {"refused": "sealed to a key that we do not have"}


def test_it_refuses_what_is_not_the_hubs_or_not_for_it() -> None:
    headers, value = good = delivered(SCHOOL, "cursus-gestart", {"begindatum": "2026-03-02"})
    of_type = dict(headers)["ce_type"]

    def changed(name: str, new: bytes) -> Record:
        return [(one, new if one == name else old) for one, old in headers], value

    ours = SCHOOL.stuur(persoon=bsn())
    other = delivered(GEMEENTE, "cursus-gestart", {"begindatum": "2026-03-02"})
    swapped = CloudEvent("x", source_of(HUB, "hub"), TYPE_PREFIX + "cursus-beeindigd", NU)
    frame = codec.encode("cursus-gestart", {"begindatum": "2026-03-02"}, volledig=False)
    swapped = replace(
        swapped, data=seals.Sealer(SCHOOL.sealing.public_key(), SCHOOL.oin).seal(frame, seals.aad_of(swapped))
    )
    mislabelled = to_headers(swapped) + signatures.sign(swapped, HUB_SIGNING, HUB_KEY), swapped.data
    found = opened(
        SCHOOL, good, changed("ce_rol", b"gemeente"), changed("ce_type", of_type + b"x"), (headers, value + b"x"), ours, other, mislabelled
    )  # fmt: skip
    assert "refused" not in found[0]
    assert [one["refused"] for one in found[1:]] == [
        "the signature does not fit",
        "the signature does not fit",
        "the signature does not fit",
        "signed with a key that does not count",
        "sealed to a key that we do not have",
        "the frame is of another type than the message",
    ]


@pytest.mark.parametrize(
    ("change", "kind"),
    [({"time": "2026-02-30T10:00:00Z"}, Untrusted), ({"data": {"persoon": bsn()}}, Refused)],
    ids=["a day that is none", "a field that is missing"],
)
def test_what_it_writes_wrong_the_hub_refuses(change: dict[str, Any], kind: type) -> None:
    letter = {"gebeurtenis": "cursus-gestart", "data": {"persoon": bsn(), "begindatum": "2026-03-02"}} | change
    (record,) = written(SCHOOL, letter)
    assert isinstance(loket().receive(*record, REGISTER, datetime.now(UTC)), kind)
