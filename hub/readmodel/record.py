# SPDX-License-Identifier: EUPL-1.2
"""The audit record: one a decision, canonical JSON, naming everything the decision rested on and nothing of what was
said.

Its bytes are the leaf of the audit tree. Keys are sorted and there is no white space, so the same decision gives the
same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from consent.decide import Besluit

SOORTEN = ("besluit", "signaal", "tik")


@dataclass(frozen=True, slots=True)
class Basis:
    """What a decision rested on besides the event: where it stands in the log and the digests in force there."""

    partition: int
    offset: int
    moment: datetime
    bundles: Mapping[str, str | None]


def canonical(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def decision(
    basis: Basis,
    *,
    soort: str,
    dossier: str | None,
    event: str | None,
    naam: str | None,
    bron: str | None,
    ciphertext: bytes | None,
    besluiten: Iterable[Besluit],
    hubbesluiten: Iterable[tuple[str, str, Besluit]] = (),
    leveringen: Sequence[tuple[str, str, str]],
    weigering: str | None = None,
) -> bytes:
    """`leveringen`: (party, delivery id, event type) of everything that went out with this decision; `hubbesluiten`:
    (id, type, decision) of what the hub itself had to say because of it, such as a signal."""
    return canonical(
        {
            "v": 1,
            "soort": soort,
            "dossier": dossier,
            "gebeurtenis": event,
            "type": naam,
            "bron": bron,
            "plaats": f"{basis.partition}:{basis.offset}",
            "moment": basis.moment.isoformat(),
            "bundels": dict(basis.bundles),
            "sha256": hashlib.sha256(ciphertext).hexdigest() if ciphertext is not None else None,
            "uitkomsten": [_outcome(besluit) for besluit in besluiten],
            "hub": [{"id": name, "type": kind, **_outcome(besluit)} for name, kind, besluit in hubbesluiten],
            "leveringen": [{"aan": to, "id": name, "type": kind} for to, name, kind in leveringen],
            "weigering": weigering,
        }
    )


def _outcome(besluit: Besluit) -> dict[str, Any]:
    return {
        "aan": str(besluit.ontvanger),
        "uitkomst": besluit.uitkomst.value,
        "reden": besluit.reden.value if besluit.reden else None,
        "regels": list(besluit.regels),
        "velden": sorted(besluit.velden),
        "achtergehouden": {veld: reden.value for veld, reden in sorted(besluit.achtergehouden.items())},
        "toestemming": besluit.toestemming,
    }
