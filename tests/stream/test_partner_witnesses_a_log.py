# SPDX-License-Identifier: EUPL-1.2
"""A partner signs the log of a running hub as it grows, and signs no other. Sends reports: after the demo's own tests, by name."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from connectors.profile import ConnectProfile
from connectors.witness import name_of
from consent import checkpoint
from consent.cosignature import verify_cosignature
from hub.readmodel import questions
from hub.vault.tables import engine_for
from tests.stream.demo_hub import DemoHub, run


def test_a_partner_witnesses_the_log_as_it_grows_and_no_other_log(demo: DemoHub, tmp_path: Path) -> None:
    """`hub audit checkpoint` and `connect witness`, as the hub's operator and a gemeente would use them together."""
    gemeente = ConnectProfile.read(demo.folder("veldhaven"))
    request = tmp_path / "checkpoint.txt"
    size = 0
    for lesson in ("H-W1", "H-W2"):
        request.write_text(demo.hub("audit", "checkpoint", "--since", str(size)).out)
        signed = demo.connect("veldhaven", "witness", request)
        assert signed.code == 0, signed.err
        note = request.read_text().partition("\n\n")[2]
        verify_cosignature((note + signed.out).encode(), name_of(gemeente), gemeente.signing_key().public_key())
        size = checkpoint.parse(note.encode()).size
        _report(demo, tmp_path, lesson)
        _await(lambda size=size: questions.checkpoint(engine_for(demo.settings.audit_address))[0] > size)  # type: ignore[misc]
    other = demo.hub("audit", "checkpoint", "--since", str(size - 1)).out
    request.write_text(other)
    refused = demo.connect("veldhaven", "witness", request)
    assert (refused.code, refused.out) == (1, "") and str(size) in refused.said, "not from where it stood"
    kept = demo.folder("veldhaven") / "witness.jsonl"
    export = tmp_path / "audit.jsonl"
    assert demo.hub("audit", "export", export).code == 0
    assert run("hub", "audit", "verify", export, "--checkpoint", kept).code == 0
    lines = export.read_bytes().splitlines(keepends=True)
    assert len(lines) - 1 > size, "what the witness saw is a part of it"


def _report(demo: DemoHub, place: Path, lesson: str) -> None:
    person = next(one for one in demo.draaiboek.personen if one.id == "P05")
    file = place / f"{lesson}.csv"
    heading = "Burgerservicenummer;Naam;Lescode;Lesdatum;Vak;Duur (uur);Gevolgd (uur);Status;Reden;Mutatie;Mutatiedatum"
    file.write_text(f"{heading}\n{person.bsn};Layla;{lesson};02-06-2026;Nederlands;2,5;2,5;aanwezig;;;\n")
    assert demo.connect("horizon", "send", file, "--profile", "horizon-presentie").code == 0


def _await(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "the log did not grow"
        time.sleep(0.1)
