# SPDX-License-Identifier: EUPL-1.2
"""The fixed texts: complete in every language, and in the direction in which it is written."""

from __future__ import annotations

import re
from datetime import date

import pytest

from consent.kader import Reden
from consent.policy import Grondslag
from hub.inzage.teksten import TALEN, teksten
from hub.streams.handelingen import Handeling
from schemas.catalogue import gebeurtenistype
from schemas.vocabulary import Categorie, Rol

NOT_ABOUT_A_PERSON = (
    Handeling.BELEID_GEWIJZIGD,
    Handeling.REGELS_GEWIJZIGD,
    Handeling.DEELNEMERS_GEWIJZIGD,
    Handeling.SLEUTEL_GEWISSELD,
    Handeling.TIJD_VERZET,
)
ARABIC = re.compile(r"[\u0600-\u06ff]")


@pytest.mark.parametrize("code", TALEN)
@pytest.mark.parametrize(
    ("groep", "codes"), [("categorieen", Categorie), ("rollen", Rol), ("redenen", Reden), ("grondslagen", Grondslag)]
)
def test_every_code_has_a_text(code: str, groep: str, codes: type) -> None:
    texts = teksten(code).content[groep]
    assert {one.value for one in codes} - set(texts) == set()  # type: ignore[attr-defined]
    assert all(isinstance(one, str) and one.strip() for one in texts.values())


@pytest.mark.parametrize("code", TALEN[1:])
def test_a_translation_has_exactly_the_texts_and_places_of_the_dutch(code: str) -> None:
    dutch, other = teksten("nl").content, teksten(code).content
    assert dutch.keys() == other.keys()
    for name, text in dutch.items():
        assert type(text) is type(other[name]), name
        if isinstance(text, dict):
            assert text.keys() == other[name].keys(), name
        elif isinstance(text, list):
            assert len(text) == len(other[name]), name
        else:
            assert sorted(re.findall(r"\{\w+\}", text)) == sorted(re.findall(r"\{\w+\}", other[name])), name


def test_arabic_is_arabic_and_runs_from_right_to_left() -> None:
    arabic = teksten("ar")
    assert arabic.richting == "rtl" and teksten("nl").richting == teksten("en").richting == "ltr"
    for group in ("categorieen", "redenen", "grondslagen", "standen", "handelingen"):
        assert all(ARABIC.search(text) for text in arabic.content[group].values())
    assert all(ARABIC.search(text) for name in ("inleiding", "rechten_lijst") for text in arabic.list(name))


def test_a_day_is_written_as_each_language_writes_it() -> None:
    day = date(2026, 3, 2)
    assert teksten("nl").day(day) == "2 maart 2026"
    assert teksten("en").day(day) == "2 March 2026"
    assert teksten("ar").day(day) == "2 آذار (مارس) 2026"


def test_every_act_that_can_be_about_a_person_has_a_text() -> None:
    told = set(teksten("nl").content["handelingen"]) - {"anders"}
    assert told == {one.value for one in Handeling if one not in NOT_ABOUT_A_PERSON}


def test_acts_are_called_alike_in_the_code_and_on_the_log() -> None:
    codes = gebeurtenistype("handeling-verricht").velden["handeling"].waarden or ()
    assert set(codes) == {"onbekend", *Handeling}
