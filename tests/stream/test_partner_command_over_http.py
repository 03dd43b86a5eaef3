# SPDX-License-Identifier: EUPL-1.2
"""`connect ... --http`: what goes by Kafka goes over HTTP, with the same output, exit codes and memory on disk."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path

import pytest

from hub.broker.certificates import Authority
from tests.stream.demo_hub import DemoHub, Ran, run

HEADING = "Burgerservicenummer;Naam;Lescode;Lesdatum;Vak;Duur (uur);Gevolgd (uur);Status;Reden;Mutatie;Mutatiedatum"
PROFILE = ("--profile", "horizon-presentie")


@pytest.fixture
def folder(demo: DemoHub, tmp_path: Path) -> Path:
    """A copy of a school's folder that a test may change: its own memory begins empty."""
    folder = Path(shutil.copytree(demo.folder("horizon"), tmp_path / "folder"))
    for path in folder.glob("connect.db*"):
        path.unlink()
    return folder


def pupil(demo: DemoHub) -> str:
    return next(one.bsn for one in demo.draaiboek.personen if one.id == "P05")


def lessons(path: Path, *persons: tuple[str, str]) -> Path:
    rows = [f"{bsn};Naam;{les};03-06-2026;Nederlands;2,5;2,5;aanwezig;;;" for bsn, les in persons]
    path.write_text("\n".join((HEADING, *rows, "")), encoding="utf-8")
    return path


def at(folder: Path, http: str) -> None:
    """Let the folder's connect.toml say that the hub's HTTP interface is elsewhere."""
    toml = folder / "connect.toml"
    toml.write_text(re.sub(r'^http = ".*"$', f'http = "{http}"', toml.read_text(), flags=re.MULTILINE))


def connect(folder: Path, *words: str | Path) -> Ran:
    return run("connect", *words, "--http", "--config", folder)


def one_sentence(ran: Ran, code: int) -> str:
    assert (ran.code, ran.out) == (code, ""), ran
    assert ran.said and "\n" not in ran.said and "Traceback" not in ran.said, ran.err
    return ran.said


def test_a_file_goes_and_what_the_hub_refuses_comes_back_in_the_copy(demo: DemoHub, folder: Path) -> None:
    file = lessons(folder / "les.csv", (pupil(demo), "H-91"), ("999990044", "H-92"))
    ran = connect(folder, "send", file, *PROFILE, "--wait", "60", "--json")
    assert ran.code == 1, ran
    told = json.loads(ran.out)
    (fault,) = told["afgekeurd"]
    assert (len(told["verzonden"]), told["wacht"], fault["rij"]) == (2, 0, 3)
    with Path(told["kopie"]).open(encoding="utf-8-sig", newline="") as opened:
        _, row = csv.reader(opened, delimiter=";")
    assert row[-1] == fault["uitleg"]

    # one memory for both ways: what went over HTTP is known by Kafka, and its refusal is not told twice
    again = run("connect", "send", lessons(file, (pupil(demo), "H-91")), *PROFILE, "--json", "--config", folder)
    assert (again.code, json.loads(again.out)["aantallen"]) == (0, {"nieuw": 0, "gecorrigeerd": 0, "ongewijzigd": 1})


def test_both_ways_lead_to_the_same_mailbox(demo: DemoHub) -> None:
    for words in (("receipts",), ("listen", "--once", "--from", "0", "--json")):
        kafka, http = demo.connect("horizon", *words), demo.connect("horizon", *words, "--http")
        assert (http.code, http.err) == (kafka.code, "")
        assert http.out == kafka.out and kafka.out.count("\n") > 1


def test_what_was_shown_is_confirmed_and_what_is_withheld_is_told(demo: DemoHub) -> None:
    first, second = (demo.connect("vwn", "listen", "--once", "--json", "--http") for _ in range(2))
    assert (first.code, second.code) == (0, 0)
    whole = demo.connect("vwn", "listen", "--once", "--from", "0", "--json").out.splitlines()
    given, withheld = first.out.splitlines(), first.said.splitlines()
    assert set(given) < set(whole) and len(given) + len(withheld) == len(whole), "of a toestemming that was withdrawn"
    assert all("is not handed over any more: toestemming-withdrawn." in one for one in withheld)
    assert (second.out, second.err) == ("", "")


