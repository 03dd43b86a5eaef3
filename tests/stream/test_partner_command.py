# SPDX-License-Identifier: EUPL-1.2
"""The `connect` command as a partner's employee uses it: exit codes, JSON, and what comes back of a bad file."""

from __future__ import annotations

import csv
import json
import shutil
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from connectors import cli
from connectors.client import Delivery
from hub.broker.certificates import Authority, issue
from tests.stream.demo_hub import DemoHub, Ran, run

FILES = Path(__file__).parents[1] / "bestanden"
HEADING = "Burgerservicenummer;Naam;Lescode;Lesdatum;Vak;Duur (uur);Gevolgd (uur);Status;Reden;Mutatie;Mutatiedatum"


@pytest.fixture
def folder(demo: DemoHub, tmp_path: Path) -> Path:
    """A copy of a school's folder that a test may damage."""
    return Path(shutil.copytree(demo.folder("horizon"), tmp_path / "folder"))


def lessons(path: Path, *rows: str) -> Path:
    path.write_text("\n".join((HEADING, *rows, "")), encoding="utf-8")
    return path


def one_sentence(ran: Ran, code: int) -> str:
    """What it said: on the error channel only, one line, no trace."""
    assert ran.code == code, ran
    assert ran.out == ""
    assert ran.said and "\n" not in ran.said and "Traceback" not in ran.said, ran.err
    return ran.said


def waits(ran: Ran, said: str) -> None:
    """What could not go is kept, sealed, and it says so; why, on the error channel."""
    assert ran.code == 1, ran
    assert "1 events wait here, sealed" in ran.out
    assert ran.said.startswith(said) and "Traceback" not in ran.said, ran.err


def test_good_rows_go_and_bad_ones_come_back_with_the_reason(demo: DemoHub, tmp_path: Path) -> None:
    file = tmp_path / "presentie.csv"
    shutil.copy(FILES / "horizon-kapot.csv", file)
    ran = demo.connect("horizon", "send", file, "--profile", "horizon-presentie", "--json")
    assert ran.code == 1
    told = json.loads(ran.out)
    assert len(told["verzonden"]) == len(set(told["verzonden"])) > 0
    assert {one["kolom"] for one in told["afgekeurd"]} >= {"Burgerservicenummer", "Lesdatum", "Status", "Lescode"}
    copy = tmp_path / "presentie-afgekeurd.csv"
    assert told["kopie"] == str(copy)
    with copy.open(encoding="utf-8-sig", newline="") as opened:
        heading, *back = csv.reader(opened, delimiter=";")
    assert heading[-1] == "fout"
    assert len(back) == len({one["rij"] for one in told["afgekeurd"]})
    reasons = {one["uitleg"] for one in told["afgekeurd"]}
    assert all(any(reason in row[-1] for reason in reasons) for row in back), "the reason stands beside each row"
    assert file.read_bytes() == (FILES / "horizon-kapot.csv").read_bytes(), "the partner's own file is left alone"


def test_a_mended_copy_can_be_sent_and_its_receipts_asked_for(demo: DemoHub, tmp_path: Path) -> None:
    person = next(one for one in demo.draaiboek.personen if one.id == "P05")
    row = "{bsn};Layla;H-77;{day};Nederlands;2,5;2,5;aanwezig;;;"
    file = lessons(
        tmp_path / "les.csv", row.format(bsn=person.bsn, day="2 juni"), row.format(bsn=person.bsn, day="01-06-2026")
    )
    first = demo.connect("horizon", "send", file, "--profile", "horizon-presentie")
    assert first.code == 1
    assert "les.csv: 1 sent, 1 rows not." in first.out and "rij 2, Lesdatum:" in first.out
    copy = tmp_path / "les-afgekeurd.csv"
    copy.write_text(copy.read_text(encoding="utf-8-sig").replace("2 juni", "02-06-2026"), encoding="utf-8")
    again = demo.connect("horizon", "send", copy, "--profile", "horizon-presentie", "--json")
    assert again.code == 0
    (sent,) = json.loads(again.out)["verzonden"]
    ran = demo.connect("horizon", "receipts", "--json")
    assert ran.code == 0
    found = [json.loads(line) for line in ran.out.splitlines()]
    assert next(one["gebeurtenis"] for one in found if one["data"]["betreft"] == sent) == "aanlevering-aanvaard"
    counted = Counter(one["gebeurtenis"] for one in found)
    shown = demo.connect("horizon", "receipts")
    assert shown.code == 0
    assert shown.out.strip().endswith(
        f"{counted['aanlevering-aanvaard']} accepted, {counted['aanlevering-geweigerd']} refused."
    )
    assert "niet-bevoegd" in shown.out, "the story's own refusal"


def test_listening_shows_each_delivery_once(demo: DemoHub) -> None:
    first = demo.connect("duo", "listen", "--once", "--json")
    assert (first.code, first.err) == (0, "")
    found = [json.loads(line) for line in first.out.splitlines()]
    assert len(found) > 20
    assert {"id", "positie", "gebeurtenis", "rol", "pseudoniem", "persoon", "bron", "data"} <= set(found[0])
    second = demo.connect("duo", "listen", "--once", "--json")
    assert (second.code, second.out) == (0, "")
    place = found[-2]["positie"]
    looked = demo.connect("duo", "listen", "--once", "--from", str(place))
    assert looked.code == 0
    assert [line.split()[1] for line in looked.out.splitlines()] == [one["gebeurtenis"] for one in found[-2:]]


