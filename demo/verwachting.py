# SPDX-License-Identifier: EUPL-1.2
"""The expectation file as the comparison reads it. Not the comparison (`vergelijk`), nor how the story is played.

The file is written by hand from the law and the design; what the hub does is held against it, never the reverse.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

VERWACHTING = Path(__file__).parent / "verwachting.yaml"


class UnusableExpectation(ValueError):
    """The expectation file does not have its shape; the text says what to change."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Uitkomst(_Strict):
    """One event of one person (or `aantal` alike on one day): everyone who was considered, and what came of it."""

    dag: date
    gebeurtenis: str
    van: str
    aantal: int = 1
    geleverd: dict[str, str] = Field(default_factory=dict)
    """Party -> an article on which it was delivered."""
    geweigerd: dict[str, str] = Field(default_factory=dict)
    """Party -> reason kind."""
    bron: str


class Signaalverwachting(_Strict):
    """One episode of a signal. `tot` absent: still open when the story ends."""

    regel: str
    versie: str
    eigenaar: str
    ernst: str
    onderwerp: str | None = None
    van: date
    tot: date | None = None
    oorzaak: str | None = None
    bron: str


class Persoonsverwachting(_Strict):
    """What must be seen of one person. Of each event type in `volledig` everything is listed; of signals always."""

    verhaal: str
    volledig: tuple[str, ...]
    uitkomsten: tuple[Uitkomst, ...]
    signalen: tuple[Signaalverwachting, ...] = ()

    @model_validator(mode="after")
    def _complete(self) -> Persoonsverwachting:
        # Without this, taking away the only line about an event type would take away the claim as well.
        if sorted(self.volledig) != sorted({one.gebeurtenis for one in self.uitkomsten}):
            raise ValueError("name under volledig exactly the event types of the uitkomsten")
        return self


class GeweigerdeAanlevering(_Strict):
    """Something that an organisation may not say: it gets the reason, nobody gets the event."""

    dag: date
    van: str
    gebeurtenis: str
    persoon: str
    reden: str
    bron: str


class AfgekeurdeRegel(_Strict):
    dag: date
    organisatie: str
    bestand: str
    regel: int
    kolom: str
    bron: str


class Totalen(_Strict):
    """Exact numbers over the whole story: what is not listed must not occur."""

    geleverd: dict[str, dict[str, int]]
    """Party -> event type -> deliveries."""
    geweigerd: dict[str, dict[str, int]]
    """Party -> reason kind -> denials."""
    aanvaard: dict[str, int]
    """Organisation -> events accepted, each counted once however often it was sent."""


class Inhoud(_Strict):
    """What a party ever saw: a field, identity or code that is not listed must never have reached it."""

    identiteiten: tuple[str, ...]
    velden: dict[str, tuple[str, ...]]
    """Event type -> fields."""
    codes: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """`event.field` -> codes, for fields of which some codes are more sensitive than others."""


class Verwachting(_Strict):
    bronnen: dict[str, str]
    personen: dict[str, Persoonsverwachting]
    geweigerde_aanleveringen: tuple[GeweigerdeAanlevering, ...]
    afgekeurde_regels: tuple[AfgekeurdeRegel, ...]
    totalen: Totalen
    inhoud: dict[str, Inhoud]

    @model_validator(mode="after")
    def _sources(self) -> Verwachting:
        used = {one.bron for one in self.geweigerde_aanleveringen} | {one.bron for one in self.afgekeurde_regels}
        for persoon in self.personen.values():
            used |= {one.bron for one in persoon.uitkomsten} | {one.bron for one in persoon.signalen}
        if wrong := used ^ set(self.bronnen):
            raise ValueError(f"name every source under bronnen and use it; look at {', '.join(sorted(wrong))}")
        return self


def load(path: Path = VERWACHTING) -> Verwachting:
    return parse(read_yaml(path.read_text(encoding="utf-8")))


class _OneKeyOnce(yaml.SafeLoader):
    """YAML lets a second line with the same key win in silence; here it is a mistake."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        mapping = super().construct_mapping(node, deep)
        if len(mapping) != len(node.value):
            raise UnusableExpectation(f"Write each key once in the mapping at line {node.start_mark.line + 1}.")
        return mapping


def read_yaml(content: str) -> Any:
    return yaml.load(content, _OneKeyOnce)  # noqa: S506 - a SafeLoader


def parse(content: Any) -> Verwachting:
    try:
        return Verwachting.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UnusableExpectation(f"Correct the expectation at {place or 'the top'}: {first['msg']}.") from error
