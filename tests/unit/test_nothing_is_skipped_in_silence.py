# SPDX-License-Identifier: EUPL-1.2
"""A test that did not run is a failure under CI=true, unless the machine could not have had what it needs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SUITE = """\
import pytest
from tests.machine import not_to_be_had

def test_lazy():
    pytest.skip("no time today")

def test_poor():
    not_to_be_had("no second moon")
"""


@pytest.mark.parametrize(("ci", "failed", "skipped"), [("true", 1, 1), ("", 0, 2)])
def test_a_skip_counts_as_what_it_is(tmp_path: Path, ci: str, failed: int, skipped: int) -> None:
    (tmp_path / "test_suite.py").write_text(SUITE)
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-q", "-rs", "--rootdir", tmp_path, tmp_path],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT), "CI": ci},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == (1 if failed else 0), ran.stdout
    counts = ran.stdout.splitlines()[-1]
    assert f"{skipped} skipped" in counts
    assert (f"{failed} failed" in counts) == bool(failed)
    assert ("did not run, and under CI=true that is a failure. Skipped: no time today" in ran.stdout) == bool(failed)
    assert "not to be had here: no second moon." in ran.stdout, "and it is named in the last lines"
