# SPDX-License-Identifier: EUPL-1.2
"""The account for the person: who got which categories, when, on which ground, from whom, and what was withheld.

Here live the gathering of it from the audit log, the page that a person can read, and its texts in three languages.
No contents of messages: those are with the organisations that sent and received them. Never another person.
"""
