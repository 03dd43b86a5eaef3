# SPDX-License-Identifier: EUPL-1.2
"""The settings that are codes, and for whom a version may hold, as closed lists: another word would silently mean one of
them, or hold for nobody. Not what a code does: that is with the rule that reads it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from schemas.catalogue import gebeurtenistype


def _codes(gebeurtenis: str, veld: str) -> frozenset[str]:
    return frozenset(gebeurtenistype(gebeurtenis).velden[veld].waarden or ()) - {"onbekend"}


CODES: Mapping[str, frozenset[str]] = {
    "verzuim.count": frozenset({"unauthorised-only", "all"}),
    "verzuim.window": frozenset({"calendar-month", "rolling-month"}),
    "PIP.anchor": frozenset({"kennisgeving", "kennisgeving-or-later-brp", "brp"}),
    "PIP.open_information": frozenset({"wait", "run"}),
    "termijn.start": frozenset({"day-after-dagtekening", "dagtekening"}),
    "termijn.moved_by": frozenset({"DUO-only", "anyone"}),
    "voortgangsrapportage.content": frozenset(gebeurtenistype("voortgang-gemeld").velden),
    "verzuim.allowed_reasons": _codes("aanwezigheid-gemeld", "reden"),
    "hours.deduct": frozenset({"MAP", "PVT"}),
    "hours.pace_routes": _codes("pip-vastgesteld", "leerroute"),
    "hours.map_routes": _codes("pip-vastgesteld", "leerroute"),
    "hours.afschaling_hours_for": frozenset({"A2", "Z-route"}),
    "cohort.kind": frozenset({"none", "school-closed", "duo-outage", "holiday"}),
}
"""`rule.setting` -> its codes; of a list, each element is one."""


BEREIK: Mapping[str, frozenset[str]] = {
    "doelgroep": _codes("inburgeringsplicht-vastgesteld", "doelgroep"),
    "leerroute": _codes("pip-vastgesteld", "leerroute"),
}
"""Of the kinds under `voor` those that are codes: of the others any organisation or number may be meant."""


def vreemd(plaats: str, waarde: object) -> str | None:
    """What of a setting's value its list does not have, as the sentence's end; None when all is well."""
    codes = CODES.get(plaats)
    return None if codes is None else buiten(codes, waarde if isinstance(waarde, list) else [waarde])


def buiten(codes: frozenset[str], waarden: Iterable[object]) -> str | None:
    """`x: use a, b or c` for the first value that is not among the codes."""
    fout = next((een for een in waarden if een not in codes), None)
    if fout is None:
        return None
    *eerste, laatste = sorted(codes)
    return f"{fout}: use {', '.join(eerste)} or {laatste}" if eerste else f"{fout}: use {laatste}"
