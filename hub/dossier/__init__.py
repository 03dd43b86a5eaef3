# SPDX-License-Identifier: EUPL-1.2
"""The case of one person, as pure functions: the fold of its facts, what should have come by now, and the signals.

Lives here: what is a function of a log prefix (facts, policy, rules, participants, the moment). Does not live here: any
clock, file, network, database or Faust; who may get what (``consent/``); who is who (``hub/vault``).

The way through: ``handle`` -> ``fold`` (rows) -> ``Zaak`` (the view) -> ``kader`` + ``decide`` + ``minimise`` (consent)
-> ``expectations`` -> ``signals``.
"""
