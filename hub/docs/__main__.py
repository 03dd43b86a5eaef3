# SPDX-License-Identifier: EUPL-1.2
"""`python -m hub.docs [--check]`: write the documents anew, or tell which differ (exit code 1)."""

from __future__ import annotations

import sys
from pathlib import Path

from hub.docs import differing, write

DIRECTORY = Path("docs")

if "--check" in sys.argv[1:]:
    if stale := differing(DIRECTORY):
        sys.exit(
            f"Run `python -m hub.docs`: {', '.join(stale)} in docs/ no longer says what the policy and the schemas say."
        )
else:
    write(DIRECTORY)
