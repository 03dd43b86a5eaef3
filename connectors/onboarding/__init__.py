# SPDX-License-Identifier: EUPL-1.2
"""Bringing in a gemeente's running cases: what is missing or contradictory in each (``findings``), told in a file
(``report``), and the import itself (``bringing``).

Nothing here knows the hub's rules: what a case lacks is judged by the file alone, before anything is sent.
"""
