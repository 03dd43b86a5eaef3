# SPDX-License-Identifier: EUPL-1.2
"""Receive until it is quiet, and confirm: `python receiver.py connect.toml`."""

import asyncio
import sys

from connectors import Connector


async def main(config: str) -> None:
    async with Connector.open(config) as connector:
        async for delivery in connector.deliveries(until_quiet=2):
            print(delivery.gebeurtenis, delivery.pseudoniem, dict(delivery.data))
            await delivery.done()


asyncio.run(main(sys.argv[1]))
