# SPDX-License-Identifier: EUPL-1.2
"""Every flow that toestemming can open, one by one: closed without it, open for that category only, closed after it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from consent.kader import Reden
from consent.minimise import minimise
from tests.unit.beleidswereld import gebeurtenis, kader, partij, relatie, toestemming, voor

LESGEVER = [
    ("cursus-gestart", {"begindatum": "2026-03-02", "component": "taal"}, "toewijzing"),
    ("aanwezigheid-gemeld", {"datum": "2026-03-02", "verzuim": "geen"}, "aanwezigheid"),
    ("voortgang-gemeld", {"taalniveau": "A1", "stagnatie": True}, "voortgang"),
    ("voortgang-gemeld", {"belemmeringen": ["werk"]}, "belemmering"),
    ("uren-gemeld", {"component": "taal", "minuten": 600}, "uren"),
]
STROMEN = [
    *(("school-a", *rest) for rest in LESGEVER),
    *(("werk", *rest) for rest in LESGEVER),
    ("duo", "inburgeringsplicht-gewijzigd", {"doelgroep": "gezinsmigrant"}, "plicht"),
    ("duo", "inburgeringstermijn-gestart", {"startdatum": "2026-03-02", "einddatum": "2029-03-02"}, "termijn"),
    ("duo", "examenuitslag-bekend", {"onderdeel": "KNM", "resultaat": "gezakt"}, "examen"),
    ("gem-a", "pip-vastgesteld", {"dagtekening": "2026-03-02", "wijze": "eenzijdig"}, "pip"),
    ("gem-a", "pip-vastgesteld", {"leerroute": "Z-route"}, "leerroute"),
    ("gem-a", "inburgeringsaanbod-gedaan", {"datum": "2026-03-02"}, "aanbod"),
    ("gem-a", "taalschool-toegewezen", {"taalschool": "school-a", "component": "taal"}, "toewijzing"),
    ("vwn#begeleider", "begeleiding-gerapporteerd", {"soort": "gesprek"}, "begeleiding"),
    ("vwn#begeleider", "pvt-uren-gemeld", {"minuten": 120}, "uren"),
]
GEVALLEN = [
    (bron, naar, *rest)
    for bron, *rest in STROMEN
    for naar in ("vwn#begeleider", "steun#begeleider", "werk", "baan#participatie")
    if bron != naar
]


@pytest.mark.parametrize(("bron", "naar", "naam", "data", "categorie"), GEVALLEN)
def test_flow(bron: str, naar: str, naam: str, data: dict[str, Any], categorie: str):
    event = gebeurtenis(naam, bron, **data)
    staand = (relatie("gem-a"), relatie(naar))
    assert voor(naar, event, kader(*staand)).reden is Reden.NO_TOESTEMMING
    gegeven = toestemming(naar, categorie)
    assert minimise(event.data, voor(naar, event, kader(*staand, toestemmingen=(gegeven,)))) == data
    assert minimise(event.data, voor(naar, event, kader(relatie("gem-a"), toestemmingen=(gegeven,)))) == data
    voorbij = kader(relatie("gem-a"), relatie(naar, tot=date(2026, 1, 1)), toestemmingen=(gegeven,))
    assert voor(naar, event, voorbij).reden is Reden.RELATION_ENDED
    ander = toestemming(naar, "signaal")
    assert voor(naar, event, kader(*staand, toestemmingen=(ander,))).reden is Reden.NO_TOESTEMMING


@pytest.mark.parametrize("naar", ["steun#begeleider", "baan#participatie"])
@pytest.mark.parametrize("bron", ["gem-a", "vwn#begeleider", "de-hub"])
def test_the_recipient_hears_of_its_own_toestemming_and_not_of_anothers(bron, naar):
    k = kader(relatie("gem-a"), toestemmingen=(toestemming(naar, "voortgang"), toestemming("werk", "uren", id_="t2")))
    namen = ["toestemming-verlopen"] if bron == "de-hub" else ["toestemming-gegeven", "toestemming-ingetrokken"]
    for naam in namen:
        gegeven = naam == "toestemming-gegeven"
        eigen = {"ontvanger": str(partij(naar))} if gegeven else {"betreft": "t1"}
        vreemd = {"ontvanger": "werk#participatie"} if gegeven else {"betreft": "t2"}
        assert minimise(eigen, voor(naar, gebeurtenis(naam, bron, "t1", **eigen), k)) == eigen
        assert minimise(vreemd, voor(naar, gebeurtenis(naam, bron, "t2", **vreemd), k)) == {}
