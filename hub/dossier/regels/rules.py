# SPDX-License-Identifier: EUPL-1.2
"""Rules as data: which setting of which rule holds, on which day, for whom. Not what a rule does with it.

A version holds for a period (half-open) and, with `voor`, only for a gemeente, school, contract, doelgroep or leerroute.
Of the versions that hold, the settings of the more specific one go over those of the general one; of two equally specific
ones, the one that began later wins. The day is that of the rule's anchor, so a changed rule never rewrites the past.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from .instelcodes import BEREIK, buiten, vreemd

Waarde = bool | int | str | list[int] | list[str]
SETTINGS: dict[str, dict[str, type]] = {
    "PIP": {
        "weeks": int,
        "anchor": str,
        "information_weeks": int,
        "open_information": str,
        "warn_weeks": int,
        "algemene_termijnenwet": bool,
    },
    "termijn": {"start": str, "years": int, "moved_by": str, "warn_months": list, "new_term_months": int},
    "brede intake": {},
    "inburgeringsaanbod": {"months": int, "onderwijsroute_start_months": int},
    "start leerroute": {"warn_months": int, "months": list},
    "voortgangsrapportage": {"months": int, "stagnation_months": int, "content": list},
    "voortgangsgesprek": {"first_year": int},
    "pending request at DUO": {
        "weeks": int,
        "ontheffing_months": int,
        "naturalisatie_months": int,
        "algemene_termijnenwet": bool,
    },
    "verzuim": {
        "count": str,
        "window": str,
        "threshold": int,
        "school_reports_within_days": int,
        "late_minutes": int,
        "allowed_reasons": list,
    },
    "verzuim silence": {"weeks": int},
    "ontzorgen": {"months": int, "warn_month": int, "decision_days": int},
    "toeslag gap": {"weeks": int},
    "machtiging": {"weeks": int},
    "overdracht": {"days": int},
    "unassigned": {"days": int},
    "provider silent": {"weeks": int, "begeleider_weeks": int},
    "contract": {"warn_months": int},
    "intake moment": {"days": int},
    "PIP information": {"weeks": int},
    "age 18": {"years": int, "days": int},
    "gap": {"days": int},
    "switch of leerroute": {"months": int, "warn_months": int},
    "level reached": {"weeks": int},
    "hours": {
        "taal": int,
        "participatie": int,
        "map": int,
        "pvt": int,
        "afschaling_recognised": int,
        "deduct": list,
        "check_months": list,
        "pace_percent": int,
        "pace_routes": list,
        "map_routes": list,
        "online_taal_max": int,
        "afschaling_hours_for": list,
    },
    "PVT to make up": {"days": int},
    "afschaling unsubstantiated": {"days": int, "risk_sign_before": bool},
    "cohort": {"kind": str, "rules": list, "closure_weeks": int},
    "rank": {"default": int, "group_above": int, "group_always": list},
    "inbreng": {"settle_days": int, "weeks": int, "anyway": list},
    "koppeling": {"weeks": int},
    "warme overdracht": {"weeks": int},
    "huisvesting": {"weeks": int},
    "begeleiding": {"days": int, "months": int, "warn_months": int},
    "withdrawal unconfirmed": {"days": int},
    "correction unconfirmed": {"days": int},
}
"""Every setting that a rule needs, with its type: rules that lack one are refused when they are read, not when they run."""
STANDAARD: Mapping[tuple[str, str], Waarde] = {
    ("verzuim", "late_minutes"): 0,
    ("verzuim", "allowed_reasons"): [],
    ("hours", "pace_routes"): ["Z-route"],
    ("hours", "map_routes"): ["B1-route", "Z-route"],
    ("hours", "online_taal_max"): 9999,
    ("hours", "afschaling_hours_for"): ["A2", "Z-route"],
    ("afschaling unsubstantiated", "risk_sign_before"): False,
}
"""Settings that came later, and what they are for versions of before, which may not be altered any more."""
ZONDER_INSTELLINGEN = frozenset({"verzuim not reported"})
"""Rules that give signals under the settings of another one."""
SIGNALEREND = frozenset(SETTINGS) | ZONDER_INSTELLINGEN
"""What may be ranked or held back by its name."""
NOEMT_REGELS = frozenset({("cohort", "rules"), ("inbreng", "anyway"), ("rank", "group_always")})
"""Settings that are lists of such names."""
REGELMAP = Path(__file__).parent


class OngeldigeRegels(ValueError):
    """A rules file that cannot be used; the text says what to change."""


@dataclass(frozen=True, slots=True)
class Bereik:
    """For whom a setting is looked up."""

    gemeente: str | None = None
    school: str | None = None
    doelgroep: str | None = None
    leerroute: str | None = None
    contract: str | None = None
    """Number of the contract between that gemeente and that school or other provider."""


class Regelversie(BaseModel):
    """One dated version of one rule."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    regel: str
    versie: str
    geldig_van: date
    geldig_tot: date | None = None
    instellingen: dict[str, Waarde]
    voor: dict[Literal["gemeente", "school", "doelgroep", "leerroute", "contract"], str] = Field(default_factory=dict)
    bron: str = ""

    @model_validator(mode="after")
    def _loopt_vooruit(self) -> Regelversie:
        if self.geldig_tot is not None and self.geldig_tot <= self.geldig_van:
            raise ValueError(f"let version {self.versie} of {self.regel} end after it begins")
        return self

    @property
    def sleutel(self) -> tuple[str, str, tuple[tuple[str, str], ...], date]:
        """What tells one version from another."""
        return (self.regel, self.versie, tuple(sorted(self.voor.items())), self.geldig_van)

    def geldt(self, op: date, bereik: Bereik) -> bool:
        if op < self.geldig_van or (self.geldig_tot is not None and op >= self.geldig_tot):
            return False
        return all(getattr(bereik, soort) == waarde for soort, waarde in self.voor.items())


