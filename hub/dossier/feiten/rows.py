# SPDX-License-Identifier: EUPL-1.2
"""The state rows of one dossier as an overlay: reads go through once, writes stay here until the caller commits them.

Rows are JSON objects by bucket name; a row that was read must not be altered in place, only replaced:

* ``feiten``         every fact that is not about a single lesson, by key, with its corrections applied
* ``les/YYYY-MM``    the lessons of one month
* ``maanden/YYYY``   summaries of the months of one year: what is asked of every lesson, without the lessons
* ``kern``           the open signals, and of which years there are summaries: small, rewritten often
* ``gronden``        toestemmingen that closed, grounds that began, notices that await confirmation
* ``ontvangers``     every party that got anything, and under which dossiers' pseudonyms
* ``e/<event id>``   per sender: bucket, type, who received it, corrections and retractions that name it
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Row = dict[str, Any]

FEITEN = "feiten"
KERN = "kern"
GRONDEN = "gronden"
ONTVANGERS = "ontvangers"


class Rows:
    """`read` gives the committed row of a bucket or None; it is called at most once a bucket."""

    def __init__(self, read: Callable[[str], Row | None]) -> None:
        self._read = read
        self._committed: dict[str, Row | None] = {}
        self._rows: dict[str, Row | None] = {}

    @classmethod
    def in_memory(cls, rows: Mapping[str, Row]) -> Rows:
        return cls(rows.get)

    def get(self, bucket: str) -> Row | None:
        if bucket in self._rows:
            return self._rows[bucket]
        if bucket not in self._committed:
            self._committed[bucket] = self._read(bucket)
        return self._committed[bucket]

    def put(self, bucket: str, row: Row) -> None:
        self._write(bucket, row)

    def delete(self, bucket: str) -> None:
        self._write(bucket, None)

    def _write(self, bucket: str, row: Row | None) -> None:
        self.get(bucket)
        if row == self._committed.get(bucket):
            self._rows.pop(bucket, None)  # what was there is there again
        else:
            self._rows[bucket] = row

    def changed(self) -> dict[str, Row | None]:
        """The rows to write, None for a row to delete. Empty when nothing changed."""
        return dict(sorted(self._rows.items()))


def maandbak(maand: str) -> str:
    return f"les/{maand}"


def ebak(id: str) -> str:
    return f"e/{id}"
