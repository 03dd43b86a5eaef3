# SPDX-License-Identifier: EUPL-1.2
"""`docs/verwerkingsregister.md`: the register of processing activities (AVG 30), in Dutch.

Purposes, categories, recipients and grounds come from the policy, the hub's own terms from the topics' settings. Each
entry has an id that lines of the log of processing (LDV) point at.
"""

from __future__ import annotations

from datetime import timedelta

from consent.activiteiten import BESLISSEN, RECHTEN, VERBETERING, Activiteit, activiteiten, samen
from consent.policy import Beleid, Grondslag
from hub.broker.topics import DEAD_LETTERS, INBOX, OUT_PREFIX, Topic, topics_for
from hub.docs.woorden import ROLLEN, opsomming, tabel
from schemas.vocabulary import Categorie, Rol

_VOLGORDE = list(Rol)
_BI_9_9 = (
    "zolang nodig; gewist vijf jaar na het einde van de plicht of bij overlijden, kerngegevens ten hoogste vijftig jaar "
    "(Bi 9.9)"
)
_EIGEN = "niet langer dan nodig; de organisatie stelt haar termijn zelf vast (AVG 5(1)(e))"
_VOOR_GEMEENTE = "tot het einde van de opdracht, daarna terug naar de gemeente of gewist (AVG 28(3)(g))"
BEWAREN: dict[Rol, str] = {
    Rol.GEMEENTE: _BI_9_9,
    Rol.UITVOERING: _BI_9_9,
    Rol.UITVOERDER: _BI_9_9,
    Rol.OPVANG: _EIGEN,
    Rol.TAALSCHOOL: _EIGEN,
    Rol.BEGELEIDER: _VOOR_GEMEENTE,
    Rol.PARTICIPATIE: _VOOR_GEMEENTE,
    Rol.HUB: _EIGEN,
}
"""How long a recipient may keep what it got."""


def document(beleid: Beleid) -> str:
    """The whole register as Markdown."""
    alle = sorted(activiteiten(beleid), key=lambda a: (_VOLGORDE.index(a.van), _VOLGORDE.index(a.naar), a.id))
    regels = [
        "# Register van verwerkingsactiviteiten",
        "",
        "<!-- Gemaakt uit consent/beleid/ met `python -m hub.docs`; wijzig het beleid, niet dit bestand. -->",
        "",
        "Dit register (AVG 30) volgt uit het beleid waarmee de hub beslist: wat hier staat, doet de hub, en wat de hub "
        f"doet, staat hier. Het telt {len(alle)} verstrekkingen en drie verwerkingen van de hub zelf. Elke regel van "
        "het logboek dataverwerkingen (`hub audit export --ldv`) wijst naar een kenmerk uit dit register.",
        "",
        "## Voor alle verwerkingen",
        "",
        *tabel(
            ["Onderdeel", ""],
            [
                ["Betrokkenen", "inburgeringsplichtigen en wie dat worden; van de regievoerder alleen werkgegevens"],
                [
                    "Verwerkingsverantwoordelijke",
                    "voor het verstrekken: de afzender; voor wat hij ermee doet: de ontvanger. Waar de grondslag een "
                    "verwerkersovereenkomst is: de gemeente. Naam en contactgegevens staan in het deelnemersregister "
                    "(`hub participants list`)",
                ],
                ["Verwerker", "de hub, voor elke deelnemer (AVG 28)"],
                ["Doorgifte buiten de EER", "geen"],
                [
                    "Beveiliging (AVG 32)",
                    "wederzijdse TLS met PKIoverheid; elk bericht ondertekend en verzegeld voor zijn ontvanger; per "
                    "persoon een eigen sleutel, met de vernietiging waarvan de gegevens onleesbaar worden; "
                    "een pseudoniem per ontvanger en rol; toegang per rol; een auditlogboek dat niet ongemerkt te wijzigen is",
                ],
                ["Geautomatiseerde besluiten (AVG 22)", "geen: een signaal stelt een gesprek voor, mensen beslissen"],
                ["Bewaren bij de hub", _bewaren()],
            ],
        ),
        "## Overzicht",
        "",
        *tabel(
            ["Van", "Aan", "Doel", "Grondslag", ""],
            ([ROLLEN[a.van], ROLLEN[a.naar], a.doel, a.grondslag.value, f"[meer](#{a.id})"] for a in alle),
        ),
        "## Verstrekkingen",
        "",
    ]
    for activiteit in alle:
        regels += _activiteit(activiteit)
    return "\n".join([*regels, *_eigen()])