def test_without_a_certificate_a_token_does(demo: DemoHub, folder: Path) -> None:
    (folder / "cert.pem").unlink()
    (folder / "key.pem").unlink()
    ran = connect(
        folder, "send", lessons(folder / "les.csv", (pupil(demo), "H-93")), *PROFILE, "--wait", "60", "--json"
    )
    assert (ran.code, ran.said) == (0, ""), ran
    assert len(json.loads(ran.out)["verzonden"]) == 1


def test_what_cannot_go_waits_and_goes_later(demo: DemoHub, folder: Path) -> None:
    base = re.search(r'^http = "(.*)"$', (folder / "connect.toml").read_text(), flags=re.MULTILINE)
    assert base is not None
    at(folder, "https://127.0.0.1:1")
    file = lessons(folder / "les.csv", (pupil(demo), "H-94"))
    ran = connect(folder, "send", file, *PROFILE)
    assert ran.code == 1 and "1 events wait here, sealed" in ran.out
    assert ran.said.startswith("The hub cannot be reached at https://127.0.0.1:1,")
    assert connect(folder, "waiting").code == 1
    at(folder, base[1])
    ran = connect(folder, "waiting", "--send")
    assert (ran.code, ran.out) == (0, "0 events wait (0 bytes).\n")
    ran = connect(folder, "send", file, *PROFILE, "--json")
    assert (ran.code, json.loads(ran.out)["aantallen"]["ongewijzigd"]) == (0, 1)


def test_a_sentence_that_says_what_to_do(demo: DemoHub, folder: Path, tmp_path: Path) -> None:
    toml = folder / "connect.toml"
    written = toml.read_text()
    toml.write_text(re.sub(r"^http = .*\n", "", written, flags=re.MULTILINE))
    assert "copy the newest connect.toml" in one_sentence(connect(folder, "receipts"), 2)
    toml.write_text(written)

    nobody = demo.broker.authority.credentials(tmp_path / "nobody", "nobody", "00000099000000099999")
    shutil.copy(nobody.cert, folder / "cert.pem")
    shutil.copy(nobody.key, folder / "key.pem")
    said = one_sentence(connect(folder, "receipts"), 1)
    assert said.startswith("The hub does not take this over HTTP (401): Connect with a certificate that is in the")

    (folder / "ca.pem").write_bytes(
        Authority.new("Another CA").credentials(tmp_path / "other", "x", "1" * 20).ca.read_bytes()
    )
    said = one_sentence(connect(folder, "receipts"), 1)
    assert "is not the hub that ca.pem trusts" in said


# doctor


def test_the_doctor_looks_along_this_way(demo: DemoHub, folder: Path) -> None:
    ran = connect(folder, "doctor", "--json")
    assert ran.code == 0, ran
    files, certificate, hub, opens = json.loads(ran.out)
    assert all(one["goed"] for one in (files, certificate, hub, opens))
    assert "lets you read what it has for you" in hub["bevinding"]
    assert re.search(r"oldest delivery that is kept for you \([a-z-]+, position \d+\).*opens", opens["bevinding"])
    for name in ("cert.pem", "key.pem"):
        (folder / name).unlink()
    by_token = connect(folder, "doctor")
    assert by_token.code == 0 and "a token is asked for" in by_token.out


def test_the_doctor_says_what_is_wrong_with_it(demo: DemoHub, folder: Path, tmp_path: Path) -> None:
    other = Authority.new("Another CA").credentials(tmp_path / "other", "Taalschool Horizon", "00000009900000000099")
    (folder / "sealing.key").write_bytes(b"k" * 32)
    assert "Is sealing.key the one" in _wrong(connect(folder, "doctor"))
    (folder / "cert.pem").write_bytes(other.cert.read_bytes())
    (folder / "key.pem").write_bytes(other.key.read_bytes())
    assert "does not take this certificate" in _wrong(connect(folder, "doctor"))
    at(folder, "https://127.0.0.1:1")
    assert "cannot be reached at https://127.0.0.1:1" in _wrong(connect(folder, "doctor"))


def _wrong(ran: Ran) -> str:
    """The last sentence: what it could not get past."""
    assert ran.code == 1 and "Traceback" not in ran.err, ran
    lines = ran.err.strip().splitlines()
    assert lines and all(line.startswith("✗ ") for line in lines), ran
    return lines[-1]
