# SPDX-License-Identifier: EUPL-1.2
"""Every fact of every story can be said on the wire: schema, dates, and who may say it. `--broker` then sends the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.letters import content_of
from consent.admission import may_say
from consent.kader import Partij
from demo.stories import _expect_playable
from demo.story_party import NOBODY, ONLY_PSEUDONYM, Play, numbers
from hub.dossier.handle import HUB
from hub.stories.read import OngeldigVerhaal, lees_met_regels
from hub.streams.plausibility import identities_in, moment_of
from schemas import codec

STORIES = sorted((Path(__file__).parents[1] / "stories").glob("*.yaml"))


def play_of(file: Path) -> Play:
    verhaal, tekst = lees_met_regels(file)
    _expect_playable(verhaal, tekst, file)
    play = Play(7, str(file), verhaal, tekst)
    play.give_numbers(numbers())
    return play


@pytest.mark.parametrize("file", STORIES, ids=lambda file: file.stem)
def test_a_partner_can_send_each_of_its_facts(file: Path) -> None:
    play = play_of(file)
    for fact in play.verhaal.facts:
        if fact.van.partition("#")[0] == HUB.oin:
            continue
        persons = play.about(fact)
        assert persons
        party = play.vertaler.bron(fact)
        pseudonym = "a1b2c3d4" if party.rol in ONLY_PSEUDONYM else None
        said = play.say(fact, persons[0], pseudonym=pseudonym, signal="6f0f9c1e-8a5c-5d0b-9f0e-2a1d1c7b4e63")
        play.vertaler.onthoud(party, fact.id or "")
        data = content_of(said.event)
        codec.check(said.event.gebeurtenis, data)
        assert bool(identities_in(data.get("persoon"), required=persons[0] != NOBODY)) == (persons[0] != NOBODY)
        moment_of(said.event.gebeurtenis, data, fact.recorded)
        sender = Partij(play.oins[party.oin], party.rol)
        expected = any(
            (one.receives is not None and one.receives.event == "aanlevering-geweigerd") or one.denied is not None
            for one in play.verhaal.expect
        )
        assert may_say(sender, said.event.gebeurtenis, said.event.data) is None or expected


@pytest.mark.parametrize("file", STORIES, ids=lambda file: file.stem)
def test_what_it_asks_for_has_its_own_names_back(file: Path) -> None:
    """From the story's names to OINs and back."""
    play = play_of(file)
    assert len(set(play.oins.values())) == len(play.oins), "two organisations, two OINs"
    for name, oin in play.oins.items():
        assert play.inward(f"{oin}#gemeente") == f"{name}#gemeente"
        assert play.inward(f"balie@{oin}") == f"balie@{name}"


def test_an_act_that_no_operator_has_is_said() -> None:
    verhaal, tekst = lees_met_regels(STORIES[0])
    act = verhaal.facts[0].model_copy(update={"van": "hub", "event": "toestemming-verlopen"})
    with pytest.raises(
        OngeldigVerhaal, match="without --broker: the operator of a real hub has no toestemming-verlopen"
    ):
        _expect_playable(verhaal.model_copy(update={"facts": [act]}), tekst, STORIES[0])
