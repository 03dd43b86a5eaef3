# SPDX-License-Identifier: EUPL-1.2
"""`python -m hub.streams ROLE DIR`: one worker, without the weight of the command line; what the supervisor starts."""

from __future__ import annotations

import sys
from pathlib import Path

from hub.broker.topics import Role
from hub.settings import open_settings
from hub.streams.worker import run

run(Role(sys.argv[1]), open_settings(Path(sys.argv[2])))
