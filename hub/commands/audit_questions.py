# SPDX-License-Identifier: EUPL-1.2
"""`hub audit disclosures|denials|toestemming|acts|requests`: what a privacy officer asks, each in one command."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any

import typer
from sqlalchemy import Engine

from hub.commands.acting import now, on_record
from hub.commands.participants import known
from hub.commands.readable import readable, table_of
from hub.commands.shared import AsJson, Data, Exit, WrongUse, answer, console, opened, told
from hub.dossier.regels.kalender import dag_van
from hub.readmodel import privacy
from hub.readmodel.privacy import OVER, Periode
from hub.settings import Settings
from hub.streams.handelingen import Handeling, NotOnRecord
from hub.vault.identities import PSEUDONYM
from hub.vault.tables import engine_for
from hub.vault.vault import Vault

app = typer.Typer()

Since = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day of the period.")]
Until = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day of the period.")]
To = Annotated[str | None, typer.Option(help="The recipient: an OIN, or oin#role.")]


@app.command("disclosures")
def disclosures(
    data: Data,
    to: To = None,
    since: Since = None,
    until: Until = None,
    on_toestemming: Annotated[bool, typer.Option("--on-toestemming", help="Only what rested on toestemming.")] = False,
    dossier: Annotated[str | None, typer.Option(help="Only about this dossier.")] = None,
    as_json: AsJson = False,
) -> None:
    """Everything that went to an organisation in a period; or all that rested on toestemming.

    Example: hub audit disclosures --data DIR --to 00000099000000000042 --since 2026-01-01 --until 2026-03-31
    """
    with told():
        settings = opened(data)
        found = privacy.disclosures(
            _engine(settings),
            _period(since, until),
            aan=to,
            op_toestemming=on_toestemming,
            dossiers=[dossier] if dossier else (),
        )
        _tell(
            settings,
            found,
            as_json,
            ("moment", "dossier", "type", "bron", "aan", "categorieen", "regels", "toestemming"),
        )


@app.command("denials")
def denials(data: Data, to: To = None, since: Since = None, until: Until = None, as_json: AsJson = False) -> None:
    """All denials, counted by reason, recipient and event type.

    Example: hub audit denials --data DIR --since 2026-01-01
    """
    with told():
        settings = opened(data)
        found = privacy.denials(_engine(settings), _period(since, until), aan=to)
        _tell(settings, found, as_json, ("reden", "aan", "type", "aantal", "dossiers", "eerst", "laatst"))


@app.command("toestemming")
def toestemming(
    data: Data,
    dossier: Annotated[str | None, typer.Option(help="The dossier's id.")] = None,
    pseudonym: Annotated[str | None, typer.Option(help="A pseudonym, as the party of --party knows it.")] = None,
    party: Annotated[str | None, typer.Option(help="Whose pseudonym it is: oin#role.")] = None,
    at: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Where they stand on this day.")] = None,
    as_json: AsJson = False,
) -> None:
    """The history of a person's toestemmingen: for whom, which categories, each step and where each stands.

    Looking up a pseudonym is put on record.

    Example: hub audit toestemming --data DIR --pseudonym 5f0c... --party 00000099000000000007#begeleider
    """
    with told(NotOnRecord):
        settings = opened(data)
        if (dossier is None) == (pseudonym is None) or (pseudonym is None) != (party is None):
            raise WrongUse("Name either a dossier, or a pseudonym with the party that knows it.")
        names = [dossier] if dossier else _of_pseudonym(settings, party or "", pseudonym or "")
        found = privacy.toestemming_history(_engine(settings), names, at.date() if at else day(settings))

        def table() -> None:
            names = known(settings)
            for one in found:
                for step in one["stappen"]:
                    step["wanneer"] = readable(step["moment"], names)[:10]
                    step["wie"] = readable(step["bron"], names)
                one["stappen"] = "\n".join(f"{s['wanneer']} {s['stand']} {s['wie']}".rstrip() for s in one["stappen"])
            columns = ("toestemming", "ontvanger", "categorieen", "van", "tot", "stand", "stappen")
            console.print(table_of(found, columns, names) if found else "No toestemming is on record for this person.")

        answer(found, as_json=as_json, show=table)


@app.command("acts")
def acts(
    data: Data,
    about: Annotated[str | None, typer.Option(help=f"Only about one of: {', '.join(OVER)}.")] = None,
    subject: Annotated[str | None, typer.Option(help="Only about this dossier, OIN or digest.")] = None,
    since: Since = None,
    until: Until = None,
    as_json: AsJson = False,
) -> None:
    """Who used or changed policy, participants and keys, erased or looked up whom.

    Example: hub audit acts --data DIR --about policy
    """
    with told():
        if about is not None and about not in OVER:
            raise WrongUse(f"Acts are about one of {', '.join(OVER)}: name one of these, or leave --about out.")
        settings = opened(data)
        found = privacy.acts(
            _engine(settings), _period(since, until), over=about, onderwerpen=[subject] if subject else ()
        )
        _tell(settings, found, as_json, ("nummer", "moment", "handeling", "stap", "door", "onderwerp", "verzoek"))


@app.command("requests")
def requests(
    data: Data,
    within: Annotated[int | None, typer.Option(help="Only with at most so many days left.", min=0)] = 7,
    all_: Annotated[bool, typer.Option("--all", help="Every open request, however many days are left.")] = False,
    as_json: AsJson = False,
) -> None:
    """Requests of persons that are about to pass, or have passed, the term of one month (AVG 12(3)).

    Example: hub audit requests --data DIR --within 10
    """
    with told():
        settings = opened(data)
        found = privacy.requests(_engine(settings), day(settings), binnen=None if all_ else within)
        _tell(settings, found, as_json, ("uiterlijk", "dagen", "recht", "ontvangen", "dossier", "verzoek"))
    if found:
        raise typer.Exit(Exit.FOUND)


def day(settings: Settings) -> date:
    """Today, by the hub's own clock."""
    return dag_van(now(settings))


def _of_pseudonym(settings: Settings, party: str, pseudonym: str) -> list[str]:
    """The person's dossiers; on record before the answer is there."""
    vault = Vault.open(settings.vault_address, settings.keys, settings.ledger_path)
    try:
        with vault.engine.begin() as connection:
            dossier = vault.identities.find(connection, party, (PSEUDONYM, pseudonym))
            names = vault.identities.all_of(connection, dossier) if dossier else []
        on_record(settings, Handeling.PERSOON_OPGEZOCHT, dossier)
    finally:
        vault.close()
    if not names:
        raise WrongUse(
            "This party was never given this pseudonym: copy it, with the party as oin#role, from a delivery."
        )
    return names


def _engine(settings: Settings) -> Engine:
    return engine_for(settings.audit_address)


def _period(since: datetime | None, until: datetime | None) -> Periode:
    return Periode(since.date() if since else None, until.date() if until else None)


def _tell(settings: Settings, found: Sequence[dict[str, Any]], as_json: bool, columns: Sequence[str]) -> None:
    def show() -> None:
        console.print(table_of(found, columns, known(settings)) if found else "Nothing of this is on record.")

    answer(list(found), as_json=as_json, show=show)
