# SPDX-License-Identifier: EUPL-1.2
"""From a row of a partner's file to an event to send."""

from __future__ import annotations

from connectors.client import Event
from connectors.files import Melding


def event_of(row: Melding) -> Event:
    """The row keeps its own id, so that sending a file again doubles nothing."""
    return Event(row.gebeurtenis, row.persoon, row.data, row.gebeurd, row.id)
