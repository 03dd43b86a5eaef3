# SPDX-License-Identifier: EUPL-1.2
"""The story: partners' own files over forty weeks, the expectation of what comes of them, and the comparison of both.

`verhaal/` holds the files, persons, participants and the script; `verwachting.yaml` says who receives, who is denied
and why, and which signals open and close. Only this room imports both `connectors` and `hub`. The code here decides
nothing about data: it plays and compares.
"""
