# SPDX-License-Identifier: EUPL-1.2
"""`source` and `id` name a report for ever: said again it changes nothing, and whatever crashes, it is said once."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from consent.participants import Deelnemersregister
from hub.vault.claims import REFUSED, Claim, Standing, standing
from schemas import signatures
from schemas.catalogue import Rol
from tests.unit.balie import Balie, Beurt
from tests.unit.inzenders import (
    ALLEN,
    BSN_A,
    BSN_B,
    DUO,
    NU,
    SCHOOL,
    SINDS,
    VNUMMER_A,
    VWN,
    Inzender,
    Record,
    bsn,
    persoon,
    register,
)

GOED = {"begindatum": "2026-03-02"}
ANDERS = {"begindatum": "2026-03-03"}


@pytest.fixture
def balie(database: str, tmp_path: Path) -> Iterator[Balie]:
    balie = Balie(database, tmp_path, ALLEN)
    yield balie
    balie.vault.close()


def plicht(wie: dict[str, object], **attributes: object) -> Record:
    return DUO.stuur("inburgeringsplicht-vastgesteld", {"doelgroep": "asielstatushouder"}, wie, **attributes)


def outcome(balie: Balie, beurt: Beurt) -> object:
    """Everything that a turn gave, as its readers would see it. (Not the numbers known of the person: those grow.)"""
    log = [(dossier, entry.event, entry.naam, entry.data, entry.via) for dossier, entry in balie.log(beurt)]
    return log, balie.bewijzen(beurt), beurt.dood


async def test_a_resend_from_another_partition_gets_its_first_receipt_again(balie: Balie) -> None:
    first = await balie.neem_in(SCHOOL.stuur(data=GOED, persoon=bsn(), id="les-1"))
    again = await balie.neem_in(
        SCHOOL.stuur(data=GOED, persoon=bsn(), id="les-1"), partition=7, nu=NU + timedelta(days=3)
    )
    assert balie.bewijzen(again) == balie.bewijzen(first)
    assert balie.redenen(again) == ["aanvaard"]
    assert len(balie.log(first)) == 1 and balie.log(again) == []


async def test_the_same_id_of_another_source_is_another_report(balie: Balie) -> None:
    beurt = await balie.neem_in(
        SCHOOL.stuur(data=GOED, persoon=bsn(), id="1"),
        VWN.stuur(data=GOED, persoon=bsn(), id="1", extensions={"rol": "taalschool"}),
        SCHOOL.stuur(data=GOED, persoon=bsn(), id="1", source=f"urn:nld:oin:{SCHOOL.oin}:systeem:ander"),
    )
    assert balie.redenen(beurt) == ["aanvaard"] * 3
    assert len({entry.event for _, entry in balie.log(beurt)}) == 3


@pytest.mark.parametrize(
    ("data", "wie"), [(ANDERS, bsn()), (GOED, bsn(BSN_B)), (GOED, persoon(("pseudoniem", "0" * 32)))]
)
async def test_different_content_under_a_used_id_is_refused(
    balie: Balie, data: dict[str, str], wie: dict[str, object]
) -> None:
    first = await balie.neem_in(SCHOOL.stuur(data=GOED, persoon=bsn(), id="les-1"))
    other = await balie.neem_in(SCHOOL.stuur(data=data, persoon=wie, id="les-1"))
    assert balie.redenen(other) == ["id-hergebruikt"]
    assert balie.log(other) == []
    assert balie.bewijzen(other)[0][0] != balie.bewijzen(first)[0][0], "another receipt: partners keep one of an id"
    third = await balie.neem_in(SCHOOL.stuur(data=GOED, persoon=bsn(), id="les-1"))
    assert balie.bewijzen(third) == balie.bewijzen(first)


async def test_the_same_words_in_another_role_are_another_report(balie: Balie) -> None:
    first = await balie.neem_in(VWN.stuur(data=GOED, persoon=bsn(), id="1", extensions={"rol": "taalschool"}))
    other = await balie.neem_in(VWN.stuur(data=GOED, persoon=bsn(), id="1", extensions={"rol": "begeleider"}))
    assert (balie.redenen(first), balie.redenen(other)) == (["aanvaard"], ["id-hergebruikt"])


async def test_a_refused_id_serves_for_the_mended_report(balie: Balie) -> None:
    wrong = await balie.neem_in(SCHOOL.stuur(data=GOED, persoon=bsn("999990018"), id="les-1"))
    wrong_again = await balie.neem_in(SCHOOL.stuur(data={"begindatum": "9999-12-31"}, persoon=bsn(), id="les-1"))
    mended = await balie.neem_in(SCHOOL.stuur(data=GOED, persoon=bsn(), id="les-1"))
    late = await balie.neem_in(SCHOOL.stuur(data=GOED, persoon=bsn("999990018"), id="les-1"))
    seen = [balie.redenen(one) for one in (wrong, wrong_again, mended, late)]
    assert seen == [["identiteit-ongeldig"], ["datum-onmogelijk"], ["aanvaard"], ["id-hergebruikt"]]
    receipts = {balie.bewijzen(one)[0][0] for one in (wrong, wrong_again, mended)}
    assert len(receipts) == 3, "each content has a receipt of its own"
    assert len(balie.log(mended)) == 1


async def test_duplicates_within_one_turn(balie: Balie) -> None:
    good = SCHOOL.stuur(data=GOED, persoon=bsn(), id="les-1")
    beurt = await balie.neem_in(good, good, SCHOOL.stuur(data=ANDERS, persoon=bsn(), id="les-1"), good)
    assert balie.redenen(beurt) == ["aanvaard", "aanvaard", "id-hergebruikt", "aanvaard"]
    assert len(balie.log(beurt)) == 1


async def test_a_mended_report_in_the_turn_of_its_refused_one(balie: Balie) -> None:
    beurt = await balie.neem_in(
        SCHOOL.stuur(data=GOED, persoon=bsn("999990018"), id="les-1"),
        SCHOOL.stuur(data=GOED, persoon=bsn(), id="les-1"),
    )
    assert balie.redenen(beurt) == ["identiteit-ongeldig", "aanvaard"]
    assert len(balie.log(beurt)) == 1


async def test_a_new_person_twice_in_one_turn_is_one_dossier(balie: Balie) -> None:
    beurt = await balie.neem_in(SCHOOL.stuur(data=GOED, persoon=bsn()), SCHOOL.stuur(data=ANDERS, persoon=bsn()))
    assert len({dossier for dossier, _ in balie.log(beurt)}) == 1


# crashes


async def test_the_same_position_after_a_crash_does_exactly_the_same(balie: Balie) -> None:
    """The vault remembers the turn, Kafka does not; the numbers of two known dossiers show them to be one person."""
    await balie.neem_in(plicht(persoon(("vnummer", VNUMMER_A))), plicht(bsn()), partition=3)
    records = [
        SCHOOL.stuur(data=GOED, persoon=bsn(), id="les-1"),
        plicht(persoon(("vnummer", VNUMMER_A)), id="before the link"),
        plicht(bsn(BSN_A, ("vnummer", VNUMMER_A)), id="koppeling"),
        plicht(persoon(("vnummer", VNUMMER_A)), id="after the link"),
        SCHOOL.stuur(data=GOED, persoon=bsn(BSN_B), id="les-2"),
        SCHOOL.stuur(data=GOED, persoon=bsn("999990018"), id="les-3"),
        SCHOOL.stuur(data=GOED, persoon=bsn(), id="les-1"),
        SCHOOL.stuur(data=ANDERS, persoon=bsn(), id="les-1"),
    ]
    lost = await balie.neem_in(*records, at=10, crash=True)
    once_more = await balie.neem_in(*records, at=10, crash=True)
    after = await balie.neem_in(*records, at=10)
    assert [entry.naam for _, entry in balie.log(lost)].count("identiteit-gekoppeld") == 2
    assert outcome(balie, lost) == outcome(balie, once_more) == outcome(balie, after)


async def test_after_a_crash_a_smaller_turn_does_its_part(balie: Balie) -> None:
    records = [SCHOOL.stuur(data=GOED, persoon=bsn(), id=f"les-{number}") for number in range(4)]
    whole = await balie.neem_in(*records, at=10, crash=True)
    parts = [await balie.neem_in(*records[:1], at=10), await balie.neem_in(*records[1:], at=11)]
    assert [entry.event for _, entry in balie.log(whole)] == [
        entry.event for part in parts for _, entry in balie.log(part)
    ]
    assert balie.bewijzen(whole) == [one for part in parts for one in balie.bewijzen(part)]


async def test_a_resend_that_overtakes_its_crashed_first_adds_nothing(balie: Balie) -> None:
    record = SCHOOL.stuur(data=GOED, persoon=bsn(), id="les-1")
    await balie.neem_in(record, at=10, crash=True)
    elsewhere = await balie.neem_in(record, partition=5)
    assert balie.redenen(elsewhere) == ["aanvaard"]
    assert balie.log(elsewhere) == []
    assert len(balie.log(await balie.neem_in(record, at=10))) == 1


async def test_an_accepted_report_that_newer_code_refuses_is_not_said_to_be_accepted(balie: Balie) -> None:
    """Nothing of it got into the log, so its receipt must not say that it did. Here the register changed instead."""
    record = VWN.stuur(data=GOED, persoon=bsn(), id="1", extensions={"rol": "taalschool"})
    await balie.neem_in(record, at=10, crash=True)
    balie.activeer(register([Inzender(VWN.oin, VWN.rollen[:1], signing=VWN.signing, sealing=VWN.sealing)]))
    after = await balie.neem_in(record, at=10)
    assert balie.log(after) == []
    assert balie.redenen(after) != ["aanvaard"]


# persons


async def test_a_school_cannot_make_two_persons_one(balie: Balie) -> None:
    await balie.neem_in(plicht(bsn()), plicht(bsn(BSN_B)))
    beurt = await balie.neem_in(SCHOOL.stuur(data=GOED, persoon=bsn(BSN_A, ("bsn", BSN_B)), id="les-1"))
    assert balie.redenen(beurt) == ["identiteit-ongeldig"]
    mended = await balie.neem_in(SCHOOL.stuur(data=GOED, persoon=bsn(), id="les-1"))
    assert balie.redenen(mended) == ["aanvaard"]


async def test_a_pseudonym_of_another_party_is_unknown(balie: Balie) -> None:
    ((dossier, _),) = balie.log(await balie.neem_in(plicht(bsn())))
    name = balie.sleutel(dossier).pseudonym(f"{SCHOOL.oin}#taalschool")
    with balie.vault.engine.begin() as connection:
        balie.vault.identities.register_pseudonyms(connection, [(f"{SCHOOL.oin}#taalschool", name, dossier)])
    own = await balie.neem_in(SCHOOL.stuur(data=GOED, persoon=persoon(("pseudoniem", name))))
    others = await balie.neem_in(
        VWN.stuur(data=GOED, persoon=persoon(("pseudoniem", name)), extensions={"rol": "taalschool"})
    )
    assert [dossier for dossier, _ in balie.log(own)] == [dossier]
    assert balie.redenen(others) == ["onbekende-persoon"]
    beside = await balie.neem_in(plicht(bsn(BSN_A, ("pseudoniem", name))))
    assert balie.redenen(beside) == ["onbekende-persoon"]


async def test_a_report_about_ones_own_earlier_report_names_it_as_the_log_does(balie: Balie) -> None:
    """Both ways: the report itself first, or its retraction first."""
    first = await balie.neem_in(SCHOOL.stuur(data=GOED, persoon=bsn(), id="les-1"))
    taken_back = {"betreft": "les-1", "gebeurtenis": "cursus-gestart", "reden": "dubbel"}
    later = await balie.neem_in(SCHOOL.stuur("intrekking", taken_back, bsn()))
    assert balie.log(later)[0][1].data["betreft"] == balie.log(first)[0][1].event
    early = await balie.neem_in(SCHOOL.stuur("intrekking", {**taken_back, "betreft": "les-2"}, bsn()))
    second = await balie.neem_in(SCHOOL.stuur(data=GOED, persoon=bsn(), id="les-2"))
    assert balie.log(early)[0][1].data["betreft"] == balie.log(second)[0][1].event
    of_another = await balie.neem_in(DUO.stuur("intrekking", taken_back, bsn()))
    assert all(entry.data["betreft"] != balie.log(first)[0][1].event for _, entry in balie.log(of_another))


async def test_after_a_rotation_the_first_receipt_comes_under_the_new_key(balie: Balie) -> None:
    """The key of the first receipt's day may be gone: what counts is who may read it now."""
    oud = Inzender("00000009900000000005", (Rol.TAALSCHOOL,), zegel_tot=date(2026, 3, 10))
    nieuw = Inzender(oud.oin, oud.rollen, signing=oud.signing)
    balie.inzenders[oud.oin] = oud
    balie.activeer(register([oud]))
    record = oud.stuur(data=GOED, persoon=bsn(), id="les-1")
    first = balie.bewijzen(await balie.neem_in(record))
    row = oud.rij().model_dump(mode="json")
    public = nieuw.sealing.public_key()
    row["zegelsleutels"] = [
        {
            "sleutelid": signatures.key_id(public),
            "publiek": base64.b64encode(public.public_bytes_raw()).decode(),
            "van": "2026-03-10",
        }
    ]
    balie.activeer(Deelnemersregister.of([row]))
    balie.inzenders[oud.oin] = nieuw
    again = await balie.neem_in(record, partition=2, nu=datetime(2026, 3, 11, 12, 0, tzinfo=UTC))
    assert balie.bewijzen(again) == first
    assert date(2026, 3, 10) > SINDS


# the table


@pytest.mark.parametrize(
    ("outcome_before", "content", "place", "expected"),
    [
        (None, b"a", (0, 1), Standing.NEW),
        ("aanvaard", b"a", (0, 1), Standing.SAME_POSITION),
        ("aanvaard", b"a", (0, 2), Standing.RESENT),
        ("aanvaard", b"a", (1, 1), Standing.RESENT),
        ("aanvaard", b"b", (0, 2), Standing.REUSED),
        ("aanvaard", b"b", (0, 1), Standing.REUSED),  # an inbox that was made anew counts from 0 again
        (REFUSED, b"a", (0, 1), Standing.SAME_POSITION),
        (REFUSED, b"a", (0, 2), Standing.RESENT),
        (REFUSED, b"b", (0, 2), Standing.NEW),
    ],
)
def test_how_a_claim_stands(
    outcome_before: str | None, content: bytes, place: tuple[int, int], expected: Standing
) -> None:
    claim = outcome_before and Claim("e", b"a", 0, 1, None, outcome_before, None, None, NU)
    assert standing(claim or None, content, *place) is expected
