# SPDX-License-Identifier: EUPL-1.2
"""Whatever organisations say, in whatever order and with ticks between: it is filed or refused, and what goes out fits
its schema (property). An event that the dossier's handler cannot take would stop its partition.
"""

from __future__ import annotations

from datetime import date, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consent.kader import Partij
from hub.dossier.feiten.facts import Feit
from hub.dossier.handle import Gebeurtenis
from schemas import codec
from tests.unit.case import Case
from tests.unit.feitenreeks import feiten

DAGEN = st.dates(date(2025, 7, 1), date(2026, 6, 1))


def _record(feit: Feit) -> Gebeurtenis:
    gebeurd, vastgelegd = date.fromisoformat(feit.gebeurd), datetime.fromisoformat(feit.vastgelegd)
    return Gebeurtenis(feit.id, feit.gebeurtenis, Partij.parse(feit.bron), feit.data, gebeurd, vastgelegd, feit.positie)


@given(feiten(hoogstens=30), st.lists(DAGEN, max_size=3))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_event_is_filed_or_refused_and_what_goes_out_fits_its_schema(rij: list[Feit], dagen: list[date]) -> None:
    case, ander = Case(), Case()
    for feit in rij:
        case.neemt(_record(feit))
        ander.neemt(_record(feit))
    for op in sorted(dagen):
        case.tik(op.isoformat())
        ander.tik(op.isoformat())
    for levering in case.leveringen:
        codec.check(levering.gebeurtenis, levering.data, volledig=False)
    assert (ander.leveringen, ander.rijen) == (case.leveringen, case.rijen)
    assert len({levering.id for levering in case.leveringen}) == len(case.leveringen)
