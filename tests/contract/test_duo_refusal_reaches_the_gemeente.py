# SPDX-License-Identifier: EUPL-1.2
"""What DUO does not process, in the hub: it reaches the gemeente that reported it, under the id that it gave itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hub.dossier.handle import Gebeurtenis
from tests.unit.case import DUO, GEM_A, GEM_B, SCHOOL, Case


def reported() -> tuple[Case, str]:
    """A dossier of gemeente A with a PIP that went to DUO; gives the id under which DUO got it."""
    case = Case()
    case.zegt(DUO, "inburgeringsplicht-vastgesteld", "2026-01-14", doelgroep="asielstatushouder", gemeente="gem-a")
    case.zegt(GEM_A, "taalschool-toegewezen", "2026-01-20", taalschool="school")
    case.zegt(GEM_A, "pip-vastgesteld", "2026-02-02", dagtekening="2026-02-02", leerroute="B1-route")
    # Once more as the log brings it: renamed, with the sender's own id beside it.
    pip: Gebeurtenis = replace(case.records[-1], id="in-het-log", eigen_id="van-de-gemeente")
    case.neemt(pip)
    return case, case.ontvangen(DUO, "pip-vastgesteld")[-1].id


def refuse(case: Case, betreft: str, **data: Any) -> None:
    gegeven = {"betreft": betreft, "gebeurtenis": "pip-vastgesteld", "gemeente": "gem-a", "reden": "regel"}
    inhoud = gegeven | {"fouten": ["De dagtekening."]} | data
    case.zegt(DUO, "melding-geweigerd", "2026-02-03")
    # `zegt` has a parameter of the same name as a field.
    record = replace(case.records[-1], id=f"nee-{betreft}", data=inhoud)
    case.leveringen.clear()
    case.neemt(record)


def test_the_gemeente_hears_it_under_its_own_id_with_the_reason() -> None:
    case, levering = reported()
    refuse(case, levering)
    (gehoord,) = case.ontvangen(GEM_A, "melding-geweigerd")
    assert gehoord.data["betreft"] == "van-de-gemeente" and levering != "van-de-gemeente"
    assert (gehoord.data["reden"], gehoord.data["fouten"]) == ("regel", ["De dagtekening."])


def test_nobody_else_hears_it() -> None:
    case, levering = reported()
    refuse(case, levering)
    assert not case.ontvangen(SCHOOL, "melding-geweigerd") and not case.ontvangen(GEM_B, "melding-geweigerd")


def test_an_attentiesignaal_reaches_the_gemeente_that_it_is_for() -> None:
    case, _ = reported()
    for gemeente in ("gem-a", "gem-b"):
        data = {"signaal": "aanbod-ontbreekt", "gemeente": gemeente, "gebeurtenisId": "SS127"}
        case.zegt(DUO, "attentiesignaal-gegeven", "2026-03-02", **data)
    (gehoord,) = case.ontvangen(GEM_A, "attentiesignaal-gegeven")
    assert gehoord.data["signaal"] == "aanbod-ontbreekt"
    assert not case.ontvangen(GEM_B, "attentiesignaal-gegeven"), "it has nothing to do with this person"
    assert not case.ontvangen(SCHOOL, "attentiesignaal-gegeven")
