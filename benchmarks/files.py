# SPDX-License-Identifier: EUPL-1.2
"""A school's spreadsheet of 5,000 lessons on a real hub: from the file to the hub's answer on every row; the same file again;
and again with one row in a hundred changed.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks import scene
from benchmarks.running import Running, measure
from connectors.files import load_profile
from connectors.files.sheets import write_workbook
from connectors.uploading import Uploaded, Uploader, counts

PERSONS, LESSONS = 250, 20
ROWS = PERSONS * LESSONS
CHANGED = 100
"""One row in so many, in the third upload."""
HEADING = [
    "Hubkenmerk",
    "BSN",
    "Naam",
    "Status",
    "Les",
    "Lesdatum",
    "Groep",
    "Onderdeel",
    "Uren gepland",
    "Uren aanwezig",
]
ANSWERS_SECONDS = 240.0


def main(*, as_json: bool = False) -> None:
    found = measure(PERSONS, _run)
    console = Console()
    if as_json:
        console.print_json(data=found)
    else:
        _show(console, found)


async def _run(hub: Running) -> dict[str, Any]:
    school = hub.partners[scene.SCHOOL]
    profile = load_profile("school", afzender=school.profile.oin, geheim=school.profile.file_secret())
    uploader = Uploader(school, profile)
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as place:
        first, changed = Path(place) / "presentie.xlsx", Path(place) / "nogmaals" / "presentie.xlsx"
        changed.parent.mkdir()
        workbook(first, hub.people, "aanwezig")
        workbook(changed, hub.people, "absent")
        return {
            "rows": ROWS,
            "new": await _upload(hub, uploader, first, ("aanwezigheid-gemeld", ROWS)),
            "same": await _upload(hub, uploader, first, None),
            "changed": await _upload(hub, uploader, changed, ("correctie", ROWS // CHANGED)),
        }


def workbook(file: Path, people: list[str], status: str) -> None:
    """A row a lesson, `LESSONS` for each of these people; `status` in one row of a hundred."""
    rows = [
        ["", bsn, "Naam", status if (n * LESSONS + les) % CHANGED == 0 else "aanwezig", f"L{les}", "02-03-2026", "4B", "taal",
         "2,5", "2,5"]
        for n, bsn in enumerate(people)
        for les in range(LESSONS)
    ]  # fmt: skip
    write_workbook(file, {"Presentie": [HEADING, *rows]})


async def _upload(hub: Running, uploader: Uploader, file: Path, wanted: tuple[str, int] | None) -> dict[str, Any]:
    """Seconds since the start at which each step was done, and what came of the rows."""
    began, steps, signs = time.perf_counter(), {}, 0

    def tell(what: str, done: int, whole: int) -> None:
        nonlocal signs
        signs += 1
        steps[what] = time.perf_counter() - began

    done: Uploaded = await uploader.upload(file, wait_seconds=ANSWERS_SECONDS, tell=tell)
    answered = time.perf_counter() - began
    if wanted is not None:
        await hub.gemeente.until(*wanted)
    assert not done.rejected and not done.wacht, "every row is with the hub"
    return {
        "read_s": steps["lezen"],
        "sent_s": steps.get("versturen", steps["lezen"]),
        "answered_s": answered,
        "delivered_s": time.perf_counter() - began,
        "signs_of_progress": signs,
        **counts(done),
    }


def _show(console: Console, found: dict[str, Any]) -> None:
    table = Table(
        f"{found['rows']} rows, XLSX",
        "read",
        "sent",
        "answered",
        "at the gemeente",
        "new",
        "corrected",
        "nothing",
        box=None,
    )
    for name in ("new", "same", "changed"):
        one = found[name]
        times = [f"{one[step]:.1f} s" for step in ("read_s", "sent_s", "answered_s", "delivered_s")]
        table.add_row(name, *times, *(str(one[what]) for what in ("nieuw", "gecorrigeerd", "ongewijzigd")))
    console.print(table)
    console.print(
        f"{found['rows'] / found['new']['answered_s']:.0f} rows/s from the file to the answer, in and out of the hub."
    )
