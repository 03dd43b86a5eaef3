# SPDX-License-Identifier: EUPL-1.2
"""`hub participants pilot|live`: what a participant would get is decided and recorded, and not handed over; until it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

import typer

from consent.participants import Deelnemer, OngeldigRegister
from hub.commands.acting import on_record
from hub.commands.activating import NotTaken
from hub.commands.participants import today
from hub.commands.rotating import Oin, bring_in, row_of
from hub.commands.shared import AsJson, Data, WrongUse, answer, console, opened, reached, told
from hub.dossier.dossierstand import ZONDER_STAND
from hub.rotation import live, piloted
from hub.settings import Settings
from hub.streams.clock import ClockHeld
from hub.streams.handelingen import Handeling, NotOnRecord
from schemas.catalogue import Rol

app = typer.Typer()
_EXPECTED = (OngeldigRegister, ClockHeld, NotOnRecord, NotTaken)
Day = Annotated[
    datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="Its first day; today when not given.")
]


@app.command("pilot")
def pilot(
    data: Data,
    oin: Oin,
    from_: Day = None,
    until: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="The first day after it; until `hub participants live` when not given."
        ),
    ] = None,
    cases: Annotated[
        bool, typer.Option("--cases", help="Of a gemeente: nor does anybody else get what is about its persons.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Put a participant in pilot: from a day on, what it would get is decided and stands in the audit log as `proef`,
    with its fields; nothing is handed over but receipts, and what corrects or takes back what it got before.

    Example: hub participants pilot --data DIR --oin 00000099000000000042 --until 2027-01-01
    """
    with told(*_EXPECTED):
        settings = opened(data)
        _, row = row_of(settings, oin)
        begin = _day(settings, from_)
        end = until.date() if until else None
        if end is not None and end <= begin:
            raise WrongUse(f"Let the pilot end after it begins, on {begin}: --until names the first day after it.")
        if cases and Rol.GEMEENTE not in {one.rol for one in row.rollen}:
            raise WrongUse(f"{oin} is no gemeente: leave out --cases, which is about the persons of one.")
        _change(settings, piloted(row, begin, end, cases=cases), begin)
        answer(
            {"oin": oin, "from": begin, "until": end, "cases": cases},
            as_json=as_json,
            show=lambda: _say(
                f"{row.naam} is in pilot from {begin} {f'to {end}' if end else 'until `hub participants live`'}: what it "
                "would get is in `hub audit show` as `proef`."
            ),
        )


@app.command("live")
def live_(data: Data, oin: Oin, from_: Day = None, as_json: AsJson = False) -> None:
    """End a participant's pilot: from a day on it gets what it may have, beginning with the state of now.

    What it would have got during the pilot is not delivered afterwards.

    Example: hub participants live --data DIR --oin 00000099000000000042
    """
    with told(*_EXPECTED):
        settings = opened(data)
        _, row = row_of(settings, oin)
        per = _day(settings, from_)
        if not any(each.tot is None or per < each.tot for each in row.proef):
            raise WrongUse(f"{oin} is in no pilot on {per} or later: `hub participants list` shows who is.")
        _change(settings, live(row, per), per)
        without = sorted({one.rol for one in row.rollen if one.rol in ZONDER_STAND})
        answer(
            {"oin": oin, "from": per, "no_state_as": without},
            as_json=as_json,
            show=lambda: _tell_live(row, per, without),
        )


def _day(settings: Settings, asked: datetime | None) -> date:
    """The day asked for, or today. Raises WrongUse for one that is over: what was handed over, or not, stays so."""
    now = today(settings)
    if asked is not None and asked.date() < now:
        raise WrongUse(f"Begin today ({now}) or later: what was handed over until now cannot be taken back.")
    return asked.date() if asked else now


def _change(settings: Settings, changed: Deelnemer, day: date) -> None:
    register, _ = row_of(settings, changed.oin)
    bootstrap = reached(settings)
    on_record(settings, Handeling.DEELNEMERS_GEWIJZIGD, changed.oin, datum=day)
    bring_in(settings, bootstrap, register, changed)


def _tell_live(row: Deelnemer, per: date, without: Sequence[str]) -> None:
    _say(f"{row.naam} gets what it may have from {per} on; first the state of now, with the next tick of that day.")
    if without:
        _say(f"As {', '.join(without)} it gets no state: no article gives one. It gets what is reported from then on.")


def _say(sentence: str) -> None:
    console.print(sentence, highlight=False, soft_wrap=True)
