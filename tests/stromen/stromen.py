# SPDX-License-Identifier: EUPL-1.2
"""Who gets what, written down by hand from the law and from domain.md beside the policy files. One list a sender.

Read a line as: these events, from this role to this one; these categories, with these numbers of the person (+); when
all of this holds. What stands in no line reaches nobody. Not generated, and never to be: it is the second opinion.
"""

from __future__ import annotations

from tests.stromen.wereld import AVG, COA, WI, Stroom, stroom

PLICHT = "inburgeringsplicht-vastgesteld inburgeringsplicht-gewijzigd inburgeringsplicht-beeindigd"
TERMIJN = (
    "inburgeringstermijn-gestart inburgeringstermijn-verlengd inburgeringstermijn-opgeschort inburgeringstermijn-hervat "
    "inburgeringstermijn-opnieuw-gestart"
)
VERZOEK = "verzoek-ingediend verzoek-beoordeeld"
PLAN = "pip-vastgesteld pip-gewijzigd pip-ingetrokken leerroute-gewijzigd"
CONTRACT = "contract-vastgesteld contract-beeindigd"
LES = (
    "rooster-vastgesteld cursus-gestart cursus-beeindigd aanwezigheid-gemeld les-uitgevallen verzuim-gemeld "
    "voortgang-gemeld uren-gemeld rooster-gewijzigd wachtlijst-geplaatst afschaling-verzocht"
)
LESGEGEVENS = "toewijzing aanwezigheid voortgang belemmering uren"
BEGELEIDING = "begeleiding-gestart begeleiding-afgerond begeleiding-gerapporteerd pvt-uren-gemeld"
OVER_TOESTEMMING = "toestemming-gegeven toestemming-ingetrokken"
MANDAAT = (
    "regievoerder-toegewezen brede-intake-opgeroepen brede-intake-niet-verschenen brede-intake-afgerond "
    "informatie-opgevraagd informatie-ontvangen gegevens-opgevraagd pip-vastgesteld pip-gewijzigd pip-ingetrokken "
    "leerroute-gewijzigd inburgeringsaanbod-gedaan taalschool-toegewezen toewijzing-beeindigd begeleiding-opgedragen "
    "begeleiding-beeindigd verblijf-in-gemeente-geregistreerd voortgangsgesprek-gevoerd verzuim-vrijgesteld "
    "contactvoorkeur-vastgesteld assessment-uitslag-bekend voortgangsgesprek-niet-verschenen "
    "taalschool-gekozen participatie-toegewezen afschaling-besloten advies-uitgebracht zelfstudie-gekozen "
    "traject-gepauzeerd traject-hervat bijstand-toegekend bijstand-beeindigd ontzorging-besloten "
    "ontzorging-gestart ontzorging-verlengd ontzorging-beeindigd huisvesting-gevonden "
    "naturalisatieverzoek-gemeld werk-gestart werk-beeindigd machtiging-gevraagd toeslag-ontvangen "
    "overdracht-aangeboden overdracht-bevestigd persoon-overleden signaal-gezien dossier-ingebracht "
    "signaal-opgevolgd pvt-ondertekend map-afgerond zroute-afgerond gevolgde-uren-vastgesteld"
)
MACHTIGING = "machtiging-gegeven machtiging-ingetrokken"
UITVOERDER = "uitvoerder-aangewezen uitvoerder-beeindigd"
OVERDRACHT = "overdracht-aangeboden overdracht-bevestigd"
IN_MANDAAT = (
    "aanbod aandachtspunt aanwezigheid begeleiding financien gezondheid intake lbt leerroute naw opleiding_werk pip regie "
    "signaal technisch termijn toewijzing uren verblijf verzoek voortgang +bsn +vnummer"
)
OP_TOESTEMMING = "open toestemming"

