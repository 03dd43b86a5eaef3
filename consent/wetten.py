# SPDX-License-Identifier: EUPL-1.2
"""The laws that a policy row may cite, and since when each applies: a row holds from the day on which all it cites do.

A later start, a pause between two versions, or an end is a change of the law, and the row then says by which. Not here:
what an article says (that is the row), and whether it exists.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cache

WETTEN: Mapping[str, date] = {
    "Wi": date(2022, 1, 1),  # Wet inburgering 2021, Stb. 2021, 38
    "Bi": date(2022, 1, 1),  # Besluit inburgering 2021
    "AVG": date(2018, 5, 25),  # Verordening (EU) 2016/679, art. 99(2)
    "UAVG": date(2018, 5, 25),
    "Awb": date(1994, 1, 1),
    "Wabb": date(2007, 11, 26),
    "Wet COA": date(1994, 7, 1),
    "Huisvestingswet 2014": date(2015, 1, 1),
    "Participatiewet": date(2015, 1, 1),  # until then Wet werk en bijstand
}
"""Abbreviation -> first day on which it applied."""

_NAMEN = "|".join(re.escape(naam) for naam in sorted(WETTEN, key=len, reverse=True))
_VERWIJZING = re.compile(rf"({_NAMEN}) \d[\w.:]*(\([\w]+\))*((, | en |-)\d[\w.:]*(\([\w]+\))*)*")


@cache
def aangehaald(artikel: str) -> tuple[str, ...]:
    """The laws that ``"Wi 35(3); Bi 9.2(4), 9.10"`` cites; ValueError names what cannot be read as a citation."""
    wetten = []
    for deel in artikel.split(";"):
        gelezen = _VERWIJZING.fullmatch(deel.strip())
        if gelezen is None:
            raise ValueError(deel.strip())
        wetten.append(gelezen[1])
    return tuple(wetten)


def sinds(artikel: str) -> date:
    """The day from which everything cited applies."""
    return max(WETTEN[wet] for wet in aangehaald(artikel))
