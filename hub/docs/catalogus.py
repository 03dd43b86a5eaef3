# SPDX-License-Identifier: EUPL-1.2
"""`docs/catalogus.md`: every event type with every field, for a partner's engineer. In Dutch, like the docs of the fields.

From the schemas (what it says, who may say it, since which version) and the policy (to whom it may go, by which rows).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from consent.admission import Vereiste, vereisten
from consent.avg19 import KENNISGEVINGEN
from consent.corrections import SOORTEN
from consent.policy import Beleid
from hub.docs.woorden import CATEGORIEEN, ROLLEN, tabel
from schemas.catalogue import Gebeurtenistype, Veld, gebeurtenistypen
from schemas.registry import registry
from schemas.vocabulary import Rol

_VOLGORDE = list(Rol)
_SOORTEN = {
    "string": "tekst",
    "int": "geheel getal",
    "boolean": "ja/nee",
    "date": "datum",
    "timestamp-millis": "moment (UTC)",
    "bytes": "Confluent-frame",
}
_VEREISTEN = {
    Vereiste.GEEN: "ook zonder relatie met de persoon",
    Vereiste.EERSTE: "met een relatie, of als nog geen gemeente de persoon heeft",
    Vereiste.ACTIEF: "met een relatie, nu of op de dag waarop het gebeurde",
    Vereiste.OOIT: "met een relatie, nu of vroeger",
}


_ZONDER_RIJ = {
    **dict.fromkeys(SOORTEN, "wie het origineel kreeg (AVG 19)"),
    **dict.fromkeys(KENNISGEVINGEN, "wie ooit gegevens van de persoon kreeg (AVG 19)"),
    **dict.fromkeys(("aanlevering-aanvaard", "aanlevering-geweigerd"), "wie de aanlevering deed"),
    "cijfers-gepubliceerd": "elke deelnemer, op het topic van de cijfers",
}
"""To whom it goes by a duty or as an answer, without a row of the policy."""


def document(beleid: Beleid) -> str:
    """The whole document as Markdown."""
    typen = gebeurtenistypen()
    regels = [
        "# Catalogus van gebeurtenissen",
        "",
        "<!-- Gemaakt uit schemas/ en consent/beleid/ met `python -m hub.docs`; wijzig die, niet dit bestand. -->",
        "",
        f"Alle {len(typen)} gebeurtenissen die over de bus gaan, met elk veld. Op de bus heet een gebeurtenis "
        "`nl.inburgering.` met de naam erachter; hoe zij wordt ingepakt staat in [wire-format.md](wire-format.md), wie wat mag "
        "krijgen en waarom in [doelbinding.md](doelbinding.md).",
        "",
        "* Elk veld mag ontbreken bij wie ontvangt: wat niet voor u is, komt niet. Alleen wie meldt, vult de verplichte velden.",
        "* Elke codelijst kent `onbekend`: dat leest u ook waar een nieuwere code staat dan u kent. Een code met een soort erachter "
        "is een ander soort gegeven dan het veld, en gaat dus naar anderen.",
        "* Een tekst is nooit een omschrijving van een persoon: achter `tekst` staat wat het dan is.",
        "* Vóór de velden hieronder heeft elke gebeurtenis `persoon`, `gebeurd_op`, `bron` en `vastgelegd_op`.",
        "* Versies kunnen elkaar lezen, in beide richtingen (FULL_TRANSITIVE).",
        "",
        "## Inhoud",
        "",
        *_inhoud(typen.values()),
        "",
    ]
    return "\n".join([*regels, *(regel for type_ in typen.values() for regel in _type(type_, beleid))])


def _inhoud(typen: Iterable[Gebeurtenistype]) -> Iterator[str]:
    per_rol: dict[Rol, list[str]] = {}
    for type_ in typen:
        for rol in type_.producenten:
            per_rol.setdefault(rol, []).append(type_.naam)
    for rol in _VOLGORDE:
        namen = ", ".join(f"[{naam}](#{naam})" for naam in sorted(per_rol.get(rol, ())))
        if namen:
            yield f"- **{ROLLEN[rol]}** meldt: {namen}"


def _type(type_: Gebeurtenistype, beleid: Beleid) -> list[str]:
    versies = registry().versions(type_.naam)
    nummers = ", ".join(f"{een.versie} (schema-id {een.schema_id})" for een in versies)
    over = "Over een persoon: gaat altijd verzegeld." if type_.persoonsgebonden else "Niet over een persoon."
    return [
        f'<a id="{type_.naam}"></a>',
        "",
        f"## {type_.naam}",
        "",
        f"{type_.doc} {over} Bron: {type_.bron}. Versies: {nummers}.",
        "",
        f"Gemeld door: {'; '.join(_melders(type_))}.",
        "",
        f"Kan gaan naar: {_ontvangers(type_.naam, beleid)}.",
        "",
        *tabel(
            ["Veld", "Wat", "Waarde", "Soort gegeven", "Eenheid", "Bron", "Sinds"],
            (_veld(type_, veld) for veld in type_.velden.values()),
        ),
    ]


def _melders(type_: Gebeurtenistype) -> Iterator[str]:
    for rol in sorted(type_.producenten, key=_VOLGORDE.index):
        vereiste = vereisten().get((type_.naam, rol))
        yield f"{ROLLEN[rol]} ({_VEREISTEN[vereiste]})" if vereiste else ROLLEN[rol]


def _ontvangers(naam: str, beleid: Beleid) -> str:
    per_rol: dict[Rol, set[str]] = {}
    for regel in beleid.regels:
        if naam in regel.gebeurtenissen:
            wijzer = f"[`{regel.id.partition('/')[0]}`](doelbinding.md#{regel.van.value}-{regel.naar.value})"
            per_rol.setdefault(regel.naar, set()).add(wijzer)
    if naam in _ZONDER_RIJ:
        return _ZONDER_RIJ[naam]
    if not per_rol:
        return "niemand: het blijft in de hub"
    return "; ".join(f"{ROLLEN[rol]} ({', '.join(sorted(per_rol[rol]))})" for rol in _VOLGORDE if rol in per_rol)


def _veld(type_: Gebeurtenistype, veld: Veld) -> list[str]:
    namen = f"`{veld.naam}`" + (" (verplicht)" if veld.verplicht else "")
    duo = f"; bij DUO `{'`, `'.join(veld.aliassen)}`" if veld.aliassen else ""
    return [
        namen,
        veld.doc + duo,
        _waarde(veld),
        CATEGORIEEN[veld.categorie],
        veld.eenheid or "",
        veld.bron or f"als de gebeurtenis: {type_.bron}",
        str(_sinds(type_.naam, veld.naam)),
    ]


def _waarde(veld: Veld) -> str:
    if veld.waarden:
        codes = (
            f"`{code}`"
            + (f" ({CATEGORIEEN[veld.waarde_categorieen[code]]})" if code in veld.waarde_categorieen else "")
            for code in veld.waarden
        )
        soort = f"code: {', '.join(codes)}"
    else:
        soort = _SOORTEN[veld.soort] + (f" ({veld.vorm})" if veld.vorm else "")
    return f"lijst van {soort}" if veld.lijst else soort


def _sinds(gebeurtenis: str, veld: str) -> int:
    """The first version that has the field."""
    return next(
        een.versie
        for een in registry().versions(gebeurtenis)
        if any(spec["name"] == veld for spec in een.schema["fields"])
    )
