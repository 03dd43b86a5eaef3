# SPDX-License-Identifier: EUPL-1.2
"""Every story in tests/stories holds, and a story that says otherwise does not."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from hub.stories.lines import Tekst
from hub.stories.play import play, run
from hub.stories.read import OngeldigVerhaal, Verhaal, lees

STORIES = sorted((Path(__file__).parents[1] / "stories").glob("*.yaml"))


@pytest.mark.parametrize("file", STORIES, ids=lambda file: file.stem)
def test_the_story_holds(file: Path) -> None:
    report = run([file])[0]
    assert report.failures == ()
    assert report.asserted > 0
    assert report.unknown_settings == ()
    assert report.remarks == ()


def _anders(deel: dict[str, Any]) -> None:
    """Makes one expectation say something else."""
    soort = next(k for k in deel if k != "at")
    inhoud = deel[soort]
    match soort:
        case "receives":
            inhoud["must_contain"] = ["bestaat-niet"]
        case "denied":
            inhoud["reason_kind"] = "erased"
        case "signal_open":
            inhoud["owner"] = "iemand-anders"
        case "no_signal" | "signal_closed":
            deel["signal_open"] = deel.pop(soort)
        case "state":
            pad = next(k for k in inhoud if k != "person")
            inhoud[pad] = "iets-anders"


@pytest.mark.parametrize("file", STORIES, ids=lambda file: file.stem)
def test_every_line_of_it_matters(file: Path) -> None:
    verhaal = Tekst(file.read_text()).inhoud
    for nummer in range(len(verhaal["expect"])):
        plain = deepcopy(verhaal)
        _anders(plain["expect"][nummer])
        report = play(Verhaal.model_validate(plain), file.name)
        assert len(report.failures) == 1, f"line {nummer} of expect can say anything"
        assert str(plain["expect"][nummer]["at"]) in report.failures[0]


def _klein(facts: list[dict[str, Any]], expect: list[dict[str, Any]], **meer: Any) -> Verhaal:
    return Verhaal.model_validate(
        {
            "title": "t",
            "participants": [
                {"id": "duo", "roles": ["uitvoering"]},
                {"id": "gem-a", "roles": ["gemeente"]},
                {"id": "vwn#taalschool", "roles": ["taalschool"], "notes": {"contract": "gem-a"}},
                {"id": "vwn#begeleider", "roles": ["begeleider"], "notes": {"verwerker_van": "gem-a"}},
            ],
            "persons": [{"id": "P1", "facts": {"aantal": 250}}],
            "facts": facts,
            "expect": expect,
            **meer,
        }
    )


PLICHT = {
    "recorded": "2026-05-04",
    "from": "duo",
    "id": "i1",
    "event": "inburgeringsplicht-vastgesteld",
    "person": "P1",
    "data": {"doelgroep": "asielstatushouder", "kennisgeving": "2026-05-04", "gemeente": "gem-a"},
}
TAAL = {
    "recorded": "2026-05-11",
    "from": "gem-a",
    "event": "taalschool-toegewezen",
    "person": "P1",
    "data": {"taalschool": "vwn", "leerroute": "B1-route"},
}


def test_the_same_id_again_is_nothing_and_with_other_content_is_refused() -> None:
    anders = {**PLICHT, "recorded": "2026-05-06", "data": {**PLICHT["data"], "kennisgeving": "2026-01-01"}}
    geweigerd = {"who": "duo", "event": "aanlevering-geweigerd", "must_contain": ["reden=id-hergebruikt"]}
    verhaal = _klein(
        [PLICHT, {**PLICHT, "recorded": "2026-05-05"}, anders],
        [
            {"at": "2026-05-05", "receives": {"who": "duo", "event": "aanlevering-aanvaard"}},
            {"at": "2026-05-06", "receives": geweigerd},
            {"at": "2026-05-06", "state": {"person": "P1", "path": "pip.uiterste_datum", "value": "2026-07-13"}},
        ],
    )
    report = play(verhaal)
    assert report.failures == ()
    assert report.persons == 250
    assert report.deliveries == 3 * 250  # of each: receipt and delivery of the first, refusal of the third


def test_one_organisation_in_two_roles_and_a_signal_that_closes() -> None:
    pip = {
        "recorded": "2026-08-03",
        "from": "gem-a",
        "event": "pip-vastgesteld",
        "person": "P1",
        "data": {"dagtekening": "2026-08-03", "leerroute": "B1-route"},
    }
    verhaal = _klein(
        [PLICHT, TAAL, pip],
        [
            {"at": "2026-05-11", "receives": {"who": "vwn#taalschool", "event": "taalschool-toegewezen"}},
            {"at": "2026-05-11", "denied": {"who": "vwn#begeleider", "event": "taalschool-toegewezen"}},
            {"at": "2026-07-14", "signal_open": {"rule": "PIP", "owner": "balie@gem-a", "severity": "overschreden"}},
            {"at": "2026-08-03", "signal_closed": {"rule": "PIP", "person": "P1"}},
        ],
        ticks=["2026-07-14"],
    )
    assert play(verhaal).failures == ()


def test_a_signal_that_never_was_is_not_closed_and_an_unknown_path_is_said() -> None:
    verhaal = _klein(
        [PLICHT],
        [
            {"at": "2026-05-05", "signal_closed": {"rule": "PIP", "person": "P1"}},
            {"at": "2026-05-05", "state": {"person": "P1", "pip.kleur": "rood"}},
            {"at": "2026-05-05", "denied": {"who": "gem-a", "event": "inburgeringsplicht-vastgesteld"}},
        ],
    )
    failures = play(verhaal).failures
    assert len(failures) == 3
    assert "there never was one" in failures[0]
    assert "pip.kleur" in failures[1]
    assert "it was delivered" in failures[2]


@pytest.mark.parametrize(
    ("tekst", "uitleg"),
    [
        ("title: [", "YAML"),
        ("title: t\nparticipants: []\npersons: []\nfacts: []\n", "add expect"),
        (
            "title: t\nparticipants: []\npersons: []\nexpect: []\n"
            "facts: [{recorded: 2026-01-01, from: duo, event: tik}]\n",
            "participants",
        ),
        ("title: t\nparticipants: []\npersons: []\nfacts: []\nexpect: [{at: 2026-01-01}]\n", "one thing per line"),
    ],
)
def test_a_file_that_is_no_story_says_what_to_change(tmp_path: Path, tekst: str, uitleg: str) -> None:
    file = tmp_path / "verhaal.yaml"
    file.write_text(tekst)
    with pytest.raises(OngeldigVerhaal, match=uitleg):
        lees(file)
    with pytest.raises(OngeldigVerhaal, match="can be read"):
        lees(tmp_path / "weg.yaml")
