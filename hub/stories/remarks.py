# SPDX-License-Identifier: EUPL-1.2
"""Names in a story that neither the format nor the hub knows: said, not refused, since a story may add names.

Without this a misspelt rule would let `no_signal` hold for nothing, and a misspelt setting would change nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from hub.dossier.feiten.fold import WIJZIGERS
from hub.dossier.regels.rules import SETTINGS, Regels
from hub.dossier.stand.paden import PADEN
from schemas.catalogue import gebeurtenistypen

from .lines import Tekst
from .read import Bericht, Feit, Signaal, Verhaal, plat
from .words import nearest, path_known, rule_names

Plaats = tuple[str | int, ...]


def remarks(verhaal: Verhaal, regels: Regels, tekst: Tekst | None = None, naam: str = "") -> list[str]:
    """One sentence for each name that nothing here knows, with file and line where there is a file."""
    gevonden = []
    for plaats, wat in (*_lezing(verhaal, regels), *_feiten(verhaal), *_verwachtingen(verhaal, regels)):
        waar = f"{naam}, line {tekst.regel(plaats)}: " if tekst else ""
        gevonden.append(f"{waar}{wat}")
    return gevonden


def _lezing(verhaal: Verhaal, regels: Regels) -> Iterator[tuple[Plaats, str]]:
    for regel, instellingen in verhaal.reading.items():
        if regel not in rule_names(regels):
            yield ("reading", regel), f"the hub has no rule {regel}{nearest(regel, rule_names(regels))}"
            continue
        bekend = {naam for v in regels.versies if v.regel == regel for naam in v.instellingen}
        bekend |= set(SETTINGS.get(regel, {}))
        for naam in instellingen:
            if naam not in bekend:
                wat = f"rule {regel} has no setting {naam}, so it changes nothing{nearest(naam, bekend)}"
                yield ("reading", regel, naam), wat


def _feiten(verhaal: Verhaal) -> Iterator[tuple[Plaats, str]]:
    typen = gebeurtenistypen()
    herkomst = {(f.van.partition("#")[0], f.id): f.event for f in verhaal.facts if f.id}
    for nummer, feit in enumerate(verhaal.facts):
        plaats: Plaats = ("facts", nummer)
        type_ = typen.get(feit.event)
        if type_ is None:
            yield (*plaats, "event"), f"the catalogue has no event {feit.event}{nearest(feit.event, typen)}"
            continue
        velden = dict(type_.velden)
        if feit.event in WIJZIGERS:
            origineel = _origineel(feit, herkomst)
            if origineel not in typen:
                continue
            velden = {**typen[origineel].velden, **velden}
        for naam, waarde in plat(feit.data).items():
            if naam not in velden:
                yield (*plaats, "data", naam), f"{type_.naam} has no field {naam}{nearest(naam, velden)}"
                continue
            veld = velden[naam]
            codes = veld.waarden
            for een in waarde if isinstance(waarde, list) else [waarde]:
                if codes and str(een) not in codes and een != "onbekend":
                    yield (*plaats, "data", naam), f"{naam} of {type_.naam} is one of {', '.join(codes)}; not {een}"


def _origineel(feit: Feit, herkomst: dict[tuple[str, str], str]) -> str:
    genoemd = feit.data.get("gebeurtenis")
    return str(genoemd or herkomst.get((feit.van.partition("#")[0], str(feit.data.get("betreft")))))


def _verwachtingen(verhaal: Verhaal, regels: Regels) -> Iterator[tuple[Plaats, str]]:
    namen = rule_names(regels)
    for nummer, een in enumerate(verhaal.expect):
        if een.state is not None:
            for pad in een.staat[1]:
                if not path_known(pad):
                    yield ("expect", nummer, "state"), f"the hub has no state {pad}{nearest(pad, PADEN)}"
            continue
        soort = next(n for n in type(een).model_fields if n != "at" and getattr(een, n) is not None)
        deel = getattr(een, soort)
        plaats: Plaats = ("expect", nummer, soort)
        if isinstance(deel, Signaal) and deel.rule not in namen:
            yield (*plaats, "rule"), f"the hub has no rule {deel.rule}{nearest(deel.rule, namen)}"
        if isinstance(deel, Bericht) and deel.event not in gebeurtenistypen():
            wat = f"the catalogue has no event {deel.event}{nearest(deel.event, gebeurtenistypen())}"
            yield (*plaats, "event"), wat
