# SPDX-License-Identifier: EUPL-1.2
"""The audit log goes on under another key: how the old key vouches for the new one, and what a chain of such words is
worth to somebody who trusts one key of it. Pure. Not: where the keys are kept (``hub.logkeys``).

A hand-over is a checkpoint (``checkpoint``) with three extension lines, signed by the new key, which so shows that it
exists, and by the old one, which so vouches for it::

    <origin>
    <size>
    <root hash, base64>
    sleutel <verifier key of the new key>
    opvolger van <verifier key of the old key>
    reden gepland | gestolen

From behind this size on every checkpoint bears the new key's signature; the old one may stand beside it for a while,
for those who do not know the new one yet. A stolen key vouches for nothing: its hand-over is signed by the new key
alone, and who trusted the old one must be given the new one by people. The new key says of the old one up to where it
counted, so who trusts the newest can check the whole log.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from consent import checkpoint
from consent.checkpoint import Checkpoint, OngeldigCheckpoint, parse_verifier_key, verifier_key

_SLEUTEL, _OPVOLGER, _REDEN = "sleutel ", "opvolger van ", "reden "
GEPLAND, GESTOLEN = "gepland", "gestolen"


@dataclass(frozen=True, slots=True)
class Overdracht:
    """The log of ``origin`` went from one key to the next when it had ``omvang`` leaves and this root."""

    origin: str
    omvang: int
    root: bytes
    oud: Ed25519PublicKey
    nieuw: Ed25519PublicKey
    gestolen: bool


def draag_over(
    origin: str, omvang: int, root: bytes, oud: Ed25519PrivateKey, nieuw: Ed25519PrivateKey, *, gestolen: bool = False
) -> str:
    """The hand-over as a signed note. Of a stolen key nothing is signed by it."""
    regels = (
        _SLEUTEL + verifier_key(origin, nieuw.public_key()),
        _OPVOLGER + verifier_key(origin, oud.public_key()),
        _REDEN + (GESTOLEN if gestolen else GEPLAND),
    )
    keys = (nieuw,) if gestolen else (nieuw, oud)
    return checkpoint.sign(origin, omvang, root, *keys, uitbreidingen=regels).decode()


def lees(note: str) -> Overdracht:
    """A hand-over whose every signature line fits; raises OngeldigCheckpoint."""
    gelezen = checkpoint.parse(note.encode())
    regels = gelezen.uitbreidingen
    voorvoegsels = (_SLEUTEL, _OPVOLGER, _REDEN)
    if len(regels) != len(voorvoegsels) or not all(map(str.startswith, regels, voorvoegsels)):
        raise OngeldigCheckpoint("Geef een overdracht met de regels sleutel, opvolger van en reden.")
    nieuw, oud, reden = (r.removeprefix(v) for r, v in zip(regels, voorvoegsels, strict=True))
    (naam, publiek), (eerder, vorige) = parse_verifier_key(nieuw), parse_verifier_key(oud)
    if {naam, eerder} != {gelezen.origin} or reden not in (GEPLAND, GESTOLEN):
        raise OngeldigCheckpoint("Controleer van wie deze overdracht is: de sleutels heten naar een ander logboek.")
    keys = (publiek,) if reden == GESTOLEN else (publiek, vorige)
    _alle_passen(gelezen, note.encode(), keys)
    for een in keys:
        checkpoint.verify(note.encode(), een, gelezen.origin)
    return Overdracht(gelezen.origin, gelezen.size, gelezen.root, vorige, publiek, reden == GESTOLEN)


class Sleutels:
    """What somebody who trusts one key of a log knows by the hand-overs that it was given."""

    def __init__(self, origin: str, vertrouwd: Ed25519PublicKey, overdrachten: Sequence[str] = ()) -> None:
        """Raises OngeldigCheckpoint where the hand-overs are no chain, or do not know the trusted key."""
        self.origin = origin
        self.overdrachten = _keten(origin, overdrachten)
        alle = [een.oud for een in self.overdrachten[:1]] + [een.nieuw for een in self.overdrachten]
        self._sleutels = alle or [vertrouwd]
        self._grenzen = [een.omvang for een in self.overdrachten]
        self._van = next((i for i, een in enumerate(self._sleutels) if _zelfde(een, vertrouwd)), -1)
        if self._van < 0:
            raise OngeldigCheckpoint("Vraag de hub om zijn overdrachten: geen ervan noemt de sleutel die u vertrouwt.")
        tot = self._van
        while tot < len(self.overdrachten) and not self.overdrachten[tot].gestolen:
            tot += 1
        self._tot = tot

    @property
    def nieuwste(self) -> Ed25519PublicKey:
        """The last key for which the trusted one vouches, by way of others or not."""
        return self._sleutels[self._tot]

    def verify(self, note: bytes, *, alleen_eigen: bool = False) -> Checkpoint:
        """The checkpoint, if the key that was in force at its size signed it, or one that came later.

        Signatures by others are left alone, unless `alleen_eigen`: then only the log's own keys may stand below it.
        Raises OngeldigCheckpoint.
        """
        gelezen = checkpoint.parse(note)
        if gelezen.origin != self.origin:
            raise OngeldigCheckpoint("Controleer van wie dit checkpoint is: het heeft een andere origin.")
        if alleen_eigen:
            _alle_passen(gelezen, note, self._sleutels)
        eerste = bisect_left(self._grenzen, gelezen.size)
        if eerste > self._tot:
            raise OngeldigCheckpoint(
                f"Vraag de mensen van de hub om de nieuwe sleutel en geef die met --key: de oude is gestolen en geldt niet "
                f"boven {self._grenzen[self._tot]} records."
            )
        return _onder_een_van(note, self.origin, self._sleutels[eerste : self._tot + 1])


def _onder_een_van(note: bytes, origin: str, keys: Sequence[Ed25519PublicKey]) -> Checkpoint:
    """The checkpoint, if one of these signed it; raises OngeldigCheckpoint."""
    for een in keys[:-1]:
        with suppress(OngeldigCheckpoint):
            return checkpoint.verify(note, een, origin)
    return checkpoint.verify(note, keys[-1], origin)


def _keten(origin: str, overdrachten: Sequence[str]) -> list[Overdracht]:
    gelezen = [lees(een) for een in overdrachten]
    for een in gelezen:
        if een.origin != origin:
            raise OngeldigCheckpoint("Controleer van wie deze overdracht is: het is een ander logboek.")
    for eerder, later in pairwise(gelezen):
        if not _zelfde(eerder.nieuw, later.oud) or later.omvang < eerder.omvang:
            raise OngeldigCheckpoint("Geef alle overdrachten op volgorde: hier sluit de ene niet aan op de andere.")
    return gelezen


def _alle_passen(gelezen: Checkpoint, note: bytes, keys: Iterable[Ed25519PublicKey]) -> None:
    """Nobody adds a line to a note, or alters one, that is then not looked at."""
    bekend = {checkpoint.key_hash(gelezen.origin, een): een for een in keys}
    for regel in gelezen.handtekeningen:
        publiek = bekend.get(regel.sleutelhash)
        if regel.naam != gelezen.origin or publiek is None:
            raise OngeldigCheckpoint(
                "Vraag het checkpoint opnieuw op: de handtekening van deze sleutel ontbreekt, of er staat een andere bij."
            )
        checkpoint.verify(note, publiek, gelezen.origin)


def _zelfde(een: Ed25519PublicKey, ander: Ed25519PublicKey) -> bool:
    return een.public_bytes_raw() == ander.public_bytes_raw()
