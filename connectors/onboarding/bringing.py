# SPDX-License-Identifier: EUPL-1.2
"""The import: for each case first the word that it is brought in, then its facts, each with the day of its own.

That word goes first, so that the hub knows before the first late fact that it is no news. It is said once a person: the
same file again, or a later one with more of the same person, does not say it again. All else is what `connect send` does.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from uuid import UUID

from connectors.files import Afgekeurd, Melding
from connectors.files.rows import event_id
from connectors.onboarding.cases import Case, by_person
from connectors.onboarding.report import Report

BROUGHT_IN = "dossier-ingebracht"
BEGINS = "verblijf-in-gemeente-geregistreerd"
"""With this the gemeente's relation begins: the facts that need one come after it."""
Known = Callable[[Iterable[str]], Collection[str]]
"""Which of these ids were sent before."""


class Bringing:
    """Looks at one file's rows and makes of them what is to be sent; `report` tells afterwards what was found."""

    def __init__(self, namespace: UUID, per: date, today: date, known: Known) -> None:
        self._namespace, self._per, self._today, self._known = namespace, per, today, known
        self.report = Report([], [])

    def prepare(self, good: list[Melding], bad: list[Afgekeurd]) -> tuple[list[Melding], list[Afgekeurd]]:
        """Of what was read: what goes, in the order in which it goes, and what comes back."""
        cases = by_person(good)
        self.report = Report.of(cases, bad, self._today)
        words = {id(case): self._word(case) for case in self.report.sendable}
        known = self._known([word.id for word in words.values()])
        rows = [row for case in self.report.sendable for row in _in_order(case, words[id(case)], known)]
        return rows, [*bad, *self.report.kept_back()]

    def _word(self, case: Case) -> Melding:
        first = case.meldingen[0]
        number = next(iter(case.numbers))
        own = event_id(self._namespace, BROUGHT_IN, number)
        data = {"per": self._per.isoformat()}
        return Melding(BROUGHT_IN, first.persoon, data, self._per, own, first.regelnummer, first.blad)


def _in_order(case: Case, word: Melding, known: Collection[str]) -> Iterator[Melding]:
    if word.id not in known:
        yield word
    # Corrections and retractions have the day on which they were made; they stay behind what they are about.
    yield from sorted(case.meldingen, key=lambda one: (one.gebeurtenis != BEGINS, one.gebeurd))
