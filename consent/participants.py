# SPDX-License-Identifier: EUPL-1.2
"""The participants register: which organisation, in which roles, with which certificates and keys, and when.

One register of dated rows feeds intake, policy, ACLs and screens. Not here: private keys, and which person an
organisation has to do with (that is a relation, see ``kader``).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from consent.kader import Partij
from schemas.catalogue import Rol


class OngeldigRegister(ValueError):
    """The register contradicts itself or does not have its shape; the text says what to change."""


class _Rij(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Gedateerd(_Rij):
    """A row with a half-open period: ``van`` counts, ``tot`` no longer; no ``tot`` = until further notice."""

    van: date
    tot: date | None = None

    def geldig(self, op: date) -> bool:
        """Whether the row holds on this day."""
        return self.van <= op and (self.tot is None or op < self.tot)

    @model_validator(mode="after")
    def _niet_omgekeerd(self) -> _Gedateerd:
        if self.tot is not None and self.tot <= self.van:
            raise ValueError(f"laat een periode later eindigen dan zij begint (nu {self.van} tot {self.tot})")
        return self


class RolPeriode(_Gedateerd):
    """A role that the organisation may take."""

    rol: Rol


class Certificaat(_Gedateerd):
    """A client certificate, by its whole DN as the broker sees it."""

    dn: Annotated[str, Field(min_length=1)]


class Sleutel(_Gedateerd):
    """A public key (Ed25519 for signatures, X25519 for seals): its id and its 32 raw bytes in base64."""

    sleutelid: Annotated[str, Field(min_length=1)]
    publiek: str

    @field_validator("publiek")
    @classmethod
    def _is_base64(cls, waarde: str) -> str:
        try:
            rauw = base64.b64decode(waarde, validate=True)
        except (ValueError, binascii.Error) as fout:
            raise ValueError("schrijf een publieke sleutel als base64 van de 32 bytes") from fout
        if len(rauw) != 32:
            raise ValueError(f"schrijf een publieke sleutel als base64 van de 32 bytes (nu {len(rauw)})")
        return waarde

    @property
    def bytes(self) -> bytes:
        """The 32 raw bytes."""
        return base64.b64decode(self.publiek)


class Overeenkomst(_Gedateerd):
    """A contract or verwerkersovereenkomst with one gemeente, for all persons."""

    gemeente: Annotated[str, Field(min_length=1)]


class Proefperiode(_Gedateerd):
    """A pilot: what the organisation would get is decided and recorded, and not handed over.

    ``dossiers``: of a gemeente, nor is what anybody else would get about the persons for whom it is responsible.
    """

    dossiers: bool = False


class Deelnemer(_Rij):
    """One organisation. ``namens``: OINs of the gemeenten for which it works by contract or as verwerker.

    ``overeenkomsten``: those with dates. Where a gemeente has some here, access rests on them and ends with the last.
    ``proef``: when it is in pilot.
    """

    oin: Annotated[str, Field(min_length=1)]
    naam: str
    rollen: tuple[RolPeriode, ...]
    systeem: str = "hub"
    certificaten: tuple[Certificaat, ...] = ()
    handtekensleutels: tuple[Sleutel, ...] = ()
    zegelsleutels: tuple[Sleutel, ...] = ()
    namens: tuple[str, ...] = ()
    overeenkomsten: tuple[Overeenkomst, ...] = ()
    proef: tuple[Proefperiode, ...] = ()

    @field_validator("oin")
    @classmethod
    def _zonder_scheiding(cls, waarde: str) -> str:
        if "#" in waarde:
            raise ValueError(f"laat de rol weg uit OIN {waarde!r}; rollen hebben eigen rijen")
        return waarde

    def rollen_op(self, op: date) -> frozenset[Rol]:
        """The roles that it may take on a day."""
        return frozenset(r.rol for r in self.rollen if r.geldig(op))

    def begin_voor(self, gemeente: str | None) -> date | None:
        """The first day on which an agreement with this gemeente covers its work; None = not bounded here."""
        return min((o.van for o in self.overeenkomsten if o.gemeente == gemeente), default=None)

    def einde_voor(self, gemeente: str | None) -> date | None:
        """The first day on which no agreement with this gemeente covers its work any more; None = not bounded here."""
        eigen = [o for o in self.overeenkomsten if o.gemeente == gemeente]
        if not eigen or any(o.tot is None for o in eigen):
            return None
        return max(o.tot for o in eigen if o.tot is not None)


class Deelnemersregister(_Rij):
    """All organisations. Unknown organisations have no roles and no keys: nothing is inferred."""

    deelnemers: tuple[Deelnemer, ...] = ()

    @model_validator(mode="after")
    def _eenduidig(self) -> Deelnemersregister:
        oins: set[str] = set()
        sleutels: set[str] = set()
        for deelnemer in self.deelnemers:
            if deelnemer.oin in oins:
                raise ValueError(f"neem organisatie {deelnemer.oin} eenmaal op, met gedateerde rijen erin")
            oins.add(deelnemer.oin)
            for sleutel in deelnemer.handtekensleutels:
                if sleutel.sleutelid in sleutels:
                    raise ValueError(f"geef elke handtekensleutel een eigen id ({sleutel.sleutelid} staat er tweemaal)")
                sleutels.add(sleutel.sleutelid)
            _weiger_overlap(deelnemer)
        return self

    @cached_property
    def _op_oin(self) -> dict[str, Deelnemer]:
        return {d.oin: d for d in self.deelnemers}

    @cached_property
    def _op_sleutel(self) -> dict[str, tuple[Deelnemer, Sleutel]]:
        return {s.sleutelid: (d, s) for d in self.deelnemers for s in d.handtekensleutels}

    @cached_property
    def _rollen(self) -> dict[tuple[str, date], frozenset[Rol]]:
        return {}

    @cached_property
    def _partijen(self) -> dict[tuple[str, date], tuple[Partij, ...]]:
        return {}

    @cached_property
    def _in_rol(self) -> dict[tuple[Rol, date], tuple[Deelnemer, ...]]:
        return {}

    def by_oin(self, oin: str) -> Deelnemer | None:
        """The organisation with this OIN, or None."""
        return self._op_oin.get(oin)

    def rollen_van(self, oin: str, op: date) -> frozenset[Rol]:
        """The roles of an organisation on a day; empty when it is not in the register."""
        rollen = self._rollen.get((oin, op))
        if rollen is None:
            _houd_klein(self._rollen)
            deelnemer = self._op_oin.get(oin)
            rollen = deelnemer.rollen_op(op) if deelnemer else frozenset()
            self._rollen[(oin, op)] = rollen
        return rollen

    def partijen_van(self, oin: str, op: date) -> tuple[Partij, ...]:
        """An organisation in each of its roles on a day."""
        partijen = self._partijen.get((oin, op))
        if partijen is None:
            _houd_klein(self._partijen)
            partijen = tuple(Partij(oin, rol) for rol in sorted(self.rollen_van(oin, op)))
            self._partijen[(oin, op)] = partijen
        return partijen

    def in_rol(self, rol: Rol, op: date) -> tuple[Deelnemer, ...]:
        """Who may take a role on a day, in OIN order."""
        gevonden = self._in_rol.get((rol, op))
        if gevonden is None:
            _houd_klein(self._in_rol)
            gevonden = tuple(
                sorted((d for d in self.deelnemers if rol in self.rollen_van(d.oin, op)), key=lambda d: d.oin)
            )
            self._in_rol[(rol, op)] = gevonden
        return gevonden

    def sleutel(self, sleutelid: str, op: date | None = None) -> tuple[Deelnemer, Sleutel] | None:
        """Whose signing key this is; with ``op``: only when the key is valid on that day."""
        gevonden = self._op_sleutel.get(sleutelid)
        if gevonden is None or (op is not None and not gevonden[1].geldig(op)):
            return None
        return gevonden

    def zegelsleutel(self, oin: str, op: date) -> Sleutel | None:
        """The key to seal to for an organisation on a day: of the valid ones, the newest."""
        deelnemer = self._op_oin.get(oin)
        geldig = [s for s in deelnemer.zegelsleutels if s.geldig(op)] if deelnemer else []
        return max(geldig, key=lambda s: (s.van, s.sleutelid), default=None)

    def bereikbaar(self, oin: str, op: date) -> bool:
        """Whether anything can be sealed to an organisation: one whose keys have all ended has left and cannot be told.

        A register without any key of it (stories, rehearsals) seals nothing, and stands in nobody's way.
        """
        deelnemer = self._op_oin.get(oin)
        return deelnemer is not None and (not deelnemer.zegelsleutels or self.zegelsleutel(oin, op) is not None)

    def in_proef(self, oin: str, op: date) -> bool:
        """Whether an organisation is in pilot on a day: nothing is handed over to it."""
        deelnemer = self._op_oin.get(oin)
        return deelnemer is not None and any(periode.geldig(op) for periode in deelnemer.proef)

    def dossiers_in_proef(self, gemeente: str, op: date) -> bool:
        """Whether a gemeente is in pilot with its cases: nothing about them is handed over to anybody."""
        deelnemer = self._op_oin.get(gemeente)
        return deelnemer is not None and any(p.dossiers and p.geldig(op) for p in deelnemer.proef)

    def to_json(self) -> bytes:
        """Canonical JSON: sorted keys, no white space, organisations in OIN order.

        Who never was in pilot has no key for it: a register keeps the digest that it had before pilots existed.
        """
        plain = self.model_dump(mode="json")
        for deelnemer in plain["deelnemers"]:
            if not deelnemer["proef"]:
                del deelnemer["proef"]
        plain["deelnemers"].sort(key=lambda d: d["oin"])
        return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    @classmethod
    def from_json(cls, tekst: bytes | str) -> Deelnemersregister:
        """From canonical (or any) JSON; raises OngeldigRegister."""
        try:
            return cls.model_validate_json(tekst)
        except ValidationError as fout:
            raise OngeldigRegister(_eerste_fout(fout)) from fout

    @classmethod
    def of(cls, deelnemers: Iterable[dict[str, Any] | Deelnemer]) -> Deelnemersregister:
        """From plain rows; raises OngeldigRegister."""
        try:
            return cls.model_validate({"deelnemers": tuple(deelnemers)})
        except ValidationError as fout:
            raise OngeldigRegister(_eerste_fout(fout)) from fout

    def digest(self) -> str:
        """SHA-256 (hex) of the canonical JSON; names this register in ``bundel-geactiveerd``."""
        return hashlib.sha256(self.to_json()).hexdigest()


def _houd_klein(cache: dict[Any, Any]) -> None:
    """A cache of days in use, not a memory of every day that ever was: a replay passes thousands of them."""
    if len(cache) > 50_000:
        cache.clear()


def _weiger_overlap(deelnemer: Deelnemer) -> None:
    """One role in two overlapping rows has two ends: refuse."""
    for i, een in enumerate(deelnemer.rollen):
        for ander in deelnemer.rollen[i + 1 :]:
            if een.rol is ander.rol and _raken(een, ander):
                raise ValueError(
                    f"laat de rijen van {deelnemer.oin} voor rol {een.rol} elkaar niet overlappen in de tijd"
                )


def _raken(een: _Gedateerd, ander: _Gedateerd) -> bool:
    return (een.tot is None or ander.van < een.tot) and (ander.tot is None or een.van < ander.tot)


def _eerste_fout(fout: ValidationError) -> str:
    eerste = fout.errors(include_url=False, include_input=False)[0]
    plaats = ".".join(str(deel) for deel in eerste["loc"])
    return (
        f"Verbeter het deelnemersregister bij {plaats or 'het begin'}: {eerste['msg'].removeprefix('Value error, ')}."
    )
