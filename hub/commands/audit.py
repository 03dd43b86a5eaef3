# SPDX-License-Identifier: EUPL-1.2
"""`hub audit`: look into the audit log, prove what is in it, and check it offline."""

from __future__ import annotations

import base64
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from consent.checkpoint import verifier_key
from consent.participants import Deelnemersregister
from hub import keyring, logkeys
from hub.bundles import BundleStore
from hub.commands.participants import known
from hub.commands.readable import readable, table_of
from hub.commands.shared import AsJson, Data, WrongUse, answer, console, opened, told
from hub.inzage.archief import Archief
from hub.readmodel import ldv, questions
from hub.readmodel.auditlog import log_origin
from hub.readmodel.export import BrokenExport, export, kept, verify
from hub.readmodel.proof import NoSuchLeaf, growth, number_of, prove
from hub.vault.tables import engine_for

app = typer.Typer(help="The audit log: what was decided, provably.", no_args_is_help=True)


@app.command("show")
def show(
    data: Data,
    dossier: Annotated[str | None, typer.Option(help="Only decisions about this dossier.")] = None,
    last: Annotated[int, typer.Option(help="How many of the newest records.")] = 20,
    as_json: AsJson = False,
) -> None:
    """The newest records.

    Example: hub audit show --data DIR --last 5
    """
    with told():
        settings = opened(data)
        engine = engine_for(settings.audit_address)
        size, _ = questions.checkpoint(engine)
        first = 0 if dossier else max(0, size - last)
        found = [{"nummer": number, **orjson.loads(record)} for number, record in questions.leaves(engine, first)]
        found = [one for one in found if not dossier or one.get("dossier") == dossier][-last:]

        def table() -> None:
            names = known(settings)
            rows = [
                {
                    **one,
                    "type": one.get("type") or one["soort"],
                    "van": one.get("bron") or "hub",
                    "uitkomsten": "\n".join(
                        _outcome(each, names) for each in (*one.get("uitkomsten", ()), *one.get("hub", ()))
                    ),
                }
                for one in found
            ]
            console.print(table_of(rows, ("nummer", "moment", "type", "van", "uitkomsten"), names))

        answer(found, as_json=as_json, show=table)


def _outcome(each: Mapping[str, Any], names: Deelnemersregister | None) -> str:
    """For whom, what the hub itself said where it was the hub, and how it went."""
    said = (each.get("type"), each["reden"] or each["uitkomst"])
    return f"{readable(each['aan'], names)}: {' '.join(filter(None, said))}"


@app.command("export")
def export_(
    data: Data,
    to: Annotated[Path | None, typer.Argument(help="The file to write (JSON lines).")] = None,
    ldv_to: Annotated[
        Path | None, typer.Option("--ldv", help="Write it as Logboek Dataverwerkingen (LDV 1.0) to this file.")
    ] = None,
    register: Annotated[
        str | None,
        typer.Option(help="With --ldv: the address of your register of AVG 30, up to the activity's id."),
    ] = None,
) -> None:
    """Write the whole log to a file that anyone can check with the public key alone; or as LDV.

    Example: hub audit export --data DIR audit.jsonl
    """
    with told(BrokenExport):
        if to is None and ldv_to is None:
            raise WrongUse("Name a file to write, or one for LDV with --ldv.")
        settings = opened(data)
        engine = engine_for(settings.audit_address)
        if to is not None:
            count = export(engine, logkeys.public(settings.keys), to, logkeys.chain(settings.keys))
            console.print(f"{count} records and the signed checkpoint are in {to}.", highlight=False)
        if ldv_to is not None:
            archive = Archief(BundleStore(settings.bundles), None)
            count = ldv.export(engine, ldv_to, archive.row_at, oin=settings.oin, register=register)
            console.print(f"{count} lines of LDV are in {ldv_to}.", highlight=False)