DUO: list[Stroom] = [
    # Wi 33(a): the gemeente of now and, until the new PIP is a month old, that of before
    stroom("uitvoering", "gemeente", PLICHT, "plicht vrijstelling +bsn +vnummer", "staart"),
    stroom("uitvoering", "gemeente", TERMIJN, "termijn +bsn +vnummer", "staart"),
    stroom("uitvoering", "gemeente", "examenuitslag-bekend", "examen +bsn +vnummer", "staart"),
    stroom("uitvoering", "gemeente", VERZOEK, "verzoek +bsn +vnummer", "staart"),
    # health (Wi 37) and fines are for the gemeente of now; so is where the person went
    stroom("uitvoering", "gemeente", VERZOEK, "gezondheid +bsn +vnummer", "relatie"),
    stroom("uitvoering", "gemeente", "boete-opgelegd", "boete +bsn +vnummer", "relatie"),
    stroom("uitvoering", "gemeente", "persoon-verhuisd", "verblijf +bsn +vnummer", "relatie"),
    # Wi 35(1): the learnability test for the intake only
    stroom("uitvoering", "gemeente", "leerbaarheidstoets-uitslag-bekend", "lbt +bsn +vnummer", "relatie tot-pip"),
    stroom("uitvoering", "gemeente", "leerbaarheidstoets-aangemeld", "lbt +bsn +vnummer", "relatie tot-pip"),
    stroom("uitvoering", "gemeente", "gegevens-opgevraagd", "technisch +bsn +vnummer", "genoemd"),
    # what DUO does not process goes back to who said it; a hint goes to the gemeente for which it is
    stroom("uitvoering", "gemeente", "melding-geweigerd", "verzoek +bsn +vnummer", "genoemd"),
    stroom(
        "uitvoering",
        "gemeente",
        "attentiesignaal-gegeven",
        "plicht verzoek verblijf leerroute aanbod toewijzing examen opleiding_werk +bsn +vnummer",
        "staart genoemd",
    ),
    # Bi 9.1(4): COA hears of the plicht, not of exemptions; Wi 33(e): a school of exams, and that the plicht ends
    stroom("uitvoering", "opvang", PLICHT, "plicht +bsn +vnummer", "relatie"),
    stroom("uitvoering", "taalschool", "examenuitslag-bekend", "examen +bsn", "relatie"),
    stroom("uitvoering", "taalschool", "inburgeringsplicht-beeindigd", "plicht +bsn", "relatie", velden="per"),
    *(
        stroom("uitvoering", wie, namen, wat, OP_TOESTEMMING, sinds=AVG)
        for wie in ("begeleider", "participatie")
        for namen, wat in ((PLICHT, "plicht"), (TERMIJN, "termijn"), ("examenuitslag-bekend", "examen"))
    ),
]

OPVANG: list[Stroom] = [
    # Wet COA 3(1)(d): housing and hand-over
    stroom(
        "opvang",
        "gemeente",
        "gemeente-gekoppeld koppeling-gewijzigd warme-overdracht-gemeld",
        "koppeling verblijf +bsn +vnummer",
        "relatie",
        sinds=COA,
    ),
    stroom("opvang", "gemeente", "uit-opvang-vertrokken", "verblijf +bsn +vnummer", "relatie", sinds=COA),
    # Wi 35(2): for the intake and no longer
    stroom("opvang", "gemeente", "klantprofiel-gedeeld", "naw gezin +bsn +vnummer", "relatie intake"),
    stroom(
        "opvang",
        "gemeente",
        "klantprofiel-gedeeld",
        "voorinburgering opleiding_werk aandachtspunt financien gezondheid +bsn +vnummer",
        "relatie intake",
    ),
    stroom("opvang", "gemeente", "voorinburgering-gemeld", "voorinburgering +bsn +vnummer", "relatie intake"),
    # Wi 34(6): DUO must know which gemeente is responsible
    stroom(
        "opvang", "uitvoering", "gemeente-gekoppeld koppeling-gewijzigd", "koppeling verblijf +bsn +vnummer", sinds=WI
    ),
    stroom("opvang", "uitvoering", "uit-opvang-vertrokken", "verblijf +bsn +vnummer"),
]

