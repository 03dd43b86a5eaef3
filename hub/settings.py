# SPDX-License-Identifier: EUPL-1.2
"""Where a hub keeps its things and how its processes find each other.

Everything has a default inside the data directory; beyond one machine the environment (`HUB_BOOTSTRAP`,
`HUB_VAULT_URL`, ...) says where broker and databases are. `docker-compose.yml` is held against the names here by a
test.
"""

from __future__ import annotations

import tomllib
from ipaddress import ip_network
from pathlib import Path

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from hub.broker.topics import Role
from hub.vault.ledger import LEDGER

DATA_VERSION = "1"


class NoHub(Exception):
    """The data directory holds no hub, or one of another version."""


class Settings(BaseSettings):
    """One hub. Read from DIR/hub.toml, overruled by the environment."""

    model_config = SettingsConfigDict(env_prefix="HUB_", extra="ignore")

    data: Path = Field(description="the data directory")
    oin: str = Field(description="the hub's own OIN, 20 characters")
    bootstrap: str | None = Field(None, description="host:port of Kafka; the embedded broker's own when absent")
    embedded: bool = Field(True, description="run the embedded broker in the supervised tree")
    simulated: bool = Field(False, description="time is simulated: it moves only by `hub clock advance`")
    start: str | None = Field(None, description="first day of simulated time, YYYY-MM-DD")
    tick_seconds: float = Field(60.0, gt=0, description="seconds between ticks in real time")
    max_step_days: float = Field(3.0, gt=0, description="a tick that jumps further waits for an operator, days")
    vault_url: str | None = Field(
        None, description="SQLAlchemy address of the vault; SQLite in the data directory when absent"
    )
    ledger: Path | None = Field(
        None,
        description="the erasure ledger, where a restored backup does not overwrite it; beside the vault when absent",
    )
    audit_url: str | None = Field(None, description="SQLAlchemy address of the audit log and read model")
    web_url: str | None = Field(None, description="SQLAlchemy address of what the HTTP room remembers")
    web_host: str = Field("127.0.0.1", description="the address on which the HTTP room listens")
    web_port: int | None = Field(
        None, ge=1, le=65535, description="its port; a free one, kept for later starts, when absent"
    )
    web_base: str | None = Field(
        None, description="how partners reach it, https://host[:port]; host and port above when absent"
    )
    web_rate: float = Field(50.0, gt=0, description="requests a second that one organisation may make over HTTP")
    webhook_ports: str = Field("443,8443", description="ports of participants that webhooks may call, with commas")
    webhook_networks: str = Field(
        "", description="private networks that webhooks may call, with commas: 10.20.0.0/16; none when absent"
    )
    webhook_ca: Path | None = Field(None, description="further roots in PEM that webhooks trust, beside the system's")
    webhook_local: bool = Field(False, description="webhooks may call this machine, over http: for the demo")
    webhook_seconds: float = Field(10.0, gt=0, description="how long one call of a webhook may take")
    webhook_attempts: int = Field(10, ge=1, description="attempts at a delivery before it is given up")
    webhook_first: float = Field(
        10.0, gt=0, description="seconds after the first attempt; each pause is thrice the last"
    )
    webhook_longest: float = Field(6 * 3600.0, gt=0, description="the longest pause between attempts, seconds")
    store: str = Field("memory", pattern="^(memory|rocksdb)$", description="where dossier workers keep their state")
    replication: int = Field(1, ge=1, description="replication factor of topics; 3 beyond one machine")

    @field_validator("webhook_ports")
    @classmethod
    def _ports(cls, text: str) -> str:
        if not all(0 < int(one) < 65536 for one in text.split(",")):
            raise ValueError("give ports from 1 to 65535, with commas")
        return text

    @field_validator("webhook_networks")
    @classmethod
    def _networks(cls, text: str) -> str:
        for one in filter(None, text.split(",")):
            ip_network(one.strip())
        return text

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        path = init_settings().get("data")
        toml = TomlConfigSettingsSource(settings_cls, Path(path) / "hub.toml" if path else None)
        return init_settings, env_settings, toml

    @property
    def vault_address(self) -> str:
        return self.vault_url or f"sqlite:///{self.data / 'vault.db'}"

    @property
    def audit_address(self) -> str:
        return self.audit_url or f"sqlite:///{self.data / 'audit.db'}"

    @property
    def web_address(self) -> str:
        return self.web_url or f"sqlite:///{self.data / 'web.db'}"

    @property
    def ledger_path(self) -> Path:
        return self.ledger or self.data / LEDGER

    @property
    def audit_order(self) -> Path:
        """In which order the audit log took what it read; stays when its database is put back."""
        return self.data / "audit.order"

    @property
    def clock_address(self) -> str:
        return f"sqlite:///{self.data / 'clock.db'}"

    @property
    def bundles(self) -> Path:
        return self.data / "bundles"

    @property
    def keys(self) -> Path:
        return self.data / "keys"

    def credentials_dir(self, role: Role) -> Path:
        return self.data / "roles" / role.value

    def participant_dir(self, oin: str) -> Path:
        return self.data / "participants" / oin


def open_settings(data: Path) -> Settings:
    """The settings of the hub in `data`; raises NoHub with what to do when there is none."""
    data = data.resolve()
    marker = data / "VERSION"
    if not marker.exists():
        raise NoHub(
            f"{data} holds no hub: make one with `hub up --data {data} --oin OIN`, or play with `hub demo --data {data}`."
        )
    if (found := marker.read_text().strip()) != DATA_VERSION:
        raise NoHub(
            f"{data} was made by version {found} of the data layout, this program knows {DATA_VERSION}: use the program that made it."
        )
    try:
        return Settings(data=data)  # type: ignore[call-arg]  # the rest comes from hub.toml
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = "_".join(str(part) for part in first["loc"])
        raise NoHub(f"Correct {name} in {data / 'hub.toml'}, or HUB_{name.upper()}: {first['msg']}.") from error
    except tomllib.TOMLDecodeError as error:
        raise NoHub(f"{data / 'hub.toml'} is not TOML: {error}.") from error
