# SPDX-License-Identifier: EUPL-1.2
"""`hub doctor` on the HTTP room: a real server with a certificate, and whatever may be wrong with it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from aiohttp import web

from hub.broker.certificates import Authority, issue
from hub.broker.credentials import Credentials
from hub.broker.topics import Role
from hub.commands import http_room
from hub.settings import Settings
from hub.vault.tables import engine_for
from hub.web import address
from hub.web.abonnementen import administratie, tabellen
from hub.web.abonnementen.abonnement import Abonnement, Stand
from hub.web.abonnementen.administratie import Gelezen
from hub.web.limits import Limits
from hub.web.mailbox import HubBehind
from hub.web.metrics import Metrics
from hub.web.routes import ROUTES
from hub.web.server import application, tls
from schemas.http_binding import Vorm

OIN, GEM = "00000099000000000000", "00000099000000000003"
NOW, MONTH = datetime.now(UTC), timedelta(days=30)


@dataclass
class Ward:
    """A hub's directory of which only the HTTP room runs."""

    settings: Settings
    authority: Authority
    behind: bool = False
    extra: dict[str, str] = field(default_factory=dict)
    """Settings that the operator changed after the room had started."""

    def findings(self) -> list[str]:
        settings = self.settings.model_copy(update=self.extra)
        return http_room.findings(settings, datetime.now(UTC), MONTH)

    def shows(self, *, until: datetime = NOW + timedelta(days=300), by: Authority | None = None) -> None:
        """Give the room another certificate than the first; for a room that starts hereafter."""
        certificate, key = issue(by or self.authority, "hub-web", OIN, begin=NOW - MONTH, end=until)
        own = Credentials(self.settings.credentials_dir(Role.WEB))
        own.cert.write_bytes(certificate)
        own.key.write_bytes(key)

    async def _fresh(self, until: float) -> None:
        if self.behind:
            raise HubBehind("behind")

    @contextmanager
    def serving(self) -> Iterator[None]:
        place = address.chosen(self.settings)
        endless = Limits(1e9, lambda: 0.0)
        room = SimpleNamespace(
            base=place.base, strangers=endless, metrics=Metrics(), volger=SimpleNamespace(fresh=self._fresh),
            kennis=SimpleNamespace(registers=("one",)),
        )  # fmt: skip
        loop, ready = asyncio.new_event_loop(), threading.Event()
        runner = web.AppRunner(application(room, ROUTES), access_log=None, shutdown_timeout=0.1)  # type: ignore[arg-type]

        async def begin() -> None:
            await runner.setup()
            context = tls(Credentials(self.settings.credentials_dir(Role.WEB)))
            await web.TCPSite(runner, place.host, place.port, ssl_context=context).start()
            ready.set()

        loop.create_task(begin())
        thread = threading.Thread(target=loop.run_forever, daemon=True)
        thread.start()
        assert ready.wait(30)
        try:
            yield
        finally:
            asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(30)
            loop.call_soon_threadsafe(loop.stop)
            thread.join(30)
            loop.close()


@pytest.fixture
def ward(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ward:
    monkeypatch.setattr(http_room, "SECONDS", 1.0)
    settings = Settings(data=tmp_path, oin=OIN)
    authority = Authority.new("Test CA")
    authority.credentials(settings.credentials_dir(Role.WEB), "hub-web", OIN)
    return Ward(settings, authority)


def test_of_a_sound_room_nothing_is_said(ward: Ward) -> None:
    with ward.serving():
        assert ward.findings() == []


def test_a_room_that_never_ran(ward: Ward) -> None:
    (found,) = ward.findings()
    assert found.startswith("The HTTP room never ran: start it")


def test_nobody_is_where_the_settings_say(ward: Ward) -> None:
    with ward.serving():
        base = address.chosen(ward.settings).base
    (found,) = ward.findings()
    assert found.startswith(f"Nobody answers at {base}, where partners look for the HTTP room (")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda w: w.shows(until=NOW + timedelta(days=10)), f"ends on {NOW + timedelta(days=10):%Y-%m-%d}: restart `hub up`"),
        (lambda w: w.shows(until=NOW - timedelta(days=1)), "Partners cannot trust the HTTP room at https://127.0.0.1"),
        (lambda w: w.shows(by=Authority.new("Another CA")), "Partners cannot trust the HTTP room at https://127.0.0.1"),
    ],
    ids=["ends soon", "ended", "of another authority"],
)  # fmt: skip
def test_its_certificate(ward: Ward, change: Callable[[Ward], None], said: str) -> None:
    change(ward)
    with ward.serving():
        (found,) = ward.findings()
    assert said in found


def test_it_cannot_hand_over(ward: Ward) -> None:
    ward.behind = True
    with ward.serving():
        (found,) = ward.findings()
    assert found.startswith(
        "The HTTP room hands nothing over now: The audit log has not been read yet. If that lasts, look at"
    )


def test_it_runs_with_other_code_or_settings(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    with ward.serving():
        port = address.chosen(ward.settings).port
        ward.extra = {"web_base": f"https://localhost:{port}"}
        assert ward.findings() == ["The HTTP room runs with other code or settings than these: restart it."]
        monkeypatch.setattr(http_room, "API_VERSION", "9.0.0")
        (found,) = ward.findings()
    assert found.startswith("The HTTP room serves version 1.") and "this code is 9.0.0" in found


def test_something_else_answers(ward: Ward) -> None:
    with ward.serving():
        port = address.chosen(ward.settings).port
        ward.extra = {"web_base": f"https://localhost:{port}/ergens"}
        (found,) = ward.findings()
    assert found.startswith(f"What answers at https://localhost:{port}/ergens is not the HTTP room (404)")


def test_a_webhook_that_was_given_up(ward: Ward) -> None:
    engine = engine_for(ward.settings.web_address)
    tabellen.metadata.create_all(engine)
    names = [f"{number}f1c2c1e-7d0b-4c58-a1a8-3f0d8f0f4b11" for number in (6, 7)]
    with engine.begin() as connection:
        for name in names:
            administratie.voeg_toe(connection, subscription(name))
            for position, over in ((0, None), (1, 60.0)):
                read = Gelezen(position, f"lev-{position}", "cursus-gestart", f"rij-{position}")
                over = over if name == names[0] else 60.0
                administratie.mislukt(connection, name, read, (), over, "500", position + 1, NOW.timestamp())
    with ward.serving():
        (found,) = ward.findings()
    assert found.startswith(
        f"Deliveries to zaken.example of {GEM} were given up (1): `hub webhooks failed {names[0]}` says why"
    )
    assert "geheim" not in found


def subscription(name: str) -> Abonnement:
    moment = "2026-03-02T10:00:00Z"
    url = "https://zaken.example/hub?geheim=1"
    return Abonnement(name, GEM, url, None, None, Vorm.BINAIR, Stand.ACTIEF, None, None, 0, moment, moment, 0)
