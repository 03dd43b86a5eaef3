# SPDX-License-Identifier: EUPL-1.2
"""DUO's part in the story by machine: what DUO has to say goes on record, DUO notifies, and `connectors.duo` asks its services
and sends what follows to the hub, as `connect duo serve` does.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connectors.duo.bedrijf import serve
from demo.duo.dienst import Duo
from demo.duo.verbinding import OURS, Notificeerder, certificates, served, write_duo_toml

KOPPELING = "00000099000000009000"
"""The OIN in the certificate of who runs the connection for the gemeenten."""
START_SECONDS = 30.0


class NoticeRefused(Exception):
    """Our side did not take a notice of DUO."""


@dataclass
class DuosPart:
    """DUO, and the connection beside it. `say` returns when our side has DUO's notices on disk."""

    duo: Duo
    _notify: Notificeerder
    _serving: asyncio.Task[None]
    notices: int = 0

    async def say(self, messages: Sequence[Mapping[str, Any]]) -> None:
        """Put on record what the messages hold, under DUO's own names, and notify the gemeente of each."""
        for message in messages:
            if self._serving.done():
                self._serving.result()
            self._record(message)
            koppen, notice = message["headers"], message["notificatie"]
            status, _, answer = await self._notify.post(notice, doel=koppen["doel"], berichtId=koppen["berichtId"])
            if status != 201:
                raise NoticeRefused(f"{notice['gebeurtenisId']} was answered with {status}: {answer.decode()}")
            self.notices += 1

    @property
    def questions(self) -> int:
        """How many questions DUO's services have answered."""
        return len(self.duo.gedaan("GET"))

    def _record(self, message: Mapping[str, Any]) -> None:
        notice, gemeente = message["notificatie"], message["headers"]["doel"]
        bsn = notice["bsn"]
        wie = self.duo.personen.get(bsn) or self.duo.persoon(bsn, gemeente, vnummer=notice.get("vNummer"))
        wie.plicht = message.get("inburgeringsplicht", wie.plicht)
        if (doelgroep := message.get("doelgroep")) is not None:
            wie.indeling, wie.detail = doelgroep["indeling"], doelgroep["gedetailleerdeDoelgroep"]
            wie.doelgroep_begin = doelgroep["begindatum"]
        wie.termijn = message.get("inburgeringstermijn", wie.termijn)


@asynccontextmanager
async def duos_part(folder: Path, oin: str, gemeenten: Sequence[str]) -> AsyncIterator[DuosPart]:
    """DUO listening and our side taking notices, in the folder of DUO's participant; both end together."""
    certs = folder / "duo-certificaten"
    certs.mkdir(exist_ok=True)
    certificates(certs, {"duo": oin, OURS: KOPPELING})
    codes = {gemeente: f"{1900 + number}" for number, gemeente in enumerate(gemeenten)}
    duo = Duo(oin, {KOPPELING: set(gemeenten)}, codes)
    async with served(duo, certs) as address:
        write_duo_toml(folder, address, certs=certs, duo=oin, gemeenten=codes, instellingen={})
        listening: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        serving = asyncio.create_task(serve(folder, listening.set_result))
        try:
            first: set[asyncio.Future[Any]] = {serving, listening}
            await asyncio.wait(first, timeout=START_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if not listening.done():
                serving.result()  # why it does not listen
            yield DuosPart(duo, Notificeerder(listening.result(), certs, oin), serving)
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
