# SPDX-License-Identifier: EUPL-1.2
"""docs/partner.md, followed to the letter in a fresh directory: its own commands, from letting in to a first delivery."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from hub.broker.certificates import Authority
from tests.machine import program
from tests.stream.demo_hub import BIN, Ran, run
from tests.stream.pages import PATIENCE_SECONDS, ROOT, Page, shell, terminal

pytestmark = pytest.mark.docs

PAGE = Page.read("partner.md")
COMMANDS = PAGE.all("")
SCHOOL, GEMEENTE = "00000099000000000042", "00000099000000000018"
MARK = "--- block"


@dataclass(frozen=True)
class Followed:
    """What came of it: the folder, and what each block printed."""

    place: Path
    printed: list[str]

    @property
    def school(self) -> Path:
        return self.place / "school"

    def by(self, command: str) -> str:
        """What the block with this command printed."""
        (found,) = [said for text, said in zip(COMMANDS, self.printed, strict=True) if command in text]
        return found

    def connect(self, *words: str | Path) -> Ran:
        return run("connect", *words, cwd=self.school)

    def hub(self, *words: str | Path) -> Ran:
        return run("hub", *words, "--data", "hub", cwd=self.place)


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Followed]:
    place, began = tmp_path_factory.mktemp("proef"), time.monotonic()
    with terminal(PAGE.only("hub").strip(), place):
        printed = shell(f"\necho '{MARK}'\n".join(["", *COMMANDS]), place).split(f"{MARK}\n")[1:]
        print(f"\nfrom an empty folder to a first delivery: {time.monotonic() - began:.0f} s")
        yield Followed(place, printed)


def test_the_commands_are_made_as_the_page_says() -> None:
    assert "make -C inburgeringshub install" in PAGE.only("install")
    subprocess.run(["make", "-C", ROOT, "install"], check=True, capture_output=True, timeout=PATIENCE_SECONDS * 5)
    assert (BIN / "hub").exists() and (BIN / "connect").exists()


def test_the_first_report_is_accepted_and_the_first_delivery_arrives(followed: Followed) -> None:
    told = followed.by("connect send presentie.csv")
    assert "presentie.csv: 1 sent, 0 rows not." in told
    assert told.strip().endswith("1 accepted, 0 refused.")
    first = followed.by("connect listen --once").splitlines()
    (assigned,) = [line for line in first if "taalschool-toegewezen" in line]
    assert "achternaam=Voorbeeld" in assigned


def test_the_hub_never_held_a_private_key(followed: Followed) -> None:
    """Byte by byte: nothing in its directory holds what the school keeps to itself."""
    secrets = {
        name: (followed.school / name).read_bytes() for name in ("signing.key", "sealing.key", "file.secret", "key.pem")
    }
    looked = 0
    for path in followed.place.rglob("*"):
        if path.is_file() and followed.school not in path.parents:
            with contextlib.suppress(FileNotFoundError):  # a journal of SQLite that has just ended
                content = path.read_bytes()
                assert [name for name, secret in secrets.items() if secret in content] == [], path
                looked += 1
    assert looked > 20
    given_back = {path.name for path in (followed.place / "hub" / "participants" / SCHOOL).iterdir()}
    assert given_back == {"connect.toml", "client.properties", "cert.pem", "ca.pem"}


def test_what_a_reader_looks_at_in_a_browser_is_there(followed: Followed) -> None:
    assert (followed.school / "contract.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert json.loads((followed.school / "asyncapi.json").read_bytes())["asyncapi"] == "3.0.0"


# kcat


def kcat(followed: Followed, *words: str) -> Ran:
    done = subprocess.run(
        [program("kcat", package="kcat"), *words],
        cwd=followed.school, capture_output=True, text=True, errors="replace", timeout=PATIENCE_SECONDS, check=False,
    )  # fmt: skip
    return Ran(done.returncode, done.stdout, done.stderr)


def test_kcat_reads_ones_own_topic(followed: Followed) -> None:
    program("kcat", package="kcat")
    seen = shell(PAGE.only("kcat"), followed.school).splitlines()
    assert seen.count("ce_type=nl.inburgering.taalschool-toegewezen") == 1
    assert "ce_type=nl.inburgering.aanlevering-aanvaard" in seen
    whole = kcat(
        followed, "-F", "client.properties", "-C", "-t", f"hub.out.{SCHOOL}", "-o", "beginning", "-e", "-f", "%h %s"
    )
    assert whole.code == 0 and "handtekening=" in whole.out
    assert "Voorbeeld" not in whole.out, "what is about a person is sealed"


@pytest.mark.parametrize("topic", [f"hub.out.{GEMEENTE}", "hub.inbox", "hub.dossier", "hub.audit"])
def test_kcat_is_refused_what_is_anothers(followed: Followed, topic: str) -> None:
    refused = kcat(followed, "-F", "client.properties", "-C", "-t", topic, "-o", "beginning", "-e")
    assert refused.code != 0 and refused.out == ""
    assert "Topic authorization failed" in refused.err


# connect doctor


def test_all_is_well(followed: Followed) -> None:
    ran = followed.connect("doctor", "--json")
    assert ran.code == 0, ran
    found = json.loads(ran.out)
    assert all(one["goed"] for one in found)
    assert "taalschool-toegewezen" in found[-1]["bevinding"] or "aanlevering" in found[-1]["bevinding"]


def damaged(followed: Followed, place: Path, **changes: bytes | None) -> Path:
    """A copy of the school's folder with other files in it."""
    folder = Path(shutil.copytree(followed.school, place / "folder"))
    for name, content in changes.items():
        (folder / name.replace("_", ".")).write_bytes(content or b"")
    return folder


