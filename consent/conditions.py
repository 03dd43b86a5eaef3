# SPDX-License-Identifier: EUPL-1.2
"""The conditions that a policy row may set: a closed list of named, pure predicates. Not: which row sets which.

A condition looks at one recipient of one event within one kader and gives None when it holds, or the reason why not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from consent.kader import Kader, Partij, Reden, RelatieStand, ToestemmingStand, Verzoek
from schemas.catalogue import Categorie, Rol

ASIELSTATUSHOUDER = "asielstatushouder"
OVERIGE_DOELGROEPEN = frozenset({"gezinsmigrant", "overige-migrant", "gezins-overig-onbepaald"})

IDENTIFIERS = frozenset({Categorie.BSN, Categorie.VNUMMER, Categorie.PSEUDONIEM})
"""Categories that say who it is about; they travel with content, never instead of it."""

GENOEMD_IN: Mapping[str, tuple[str, ...]] = {
    "gemeente-gekoppeld": ("gemeente",),
    "koppeling-gewijzigd": ("van", "naar"),
    "inburgeringsplicht-vastgesteld": ("gemeente",),
    "inburgeringsplicht-gewijzigd": ("gemeente",),
    "persoon-verhuisd": ("van", "naar"),
    "informatie-opgevraagd": ("bij",),
    "informatie-ontvangen": ("bij",),
    "gegevens-opgevraagd": ("aan",),
    "inburgeringsaanbod-gedaan": ("taalschool",),
    "taalschool-toegewezen": ("taalschool", "onderaannemer"),
    "participatie-toegewezen": ("organisatie", "onderaannemer"),
    "overdracht-aangeboden": ("van", "naar"),
    "overdracht-bevestigd": ("van", "naar"),
    "toewijzing-beeindigd": ("taalschool", "organisatie"),
    "begeleiding-opgedragen": ("begeleider",),
    "begeleiding-beeindigd": ("begeleider",),
    "toestemming-gegeven": ("ontvanger",),
    "attentiesignaal-gegeven": ("gemeente",),
    "melding-geweigerd": ("gemeente",),
    "contract-vastgesteld": ("organisatie",),
    "contract-beeindigd": ("organisatie",),
}
"""In which fields an event names organisations (an OIN, or ``oin#rol``)."""


class Voorwaarde(StrEnum):
    """Conditions by the name that the data files use."""

    RELATIE = "relatie"
    """The recipient has, in this role, an active relation with the person (or this event begins or ends it)."""
    RELATIE_OF_STAART = "relatie-of-staart"
    """The same, or the tail that the law leaves the former gemeente (until the new PIP is one month old)."""
    RELATIE_NIET_BEEINDIGD = "relatie-niet-beeindigd"
    """The recipient's relation did not end; it need not have one (a recipient by toestemming alone)."""
    EIGEN_GEMEENTE = "eigen-gemeente"
    """Sender and recipient work for the same gemeente: a verwerker or executor of another one stays apart."""
    GENOEMD = "genoemd"
    """The event is about this recipient: a field names it, the hub addresses it, or the toestemming is for it."""
    DOELGROEP_ASIELSTATUSHOUDER = "doelgroep-asielstatushouder"
    """The person is known to be asielstatushouder."""
    DOELGROEP_OVERIG = "doelgroep-overig"
    """The person is known to be gezinsmigrant or overige migrant."""
    INTAKE_DOEL = "intake-doel"
    """The brede intake is not done yet and no PIP stands."""
    TOT_PIP = "tot-pip"
    """No PIP stands yet."""
    OP_VERZOEK = "op-verzoek"
    """A logged gegevens-opgevraagd by this recipient to this sender covers the event and the category, and stands."""
    TOESTEMMING = "toestemming"
    """A toestemming for this recipient in this role covers the category on this day."""


SMAL = frozenset({Voorwaarde.OP_VERZOEK, Voorwaarde.TOESTEMMING})
"""Conditions that look at a category: a row that sets one is split into a row for each of its categories."""


BRENGT_MEE: Mapping[Voorwaarde, frozenset[Voorwaarde]] = {
    Voorwaarde.RELATIE: frozenset({Voorwaarde.RELATIE_OF_STAART, Voorwaarde.RELATIE_NIET_BEEINDIGD}),
    Voorwaarde.INTAKE_DOEL: frozenset({Voorwaarde.TOT_PIP}),
}
"""What holds whenever a condition holds: the wider conditions beside it."""


@dataclass(frozen=True, slots=True)
class Beoordeling:
    """The event as ``decide`` sees it."""

    id: str
    gebeurtenis: str
    bron: Partij
    data: Mapping[str, Any]
    gericht_aan: Partij | None = None
    """Only for the hub's own events: the one party that this is for."""


@dataclass(slots=True)
class Toets:
    """What the conditions of one row are held against. Made once for a recipient; ``categorie`` changes by row."""

    event: Beoordeling
    ontvanger: Partij
    kader: Kader
    op: date
    stand: RelatieStand
    categorie: Categorie | None = None
    toestemming: str | None = None
    """Out: id of the toestemming that the last ``toestemming`` condition rested on."""


def gemeente_van(partij: Partij, toets: Toets) -> str | None:
    """The gemeente that a party is, or works for in this dossier; None when nobody recorded it."""
    if partij.rol is Rol.GEMEENTE:
        return partij.oin
    for relatie in toets.kader.relaties:
        if (
            relatie.partij == partij
            and not relatie.zelf_gemeld
            and relatie.stand(toets.op, toets.event.id) is RelatieStand.ACTIEF
        ):
            return relatie.namens
    return None


def genoemden(event: Beoordeling) -> tuple[str, ...]:
    """Organisations that the event's fields name."""
    return tuple(v for veld in GENOEMD_IN.get(event.gebeurtenis, ()) if isinstance(v := event.data.get(veld), str))


def _relatie(t: Toets) -> Reden | None:
    if t.stand is RelatieStand.ACTIEF:
        return None
    return Reden.NO_RELATION if t.stand is RelatieStand.NOOIT else Reden.RELATION_ENDED


def _relatie_of_staart(t: Toets) -> Reden | None:
    return None if t.stand is RelatieStand.STAART else _relatie(t)


def _relatie_niet_beeindigd(t: Toets) -> Reden | None:
    return None if t.stand in (RelatieStand.ACTIEF, RelatieStand.NOOIT) else Reden.RELATION_ENDED


def _eigen_gemeente(t: Toets) -> Reden | None:
    zender, ontvanger = gemeente_van(t.event.bron, t), gemeente_van(t.ontvanger, t)
    if zender is not None and ontvanger is not None:
        return None if zender == ontvanger else Reden.NO_CONTRACT
    # An executor acts by mandate only: unknown is no. A provider that nobody's order is on record for has one gemeente
    # to work for, the person's own, which the relation of the gemeente decides.
    return Reden.NO_CONTRACT if Rol.UITVOERDER in (t.event.bron.rol, t.ontvanger.rol) else None


def _genoemd(t: Toets) -> Reden | None:
    event = t.event
    if event.gericht_aan is not None:
        return None if event.gericht_aan == t.ontvanger else Reden.NO_GROUND
    if event.gebeurtenis in ("toestemming-ingetrokken", "toestemming-verlopen"):
        toestemming = t.kader.toestemming(str(event.data.get("betreft")))
        return None if toestemming is not None and toestemming.ontvanger == t.ontvanger else Reden.NO_GROUND
    named = genoemden(event)
    return None if t.ontvanger.oin in named or str(t.ontvanger) in named else Reden.NO_GROUND


def _asielstatushouder(t: Toets) -> Reden | None:
    return None if t.kader.doelgroep == ASIELSTATUSHOUDER else Reden.NO_GROUND


def _overig(t: Toets) -> Reden | None:
    return None if t.kader.doelgroep in OVERIGE_DOELGROEPEN else Reden.NO_GROUND


def _intake_doel(t: Toets) -> Reden | None:
    return Reden.NO_GROUND if t.kader.intake_afgerond or t.kader.pip_vastgesteld else None


def _tot_pip(t: Toets) -> Reden | None:
    return Reden.NO_GROUND if t.kader.pip_vastgesteld else None


def gevraagd_van(verzoek: Verzoek, event: Beoordeling, kader: Kader) -> bool:
    """Whether a request was put to who says this: by its OIN, in one role, or for what it says as executor of a gemeente."""
    bron = event.bron
    if verzoek.aan in (bron.oin, str(bron)):
        return True
    voor = {relatie.namens for relatie in kader.relaties_van(bron)} if bron.rol is Rol.UITVOERDER else set()
    return verzoek.aan.removesuffix(f"#{Rol.GEMEENTE}") in voor


def _op_verzoek(t: Toets) -> Reden | None:
    event = t.event
    for verzoek in t.kader.verzoeken:
        if (
            verzoek.door == t.ontvanger
            and gevraagd_van(verzoek, event, t.kader)
            and (not verzoek.gebeurtenissen or event.gebeurtenis in verzoek.gebeurtenissen)
            and (not verzoek.categorieen or t.categorie in verzoek.categorieen)
            and verzoek.open_op(t.op)
        ):
            return None
    return Reden.NOT_REQUESTED


def _toestemming(t: Toets) -> Reden | None:
    gevonden: Reden = Reden.NO_TOESTEMMING
    for toestemming in t.kader.toestemmingen:
        if toestemming.ontvanger != t.ontvanger or t.categorie not in toestemming.categorieen or t.op < toestemming.van:
            continue
        stand = toestemming.stand_op(t.op)
        if stand is ToestemmingStand.GEGEVEN:
            t.toestemming = toestemming.id
            return None
        if stand is ToestemmingStand.INGETROKKEN:
            gevonden = Reden.TOESTEMMING_WITHDRAWN
        elif stand in (ToestemmingStand.VERLOPEN, ToestemmingStand.VERVANGEN) and gevonden is Reden.NO_TOESTEMMING:
            gevonden = Reden.TOESTEMMING_EXPIRED
    return gevonden


VOORWAARDEN: Mapping[Voorwaarde, Callable[[Toets], Reden | None]] = {
    Voorwaarde.RELATIE: _relatie,
    Voorwaarde.RELATIE_OF_STAART: _relatie_of_staart,
    Voorwaarde.RELATIE_NIET_BEEINDIGD: _relatie_niet_beeindigd,
    Voorwaarde.EIGEN_GEMEENTE: _eigen_gemeente,
    Voorwaarde.GENOEMD: _genoemd,
    Voorwaarde.DOELGROEP_ASIELSTATUSHOUDER: _asielstatushouder,
    Voorwaarde.DOELGROEP_OVERIG: _overig,
    Voorwaarde.INTAKE_DOEL: _intake_doel,
    Voorwaarde.TOT_PIP: _tot_pip,
    Voorwaarde.OP_VERZOEK: _op_verzoek,
    Voorwaarde.TOESTEMMING: _toestemming,
}
