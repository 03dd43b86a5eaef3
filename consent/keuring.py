# SPDX-License-Identifier: EUPL-1.2
"""Which policy rows can stand, each by itself and all together: a policy with a mistake in it does not load.

Not here: the shape of a row in a file (``policy_files``), and since when laws apply (``wetten``).
"""

from __future__ import annotations

from itertools import pairwise, permutations

from consent.conditions import BRENGT_MEE, IDENTIFIERS, SMAL, Voorwaarde
from consent.policy import GESLOTEN, TOESTEMMING_NOOIT, Beleidsregel, Grondslag, OngeldigBeleid
from consent.wetten import sinds
from schemas.catalogue import Categorie, Rol, gebeurtenistypen


def keur(regels: tuple[Beleidsregel, ...]) -> None:
    """Raises OngeldigBeleid, which says which row and what to change."""
    for regel in regels:
        _keur(regel)
    _keur_samen(regels)


def _keur(regel: Beleidsregel) -> None:
    """What one row may be. Each refusal says which row and what to change."""

    def weiger(wat: str) -> OngeldigBeleid:
        return OngeldigBeleid(f"{wat} in beleidsregel {regel.id!r}.")

    try:
        van_rechtswege = sinds(regel.artikel)
    except ValueError as fout:
        raise weiger(f"Schrijf het artikel als 'Wi 35(3); Bi 9.2(4)' in plaats van {str(fout)!r}") from fout
    if regel.geldig_van < van_rechtswege:
        raise weiger(f"Laat de geldigheid niet eerder beginnen dan de wet, op {van_rechtswege},")
    if not regel.doel.strip():
        raise weiger("Noem het doel")
    if regel.geldig_tot is not None and regel.geldig_tot <= regel.geldig_van:
        raise weiger("Laat de geldigheid later eindigen dan zij begint")
    typen = gebeurtenistypen()
    for gebeurtenis in sorted(regel.gebeurtenissen):
        if gebeurtenis not in typen:
            raise weiger(f"Gebruik een gebeurtenis uit de catalogus in plaats van {gebeurtenis!r}")
        if regel.van not in typen[gebeurtenis].producenten:
            raise weiger(f"Laat {gebeurtenis!r} weg, want {regel.van} levert die niet,")
    bekend = {veld for g in regel.gebeurtenissen for veld in typen[g].velden}
    if onbekend := regel.velden - bekend:
        raise weiger(f"Laat veld {min(onbekend)!r} weg, want geen van de gebeurtenissen heeft dat,")
    if not regel.gebeurtenissen or not regel.categorieen - IDENTIFIERS:
        raise weiger("Noem ten minste een gebeurtenis en een categorie met inhoud")
    if dicht := regel.categorieen & GESLOTEN[regel.naar]:
        raise weiger(f"Laat categorie {min(dicht)!r} weg, want de wet sluit die voor {regel.naar},")
    if (Voorwaarde.TOESTEMMING in regel.voorwaarden) != (regel.grondslag is Grondslag.TOESTEMMING):
        raise weiger("Laat grondslag toestemming en voorwaarde toestemming samengaan")
    if regel.grondslag is Grondslag.TOESTEMMING:
        if dicht := regel.categorieen & (TOESTEMMING_NOOIT | IDENTIFIERS):
            raise weiger(f"Laat categorie {min(dicht)!r} weg, want geen toestemming opent die,")
        if regel.van is Rol.OPVANG:
            raise weiger("Laat niets van COA op toestemming gaan (Wi 35(2)), ook niet")
    if SMAL.intersection(regel.voorwaarden) and not regel.id.endswith(f"/{regel.categorie}"):
        raise weiger("Splits naar categorie")


def _keur_samen(regels: tuple[Beleidsregel, ...]) -> None:
    """What rows may not be together: versions that overlap or leave a gap, or one opening written twice."""
    per_id: dict[str, list[Beleidsregel]] = {}
    gezien: dict[tuple[str, Categorie, Rol, Rol], list[Beleidsregel]] = {}
    for regel in regels:
        per_id.setdefault(regel.id, []).append(regel)
        for gebeurtenis in regel.gebeurtenissen:
            for categorie in regel.categorieen - IDENTIFIERS:
                gezien.setdefault((gebeurtenis, categorie, regel.van, regel.naar), []).append(regel)
    for versies in per_id.values():
        _keur_versies(sorted(versies, key=lambda regel: regel.geldig_van))
    for (gebeurtenis, categorie, van, naar), rijen in gezien.items():
        for een, ander in permutations(rijen, 2):
            if een.id != ander.id and _raken(een, ander) and _omvat(een, ander, gebeurtenis, categorie):
                raise OngeldigBeleid(
                    f"Schrijf eenmaal wat beleidsregel {ander.id!r} opent; {een.id!r} opent dat al: "
                    f"{categorie} van {gebeurtenis}, van {van} naar {naar}."
                )


def _keur_versies(versies: list[Beleidsregel]) -> None:
    """One row through time: from the day of its law, without overlap, and without a gap that the law does not have."""
    eerste, laatste = versies[0], versies[-1]
    for vorige, volgende in pairwise(versies):
        if _raken(vorige, volgende):
            raise OngeldigBeleid(f"Laat de versies van beleidsregel {eerste.id!r} elkaar niet overlappen in de tijd.")
        if vorige.geldig_tot != volgende.geldig_van and not volgende.wetswijziging:
            raise OngeldigBeleid(
                f"Sluit de versies van beleidsregel {eerste.id!r} aan: tussen {vorige.geldig_tot} en "
                f"{volgende.geldig_van} geldt er geen. Is dat de wet, noem dan de 'wetswijziging'."
            )
    if eerste.geldig_van > sinds(eerste.artikel) and not eerste.wetswijziging:
        raise OngeldigBeleid(
            f"Laat beleidsregel {eerste.id!r} beginnen met de wet, op {sinds(eerste.artikel)}, of noem de "
            "'wetswijziging' waardoor dat later is."
        )
    if laatste.geldig_tot is not None and not laatste.wetswijziging:
        raise OngeldigBeleid(
            f"Noem de 'wetswijziging' waardoor beleidsregel {laatste.id!r} op {laatste.geldig_tot} vervalt."
        )


def _omvat(een: Beleidsregel, ander: Beleidsregel, gebeurtenis: str, categorie: Categorie) -> bool:
    """Whether the one opens this wherever the other does, for as many fields and with as many numbers of the person."""
    velden = {
        veld.naam
        for veld in gebeurtenistypen()[gebeurtenis].velden.values()
        if categorie in (veld.categorie, *veld.waarde_categorieen.values())
    }
    houdt = set(ander.voorwaarden).union(*(BRENGT_MEE.get(v, frozenset()) for v in ander.voorwaarden))
    return (
        bool(velden)
        and houdt.issuperset(een.voorwaarden)
        and (ander.velden or velden) & velden <= (een.velden or velden)
        and ander.categorieen & IDENTIFIERS <= een.categorieen
    )


def _raken(een: Beleidsregel, ander: Beleidsregel) -> bool:
    return (een.geldig_tot is None or ander.geldig_van < een.geldig_tot) and (
        ander.geldig_tot is None or een.geldig_van < ander.geldig_tot
    )
