# SPDX-License-Identifier: EUPL-1.2
"""`hub policy|rules propose|preview|approve|activate|changes`: how the law in the hub is changed, and by whom.

One proposes, a second person approves, and a record in the log brings it into force. Each step is in the audit log
before it is taken; the audit log is also where the steps are read back from.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import track
from rich.table import Table

from consent.policy import Beleid, OngeldigBeleid
from hub.broker.credentials import Credentials
from hub.broker.topics import PARTITIONS, Role
from hub.bundles import BundleStore, Soort
from hub.commands.acting import now, on_record, operator
from hub.commands.activating import NotTaken, activate, await_taken, plan
from hub.commands.participants import current, today
from hub.commands.readable import readable
from hub.commands.shared import AsJson, Data, WrongUse, answer, console, opened, reached, told
from hub.dossier.regels.kalender import AMSTERDAM, dag_van
from hub.dossier.regels.rules import OngeldigeRegels, Regels
from hub.readmodel import questions
from hub.readmodel.voorstellen import Voorstel, voorstellen
from hub.settings import Settings
from hub.streams.clock import ClockHeld
from hub.streams.handelingen import Handeling, NotOnRecord, Stap
from hub.streams.settings import KafkaConnection
from hub.vault.tables import engine_for
from hub.vault.vault import Vault

As = Annotated[
    str | None, typer.Option("--as", help="Who does this, where that is not the account that runs the command.")
]
Directory = Annotated[Path, typer.Argument(help="The directory with the new YAML files.", exists=True, file_okay=False)]


@dataclass(frozen=True)
class Changeable:
    """A kind of bundle that people change: how to read it, and what changing it is called in the audit log."""

    soort: Soort
    handeling: Handeling
    what: str
    read: Callable[[Path], Any]


POLICY = Changeable(Soort.BELEID, Handeling.BELEID_GEWIJZIGD, "policy", Beleid.load)
RULES = Changeable(Soort.REGELS, Handeling.REGELS_GEWIJZIGD, "rules", Regels.laad)
_EXPECTED = (OngeldigBeleid, OngeldigeRegels, NotOnRecord, NotTaken, ClockHeld)


def add_commands(app: typer.Typer, kind: Changeable) -> None:
    """Give an app the commands that change bundles of this kind."""
    name = "policy" if kind.soort is Soort.BELEID else "rules"

    @app.command(
        help=_help(
            f"Propose new {kind.what}: checked and stored, in force nowhere.", f"hub {name} propose --data DIR new/"
        )
    )
    def propose(data: Data, directory: Directory, as_: As = None, as_json: AsJson = False) -> None:
        with told(*_EXPECTED):
            settings, bundle = opened(data), kind.read(directory)
            digest = bundle.digest()
            if digest == active(settings, kind):
                raise WrongUse(f"These are the {kind.what} in force: nothing would change.")
            _keeps_the_past(settings, kind, bundle, now(settings))
            on_record(settings, kind.handeling, digest, stap=Stap.VOORGESTELD, door=as_)
            BundleStore(settings.bundles).save(bundle.to_json())
            _say(digest, as_json, f"Proposed: {digest}. Next: a second person runs `hub {name} approve {digest[:12]}`.")

    @app.command(
        help=_help(
            f"What new {kind.what} would have changed in real traffic: who gets more, who less, how often. Contents are never shown.",
            f"hub {name} preview --data DIR new/ --since 2026-01-01",
        )
    )
    def preview(
        data: Data,
        directory: Directory,
        since: Annotated[
            datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day; all of the log when not given.")
        ] = None,
        as_json: AsJson = False,
    ) -> None:
        with told(*_EXPECTED):
            settings = opened(data)
            found, records = previewed(settings, kind, kind.read(directory), since, show=not as_json)
            pilots = in_pilot(settings)
            answer(
                {"records": records, "changes": found, "in_pilot": pilots},
                as_json=as_json,
                show=lambda: _table(found, records, pilots),
            )

    @app.command(
        help=_help(
            f"Approve proposed {kind.what}: another person than who proposed them.",
            f"hub {name} approve --data DIR 3f2a91c04b7e --as 'M. de Vries'",
        )
    )
    def approve(data: Data, digest: str, as_: As = None, as_json: AsJson = False) -> None:
        with told(*_EXPECTED):
            settings = opened(data)
            one = _proposed(settings, kind, digest)
            who = as_ or operator()
            if who.casefold() == one.voorgesteld_door.casefold():
                raise WrongUse(f"{who} proposed this: a second person has to approve it (--as says who does).")
            on_record(settings, kind.handeling, one.digest, stap=Stap.GOEDGEKEURD, door=who)
            _say(one.digest, as_json, f"Approved by {who}. Next: `hub {name} activate {one.digest[:12]}`.")

    @app.command(
        "activate",
        help=_help(
            f"Bring approved {kind.what} into force, now or from a day on.",
            f"hub {name} activate --data DIR 3f2a91c04b7e --at 2027-01-01",
        ),
    )
    def activate_(
        data: Data,
        digest: str,
        at: Annotated[
            datetime | None, typer.Option(formats=["%Y-%m-%d"], help="From this day on; at once when not given.")
        ] = None,
        as_: As = None,
        as_json: AsJson = False,
    ) -> None:
        with told(*_EXPECTED):
            settings = opened(data)
            one = _proposed(settings, kind, digest)
            if one.goedgekeurd_door is None:
                raise WrongUse(
                    f"Nobody approved {one.digest[:12]}… yet: a second person runs `hub {name} approve {one.digest[:12]}`."
                )
            moment = datetime.combine(at.date(), time(), AMSTERDAM) if at else None
            bundle = BundleStore(settings.bundles).load(kind.soort, one.digest)
            _keeps_the_past(settings, kind, bundle, max(now(settings), moment) if moment else now(settings))
            bootstrap = reached(settings)
            on_record(
                settings, kind.handeling, one.digest, stap=Stap.UITGEVOERD, door=as_, datum=at.date() if at else None
            )
            if moment and moment > now(settings):
                plan(settings, kind.soort, one.digest, moment)
                _say(
                    one.digest,
                    as_json,
                    f"The clock brings it into force on {moment:%Y-%m-%d}, before that day's first tick.",
                )
                return
            activate(settings, bootstrap, kind.soort, one.digest)
            await_taken(settings, kind.soort, one.digest)
            _say(one.digest, as_json, "In force: every partition of the log decides by it from its place on.")

    @app.command(
        help=_help(
            f"Who proposed, approved and activated which {kind.what}, and since when they are in force.",
            f"hub {name} changes --data DIR",
        )
    )
    def changes(data: Data, as_json: AsJson = False) -> None:
        with told(*_EXPECTED):
            settings = opened(data)
            found = [asdict(one) for one in _all(settings, kind)]
            answer({"active": active(settings, kind), "changes": found}, as_json=as_json, show=lambda: _changes(found))


def _keeps_the_past(settings: Settings, kind: Changeable, bundle: Any, moment: datetime) -> None:
    """Raises WrongUse for rules that would judge a day before `moment` otherwise than the rules in force do."""
    before = active(settings, kind)
    if kind.soort is not Soort.REGELS or before is None:
        return
    day = dag_van(moment)
    if rewritten := bundle.herschreven(BundleStore(settings.bundles).load(kind.soort, before), day):
        raise WrongUse(
            f"These rules would judge days before {day} otherwise, by {', '.join(rewritten)}: leave versions that began as"
            f" they are (they may end on {day} or later) and put what changes into a version that begins on {day} or later."
        )


def _help(what: str, example: str) -> str:
    return f"{what}\n\nExample: {example}"


def active(settings: Settings, kind: Changeable) -> str | None:
    """The digest that the log decides by."""
    return questions.active_bundles(engine_for(settings.audit_address)).get(kind.soort)


def previewed(
    settings: Settings, kind: Changeable, bundle: Any, since: datetime | None, *, show: bool = False
) -> tuple[list[dict[str, Any]], int]:
    """(differences, records of the log in the period)"""
    from hub.streams.preview import Preview  # the dossier agent's imports take a second

    kafka = KafkaConnection(reached(settings), Credentials(settings.credentials_dir(Role.OPERATOR)))
    vault = Vault.open(settings.vault_address, settings.keys, settings.ledger_path)
    both = Preview(settings.oin, vault, BundleStore(settings.bundles), kind.soort, bundle)
    begin = datetime.combine(since.date(), time(), AMSTERDAM) if since else None
    records = 0
    for partition in track(range(PARTITIONS), description="Replaying", disable=not show, transient=True):
        records += asyncio.run(both.partition(kafka, partition, begin))
    return [asdict(one) for one in both.seen.verschillen()], records


def _all(settings: Settings, kind: Changeable) -> list[Voorstel]:
    return voorstellen(engine_for(settings.audit_address), kind.handeling, kind.soort)


def _proposed(settings: Settings, kind: Changeable, digest: str) -> Voorstel:
    """The proposal whose digest begins so. Raises WrongUse."""
    found = [one for one in _all(settings, kind) if one.digest.startswith(digest.rstrip("…"))]
    if len(found) != 1:
        raise WrongUse(
            f"{len(found)} proposals begin with {digest}: `changes` lists them, once the audit log has them."
        )
    return found[0]


def _say(digest: str, as_json: bool, sentence: str) -> None:
    answer({"digest": digest}, as_json=as_json, show=lambda: console.print(sentence, highlight=False, soft_wrap=True))


def in_pilot(settings: Settings) -> list[str]:
    """OINs of those to whom nothing is handed over today; a comparison of deliveries says nothing of them."""
    register, day = current(settings), today(settings)
    return [one.oin for one in register.deelnemers if register.in_proef(one.oin, day)]


def _table(found: list[dict[str, Any]], records: int, pilots: list[str]) -> None:
    if pilots:
        console.print(
            f"In pilot, so nothing is handed over to them and this says nothing of them: {', '.join(pilots)}.",
            highlight=False,
            soft_wrap=True,
        )
    if not found:
        console.print(f"Nobody would get more or less: {records} records give the same deliveries.", style="green")
        return
    shown = Table("", "event", "category", "role", "deliveries", "organisations", "persons", "fields", box=None)
    for one in found:
        counts = (str(one[name]) for name in ("leveringen", "organisaties", "personen"))
        sign = "[yellow]more" if one["meer"] else "[cyan]less"
        shown.add_row(sign, one["gebeurtenis"], one["categorie"], one["rol"], *counts, ", ".join(one["velden"]))
    console.print(shown)
    console.print(f"Over {records} records of the log.", highlight=False)


def _changes(found: list[dict[str, Any]]) -> None:
    shown = Table("digest", "proposed", "approved", "activated", "in force since", box=None)
    for one in found:
        shown.add_row(
            one["digest"][:12],
            f"{readable(one['voorgesteld_op'])[:10]} {one['voorgesteld_door']}",
            f"{readable(one['goedgekeurd_op'])[:10]} {one['goedgekeurd_door']}" if one["goedgekeurd_door"] else "",
            one["geactiveerd_door"] or "",
            readable(one["in_werking"]),
        )
    console.print(shown if found else "Nothing was proposed since this hub was made.")
