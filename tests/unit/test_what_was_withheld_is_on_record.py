# SPDX-License-Identifier: EUPL-1.2
"""That something was not handed over is said by the HTTP room's own key, stands in the log, and is told to the person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from consent.blad import voor_partij
from consent.kader import Partij, Reden
from hub.broker.topics import DOSSIER, PARTITIONS
from hub.inzage.overzicht import gather
from hub.readmodel import privacy
from hub.readmodel.record import Basis, withheld
from hub.streams.envelope import INGEHOUDEN
from hub.streams.outputs import partition_of
from hub.streams.reception import WEB_EVENTS, Announcement, Desk, Untrusted
from hub.web.inbox import withheld_letter
from hub.web.kennis import Inhouding
from hub.web.overdracht import Levering, Plaats
from schemas import codec, seals, signatures
from schemas.catalogue import gebeurtenistypen
from schemas.cloudevents import TYPE_PREFIX, CloudEvent, source_of, to_headers
from schemas.vocabulary import Rol
from tests.unit.balie import Balie
from tests.unit.inzenders import ALLEN, HUB, HUB_SEALING, HUB_SIGNING, INDEX_KEY, NU, VWN
from tests.unit.verhaalaudit import Verhaal, boek

WEB = Ed25519PrivateKey.generate()
WEB_ID = signatures.key_id(WEB.public_key())
DOSSIERNUMMER = "3f1c2a50-0000-4000-8000-000000000001"


def inhouding(dossier: str | None = DOSSIERNUMMER) -> Inhouding:
    levering = Levering(
        "l1", Partij(VWN.oin, Rol.BEGELEIDER), "voortgang-gemeld", Plaats(0, 0), dossier, "t1", frozenset()
    )
    return Inhouding(levering, Reden.TOESTEMMING_WITHDRAWN, NU)


def desk(**more: Any) -> Desk:
    opener = seals.Opener({signatures.key_id(HUB_SEALING.public_key()): HUB_SEALING}, HUB)
    return Desk(
        HUB, {signatures.key_id(HUB_SIGNING.public_key()): HUB_SIGNING.public_key()}.get, opener, INDEX_KEY, **more
    )


def test_intake_takes_it_from_the_rooms_key_alone() -> None:
    _, value, headers = withheld_letter(HUB, WEB, inhouding())
    known = desk(web={WEB_ID: WEB.public_key()}.get)
    found = known.receive(headers, value, None, NU)
    assert isinstance(found, Announcement) and found.naam == INGEHOUDEN
    assert found.data["reden"] == "toestemming-withdrawn"
    assert isinstance(desk().receive(headers, value, None, NU), Untrusted), "a hub that does not know the key"
    _, value, headers = withheld_letter(HUB, HUB_SIGNING, inhouding())
    assert isinstance(known.receive(headers, value, None, NU), Untrusted), "not even from the hub's own signing key"


@pytest.mark.parametrize("naam", sorted(gebeurtenistypen()))
def test_the_rooms_key_says_nothing_else(naam: str) -> None:
    """No tick, no activation, no erasure: whoever breaks into the room cannot speak for the hub."""
    frame = codec.encode(naam, {}, volledig=False)
    event = CloudEvent("x", source_of(HUB, "web"), TYPE_PREFIX + naam, NU, data=frame)
    headers = to_headers(event) + signatures.sign(event, WEB, WEB_ID)
    found = desk(web={WEB_ID: WEB.public_key()}.get).receive(headers, frame, None, NU)
    assert isinstance(found, Announcement if naam in WEB_EVENTS else Untrusted)


def test_the_same_again_has_the_same_id() -> None:
    ids = {dict(withheld_letter(HUB, WEB, inhouding())[2])["ce_id"] for _ in range(2)}
    assert len(ids) == 1


@pytest.fixture
def balie(tmp_path: Path) -> Iterator[Balie]:
    made = Balie(f"sqlite:///{tmp_path / 'vault.db'}", tmp_path, ALLEN)
    made.intake._desk = desk(web={WEB_ID: WEB.public_key()}.get)
    yield made
    made.vault.close()


@pytest.mark.parametrize("dossier", [DOSSIERNUMMER, None])
async def test_intake_puts_it_into_the_log_beside_the_persons_records(balie: Balie, dossier: str | None) -> None:
    _, value, headers = withheld_letter(HUB, WEB, inhouding(dossier))
    beurt = await balie.neem_in((headers, value), partition=3)
    assert beurt.dood == []
    ((topic, _, sent, kept),) = beurt.uit
    assert (topic, sent, list(kept)) == (DOSSIER, value, headers), "as the room signed it"
    (partition,) = beurt.partities
    assert partition == (partition_of(dossier.encode(), PARTITIONS) if dossier else 3)


def test_the_account_for_the_person_says_so(verhaal: Verhaal, tmp_path: Path) -> None:
    """One delivery of the story is withheld at its hand-over: it counts as not shared, with the reason."""
    vwn = verhaal.partij("vwn#begeleider")
    record = next(
        one
        for one in map(orjson.loads, verhaal.records)
        if one.get("dossier") == "P09"
        and any(sent["aan"] == vwn and sent["type"] == "voortgang-gemeld" for sent in one["leveringen"])
    )
    sent = next(one for one in record["leveringen"] if one["aan"] == vwn)
    said = {"levering": sent["id"], "aan": vwn, "gebeurtenis": sent["type"], "dossier": "P09", "reden": "restricted"}
    moment = datetime(2026, 11, 1, tzinfo=UTC)
    extra = withheld(Basis(0, 10_000, moment, verhaal.digests), said)
    before = gather(boek(f"sqlite:///{tmp_path / 'a.db'}", verhaal.records), ["P09"], verhaal.archief().row, moment)
    engine = boek(f"sqlite:///{tmp_path / 'b.db'}", [*verhaal.records, extra])
    after = gather(engine, ["P09"], verhaal.archief().row, moment)

    def of(overzicht: Any) -> Any:
        return next(one for one in overzicht.ontvangers if str(one.partij) == vwn)

    assert of(after).keren.aantal == of(before).keren.aantal - 1
    assert len(after.verstrekkingen) == len(before.verstrekkingen) - 1
    assert "restricted" not in of(before).geweigerd
    assert "voortgang" in of(after).geweigerd["restricted"].categorieen
    reasons = [row for row in privacy.denials(engine, privacy.Periode(), aan=vwn) if row["reden"] == "restricted"]
    assert [row["aantal"] for row in reasons] == [1]
    assert voor_partij(extra, b"0" * 16, vwn.partition("#")[0]) == ()
