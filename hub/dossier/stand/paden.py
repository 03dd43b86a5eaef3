# SPDX-License-Identifier: EUPL-1.2
"""The state of a case by path, as stories and screens name it: `pip.uiterste_datum`, `termijn.einde`.

Values are ISO dates, ints, bools and codes. `onbekend`: the anchor is missing; `geen`: the thing does not exist.

`pip.stand`: `onbekend` (no anchor), `lopend`, `wacht-op-informatie` (Bi 5.3(2)), `te-laat`, `vastgesteld`,
`ingetrokken`. `termijn.stand`: `niet-gestart`, `lopend`, `opgeschort`, `verstreken`, `beeindigd`, `voldaan`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from ..feiten import urenposten
from ..feiten.lessen import GEOORLOOFD, ONGEOORLOOFD
from ..feiten.zaak import ONBEKEND, Zaak
from ..regels.kalender import dag_van, plus_maanden
from ..regels.rules import Regels
from ..verwachtingen import afschaling, onderdelen, ontzorgen, pip, termijn, traject, verwachting
from ..verwachtingen.expectations import expectations
from ..verwachtingen.verwachting import Blik
from . import waar, wie

GEEN = "geen"
ONDERDELEN = ("taal", "KNM", "PVT", "MAP", "participatie", "examen", "eindgesprek")
TAKEN = ("taal", "KNM", "PVT", "MAP", "participatie", "begeleiding")
Waarde = str | int | bool | list[str]


class OnbekendPad(ValueError):
    """A state path that does not exist."""


def waarde(zaak: Zaak, regels: Regels, nu: datetime, pad: str) -> Waarde:
    """The value at a path at the end of the day of `nu`; raises OnbekendPad."""
    blik = Blik(zaak, regels, dag_van(nu))
    if pad.startswith("toestemming."):
        gevonden = next((t for t in zaak.toestemmingen if t.id == pad.removeprefix("toestemming.")), None)
        return gevonden.stand_op(blik.vandaag).value if gevonden else GEEN
    if pad not in PADEN:
        raise OnbekendPad(f"Gebruik een bestaand pad; {pad} staat niet in de lijst van story-format.")
    return _plat(PADEN[pad](blik))


def _plat(gevonden: Waarde | date | None) -> Waarde:
    if gevonden is None:
        return GEEN
    return gevonden.isoformat() if isinstance(gevonden, date) else gevonden


def _veld(soort: str, veld: str) -> Callable[[Blik], Waarde | None]:
    def lees(blik: Blik) -> Waarde | None:
        feit = blik.zaak.laatste(soort)
        if feit is None:
            return None
        gevonden: Waarde = feit.data.get(veld, ONBEKEND)
        return gevonden

    return lees


def _plicht(veld: str) -> Callable[[Blik], str | None]:
    return lambda blik: (getattr(blik.zaak.plicht, veld) or ONBEKEND) if blik.zaak.plicht else ONBEKEND


def _dossier(blik: Blik) -> str:
    return "gesloten" if blik.zaak.beeindigd or blik.zaak.overleden else "open"


def _heropend(blik: Blik) -> bool:
    """Open again after it was closed: the plicht ended once and was established again."""
    return _dossier(blik) == "open" and bool(blik.zaak.feiten("inburgeringsplicht-beeindigd"))


def _regievoerder(blik: Blik) -> str | None:
    regie = blik.zaak.regievoerder_op(blik.vandaag)
    return regie.naam if regie else None


def _eerdere_regievoerder(blik: Blik) -> str | None:
    nu = _regievoerder(blik)
    namen = [r.naam for r in blik.zaak.regievoerders if r.door.op <= blik.vandaag]
    return next((naam for naam in reversed(namen) if naam != nu), None)


def _pip_termijn(blik: Blik) -> pip.PipTermijn:
    verhuisd = pip.verhuistermijn(blik)
    return verhuisd[1] if verhuisd else pip.eerste_termijn(blik)


def _pip_uiterste(blik: Blik) -> date | str:
    return _pip_termijn(blik).uiterste or ONBEKEND


def _pip_stand(blik: Blik) -> str:
    verhuisd = pip.verhuistermijn(blik)
    plan = verhuisd[2] if verhuisd else blik.zaak.pip
    if plan is not None:
        return "vastgesteld" if blik.zaak.pip_staat else "ingetrokken"
    term = _pip_termijn(blik)
    if term.uiterste is None:
        return ONBEKEND
    if term.wacht and term.instellingen.tekst("open_information") == "wait":
        return "wacht-op-informatie"
    return "te-laat" if blik.vandaag > term.uiterste else "lopend"


def _plan(blik: Blik, laag: str) -> int:
    """How many versions of the decision, or of the plan, there were; a change of the decision is one of both."""
    vastgesteld = len(blik.zaak.feiten("pip-vastgesteld", "leerroute-gewijzigd"))
    gewijzigd = [
        f
        for f in blik.zaak.feiten("pip-gewijzigd")
        if laag == "plan" or f.data.get("laag") == "beschikking" or f.data.get("raakt_beschikking") is True
    ]
    return vastgesteld + len(gewijzigd)


def _termijn(veld: str) -> Callable[[Blik], date | str]:
    def lees(blik: Blik) -> date | str:
        gevonden = termijn.inburgeringstermijn(blik)
        if gevonden is None:
            return GEEN
        dag: date = getattr(gevonden, veld)
        return dag

    return lees


def _termijn_stand(blik: Blik) -> str:
    gevonden, plicht = termijn.inburgeringstermijn(blik), blik.zaak.plicht
    if plicht is not None and plicht.beeindigd is not None:
        return "voldaan" if plicht.stand == "voldaan" else "beeindigd"
    if gevonden is None or blik.vandaag < gevonden.start:
        return "niet-gestart"
    if (plicht is not None and not plicht.loopt) or termijn.opgeschort(blik):
        return "opgeschort"
    return "verstreken" if blik.vandaag >= gevonden.einde else "lopend"


def _volgende_rapportage(blik: Blik) -> date | None:
    open_ = [
        v.vervalt
        for v in traject.verwachtingen(blik)
        if v.regel == traject.RAPPORTAGE and v.stand in verwachting.LOPEND and v.vervalt
    ]
    return min(open_, default=None)


def _verzuim(soort: str) -> Callable[[Blik], int]:
    return lambda blik: blik.zaak.lessen.aantal(soort)


def _verzoek(blik: Blik) -> str | None:
    gevonden = list(termijn.verzoeken(blik))
    if not gevonden:
        return None
    oordeel = gevonden[-1][1]
    return (oordeel.tekst("oordeel") or ONBEKEND) if oordeel else "ingediend"


def _uren(*componenten: str, erkend: bool | None = None, online: bool | None = None) -> Callable[[Blik], int]:
    return lambda blik: onderdelen.boek(blik).uren(*componenten, erkend=erkend, online=online)


def _deels(veld: str) -> Callable[[Blik], int]:
    return lambda blik: sum(1 for les in blik.zaak.lessen.gedeeltelijk if getattr(les, veld))


def _onderdeel(naam: str) -> Callable[[Blik], str]:
    def lees(blik: Blik) -> str:
        deel = onderdelen.onderdeel(blik, naam)
        return deel.stand.value if deel else ONBEKEND

    return lees


def _ontzorging(veld: str) -> Callable[[Blik], Waarde | date | None]:
    def lees(blik: Blik) -> Waarde | date | None:
        gevonden = ontzorgen.ontzorging(blik)
        if gevonden is None:
            return None
        if veld == "uiterste":
            return gevonden.uiterste or ONBEKEND
        return gevonden.vorm if veld == "vorm" else gevonden.stand.value

    return lees


def _afschaling(veld: str) -> Callable[[Blik], Waarde | None]:
    def lees(blik: Blik) -> Waarde | None:
        gevonden = afschaling.afschaling(blik)
        uitkomst: Waarde | None = getattr(gevonden, veld) if gevonden else None
        return uitkomst

    return lees


def _wacht(veld: str) -> Callable[[Blik], Waarde | date | None]:
    def lees(blik: Blik) -> Waarde | date | None:
        gevonden = waar.wacht(blik)
        uitkomst: Waarde | date | None = getattr(gevonden, veld) if gevonden else None
        return uitkomst

    return lees


def _wie(taak: str) -> Callable[[Blik], str | None]:
    return lambda blik: wie.nu(blik, taak)


def _gemist(blik: Blik) -> int:
    return len([f for f in blik.zaak.feiten("voortgangsgesprek-niet-verschenen") if f.op <= blik.vandaag])


def _meerderjarig(blik: Blik) -> date | str:
    return plus_maanden(blik.zaak.geboren, 18 * 12) if blik.zaak.geboren else ONBEKEND


def _warme_overdracht(veld: str) -> Callable[[Blik], Waarde | None]:
    return _veld("warme-overdracht-gemeld", veld)


PADEN: dict[str, Callable[[Blik], Waarde | date | None]] = {
    "doelgroep": _plicht("doelgroep"),
    "wet": _plicht("wet"),
    "plicht.stand": _plicht("stand"),
    "leerroute": lambda blik: blik.zaak.leerroute,
    "niveau": lambda blik: blik.zaak.niveau,
    "dossier.stand": _dossier,
    "dossier.heropend": _heropend,
    "gemeente": lambda blik: blik.zaak.gemeente_op(blik.vandaag),
    "regievoerder": _regievoerder,
    "regievoerder.eerder": _eerdere_regievoerder,
    "pip.stand": _pip_stand,
    "pip.uiterste_datum": _pip_uiterste,
    "pip.dagtekening": lambda blik: f.op if (f := blik.zaak.laatste("pip-vastgesteld")) else None,
    "pip.wijze": _veld("pip-vastgesteld", "wijze"),
    "pip.beschikking_versie": lambda blik: _plan(blik, "beschikking"),
    "pip.plan_versie": lambda blik: _plan(blik, "plan"),
    "termijn.start": _termijn("start"),
    "termijn.einde": _termijn("einde"),
    "termijn.stand": _termijn_stand,
    "traject.stand": waar.traject_stand,
    "traject.wacht_op": _wacht("op"),
    "traject.wacht_reden": _wacht("reden"),
    "traject.wacht_sinds": _wacht("sinds"),
    "traject.lopend": waar.lopend,
    "brede_intake.niet_verschenen": lambda blik: len(blik.zaak.feiten("brede-intake-niet-verschenen")),
    "leerbaarheidstoets.resultaat": _veld("leerbaarheidstoets-uitslag-bekend", "resultaat"),
    "leerbaarheidstoets.bron": lambda blik: (
        f.oin if (f := blik.zaak.laatste("leerbaarheidstoets-uitslag-bekend")) else None
    ),
    "warme_overdracht.plaatsgevonden": _warme_overdracht("plaatsgevonden"),
    "warme_overdracht.reden": _warme_overdracht("reden"),
    "voortgangsrapportage.volgende": _volgende_rapportage,
    "lessen.gemeld": lambda blik: blik.zaak.lessen.gemeld,
    "lesuitval.aantal": lambda blik: blik.zaak.lessen.uitgevallen,
    "verzuim.ongeoorloofd": _verzuim(ONGEOORLOOFD),
    "verzuim.geoorloofd": _verzuim(GEOORLOOFD),
    "verzuim.onbekend": _verzuim(ONBEKEND),
    "verzuim.te_laat": _deels("te_laat"),
    "verzuim.eerder_weg": _deels("eerder_weg"),
    "uren.taal": _uren(urenposten.TAAL),
    "uren.taal_erkend": _uren(urenposten.TAAL, erkend=True),
    "uren.taal_niet_erkend": _uren(urenposten.TAAL, erkend=False),
    "uren.taal_online": _uren(urenposten.TAAL, online=True),
    "uren.participatie": _uren(urenposten.PARTICIPATIE),
    "uren.map": _uren(urenposten.MAP),
    "uren.pvt": _uren(urenposten.PVT),
    **{f"{naam.lower()}.stand": _onderdeel(naam) for naam in ONDERDELEN},
    "map.praktijk_aanbieder": _wie(urenposten.MAP),
    **{f"wie.{taak.lower()}": _wie(taak) for taak in TAKEN},
    "overdracht.stand": wie.overdracht,
    "ontzorging.stand": _ontzorging("stand"),
    "ontzorging.vorm": _ontzorging("vorm"),
    "ontzorging.uiterste_datum": _ontzorging("uiterste"),
    "afschaling.stand": _afschaling("stand"),
    "afschaling.volledig": _afschaling("volledig"),
    "voortgangsgesprek.niet_verschenen": _gemist,
    "persoon.meerderjarig_op": _meerderjarig,
    "bronnen.tegenspraak": wie.tegenspraak,
    "verzoek.stand": _verzoek,
    "boetes.aantal": lambda blik: len(blik.zaak.feiten("boete-opgelegd")),
}


def overzicht(zaak: Zaak, regels: Regels, nu: datetime) -> dict[str, Waarde]:
    """Every path with its value, and the rules with an open expectation."""
    alles: dict[str, Waarde] = {pad: waarde(zaak, regels, nu, pad) for pad in PADEN}
    alles["verwachtingen.open"] = sorted(
        {v.regel for v in expectations(zaak, regels, nu) if v.stand in verwachting.LOPEND}
    )
    return alles
