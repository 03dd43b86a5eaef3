# SPDX-License-Identifier: EUPL-1.2
"""`hub datalek`: how far a mistake or a theft reaches, the 72 hours, and the draft of the report."""

from __future__ import annotations

import uuid
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from consent.participants import Deelnemersregister
from hub import epochs, logkeys
from hub.bundles import BundleStore, Soort
from hub.commands.acting import on_record, operator
from hub.commands.participants import known
from hub.commands.readable import readable
from hub.commands.shared import AsJson, Data, Exit, WrongUse, answer, console, opened, told
from hub.readmodel import privacy
from hub.readmodel.datalek import Aanleiding, Grond, Omvang, omvang
from hub.readmodel.datalekken import Afgezien, Datalekken, NoSuchBreach, aanleiding
from hub.readmodel.melding import melding
from hub.readmodel.privacy import Periode
from hub.settings import Settings
from hub.streams.handelingen import Handeling, NotOnRecord, Stap
from hub.streams.reception import log_id
from hub.vault.tables import engine_for
from schemas import signatures
from schemas.cloudevents import source_of

app = typer.Typer(invoke_without_command=True)

NoData = Annotated[
    Path | None, typer.Option("--data", envvar="HUB_DATA", help="The hub's data directory.", show_default=False)
]


