# SPDX-License-Identifier: EUPL-1.2
"""Organisations that write to an inbox, the register that knows them, and the hub's desk. No assertions, no Kafka, no SQL."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from consent.participants import Deelnemer, Deelnemersregister
from hub.streams.reception import Desk
from schemas import codec, seals, signatures
from schemas.catalogue import Rol
from schemas.cloudevents import TYPE_PREFIX, CloudEvent, source_of, to_headers

HUB = "00000009900000000000"
SINDS = date(2024, 1, 1)
NU = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)

Record = tuple[list[tuple[str, bytes]], bytes]

HUB_SIGNING = Ed25519PrivateKey.generate()
HUB_SEALING = X25519PrivateKey.generate()
INDEX_KEY = b"i" * 32


@dataclass(frozen=True)
class Inzender:
    """One organisation with its keys; `stuur` makes the record that its connector would."""

    oin: str
    rollen: tuple[Rol, ...]
    tot: date | None = None
    """When its signing key ends."""
    zegel_tot: date | None = None
    signing: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    sealing: X25519PrivateKey = field(default_factory=X25519PrivateKey.generate)

    @property
    def sleutelid(self) -> str:
        return signatures.key_id(self.signing.public_key())

    def rij(self) -> Deelnemer:
        def sleutel(public: Any, tot: date | None) -> dict[str, Any]:
            raw = base64.b64encode(public.public_bytes_raw()).decode()
            return {"sleutelid": signatures.key_id(public), "publiek": raw, "van": SINDS, "tot": tot}

        return Deelnemer.model_validate(
            {
                "oin": self.oin,
                "naam": self.oin,
                "rollen": [{"rol": rol, "van": SINDS} for rol in self.rollen],
                "handtekensleutels": [sleutel(self.signing.public_key(), self.tot)],
                "zegelsleutels": [sleutel(self.sealing.public_key(), self.zegel_tot)],
            }
        )

    def stuur(
        self,
        naam: str = "cursus-gestart",
        data: Mapping[str, Any] | None = None,
        persoon: Mapping[str, Any] | None = None,
        *,
        frame: bytes | None = None,
        **attributen: Any,
    ) -> Record:
        """Sealed and signed; `frame` replaces the Avro, `attributen` the CloudEvents attributes."""
        inhoud = {"begindatum": "2026-03-02"} if data is None else dict(data)
        if persoon is not None:
            inhoud["persoon"] = persoon
        ce = replace(self.attributen(naam), **attributen)
        frame = codec.encode(naam, inhoud, volledig=False) if frame is None else frame
        sealer = seals.Sealer(HUB_SEALING.public_key(), HUB)
        return self.onderteken(replace(ce, data=sealer.seal(frame, seals.aad_of(ce))))

    def attributen(self, naam: str) -> CloudEvent:
        return CloudEvent(
            id=str(uuid4()),
            source=source_of(self.oin, "systeem"),
            type=TYPE_PREFIX + naam,
            time=NU,
            extensions={} if len(self.rollen) == 1 else {"rol": self.rollen[0].value},
        )

    def onderteken(self, ce: CloudEvent) -> Record:
        return to_headers(ce) + signatures.sign(ce, self.signing, self.sleutelid), ce.data


def register(inzenders: Iterable[Inzender]) -> Deelnemersregister:
    return Deelnemersregister.of([one.rij() for one in inzenders])


def loket() -> Desk:
    """The desk of the hub that all of these seal to."""
    opener = seals.Opener({signatures.key_id(HUB_SEALING.public_key()): HUB_SEALING}, HUB)
    return Desk(HUB, HUB_SIGNING.public_key(), opener, INDEX_KEY)


SCHOOL = Inzender("00000009900000000002", (Rol.TAALSCHOOL,))
GEMEENTE = Inzender("00000009900000000001", (Rol.GEMEENTE,))
DUO = Inzender("00000009900000000004", (Rol.UITVOERING,))
VWN = Inzender("00000009900000000003", (Rol.BEGELEIDER, Rol.TAALSCHOOL))
ALLEN = (SCHOOL, GEMEENTE, DUO, VWN)

BSN_A, BSN_B, BSN_C = "999990019", "999990020", "999990032"
VNUMMER_A, VNUMMER_B = "0216133909", "0634981236"


def bsn(waarde: str = BSN_A, *ook: tuple[str, str]) -> dict[str, Any]:
    return persoon(("bsn", waarde), *ook)


def persoon(eerste: tuple[str, str], *ook: tuple[str, str]) -> dict[str, Any]:
    een, *meer = ({"soort": soort, "waarde": waarde} for soort, waarde in (eerste, *ook))
    return {**een, "ook": meer}
