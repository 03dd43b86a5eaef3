# SPDX-License-Identifier: EUPL-1.2
"""Every name of the story format is known to the hub: stories written elsewhere use these names and no others.

The lists are those of the format's own page, written out here on purpose: whoever renames something in the hub meets them.
"""

from __future__ import annotations

import pytest

from consent.kader import Reden
from hub.dossier.regels.instelcodes import CODES
from hub.dossier.regels.rules import SETTINGS, ingebouwd
from hub.dossier.verwachtingen.verwachting import Ernst
from hub.stories.read import Feit, Ontvangst, Persoon, Signaal, Verhaal, Verwachting, Weigering
from hub.stories.words import path_known, rule_names
from schemas.catalogue import gebeurtenistypen
from schemas.vocabulary import Rol

RULES = """
PIP; brede intake; inburgeringsaanbod; start leerroute; termijn; switch of leerroute; voortgangsrapportage;
voortgangsgesprek; verzuim; verzuim silence; verzuim not reported; ontzorgen; warme overdracht; koppeling; huisvesting;
begeleiding; pending request at DUO; level reached; hours; overdracht; machtiging; age 18; gap;
afschaling unsubstantiated; PVT to make up; withdrawal unconfirmed
"""

SETTINGS_AND_CODES = {
    "verzuim.count": "unauthorised-only all",
    "verzuim.window": "calendar-month rolling-month",
    "verzuim.school_reports_within_days": "",
    "PIP.weeks": "",
    "PIP.anchor": "kennisgeving kennisgeving-or-later-brp brp",
    "voortgangsrapportage.months": "",
    "verzuim silence.weeks": "",
    "gap.days": "",
    "termijn.warn_months": "",
    "termijn.start": "day-after-dagtekening",
    "termijn.years": "",
    "termijn.moved_by": "DUO-only",
    "hours.afschaling_recognised": "",
}

REASONS = """
no-relation relation-ended wrong-role no-ground no-toestemming toestemming-withdrawn toestemming-expired not-requested
no-contract erased restricted forbidden-category
"""

PATHS = """
doelgroep leerroute niveau wet plicht.stand dossier.stand regievoerder regievoerder.eerder pip.stand pip.uiterste_datum
pip.dagtekening pip.wijze pip.beschikking_versie pip.plan_versie termijn.start termijn.einde termijn.stand traject.stand
brede_intake.niet_verschenen leerbaarheidstoets.resultaat leerbaarheidstoets.bron warme_overdracht.plaatsgevonden
warme_overdracht.reden ontzorging.stand ontzorging.uiterste_datum voortgangsrapportage.volgende lessen.gemeld
lesuitval.aantal verzuim.ongeoorloofd verzuim.geoorloofd verzuim.onbekend uren.taal_erkend uren.taal_niet_erkend uren.map
uren.pvt map.stand map.praktijk_aanbieder afschaling.stand afschaling.volledig verzoek.stand boetes.aantal toestemming.t1
"""

DATA = {
    "plicht, termijn": """
        doelgroep detail_doelgroep wet=Wi2013,Wi2021 kennisgeving gemeente verblijfsvergunning
        stand=actief,tijdelijk-vrijgesteld per reden startdatum einddatum grond""",
    "BRP, COA": """
        datum_inschrijving huisvestingswet_28 identiteit taalniveau opleiding werkervaring plaatsgevonden van naar datum""",
    "intake, LBT": """
        oproep termijn_tot wijze=gesprek,in-afwezigheid leerbaarheid resultaat=B1-route-haalbaar behaalde_score
        benodigde_score bij soort tot""",
    "PIP": """
        dagtekening leerroute=B1-route,onderwijsroute,Z-route niveau wijze=ondertekend,eenzijdig afwijking_toets
        laag=beschikking,plan raakt_beschikking aandachtspunt afspraak""",
    "assignment": """
        taalschool begeleider contact volgende_stap regievoerder organisatie component=taal,KNM,PVT,MAP,participatie
        begindatum per termijn_loopt_door""",
    "lessons": """
        les lessen groep lessen_per_week minuten_gepland minuten_aanwezig verzuim=geen,geoorloofd,ongeoorloofd,onbekend
        reden=afgemeld,werk,zorgtaken,onbekend,cohort-gestopt,geen-docent,school-gesloten""",
    "progress, hours": """
        taalniveau stagnatie belemmeringen=niveau-te-laag,reistijd b1_haalbaar uren uren_participatie erkend bron_uren van
        naar inspanning_onderbouwd besluit nummer meetmoment score doorverwijzing regel uitkomst""",
    "requests, DUO": """
        soort=ontheffing,verlenging grond oordeel=toegewezen,afgewezen betreft vorm=volledig,deels,alternatief,geen""",
    "toestemming": "doel ontvanger categorieen van tot taal tekstversie tolk betreft",
}

