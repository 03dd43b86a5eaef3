# SPDX-License-Identifier: EUPL-1.2
"""A case of five years: what an event rewrites, and what the dossier keeps, stay under the bound that `hub bench` states."""

from __future__ import annotations

from dataclasses import asdict

from benchmarks.state import BOUND, measure


def test_a_case_of_five_years_stays_under_the_stated_bound() -> None:
    found = asdict(measure(cases=1, years=5))
    assert found["rewritten_p99_last_year"] < 1.1 * found["rewritten_p99"], "it grows with the years"
    assert {name for name, bytes_ in found.items() if bytes_ > asdict(BOUND)[name]} == set(), found
