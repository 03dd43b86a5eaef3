# SPDX-License-Identifier: EUPL-1.2
"""The audit tree: Merkle tree hashes and proofs as RFC 6962 section 2 (RFC 9162 section 2.1) defines them, SHA-256.

Everything works on leaf hashes, so that records need not be at hand. Not here: what a record is, where leaves are kept,
who signs the root (``checkpoint``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

SIZE = 32
"""Bytes in a hash."""
EMPTY_ROOT = hashlib.sha256(b"").digest()
"""Root of the tree without leaves."""


RootOf = Callable[[int, int], bytes]
"""MTH(D[begin:end]): the root over the leaves from ``begin`` up to before ``end``."""


class OngeldigeBoom(ValueError):
    """A stored tree, index or size that cannot be."""


def leaf_hash(record: bytes) -> bytes:
    """Hash of one record: SHA-256(0x00 || record)."""
    return hashlib.sha256(b"\x00" + record).digest()


def node_hash(links: bytes, rechts: bytes) -> bytes:
    """Hash of two subtrees: SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + links + rechts).digest()


@dataclass(slots=True)
class Tree:
    """A tree that one can only add to. Keeps the roots of its perfect subtrees: at most log2(size) + 1 hashes."""

    size: int = 0
    _toppen: list[bytes] = field(default_factory=list)
    """Roots of the perfect subtrees, largest first: one for each 1 in the binary form of ``size``."""

    def append(self, leaf: bytes) -> int:
        """Add a leaf hash; gives its number (from 0)."""
        if len(leaf) != SIZE:
            raise OngeldigeBoom(f"Voeg de hash van een record toe ({SIZE} bytes), niet het record zelf.")
        top, rest = leaf, self.size
        while rest & 1:  # equal subtrees become one, as in binary addition
            top = node_hash(self._toppen.pop(), top)
            rest >>= 1
        self._toppen.append(top)
        self.size += 1
        return self.size - 1

    def root(self) -> bytes:
        """Root over all leaves so far."""
        if not self._toppen:
            return EMPTY_ROOT
        top = self._toppen[-1]
        for links in reversed(self._toppen[:-1]):
            top = node_hash(links, top)
        return top

    def to_bytes(self) -> bytes:
        """For storing: size (8 bytes, big-endian) and the subtree roots."""
        return self.size.to_bytes(8, "big") + b"".join(self._toppen)

    @classmethod
    def from_bytes(cls, stand: bytes) -> Tree:
        """From storage; raises OngeldigeBoom when the number of hashes does not fit the size."""
        size, hashes = int.from_bytes(stand[:8], "big"), stand[8:]
        if len(stand) < 8 or len(hashes) != SIZE * size.bit_count():
            raise OngeldigeBoom("Bouw de auditboom opnieuw op uit het auditlog: de bewaarde stand is beschadigd.")
        return cls(size, [hashes[i : i + SIZE] for i in range(0, len(hashes), SIZE)])

    @classmethod
    def of(cls, leaves: Sequence[bytes]) -> Tree:
        """The tree over these leaf hashes."""
        tree = cls()
        for leaf in leaves:
            tree.append(leaf)
        return tree


def root(leaves: Sequence[bytes]) -> bytes:
    """Root over leaf hashes: MTH(D[n])."""
    return Tree.of(leaves).root()


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The audit path PATH(index, D[n]), from the leaf upwards."""
    return inclusion_path(lambda begin, end: root(leaves[begin:end]), index, len(leaves))


def inclusion_path(root_of: RootOf, index: int, size: int) -> list[bytes]:
    """PATH(index, D[size]) where ``root_of`` gives MTH(D[begin:end])."""
    if not 0 <= index < size:
        raise OngeldigeBoom(f"Vraag een bewijs voor een record met een nummer van 0 tot {size}.")
    path: list[bytes] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + split(end - begin)
        if index < middle:
            path.append(root_of(middle, end))
            end = middle
        else:
            path.append(root_of(begin, middle))
            begin = middle
    return path[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root_: bytes) -> bool:
    """Whether the leaf hash stands at ``index`` in the tree of ``size`` with this root (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, laatste, hash_ = index, size - 1, leaf
    for stap in proof:
        if laatste == 0:
            return False
        if node & 1 or node == laatste:
            hash_ = node_hash(stap, hash_)
            while not node & 1 and node:
                node, laatste = node >> 1, laatste >> 1
        else:
            hash_ = node_hash(hash_, stap)
        node, laatste = node >> 1, laatste >> 1
    return laatste == 0 and hash_ == root_


def consistency_proof(leaves: Sequence[bytes], old: int) -> list[bytes]:
    """PROOF(old, D[n]): that the tree of the first ``old`` leaves is the beginning of this one."""
    return consistency_path(lambda begin, end: root(leaves[begin:end]), old, len(leaves))


def consistency_path(root_of: RootOf, old: int, size: int) -> list[bytes]:
    """PROOF(old, D[size]) where ``root_of`` gives MTH(D[begin:end])."""
    if not 0 <= old <= size:
        raise OngeldigeBoom(f"Vraag een bewijs vanaf een omvang van 0 tot en met {size}.")
    if old in (0, size):
        return []
    path: list[bytes] = []
    begin, end = 0, size
    while old != end:
        middle = begin + split(end - begin)
        if old <= middle:
            path.append(root_of(middle, end))
            end = middle
        else:
            path.append(root_of(begin, middle))
            begin = middle
    if begin:  # else the old tree is itself a node of the new one, which its verifier knows
        path.append(root_of(begin, end))
    return path[::-1]


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the tree of ``new`` leaves begins with that of ``old`` leaves (RFC 9162 section 2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    stappen = list(proof)
    if old & (old - 1) == 0:  # a perfect old tree is a node of the new one and is not repeated in the proof
        stappen.insert(0, old_root)
    if not stappen:
        return False
    node, laatste = old - 1, new - 1
    while node & 1:
        node, laatste = node >> 1, laatste >> 1
    van_oud = van_nieuw = stappen[0]
    for stap in stappen[1:]:
        if laatste == 0:
            return False
        if node & 1 or node == laatste:
            van_oud, van_nieuw = node_hash(stap, van_oud), node_hash(stap, van_nieuw)
            while not node & 1 and node:
                node, laatste = node >> 1, laatste >> 1
        else:
            van_nieuw = node_hash(van_nieuw, stap)
        node, laatste = node >> 1, laatste >> 1
    return laatste == 0 and van_oud == old_root and van_nieuw == new_root


def split(n: int) -> int:
    """The largest power of two smaller than n (n > 1)."""
    return 1 << ((n - 1).bit_length() - 1)
