# SPDX-License-Identifier: EUPL-1.2
"""`hub keys`: the key that wraps the keys of persons."""

from __future__ import annotations

import typer
from rich.progress import Progress

from hub import keyring
from hub.commands.acting import on_record
from hub.commands.erase import vault_of
from hub.commands.shared import AsJson, Data, answer, console, opened, told
from hub.streams.handelingen import Handeling, NotOnRecord, Stap
from hub.vault.kek import FileKeyEncryption, begin_rotation, end_rotation
from hub.vault.rewrap import rewrap, wrapped_by

app = typer.Typer(help="The hub's own keys.", no_args_is_help=True)


@app.command("rotate-kek")
def rotate_kek(data: Data, as_json: AsJson = False) -> None:
    """Replace the key-encryption key: every person's key is wrapped anew, no data is touched, the old key is destroyed.

    The hub may go on running. Copies of the vault from before cannot be opened afterwards: make a new backup, of the
    vault and of the key file apart. A rotation that broke off is finished by running this again.

    Example: hub keys rotate-kek --data DIR
    """
    with told(NotOnRecord):
        settings = opened(data)
        vault = vault_of(settings)
        path = settings.keys / keyring.KEK
        try:
            old = FileKeyEncryption(path).id
            on_record(settings, Handeling.SLEUTEL_GEWISSELD, old, stap=Stap.VOORGESTELD)
            begin_rotation(path)
            kek = FileKeyEncryption(path)
            with Progress(disable=as_json, transient=True) as progress:
                progress.add_task("Wrapping the keys anew", total=None)
                count = rewrap(vault.engine, kek)
            left = {name: number for name, number in wrapped_by(vault.engine).items() if name != kek.id}
            assert not left, "rewrap returns when no data key is wrapped by another key"
            end_rotation(path)
            on_record(settings, Handeling.SLEUTEL_GEWISSELD, kek.id, stap=Stap.UITGEVOERD)
        finally:
            vault.close()
        answer(
            {"kek": kek.id, "rewrapped": count},
            as_json=as_json,
            show=lambda: console.print(
                f"{count} keys are wrapped by {kek.id}; the old key is destroyed. Make a new backup.", highlight=False
            ),
        )
