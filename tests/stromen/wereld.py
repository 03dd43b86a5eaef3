# SPDX-License-Identifier: EUPL-1.2
"""Flows written down by hand, and the worlds in which each is tried: everything in order, or one thing missing.

A test states of every sender what reaches whom, under what. `geleverd` decides and minimises a full event and looks at
what came out; the policy files are never read for the expectation. No assertions here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from typing import Any

from consent.categorieen import categorieen_in
from consent.conditions import GENOEMD_IN, Beoordeling
from consent.decide import Besluit, Uitkomst, beslis_voor
from consent.kader import Kader, Partij, Relatie, Toestemming, ToestemmingStand, Verzoek
from consent.minimise import minimise
from consent.participants import Deelnemersregister
from schemas.catalogue import Categorie, Rol, Veld, gebeurtenistypen
from tests.unit import beleidswereld

DAG, GISTEREN, MORGEN, ALTIJD = date(2026, 3, 2), date(2026, 3, 1), date(2026, 3, 3), date(2010, 1, 1)
WI, AVG, COA = date(2022, 1, 1), date(2018, 5, 25), date(2015, 1, 1)
"""When the Wet inburgering 2021, the AVG and the older law on reception came to apply."""

ZENDER = {
    Rol.OPVANG: "coa",
    Rol.UITVOERING: "duo",
    Rol.GEMEENTE: "gem-a",
    Rol.UITVOERDER: "isd-a",
    Rol.TAALSCHOOL: "school-a",
    Rol.BEGELEIDER: "begeleider-a",
    Rol.PARTICIPATIE: "werk-a",
    Rol.HUB: "de-hub",
}
GEMEENTE, ANDERE = "gem-a", "gem-c"
AAN_EEN = frozenset({"signaal-afgegeven", "signaal-vervallen", "dossierstand-gewijzigd"})
"""What the hub addresses to one party."""
BETREFT = frozenset({"toestemming-ingetrokken", "toestemming-verlopen"})
"""What names a toestemming, and by it the recipient."""
LEEG = "de gebeurtenis zelf"
Data = dict[str, Any]
EIGEN = frozenset({Rol.UITVOERDER, Rol.TAALSCHOOL, Rol.BEGELEIDER, Rol.PARTICIPATIE})
"""Roles in which an organisation works for a gemeente."""
VOORWAARDEN = frozenset(
    "relatie staart open eigen genoemd asiel overig intake tot-pip verzoek toestemming".split()  # noqa: SIM905
)


def ontvanger_van(van: Rol, naar: Rol) -> Partij:
    """Who receives in this role: another organisation than the sender; of a gemeente's own workers that gemeente."""
    zelfde = van is not naar and naar in (Rol.OPVANG, Rol.UITVOERING, Rol.HUB, Rol.GEMEENTE)
    return Partij(ZENDER[naar] if zelfde else ZENDER[naar][:-1] + "b", naar)


@dataclass(frozen=True)
class Stroom:
    """What of some events goes from one role to another, with which numbers of the person, when all of `als` holds."""

    van: Rol
    naar: Rol
    gebeurtenissen: frozenset[str]
    inhoud: frozenset[Categorie]
    nummers: frozenset[Categorie]
    als: frozenset[str]
    velden: frozenset[str]
    sinds: date


def stroom(
    van: str, naar: str, gebeurtenissen: str, wat: str, als: str = "", velden: str = "", sinds: date = WI
) -> Stroom:
    """`wat`: categories; the numbers of the person with a plus: ``"plicht +bsn"``. `velden`: only these fields."""
    nummers = frozenset(Categorie(een[1:]) for een in wat.split() if een[0] == "+")
    inhoud = frozenset(Categorie(een) for een in wat.split() if een[0] != "+")
    als_ = frozenset(als.split())
    assert als_ <= VOORWAARDEN, als_ - VOORWAARDEN
    namen = frozenset(gebeurtenissen.split())
    assert namen <= set(gebeurtenistypen())
    return Stroom(Rol(van), Rol(naar), namen, inhoud, nummers, als_, frozenset(velden.split()), sinds)


@dataclass(frozen=True)
class Wereld:
    """One dossier at one moment: what holds in it, and the kader that makes it so."""

    naam: str
    kader: Kader
    waar: frozenset[str]
    genoemd: bool = True
    op: date = DAG
    alleen: Categorie | None = None
    """The one category that requests and toestemmingen cover; None: every one."""
    smal: frozenset[str] = field(default=frozenset())
    """Which of verzoek and toestemming cover `alleen`, and nothing else."""


