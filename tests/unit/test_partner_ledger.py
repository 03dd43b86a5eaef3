# SPDX-License-Identifier: EUPL-1.2
"""A file uploaded again doubles nothing; a corrected file becomes corrections; what the hub refused may come again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from connectors import Connector
from connectors.files import Melding, Profiel, load_profile, read
from connectors.files.rows import Row
from connectors.files.sheets import write_csv
from connectors.ledger import Gevolg, Ledger, Recorded
from connectors.spool import Spool, SpoolFull
from connectors.store import Store
from connectors.uploading import Uploader
from schemas import codec
from tests.unit.partner import delivery, school

HEADING = ["Hubkenmerk", "Les", "Lesdatum", "Status", "Reden"]
LESSON = ["p1", "L1", "02-03-2026", "absent", ""]


class Desk:
    """A school that uploads files while nothing is sent yet."""

    def __init__(self, place: Path) -> None:
        self.place, self.profile = place, school(place)
        self.profiel: Profiel = load_profile("school", afzender=self.profile.oin, geheim=self.profile.file_secret())
        self.spool = Spool(Store.of(self.profile))
        self.ledger = Ledger(self.spool, "hub.out.x")
        self.position = 0

    def upload(self, *lines: list[str]) -> Recorded:
        file = self.place / "les.csv"
        write_csv(file, [HEADING, *lines])
        rows = [one for one in read(file, self.profiel) if isinstance(one, Melding)]
        return self.ledger.record(rows, self.profiel.namespace, file.name)

    def spooled(self) -> list[tuple[str, dict[str, object]]]:
        return [(packed.id, codec.decode(packed.frame)[1]) for _, packed in self.spool.first(100)]

    async def answer(self, about: str, *, refused: str | None = None) -> None:
        data = {"betreft": about, "gebeurtenis": "aanwezigheid-gemeld"}
        if refused:
            receipt = delivery("aanlevering-geweigerd", {**data, "reden": "geen-relatie", "toelichting": refused})
        else:
            receipt = delivery("aanlevering-aanvaard", {**data, "positie": "0/1"})
        was = self.position or None
        self.position += 1
        await self.ledger.take([receipt], was, self.position)


def read_rows(desk: Desk) -> list[Row]:
    file = desk.place / "les.csv"
    write_csv(file, [HEADING, LESSON])
    return list(read(file, desk.profiel))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_the_same_file_again_is_nothing(desk: Desk) -> None:
    first = desk.upload(LESSON, ["p2", *LESSON[1:]])
    assert len(first.ids[Gevolg.NIEUW]) == 2
    again = desk.upload(LESSON, ["p2", *LESSON[1:]])
    assert again.sent == [] and len(again.ids[Gevolg.ONGEWIJZIGD]) == 2
    assert len(desk.spooled()) == 2


def test_a_changed_row_becomes_a_correction_that_says_only_what_changed(desk: Desk) -> None:
    (original,) = desk.upload(LESSON).sent
    (correction,) = desk.upload(["p1", "L1", "02-03-2026", "afgemeld", "werk"]).ids[Gevolg.GECORRIGEERD]
    sent = dict(desk.spooled())
    assert set(sent) == {original, correction}
    assert sent[correction]["betreft"] == original
    assert sent[correction]["wijziging"] == {"verzuim": "geoorloofd", "reden": "werk"}
    assert desk.upload(["p1", "L1", "02-03-2026", "afgemeld", "werk"]).sent == []


def test_back_and_forth_are_corrections_each_with_an_id_of_its_own(desk: Desk) -> None:
    ids = [
        one
        for status in ("absent", "aanwezig", "absent", "aanwezig")
        for one in desk.upload([*LESSON[:3], status, ""]).sent
    ]
    assert len(set(ids)) == len(ids) == 4
    words = [data["wijziging"]["verzuim"] for _, data in desk.spooled()[1:]]  # type: ignore[index]
    assert words == ["geen", "ongeoorloofd", "geen"]


def test_a_cell_that_is_empty_now_takes_the_value_away(desk: Desk) -> None:
    (original,) = desk.upload(["p1", "L1", "02-03-2026", "afgemeld", "werk"]).sent
    (correction,) = desk.upload(["p1", "L1", "02-03-2026", "afgemeld", ""]).ids[Gevolg.GECORRIGEERD]
    sent = dict(desk.spooled())[correction]
    assert (sent["betreft"], sent["leeg"]) == (original, ["reden"])
    assert "wijziging" not in sent
    assert desk.upload(["p1", "L1", "02-03-2026", "afgemeld", ""]).sent == []
    (both,) = desk.upload(["p1", "L1", "02-03-2026", "absent", "werk"]).ids[Gevolg.GECORRIGEERD]
    assert dict(desk.spooled())[both]["wijziging"] == {"reden": "werk", "verzuim": "ongeoorloofd"}


def test_a_row_with_another_day_alone_is_no_correction(desk: Desk) -> None:
    (row,) = [one for one in read_rows(desk) if isinstance(one, Melding)]
    desk.ledger.record([row], desk.profiel.namespace, "x.csv")
    done = desk.ledger.record([replace(row, gebeurd=date(2026, 3, 3))], desk.profiel.namespace, "x.csv")
    assert done.sent == [] and "andere datum" in done.rejected[0].uitleg_nl


async def test_a_refused_row_may_come_again_under_its_id(desk: Desk) -> None:
    (original,) = desk.upload(LESSON).sent
    assert desk.ledger.waiting() and desk.ledger.unanswered([original]) == 1
    await desk.answer(original, refused="Wacht op de toewijzing.")
    assert not desk.ledger.waiting() and desk.ledger.unanswered([original]) == 0
    (refusal,) = desk.ledger.refusals()
    assert (refusal.bestand, refusal.regelnummer, refusal.uitleg) == ("les.csv", 2, "Wacht op de toewijzing.")
    assert desk.upload([*LESSON[:3], "aanwezig", ""]).ids[Gevolg.NIEUW] == [original]
    assert desk.ledger.refusals() == [], "another answer is to come"


async def test_a_refusal_is_told_once(desk: Desk) -> None:
    ids = desk.upload(LESSON, ["p2", *LESSON[1:]]).sent
    for one in ids:
        await desk.answer(one, refused="Wacht op de toewijzing.")
    first, second = desk.ledger.refusals()
    desk.ledger.told([first])
    assert desk.ledger.refusals() == [second], "killed before it was told, it is told by the next one"


async def test_a_refused_correction_leaves_what_was_said_before(desk: Desk) -> None:
    (original,) = desk.upload(LESSON).sent
    (correction,) = desk.upload([*LESSON[:3], "aanwezig", ""]).sent
    await desk.answer(original)
    assert desk.ledger.unanswered([correction]) == 1, "the answer to the report is not the correction's"
    await desk.answer(correction, refused="Dit is niet van u.")
    assert [one.uitleg for one in desk.ledger.refusals()] == ["Dit is niet van u."]
    assert desk.upload(LESSON).sent == [], "the row says again what the hub has"
    assert len(desk.upload([*LESSON[:3], "aanwezig", ""]).ids[Gevolg.GECORRIGEERD]) == 1


def test_what_does_not_fit_in_the_spool_is_not_remembered_either(desk: Desk) -> None:
    small = Ledger(Spool(Store.of(desk.profile), max_bytes=10), "hub.out.x")
    rows = [Melding("cursus-gestart", {"soort": "pseudoniem", "waarde": "p"}, {"begindatum": "2026-03-02"},
                    date(2026, 3, 2), "i", 2)]  # fmt: skip
    with pytest.raises(SpoolFull, match="see that it can be reached"):
        small.record(rows, desk.profiel.namespace, "x.csv")
    assert desk.ledger.record(rows, desk.profiel.namespace, "x.csv").sent == ["i"]


async def test_a_hub_that_is_away_keeps_rows_here_and_the_copy_says_what_is_wrong(desk: Desk) -> None:
    file = desk.place / "les.csv"
    write_csv(file, [HEADING, LESSON, ["p2", "L1", "31-02-2026", "absent", ""]])
    async with Connector(desk.profile) as connector:
        done = await Uploader(connector, desk.profiel).upload(file)
    assert (done.wacht, len(done.recorded.sent), done.lines_rejected) == (1, 1, 1)
    assert done.storing is not None and done.kopie is not None
    assert "geen bestaande datum" in done.kopie.read_text(encoding="utf-8-sig")
