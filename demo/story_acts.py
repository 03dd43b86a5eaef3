# SPDX-License-Identifier: EUPL-1.2
"""What a story lets the operator do (`from: hub`), done as an operator does it: by the hub's own commands, one process each."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from consent.avg19 import BEPERKT, GEWIST, OPGEHEVEN
from demo.performance import HubSilent
from hub.dossier.bewaren import Wisgrond
from hub.stories.read import Feit

TIK = "tik"
ACTS = frozenset({BEPERKT, OPGEHEVEN, GEWIST, TIK})
"""The operator's acts that a story may hold; a tick is the clock's, and is played as time."""
ASKS, APPROVES = "aanvrager", "beoordelaar"


async def act(data: Path, fact: Feit, dossier: str) -> None:
    """Do what the fact says with this dossier; returns when it stands in the log."""
    match fact.event:
        case "verwerking-beperkt":
            ground = str(fact.data.get("grond") or "juistheid-betwist")
            await _run(data, ASKS, "person", "restrict", "--dossier", dossier, "--ground", ground)
        case "beperking-opgeheven":
            await _run(data, ASKS, "person", "unrestrict", "--dossier", dossier)
        case "gegevens-gewist":
            ground = str(fact.data.get("grond") or Wisgrond.ONRECHTMATIG.value)
            asked = await _run(data, ASKS, "person", "erase", "request", "--dossier", dossier, "--ground", ground)
            await _run(data, APPROVES, "person", "erase", "approve", asked["verzoek"])


async def _run(data: Path, who: str, *words: str) -> Any:
    environment = os.environ | {"HUB_DATA": str(data), "HUB_OPERATOR": who}
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "hub", *words, "--json"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise HubSilent(f"`hub {' '.join(words)}` did not do it: {done.stderr.strip() or done.stdout.strip()}")
    return json.loads(done.stdout)