@cache
def register() -> Deelnemersregister:
    rollen: dict[str, set[Rol]] = {}
    for rol, naam in ZENDER.items():
        rollen.setdefault(naam, set()).add(rol)
        rollen.setdefault(ontvanger_van(rol, rol).oin, set()).add(rol)
    return Deelnemersregister.of(
        {"oin": naam, "naam": naam, "rollen": [{"rol": rol, "van": ALTIJD} for rol in sorted(van)]}
        for naam, van in rollen.items()
    )


def verwacht(
    stromen: list[Stroom], naam: str, data: Data, van: Rol, naar: Rol, w: Wereld
) -> tuple[set[str], set[Categorie]]:
    """The fields with their categories (``veld:categorie``) and the numbers of the person, by the table alone. An event
    without data says what its name says: it reaches whom anything of it would."""
    velden: set[str] = set()
    nummers: set[Categorie] = set()
    leeg = not any(een is not None for een in data.values())
    for een in stromen:
        if naam not in een.gebeurtenissen or van not in _ook(een.van) or naar not in _ook(een.naar):
            continue
        if w.op < een.sinds or not een.als <= w.waar:
            continue
        inhoud = een.inhoud & {w.alleen} if een.als & w.smal else een.inhoud
        door = {
            f"{veld}:{categorie}"
            for veld, waarde in data.items()
            if waarde is not None and (not een.velden or veld in een.velden)
            for categorie in categorieen_in(naam, {veld: waarde}) & inhoud
        }
        if leeg and inhoud:
            door = {LEEG}
        velden |= door
        nummers |= een.nummers if door else set()
    return velden, nummers


def geleverd(naam: str, data: Data, van: Rol, naar: Rol, w: Wereld) -> tuple[set[str], set[Categorie]]:
    """The fields and the numbers, as the hub decides and minimises. Ids and positions (technical) go with content; they
    count where there is nothing else."""
    ontvanger = ontvanger_van(van, naar)
    gericht = None
    if van is Rol.HUB and naam in AAN_EEN:
        gericht = ontvanger if w.genoemd else Partij("iemand", naar)
    event = Beoordeling("e1", naam, Partij(ZENDER[van], van), data, gericht)
    besluit: Besluit = beslis_voor(ontvanger, event, w.kader, beleidswereld.beleid(), register(), w.op)
    uit = minimise(data, besluit)
    nummers = set(besluit.persoon - {Categorie.PSEUDONIEM})
    if besluit.uitkomst is not Uitkomst.GELEVERD:
        return set(uit), nummers
    if not any(een is not None for een in data.values()):
        return {LEEG}, nummers
    velden = {f"{veld}:{c}" for veld, waarde in uit.items() for c in categorieen_in(naam, {veld: waarde})}
    if not all(veld.categorie is Categorie.TECHNISCH for veld in gebeurtenistypen()[naam].velden.values()):
        velden = {een for een in velden if not een.endswith(":technisch")}
    return velden, nummers


def werelden(naam: str, van: Rol, naar: Rol) -> Iterator[Wereld]:
    """Everything in order, and then each thing missing in turn; for every doelgroep."""
    categorieen = sorted(
        {c for veld in gebeurtenistypen()[naam].velden.values() for c in (veld.categorie, *veld.waarde_categorieen.values())}
    )  # fmt: skip
    for doelgroep, wie in (("asielstatushouder", "asiel"), ("gezinsmigrant", "overig")):
        vol = _alles(van, naar, doelgroep, wie)
        kader = replace(vol.kader, verzoeken=(), toestemmingen=(_genoemde(van, naar),))
        for begin in (vol, _zonder(vol, "niets op verzoek of toestemming", "verzoek toestemming", kader=kader)):
            yield from _telkens_een(begin, van, naar)
        yield from _zonder_verzoek(vol, van, naar)
        yield from _zonder_toestemming(vol, van, naar)
        for categorie in categorieen:
            yield _smal(vol, van, naar, categorie)
    vol = _alles(van, naar, None, "onbekend")
    yield vol
    yield from _zonder_verzoek(vol, van, naar)


