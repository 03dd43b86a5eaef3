# SPDX-License-Identifier: EUPL-1.2
"""From a partner's own file to events: pure readers, with everything that differs between partners in `profielen/`.

Here live the value parsers, the row sources (CSV, XLSX, JSON), the profile model and `read`. Not here: sending,
signing, sealing (the client library does that) and any knowledge of who may receive what.
"""

from __future__ import annotations

from connectors.files.profile import BrokenProfile, Profiel, built_in, load_profile, profile_names
from connectors.files.reader import read
from connectors.files.rejected import write_rejected
from connectors.files.rows import Afgekeurd, Melding, Row
from connectors.files.sources import UnreadableFile

__all__ = [
    "Afgekeurd",
    "BrokenProfile",
    "Melding",
    "Profiel",
    "Row",
    "UnreadableFile",
    "built_in",
    "load_profile",
    "profile_names",
    "read",
    "write_rejected",
]
