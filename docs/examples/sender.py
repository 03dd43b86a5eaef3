# SPDX-License-Identifier: EUPL-1.2
"""Send one event: `python sender.py connect.toml 999990019`."""

import asyncio
import sys
from datetime import date

from connectors import Connector
from connectors.gebeurtenissen.taalschool import CursusGestart


async def main(config: str, bsn: str) -> None:
    async with Connector.open(config) as connector:
        print(await connector.send(CursusGestart(begindatum=date(2026, 3, 2), component="taal").about("bsn", bsn)))


asyncio.run(main(*sys.argv[1:3]))
