# SPDX-License-Identifier: EUPL-1.2
"""What one decision costs: a school's progress report, weighed for everyone and minimised for three recipients.

In one process, on the policy as it stands and a register the size of the country; no fold, no seals, no Kafka.
"""

from __future__ import annotations

import statistics
import time
from datetime import date
from typing import Any

from rich.console import Console

from consent.conditions import Beoordeling
from consent.decide import Uitkomst, decide
from consent.kader import Kader, Partij, Relatie, Toestemming, Verzoek
from consent.minimise import minimise
from consent.participants import Deelnemersregister
from consent.policy import Beleid
from schemas.catalogue import Categorie, Rol

__all__ = ["main", "run"]

SINCE, BEGAN, DAY = "2020-01-01", date(2025, 9, 1), date(2026, 3, 2)
GEMEENTEN, SCHOOLS = 342, 300
DUO, GEMEENTE, SCHOOL, VWN = "duo", "gemeente-7", "school-7", "vwn"
REPORT = {
    "taalniveau": "A1",
    "stagnatie": False,
    "belemmeringen": ["reistijd", "schulden"],
    "periode_van": "2026-01-05",
    "periode_tot": "2026-03-01",
}
RUNS, ROUNDS = 2_000, 5


def register() -> Deelnemersregister:
    """DUO, COA, VluchtelingenWerk, and every gemeente and school."""
    roles = {DUO: Rol.UITVOERING, "coa": Rol.OPVANG, VWN: Rol.BEGELEIDER}
    roles |= {f"gemeente-{number}": Rol.GEMEENTE for number in range(GEMEENTEN)}
    roles |= {f"school-{number}": Rol.TAALSCHOOL for number in range(SCHOOLS)}
    return Deelnemersregister.of(
        {"oin": oin, "naam": oin, "rollen": [{"rol": role, "van": SINCE}]} for oin, role in roles.items()
    )


def scene() -> tuple[Beoordeling, Kader]:
    """A gezinsmigrant: the gemeente asked for reports, DUO gets them by law, VluchtelingenWerk on toestemming."""
    gemeente, guide = Partij(GEMEENTE, Rol.GEMEENTE), Partij(VWN, Rol.BEGELEIDER)
    school = Partij(SCHOOL, Rol.TAALSCHOOL)
    kader = Kader(
        relaties=(
            Relatie(gemeente, BEGAN),
            Relatie(school, BEGAN, namens=GEMEENTE),
            Relatie(guide, BEGAN, namens=GEMEENTE),
        ),
        doelgroep="gezinsmigrant",
        toestemmingen=(
            Toestemming(
                id="t", ontvanger=guide, categorieen=frozenset({Categorie.VOORTGANG}), van=BEGAN, doel="begeleiding"
            ),
        ),
        verzoeken=(
            Verzoek(
                id="v",
                door=gemeente,
                aan=SCHOOL,
                gebeurtenissen=frozenset({"voortgang-gemeld"}),
                categorieen=frozenset({Categorie.VOORTGANG, Categorie.AANWEZIGHEID}),
                van=BEGAN,
            ),
        ),
    )
    return Beoordeling("e", "voortgang-gemeld", school, REPORT), kader


def run() -> dict[str, Any]:
    """Microseconds of processor time an event; the middle of five rounds."""
    event, kader = scene()
    beleid, deelnemers = Beleid.load(), register()

    def once() -> int:
        decisions = decide(event, kader, beleid, deelnemers, DAY)
        return sum(bool(minimise(REPORT, one)) for one in decisions if one.uitkomst is Uitkomst.GELEVERD)

    if (recipients := once()) != 3:
        raise RuntimeError(f"The report goes to {recipients} recipients, and 3 were to be measured: mend the scene.")
    rounds = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for _ in range(RUNS):
            once()
        rounds.append(1e6 * (time.process_time() - began) / RUNS)
    return {
        "microseconds": round(statistics.median(rounds)),
        "fastest": round(min(rounds)),
        "slowest": round(max(rounds)),
        "considered": len(decide(event, kader, beleid, deelnemers, DAY)),
        "recipients": recipients,
        "rows": len(beleid.regels),
        "participants": len(deelnemers.deelnemers),
    }


def main(*, as_json: bool = False) -> None:
    found, console = run(), Console()
    if as_json:
        console.print_json(data=found)
        return
    console.print(
        f"decide and minimise, {found['considered']} parties considered, {found['recipients']} of them get it, "
        f"{found['rows']} rows of policy, {found['participants']} participants:"
    )
    console.print(
        f"  {found['microseconds']} µs of processor time an event ({found['fastest']} to {found['slowest']} in {ROUNDS} rounds), "
        f"{1e6 / found['microseconds']:,.0f} events/s a core"
    )


if __name__ == "__main__":
    main()
