# SPDX-License-Identifier: EUPL-1.2
"""`docs/doelbinding.md`: who may get what, by article, as a table for each flow. In Dutch, for privacy officers."""

from __future__ import annotations

from itertools import groupby

from consent.conditions import Voorwaarde
from consent.policy import GESLOTEN, TOESTEMMING_NOOIT, Beleid, Beleidsregel
from hub.docs.woorden import ROLLEN, VOORWAARDEN, opsomming, tabel
from schemas.vocabulary import Rol

_VOLGORDE = list(Rol)


def document(beleid: Beleid) -> str:
    """The whole document as Markdown."""
    stromen = _stromen(beleid)
    regels = [
        "# Doelbinding: wie mag wat krijgen",
        "",
        "<!-- Gemaakt uit consent/beleid/ met `python -m hub.docs`; wijzig het beleid, niet dit bestand. -->",
        "",
        f"Dit is het beleid waarmee de hub beslist, met {sum(len(r) for r in stromen.values())} regels in "
        f"{len(stromen)} stromen. Een gegeven gaat alleen door als een regel zijn soort noemt, voor deze gebeurtenis, "
        "van deze rol aan deze rol, en aan elke voorwaarde van die regel is voldaan. Wat hier niet staat, gaat niet.",
        "",
        f"Kenmerk van dit beleid (SHA-256): `{beleid.digest()}`. Dit kenmerk staat bij elke beslissing in het "
        "auditlogboek. `hub policy explain` legt een beslissing uit.",
        "",
        "## Inhoud",
        "",
        *(f"- [{_titel(van, naar)}](#{_anker(van, naar)})" for van, naar in stromen),
        "- [Wat de wet sluit](#wat-de-wet-sluit)",
        "- [Voorwaarden](#voorwaarden)",
        "",
    ]
    for (van, naar), rijen in stromen.items():
        regels += [f'<a id="{_anker(van, naar)}"></a>', "", f"## {_titel(van, naar)}", ""]
        for doel, groep in groupby(rijen, key=lambda rij: rij[0].doel):
            regels += [f"### {doel[0].upper()}{doel[1:]}", "", *_tabel(list(groep))]
    return "\n".join([*regels, *_gesloten(), *_voorwaarden(beleid)])


def _stromen(beleid: Beleid) -> dict[tuple[Rol, Rol], list[list[Beleidsregel]]]:
    """By flow: the rows, those that were split by category together again, by purpose and article."""
    bijeen: dict[tuple[object, ...], list[Beleidsregel]] = {}
    for regel in beleid.regels:
        stam = regel.id.partition("/")[0]
        bijeen.setdefault((regel.van, regel.naar, stam, regel.geldig_van), []).append(regel)
    stromen: dict[tuple[Rol, Rol], list[list[Beleidsregel]]] = {}
    for rijen in sorted(bijeen.values(), key=_plaats):
        stromen.setdefault((rijen[0].van, rijen[0].naar), []).append(rijen)
    return stromen


def _plaats(rijen: list[Beleidsregel]) -> tuple[object, ...]:
    een = rijen[0]
    return (_VOLGORDE.index(een.van), _VOLGORDE.index(een.naar), een.doel, een.id, een.geldig_van)


def _tabel(rijen: list[list[Beleidsregel]]) -> list[str]:
    koppen = ["Gebeurtenissen", "Gegevens", "Grondslag", "Artikel", "Alleen als", "Geldig", "Regel"]
    return tabel(koppen, (_rij(rij) for rij in rijen))


def _rij(rijen: list[Beleidsregel]) -> list[str]:
    een = rijen[0]
    gegevens = opsomming({c for regel in rijen for c in regel.categorieen})
    if een.velden:
        gegevens += f"; alleen de velden {', '.join(f'`{veld}`' for veld in sorted(een.velden))}"
    if len(rijen) > 1:
        gegevens += "; elke soort apart"
    tot = f" tot {een.geldig_tot}" if een.geldig_tot else ""
    return [
        ", ".join(sorted(een.gebeurtenissen)),
        gegevens,
        een.grondslag.value,
        een.artikel,
        ", ".join(f"[{v.value}](#{v.value})" for v in een.voorwaarden) or "altijd",
        f"vanaf {een.geldig_van}{tot}",
        f"`{een.id.partition('/')[0]}`",
    ]


def _gesloten() -> list[str]:
    return [
        '<a id="wat-de-wet-sluit"></a>',
        "",
        "## Wat de wet sluit",
        "",
        "Wat hier staat kan geen regel en geen toestemming openen: beleid dat het probeert, wordt niet geladen.",
        "",
        *tabel(
            ["Ontvanger", "Krijgt nooit"],
            ([ROLLEN[rol], opsomming(GESLOTEN[rol])] for rol in _VOLGORDE if rol is not Rol.HUB and GESLOTEN[rol]),
        ),
        f"Geen toestemming opent, voor wie dan ook: {opsomming(TOESTEMMING_NOOIT)}.",
        "",
    ]


def _voorwaarden(beleid: Beleid) -> list[str]:
    gebruikt = {v for regel in beleid.regels for v in regel.voorwaarden}
    rijen = ([f'<a id="{v.value}"></a>`{v.value}`', VOORWAARDEN[v]] for v in Voorwaarde if v in gebruikt)
    return ['<a id="voorwaarden"></a>', "", "## Voorwaarden", "", *tabel(["Voorwaarde", "Betekenis"], rijen)]


def _titel(van: Rol, naar: Rol) -> str:
    return f"Van {ROLLEN[van]} aan {ROLLEN[naar]}"


def _anker(van: Rol, naar: Rol) -> str:
    return f"{van.value}-{naar.value}"
