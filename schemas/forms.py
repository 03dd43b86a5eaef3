# SPDX-License-Identifier: EUPL-1.2
"""What form a text on the bus has: no text about a person is free. A code of a list that is not ours has the form of a
code; everything else is a mark, a party, a name or a way to reach somebody, or the hub's own sentence.

By field name, since a name means one thing in every event. Not in the ``.avsc`` files: it binds who writes from now on,
and no reader.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum


class Vorm(StrEnum):
    """The forms, each closed to sentences where a person could be described."""

    CODE = "code"
    """A code of somebody else's list (DUO's, a gemeente's, a provider's): one word, no sentence."""
    KENMERK = "kenmerk"
    """A mark by which the sender knows a thing: a lesson, a group, a contract, an event."""
    PARTIJ = "organisatie"
    """An OIN, or `OIN#rol`."""
    NAAM = "naam of adres"
    """Of the person, or of a professional."""
    BEREIK = "contact"
    """How to reach somebody."""
    ZIN = "zin van de hub of van DUO"
    """A neutral sentence that the hub makes, or DUO's own about a report: never a partner's about a person."""


_PER_VORM: Mapping[Vorm, str] = {
    Vorm.CODE: """afspraak categorieen doel eenheid gebeurtenis gebeurtenissen grond identiteit
        leeg leerbaarheid reden resultaat soort taal tabel verblijfsvergunning verwacht volgende_stap werkervaring""",
    Vorm.KENMERK: """artikel behaalde_score benodigde_score betreft bewijs cohort detail_doelgroep digest dossier examennummer feiten
        gebeurtenisId groep instellingsnummer kenmerk les lessen levering maand nummer positie privacyverklaring regel regelversie signaal
        tekstversie toestemming verzoek""",
    Vorm.PARTIJ: """aan begeleider bij gemeente naar naar_gemeente onderaannemer onderwerp ontvanger organisatie
        regievoerder_organisatie taalschool van""",
    Vorm.NAAM: "achternaam adres door eigenaar postcode regievoerder voornamen woonplaats",
    Vorm.BEREIK: "contact email regievoerder_email regievoerder_telefoon telefoon",
    Vorm.ZIN: "fouten toelichting",
}
_PER_NAAM: Mapping[str, Vorm] = {naam: vorm for vorm, namen in _PER_VORM.items() for naam in namen.split()}
_ANDERS: Mapping[tuple[str, str], Vorm] = {
    ("signaal-afgegeven", "reden"): Vorm.ZIN,
    ("handeling-verricht", "onderwerp"): Vorm.KENMERK,  # the hub's own: a dossier, an organisation, a digest, a key
    ("cijfers-gepubliceerd", "categorieen"): Vorm.ZIN,  # the hub's own: a rule and its outcome, of nobody
}
_WOORD = re.compile(r"[^\W_][\w.:/+#-]{0,59}")
"""A word of at most sixty characters: letters, digits and the marks that codes have."""
BINDING = frozenset({Vorm.CODE, Vorm.PARTIJ, Vorm.KENMERK, Vorm.NAAM, Vorm.BEREIK})
LENGTE: Mapping[Vorm, int] = {Vorm.KENMERK: 200, Vorm.NAAM: 200, Vorm.BEREIK: 200}


def vorm_van(gebeurtenis: str, veld: str) -> Vorm | None:
    """The form of a text field; None for one that nobody gave a form, which ``schema_rules`` does not let pass."""
    return _ANDERS.get((gebeurtenis, veld)) or _PER_NAAM.get(veld)


def past(vorm: Vorm, tekst: str) -> str | None:
    """What a text should be instead, as the second half of a sentence about its field; None when it fits."""
    if vorm in (Vorm.CODE, Vorm.PARTIJ) and not _WOORD.fullmatch(tekst):
        wat = "een code" if vorm is Vorm.CODE else "een OIN, of OIN#rol,"
        return f"{wat} van een woord en ten hoogste 60 tekens: geen omschrijving"
    if len(tekst) > LENGTE.get(vorm, len(tekst)):
        return f"ten hoogste {LENGTE[vorm]} tekens"
    return None
