# SPDX-License-Identifier: EUPL-1.2
"""One turn of intake in the vault: claim every id, find every person, in one SQL transaction, before Kafka hears of it.

What is settled here is settled for ever: after a crash the same inbox positions enter again and find their own claims.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError, OperationalError

from hub.streams.reception import Received, Refused, Weigergrond, log_id
from hub.vault import claims
from hub.vault.claims import ACCEPTED, REFUSED, Claim, Standing
from hub.vault.identities import Directory, Resolved, TwoPersons, UnknownPerson
from hub.vault.keys import PersonKey
from hub.vault.tables import beside
from hub.vault.vault import Vault
from schemas.catalogue import Rol

ABOUT_OWN = frozenset({"correctie", "intrekking"})
"""These are always about a report of the sender itself, also when it has yet to arrive."""

MAY_LINK = frozenset({Rol.UITVOERING, Rol.OPVANG, Rol.GEMEENTE, Rol.UITVOERDER})
"""Who may say that two numbers are one person: those that the law lets hold both (Wi 33, 34, 36; Bi 9.4, 9.10)."""


ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Arrival:
    """A received or refused record with its place in the inbox and the log's time there."""

    item: Received | Refused
    partition: int
    offset: int
    moment: datetime


@dataclass(frozen=True, slots=True)
class Settled:
    arrival: Arrival
    standing: Standing
    claim: Claim
    betreft: str | None = None  # for a report about an earlier one: that one's id in the log
    resolved: Resolved | None = None
    key: PersonKey | None = None
    linked: tuple[tuple[str, PersonKey], ...] = ()

    @property
    def into_the_log(self) -> bool:
        return self.resolved is not None and self.standing in (Standing.NEW, Standing.SAME_POSITION)

    @property
    def of_a_group(self) -> bool:
        """About nobody in particular: it goes to every partition of the log."""
        accepted = self.claim.uitkomst == ACCEPTED and self.standing in (Standing.NEW, Standing.SAME_POSITION)
        return accepted and _of_a_group(self.arrival.item)


def settle(vault: Vault, arrivals: Sequence[Arrival]) -> list[Settled]:
    """Settle the arrivals of one turn, in order. Another worker's claim, identity or lock in the same moment makes us
    look once more."""
    for _ in range(ATTEMPTS - 1):
        try:
            return _attempt(vault, arrivals)
        except (IntegrityError, OperationalError):
            continue
    return _attempt(vault, arrivals)


def _attempt(vault: Vault, arrivals: Sequence[Arrival]) -> list[Settled]:
    with vault.engine.begin() as connection:
        beside(connection)
        return _settle(vault, connection, arrivals)


def _settle(vault: Vault, connection: Connection, arrivals: Sequence[Arrival]) -> list[Settled]:
    about = {_about(arrival.item) for arrival in arrivals} - {None}
    known = claims.find(connection, [arrival.item.event for arrival in arrivals] + [name for name in about if name])
    directory = vault.identities.within(connection)
    directory.expect((str(one.item.sender), one.item.identities) for one in arrivals if isinstance(one.item, Received))
    fresh: dict[str, Claim] = {}
    replaced: set[str] = set()
    settled: list[Settled] = []
    for arrival in arrivals:
        item = arrival.item
        claim = known.get(item.event)
        standing = claims.standing(claim, item.inhoud, arrival.partition, arrival.offset)
        resolved: Resolved | None = None
        again = claim is not None and standing is Standing.SAME_POSITION and claim.uitkomst == ACCEPTED
        if claim is None or standing is Standing.NEW or again:
            decided, resolved = _decide(directory, arrival, known.get(_about(item) or ""))
            if claim is not None and again and _of_a_group(item):
                pass  # settled; there is no dossier to find again
            elif claim is not None and again and resolved is not None:
                resolved = replace(resolved, dossier=claim.dossier or resolved.dossier)
            else:
                # of an accepted report that is refused on re-entry (newer code, an undone link) the log holds nothing
                if claim is not None:
                    replaced.add(item.event)
                claim = known[item.event] = fresh[item.event] = decided
        betreft = _about(item)
        keys = vault.keys.load([resolved.dossier, *resolved.linked], connection) if resolved else {}
        settled.append(
            Settled(
                arrival,
                standing,
                claim,
                betreft if betreft in known or item.naam in ABOUT_OWN else None,
                resolved,
                _living(keys.get(resolved.dossier)) if resolved else None,
                tuple((name, _living(keys[name])) for name in resolved.linked) if resolved else (),
            )
        )
    claims.record(connection, fresh.values(), replaced)
    return settled


def _decide(directory: Directory, arrival: Arrival, original: Claim | None) -> tuple[Claim, Resolved | None]:
    item, resolved = arrival.item, None
    grond: Weigergrond | None = None
    toelichting: str | None = None
    if isinstance(item, Refused):
        grond, toelichting = item.grond, item.toelichting
    elif not _of_a_group(item):
        try:
            resolved = _with_original(directory, item, original) or _resolve(directory, item)
        except UnknownPerson as error:
            grond, toelichting = Weigergrond.ONBEKENDE_PERSOON, str(error)
        except TwoPersons as error:
            grond, toelichting = Weigergrond.IDENTITEIT_ONGELDIG, str(error)
    claim = Claim(
        gebeurtenis=item.event,
        inhoud=item.inhoud,
        partitie=arrival.partition,
        positie=arrival.offset,
        dossier=resolved.dossier if resolved else None,
        uitkomst=REFUSED if grond else ACCEPTED,
        reden=grond.value if grond else None,
        toelichting=toelichting,
        vastgelegd=arrival.moment,
    )
    return claim, resolved


def _of_a_group(item: Received | Refused) -> bool:
    """Intake lets a report without a person pass only of the types that are about nobody."""
    return isinstance(item, Received) and not item.identities


def _resolve(directory: Directory, item: Received) -> Resolved:
    return directory.resolve(item.event, str(item.sender), item.identities, may_link=item.sender.rol in MAY_LINK)


def _with_original(directory: Directory, item: Received, original: Claim | None) -> Resolved | None:
    """Where the report is filed that this one corrects or retracts, if that is not where the person named now belongs.

    Who reported about the wrong person names the right one from then on; his retraction must still find what it
    retracts.
    """
    if item.naam not in ABOUT_OWN or original is None or original.dossier is None or original.uitkomst != ACCEPTED:
        return None
    filed = directory.filed(original.dossier)
    named = {directory.main_of(str(item.sender), identity) for identity in item.identities}
    return None if filed is None or filed.dossier in named else filed


def _about(item: Received | Refused) -> str | None:
    """The log id of the sender's own earlier report that this one is about, if it is about one."""
    if isinstance(item, Received) and (own := item.data.get("betreft")):
        return log_id(item.ce.source, own)
    return None


def _living(key: object) -> PersonKey:
    assert isinstance(key, PersonKey), "an identity never leads to an erased dossier: erasing removes the identities"
    return key
