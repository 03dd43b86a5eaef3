# SPDX-License-Identifier: EUPL-1.2
"""The law as tables and pure functions: who may say what, who may get what, on which ground, and the audit tree.

Here live the doelbinding policy (dated rows under ``beleid/``), ``decide`` and ``minimise``, admission, the states of a
toestemming, the participants register and the Merkle tree. Not here: I/O with a broker or a database, the fold of a
dossier, keys in use.
"""
