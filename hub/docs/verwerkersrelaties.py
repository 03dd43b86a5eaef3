# SPDX-License-Identifier: EUPL-1.2
"""`docs/verwerkersrelaties.md`: who is controller and who processor in each flow (AVG 4(7), 4(8), 26, 28), in Dutch.

Follows from the grounds of the rows: where a row rests on a verwerkersovereenkomst, one of both acts for the gemeente;
elsewhere each answers for its own part. Not here: the agreements themselves.
"""

from __future__ import annotations

from collections.abc import Iterable

from consent.activiteiten import Activiteit, activiteiten, samen
from consent.policy import Beleid, Grondslag
from hub.docs.woorden import ROLLEN, opsomming, tabel
from schemas.vocabulary import Rol

_VOLGORDE = list(Rol)
VERWERKERS = frozenset({Rol.BEGELEIDER, Rol.PARTICIPATIE})
"""Roles that are held under an order of a gemeente."""
AFSPRAKEN = (
    (
        "Onderwerp, duur, aard en doel (28(3))",
        "de stroom hierboven; de duur is die van de opdracht of het contract in de hub",
    ),
    (
        "Alleen op instructie (28(3)(a))",
        "de hub levert de verwerker niets buiten de regels van die stroom, en niets na het einde",
    ),
    ("Geheimhouding (28(3)(b))", "in de overeenkomst"),
    ("Beveiliging (28(3)(c), 32)", "eigen sleutels en certificaat; zonder BSN: een pseudoniem per verwerker en rol"),
    (
        "Subverwerkers (28(2), 28(4))",
        "een onderaannemer staat met naam bij de toewijzing, naast wie verantwoordelijk blijft",
    ),
    (
        "Bijstand bij rechten (28(3)(e))",
        "`hub person`; ontvangers horen van correctie, wissing en beperking en bevestigen dat",
    ),
    ("Bijstand bij datalekken (28(3)(f))", "`hub datalek`: wie en wat het raakt, en de 72 uur"),
    (
        "Wissen of teruggeven (28(3)(g))",
        "de relatie eindigt in het logboek en daarna krijgt de verwerker niets meer; wat hij al heeft, wist of geeft hij "
        "terug zoals de overeenkomst zegt",
    ),
    ("Aantonen (28(3)(h))", "`hub audit`: elke verstrekking staat in het auditlogboek, met bewijs"),
)


def document(beleid: Beleid) -> str:
    """The whole document as Markdown."""
    alle = sorted(activiteiten(beleid), key=lambda a: (_VOLGORDE.index(a.van), _VOLGORDE.index(a.naar), a.id))
    opdracht = [een for een in alle if een.grondslag is Grondslag.VERWERKERSOVEREENKOMST]
    overig = [een for een in alle if een.grondslag is not Grondslag.VERWERKERSOVEREENKOMST]
    return "\n".join(
        [
            "# Verwerkersrelaties",
            "",
            "<!-- Gemaakt uit consent/beleid/ met `python -m hub.docs`; wijzig het beleid, niet dit bestand. -->",
            "",
            "Wie in elke stroom verwerkingsverantwoordelijke is en wie verwerker. Het volgt uit de grondslag van de regels "
            "waarop de hub beslist; een rol is een rol, en niet een organisatie: wie twee rollen heeft, staat er tweemaal. "
            f"Het gaat om het beleid met kenmerk `{beleid.digest()[:16]}…`.",
            "",
            "## De hub",
            "",
            "De hub is verwerker van iedere deelnemer (AVG 28): hij verstrekt in naam van de afzender en bewaart het dossier "
            "voor de gemeente die verantwoordelijk is. Hij bepaalt geen doel. Het beleid wijzigt alleen op voorstel van de "
            "een en met goedkeuring van een ander (`hub policy propose`, `approve`, `activate`).",
            "",
            "## Verwerkers van de gemeente",
            "",
            f"{len(opdracht)} stromen rusten op een verwerkersovereenkomst. De gemeente is verantwoordelijk, de ander "
            "verwerkt voor haar en binnen haar opdracht; ook wat de verwerker vastlegt, is van de gemeente.",
            "",
            *_stromen(opdracht, verwerker=True),
            "### Wat de overeenkomst regelt, en waar de hub het afdwingt",
            "",
            *tabel(["AVG", "Hoe"], AFSPRAKEN),
            "## Mandaat",
            "",
            "Een uitvoerder (ISD, regio, sociale dienst) handelt in mandaat van zijn gemeente (Awb 10:1): hij leest en "
            "schrijft als die gemeente, elke gemeente apart, en is geen aparte verantwoordelijke. Zijn de bevoegdheden aan een "
            "gemeenschappelijke regeling overgedragen (delegatie, Awb 10:13), dan is die zelf het college van deze wet: zij "
            "doet mee in de rol gemeente.",
            "",
            "## Zelfstandige verantwoordelijken",
            "",
            f"In de overige {len(overig)} stromen is de afzender verantwoordelijk voor het verstrekken en de ontvanger voor "
            "wat hij ermee doet. Is de afzender verwerker van een gemeente, dan verstrekt hij in haar naam en is zij het. "
            "Afzender en ontvanger bepalen doel en middelen niet samen (AVG 26): het doel staat in de wet of in de "
            "toestemming. [Oordeel over het gezamenlijk inrichten van de hub]",
            "",
            *_stromen(overig, verwerker=False),
        ]
    )


def _stromen(alle: Iterable[Activiteit], *, verwerker: bool) -> list[str]:
    rijen = []
    for een in alle:
        wie = [_partijen(een)] if verwerker else []
        artikelen = samen(een.artikelen)
        rijen.append(
            [
                ROLLEN[een.van],
                ROLLEN[een.naar],
                *wie,
                een.doel,
                opsomming(een.categorieen),
                een.grondslag.value,
                artikelen,
            ]
        )
    koppen = ["Van", "Aan", *(["Verantwoordelijke en verwerker"] if verwerker else [])]
    return tabel([*koppen, "Doel", "Gegevens", "Grondslag", "Artikel"], rijen)


def _partijen(een: Activiteit) -> str:
    """The gemeente and who works for it; what the hub itself says, it says for whom it tells."""
    if een.van is Rol.HUB and een.naar not in VERWERKERS:
        return f"{ROLLEN[een.naar]}; verwerker: hub"
    verwerker = een.naar if een.naar in VERWERKERS else een.van
    return f"gemeente; verwerker: {ROLLEN[verwerker]}"