def _activiteit(activiteit: Activiteit) -> list[str]:
    bijzonder = [c for c in activiteit.categorieen if c in (Categorie.GEZONDHEID, Categorie.JUSTITIE)]
    rijen = [
        ["Doel", activiteit.doel],
        ["Grondslag", f"{activiteit.grondslag.value} ({_avg(activiteit.grondslag)})"],
        ["Artikelen", samen(activiteit.artikelen)],
        ["Gegevens", opsomming(activiteit.categorieen)],
        ["Bijzondere gegevens", opsomming(bijzonder) if bijzonder else "geen"],
        ["Ontvanger", ROLLEN[activiteit.naar]],
        ["Bij", ", ".join(activiteit.gebeurtenissen)],
        ["Bewaren bij de ontvanger", BEWAREN[activiteit.naar]],
        ["Regels", ", ".join(f"`{id_}`" for id_ in sorted({r.id.partition("/")[0] for r in activiteit.regels}))],
    ]
    titel = f"{ROLLEN[activiteit.van]} aan {ROLLEN[activiteit.naar]}: {activiteit.doel}"
    kop = [f'<a id="{activiteit.id}"></a>', "", f"### {titel[0].upper()}{titel[1:]}", ""]
    return [*kop, *tabel(["Onderdeel", f"`{activiteit.id}`"], rijen)]


def _eigen() -> list[str]:
    eigen = [
        (
            BESLISSEN,
            "Beslissen over verstrekking",
            "bepalen wie een gebeurtenis mag krijgen, die terugbrengen tot wat mag, afleveren en dat vastleggen",
            "Wi 33-35; AVG 5(2), 28",
        ),
        (
            VERBETERING,
            "Melden van een verbetering",
            "een verbetering of intrekking melden aan ieder die het oorspronkelijke gegeven kreeg",
            "AVG 19",
        ),
        (
            RECHTEN,
            "Rechten van betrokkenen",
            "iemand opzoeken, inzage geven, wissen, beperken; en de termijn van een verzoek bewaken",
            "AVG 12, 15-21",
        ),
    ]
    regels = ["## Verwerkingen van de hub zelf", ""]
    for id_, titel, doel, artikel in eigen:
        regels += [f'<a id="{id_}"></a>', "", f"### {titel}", ""]
        regels += tabel(
            ["Onderdeel", f"`{id_}`"],
            [
                ["Doel", doel],
                ["Grondslag", f"wettelijke verplichting ({_avg(Grondslag.WETTELIJKE_VERPLICHTING)})"],
                ["Artikelen", artikel],
                [
                    "Gegevens",
                    "die van de gebeurtenis, verzegeld; in het auditlogboek alleen soorten gegevens, nooit inhoud",
                ],
            ],
        )
    return regels


def _avg(grondslag: Grondslag) -> str:
    return {
        Grondslag.WETTELIJKE_VERPLICHTING: "AVG 6(1)(c)",
        Grondslag.PUBLIEKE_TAAK: "AVG 6(1)(e)",
        Grondslag.TOESTEMMING: "AVG 6(1)(a)",
        Grondslag.MACHTIGING: "AVG 6(1)(e)",
        Grondslag.VERWERKERSOVEREENKOMST: "AVG 28, onder de grondslag van de gemeente",
    }[grondslag]


def _bewaren() -> str:
    topics = {topic.name: topic for topic in topics_for(["oin"])}
    return (
        f"aanleveringen {_dagen(topics[INBOX])}, leveringen {_dagen(topics[f'{OUT_PREFIX}oin'])} en onleesbare berichten "
        f"{_dagen(topics[DEAD_LETTERS])}; het logboek verzegeld tot de sleutel van de persoon wordt vernietigd; het "
        "auditlogboek (zonder inhoud) blijvend"
    )


def _dagen(topic: Topic) -> str:
    assert topic.retention is not None, "these topics have a term"
    return f"{topic.retention // timedelta(days=1)} dagen"
