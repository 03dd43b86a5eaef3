# SPDX-License-Identifier: EUPL-1.2
"""`docs/dpia.md`: the data protection impact assessment (AVG 35(7)), in Dutch, in the order of the model of the Rijk.

Facts (data, flows, grounds, terms, numbers) come from the policy and the topics; risks and measures are written here, each
measure with where it can be seen. Not here: the advice of a functionaris gegevensbescherming, which people give.
"""

from __future__ import annotations

from collections.abc import Iterable

from consent.activiteiten import activiteiten, samen
from consent.policy import GESLOTEN, TOESTEMMING_NOOIT, Beleid, Grondslag
from hub.broker.topics import DEAD_LETTERS, INBOX, OUT_PREFIX, topics_for
from hub.docs.woorden import CATEGORIEEN, ROLLEN, opsomming, tabel
from schemas.vocabulary import Categorie, Rol

BIJZONDER = (Categorie.GEZONDHEID, Categorie.JUSTITIE, Categorie.BSN, Categorie.FINANCIEN)
_KANS, _GEVOLG = ("klein", "middel", "groot"), ("beperkt", "ernstig", "zeer ernstig")

RISICOS = (
    (
        "Een organisatie krijgt meer dan haar taak toelaat",
        1,
        2,
        "Gesloten wereld: zonder regel gaat niets door, ook niet per waarde; elke regel is getoetst door tests die een "
        "levering of weigering zien (`make mutants`); een wijziging vraagt een tweede persoon en een voorbeschouwing op echt "
        "verkeer (`hub policy preview`)",
    ),
    (
        "Gegevens komen bij de verkeerde persoon terecht",
        2,
        3,
        "BSN en V-nummer met proef; twee nummers koppelt alleen wie ze beide mag hebben, en het is terug te draaien; "
        "verplaatsen met bericht aan ieder die het kreeg (`hub person correct`)",
    ),
    (
        "Toestemming wordt niet vrij gegeven of blijft doorwerken na intrekking",
        2,
        2,
        "Toestemming opent nooit wat de wet sluit; per doel, ontvanger en soort, in een taal, met tekstversie; intrekken "
        "werkt vanaf zijn plaats in het logboek en ontvangers horen het",
    ),
    (
        "Ontvangers leggen bestanden naast elkaar",
        1,
        2,
        "Een pseudoniem per ontvanger en rol; BSN alleen aan wie de wet noemt",
    ),
    (
        "Iemand leest mee of breekt in",
        1,
        3,
        "Wederzijdse TLS, zegels per ontvanger, een sleutel per persoon; wie een sleutel steelt is er meteen uit "
        "(`hub participants rotate --compromised`, `hub keys rotate --compromised`)",
    ),
    (
        "Een beheerder kijkt of wijzigt zonder reden",
        1,
        3,
        "Opzoeken, wijzigen en wissen staan in het auditlogboek voordat zij gebeuren; beleid en wissen vragen twee personen; "
        "het logboek is niet ongemerkt te wijzigen",
    ),
    (
        "Een signaal wordt een oordeel over de persoon",
        2,
        2,
        "Een signaal stelt een gesprek voor, in neutrale woorden, met de feiten erbij; het vervalt als het bericht alsnog komt; "
        "mensen beslissen (AVG 22)",
    ),
    (
        "Gegevens blijven te lang bestaan",
        1,
        2,
        "Termijnen per onderwerp van het logboek; wissen vernietigt de sleutel van de persoon, ook voor kopieën en back-ups; "
        "wat over zijn termijn is wordt voorgesteld (`hub retention`)",
    ),
    (
        "De betrokkene weet niet wie wat heeft",
        2,
        1,
        "Inzage in één opdracht, in begrijpelijk Nederlands en in andere talen (`hub person inzage`)",
    ),
)
"""(risk, likelihood and impact with the measures, each 1 to 3, measures)"""