COLLEGE: list[Stroom] = [
    # Wi 34(1) and DUO's interface: of the plan four fields
    stroom(
        "gemeente",
        "uitvoering",
        "pip-vastgesteld pip-gewijzigd",
        "pip leerroute +bsn",
        velden="dagtekening leerroute niveau intensiteit_uren_per_week uren_b1_route opleiding_afmaken alfabetisering",
    ),
    stroom("gemeente", "uitvoering", "pip-ingetrokken", "pip +bsn", velden="dagtekening"),
    stroom("gemeente", "uitvoering", "leerroute-gewijzigd", "leerroute +bsn"),
    stroom("gemeente", "uitvoering", "inburgeringsaanbod-gedaan", "aanbod +bsn"),
    stroom("gemeente", "uitvoering", "pvt-ondertekend map-afgerond zroute-afgerond", "voortgang +bsn"),
    stroom("gemeente", "uitvoering", "gevolgde-uren-vastgesteld", "uren +bsn"),
    stroom("gemeente", "uitvoering", "regievoerder-toegewezen", "regie +bsn"),
    stroom("gemeente", "uitvoering", "boete-opgelegd", "boete +bsn", "verzoek"),
    stroom("gemeente", "uitvoering", "gegevens-opgevraagd", "technisch +bsn", "genoemd"),
    # Wi 35(3), Bi 9.10: the school, for its own pupil
    stroom(
        "gemeente",
        "taalschool",
        "taalschool-toegewezen",
        "toewijzing leerroute termijn naw +bsn",
        "relatie genoemd",
    ),
    stroom("gemeente", "taalschool", "toewijzing-beeindigd", "toewijzing +bsn", "relatie genoemd"),
    stroom("gemeente", "taalschool", CONTRACT, "toewijzing +bsn", "relatie genoemd"),
    stroom("gemeente", "taalschool", "leerroute-gewijzigd", "leerroute +bsn", "relatie"),
    stroom("gemeente", "taalschool", "regievoerder-toegewezen", "regie +bsn", "relatie"),
    stroom("gemeente", "taalschool", "gegevens-opgevraagd", "technisch +bsn", "relatie genoemd"),
    # as verwerker of the gemeente: the order, whom to call; never a number
    stroom("gemeente", "begeleider", "begeleiding-opgedragen", "begeleiding naw", "relatie genoemd"),
    stroom("gemeente", "begeleider", "begeleiding-beeindigd", "begeleiding", "relatie genoemd"),
    stroom("gemeente", "begeleider", CONTRACT, "toewijzing", "relatie genoemd eigen"),
    stroom("gemeente", "begeleider", "regievoerder-toegewezen", "regie", "relatie eigen"),
    stroom("gemeente", "begeleider", "gegevens-opgevraagd", "technisch", "relatie genoemd eigen"),
    stroom(
        "gemeente",
        "participatie",
        "taalschool-toegewezen participatie-toegewezen",
        "toewijzing leerroute naw",
        "relatie genoemd",
    ),
    stroom("gemeente", "participatie", "toewijzing-beeindigd", "toewijzing", "relatie genoemd"),
    stroom("gemeente", "participatie", CONTRACT, "toewijzing", "relatie genoemd eigen"),
    stroom("gemeente", "participatie", "leerroute-gewijzigd", "leerroute", "relatie eigen"),
    stroom("gemeente", "participatie", "regievoerder-toegewezen", "regie", "relatie eigen"),
    stroom("gemeente", "participatie", "gegevens-opgevraagd", "technisch", "relatie genoemd eigen"),
    # COA, for the hand-over
    stroom("gemeente", "opvang", "regievoerder-toegewezen", "regie", "relatie"),
    stroom("gemeente", "opvang", "gegevens-opgevraagd", "technisch +bsn +vnummer", "relatie genoemd"),
    # Wi 35(4): the next gemeente, on request
    stroom("gemeente", "gemeente", PLAN, "pip leerroute aandachtspunt financien +bsn", "relatie verzoek"),
    stroom("gemeente", "gemeente", "pip-vastgesteld", "gezondheid +bsn", "relatie verzoek"),
    stroom("gemeente", "gemeente", "voortgangsgesprek-gevoerd", "intake +bsn", "relatie verzoek"),
    stroom("gemeente", "gemeente", "boete-opgelegd", "boete +bsn", "relatie verzoek"),
    stroom("gemeente", "gemeente", "gegevens-opgevraagd", "technisch +bsn", "genoemd"),
    stroom("gemeente", "gemeente", OVERDRACHT, "regie +bsn", "genoemd"),
    # the college and who executes for it are one
    stroom(
        "gemeente",
        "uitvoerder",
        f"{MANDAAT} {VERZOEK} {CONTRACT} {MACHTIGING} {UITVOERDER} boete-opgelegd toestemming-geweigerd {OVER_TOESTEMMING}",
        f"{IN_MANDAAT} boete toestemming",
        "relatie eigen",
    ),
    stroom("uitvoerder", "gemeente", MANDAAT, IN_MANDAAT, "relatie eigen"),
    *(
        stroom("gemeente", wie, namen, wat, OP_TOESTEMMING, sinds=AVG)
        for wie in ("begeleider", "participatie")
        for namen, wat in (
            (PLAN, "pip leerroute"),
            ("inburgeringsaanbod-gedaan", "aanbod"),
            ("taalschool-toegewezen participatie-toegewezen toewijzing-beeindigd", "toewijzing"),
        )
    ),
    *(
        stroom("gemeente", wie, OVER_TOESTEMMING, "toestemming", "genoemd", sinds=AVG)
        for wie in ("begeleider", "participatie")
    ),
]

