# SPDX-License-Identifier: EUPL-1.2
"""`docs/doelbinding.md` and `docs/verwerkingsregister.md` say what the policy says, no less and no more."""

from __future__ import annotations

from pathlib import Path

import pytest

from consent.activiteiten import activiteiten
from consent.conditions import Voorwaarde
from consent.policy import Beleid
from hub.docs import DOCUMENTS, differing, write
from hub.docs.woorden import CATEGORIEEN, ROLLEN, VOORWAARDEN
from schemas.vocabulary import Categorie, Rol

DOCS = Path(__file__).parents[2] / "docs"


def test_what_is_committed_is_what_the_policy_gives() -> None:
    assert differing(DOCS) == [], "run `python -m hub.docs`"


def test_a_document_that_was_edited_by_hand_is_found(tmp_path: Path) -> None:
    write(tmp_path)
    assert differing(tmp_path) == []
    edited = tmp_path / "doelbinding.md"
    edited.write_text(edited.read_text().replace("gezondheid", "zondheid"))
    assert differing(tmp_path) == ["doelbinding.md"]
    edited.unlink()
    assert differing(tmp_path) == ["doelbinding.md"]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_taking_away_any_row_changes_each_document(name: str) -> None:
    policy = Beleid.load()

    def text(rows: Beleid) -> str:
        return DOCUMENTS[name](rows).replace(rows.digest(), "")

    whole = text(policy)
    for stem in sorted({_stem(one.id) for one in policy.regels})[::5]:
        assert text(Beleid(tuple(one for one in policy.regels if _stem(one.id) != stem))) != whole, stem


def test_every_row_and_article_stands_in_the_matrix() -> None:
    text = DOCUMENTS["doelbinding.md"](Beleid.load())
    for row in Beleid.load().regels:
        assert f"`{_stem(row.id)}`" in text
        assert row.artikel in text


def test_every_activity_has_an_entry_of_its_own_and_every_link_leads_somewhere() -> None:
    text = DOCUMENTS["verwerkingsregister.md"](Beleid.load())
    for one in activiteiten(Beleid.load()):
        assert text.count(f'<a id="{one.id}"></a>') == 1
        assert f"(#{one.id})" in text


def test_every_code_has_a_word() -> None:
    assert set(CATEGORIEEN) == set(Categorie)
    assert set(VOORWAARDEN) == set(Voorwaarde)
    assert set(ROLLEN) == set(Rol)


def _stem(row: str) -> str:
    """A row as it was written, before it was split by category."""
    return row.partition("/")[0]
