# SPDX-License-Identifier: EUPL-1.2
"""What a privacy officer asks, of the demo's hub as it runs: each answer from one command, each look-up on record."""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from demo.draaiboek import Persoon
from hub.vault.tables import engine_for, pseudoniemen, reading
from tests.stream.demo_hub import DemoHub

VWN = "vwn#begeleider"
PATIENCE_SECONDS = 30.0


@pytest.fixture(scope="module")
def persoon(demo: DemoHub) -> Persoon:
    """Who gave toestemming and withdrew it."""
    return next(one for one in demo.draaiboek.personen if one.id == "P09")


@pytest.fixture(scope="module")
def inzage(demo: DemoHub, persoon: Persoon, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    page = tmp_path_factory.mktemp("inzage") / "inzage.html"
    ran = demo.hub("person", "inzage", "--bsn", "-", "--html", page, "--json", input=f"{persoon.bsn}\n")
    assert ran.code == 0, ran.said
    return {**json.loads(ran.out), "page": page.read_text(encoding="utf-8")}


def asked(demo: DemoHub, *words: str | Path, code: int = 0) -> Any:
    ran = demo.hub(*words, "--json")
    assert ran.code == code, ran.said
    return json.loads(ran.out)


def party(demo: DemoHub, name: str) -> str:
    org, _, rol = name.partition("#")
    return f"{demo.oin(org)}#{rol}"


def test_inzage_tells_every_delivery_about_the_person(demo: DemoHub, persoon: Persoon, inzage: dict[str, Any]) -> None:
    expected = Counter(
        (party(demo, one.aan), one.gebeurtenis) for one in demo.seen.geleverd if one.persoon == persoon.id
    )
    assert Counter((one["aan"], one["type"]) for one in inzage["verstrekkingen"]) == expected
    names = {one["naam"] for one in inzage["ontvangers"]}
    assert {one.naam for one in demo.draaiboek.deelnemers if one.id == "vwn"} <= names
    assert persoon.bsn not in inzage["page"] and persoon.achternaam not in inzage["page"]


def test_the_look_up_by_bsn_is_on_record_without_the_bsn(
    demo: DemoHub, persoon: Persoon, inzage: dict[str, Any]
) -> None:
    dossier = inzage["dossiers"][0]
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        found = asked(demo, "audit", "acts", "--about", "persons")
        mine = [one["handeling"] for one in found if one["onderwerp"] == dossier]
        if {"persoon-opgezocht", "inzage-gegeven"} <= set(mine):
            break
        assert time.monotonic() < deadline, found
        time.sleep(0.2)
    assert all(one["door"] for one in found)
    assert persoon.bsn not in json.dumps(found)


def test_nobody_by_that_number_is_an_answer_and_on_record_too(demo: DemoHub) -> None:
    ran = demo.hub("person", "inzage", "--bsn", "999990019")
    assert ran.code == 1 and "knows nobody" in ran.said


def test_what_rested_on_toestemming_and_its_history(demo: DemoHub, inzage: dict[str, Any]) -> None:
    dossier = inzage["dossiers"][0]
    found = asked(demo, "audit", "disclosures", "--on-toestemming")
    assert {(one["dossier"], one["aan"]) for one in found} == {(dossier, party(demo, VWN))}
    (one,) = asked(demo, "audit", "toestemming", "--dossier", dossier)
    assert one["stand"] == "ingetrokken" and one["ontvanger"] == party(demo, VWN)
    assert {row["toestemming"] for row in found} == {one["toestemming"]}


def test_a_pseudonym_leads_to_the_same_history(demo: DemoHub, inzage: dict[str, Any]) -> None:
    dossier, vwn = inzage["dossiers"][0], party(demo, VWN)
    own = select(pseudoniemen.c.pseudoniem).where(pseudoniemen.c.partij == vwn, pseudoniemen.c.dossier == dossier)
    with reading(engine_for(demo.settings.vault_address)) as connection:
        pseudonym = connection.scalars(own).one()
    by_name = asked(demo, "audit", "toestemming", "--pseudonym", pseudonym, "--party", vwn)
    assert by_name == asked(demo, "audit", "toestemming", "--dossier", dossier) != []
    ran = demo.hub("audit", "toestemming", "--pseudonym", "0" * 32, "--party", vwn)
    assert ran.code == 2 and "never given" in ran.said


def test_everything_to_an_organisation_and_all_denials(demo: DemoHub) -> None:
    to = asked(demo, "audit", "disclosures", "--to", demo.oin("vwn"))
    assert len(to) == sum(1 for one in demo.seen.geleverd if one.aan == VWN)
    reasons: Counter[str] = Counter()
    for one in asked(demo, "audit", "denials"):
        reasons[one["reden"]] += one["aantal"]
    assert reasons == Counter(one.reden for one in demo.seen.geweigerd)


def test_everything_to_an_organisation_in_a_period(demo: DemoHub) -> None:
    _, first, *_, last, _ = sorted({one.dag for one in demo.seen.geleverd if one.aan == VWN})
    period = ("--since", first.isoformat(), "--until", last.isoformat())
    found = asked(demo, "audit", "disclosures", "--to", party(demo, VWN), *period)
    expected = [one for one in demo.seen.geleverd if one.aan == VWN and first <= one.dag <= last]
    everything = asked(demo, "audit", "disclosures", "--to", party(demo, VWN))
    assert 0 < len(found) == len(expected) < len(everything)


@pytest.mark.parametrize("about", ["policy", "participants", "keys", "erasures"])
def test_who_changed_or_used_what(demo: DemoHub, about: str) -> None:
    """Policy and participants came into force when the hub was made; of the rest nobody did anything in the story."""
    found = asked(demo, "audit", "acts", "--about", about)
    assert {one["handeling"] for one in found} == (
        {"policy": {"beleid-geactiveerd", "regels-geactiveerd"}, "participants": {"deelnemers-geactiveerd"}}.get(
            about, set()
        )
    )


def test_a_request_is_registered_watched_and_answered(demo: DemoHub, inzage: dict[str, Any]) -> None:
    dossier, day = inzage["dossiers"][0], demo.draaiboek.tot.isoformat()
    made = asked(demo, "person", "request", "--recht", "inzage", "--dossier", dossier, "--received", day)

    def urgent() -> list[str]:
        ran = demo.hub("audit", "requests", "--all", "--json")
        return [one["verzoek"] for one in json.loads(ran.out)]

    _until(lambda: made["verzoek"] in urgent())
    asked(demo, "person", "answered", made["verzoek"])
    _until(lambda: made["verzoek"] not in urgent())


def test_a_real_decision_is_explained_without_contents(demo: DemoHub, inzage: dict[str, Any]) -> None:
    words = ("--event", "voortgang-gemeld", "--to", party(demo, VWN), "--dossier", inzage["dossiers"][0])
    found = asked(demo, "policy", "explain", *words, "--at", demo.draaiboek.tot.isoformat())
    assert found[0]["reden"] == "toestemming-withdrawn"
    assert any(one["uitkomst"] == "geleverd" and one["passes"] for one in found)


def test_the_log_of_processing_has_a_line_for_every_delivery(demo: DemoHub, tmp_path: Path) -> None:
    file = tmp_path / "ldv.jsonl"
    assert demo.hub("audit", "export", "--ldv", file).code == 0
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    told = Counter(
        (line["name"], line["attributes"]["nl.inburgering.ontvanger"]) for line in lines if "parent_span_id" in line
    )
    sent = Counter((one.gebeurtenis, party(demo, one.aan)) for one in demo.seen.geleverd)
    assert told.keys() == sent.keys() and all(told[key] >= sent[key] for key in sent)


def _until(holds: Any) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.2)
