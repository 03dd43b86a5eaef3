# SPDX-License-Identifier: EUPL-1.2
"""Who an inbox record is from is proved by its signature alone; what nobody proved goes to the dead letters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from consent.participants import Deelnemersregister
from hub.dossier.verwachtingen import onderbreking
from hub.streams.reception import Announcement, Received, Reception, Untrusted
from schemas import codec, signatures
from schemas.catalogue import Rol, gebeurtenistypen
from schemas.cloudevents import TYPE_PREFIX, CloudEvent, from_headers, source_of, to_headers
from tests.unit.inzenders import ALLEN, DUO, HUB, HUB_SIGNING, NU, SCHOOL, Inzender, Record, bsn, loket, register

REGISTER = register(ALLEN)


def ontvang(record: Record, lijst: Deelnemersregister | None = REGISTER, nu: datetime = NU) -> Reception:
    return loket().receive(*record, lijst, nu)


def geweigerd_als(record: Record, reden: str, **more: object) -> None:
    found = ontvang(record, **more)  # type: ignore[arg-type]
    assert isinstance(found, Untrusted), found
    assert found.reason == reden


def test_a_signed_and_sealed_report_of_a_participant_is_received() -> None:
    found = ontvang(SCHOOL.stuur(persoon=bsn()))
    assert isinstance(found, Received)
    assert (str(found.sender), found.naam, found.identities) == (
        f"{SCHOOL.oin}#taalschool",
        "cursus-gestart",
        (("bsn", bsn()["waarde"]),),
    )
    assert found.gebeurd == NU.date()


def test_a_key_that_no_participant_has() -> None:
    geweigerd_als(Inzender(SCHOOL.oin, SCHOOL.rollen).stuur(persoon=bsn()), "onbekende-sleutel")


def test_an_organisation_that_does_not_take_part() -> None:
    geweigerd_als(Inzender("00000009900000000099", (Rol.GEMEENTE,)).stuur(persoon=bsn()), "onbekende-sleutel")


def test_a_report_in_the_name_of_another_organisation() -> None:
    geweigerd_als(SCHOOL.stuur(persoon=bsn(), source=source_of(DUO.oin, "inburgering")), "bron-van-ander")


def test_somebody_elses_key_id_over_ones_own_signature() -> None:
    headers, value = SCHOOL.stuur(persoon=bsn())
    swapped = [(name, DUO.sleutelid.encode() if name == "sleutelid" else text) for name, text in headers]
    geweigerd_als((swapped, value), "handtekening-ongeldig")


@pytest.mark.parametrize("kop", ["sleutelid", "handtekening"])
def test_no_signature_or_two(kop: str) -> None:
    headers, value = SCHOOL.stuur(persoon=bsn())
    reden = "zonder-handtekening" if kop == "sleutelid" else "handtekening-ongeldig"
    geweigerd_als(([one for one in headers if one[0] != kop], value), reden)
    geweigerd_als(([*headers, *(one for one in headers if one[0] == kop)], value), reden)


CHANGES: dict[str, Callable[[Record], Record]] = {
    "one bit of the data": lambda r: (r[0], r[1][:-1] + bytes([r[1][-1] ^ 1])),
    "no data": lambda r: (r[0], b""),
    "another id": lambda r: ([(n, b"x" if n == "ce_id" else t) for n, t in r[0]], r[1]),
    "another type": lambda r: ([(n, t + b"x" if n == "ce_type" else t) for n, t in r[0]], r[1]),
    "another time": lambda r: ([(n, t.replace(b"2026", b"2025") if n == "ce_time" else t) for n, t in r[0]], r[1]),
    "a role added": lambda r: ([*r[0], ("ce_rol", b"begeleider")], r[1]),
    "a subject added": lambda r: ([*r[0], ("ce_subject", b"p1")], r[1]),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_anything_altered_on_the_way(change: Callable[[Record], Record]) -> None:
    geweigerd_als(change(SCHOOL.stuur(persoon=bsn())), "handtekening-ongeldig")


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("ce_id", b"1")],
        [("ce_id", b"\xff\xfe")],
        [("ce_id", b"1"), ("ce_id", b"2")],
        [("ce_id", b"")],
        [("ce_ID!", b"1")],
    ],
)
def test_headers_that_are_no_cloudevent(headers: list[tuple[str, bytes]]) -> None:
    geweigerd_als((headers, b"x"), "onleesbaar")


@pytest.mark.parametrize("source", ["urn:nld:oin:123:systeem:x", "https://school.example", f"urn:nld:oin:{SCHOOL.oin}"])
def test_a_source_that_names_no_organisation(source: str) -> None:
    geweigerd_als(SCHOOL.stuur(persoon=bsn(), source=source), "bron-onleesbaar")


def test_a_record_played_again_after_its_key_ended() -> None:
    oud = Inzender("00000009900000000005", (Rol.TAALSCHOOL,), tot=date(2026, 4, 1))
    lijst = register([oud])
    record = oud.stuur(persoon=bsn())
    assert isinstance(ontvang(record, lijst), Received)
    assert isinstance(ontvang(record, lijst, datetime(2026, 3, 31, 21, 59, tzinfo=NU.tzinfo)), Received)
    # 1 April has begun in the Netherlands, not yet in UTC
    geweigerd_als(record, "onbekende-sleutel", lijst=lijst, nu=datetime(2026, 3, 31, 22, 1, tzinfo=NU.tzinfo))


def test_before_the_first_register_nobody_is_known() -> None:
    geweigerd_als(SCHOOL.stuur(persoon=bsn()), "geen-register", lijst=None)


def test_who_cannot_be_answered_is_not_received() -> None:
    """A receipt must be sealed: without a key to seal to, an acceptance could not be told, and intake must not stop."""
    stil = Inzender("00000009900000000005", (Rol.TAALSCHOOL,), zegel_tot=date(2026, 3, 1))
    geweigerd_als(stil.stuur(persoon=bsn()), "geen-antwoord-mogelijk", lijst=register([stil]))
    rolloos = Inzender("00000009900000000006", ())
    record = rolloos.onderteken(replace(SCHOOL.attributen("cursus-gestart"), source=source_of(rolloos.oin, "x")))
    geweigerd_als(record, "geen-antwoord-mogelijk", lijst=register([rolloos]))


# in the hub's own name


def eigen(naam: str, data: dict[str, object], key: Ed25519PrivateKey = HUB_SIGNING, **attributes: object) -> Record:
    ce = CloudEvent("1", source_of(HUB, "klok"), TYPE_PREFIX + naam, NU, data=codec.encode(naam, data, volledig=False))
    ce = replace(ce, **attributes)  # type: ignore[arg-type]
    return to_headers(ce) + signatures.sign(ce, key, signatures.key_id(key.public_key())), ce.data


def test_the_hubs_own_tick_is_an_announcement() -> None:
    found = ontvang(eigen("tik", {"moment": "2026-03-02T05:00:00Z"}), None)
    assert found == Announcement("tik", {"moment": "2026-03-02T05:00:00Z"})


def test_a_tick_that_a_partner_signed() -> None:
    data = {"moment": "2036-03-02T05:00:00Z"}
    geweigerd_als(eigen("tik", data, SCHOOL.signing), "handtekening-ongeldig")
    geweigerd_als(eigen("tik", data, Ed25519PrivateKey.generate()), "handtekening-ongeldig")


def test_what_the_hub_delivered_comes_back_as_nothing() -> None:
    """Signed by the hub indeed: a partner has such records in its own topic, and may write them to the inbox."""
    headers, value = SCHOOL.stuur("signaal-afgegeven", {"signaal": "s", "regel": "PIP", "eigenaar": "x"})
    ce = replace(from_headers(headers, value), source=source_of(HUB, "hub"))
    hub_id = signatures.key_id(HUB_SIGNING.public_key())
    geweigerd_als((to_headers(ce) + signatures.sign(ce, HUB_SIGNING, hub_id), value), "handtekening-ongeldig")
    geweigerd_als(eigen("cursus-gestart", {"begindatum": "2026-03-02"}), "geen-hubgebeurtenis")


def test_what_a_partner_may_report_is_about_a_person_or_of_itself_about_a_group() -> None:
    """Intake looks for a dossier for each but the one that goes into every partition: another type without a person would
    have none."""
    sent = [one for one in gebeurtenistypen().values() if one.producenten != {Rol.HUB}]
    assert {one.naam for one in sent if not one.persoonsgebonden} == {onderbreking.GEBEURTENIS}


def test_the_log_day_is_a_dutch_day() -> None:
    late = NU.replace(hour=23, minute=30)
    found = ontvang(SCHOOL.stuur(persoon=bsn()), nu=late)
    assert isinstance(found, Received)
    assert found.gebeurd == NU.date() + timedelta(days=1)
