# SPDX-License-Identifier: EUPL-1.2
"""`hub clock release`: after a long outage real time goes on only when an operator says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from typer.testing import CliRunner

from hub.cli import app
from hub.settings import DATA_VERSION, open_settings
from hub.streams.clock import ClockState
from hub.vault.tables import engine_for

OIN = "00000009900000000000"


def _hub(path: Path, **more: str) -> ClockState:
    lines = [f'oin = "{OIN}"', *(f"{name} = {value}" for name, value in more.items())]
    (path / "hub.toml").write_text("\n".join(lines))
    (path / "VERSION").write_text(DATA_VERSION)
    return ClockState(engine_for(open_settings(path).clock_address))


def _release(path: Path) -> tuple[int, str]:
    answer = CliRunner().invoke(app, ["clock", "release", "--data", str(path)])
    return answer.exit_code, answer.output


def test_a_held_clock_may_go_on_to_now_and_no_further(tmp_path: Path) -> None:
    state = _hub(tmp_path)
    state.written(datetime.now(UTC) - timedelta(days=10))
    state.hold("Time would jump.")
    code, told = _release(tmp_path)
    _, allowed = state.read()
    assert (code, "may go on" in told) == (0, True)
    assert allowed is not None
    assert abs(datetime.now(UTC) - allowed) < timedelta(minutes=1)


def test_a_clock_that_waits_for_nobody_is_left_alone(tmp_path: Path) -> None:
    state = _hub(tmp_path)
    assert _release(tmp_path)[0] == 2
    assert state.read() == (None, None)


def test_simulated_time_is_sent_not_released(tmp_path: Path) -> None:
    state = _hub(tmp_path, simulated="true", start='"2025-01-06"')
    state.hold("Time would jump.")
    assert _release(tmp_path)[0] == 2
    assert state.read() == (None, None)