SENDERS = """
opvang: screening-gevoerd gemeente-gekoppeld koppeling-gewijzigd klantprofiel-gedeeld voorinburgering-gemeld
    warme-overdracht-gemeld uit-opvang-vertrokken
uitvoering: inburgeringsplicht-vastgesteld inburgeringsplicht-gewijzigd inburgeringsplicht-beeindigd
    leerbaarheidstoets-uitslag-bekend inburgeringstermijn-gestart inburgeringstermijn-verlengd inburgeringstermijn-opgeschort
    inburgeringstermijn-hervat inburgeringstermijn-opnieuw-gestart verzoek-ingediend verzoek-beoordeeld examenuitslag-bekend
    boete-opgelegd persoon-verhuisd
gemeente: regievoerder-toegewezen uitvoerder-aangewezen uitvoerder-beeindigd contract-vastgesteld contract-beeindigd
    overdracht-aangeboden overdracht-bevestigd contactvoorkeur-vastgesteld assessment-uitslag-bekend brede-intake-opgeroepen
    brede-intake-niet-verschenen brede-intake-afgerond informatie-opgevraagd informatie-ontvangen gegevens-opgevraagd
    pip-vastgesteld pip-gewijzigd pip-ingetrokken inburgeringsaanbod-gedaan taalschool-toegewezen taalschool-gekozen
    participatie-toegewezen toewijzing-beeindigd begeleiding-opgedragen begeleiding-beeindigd voortgangsgesprek-gevoerd
    voortgangsgesprek-niet-verschenen leerroute-gewijzigd afschaling-besloten advies-uitgebracht pvt-ondertekend map-afgerond
    zroute-afgerond gevolgde-uren-vastgesteld zelfstudie-gekozen traject-gepauzeerd traject-hervat bijstand-toegekend
    bijstand-beeindigd ontzorging-besloten ontzorging-gestart ontzorging-verlengd ontzorging-beeindigd huisvesting-gevonden
    verblijf-in-gemeente-geregistreerd naturalisatieverzoek-gemeld verzoek-ingediend verzuim-vrijgesteld werk-gestart
    werk-beeindigd machtiging-gevraagd toeslag-ontvangen persoon-overleden signaal-opgevolgd boete-opgelegd
    toestemming-gegeven toestemming-ingetrokken machtiging-gegeven machtiging-ingetrokken
taalschool: rooster-vastgesteld rooster-gewijzigd wachtlijst-geplaatst cursus-gestart cursus-beeindigd aanwezigheid-gemeld
    les-uitgevallen verzuim-gemeld voortgang-gemeld uren-gemeld afschaling-verzocht
begeleider: begeleiding-gestart begeleiding-afgerond begeleiding-gerapporteerd pvt-uren-gemeld ontzorgadvies-gegeven
    signaal-gemeld doorverwijzing-gedaan toestemming-gegeven toestemming-ingetrokken machtiging-gegeven machtiging-ingetrokken
hub: aanlevering-aanvaard aanlevering-geweigerd signaal-afgegeven signaal-vervallen toestemming-verlopen
    dossierstand-gewijzigd gegevens-gewist tik bundel-geactiveerd
"""


def _names(text: str) -> list[tuple[str, tuple[str, ...]]]:
    return [
        (name, tuple(filter(None, values.split(",")))) for name, _, values in (w.partition("=") for w in text.split())
    ]


@pytest.mark.parametrize("rule", [" ".join(one.split()) for one in RULES.split(";")])
def test_the_rule_is_known(rule: str) -> None:
    assert rule in rule_names(ingebouwd())


@pytest.mark.parametrize(("setting", "codes"), SETTINGS_AND_CODES.items())
def test_the_setting_is_known_and_takes_its_codes(setting: str, codes: str) -> None:
    rule, _, name = setting.rpartition(".")
    assert name in SETTINGS[rule]
    assert set(codes.split()) <= CODES.get(setting, frozenset())
    lezing = {rule: {name: next(iter(codes.split()), 9)}}
    if SETTINGS[rule][name] is list:
        lezing = {rule: {name: [9]}}  # type: ignore[dict-item]
    assert ingebouwd().met(lezing)[1] == (), "and reading it changes the rule"  # type: ignore[arg-type]


@pytest.mark.parametrize("reason", REASONS.split())
def test_the_reason_is_known(reason: str) -> None:
    assert Reden(reason)


@pytest.mark.parametrize("path", PATHS.split())
def test_the_state_path_is_known(path: str) -> None:
    assert path_known(path)


@pytest.mark.parametrize(
    ("about", "key", "values"), [(about, key, values) for about, text in DATA.items() for key, values in _names(text)]
)
def test_the_data_key_is_a_field_and_takes_its_codes(about: str, key: str, values: tuple[str, ...]) -> None:
    fields = [type_.velden[key] for type_ in gebeurtenistypen().values() if key in type_.velden]
    assert fields, f"no event has a field {key} ({about})"
    for value in values:
        assert any(one.waarden is None or value in one.waarden for one in fields), f"{key}={value} ({about})"
    if values:
        assert any(one.waarden is not None and set(values) & set(one.waarden) for one in fields)


@pytest.mark.parametrize(
    ("role", "event"),
    [
        (line.split(":")[0], event)
        for line in SENDERS.replace("\n    ", " ").split("\n")
        if line
        for event in line.split()[1:]
    ],
)
def test_the_event_is_known_and_its_sender_may_say_it(role: str, event: str) -> None:
    assert Rol(role) in gebeurtenistypen()[event].producenten


def test_the_parts_of_a_story_have_their_names() -> None:
    def names(part: type) -> set[str]:
        return {one.alias or name for name, one in part.model_fields.items()}  # type: ignore[attr-defined]

    whole = {"title", "source", "reading", "participants", "persons", "facts", "ticks", "expect", "doubtful"}
    assert names(Verhaal) == whole
    assert names(Feit) == {"recorded", "happened", "from", "event", "person", "data", "id"}
    assert names(Persoon) >= {"id", "doelgroep", "leerroute", "facts"}
    kinds = {"receives", "denied", "signal_open", "no_signal", "signal_closed", "state"}
    assert names(Verwachting) == {"at", *kinds}
    assert names(Ontvangst) == {"who", "event", "person", "must_contain", "must_not_contain"}
    assert names(Weigering) == {"who", "event", "person", "reason_kind"}
    assert names(Signaal) == {"rule", "owner", "person", "subject", "severity"}
    assert {str(one) for one in Ernst} == {"informatie", "waarschuwing", "overschreden"}
