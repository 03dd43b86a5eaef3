# SPDX-License-Identifier: EUPL-1.2
"""Who gets which event at all: the whole matrix, written down by hand beside the policy files.

For each event and sending role: the roles that get it when every condition is met (relation, request, toestemming,
doelgroep, being named), and the categories that then pass. What is not in the table reaches nobody.
"""

from __future__ import annotations

import pytest

from consent.conditions import IDENTIFIERS
from schemas.catalogue import Rol, gebeurtenistypen
from tests.unit.beleidswereld import DAG, beleid

G, U, D, C, S, B, P = "gemeente", "uitvoerder", "uitvoering", "opvang", "taalschool", "begeleider", "participatie"
MATRIX: dict[tuple[str, str], dict[str, str]] = {
    # (event, from): {to: categories of content}
    ("inburgeringsplicht-vastgesteld", D): {G: "plicht vrijstelling", C: "plicht", B: "plicht", P: "plicht"},
    ("inburgeringsplicht-gewijzigd", D): {G: "plicht vrijstelling", C: "plicht", B: "plicht", P: "plicht"},
    ("inburgeringsplicht-beeindigd", D): {G: "plicht vrijstelling", C: "plicht", S: "plicht", B: "plicht", P: "plicht"},
    ("leerbaarheidstoets-uitslag-bekend", D): {G: "lbt"},
    ("leerbaarheidstoets-aangemeld", D): {G: "lbt"},
    ("attentiesignaal-gegeven", D): {G: "plicht verzoek verblijf leerroute aanbod toewijzing examen opleiding_werk"},
    ("melding-geweigerd", D): {G: "verzoek"},
    ("inburgeringstermijn-gestart", D): {G: "termijn", B: "termijn", P: "termijn"},
    ("inburgeringstermijn-verlengd", D): {G: "termijn", B: "termijn", P: "termijn"},
    ("inburgeringstermijn-opgeschort", D): {G: "termijn", B: "termijn", P: "termijn"},
    ("inburgeringstermijn-hervat", D): {G: "termijn", B: "termijn", P: "termijn"},
    ("inburgeringstermijn-opnieuw-gestart", D): {G: "termijn", B: "termijn", P: "termijn"},
    ("examenuitslag-bekend", D): {G: "examen", S: "examen", B: "examen", P: "examen"},
    ("verzoek-ingediend", D): {G: "verzoek gezondheid"},
    ("verzoek-beoordeeld", D): {G: "verzoek gezondheid"},
    ("boete-opgelegd", D): {G: "boete"},
    ("persoon-verhuisd", D): {G: "verblijf"},
    ("gegevens-opgevraagd", D): {G: "technisch"},
    ("gemeente-gekoppeld", C): {G: "koppeling verblijf", D: "koppeling verblijf"},
    ("koppeling-gewijzigd", C): {G: "koppeling verblijf", D: "koppeling verblijf"},
    ("warme-overdracht-gemeld", C): {G: "koppeling verblijf"},
    ("uit-opvang-vertrokken", C): {G: "verblijf", D: "verblijf"},
    ("klantprofiel-gedeeld", C): {G: "naw gezin voorinburgering opleiding_werk aandachtspunt financien gezondheid"},
    ("voorinburgering-gemeld", C): {G: "voorinburgering"},
    ("regievoerder-toegewezen", G): {D: "regie", S: "regie", B: "regie", P: "regie", C: "regie"},
    ("pip-vastgesteld", G): {
        D: "pip leerroute",
        G: "pip leerroute aandachtspunt financien gezondheid",
        B: "pip leerroute",
        P: "pip leerroute",
    },
    ("pip-gewijzigd", G): {
        D: "pip leerroute",
        G: "pip leerroute aandachtspunt financien",
        B: "pip leerroute",
        P: "pip leerroute",
    },
    ("pip-ingetrokken", G): {
        D: "pip",
        G: "pip leerroute aandachtspunt financien",
        B: "pip leerroute",
        P: "pip leerroute",
    },
    ("leerroute-gewijzigd", G): {
        D: "leerroute",
        S: "leerroute",
        G: "pip leerroute aandachtspunt financien",
        B: "pip leerroute",
        P: "pip leerroute",
    },
    ("pvt-ondertekend", G): {D: "voortgang"},
    ("map-afgerond", G): {D: "voortgang"},
    ("zroute-afgerond", G): {D: "voortgang"},
    ("gevolgde-uren-vastgesteld", G): {D: "uren"},
    ("inburgeringsaanbod-gedaan", G): {D: "aanbod", B: "aanbod", P: "aanbod"},
    ("taalschool-toegewezen", G): {
        S: "toewijzing leerroute termijn naw",
        B: "toewijzing",
        P: "toewijzing leerroute naw",
    },
    ("toewijzing-beeindigd", G): {S: "toewijzing", B: "toewijzing", P: "toewijzing"},
    ("participatie-toegewezen", G): {B: "toewijzing", P: "toewijzing leerroute naw"},
    ("overdracht-aangeboden", G): {G: "regie"},
    ("overdracht-bevestigd", G): {G: "regie"},
    ("begeleiding-opgedragen", G): {B: "begeleiding naw"},
    ("begeleiding-beeindigd", G): {B: "begeleiding"},
    ("voortgangsgesprek-gevoerd", G): {G: "intake"},
    ("boete-opgelegd", G): {D: "boete", G: "boete"},
    ("gegevens-opgevraagd", G): dict.fromkeys((D, S, B, P, C, G), "technisch"),
    ("toestemming-gegeven", G): {B: "toestemming", P: "toestemming"},
    ("toestemming-ingetrokken", G): {B: "toestemming", P: "toestemming"},
    ("begeleiding-gestart", B): {G: "begeleiding uren", B: "begeleiding uren", P: "begeleiding uren"},
    ("begeleiding-afgerond", B): {G: "begeleiding uren", B: "begeleiding uren", P: "begeleiding uren"},
    ("begeleiding-gerapporteerd", B): {G: "begeleiding uren", B: "begeleiding uren", P: "begeleiding uren"},
    ("pvt-uren-gemeld", B): {G: "begeleiding uren", B: "begeleiding uren", P: "begeleiding uren"},
    ("doorverwijzing-gedaan", B): {G: "begeleiding uren"},
    ("signaal-gemeld", B): {G: "begeleiding financien"},
    ("ontzorgadvies-gegeven", B): {G: "begeleiding financien"},
    ("machtiging-gegeven", B): {G: "begeleiding financien"},
    ("machtiging-ingetrokken", B): {G: "begeleiding financien"},
    ("toestemming-gegeven", B): {G: "toestemming", B: "toestemming", P: "toestemming"},
    ("toestemming-ingetrokken", B): {G: "toestemming", B: "toestemming", P: "toestemming"},
    ("contract-vastgesteld", G): {S: "toewijzing", B: "toewijzing", P: "toewijzing"},
    ("contract-beeindigd", G): {S: "toewijzing", B: "toewijzing", P: "toewijzing"},
    ("toestemming-geweigerd", B): {G: "toestemming"},
    ("dossierstand-gewijzigd", "hub"): {
        G: "plicht vrijstelling termijn",
        S: "leerroute regie",
        B: "regie plicht termijn pip leerroute toewijzing voortgang",
        P: "regie plicht termijn pip leerroute toewijzing voortgang",
    },
    ("signaal-afgegeven", "hub"): {G: "signaal", C: "signaal"},
    ("signaal-vervallen", "hub"): {G: "signaal", C: "signaal"},
    ("toestemming-verlopen", "hub"): {G: "toestemming", B: "toestemming", P: "toestemming"},
}
LESGEGEVENS = "toewijzing aanwezigheid voortgang belemmering uren"
for _naam in [
    "rooster-vastgesteld",
    "rooster-gewijzigd",
    "wachtlijst-geplaatst",
    "afschaling-verzocht",
    "cursus-gestart",
    "cursus-beeindigd",
    "aanwezigheid-gemeld",
    "les-uitgevallen",
    "verzuim-gemeld",
    "voortgang-gemeld",
    "uren-gemeld",
]:
    MATRIX[(_naam, S)] = {G: f"{LESGEGEVENS} financien", B: LESGEGEVENS, P: LESGEGEVENS}
    MATRIX[(_naam, P)] = {G: LESGEGEVENS, B: LESGEGEVENS, P: LESGEGEVENS}
