# SPDX-License-Identifier: EUPL-1.2
"""Typed events say what the schemas say: made from them, and a change of one without the other shows here."""

from __future__ import annotations

from datetime import date

from connectors.gebeurtenissen.taalschool import AanwezigheidGemeld, CursusGestart, CursusGestartOntvangen
from connectors.letters import Packed
from connectors.typed import differences
from schemas import codec
from tests.unit.partner import delivery


def test_the_modules_are_what_the_schemas_say() -> None:
    assert differences() == [], "run: python -m connectors.typed"


def test_a_typed_event_is_what_the_codec_takes() -> None:
    event = CursusGestart(begindatum=date(2026, 3, 2), component="taal").about("bsn", "999990019", rol="taalschool")
    naam, data = codec.decode(Packed.of(event).frame)
    assert (naam, data["begindatum"], data["component"], event.rol) == (
        "cursus-gestart",
        "2026-03-02",
        "taal",
        "taalschool",
    )
    lesson = AanwezigheidGemeld(les="L1", verzuim="geen", minuten_gepland=150).about("pseudoniem", "p1")
    assert codec.decode(Packed.of(lesson).frame)[1]["minuten_gepland"] == 150


def test_what_was_withheld_is_none_and_another_type_is_nothing() -> None:
    started = CursusGestartOntvangen.of(delivery("cursus-gestart", {"begindatum": "2026-03-02"}))
    assert started is not None
    assert (started.begindatum, started.component) == (date(2026, 3, 2), None)
    assert CursusGestartOntvangen.of(delivery("cursus-beeindigd", {"einddatum": "2026-03-02"})) is None
