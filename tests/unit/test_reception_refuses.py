# SPDX-License-Identifier: EUPL-1.2
"""What is refused by rule: its sender gets one receipt with the reason, nothing of it gets into the log, and what
could not be read lies with the dead letters as well."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from hub.streams.reception import MAX_BYTES, MAX_ID
from schemas import catalogue, codec, seals
from schemas.catalogue import Rol
from schemas.cloudevents import AVRO, TYPE_PREFIX
from tests.unit.balie import Balie
from tests.unit.inzenders import (
    ALLEN,
    BSN_A,
    DUO,
    GEMEENTE,
    HUB,
    HUB_SEALING,
    NU,
    SCHOOL,
    VNUMMER_A,
    VWN,
    Inzender,
    Record,
    bsn,
    persoon,
)

VANDAAG = NU.date()


@pytest.fixture
def balie(tmp_path: Path) -> Balie:
    return Balie(f"sqlite:///{tmp_path / 'vault.db'}", tmp_path, ALLEN)


def frame(naam: str = "cursus-gestart", **data: Any) -> bytes:
    return codec.encode(naam, {"persoon": bsn(), "begindatum": "2026-03-02", **data}, volledig=False)


def verplaatst() -> Record:
    """A seal taken from one report and sent under the attributes of another."""
    own = SCHOOL.attributen("cursus-gestart")
    seal = seals.Sealer(HUB_SEALING.public_key(), HUB).seal(frame(), seals.aad_of(replace(own, id="another")))
    return SCHOOL.onderteken(replace(own, data=seal))


def onverzegeld() -> Record:
    return SCHOOL.onderteken(replace(SCHOOL.attributen("cursus-gestart"), datacontenttype=AVRO, data=frame()))


UNREADABLE: dict[str, tuple[str, Callable[[], Record]]] = {
    "an unknown schema id": ("onbekend-type", lambda: SCHOOL.stuur(frame=struct.pack(">BI", 0, 999_999) + b"x")),
    "broken Avro": ("ongeldig", lambda: SCHOOL.stuur(frame=frame()[:-3])),
    "bytes after the record": ("ongeldig", lambda: SCHOOL.stuur(frame=frame() + b"\0")),
    "no Confluent frame": ("ongeldig", lambda: SCHOOL.stuur(frame=b"\x01\0\0\0\x01")),
    "an empty seal": ("ongeldig", lambda: SCHOOL.stuur(frame=b"")),
    "a date that no calendar has": ("ongeldig", lambda: SCHOOL.stuur(frame=_with_days(2**30))),
    "a seal of other attributes": ("ongeldig", verplaatst),
    "a report without a seal": ("ongeldig", onverzegeld),
    "no data at all": ("ongeldig", lambda: SCHOOL.onderteken(SCHOOL.attributen("cursus-gestart"))),
    "too many bytes": ("te-groot", lambda: SCHOOL.stuur(frame=frame() + bytes(MAX_BYTES))),
    "another type inside": ("ongeldig", lambda: SCHOOL.stuur("cursus-beeindigd", frame=frame())),
    "a type outside the catalogue": (
        "onbekend-type",
        lambda: SCHOOL.stuur(frame=frame(), type=TYPE_PREFIX + "roddel-gehoord"),
    ),
    "a type without its prefix": ("onbekend-type", lambda: SCHOOL.stuur(frame=frame(), type="cursus-gestart")),
    "a type of a thousand characters": ("onbekend-type", lambda: SCHOOL.stuur(frame=frame(), type="x" * 1000)),
    "an id too long to answer": ("ongeldig", lambda: SCHOOL.stuur(frame=frame(), id="i" * (MAX_ID + 1))),
}


def _with_days(days: int) -> bytes:
    """A frame whose last date is so many days after 1970."""
    whole, other = frame(begindatum="2026-03-02"), frame(begindatum="2026-03-03")
    at = next(place for place, (one, two) in enumerate(zip(whole, other, strict=True)) if one != two)
    encoded, left = b"", days << 1
    while left > 0x7F:
        encoded, left = encoded + bytes([left & 0x7F | 0x80]), left >> 7
    return whole[:at] + encoded + bytes([left]) + whole[at + 2 + 1 :]


@pytest.mark.parametrize(("reden", "maak"), UNREADABLE.values(), ids=UNREADABLE.keys())
async def test_authentic_but_unreadable(balie: Balie, reden: str, maak: Callable[[], Record]) -> None:
    record = maak()
    beurt = await balie.neem_in(record)
    assert balie.redenen(beurt) == [reden]
    assert [(offset, why) for offset, why, _ in beurt.dood] == [(1, reden)]
    assert balie.log(beurt) == []
    (_, _, data) = balie.bewijzen(beurt)[0]
    assert dict(record[0])["ce_id"].decode().startswith(data["betreft"])


NOT_ALLOWED: dict[str, tuple[str, Callable[[], Record]]] = {
    "a required field left out": ("ongeldig", lambda: SCHOOL.stuur(data={}, persoon=bsn())),
    "nobody named": ("ongeldig", lambda: SCHOOL.stuur()),
    "a BSN that fails its test": ("identiteit-ongeldig", lambda: SCHOOL.stuur(persoon=bsn("999990018"))),
    "a BSN of eight digits": ("identiteit-ongeldig", lambda: SCHOOL.stuur(persoon=bsn("99999001"))),
    "a V-nummer with letters": (
        "identiteit-ongeldig",
        lambda: DUO.stuur(**_plicht(persoon(("vnummer", "V216133909")))),
    ),
    "a V-nummer of nine digits": (
        "identiteit-ongeldig",
        lambda: DUO.stuur(**_plicht(persoon(("vnummer", "216133909")))),
    ),
    "a second number that fails": ("identiteit-ongeldig", lambda: DUO.stuur(**_plicht(bsn(BSN_A, ("bsn", "1"))))),
    "a role that may not say this": ("niet-bevoegd", lambda: SCHOOL.stuur(**_plicht(bsn()))),
    "the hub's own type": ("niet-bevoegd", lambda: SCHOOL.stuur("tik", {"moment": "2026-03-02T05:00:00Z"}, bsn())),
    "no role named by who has two": ("niet-bevoegd", lambda: VWN.stuur(persoon=bsn(), extensions={})),
    "a role that it does not have": ("niet-bevoegd", lambda: VWN.stuur(persoon=bsn(), extensions={"rol": "gemeente"})),
    "a role that nobody has": ("niet-bevoegd", lambda: VWN.stuur(persoon=bsn(), extensions={"rol": "x" * 1000})),
    "the role of the hub": ("niet-bevoegd", lambda: VWN.stuur(persoon=bsn(), extensions={"rol": "hub"})),
}


def _plicht(wie: dict[str, Any]) -> dict[str, Any]:
    return {"naam": "inburgeringsplicht-vastgesteld", "data": {"doelgroep": "asielstatushouder"}, "persoon": wie}


@pytest.mark.parametrize(("reden", "maak"), NOT_ALLOWED.values(), ids=NOT_ALLOWED.keys())
async def test_readable_and_not_allowed(balie: Balie, reden: str, maak: Callable[[], Record]) -> None:
    beurt = await balie.neem_in(maak())
    assert balie.redenen(beurt) == [reden]
    assert beurt.dood == []
    assert balie.log(beurt) == []


TOO_FAR = (VANDAAG + timedelta(days=3661)).isoformat()


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", TOO_FAR, "9999-12-31"])
@pytest.mark.parametrize("field", ["begindatum", "gebeurd_op"])
async def test_a_date_that_cannot_be_meant(balie: Balie, field: str, day: str) -> None:
    beurt = await balie.neem_in(SCHOOL.stuur(data={"begindatum": "2026-03-02", field: day}, persoon=bsn()))
    assert balie.redenen(beurt) == ["datum-onmogelijk"]
    assert field in balie.bewijzen(beurt)[0][2]["toelichting"]


@pytest.mark.parametrize("day", ["1900-01-01", "2024-02-29", (VANDAAG + timedelta(days=3660)).isoformat()])
async def test_a_far_date_that_can_be_meant(balie: Balie, day: str) -> None:
    assert balie.redenen(await balie.neem_in(SCHOOL.stuur(data={"begindatum": day}, persoon=bsn()))) == ["aanvaard"]


@pytest.mark.parametrize(("ahead", "reden"), [(0, "aanvaard"), (1, "aanvaard"), (2, "datum-onmogelijk")])
async def test_nothing_has_happened_yet(balie: Balie, ahead: int, reden: str) -> None:
    """One day of grace: clocks and time zones differ."""
    day = (VANDAAG + timedelta(days=ahead)).isoformat()
    beurt = await balie.neem_in(SCHOOL.stuur(data={"begindatum": "2026-03-02", "gebeurd_op": day}, persoon=bsn()))
    assert balie.redenen(beurt) == [reden]


async def test_a_date_inside_a_correction_counts_as_well(balie: Balie) -> None:
    def correctie(day: str) -> Record:
        data = {"betreft": "x", "gebeurtenis": "cursus-gestart", "wijziging": {"begindatum": day}}
        return SCHOOL.stuur("correctie", data, bsn())

    beurt = await balie.neem_in(correctie("9999-12-31"), correctie("2026-03-03"))
    assert balie.redenen(beurt) == ["datum-onmogelijk", "aanvaard"]


@pytest.mark.parametrize("telefoon", ["0612-34-56", "0612-03-06", "9999-99-99"])
async def test_what_only_looks_like_a_date_is_none(balie: Balie, telefoon: str) -> None:
    data = {"regievoerder": "rv-1", "organisatie": "o", "telefoon": telefoon}
    beurt = await balie.neem_in(GEMEENTE.stuur("regievoerder-toegewezen", data, bsn()))
    assert balie.redenen(beurt) == ["aanvaard"]
    assert balie.log(beurt)[0][1].data["telefoon"] == telefoon


async def test_a_receipt_repeats_nothing_of_the_person(balie: Balie) -> None:
    """Receipts are sealed, but their texts are shown on screens and in files."""
    wrong = ["999990018", "V216133909", "999990031"]
    records = [
        SCHOOL.stuur(persoon=bsn(wrong[0])),
        DUO.stuur(**_plicht(persoon(("vnummer", wrong[1])))),
        DUO.stuur(**_plicht(bsn(BSN_A, ("bsn", wrong[2])))),
    ]
    told = str(balie.bewijzen(await balie.neem_in(*records)))
    assert not [one for one in (*wrong, BSN_A) if one in told]


async def test_the_same_number_twice_is_one_number(balie: Balie) -> None:
    beurt = await balie.neem_in(SCHOOL.stuur(persoon=bsn(BSN_A, ("bsn", BSN_A), ("bsn", f" {BSN_A} "))))
    assert balie.redenen(beurt) == ["aanvaard"]
    assert balie.log(beurt)[0][1].known == {"bsn": BSN_A}


async def test_what_the_sender_says_in_the_hubs_fields_is_not_believed(balie: Balie) -> None:
    data = {"begindatum": "2026-03-02", "bron": f"{DUO.oin}#uitvoering", "vastgelegd_op": "2020-01-01T00:00:00Z"}
    ((dossier, entry),) = balie.log(await balie.neem_in(SCHOOL.stuur(data=data, persoon=bsn())))
    assert str(entry.sender) == f"{SCHOOL.oin}#taalschool"
    assert entry.vastgelegd == NU
    assert entry.data == {"begindatum": "2026-03-02"}
    assert dossier


def test_every_date_field_of_the_catalogue_is_looked_at() -> None:
    """Dates are found by the schema: a type of field that is new there must be thought of here."""
    kinds = {veld.soort for one in catalogue.gebeurtenistypen().values() for veld in one.velden.values()}
    assert kinds <= {"string", "int", "boolean", "date", "timestamp-millis", "enum", "bytes"}
    instants = [
        one.naam
        for one in catalogue.gebeurtenistypen().values()
        if one.producenten != {Rol.HUB} and any(veld.soort == "timestamp-millis" for veld in one.velden.values())
    ]
    assert instants == []


async def test_a_turn_of_all_kinds_gives_each_its_own(balie: Balie) -> None:
    """One bad record takes nobody along."""
    vreemd = Inzender("00000009900000000099", (Rol.GEMEENTE,))
    beurt = await balie.neem_in(
        SCHOOL.stuur(persoon=bsn()),
        vreemd.stuur(persoon=bsn()),
        SCHOOL.stuur(persoon=bsn("999990018")),
        ([], b"\0\xff"),
        SCHOOL.stuur(frame=b"\0"),
        DUO.stuur(**_plicht(persoon(("vnummer", VNUMMER_A)))),
    )
    assert balie.redenen(beurt) == ["aanvaard", "identiteit-ongeldig", "ongeldig", "aanvaard"]
    assert [(offset, reden) for offset, reden, _ in beurt.dood] == [
        (2, "onbekende-sleutel"),
        (4, "onleesbaar"),
        (5, "ongeldig"),
    ]
    assert len(balie.log(beurt)) == 2
    assert date.fromisoformat("2026-03-02") == balie.log(beurt)[0][1].gebeurd