@app.callback()
def find(
    context: typer.Context,
    data: NoData = None,
    event: Annotated[
        str | None, typer.Option(help="A wrong event: its id in the log, at its sender or in a delivery.")
    ] = None,
    policy_row: Annotated[str | None, typer.Option(help="A row of the policy that opened too much.")] = None,
    key: Annotated[str | None, typer.Option(help="The id of a stolen key: a participant's or the hub's own.")] = None,
    recipient: Annotated[str | None, typer.Option(help="An organisation: its OIN, or oin#role.")] = None,
    since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only from this day on.")] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only up to and including this day.")
    ] = None,
    discovered: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d"], help="When it was discovered (UTC); now when not given."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Which persons (dossier ids), categories, organisations and deliveries a mistake touches. Starts the clock of 72
    hours, once.

    Example: hub datalek --data DIR --policy-row school-duo-voortgang --since 2026-01-01
    """
    context.obj = data
    if context.invoked_subcommand:
        return
    with told(NotOnRecord):
        if data is None:
            raise WrongUse("Name the hub's data directory with --data, or in HUB_DATA.")
        settings = opened(data)
        named = {"event": event, "policy_row": policy_row, "key": key, "recipient": recipient}
        wat = _aanleiding(settings, {name: value for name, value in named.items() if value}, _period(since, until))
        engine = engine_for(settings.audit_address)
        name = str(uuid.uuid4())
        on_record(settings, Handeling.DATALEK_ONDERZOCHT, wat.onderwerp[:100], verzoek=name)
        begun = discovered.replace(tzinfo=UTC) if discovered else datetime.now(UTC)
        lek = Datalekken(engine).open(wat, begun, operator(), name)
        found = omvang(engine, wat)
        answer({**lek, **asdict(found)}, as_json=as_json, show=lambda: _show(lek, found, known(settings)))


@app.command("list")
def list_(
    data: Data,
    every: Annotated[bool, typer.Option("--all", help="Those that are finished too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Breaches that wait for a report, with the hours that are left; exit code 1 while there are any.

    Example: hub datalek list --data DIR
    """
    with told():
        found = Datalekken(engine_for(opened(data).audit_address)).list(every=every)
        waiting = [one for one in found if not one["gemeld"] and not one["afgezien"]]
        for one in found:
            left = datetime.fromisoformat(one["uiterlijk"]) - datetime.now(UTC)
            one["uren"] = int(left.total_seconds() // 3600) if one in waiting else None
        answer(found, as_json=as_json, show=lambda: _list(found))
    if waiting:
        raise typer.Exit(Exit.FOUND)


@app.command("report")
def report(
    data: Data,
    datalek: Annotated[str, typer.Argument(help="The id of the breach.")],
    to: Annotated[Path | None, typer.Option(help="The file to write (Markdown); shown when not given.")] = None,
) -> None:
    """The draft of the report to the Autoriteit Persoonsgegevens: facts in Dutch, without personal data.

    Example: hub datalek report --data DIR 5f0c9a3e-... --to melding.md
    """
    with told(NoSuchBreach):
        settings = opened(data)
        engine = engine_for(settings.audit_address)
        lek = Datalekken(engine).one(datalek)
        wat = aanleiding(lek)
        if wat.grond is Grond.GEBEURTENIS:
            wat = _aanleiding(settings, {"event": wat.onderwerp}, Periode(wat.sinds, wat.tot))
        names = {one.oin: one.naam for register in _registers(settings) for one in register.deelnemers}
        text = melding(lek, omvang(engine, wat), names)
        if to is None:
            console.print(text, highlight=False, markup=False, soft_wrap=True)
        else:
            to.write_text(text, encoding="utf-8")
            console.print(f"The draft is in {to}.", highlight=False, soft_wrap=True)


@app.command("reported")
def reported(
    data: Data,
    datalek: Annotated[str, typer.Argument(help="The id of the breach.")],
    reference: Annotated[str | None, typer.Option(help="The authority's reference.")] = None,
    as_json: AsJson = False,
) -> None:
    """Note that the breach was reported to the authority: its clock stops.

    Example: hub datalek reported --data DIR 5f0c9a3e-... --reference AP-2026-1234
    """
    with told(NoSuchBreach, NotOnRecord):
        settings = opened(data)
        register = Datalekken(engine_for(settings.audit_address))
        lek = register.one(datalek)
        on_record(settings, Handeling.DATALEK_ONDERZOCHT, lek["onderwerp"], stap=Stap.UITGEVOERD, verzoek=datalek)
        register.reported(datalek, datetime.now(UTC), reference)
        answer(register.one(datalek), as_json=as_json, show=lambda: console.print("Noted: reported."))


@app.command("dismiss")
def dismiss(
    data: Data,
    datalek: Annotated[str, typer.Argument(help="The id of the breach.")],
    why: Annotated[Afgezien, typer.Option(help="Why it need not be reported (AVG 33(1)).")],
    as_json: AsJson = False,
) -> None:
    """Note that the breach is not reported, and why; it stays in the register (AVG 33(5)).

    Example: hub datalek dismiss --data DIR 5f0c9a3e-... --why geen-risico
    """
    with told(NoSuchBreach, NotOnRecord):
        settings = opened(data)
        register = Datalekken(engine_for(settings.audit_address))
        lek = register.one(datalek)
        on_record(settings, Handeling.DATALEK_ONDERZOCHT, lek["onderwerp"], stap=Stap.AFGEWEZEN, verzoek=datalek)
        register.dismissed(datalek, why)
        answer(register.one(datalek), as_json=as_json, show=lambda: console.print(f"Noted: not reported ({why})."))


def _aanleiding(settings: Settings, named: dict[str, str], periode: Periode) -> Aanleiding:
    """What the command names. Raises WrongUse."""
    if len(named) != 1:
        raise WrongUse("Name one thing that went wrong: --event, --policy-row, --key or --recipient.")
    ((what, value),) = named.items()
    if what == "key":
        return _of_key(settings, value, periode)
    if what == "event":
        own = {
            log_id(source_of(one.oin, one.systeem), value)
            for register in _registers(settings)
            for one in register.deelnemers
        }
        return Aanleiding(Grond.GEBEURTENIS, value, periode.van, periode.tot, tuple(sorted(own)))
    grond = Grond.REGEL if what == "policy_row" else Grond.ONTVANGER
    return Aanleiding(grond, value, periode.van, periode.tot)


def _of_key(settings: Settings, key: str, periode: Periode) -> Aanleiding:
    for register in _registers(settings):
        for one in register.deelnemers:
            for grond, keys in (
                (Grond.ZEGELSLEUTEL, one.zegelsleutels),
                (Grond.HANDTEKENSLEUTEL, one.handtekensleutels),
            ):
                for found in keys:
                    if found.sleutelid == key:
                        return Aanleiding(grond, key, periode.van or found.van, periode.tot or found.tot, oin=one.oin)
    own = dict.fromkeys(epochs.sealing_keys(settings.keys), Grond.ZEGELSLEUTEL_HUB)
    own |= {signatures.key_id(one): Grond.HANDTEKENSLEUTEL_HUB for one, _ in epochs.signing_publics(settings.keys)}
    own |= {one.id: Grond.ZEGELSLEUTEL_HUB for one in epochs.ended(settings.keys) if one.soort == "sealing"}
    if key in own:
        return Aanleiding(own[key], key, periode.van, periode.tot)
    if key in (*logkeys.kept(settings.keys), *logkeys.ended(settings.keys)):
        raise WrongUse(
            f"{key} is a key of the audit log: it opens nothing and delivers nothing, so no person is touched. Replace it with "
            "`hub keys rotate log --compromised`, and tell the witnesses the new one."
        )
    raise WrongUse(
        f"No participant has a key {key}, and the hub has none: `hub participants list --json` and `hub keys list` show the ids."
    )


def _registers(settings: Settings) -> list[Deelnemersregister]:
    """Every participants register that was ever in force, the newest first."""
    acts = privacy.acts(engine_for(settings.audit_address), Periode(), over="participants")
    digests = [row["onderwerp"] for row in acts if row["handeling"] == f"{Soort.DEELNEMERS}-geactiveerd"]
    store = BundleStore(settings.bundles)
    return [store.load(Soort.DEELNEMERS, digest) for digest in reversed(digests)]


def _period(since: datetime | None, until: datetime | None) -> Periode:
    return Periode(since.date() if since else None, until.date() if until else None)


def _count(number: int, one: str, more: str = "") -> str:
    return f"{number} {one if number == 1 else more or f'{one}s'}"


def _show(lek: dict[str, Any], found: Omvang, names: Deelnemersregister | None) -> None:
    console.print(
        f"Breach {lek['datalek']}, to be reported by {readable(lek['uiterlijk'])}: "
        f"{_count(len(found.dossiers), 'person')}, {_count(len(found.leveringen), 'delivery', 'deliveries')}, "
        f"{_count(len(found.organisaties), 'recipient')}.",
        highlight=False,
        soft_wrap=True,
    )
    shown = Table("category", "persons", box=None)
    for category, count in found.categorieen.items():
        shown.add_row(category, str(count))
    console.print(shown)
    for who, count in found.organisaties.items():
        console.print(f"{readable(who, names)}: {_count(count, 'person')}", highlight=False)
    console.print(
        f"`hub datalek report {lek['datalek']}` drafts the report; --json lists every dossier and delivery.",
        highlight=False,
    )


def _list(found: list[dict[str, Any]]) -> None:
    shown = Table("breach", "about", "discovered", "report by", "hours left", "ended", box=None)
    for one in found:
        left = "" if one["uren"] is None else f"[red]{one['uren']}" if one["uren"] < 24 else str(one["uren"])
        ended = one["gemeld"] or one["afgezien"] or ""
        shown.add_row(
            one["datalek"],
            f"{one['grond']} {one['onderwerp']}",
            readable(one["ontdekt"]),
            readable(one["uiterlijk"]),
            left,
            readable(ended),
        )
    console.print(shown if found else "No breach waits for a report.")
