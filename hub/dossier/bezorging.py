# SPDX-License-Identifier: EUPL-1.2
"""What goes out: the delivery that follows from a decision, a refusal's receipt, and their ids. Decides nothing."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from typing import Any

from consent.admission import Weigering
from consent.decide import Besluit
from consent.kader import Partij
from consent.minimise import minimise
from schemas.vocabulary import Categorie, Rol

from .feiten.facts import Feit, sleutel_van
from .feiten.fold import WIJZIGERS, keten, ontvangers_van, via_stand
from .feiten.rows import Rows
from .feiten.zaak import Zaak
from .gevolgen import Gebeurtenis, Levering, Soort
from .regels.kalender import dag_van, instant
from .signals import RUIMTE

GEWEIGERD = "aanlevering-geweigerd"
VERLOPEN = "toestemming-verlopen"
OVER_TOESTEMMING = frozenset({"toestemming-ingetrokken", VERLOPEN})
HUB = Partij("hub", Rol.HUB)


def levering_id(oorsprong: str, ontvanger: Partij, soort: str) -> str:
    """Id of the delivery of one event to one party."""
    return str(uuid.uuid5(RUIMTE, f"{oorsprong}|{ontvanger}|{soort}"))


def moment(nu: datetime) -> str:
    """An instant as the log has it. Always milliseconds, so that text order is time order."""
    return nu.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def levering_van(rows: Rows, zaak: Zaak, feit: Feit, soort: Soort, besluit: Besluit) -> Levering:
    data = minimise(feit.data, besluit)
    if "betreft" in data:
        data["betreft"] = _betreft_bij(rows, zaak, feit, besluit.ontvanger)
    return Levering(
        besluit.ontvanger,
        feit.gebeurtenis,
        soort,
        levering_id(feit.sleutel, besluit.ontvanger, soort),
        data,
        besluit.persoon,
        feit.bron,
        date.fromisoformat(feit.gebeurd),
        instant(feit.vastgelegd),
    )


def _betreft_bij(rows: Rows, zaak: Zaak, feit: Feit, ontvanger: Partij) -> str:
    """What an event is about, by the id under which this recipient received that."""
    betreft = str(feit.data["betreft"])
    if feit.gebeurtenis in WIJZIGERS:
        genoemd = [(een, feit.oin) for een in keten(rows, betreft, feit.oin)]
    elif feit.gebeurtenis in OVER_TOESTEMMING:
        genoemd = [(betreft, f.oin) for f in zaak.feiten("toestemming-gegeven") if f.id == betreft]
    else:
        return betreft
    for id_, oin in genoemd:
        if (stand := via_stand(rows, id_, oin, str(ontvanger))) is not None:
            return stand
        if str(ontvanger) in ontvangers_van(rows, id_, oin):
            return levering_id(sleutel_van(id_, oin), ontvanger, Soort.GEBEURTENIS)
    return betreft


def geweigerd(record: Gebeurtenis, weigering: Weigering) -> Levering:
    data = {
        "betreft": record.eigen_id or record.id,
        "gebeurtenis": record.gebeurtenis,
        "reden": weigering.grond.value,
        "toelichting": weigering.toelichting,
    }
    return Levering(
        record.bron,
        GEWEIGERD,
        Soort.ONTVANGSTBEWIJS,
        levering_id(sleutel_van(record.id, record.bron.oin), record.bron, GEWEIGERD),
        data,
        frozenset({Categorie.PSEUDONIEM}),
        str(HUB),
        record.gebeurd,
        record.vastgelegd,
    )


def hubfeit(id_: str, gebeurtenis: str, data: dict[str, Any], nu: datetime) -> Feit:
    return Feit(id_, gebeurtenis, str(HUB), dag_van(nu).isoformat(), moment(nu), data, -1)
