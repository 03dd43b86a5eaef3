# SPDX-License-Identifier: EUPL-1.2
"""A signal that is said, taken back and said again at one moment has an id of its own each time."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.case import GEM_A, Case, afwezig, in_les


def test_a_signal_said_taken_back_and_said_again_has_three_ids() -> None:
    """Time stands still between ticks, also when it is simulated: recipients drop an id that they had before."""
    case = Case()
    in_les(case)
    afwezig(case, "L1", "2025-04-03")
    afwezig(case, "L2", "2025-04-10")
    tweede = case.records[-1]
    goedgezet = {"betreft": tweede.id, "wijziging": {"verzuim": "geen"}}
    case.neemt(replace(tweede, id="later-1", gebeurtenis="correctie", data=goedgezet, positie=91))
    case.neemt(replace(tweede, id="later-2", data={**tweede.data, "les": "L3", "datum": "2025-04-08"}, positie=92))
    gezegd = [x for x in case.leveringen if x.gebeurtenis.startswith("signaal-") and x.data["regel"] == "verzuim"]
    assert [x.gebeurtenis for x in gezegd] == ["signaal-afgegeven", "signaal-vervallen", "signaal-afgegeven"]
    assert {str(x.ontvanger) for x in gezegd} == {GEM_A}
    assert len({x.vastgelegd for x in gezegd}) == 1
    assert len({x.id for x in gezegd}) == 3
