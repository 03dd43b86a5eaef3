# SPDX-License-Identifier: EUPL-1.2
"""Who is who, and which key: the only room that may know a BSN.

Here live the identities (indexed by a keyed hash, their value sealed with the person's own key), the random data key of
every person, the pseudonyms that partners use, aliases between dossiers, and the claims that make intake idempotent.
All of it is SQL (SQLite embedded, PostgreSQL beyond one machine). No event, no policy and no state of a case lives
here.
"""
