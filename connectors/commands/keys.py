# SPDX-License-Identifier: EUPL-1.2
"""`connect keys new|fingerprint|renew|switch`: a participant's own keys."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from connectors.keys import Made, make, read_again
from connectors.keys import renew as make_next
from connectors.keys import switch as use_next
from connectors.terminal import AsJson, console, done, print_json

keys = typer.Typer(help="Your own keys.", no_args_is_help=True)


@keys.command("new")
def new(
    oin: Annotated[str, typer.Option(help="Your organisation's OIN, 20 characters.")],
    naam: Annotated[str, typer.Option(help="Its name.")],
    systeem: Annotated[str, typer.Option(help="The name of your system, as in the source of your events.")] = "connect",
    folder: Annotated[Path, typer.Argument(help="Where to make them.")] = Path(),
    as_json: AsJson = False,
) -> None:
    """Make keys here, and the aanmelding to hand to the hub's operator: it holds the public halves only.

    With `cert.pem` and `key.pem` in the folder beforehand, those are used; otherwise the hub issues a certificate.

    Example: connect keys new --oin 00000099000000000042 --naam "Taalschool Nova" mijn-sleutels
    """
    _tell(done(lambda: make(folder, oin, naam.strip(), systeem)), as_json)


@keys.command("renew")
def renew(
    folder: Annotated[Path, typer.Argument(help="Your folder, with connect.toml and the keys that you have.")] = Path(),
    as_json: AsJson = False,
) -> None:
    """Make new keys beside the ones that you use, in `next/`, and the aanmelding to hand to the hub's operator.

    Example: connect keys renew mijn-sleutels
    """
    _tell(done(lambda: make_next(folder)), as_json)


@keys.command("switch")
def switch(
    folder: Annotated[Path, typer.Argument(help="Your folder.")] = Path(),
    as_json: AsJson = False,
) -> None:
    """Use the new keys, once what the operator gave back for them was copied to `next/`. Nothing is lost meanwhile.

    Example: connect keys switch mijn-sleutels
    """
    done(lambda: use_next(folder))
    if as_json:
        print_json({"map": str(folder)})
    else:
        console.print(
            "The new keys are in use; the old sealing key stays for what was delivered before.", soft_wrap=True
        )


def _tell(made: Made, as_json: bool) -> None:
    if as_json:
        print_json({"map": str(made.folder), "aanmelding": str(made.request), "vingerafdruk": made.fingerprint})
        return
    console.print(f"Your keys are in {made.folder.resolve()}: keep them to yourself.", highlight=False, soft_wrap=True)
    console.print(
        f"Hand {made.request} to the hub's operator, and read this fingerprint to each other by telephone:",
        highlight=False,
        soft_wrap=True,
    )
    console.print(f"  {made.fingerprint}", highlight=False)


@keys.command("fingerprint")
def fingerprint(
    folder: Annotated[Path, typer.Argument(help="Where your keys are.")] = Path(),
    as_json: AsJson = False,
) -> None:
    """The fingerprint of your aanmelding once more, to read to the hub's operator.

    Example: connect keys fingerprint mijn-sleutels
    """
    found = done(lambda: read_again(folder).fingerprint())
    if as_json:
        print_json({"vingerafdruk": found})
    else:
        typer.echo(found)


def register(app: typer.Typer) -> None:
    app.add_typer(keys, name="keys")
