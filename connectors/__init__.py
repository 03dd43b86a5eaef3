# SPDX-License-Identifier: EUPL-1.2
"""The partners' side: the client library, readers of partners' own files, and the `connect` command.

A partner needs this room, `schemas` and `consent`, never `hub`. What a partner may see is decided before it arrives
here.
"""

from connectors.client import Connector, Delivery, DeliveryRefused, Event
from connectors.profile import ConnectProfile, NoProfile

__all__ = ["ConnectProfile", "Connector", "Delivery", "DeliveryRefused", "Event", "NoProfile"]
