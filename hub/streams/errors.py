# SPDX-License-Identifier: EUPL-1.2
"""What can go wrong in the log channel; not what an agent thinks of a record (that goes to the dead letters).

LogError
├── Revoked            the partition went to another worker; nothing of this turn was committed: take the next turn
├── TurnOver           a turn was used after its end
├── Fenced             another worker owns the partition, or the broker ended the transaction
├── OutputTooLarge     an output that the broker would refuse, named before anything is sent
├── ReservedKey        a state key that the channel keeps for itself
├── PositionDisagrees  the group says it has read further than the state shows
├── PositionLost       the log no longer holds the records that are next
├── StateLost          the state is gone of a log that was worked off before
├── LayoutMismatch     log and state topic do not have the same partitions
└── StoreLocked        another process holds the store on disk

``WorkersRun`` stands beside them: an operator's act that needs the workers to be stopped.
Every LogError but ``Revoked`` ends the process uncommitted; the next one starts where the last commit stood.
"""

from __future__ import annotations

__all__ = [
    "Fenced",
    "LayoutMismatch",
    "LogError",
    "OutputTooLarge",
    "PositionDisagrees",
    "PositionLost",
    "ReservedKey",
    "Revoked",
    "StateLost",
    "StoreLocked",
    "TurnOver",
    "WorkersRun",
]


class LogError(Exception):
    """The log channel cannot go on as asked."""


class Revoked(LogError):
    """The partition went to another worker: forget this turn, nothing of it was committed."""


class TurnOver(LogError):
    """The turn was committed, released or revoked before."""


class Fenced(LogError):
    """The broker takes nothing more from this owner of the partition; the process ends."""


class OutputTooLarge(LogError):
    """An output is larger than the broker takes."""


class ReservedKey(LogError):
    """State keys that begin with a zero byte belong to the channel."""


class PositionDisagrees(LogError):
    """The group's offset is ahead of the position in the state topic."""


class PositionLost(LogError):
    """The log begins after the position: records were deleted unread."""


class StateLost(LogError):
    """A partition was worked off before and its state is gone: going on would deliver everything once more."""


class WorkersRun(Exception):
    """Dossier workers are running: the state is theirs."""


class LayoutMismatch(LogError):
    """The log and its state topic are not partitioned alike."""


class StoreLocked(LogError):
    """The store's directory is in use by another process."""
