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
from dataclasses import dataclass
from datetime import datetime

import orjson

from connectors.profile import ConnectProfile
from consent.checkpoint import Checkpoint, OngeldigCheckpoint, parse, verify
from consent.cosignature import cosign, grown

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


def witness(profile: ConnectProfile, request: Request, moment: datetime) -> str:
    """The signature line to put below the checkpoint; raises OngeldigCheckpoint, and then nothing is kept or signed.

    1. The checkpoint is the hub's, under a key of connect.toml and the origin of the ones before.
    2. Its tree grew from the one that we saw last.
    3. Keep it, on the disk. 4. Sign it.
    """
    with (profile.map / KEPT).open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        lines = [line for line in file.read().split(b"\n") if line]
        seen = parse(orjson.loads(lines[-1])["checkpoint"].encode()) if lines else None
        checkpoint = _of_the_hub(profile, request.note, seen)
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


def _of_the_hub(profile: ConnectProfile, note: bytes, seen: Checkpoint | None) -> Checkpoint:
    origin = seen.origin if seen is not None else parse(note).origin
    problem: OngeldigCheckpoint | None = None
    log = profile.hub_log_key()  # the audit log has a key of its own; an older connect.toml does not name it
    for public in [log] if log else [public for public, _ in profile.hub_signing_keys().values()]:
        try:
            return verify(note, public, origin)
        except OngeldigCheckpoint as error:
            problem = error
    raise problem or OngeldigCheckpoint("Neem de sleutel van de hub op in connect.toml.")