for _naam in ("cursus-gestart", "cursus-beeindigd"):
    MATRIX[(_naam, S)][D] = "toewijzing"
for _naam in ("aanwezigheid-gemeld", "verzuim-gemeld", "voortgang-gemeld", "uren-gemeld"):
    MATRIX[(_naam, S)][D] = "aanwezigheid voortgang uren"

BLIJFT = {
    # what stays with who said it (and, for the college, with its executor)
    ("screening-gevoerd", C),
    ("brede-intake-opgeroepen", G),
    ("brede-intake-niet-verschenen", G),
    ("brede-intake-afgerond", G),
    ("informatie-opgevraagd", G),
    ("informatie-ontvangen", G),
    ("verblijf-in-gemeente-geregistreerd", G),
    ("verzuim-vrijgesteld", G),
    ("signaal-opgevolgd", G),
    ("contactvoorkeur-vastgesteld", G),
    ("assessment-uitslag-bekend", G),
    ("voortgangsgesprek-niet-verschenen", G),
    ("taalschool-gekozen", G),
    ("afschaling-besloten", G),
    ("advies-uitgebracht", G),
    ("zelfstudie-gekozen", G),
    ("traject-gepauzeerd", G),
    ("traject-hervat", G),
    ("bijstand-toegekend", G),
    ("bijstand-beeindigd", G),
    ("ontzorging-besloten", G),
    ("ontzorging-gestart", G),
    ("ontzorging-verlengd", G),
    ("ontzorging-beeindigd", G),
    ("huisvesting-gevonden", G),
    ("naturalisatieverzoek-gemeld", G),
    ("werk-gestart", G),
    ("werk-beeindigd", G),
    ("machtiging-gevraagd", G),
    ("toeslag-ontvangen", G),
    ("persoon-overleden", G),
    ("signaal-gezien", G),
    ("dossier-ingebracht", G),
    ("machtiging-gegeven", G),
    ("machtiging-ingetrokken", G),
    ("uitvoerder-aangewezen", G),
    ("uitvoerder-beeindigd", G),
    ("verzoek-ingediend", G),
    ("verzoek-beoordeeld", G),
    ("aanlevering-aanvaard", "hub"),
    ("toestemming-geweigerd", G),
    *(("kennisgeving-bevestigd", rol) for rol in (G, D, C, S, B, P)),
    ("aanlevering-geweigerd", "hub"),
    ("identiteit-gekoppeld", "hub"),
    ("identiteit-ontkoppeld", "hub"),
    # told by AVG 19 to exactly those who hold something, not by a row
    ("gegevens-gewist", "hub"),
    ("verwerking-beperkt", "hub"),
    ("beperking-opgeheven", "hub"),
}
WIJZIGERS = {"correctie", "intrekking"}


