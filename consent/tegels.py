# SPDX-License-Identifier: EUPL-1.2
"""The audit tree in tiles of 256 hashes (C2SP tlog-tiles, height 8), so that a proof reads a few tiles, not every leaf.

Tile (0, n) holds the hashes of leaves 256n and on; tile (l, n) the roots of the full tiles (l-1, 256n) and on. Pure:
who keeps the tiles gives a function that reads one. Not here: the definitions (``merkle``), which this uses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from consent import merkle
from consent.merkle import SIZE, OngeldigeBoom, node_hash

HOOGTE = 8
BREEDTE = 1 << HOOGTE
"""Hashes in a full tile."""

Plaats = tuple[int, int]
"""Level and number of a tile."""
Lees = Callable[[int, int], bytes]
"""Gives the hashes of a tile, one after the other; fewer than 256 in the last one of a level, none where there is
none."""


def voeg_toe(lees: Lees, omvang: int, bladen: Iterable[bytes]) -> dict[Plaats, bytes]:
    """The tiles that change when these leaf hashes are added to a tree of ``omvang`` leaves."""
    tegels: dict[Plaats, bytearray] = {}
    for blad in bladen:
        niveau, nummer, hash_ = 0, omvang, blad
        while True:
            plaats = (niveau, nummer // BREEDTE)
            if plaats not in tegels:
                tegels[plaats] = bytearray(lees(*plaats)) if nummer % BREEDTE else bytearray()
            tegel = tegels[plaats]
            if len(tegel) != SIZE * (nummer % BREEDTE):
                raise OngeldigeBoom("Bouw de tegels van de auditboom opnieuw op: ze passen niet bij de omvang.")
            tegel += hash_
            if len(tegel) < SIZE * BREEDTE:
                break
            niveau, nummer, hash_ = niveau + 1, nummer // BREEDTE, _top(bytes(tegel))
        omvang += 1
    return {plaats: bytes(tegel) for plaats, tegel in tegels.items()}


def wortel(lees: Lees, begin: int, eind: int) -> bytes:
    """MTH(D[begin:eind]) of a range that RFC 6962's recursion comes upon. Raises OngeldigeBoom on a missing tile."""
    omvang = eind - begin
    if omvang == 0:
        return merkle.EMPTY_ROOT
    if omvang & (omvang - 1) == 0:
        return _volle_boom(lees, omvang.bit_length() - 1, begin)
    k = merkle.split(omvang)
    return node_hash(wortel(lees, begin, begin + k), wortel(lees, begin + k, eind))


def lidmaatschap(lees: Lees, nummer: int, omvang: int) -> list[bytes]:
    """The audit path of a leaf in the tree of the first ``omvang`` leaves."""
    return merkle.inclusion_path(lambda begin, eind: wortel(lees, begin, eind), nummer, omvang)


def voortzetting(lees: Lees, oud: int, omvang: int) -> list[bytes]:
    """The proof that the tree of ``oud`` leaves is the beginning of that of ``omvang`` leaves."""
    return merkle.consistency_path(lambda begin, eind: wortel(lees, begin, eind), oud, omvang)


def _volle_boom(lees: Lees, hoogte: int, begin: int) -> bytes:
    """The root of the perfect subtree of 2**hoogte leaves that starts at leaf ``begin``."""
    niveau, rest = divmod(hoogte, HOOGTE)
    eerste = begin >> (niveau * HOOGTE)
    aantal = 1 << rest
    vanaf = eerste % BREEDTE
    hashes = lees(niveau, eerste // BREEDTE)[SIZE * vanaf : SIZE * (vanaf + aantal)]
    if len(hashes) != SIZE * aantal:
        raise OngeldigeBoom("Bouw de tegels van de auditboom opnieuw op: er ontbreken hashes.")
    return _top(hashes)


def _top(hashes: bytes) -> bytes:
    """The root over hashes whose number is a power of two."""
    rij = [hashes[i : i + SIZE] for i in range(0, len(hashes), SIZE)]
    while len(rij) > 1:
        rij = [node_hash(rij[i], rij[i + 1]) for i in range(0, len(rij), 2)]
    return rij[0]
