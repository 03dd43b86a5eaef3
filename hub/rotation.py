# SPDX-License-Identifier: EUPL-1.2
"""What becomes of a participant's row in the register when its keys change, it goes through a pilot, or it leaves. Pure;
and the folder in which its new keys wait until the register counts them.

A planned change overlaps: old certificate and signing key go on for a while. After a theft the old ones are out at once:
they stand in no register any more (earlier registers keep them for the record).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar

from consent.participants import Certificaat, Deelnemer, Proefperiode, RolPeriode, Sleutel

_Row = TypeVar("_Row", Certificaat, Sleutel, RolPeriode, Proefperiode)

TAIL = timedelta(days=90)
"""How long one that left may read its own topic: as long as the last delivery stays there."""
NEXT = "next"
MOVED = ("ca.pem", "cert.pem", "key.pem", "signing.key", "sealing.key")


@dataclass(frozen=True, slots=True)
class NewKeys:
    """What comes in the place of a participant's certificate and keys."""

    certificate: str
    """The whole DN: another than before, or its rights could not end apart."""
    signing: Sleutel
    sealing: Sleutel


def rotated(row: Deelnemer, new: NewKeys, today: date, overlap: timedelta) -> Deelnemer:
    """The row from today on; the old certificate and signing key end after the overlap. To the old sealing key nothing
    is sealed any more: the participant has the new one already."""
    end = today + overlap
    return row.model_copy(
        update={
            "certificaten": (*ending(row.certificaten, end), Certificaat(dn=new.certificate, van=today)),
            "handtekensleutels": (*ending(row.handtekensleutels, end), new.signing),
            "zegelsleutels": (*ending(row.zegelsleutels, today), new.sealing),
        }
    )


def replaced(row: Deelnemer, new: NewKeys, today: date) -> Deelnemer:
    """The row after a theft: nothing of the old keys counts. The new sealing key counts for every day, so that what is
    still to be delivered of earlier days is not sealed to the stolen one."""
    since = min([today, *(key.van for key in row.zegelsleutels)])
    return row.model_copy(
        update={
            "certificaten": (Certificaat(dn=new.certificate, van=today),),
            "handtekensleutels": (new.signing,),
            "zegelsleutels": (new.sealing.model_copy(update={"van": since}),),
        }
    )


def left(row: Deelnemer, per: date) -> Deelnemer:
    """The row of one that takes no part from `per` on: no roles, no word of its own. It may read what is still in its
    topic for a while, and corrections of what it got are sealed to it for ever (AVG 19)."""
    return row.model_copy(
        update={
            "rollen": ending(row.rollen, per),
            "handtekensleutels": ending(row.handtekensleutels, per),
            "certificaten": ending(row.certificaten, per + TAIL),
        }
    )


def piloted(row: Deelnemer, since: date, until: date | None, *, cases: bool = False) -> Deelnemer:
    """The row of one that is in pilot from `since` to `until`; another pilot that was planned for later is not.
    `cases`: of a gemeente, with the cases of its persons."""
    period = Proefperiode(van=since, tot=until, dossiers=cases)
    return row.model_copy(update={"proef": (*ending(row.proef, since), period)})


def live(row: Deelnemer, per: date) -> Deelnemer:
    """The row of one whose pilot is over from `per` on."""
    return row.model_copy(update={"proef": ending(row.proef, per)})


def ending(rows: Sequence[_Row], end: date) -> tuple[_Row, ...]:
    """The rows, none of them beyond `end`; what would begin then or later never was."""
    kept = [row for row in rows if row.van < end]
    return tuple(row if row.tot and row.tot <= end else row.model_copy(update={"tot": end}) for row in kept)


def take_over(folder: Path, old_sealing_id: str) -> None:
    """Put the keys that wait in `next/` in their places; done in part, it is finished by doing it again. The old sealing
    key stays beside the new one: what was delivered is sealed to it."""
    waiting = folder / NEXT
    for name in MOVED:
        if (waiting / name).exists():
            if name == "sealing.key" and (folder / name).exists():
                (folder / name).replace(folder / f"sealing-{old_sealing_id[:8]}.key")
            (waiting / name).replace(folder / name)
    waiting.rmdir()