@app.command("verify")
def verify_(
    file: Annotated[Path | None, typer.Argument(help="An export; without it, the hub's own log is checked.")] = None,
    data: Annotated[Path | None, typer.Option("--data", envvar="HUB_DATA", help="The hub's data directory.")] = None,
    key: Annotated[
        str | None, typer.Option(help="The log's public key (base64), if you do not trust the one in the file.")
    ] = None,
    seen: Annotated[
        list[Path] | None,
        typer.Option(
            "--checkpoint",
            help="Checkpoints that you kept: a signed note, or the witness.jsonl of `connect witness`. May be repeated.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check the audit log against its signed checkpoints, and against those that you kept. What is wrong is said with its
    place: the line, or the records between two checkpoints.

    Example: hub audit verify audit.jsonl --key BASE64 --checkpoint witness.jsonl
    """
    with told(BrokenExport):
        trusted = _public_key(key) if key else None
        if file is None:
            if data is None:
                raise WrongUse("Name an export to check, or a data directory with --data.")
            settings = opened(data)
            file = settings.data / "audit-export.jsonl"
            own = logkeys.public(settings.keys)
            export(engine_for(settings.audit_address), own, file, logkeys.chain(settings.keys))
            trusted = trusted or own.public_bytes_raw()
        found = verify(file, trusted, [note for path in seen or () for note in kept(path)])
        value = {
            "records": found.size,
            "root": base64.b64encode(found.root).decode(),
            "checkpoints": found.checkpoints,
            "seen": found.seen,
        }

        def show() -> None:
            console.print(
                f"{found.size} records fit the signed checkpoint and the {found.checkpoints - 1} before it; "
                f"root {value['root']}.",
                style="green",
                highlight=False,
                soft_wrap=True,
            )
            if seen:
                console.print(
                    f"They also fit the {found.seen} checkpoints that you kept.", style="green", highlight=False
                )
            elif trusted is None:
                console.print(
                    "Checked with the key in the file itself: compare it with what `hub audit key` or your own copy says.",
                    highlight=False,
                    soft_wrap=True,
                )

        answer(value, as_json=as_json, show=show)


def _public_key(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        key = b""
    if len(key) != keyring.BYTES:
        raise WrongUse("Give the log's public key as base64 of its 32 bytes: `hub audit key` prints it.")
    return key


@app.command("key")
def key_(data: Data, as_json: AsJson = False) -> None:
    """The log's public key, for those who check exports and proofs; with --json also how earlier keys handed over to it.

    Example: hub audit key --data DIR
    """
    with told():
        settings = opened(data)
        public = logkeys.public(settings.keys)
        text = base64.b64encode(public.public_bytes_raw()).decode()
        value = {
            "key": text,
            "verifier_key": verifier_key(log_origin(settings.oin), public),
            "handovers": logkeys.chain(settings.keys),
        }
        answer(value, as_json=as_json, show=lambda: console.print(text, highlight=False))


@app.command("checkpoint")
def checkpoint_(
    data: Data,
    since: Annotated[int, typer.Option(min=0, help="The size that the witness signed last; 0 the first time.")] = 0,
) -> None:
    """The newest signed checkpoint with the proof that the log only grew, for `connect witness` (C2SP tlog-witness: the
    old size, the proof, an empty line, the note).

    Example: hub audit checkpoint --data DIR --since 4711 > checkpoint.txt
    """
    with told(NoSuchLeaf):
        found = growth(engine_for(opened(data).audit_address), since)
        sys.stdout.buffer.write(found.request())


@app.command("proof")
def proof(
    data: Data,
    number: Annotated[int | None, typer.Argument(help="The record's number in the tree.")] = None,
    to: Annotated[
        str | None,
        typer.Option("--for", help="The OIN that it is for: it is shown its own part of its own records only."),
    ] = None,
    delivery: Annotated[
        str | None, typer.Option(help="With --for, instead of a number: the id of its delivery or of its own report.")
    ] = None,
) -> None:
    """The proof that a record is in the log, as JSON: the leaf, what is shown of it, path and signed checkpoint.

    Example: hub audit proof --data DIR --for 00000099000000000042 --delivery 3c9f...
    """
    with told(NoSuchLeaf):
        if (number is None) == (delivery is None) or (delivery is not None and to is None):
            raise WrongUse("Name either a record's number, or a --delivery with the OIN that knows it in --for.")
        engine = engine_for(opened(data).audit_address)
        if number is None:
            number = number_of(engine, delivery or "", to or "")
        sys.stdout.buffer.write(orjson.dumps(prove(engine, number, to), option=orjson.OPT_INDENT_2) + b"\n")