def werkelijk(naam: str, van: Rol) -> dict[str, str]:
    uit = {}
    for naar in Rol:
        if naar is Rol.UITVOERDER:
            continue
        rijen = beleid().voor(naam, van, naar, DAG)
        inhoud = {c.value for r in rijen for c in r.categorieen - IDENTIFIERS}
        if inhoud:
            uit[naar.value] = " ".join(sorted(inhoud))
    return uit


GEVALLEN = sorted(
    (naam, rol.value)
    for naam, type_ in gebeurtenistypen().items()
    for rol in type_.producenten
    if type_.persoonsgebonden and naam not in WIJZIGERS and rol is not Rol.UITVOERDER
)


@pytest.mark.parametrize(("naam", "van"), GEVALLEN)
def test_event_reaches_these_roles_with_these_categories_and_no_others(naam, van):
    verwacht = {naar: " ".join(sorted(cat.split())) for naar, cat in MATRIX.get((naam, van), {}).items()}
    assert werkelijk(naam, Rol(van)) == verwacht
    assert bool(verwacht) != ((naam, van) in BLIJFT)


def test_the_table_names_no_event_that_nobody_sends():
    assert set(MATRIX) | BLIJFT == set(GEVALLEN)


NIET_IN_MANDAAT = WIJZIGERS | {"kennisgeving-bevestigd"}  # about a delivery that the gemeente itself had
VAN_GEMEENTE = sorted(
    naam
    for naam, type_ in gebeurtenistypen().items()
    if Rol.GEMEENTE in type_.producenten and type_.persoonsgebonden and naam not in NIET_IN_MANDAAT
)


@pytest.mark.parametrize("naam", VAN_GEMEENTE)
def test_an_executor_gets_all_that_its_gemeente_records(naam):
    velden = {v.categorie for v in gebeurtenistypen()[naam].velden.values()}
    eigen = {c for r in beleid().voor(naam, Rol.GEMEENTE, Rol.UITVOERDER, DAG) for c in r.categorieen}
    assert velden <= eigen


def test_who_gets_the_bsn_and_who_the_vnummer():
    bsn = {(r.van.value, r.naar.value) for r in beleid().regels if "bsn" in r.categorieen}
    assert {naar for _, naar in bsn} == {G, U, D, C, S}
    vnummer = {(r.van.value, r.naar.value) for r in beleid().regels if "vnummer" in r.categorieen}
    assert {naar for _, naar in vnummer} == {G, U, D, C}