class Instellingen:
    """The settings of one rule on one day for one case, with the version that they come from."""

    __slots__ = ("_waarden", "regel", "versie")

    def __init__(self, regel: str, versie: str, waarden: Mapping[str, Waarde]) -> None:
        self.regel, self.versie, self._waarden = regel, versie, waarden

    def _waarde(self, naam: str, soort: type) -> Any:
        waarde = self._waarden.get(naam, STANDAARD.get((self.regel, naam)))
        if not isinstance(waarde, soort):
            raise OngeldigeRegels(f"give rule {self.regel} the setting {naam} ({soort.__name__}) in every version")
        return waarde

    def getal(self, naam: str) -> int:
        return int(self._waarde(naam, int))

    def tekst(self, naam: str) -> str:
        return str(self._waarde(naam, str))

    def ja(self, naam: str) -> bool:
        return bool(self._waarde(naam, bool))

    def getallen(self, naam: str) -> list[int]:
        return [int(w) for w in self._waarde(naam, list)]

    def getal_of(self, naam: str, anders: str) -> int:
        """A number that may be absent: then that of another setting."""
        return self.getal(naam if naam in self._waarden else anders)

    def teksten(self, naam: str) -> list[str]:
        return [str(w) for w in self._waarde(naam, list)]


class Regels:
    """All versions of all rules. Immutable; compare by ``digest``."""

    def __init__(self, versies: Iterable[Regelversie], voor_wie_het_aangaat: Iterable[Regelversie] = ()) -> None:
        """`voor_wie_het_aangaat`: those of the versions that bring nobody else on the agenda when they begin or end."""
        self._terzijde = frozenset(versie.sleutel for versie in voor_wie_het_aangaat)
        self.versies = tuple(sorted(versies, key=lambda v: (v.regel, len(v.voor), v.geldig_van, v.versie)))
        _weiger_dubbel(self.versies)
        self._per_regel: dict[str, tuple[Regelversie, ...]] = {}
        for versie in self.versies:
            self._per_regel[versie.regel] = (*self._per_regel.get(versie.regel, ()), versie)
        _weiger_onvolledig(self._per_regel)
        self._eerste = {regel: min(v.geldig_van for v in rij) for regel, rij in self._per_regel.items()}
        algemeen = (v for v in self.versies if v.sleutel not in self._terzijde)
        self._grenzen = sorted({d for v in algemeen for d in (v.geldig_van, v.geldig_tot) if d is not None})
        self._gevonden: dict[tuple[str, date, Bereik], Instellingen] = {}
        self._altijd = {
            regel: Instellingen(regel, rij[0].versie, rij[0].instellingen)
            for regel, rij in self._per_regel.items()
            if len(rij) == 1 and not rij[0].voor and rij[0].geldig_tot is None
        }

    @classmethod
    def laad(cls, map_: Path = REGELMAP) -> Regels:
        """From a directory of YAML files; raises OngeldigeRegels."""
        versies = []
        for bestand in sorted(map_.glob("*.yaml")):
            inhoud = yaml.safe_load(bestand.read_text(encoding="utf-8"))
            for regel in inhoud.get("regels", [inhoud]):
                for versie in regel["versies"]:
                    versies.append(_versie({"regel": regel["regel"], "bron": regel.get("bron", ""), **versie}))
        if not versies:
            raise OngeldigeRegels("put at least one rules file (*.yaml) in the rules directory")
        _weiger_onbekend(versies)
        return cls(versies)

    def altijd(self, regel: str) -> Instellingen | None:
        """The settings of a rule that has one version, for everybody and every day; None when it has more."""
        return self._altijd.get(regel)

    def op(self, regel: str, op: date, bereik: Bereik) -> Instellingen:
        """The settings of a rule on a day. Before the rule's first version, that version's first day counts."""
        sleutel = (regel, op, bereik)
        gevonden = self._gevonden.get(sleutel)
        if gevonden is not None:
            return gevonden
        if regel not in self._per_regel:
            raise OngeldigeRegels(f"add a rules file for {regel}, or leave the rule out of the reading")
        dag = max(op, self._eerste[regel])
        waarden: dict[str, Waarde] = {}
        versie = ""
        for kandidaat in self._per_regel[regel]:
            if kandidaat.geldt(dag, bereik):
                waarden = {**waarden, **kandidaat.instellingen}
                versie = kandidaat.versie
        if len(self._gevonden) > 50_000:  # a cache of look-ups, not a memory of every day
            self._gevonden.clear()
        gevonden = self._gevonden[sleutel] = Instellingen(regel, versie, waarden)
        return gevonden

    def met(self, lezing: Mapping[str, Mapping[str, Waarde]]) -> tuple[Regels, tuple[str, ...]]:
        """These rules under a story's `reading`, and the `rule.setting`s that no rule of ours knows."""
        extra, vreemd = [], []
        for regel, instellingen in lezing.items():
            bekend = {naam for v in self._per_regel.get(regel, ()) for naam in v.instellingen}
            bekend |= {naam for van, naam in STANDAARD if van == regel}
            vreemd += [f"{regel}.{naam}" for naam in instellingen if naam not in bekend]
            eigen = {naam: waarde for naam, waarde in instellingen.items() if naam in bekend}
            if eigen:
                for versie in self._per_regel[regel]:
                    extra.append(versie.model_copy(update={"instellingen": {**versie.instellingen, **eigen}}))
        anders = {v.regel for v in extra}
        return Regels([*(v for v in self.versies if v.regel not in anders), *extra]), tuple(vreemd)

    def volgende_wijziging(self, na: date) -> date | None:
        """The next day on which a version begins or ends."""
        plaats = bisect_right(self._grenzen, na)
        return self._grenzen[plaats] if plaats < len(self._grenzen) else None

    def perioden(self, regel: str, bereik: Bereik) -> Iterable[Regelversie]:
        """The versions of a rule that hold for somebody and have an end: suspensions, for example."""
        for versie in self._per_regel.get(regel, ()):
            if versie.geldig_tot is not None and versie.geldt(versie.geldig_van, bereik):
                yield versie

    def herschreven(self, vorige: Regels, vandaag: date) -> tuple[str, ...]:
        """What of the past these rules would judge otherwise than the rules before: nothing, if they may be activated.

        A version that began may get an end from today on; all else comes in a version that begins later.
        """
        oud, nieuw = {v.sleutel: v for v in vorige.versies}, {v.sleutel: v for v in self.versies}
        fout = [f"{v.regel} {v.versie}" for s, v in nieuw.items() if s not in oud and v.geldig_van < vandaag]
        for sleutel, versie in oud.items():
            later = nieuw.get(sleutel)
            if versie.geldig_van >= vandaag:
                continue
            if later is None or later.instellingen != versie.instellingen:
                fout.append(f"{versie.regel} {versie.versie}")
            elif later.geldig_tot != versie.geldig_tot:
                einden = [einde for einde in (versie.geldig_tot, later.geldig_tot) if einde is not None]
                if min(einden) < vandaag:
                    fout.append(f"{versie.regel} {versie.versie}")
        return tuple(sorted(fout))

    def to_json(self) -> bytes:
        """Canonical JSON: sorted keys, no white space, versions in a fixed order."""
        rijen = [v.model_dump(mode="json") for v in self.versies]
        return json.dumps(rijen, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    @classmethod
    def from_json(cls, tekst: bytes | str) -> Regels:
        """From canonical (or any) JSON; raises OngeldigeRegels."""
        try:
            return cls(_RIJEN.validate_json(tekst))
        except ValidationError as fout:
            raise OngeldigeRegels(_uitleg(fout)) from fout

    def digest(self) -> str:
        """SHA-256 (hex) of the canonical JSON; names these rules in ``bundel-geactiveerd``."""
        return hashlib.sha256(self.to_json()).hexdigest()


def _weiger_dubbel(versies: Iterable[Regelversie]) -> None:
    """Of two versions with one key nobody can say which of them holds, or held."""
    gezien = set()
    for versie in versies:
        if versie.sleutel in gezien:
            raise OngeldigeRegels(
                f"leave one version {versie.versie} of rule {versie.regel} that begins {versie.geldig_van}"
            )
        gezien.add(versie.sleutel)


def _weiger_onvolledig(per_regel: Mapping[str, tuple[Regelversie, ...]]) -> None:
    """Whoever it is and whatever the day: every setting that a rule needs is there, and of its type."""
    for regel, nodig in SETTINGS.items():
        rij = per_regel.get(regel, ())
        algemeen = [v for v in rij if not v.voor]
        if not algemeen:
            raise OngeldigeRegels(f"give rule {regel} a version that holds for everybody")
        # Settings change on these days only; so what holds on each of them holds on every day.
        for dag in sorted({d for v in algemeen for d in (v.geldig_van, v.geldig_tot) if d is not None}):
            waarden: dict[str, Waarde] = {}
            for versie in algemeen:
                if versie.geldt(dag, Bereik()):
                    waarden.update(versie.instellingen)
            for naam in nodig:
                if naam not in waarden and (regel, naam) not in STANDAARD:
                    raise OngeldigeRegels(f"give rule {regel} the setting {naam} from {dag} on")
        for versie in rij:
            for naam, waarde in versie.instellingen.items():
                if naam in nodig and not isinstance(waarde, nodig[naam]):
                    soort = nodig[naam].__name__
                    raise OngeldigeRegels(f"write {naam} of rule {regel}, version {versie.versie}, as {soort}")
                if wat := _onzin(regel, naam, waarde):
                    raise OngeldigeRegels(f"correct {naam} of rule {regel}, version {versie.versie}: it has no {wat}")
            for soort, voor in versie.voor.items():
                if soort in BEREIK and (wat := buiten(BEREIK[soort], [voor])):
                    raise OngeldigeRegels(f"correct `voor` of rule {regel}, version {versie.versie}: no {soort} {wat}")


def _onzin(regel: str, naam: str, waarde: Waarde) -> str | None:
    """What is wrong with a value of the right type: a code that no list has, a rule that does not exist, less than none."""
    if (regel, naam) in NOEMT_REGELS and isinstance(waarde, list):
        return buiten(SIGNALEREND, waarde)
    getallen = [een for een in (waarde if isinstance(waarde, list) else [waarde]) if isinstance(een, int)]
    if any(een < 0 for een in getallen):
        return f"{min(getallen)}: use 0 or more"
    return vreemd(f"{regel}.{naam}", waarde)


def _weiger_onbekend(versies: Iterable[Regelversie]) -> None:
    """A rule or a setting that nothing reads: somebody misspelt it. (Bundles of an older hub may hold some.)"""
    for versie in versies:
        if versie.regel not in SETTINGS:
            raise OngeldigeRegels(f"correct the name of rule {versie.regel}: it is {_lijkt_op(versie.regel, SETTINGS)}")
        bekend = {*SETTINGS[versie.regel], *(SIGNALEREND if versie.regel == "rank" else ())}
        for naam in versie.instellingen:
            if naam not in bekend:
                raise OngeldigeRegels(
                    f"correct {naam} of rule {versie.regel}, version {versie.versie}: its settings are "
                    f"{', '.join(sorted(bekend)) or 'none'}"
                )


def _lijkt_op(naam: str, onder: Iterable[str]) -> str:
    dichtbij = get_close_matches(naam, list(onder), n=1)
    return f"perhaps {dichtbij[0]}" if dichtbij else f"one of {', '.join(sorted(onder))}"


@cache
def ingebouwd() -> Regels:
    """The rules that come with the hub, read once."""
    return Regels.laad()


_RIJEN = TypeAdapter(list[Regelversie])


def _versie(rij: dict[str, Any]) -> Regelversie:
    try:
        return Regelversie.model_validate(rij)
    except ValidationError as fout:
        raise OngeldigeRegels(_uitleg(fout)) from fout


def _uitleg(fout: ValidationError) -> str:
    eerste = fout.errors(include_url=False, include_input=False)[0]
    plaats = ".".join(str(deel) for deel in eerste["loc"])
    return f"correct the rules at {plaats or 'the top'}: {eerste['msg'].removeprefix('Value error, ')}"
