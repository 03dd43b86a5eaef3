# SPDX-License-Identifier: EUPL-1.2
"""A partner as witness of the hub's audit log: it signs a checkpoint only if the log grew from the one that it saw last.

What it saw is kept as lines of JSON beside `connect.toml`, which `hub audit verify --checkpoint` reads. The request has the
form of C2SP tlog-witness: `old <size>`, the consistency proof in base64, an empty line, the checkpoint. Not here: the
signature itself (`consent.cosignature`), fetching a checkpoint.
"""

from __future__ import annotations

import base64
import binascii
import fcntl
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from connectors.profile import ConnectProfile
from consent.checkpoint import Checkpoint, OngeldigCheckpoint, parse, verify
from consent.cosignature import cosign, grown
from consent.logsleutels import Sleutels, lees

KEPT = "witness.jsonl"


@dataclass(frozen=True, slots=True)
class Request:
    """What a witness is asked to sign, and the proof from the tree of `old` leaves."""

    old: int
    proof: list[bytes]
    note: bytes


def read_request(content: bytes) -> Request:
    """A request, or a bare checkpoint (then without a proof). Raises OngeldigCheckpoint."""
    if not content.startswith(b"old "):
        return Request(0, [], content)
    head, separator, note = content.partition(b"\n\n")
    first, *lines = head.decode(errors="replace").split("\n")
    size = first.removeprefix("old ")
    if not separator or not (size.isascii() and size.isdigit()):
        raise OngeldigCheckpoint("Geef een verzoek als: old <omvang>, het bewijs, een lege regel, het checkpoint.")
    try:
        return Request(int(size), [base64.b64decode(line, validate=True) for line in lines], note)
    except (ValueError, binascii.Error) as error:
        raise OngeldigCheckpoint("Geef het bewijs als regels base64 van 32 bytes.") from error


def witness(profile: ConnectProfile, request: Request, moment: datetime, given: Ed25519PublicKey | None = None) -> str:
    """The signature line to put below the checkpoint; raises OngeldigCheckpoint, and then nothing is kept or signed.
    `given`: a key that people of the hub gave us, after the one that we knew was stolen; it must still be the log that
    we saw.

    1. The checkpoint is the hub's: by the key under which we saw the last one, or one for which that key vouches
       (`connect.toml` has the hand-overs), and of the same origin. The first time it is the key in connect.toml.
    2. Its tree grew from the one that we saw last.
    3. Keep it, on the disk. 4. Sign it.
    """
    with (profile.map / KEPT).open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        lines = [line for line in file.read().split(b"\n") if line]
        last = orjson.loads(lines[-1])["checkpoint"].encode() if lines else None
        seen = parse(last) if last else None
        checkpoint = _of_the_hub(profile, request.note, last, given)
        if seen is not None and request.old != seen.size and checkpoint.size > seen.size:
            raise OngeldigCheckpoint(f"Geef het bewijs vanaf {seen.size}, de omvang die deze getuige het laatst zag.")
        grown(seen, checkpoint, request.proof)
        if seen is None or checkpoint.size > seen.size:
            kept = {"gezien": moment.isoformat(), "checkpoint": request.note.decode()}
            file.write(orjson.dumps(kept) + b"\n")
            file.flush()
            os.fsync(file.fileno())
    return cosign(checkpoint, name_of(profile), profile.signing_key(), moment)


def name_of(profile: ConnectProfile) -> str:
    """The name of this witness's key."""
    return f"{profile.oin}.{profile.systeem}"


def _of_the_hub(profile: ConnectProfile, note: bytes, last: bytes | None, given: Ed25519PublicKey | None) -> Checkpoint:
    origin, handovers = parse(last or note).origin, profile.hub.logoverdrachten
    log = given or profile.hub_log_key()
    if log is None:  # an older connect.toml does not name the audit log's own key
        return _by_any(note, origin, [public for public, _ in profile.hub_signing_keys().values()])
    if last is not None and given is None:
        log = _known(last, origin, log, handovers)
    return Sleutels(origin, log, handovers).verify(note)


def _known(last: bytes, origin: str, named: Ed25519PublicKey, handovers: Sequence[str]) -> Ed25519PublicKey:
    """The key under which we saw the log last, whatever connect.toml calls its key now."""
    for key in (*(lees(one).oud for one in handovers), named):
        with suppress(OngeldigCheckpoint):
            verify(last, key, origin)
            return key
    raise OngeldigCheckpoint(
        "Vraag de mensen van de hub naar de sleutel van hun logboek en geef die met --key: voor de sleutel in connect.toml "
        "staat de sleutel die wij kenden niet in."
    )


def _by_any(note: bytes, origin: str, keys: Sequence[Ed25519PublicKey]) -> Checkpoint:
    for key in keys[:-1]:
        with suppress(OngeldigCheckpoint):
            return verify(note, key, origin)
    return verify(note, keys[-1], origin)