def test_square_brackets_in_a_value_are_shown_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    """They are markup to the library that draws the screen: an unknown tag would end the command."""
    data = {"voornamen": "[/b]A[red]"}
    moment = datetime(2026, 3, 2, tzinfo=UTC)
    cli._show(Delivery("1", "klantprofiel-gedeeld", "gemeente", "p", None, data, "b", None, moment, 0, None), False)  # type: ignore[arg-type]
    assert "voornamen=[/b]A[red]" in capsys.readouterr().out


# wrong use


def test_no_folder_is_said(tmp_path: Path) -> None:
    told = one_sentence(run("connect", "receipts", cwd=tmp_path), 2)
    assert told.startswith("There is no connect.toml") and "--config" in told


def test_a_profile_that_nobody_wrote(demo: DemoHub, tmp_path: Path) -> None:
    file = lessons(tmp_path / "les.csv")
    assert "bestaat-niet" in one_sentence(demo.connect("horizon", "send", file, "--profile", "bestaat-niet"), 2)


def test_a_file_that_is_none(demo: DemoHub, tmp_path: Path) -> None:
    ran = demo.connect("horizon", "send", tmp_path / "weg.csv", "--profile", "horizon-presentie")
    assert "weg.csv" in one_sentence(ran, 2)
    binary = tmp_path / "les.xlsx"
    binary.write_bytes(b"\0" * 100)
    one_sentence(demo.connect("brug", "send", binary, "--profile", "brug-school"), 2)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("connect.toml", b"oin = ", "is not TOML"),
        ("connect.toml", b'oin = "1"', "Correct naam in"),
        ("signing.key", b"short", "is not a key of 32 bytes"),
        ("sealing.key", None, "is missing"),
        ("cert.pem", b"nonsense", "are no certificates and key that belong together"),
        ("ca.pem", b"", "are no certificates and key that belong together"),
    ],
)
def test_a_damaged_folder(folder: Path, name: str, content: bytes | None, said: str) -> None:
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(content)
    ran = CliRunner().invoke(cli.app, ["receipts", "--config", str(folder)])
    assert said in one_sentence(Ran(ran.exit_code, ran.stdout, ran.stderr), 2)


def test_a_hub_that_cannot_be_reached(folder: Path) -> None:
    toml = folder / "connect.toml"
    toml.write_text("\n".join(
        'bootstrap = "127.0.0.1:1"' if line.startswith("bootstrap") else line for line in toml.read_text().splitlines()
    ))  # fmt: skip
    said = "The hub cannot be reached, or does not take this certificate"
    assert one_sentence(run("connect", "receipts", "--config", folder), 1).startswith(said)
    file = lessons(folder / "les.csv", _row())
    waits(run("connect", "send", file, "--profile", "horizon-presentie", "--config", folder), said)


def _row() -> str:
    return "999924886;Samira;H-78;01-06-2026;Nederlands;2,5;2,5;aanwezig;;;"


def test_a_certificate_of_another_authority(folder: Path, tmp_path: Path) -> None:
    other = Authority.new("Another CA").credentials(tmp_path / "other", "horizon", "00000099000000006000")
    shutil.copy(other.cert, folder / "cert.pem")
    shutil.copy(other.key, folder / "key.pem")
    told = one_sentence(run("connect", "receipts", "--config", folder), 1)
    assert told.startswith("The hub cannot be reached, or does not take this certificate")


@pytest.mark.parametrize(("begin", "end", "said"), [(-2, -1, "ended on"), (1, 2, "begins on")])
def test_a_certificate_that_does_not_count_today(demo: DemoHub, folder: Path, begin: int, end: int, said: str) -> None:
    now = datetime.now(UTC)
    certificate, key = issue(
        demo.broker.authority, "horizon", "00000099000000006000", begin=now + timedelta(begin), end=now + timedelta(end)
    )
    (folder / "cert.pem").write_bytes(certificate)
    (folder / "key.pem").write_bytes(key)
    told = one_sentence(run("connect", "receipts", "--config", folder), 2)
    assert told.startswith(f"The certificate {folder / 'cert.pem'} {said}")


def test_a_certificate_without_rights(demo: DemoHub, folder: Path, tmp_path: Path) -> None:
    """Of the hub's own authority, but of nobody who takes part."""
    nobody = demo.broker.authority.credentials(tmp_path / "nobody", "nobody", "00000099000000099999")
    shutil.copy(nobody.cert, folder / "cert.pem")
    shutil.copy(nobody.key, folder / "key.pem")
    said = "The hub does not let this certificate do that"
    assert one_sentence(run("connect", "receipts", "--config", folder), 1).startswith(said)
    file = lessons(folder / "les.csv", _row())
    waits(run("connect", "send", file, "--profile", "horizon-presentie", "--config", folder), said)