def _telkens_een(begin: Wereld, van: Rol, naar: Rol) -> Iterator[Wereld]:
    yield begin
    yield from _zonder_relatie(begin, van, naar)
    yield _zonder(begin, "niet genoemd", "genoemd", genoemd=False)
    yield _zonder(begin, "de intake is gedaan", "intake", kader=replace(begin.kader, intake_afgerond=True))
    yield _zonder(begin, "er is een PIP", "intake tot-pip", kader=replace(begin.kader, pip_vastgesteld=True))
    for sinds in (WI, AVG, COA):
        yield replace(begin, naam=f"{begin.naam}, de dag voor {sinds}", op=sinds - timedelta(days=1))
        yield replace(begin, naam=f"{begin.naam}, op {sinds}", op=sinds)


def _alles(van: Rol, naar: Rol, doelgroep: str | None, wie: str) -> Wereld:
    waar = VOORWAARDEN - {"asiel", "overig"} | ({wie} & VOORWAARDEN)
    if not _zelfde_gemeente(van, naar):
        waar -= {"eigen"}
    kader = Kader(
        relaties=(_relatie(ZENDER[van], van), _relatie(ontvanger_van(van, naar).oin, naar)),
        toestemmingen=(_toestemming(van, naar), _genoemde(van, naar)),
        verzoeken=(_verzoek(van, naar),),
        doelgroep=doelgroep,
    )
    return Wereld(wie, kader, waar)


def _zelfde_gemeente(van: Rol, naar: Rol) -> bool:
    """Sender and recipient of this table: gem-a for the one who sends as a gemeente, gem-b for who receives as one."""
    return not (van is Rol.GEMEENTE and naar is Rol.GEMEENTE)


def _relatie(oin: str, rol: Rol, namens: str | None = None, **meer: Any) -> Relatie:
    namens = None if rol not in EIGEN else namens or GEMEENTE
    return Relatie(Partij(oin, rol), ALTIJD, namens=namens, **meer)


def _toestemming(van: Rol, naar: Rol, /, **meer: Any) -> Toestemming:
    gewoon: dict[str, Any] = {"categorieen": frozenset(Categorie), "van": ALTIJD, "doel": "begeleiding"}
    return Toestemming(**{"id": "open", "ontvanger": ontvanger_van(van, naar), **gewoon, **meer})


def _genoemde(van: Rol, naar: Rol) -> Toestemming:
    """A toestemming that opens nothing, for the recipient: what an event about a toestemming names."""
    return _toestemming(van, naar, id="van-ontvanger", categorieen=frozenset())


def _verzoek(van: Rol, naar: Rol, /, **meer: Any) -> Verzoek:
    gewoon: dict[str, Any] = {"gebeurtenissen": frozenset(), "categorieen": frozenset(), "van": ALTIJD}
    return Verzoek(**{"id": "v", "door": ontvanger_van(van, naar), "aan": ZENDER[van], **gewoon, **meer})


def _zonder(vol: Wereld, naam: str, niet: str, **meer: Any) -> Wereld:
    return replace(vol, naam=f"{vol.naam}, {naam}", waar=vol.waar - set(niet.split()), **meer)


def _zonder_relatie(vol: Wereld, van: Rol, naar: Rol) -> Iterator[Wereld]:
    zender, ontvanger = vol.kader.relaties
    uitvoerder = " eigen" if Rol.UITVOERDER in (van, naar) and naar in EIGEN else ""

    def met(*relaties: Relatie) -> Kader:
        return replace(vol.kader, relaties=relaties)

    yield _zonder(vol, "zonder relatie", "relatie staart" + uitvoerder, kader=met(zender))
    over = replace(ontvanger, tot=GISTEREN)
    yield _zonder(vol, "relatie voorbij", "relatie staart open" + uitvoerder, kader=met(zender, over))
    staart = replace(over, staart_tot=MORGEN)
    yield _zonder(vol, "in de staart", "relatie open" + uitvoerder, kader=met(zender, staart))
    if naar in EIGEN and van is not Rol.HUB:
        elders = _relatie(ontvanger.partij.oin, naar, ANDERE)
        if van in EIGEN or van is Rol.GEMEENTE:
            yield _zonder(vol, "voor een andere gemeente", "eigen", kader=met(zender, elders))
    if van in EIGEN and naar in {Rol.GEMEENTE, *EIGEN}:
        elders = _relatie(ZENDER[van], van, ANDERE)
        yield _zonder(vol, "van wie voor een andere gemeente werkt", "eigen", kader=met(elders, ontvanger))


