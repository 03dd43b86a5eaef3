# SPDX-License-Identifier: EUPL-1.2
"""The case of one person, as pure functions: the fold of its facts, what should have come by now, and the signals.

Lives here: what is a function of a log prefix (facts, policy, rules, participants, the moment). Does not live here: any
clock, file, network, database or Faust; who may get what (``consent/``); who is who (``hub/vault``).

The way through: ``handle`` -> ``feiten.fold`` (rows) -> ``feiten.zaak`` (the view) -> ``kader`` + ``decide`` +
``minimise`` (consent) -> ``verwachtingen.expectations`` -> ``signals``. Its rooms, each on those before it: ``regels``,
``feiten``, ``verwachtingen``, ``stand``; the files beside them are what a step says, to whom, and for how long it is kept.
"""