def document(beleid: Beleid) -> str:
    """The whole assessment as Markdown."""
    alle = list(activiteiten(beleid))
    return "\n".join(
        [
            "# Gegevensbeschermingseffectbeoordeling (DPIA)",
            "",
            "<!-- Gemaakt uit consent/beleid/ met `python -m hub.docs`; wijzig het beleid of hub/docs/dpia.py, niet dit bestand. -->",
            "",
            "Over de inburgeringshub: het uitwisselen van gegevens over inburgeraars tussen COA, DUO, gemeenten, taalscholen, "
            "begeleiders en aanbieders van participatie (AVG 35). Feiten komen uit het beleid waarmee de hub beslist "
            f"(kenmerk `{beleid.digest()[:16]}…`). Wat tussen [haken] staat, vullen mensen in.",
            "",
            "## A. De verwerking",
            "",
            "### 1. Voorstel",
            "",
            "Organisaties melden gebeurtenissen; de hub beslist per ontvanger en per veld wat die op welke grond mag hebben, "
            "levert dat verzegeld, bewaakt termijnen en houdt van elke beslissing bewijs.",
            "",
            "### 2. Persoonsgegevens",
            "",
            *tabel(["Soort", "Gevoelig", "Gaat naar"], _gegevens(beleid)),
            "### 3. Verwerkingen en doelen",
            "",
            f"{len(alle)} verstrekkingen; elk staat met artikel in het [register](verwerkingsregister.md) en regel voor regel in "
            "[doelbinding](doelbinding.md). Daarnaast bewaakt de hub termijnen en handelt hij rechten van betrokkenen af.",
            "",
            "### 4. Betrokken partijen",
            "",
            "Zie [verwerkersrelaties](verwerkersrelaties.md): wie verantwoordelijk is en wie verwerker, per stroom.",
            "",
            "### 5. Bewaren",
            "",
            *tabel(["Waar", "Hoe lang"], _termijnen()),
            "### 6. Techniek",
            "",
            "Apache Kafka met wederzijdse TLS; berichten ondertekend en verzegeld; per persoon een sleutel in een kluis; "
            "een auditlogboek als Merkleboom. Geen profilering, geen zelflerende modellen, geen besluiten zonder mens. "
            "Geen doorgifte buiten de EER.",
            "",
            "## B. Rechtmatigheid",
            "",
            "### 7. Grondslagen",
            "",
            *tabel(["Grondslag", "Verstrekkingen", "Regels"], _grondslagen(beleid)),
            "### 8. Bijzondere en strafrechtelijke gegevens, BSN",
            "",
            *tabel(["Soort", "Mag naar", "Op artikel"], _bijzonder(beleid)),
            f"Toestemming opent nooit: {opsomming(TOESTEMMING_NOOIT)}.",
            "",
            *tabel(["Rol", "De wet sluit, wat een regel ook zegt"], _gesloten()),
            "### 9. Noodzaak, evenredigheid, subsidiariteit",
            "",
            "Een ontvanger krijgt velden en geen dossiers; van een code met gemengde inhoud alleen de waarden die mogen; op "
            "verzoek alleen waar de wet dat zegt. Zonder hub gaan dezelfde gegevens per e-mail en spreadsheet, geheel en "
            "zonder spoor. [Oordeel over de evenredigheid]",
            "",
            "### 10. Rechten van betrokkenen",
            "",
            "Inzage, rectificatie, wissing, beperking en bezwaar lopen via `hub person`; ontvangers horen ervan en bevestigen "
            "(AVG 19); wat blijft liggen wordt een signaal. Verzoeken hebben een termijn van een maand (AVG 12(3)).",
            "",
            "## C. Risico's en D. maatregelen",
            "",
            "Kans en gevolg zijn die met de maatregelen.",
            "",
            *tabel(
                ["Risico", "Kans", "Gevolg", "Maatregelen"],
                (
                    [wat, _KANS[kans - 1], _GEVOLG[gevolg - 1], maatregelen]
                    for wat, kans, gevolg, maatregelen in RISICOS
                ),
            ),
            "### Wat overblijft",
            "",
            "- Een organisatie kan doorgeven wat zij terecht kreeg: dat regelen overeenkomst en toezicht, niet de hub.",
            "- Wie een nieuwe sleutel van de hub niet overneemt, merkt dat pas als zij geldt.",
            "- [Oordeel over het restrisico; voorafgaande raadpleging (AVG 36) ja of nee]",
            "",
            "### Advies en vaststelling",
            "",
            "[Advies functionaris gegevensbescherming; standpunt van betrokkenen of hun vertegenwoordigers (AVG 35(9)); "
            "vastgesteld door, op]",
            "",
        ]
    )


def _gegevens(beleid: Beleid) -> Iterable[list[str]]:
    for categorie in Categorie:
        naar = sorted({ROLLEN[regel.naar] for regel in beleid.regels if categorie in regel.categorieen})
        if categorie is Categorie.PSEUDONIEM:
            naar = ["iedere ontvanger zijn eigen"]
        yield [CATEGORIEEN[categorie], "ja" if categorie in BIJZONDER else "", ", ".join(naar) or "niemand"]


def _termijnen() -> Iterable[list[str]]:
    inhoud = {INBOX: "aangeleverd", DEAD_LETTERS: "onleesbaar of onbevoegd", f"{OUT_PREFIX}x": "geleverd"}
    for topic in topics_for(["x"]):
        if topic.name in inhoud and topic.retention is not None:
            yield [inhoud[topic.name], f"{topic.retention.days} dagen"]
    yield [
        "dossier en auditlogboek",
        "het auditlogboek zonder inhoud en blijvend; het dossier tot de wissing, die na de termijn van Bi 9.9 wordt voorgesteld",
    ]


def _grondslagen(beleid: Beleid) -> Iterable[list[str]]:
    alle = list(activiteiten(beleid))
    for grondslag in Grondslag:
        stromen = sum(een.grondslag is grondslag for een in alle)
        regels = sum(regel.grondslag is grondslag for regel in beleid.regels)
        yield [grondslag.value, str(stromen), str(regels)]


def _bijzonder(beleid: Beleid) -> Iterable[list[str]]:
    for categorie in BIJZONDER:
        regels = [regel for regel in beleid.regels if categorie in regel.categorieen]
        naar = sorted({ROLLEN[regel.naar] for regel in regels})
        artikelen = samen(regel.artikel for regel in regels) if categorie is not Categorie.BSN else "zie doelbinding.md"
        yield [CATEGORIEEN[categorie], ", ".join(naar) or "niemand", artikelen or "geen"]


def _gesloten() -> Iterable[list[str]]:
    for rol, dicht in GESLOTEN.items():
        if rol is not Rol.HUB:
            yield [ROLLEN[rol], opsomming(dicht)]
