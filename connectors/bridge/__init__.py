# SPDX-License-Identifier: EUPL-1.2
"""`connect bridge`: unseals inside the partner's own walls and hands plain deliveries to what stands there.

Each target (own Kafka, own table, own webhook) has a connection and a position of its own: a slow one delays no other.
What leaves here is personal data in clear; where it may go is the partner's own responsibility, so the bridge sends
nowhere that `bridge.toml` does not name.
"""

from connectors.bridge.running import Bridge
from connectors.bridge.settings import BridgeSettings

__all__ = ["Bridge", "BridgeSettings"]
