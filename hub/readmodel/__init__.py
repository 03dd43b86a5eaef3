# SPDX-License-Identifier: EUPL-1.2
"""What the hub may show of itself: decisions about pseudonymous dossiers, and counts. Never contents.

Here live the audit record's shape, the Merkle tree's leaves with their SQL projection, and the questions one can ask
of it. The tree's mathematics is `consent.merkle`; who writes it is `hub.streams.audit`.
"""
