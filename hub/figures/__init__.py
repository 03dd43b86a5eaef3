# SPDX-License-Identifier: EUPL-1.2
"""Figures for the learning loop: counts and waiting times that name nobody, and cannot be made to.

``casus`` reads a case as codes, ``telling`` counts, ``onderdrukking`` hides what is small, ``reeks`` looks at what was
published before, ``uitgave`` puts it together. All of these are pure. Not here: where cases come from and where figures
go (``hub.streams.figures``, ``hub.commands.figures``).
"""