SCHOOL: list[Stroom] = [
    # Bi 9.2(4): of asielstatushouders always, of others on request
    stroom("taalschool", "gemeente", LES, f"{LESGEGEVENS} financien +bsn", "relatie asiel"),
    stroom("taalschool", "gemeente", LES, f"{LESGEGEVENS} financien +bsn", "relatie verzoek"),
    # Bi 9.6(6): DUO hears of every enrolment, and of lessons only where it enforces itself
    stroom("taalschool", "uitvoering", "cursus-gestart cursus-beeindigd", "toewijzing +bsn"),
    stroom(
        "taalschool",
        "uitvoering",
        "aanwezigheid-gemeld verzuim-gemeld voortgang-gemeld uren-gemeld",
        "aanwezigheid voortgang uren +bsn",
        "overig",
    ),
    *(stroom("taalschool", wie, LES, LESGEGEVENS, OP_TOESTEMMING, sinds=AVG) for wie in ("begeleider", "participatie")),
]

VERWERKERS: list[Stroom] = [
    stroom("begeleider", "gemeente", f"{BEGELEIDING} doorverwijzing-gedaan", "begeleiding uren", "relatie eigen"),
    stroom(
        "begeleider",
        "gemeente",
        f"signaal-gemeld ontzorgadvies-gegeven {MACHTIGING}",
        "begeleiding financien",
        "relatie eigen",
    ),
    stroom(
        "begeleider",
        "gemeente",
        f"{OVER_TOESTEMMING} toestemming-geweigerd",
        "toestemming",
        "relatie eigen",
        sinds=AVG,
    ),
    stroom("participatie", "gemeente", LES, LESGEGEVENS, "relatie eigen"),
    *(
        stroom(van, wie, namen, wat, OP_TOESTEMMING, sinds=AVG)
        for wie in ("begeleider", "participatie")
        for van, namen, wat in (
            ("begeleider", BEGELEIDING, "begeleiding uren"),
            ("participatie", LES, LESGEGEVENS),
        )
    ),
    *(
        stroom("begeleider", wie, OVER_TOESTEMMING, "toestemming", "genoemd", sinds=AVG)
        for wie in ("begeleider", "participatie")
    ),
]

HUB: list[Stroom] = [
    stroom("hub", "gemeente", "signaal-afgegeven", "signaal +bsn", "relatie genoemd"),
    stroom("hub", "gemeente", "signaal-vervallen", "signaal +bsn", "genoemd"),
    stroom("hub", "opvang", "signaal-afgegeven", "signaal +vnummer", "relatie genoemd"),
    stroom("hub", "opvang", "signaal-vervallen", "signaal +vnummer", "genoemd"),
    stroom("hub", "gemeente", "toestemming-verlopen", "toestemming +bsn", "relatie", sinds=AVG),
    stroom("hub", "begeleider", "toestemming-verlopen", "toestemming", "genoemd", sinds=AVG),
    stroom("hub", "participatie", "toestemming-verlopen", "toestemming", "genoemd", sinds=AVG),
    # where a ground begins: the state of now, of what would reach the recipient anyway
    stroom(
        "hub",
        "gemeente",
        "dossierstand-gewijzigd",
        "plicht vrijstelling termijn +bsn +vnummer",
        "relatie genoemd",
    ),
    stroom("hub", "taalschool", "dossierstand-gewijzigd", "leerroute regie +bsn", "relatie genoemd"),
    stroom("hub", "begeleider", "dossierstand-gewijzigd", "regie", "relatie genoemd"),
    stroom("hub", "participatie", "dossierstand-gewijzigd", "leerroute regie", "relatie genoemd"),
    *(
        stroom(
            "hub",
            wie,
            "dossierstand-gewijzigd",
            "plicht termijn pip leerroute toewijzing voortgang",
            f"{OP_TOESTEMMING} genoemd",
            sinds=AVG,
        )
        for wie in ("begeleider", "participatie")
    ),
]
