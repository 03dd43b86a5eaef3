# SPDX-License-Identifier: EUPL-1.2
"""`hub clock`: where the hub's time stands; and on simulated time, moving it."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from hub.commands.shared import AsJson, Exit, WrongUse, answer, console, errors, opened, told
from hub.settings import Settings
from hub.streams.clock import ClockState, day_tick
from hub.vault.tables import engine_for

app = typer.Typer(invoke_without_command=True)
WAIT_SECONDS = 300.0


NoData = Annotated[
    Path | None, typer.Option("--data", envvar="HUB_DATA", help="The hub's data directory.", show_default=False)
]


@app.callback()
def show(context: typer.Context, data: NoData = None, as_json: AsJson = False) -> None:
    """Where time stands.

    Example: hub clock --data DIR
    """
    context.obj = data
    if context.invoked_subcommand:
        return
    with told():
        state = ClockState(engine_for(_hub(data).clock_address))
        last, target = state.read()
        value = {"tick": last, "target": target, "held": state.held()}
        answer(value, as_json=as_json, show=lambda: console.print(_told(last, state.held()), highlight=False))
    if value["held"]:
        raise typer.Exit(Exit.FOUND)


@app.command()
def advance(
    context: typer.Context,
    to: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="The day to go to.")],
    data: NoData = None,
    as_json: AsJson = False,
) -> None:
    """Move simulated time to the morning of a day, one tick a day, and wait until every partition has it.

    Example: hub clock advance --data DIR --to 2026-03-02
    """
    with told():
        settings, day = _hub(data or context.obj), to.date()
        if not settings.simulated:
            raise WrongUse(
                "This hub runs on real time: it cannot be moved. Simulated time is chosen when a hub is made."
            )
        state = ClockState(engine_for(settings.clock_address))
        last, _ = state.read()
        if last and last > day_tick(day):
            raise WrongUse(f"It is {last:%Y-%m-%d} already: time does not go back, so name a later day.")
        if not move(state, day):
            errors.print("The clock did not get there in time: is `hub up` running? `hub doctor` tells more.")
            raise typer.Exit(Exit.FOUND)
        answer(
            {"day": str(day)},
            as_json=as_json,
            show=lambda: console.print(f"It is the morning of {day}.", highlight=False),
        )


@app.command()
def release(context: typer.Context, data: NoData = None, as_json: AsJson = False) -> None:
    """Let a clock go on that waits because time would jump, as after a long outage. What was due meanwhile is said then.

    Example: hub clock release --data DIR
    """
    with told():
        settings = _hub(data or context.obj)
        if settings.simulated:
            raise WrongUse("Simulated time goes where you send it: use `hub clock advance`.")
        state = ClockState(engine_for(settings.clock_address))
        if state.held() is None:
            raise WrongUse("The clock is not waiting for anybody.")
        now = datetime.now(UTC)
        state.aim(now)
        answer(
            {"until": now},
            as_json=as_json,
            show=lambda: console.print(f"The clock may go on to {now:%Y-%m-%d %H:%M} UTC.", highlight=False),
        )


def _hub(data: Path | None) -> Settings:
    if data is None:
        raise WrongUse("Name the hub's data directory with --data, or in HUB_DATA.")
    return opened(data)


def move(state: ClockState, day: date, patience: float = WAIT_SECONDS) -> bool:
    """Aim the clock at `day` and wait; False when it did not arrive in `patience` seconds."""
    state.aim(day_tick(day))
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        last, _ = state.read()
        if last and last >= day_tick(day):
            return True
        time.sleep(0.02)
    return False


def _told(last: datetime | None, held: str | None) -> str:
    where = f"The last tick is {last:%Y-%m-%d %H:%M} UTC." if last else "No tick was written yet."
    return f"{where} {held}" if held else where
