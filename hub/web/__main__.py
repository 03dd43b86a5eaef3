# SPDX-License-Identifier: EUPL-1.2
"""`python -m hub.web DIR`: the HTTP room, without the weight of the command line; what the supervisor starts."""

from __future__ import annotations

import sys
from pathlib import Path

from hub.settings import open_settings
from hub.web.process import run

run(open_settings(Path(sys.argv[1])))