def _zonder_verzoek(vol: Wereld, van: Rol, naar: Rol) -> Iterator[Wereld]:
    for naam, meer in {
        "verzoek van een ander": {"door": Partij("iemand", naar)},
        "verzoek aan een ander": {"aan": "iemand"},
        "verzoek om iets anders": {"gebeurtenissen": frozenset({"tik"})},
        "verzoek voorbij": {"tot": ALTIJD},
    }.items():
        yield _zonder(vol, naam, "verzoek", kader=replace(vol.kader, verzoeken=(_verzoek(van, naar, **meer),)))


def _zonder_toestemming(vol: Wereld, van: Rol, naar: Rol) -> Iterator[Wereld]:
    for naam, meer in {
        "toestemming ingetrokken": {"stand": ToestemmingStand.INGETROKKEN},
        "toestemming geweigerd": {"stand": ToestemmingStand.GEWEIGERD},
        "toestemming verlopen": {"tot": GISTEREN},
        "toestemming nog niet": {"van": MORGEN},
        "toestemming voor een ander": {"ontvanger": Partij("iemand", naar)},
    }.items():
        toestemmingen = (_toestemming(van, naar, **meer), _genoemde(van, naar))
        yield _zonder(vol, naam, "toestemming", kader=replace(vol.kader, toestemmingen=toestemmingen))


def _smal(vol: Wereld, van: Rol, naar: Rol, categorie: Categorie) -> Wereld:
    een = frozenset({categorie})
    kader = replace(
        vol.kader,
        toestemmingen=(_toestemming(van, naar, categorieen=een), _genoemde(van, naar)),
        verzoeken=(_verzoek(van, naar, categorieen=een),),
    )
    smal = frozenset({"verzoek", "toestemming"})
    return replace(vol, naam=f"{vol.naam}, alleen {categorie}", kader=kader, alleen=categorie, smal=smal)


@cache
def berichten(naam: str, genoemd: Partij | None) -> list[Data]:
    """The event with every field filled, once for each category that a code of a field may have; with the fields of one
    category only; and with none."""
    type_ = gebeurtenistypen()[naam]
    rondes = max((1 + len(set(v.waarde_categorieen.values())) for v in type_.velden.values() if not v.lijst), default=1)
    vol = [_gevuld(naam, ronde, genoemd) for ronde in range(rondes)]
    delen: list[Data] = []
    for categorie in sorted({c for data in vol for c in categorieen_in(naam, data)}):
        for data in vol:
            deel = {veld: _van(naam, veld, waarde, categorie) for veld, waarde in data.items()}
            if any(een is not None for een in deel.values()) and deel not in delen:
                delen.append(deel)
    namen = GENOEMD_IN.get(naam, ())
    leeg = {veld: waarde if veld in namen else None for veld, waarde in vol[0].items()}
    return [*vol, *delen, *([] if namen or naam in BETREFT else [leeg])]


def _van(naam: str, veld: str, waarde: Any, categorie: Categorie) -> Any:
    """What of a value is of one category; a field that names organisations stays, so that it still names them."""
    if veld in GENOEMD_IN.get(naam, ()) or (naam in BETREFT and veld == "betreft"):
        return waarde
    if isinstance(waarde, list):
        return [een for een in waarde if categorie in categorieen_in(naam, {veld: [een]})] or None
    return waarde if categorie in categorieen_in(naam, {veld: waarde}) else None


def _gevuld(naam: str, ronde: int, genoemd: Partij | None) -> Data:
    data = {veld.naam: _waarde(veld, ronde) for veld in gebeurtenistypen()[naam].velden.values()}
    for veld in GENOEMD_IN.get(naam, ()):
        if genoemd is None:
            data[veld] = "elders"
        else:
            data[veld] = str(genoemd) if naam == "toestemming-gegeven" else genoemd.oin
    if naam in BETREFT:
        data["betreft"] = "van-ontvanger" if genoemd else "van-een-ander"
    return data


def _waarde(veld: Veld, ronde: int) -> Any:
    if veld.lijst:
        return list(veld.waarden or ("iets",))
    if not veld.waarden:
        return "iets"
    gewoon = [code for code in veld.waarden if code not in veld.waarde_categorieen]
    bijzonder = sorted(veld.waarde_categorieen)
    return gewoon[0] if ronde == 0 or not bijzonder else bijzonder[min(ronde, len(bijzonder)) - 1]


def _ook(rol: Rol) -> tuple[Rol, ...]:
    """Who executes for a gemeente reads and writes as that gemeente."""
    return (Rol.GEMEENTE, Rol.UITVOERDER) if rol is Rol.GEMEENTE else (rol,)
