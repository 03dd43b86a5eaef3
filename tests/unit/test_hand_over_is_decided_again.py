# SPDX-License-Identifier: EUPL-1.2
"""What lies ready is decided upon once more when it is fetched, on what the log has shown by then; and stays withheld."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.decide import Besluit, Uitkomst
from consent.kader import Partij, Reden
from consent.participants import Deelnemersregister
from hub.dossier.feiten.facts import Feit
from hub.dossier.gevolgen import Gevolgen, Hubbesluit, Soort
from hub.dossier.gevolgen import Levering as Bezorging
from hub.readmodel.record import Basis, canonical, decision, withheld
from hub.vault.tables import engine_for
from hub.web.kennis import Kennis
from hub.web.overdracht import Feiten, Levering, Plaats, Stap, reden_om_in_te_houden
from schemas.catalogue import gebeurtenistypen
from schemas.vocabulary import Categorie, Rol

NU = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
VWN, SCHOOL = Partij("00000009900000000003", Rol.BEGELEIDER), "00000009900000000002#taalschool"
ROLLEN = frozenset({Rol.BEGELEIDER})
STAMP = int(NU.timestamp() * 1000)


def levering(gebeurtenis: str = "voortgang-gemeld", toestemming: str | None = "t1", positie: int = 10) -> Levering:
    return Levering(
        "l1",
        VWN,
        gebeurtenis,
        Plaats(0, positie),
        "d1",
        toestemming,
        frozenset({Categorie.VOORTGANG, Categorie.PSEUDONIEM}),
    )


def stap(stand: str, positie: int = 20, **more: Any) -> Stap:
    return Stap("t1", stand, Plaats(0, positie), "d1", **more)


# the rule


def test_nothing_happened_since() -> None:
    given_ = stap("gegeven", 5, ontvanger=str(VWN), categorieen=frozenset({Categorie.VOORTGANG}))
    assert reden_om_in_te_houden(levering(), Feiten(NU.date(), ROLLEN, (given_,))) is None


@pytest.mark.parametrize(
    ("after", "reden"),
    [
        ([stap("ingetrokken")], Reden.TOESTEMMING_WITHDRAWN),
        ([stap("verlopen")], Reden.TOESTEMMING_EXPIRED),
        ([stap("verlopen"), stap("ingetrokken", 30)], Reden.TOESTEMMING_WITHDRAWN),
        ([stap("gegeven", 5, tot=NU.date())], Reden.TOESTEMMING_EXPIRED),
        ([stap("gegeven", 5, tot=NU.date() + timedelta(days=1))], None),
        ([stap("vervallen")], Reden.NO_TOESTEMMING),
        ([stap("gecorrigeerd", 11)], Reden.NO_TOESTEMMING),
        ([stap("gecorrigeerd", 9)], None),  # the decision rested on what it was corrected to
    ],
)
def test_the_toestemming_under_it_fell_away(after: Sequence[Stap], reden: Reden | None) -> None:
    assert reden_om_in_te_houden(levering(), Feiten(NU.date(), ROLLEN, tuple(after))) is reden


@pytest.mark.parametrize(
    ("ontvanger", "categorie", "positie", "reden"),
    [
        (str(VWN), Categorie.VOORTGANG, 11, Reden.NO_TOESTEMMING),
        (str(VWN), Categorie.VOORTGANG, 9, None),
        (str(VWN), Categorie.AANWEZIGHEID, 11, None),
        (SCHOOL, Categorie.VOORTGANG, 11, None),
    ],
)
def test_a_later_no_has_an_id_of_its_own(
    ontvanger: str, categorie: Categorie, positie: int, reden: Reden | None
) -> None:
    no = Stap("t2", "geweigerd", Plaats(0, positie), "d1", ontvanger, frozenset({categorie, Categorie.PSEUDONIEM}))
    assert reden_om_in_te_houden(levering(), Feiten(NU.date(), ROLLEN, (no,))) is reden


@pytest.mark.parametrize(
    ("gebeurtenis", "restricted", "gone", "erased"),
    [
        ("voortgang-gemeld", Reden.RESTRICTED, Reden.NO_CONTRACT, Reden.ERASED),
        ("signaal-afgegeven", Reden.RESTRICTED, Reden.NO_CONTRACT, Reden.ERASED),
        ("correctie", None, None, Reden.ERASED),
        ("intrekking", None, None, Reden.ERASED),
        ("verwerking-beperkt", None, None, Reden.ERASED),
        ("beperking-opgeheven", None, None, Reden.ERASED),
        ("toestemming-ingetrokken", None, None, Reden.ERASED),
        ("toestemming-verlopen", None, None, Reden.ERASED),
        ("gegevens-gewist", None, None, None),
        ("aanlevering-aanvaard", None, None, None),
        ("aanlevering-geweigerd", None, None, None),
    ],
)
def test_restriction_the_end_of_participation_and_erasure(
    gebeurtenis: str, restricted: Reden | None, gone: Reden | None, erased: Reden | None
) -> None:
    one = levering(gebeurtenis, None)
    assert reden_om_in_te_houden(one, Feiten(NU.date(), ROLLEN, beperkt=True)) is restricted
    assert reden_om_in_te_houden(one, Feiten(NU.date(), frozenset())) is gone
    assert reden_om_in_te_houden(one, Feiten(NU.date(), ROLLEN, beperkt=True, gewist=True)) is erased
    other_role = reden_om_in_te_houden(one, Feiten(NU.date(), frozenset({Rol.TAALSCHOOL})))
    assert other_role is (Reden.WRONG_ROLE if gone else None)


def test_who_must_hear_of_a_withdrawal_hears_it() -> None:
    """The notice may rest on the very toestemming that it is about."""
    feiten = Feiten(NU.date(), ROLLEN, (stap("ingetrokken"),))
    assert reden_om_in_te_houden(levering("toestemming-ingetrokken"), feiten) is None
    assert reden_om_in_te_houden(levering("correctie"), feiten) is Reden.TOESTEMMING_WITHDRAWN


@given(
    st.sampled_from(sorted(gebeurtenistypen())),
    st.sampled_from(["ingetrokken", "verlopen", "vervallen"]),
    st.integers(0, 100),
    st.booleans(),
)
def test_no_step_back_revives_what_rested_on_it(gebeurtenis: str, stand: str, positie: int, again: bool) -> None:
    """Wherever the step stands, and also when the same toestemming is sent again after it."""
    steps = (stap(stand, positie), *((stap("gegeven", positie + 1),) if again else ()))
    told = reden_om_in_te_houden(levering(gebeurtenis), Feiten(NU.date(), ROLLEN, steps))
    without = reden_om_in_te_houden(levering(gebeurtenis, None), Feiten(NU.date(), ROLLEN, steps))
    assert without is None
    closing = {"toestemming-ingetrokken", "toestemming-verlopen", "gegevens-gewist", "aanlevering-aanvaard"}
    assert (told is None) == (gebeurtenis in closing | {"aanlevering-geweigerd"})


# what the log has shown, remembered


@dataclass
class Log:
    """Audit records of one partition, as the dossier agent writes them, in their order."""

    records: list[tuple[int, int, bytes]] = field(default_factory=list)
    _places: Any = field(default_factory=count)

    def add(self, content: bytes) -> None:
        self.records.append((next(self._places) * 2, STAMP, content))

    def tick(self, moment: datetime = NU) -> None:
        self.add(canonical({"v": 1, "soort": "tik", "plaats": "0:0", "moment": moment.isoformat()}))

    def participants(self, digest: str) -> None:
        self.add(canonical({"v": 1, "soort": "bundel", "bundel": "deelnemers", "digest": digest, "plaats": "0:0"}))

    def deliver(self, name: str, *, dossier: str = "d1", toestemming: str | None = None, at: int = 10) -> None:
        sent = Bezorging(
            VWN,
            "voortgang-gemeld",
            Soort.GEBEURTENIS,
            name,
            {"taalniveau": "A2"},
            frozenset({Categorie.PSEUDONIEM}),
            SCHOOL,
            NU.date(),
            NU,
        )
        yes = Besluit(VWN, Uitkomst.GELEVERD, regels=("r1",), velden={"taalniveau": "r1"}, toestemming=toestemming)
        self._decision(Gevolgen([sent], (yes,)), dossier, "voortgang-gemeld", at)

    def fact(self, gebeurtenis: str, data: dict[str, Any], *, name: str = "f", dossier: str = "d1", at: int) -> None:
        feit = Feit(name, gebeurtenis, "g#gemeente", NU.date().isoformat(), "", data, at)
        self._decision(Gevolgen([], feit=feit), dossier, gebeurtenis, at)

    def expired(self, toestemming: str, *, at: int) -> None:
        told = Hubbesluit("h", "toestemming-verlopen", Besluit(VWN, Uitkomst.GELEVERD, regels=("r",)), toestemming)
        self._decision(Gevolgen([], hubbesluiten=(told,)), "d1", None, at, soort="signaal")

    def linked(self, dossier: str, main: str, *, at: int) -> None:
        self._decision(Gevolgen([]), dossier, "identiteit-gekoppeld", at, soort="koppeling", hoofd=main)

    def erased(self, dossier: str, *, at: int) -> None:
        self._decision(Gevolgen([]), dossier, "gegevens-gewist", at, soort="wissing")

    def kept_back(self, name: str) -> None:
        said = {
            "levering": name,
            "aan": str(VWN),
            "gebeurtenis": "voortgang-gemeld",
            "reden": "restricted",
            "dossier": "d1",
        }
        self.add(withheld(Basis(0, 99, NU, {}), said))

    def _decision(
        self, gevolgen: Gevolgen, dossier: str, naam: str | None, at: int, soort: str = "besluit", **more: Any
    ) -> None:
        self.add(
            decision(
                Basis(0, at, NU, {}),
                gevolgen,
                soort=soort,
                dossier=dossier,
                event="e",
                naam=naam,
                bron=SCHOOL,
                ciphertext=b"x",
                **more,
            )
        )


REGISTER = Deelnemersregister.of(
    [{"oin": VWN.oin, "naam": "VWN", "rollen": [{"rol": "begeleider", "van": "2024-01-01", "tot": "2026-06-01"}]}]
)


class Room:
    """Kennis on a database of its own; `read` takes in what a log has that was not read before."""

    def __init__(self, database: str) -> None:
        self.database = database
        self.again()

    def again(self) -> None:
        """The next life of the process."""
        self.kennis = Kennis(engine_for(self.database), lambda _: REGISTER)

    def read(self, log: Log) -> None:
        first = self.kennis.positions()[0]
        if records := [one for one in log.records if one[0] >= first]:
            self.kennis.take({0: records})

    def decided(self, *names: str, oin: str = VWN.oin) -> dict[str, Reden | None]:
        return self.kennis.decided(oin, names, NU)


@pytest.fixture
def room(database: str) -> Room:
    return Room(database)


@pytest.fixture
def log() -> Log:
    log = Log()
    log.participants("x")
    log.tick()
    return log


def test_a_delivery_whose_record_was_not_seen_waits(room: Room, log: Log) -> None:
    room.read(log)
    assert room.decided("l1") == {}
    log.deliver("l1")
    room.read(log)
    assert room.decided("l1") == {"l1": None}
    assert room.decided("l1", oin="00000009900000000004") == {}, "what was decided for another is not shown"


def test_withdrawn_between_delivery_and_fetching(room: Room, log: Log) -> None:
    given_ = {"ontvanger": str(VWN), "categorieen": ["voortgang"], "van": "2026-01-01"}
    log.fact("toestemming-gegeven", given_, name="t1", at=5)
    log.deliver("l1", toestemming="t1")
    log.deliver("l2")
    room.read(log)
    assert room.decided("l1", "l2") == {"l1": None, "l2": None}
    log.fact("toestemming-ingetrokken", {"betreft": "t1"}, at=20)
    room.read(log)
    assert room.decided("l1", "l2") == {"l1": Reden.TOESTEMMING_WITHDRAWN, "l2": None}
    (one,) = room.kennis.to_report()
    assert (one.levering.id, one.reden, one.levering.toestemming) == ("l1", Reden.TOESTEMMING_WITHDRAWN, "t1")


def test_expired_by_a_tick_also_where_nobody_was_told(room: Room, log: Log) -> None:
    until = {"ontvanger": str(VWN), "categorieen": ["voortgang"], "van": "2026-01-01", "tot": "2026-03-10"}
    log.fact("toestemming-gegeven", until, name="t1", at=5)
    log.deliver("l1", toestemming="t1")
    log.deliver("l2", toestemming="t2")
    room.read(log)
    assert room.decided("l1", "l2") == {"l1": None, "l2": None}
    log.tick(datetime(2026, 3, 10, 6, tzinfo=UTC))
    log.expired("t2", at=30)
    room.read(log)
    assert set(room.decided("l1", "l2").values()) == {Reden.TOESTEMMING_EXPIRED}


def test_what_was_withheld_stays_so_when_a_restriction_is_lifted(room: Room, log: Log) -> None:
    log.deliver("l1")
    log.deliver("l2")
    log.fact("verwerking-beperkt", {"datum": "2026-03-02"}, at=20)
    room.read(log)
    assert room.decided("l1") == {"l1": Reden.RESTRICTED}
    log.fact("beperking-opgeheven", {"datum": "2026-03-02"}, at=30)
    room.read(log)
    assert room.decided("l1", "l2") == {"l1": Reden.RESTRICTED, "l2": None}, "l2 was not asked for meanwhile"
    room.again()
    assert room.decided("l1") == {"l1": Reden.RESTRICTED}
    assert [one.levering.id for one in room.kennis.to_report()] == ["l1"]
    room.kennis.reported(["l1"])
    assert room.kennis.to_report() == []


def test_erased_also_under_the_dossier_that_it_went_into(room: Room, log: Log) -> None:
    log.deliver("l1", dossier="d1")
    log.deliver("l2", dossier="d2")
    log.linked("d1", "main", at=15)
    log.fact("verwerking-beperkt", {}, dossier="main", at=16)
    room.read(log)
    assert room.decided("l1", "l2") == {"l1": Reden.RESTRICTED, "l2": None}
    log.erased("d2", at=17)
    room.read(log)
    assert room.decided("l2") == {"l2": Reden.ERASED}


def test_an_organisation_that_takes_part_no_more(room: Room, log: Log) -> None:
    log.deliver("l1")
    log.tick(datetime(2026, 6, 1, 6, tzinfo=UTC))
    room.read(log)
    assert room.decided("l1") == {"l1": Reden.NO_CONTRACT}


def test_a_database_that_was_lost_is_read_anew_with_what_was_withheld(room: Room, log: Log, tmp_path: Any) -> None:
    log.deliver("l1")
    log.deliver("l2")
    log.kept_back("l1")
    room.read(log)
    other = Room(f"sqlite:///{tmp_path / 'other.db'}")
    other.read(log)
    for one in (room, other):
        assert one.decided("l1", "l2") == {"l1": Reden.RESTRICTED, "l2": None}
        assert one.kennis.to_report() == [], "it stands in the log already"


def test_records_and_position_are_one_transaction(room: Room, log: Log) -> None:
    log.deliver("l1")
    whole = list(log.records)
    log.records.append((100, STAMP, b"no record"))
    with pytest.raises(ValueError):
        room.read(log)
    room.again()
    assert room.decided("l1") == {}
    assert room.kennis.positions()[0] == 0
    log.records[:] = whole
    room.read(log)
    assert room.decided("l1") == {"l1": None}
    assert room.kennis.positions()[0] == whole[-1][0] + 1


def test_what_the_recipient_has_is_not_said_to_be_kept_from_it(room: Room, log: Log) -> None:
    log.deliver("l1", toestemming="t1")
    log.deliver("l2", toestemming="t1")
    room.read(log)
    room.kennis.handed_over("00000009900000000004", ["l2"])  # not its
    room.kennis.handed_over(VWN.oin, ["l1"])
    log.fact("toestemming-ingetrokken", {"betreft": "t1"}, at=20)
    room.read(log)
    assert room.decided("l1", "l2") == dict.fromkeys(("l1", "l2"), Reden.TOESTEMMING_WITHDRAWN)
    assert [one.levering.id for one in room.kennis.to_report()] == ["l2"]


def test_two_processes_on_one_database_take_each_record_in_once(room: Room, log: Log) -> None:
    other = Room(room.database)
    log.fact("toestemming-gegeven", {"ontvanger": str(VWN), "categorieen": ["voortgang"]}, name="t1", at=5)
    log.deliver("l1", toestemming="t1")
    room.kennis.take({0: log.records[:3]})
    other.kennis.take({0: log.records})
    room.kennis.take({0: log.records[3:]})
    assert room.kennis.positions()[0] == log.records[-1][0] + 1
    assert room.decided("l1") == other.decided("l1") == {"l1": None}


def test_what_can_be_in_no_mailbox_any_more_is_forgotten(room: Room, log: Log) -> None:
    log.deliver("l1")
    room.read(log)
    room.kennis.forget(NU + timedelta(days=90))
    assert room.decided("l1") == {"l1": None}
    room.kennis.forget(NU + timedelta(days=101))
    assert room.decided("l1") == {}


def test_the_storys_begeleider_gets_nothing_more_after_the_withdrawal(verhaal: Any, tmp_path: Any) -> None:
    """All that the demo's story delivered, fetched at its end."""
    kennis = Kennis(engine_for(f"sqlite:///{tmp_path / 'web.db'}"), lambda _: verhaal.bundels.deelnemers)
    opened = canonical({"v": 1, "soort": "bundel", "bundel": "deelnemers", "digest": "x", "plaats": "0:0"})
    kennis.take({0: [(number, STAMP, record) for number, record in enumerate([opened, *verhaal.records])]})
    by_oin: dict[str, list[str]] = {}
    for record in map(orjson.loads, verhaal.records):
        for one in record.get("leveringen", ()):
            by_oin.setdefault(one["aan"].partition("#")[0], []).append(one["id"])
    told = {oin: kennis.decided(oin, names, NU) for oin, names in by_oin.items()}
    assert all(set(told[oin]) == set(names) for oin, names in by_oin.items()), "every delivery has its record"
    vwn = verhaal.draaiboek.deelnemer("vwn").oin
    assert Reden.TOESTEMMING_WITHDRAWN in told[vwn].values()
    assert all(None in answers.values() for answers in told.values())