def said(ran: Ran, code: int) -> str:
    assert ran.code == code, ran
    assert "Traceback" not in ran.err and "\n" not in ran.said, ran
    return ran.said


def test_another_certificate_than_the_keys(followed: Followed, tmp_path: Path) -> None:
    folder = damaged(
        followed, tmp_path, cert_pem=(followed.place / "hub/participants" / GEMEENTE / "cert.pem").read_bytes()
    )
    assert "are no certificates and key that belong together" in said(run("connect", "doctor", "--config", folder), 1)


def test_a_certificate_of_another_authority(followed: Followed, tmp_path: Path) -> None:
    other = Authority.new("Another CA").credentials(tmp_path / "other", "Taalschool Nova", SCHOOL)
    folder = damaged(followed, tmp_path, cert_pem=other.cert.read_bytes(), key_pem=other.key.read_bytes())
    assert said(run("connect", "doctor", "--config", folder), 1).startswith("✗ The hub breaks off")


def test_a_certificate_of_nobody_who_takes_part(followed: Followed, tmp_path: Path) -> None:
    authority = Authority.open(next((followed.place / "hub" / "broker").rglob("ca.key.pem")).parent)
    nobody = authority.credentials(tmp_path / "nobody", "Taalschool Oud", SCHOOL)
    folder = damaged(followed, tmp_path, cert_pem=nobody.cert.read_bytes(), key_pem=nobody.key.read_bytes())
    assert "gives it no right to" in said(run("connect", "doctor", "--config", folder), 1)


def test_a_hub_that_is_away_or_another(followed: Followed, tmp_path: Path) -> None:
    away = re.sub(rb'bootstrap = ".*"', b'bootstrap = "127.0.0.1:1"', (followed.school / "connect.toml").read_bytes())
    folder = damaged(followed, tmp_path, connect_toml=away)
    assert said(run("connect", "doctor", "--config", folder), 1).startswith("✗ Nobody answers at 127.0.0.1:1")
    (folder / "connect.toml").write_bytes((followed.school / "connect.toml").read_bytes())
    Authority.new("Another CA").save(tmp_path / "ca")
    (folder / "ca.pem").write_bytes((tmp_path / "ca" / "ca.pem").read_bytes())
    assert "is not the hub that ca.pem trusts" in said(run("connect", "doctor", "--config", folder), 1)


def test_another_sealing_key_than_the_hub_seals_to(followed: Followed, tmp_path: Path) -> None:
    folder = damaged(followed, tmp_path, sealing_key=os.urandom(32))
    assert "is not what the hub sent us" in said(run("connect", "doctor", "--config", folder), 1)


# letting in


def request_of(place: Path, oin: str) -> tuple[Path, str]:
    made = run("connect", "keys", "new", "--oin", oin, "--naam", "Nog een school", "--json", place / oin)
    assert made.code == 0, made
    told = json.loads(made.out)
    return Path(told["aanmelding"]), told["vingerafdruk"]


def test_nobody_is_let_in_by_a_file_alone(followed: Followed, tmp_path: Path) -> None:
    request, fingerprint = request_of(tmp_path, "00000099000000000043")
    words = ("participants", "add", "--request", request, "--rol", "taalschool")
    assert "by telephone for the fingerprint" in said(followed.hub(*words), 2)
    other = fingerprint.translate(str.maketrans("0123456789abcdef", "123456789abcdef0"))
    assert "let nobody in by this one" in said(followed.hub(*words, "--fingerprint", other), 2)
    changed = json.loads(request.read_text()) | {"oin": "00000099000000000044"}
    request.write_text(json.dumps(changed))
    assert "changed after it was signed" in said(followed.hub(*words, "--fingerprint", fingerprint), 2)
    assert "00000099000000000043" not in followed.hub("participants", "list").out


def test_the_keys_of_one_that_made_its_own_are_not_changed_here(followed: Followed) -> None:
    assert "made its own keys" in said(followed.hub("participants", "rotate", "--oin", SCHOOL), 2)


# new keys; last, because the school's folder is another one afterwards


def test_new_keys_come_before_the_old_ones_end(followed: Followed) -> None:
    before = (followed.school / "signing.key").read_bytes()
    shell(PAGE.only("renew"), followed.school)
    assert (followed.school / "signing.key").read_bytes() != before
    assert not (followed.school / "next").exists()
    looked = followed.connect("listen", "--once", "--from", "0", "--json")
    assert looked.code == 0 and "taalschool-toegewezen" in looked.out, "the old sealing key opens what came before"
    lessons = (followed.school / "presentie.csv").read_text().replace("L-1", "L-2")
    (followed.school / "later.csv").write_text(lessons)
    sent = followed.connect("send", "later.csv", "--profile", "school", "--wait", "30")
    assert sent.code == 0, sent
    receipts = followed.connect("receipts")
    assert receipts.out.strip().endswith("2 accepted, 0 refused."), receipts
