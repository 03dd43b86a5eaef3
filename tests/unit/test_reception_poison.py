# SPDX-License-Identifier: EUPL-1.2
"""No record stops a worker: whatever an authentic partner sends, intake answers it, and what it accepts the dossier
agent can work off. An exception in either would end the process at the same record again and again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from consent.policy import Beleid
from hub.broker.topics import DOSSIER
from hub.bundles import Soort
from hub.dossier.regels.rules import Regels
from hub.streams.dossier import Dossiers
from hub.streams.outbox import Outbox
from hub.streams.replay import Record as Logrecord
from hub.streams.replay import ReplayTurn
from hub.streams.store import MemoryStore
from schemas import catalogue, codec, identity, signatures
from schemas.catalogue import Gebeurtenistype, Rol, Veld
from tests.unit.balie import Balie, Beurt
from tests.unit.inzenders import DUO, GEMEENTE, HUB, HUB_SIGNING, NU, SCHOOL, VWN, Inzender, Record, bsn

SLOW = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]}

COA = Inzender("00000009900000000006", (Rol.OPVANG,))
UITVOERDER = Inzender("00000009900000000007", (Rol.UITVOERDER,))
WERK = Inzender("00000009900000000008", (Rol.PARTICIPATIE,))
ALLEN = (SCHOOL, GEMEENTE, DUO, VWN, COA, UITVOERDER, WERK)

TEXTS = [
    "",
    " ",
    "#",
    "a#b",
    "0612-34-56",
    "9999-99-99",
    "2026-13-45",
    "onbekend",
    "0",
    "-1",
    "%s{}",
    "\u202e",
    "x" * 500,
]
TEXTS += ["00000009900000009999", *(one.oin for one in ALLEN), *(f"{one.oin}#{one.rollen[0]}" for one in ALLEN)]
TEXTS += [f"{VWN.oin}#hub", f"{VWN.oin}#", "00000009900000009999#begeleider", "identiteit", "2026-03"]
HOSTILE = st.sampled_from(TEXTS) | st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=40)
WORDS = st.sampled_from([*(str(one) for one in catalogue.Categorie), *catalogue.gebeurtenistypen()])
DAYS = st.dates(date(1900, 1, 1), NU.date() + timedelta(days=3660)).map(date.isoformat)
NEAR = st.dates(NU.date() - timedelta(days=400), NU.date()).map(date.isoformat)


def value_of(veld: Veld) -> st.SearchStrategy[Any]:
    if veld.waarden is not None:
        one: st.SearchStrategy[Any] = st.sampled_from(veld.waarden)
    else:
        one = {
            "string": HOSTILE | WORDS | st.just("betreft-1"),
            "int": st.integers(-(2**31) if veld.minimum is None else veld.minimum, 2**31 - 1),
            "boolean": st.booleans(),
            "date": NEAR | DAYS,
        }[veld.soort]
    return st.lists(one, max_size=4) if veld.lijst else one


@st.composite
def data_of(draw: st.DrawFn, kind: Gebeurtenistype) -> dict[str, Any]:
    """Data that the schema allows, and nobody would send."""
    data = {}
    for veld in kind.velden.values():
        if veld.soort == "bytes":
            continue
        if veld.verplicht or draw(st.booleans()):
            data[veld.naam] = draw(value_of(veld))
    if kind.naam == "correctie":
        named = draw(st.sampled_from([name for name in sorted(SENT) if name != "correctie"]))
        data |= {"gebeurtenis": named, "wijziging": draw(data_of(SENT[named]))}
    return data | draw(st.fixed_dictionaries({}, optional={"gebeurd_op": NEAR}))


SENT: Mapping[str, Gebeurtenistype] = {
    name: kind for name, kind in catalogue.gebeurtenistypen().items() if kind.producenten != {Rol.HUB}
}


@dataclass(frozen=True)
class Melding:
    """A report that an organisation may make."""

    sender: Inzender
    kind: str
    number: int
    data: dict[str, Any]

    def record(self, number: str) -> Record:
        rol = next(one for one in self.sender.rollen if one in SENT[self.kind].producenten)
        named = {"id": f"{number}-{self.number}", "extensions": {"rol": rol.value}}
        return self.sender.stuur(self.kind, self.data, bsn(number), **named)


@st.composite
def reports(draw: st.DrawFn) -> Melding:
    kind = SENT[draw(st.sampled_from(sorted(SENT)))]
    able = [one for one in ALLEN if set(one.rollen) & kind.producenten]
    return Melding(draw(st.sampled_from(able)), kind.naam, draw(st.integers(1, 4)), draw(data_of(kind)))


class Hub:
    """Intake and dossier agent, one after the other; only Kafka is missing."""

    def __init__(self, place: Path) -> None:
        self.balie = Balie(f"sqlite:///{place / 'vault.db'}", place, ALLEN)
        outbox = Outbox(HUB, HUB_SIGNING, signatures.key_id(HUB_SIGNING.public_key()), time.monotonic)
        self.agent = Dossiers(oin=HUB, vault=self.balie.vault, bundles=self.balie.bundles, outbox=outbox)
        self.store, self.offset = MemoryStore(), 0
        bundles = {Soort.BELEID: Beleid.load().to_json(), Soort.REGELS: Regels.laad().to_json()}
        bundles[Soort.DEELNEMERS] = self.balie.lijst.to_json()
        for soort, content in bundles.items():
            digest = self.balie.bundles.save(content)
            self.work(self.balie.eigen("bundel-geactiveerd", {"soort": soort, "digest": digest}))
        self._fresh = list(self.store.scan(b"", None))

    def forget(self) -> None:
        """Only the activated bundles are left of the state."""
        self.store = MemoryStore()
        self.store.apply(self._fresh, self.offset)

    def work(self, record: Record, key: bytes | None = None) -> ReplayTurn:
        headers, value = record
        turn = ReplayTurn(0, [Logrecord(0, self.offset, 0, key, value, headers)], self.store)
        asyncio.run(self.agent.turn(turn))  # type: ignore[arg-type]  # has what the agent uses of a turn
        self.offset += 1
        return turn

    def log(self, beurt: Beurt) -> int:
        """Work off what intake wrote into the log; the number of outputs."""
        into = [(key, value, headers) for topic, key, value, headers in beurt.uit if topic == DOSSIER]
        return sum(len(self.work((headers, value), key).emitted) for key, value, headers in into)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    hub = Hub(tmp_path_factory.mktemp("hub"))
    yield hub
    hub.balie.vault.close()


NUMBERS = (number for number in map(str, range(999900000, 999999999)) if identity.is_bsn(number))


@settings(max_examples=60, **SLOW)
@given(sent=st.lists(reports(), min_size=1, max_size=6))
def test_what_intake_accepts_the_dossier_agent_works_off(hub: Hub, sent: list[Melding]) -> None:
    number = next(NUMBERS)
    hub.forget()
    for one in sent:
        beurt = asyncio.run(hub.balie.neem_in(one.record(number)))
        (reden,) = hub.balie.redenen(beurt)
        into_the_log = len(hub.balie.log(beurt))
        event(f"{one.kind} {reden}")
        assert into_the_log <= (reden == "aanvaard"), "only the first of two with one id"
        assert hub.log(beurt) >= into_the_log, "every record of the log leaves at least its audit record"
    for day in (3, 60, 400, 1500):
        hub.work(hub.balie.eigen("tik", {"moment": (NU + timedelta(days=day)).strftime("%Y-%m-%dT05:00:00Z")}))


ATTRIBUTES = st.fixed_dictionaries(
    {},
    optional={
        "id": st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"]), min_size=1, max_size=340),
        "type": st.sampled_from(["nl.inburgering.", "nl.inburgering.tik", "x" * 1024, "nl.inburgering.Cursus-gestart"]),
        "subject": st.just("s" * 1024),
        "dataschema": st.just("d" * 1024),
        "datacontenttype": st.just("text/plain"),
        "extensions": st.dictionaries(
            st.from_regex(r"\A[a-z0-9]{1,20}\Z").filter(
                lambda name: name not in {"id", "time", "type", "source", "data"}
            ),
            st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=300),
            max_size=5,
        ),
    },
)
FRAME = codec.encode("cursus-gestart", {"persoon": bsn(), "begindatum": "2026-03-02"})


@st.composite
def frames(draw: st.DrawFn) -> bytes:
    """A good frame that something happened to, or none at all."""
    if draw(st.booleans()):
        return draw(st.binary(max_size=200))
    broken = bytearray(FRAME)
    for _ in range(draw(st.integers(0, 3))):
        broken[draw(st.integers(0, len(broken) - 1))] = draw(st.integers(0, 255))
    return bytes(broken[: draw(st.integers(0, len(broken)))] if draw(st.booleans()) else broken)


@settings(max_examples=100, **SLOW)
@given(sent=st.lists(st.tuples(ATTRIBUTES, frames()), min_size=1, max_size=8))
def test_every_authentic_record_gets_exactly_one_receipt(hub: Hub, sent: list[tuple[dict[str, Any], bytes]]) -> None:
    records = [SCHOOL.stuur(frame=frame, **attributes) for attributes, frame in sent]
    beurt = asyncio.run(hub.balie.neem_in(*records))
    assert len(hub.balie.bewijzen(beurt)) == len(records)
    assert len(hub.balie.log(beurt)) <= hub.balie.redenen(beurt).count("aanvaard")


@settings(max_examples=100, **SLOW)
@given(
    headers=st.lists(
        st.tuples(st.sampled_from(["ce_id", "ce_source", "ce_type", "ce_time", "x"]), st.binary(max_size=30))
    ),
    value=st.none() | st.binary(max_size=300),
    beside=st.booleans(),
)
def test_noise_goes_to_the_dead_letters(
    hub: Hub, headers: list[tuple[str, bytes]], value: bytes | None, beside: bool
) -> None:
    good_headers, good_value = SCHOOL.stuur(persoon=bsn())
    noise: Any = ([*good_headers, *headers], good_value + b"x") if beside else (headers, value)
    beurt = asyncio.run(hub.balie.neem_in(noise))
    assert len(beurt.dood) == 1
    assert beurt.uit == []
