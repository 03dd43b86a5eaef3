# SPDX-License-Identifier: EUPL-1.2
"""`bridge.toml`: where the bridge hands deliveries to. At least one of [kafka], [tabel] and [webhook].

[kafka]                                  # plain Avro on one's own broker; any setting that librdkafka knows
topic = "inburgering"
[kafka.librdkafka]
"bootstrap.servers" = "kafka.intern:9092"

[tabel]                                  # a row a delivery; any address that SQLAlchemy knows
database = "postgresql+psycopg://hub@db.intern/zaken"

[webhook]                                # a call a delivery; the body is a CloudEvent in JSON
url = "https://zaken.intern/inburgering"
token = "webhook.token"                  # a file beside this one, sent as a bearer token
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, ValidationError, model_validator

from connectors.profile import NoProfile


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ToKafka(_Strict):
    topic: str = Field(pattern=r"^[A-Za-z0-9._-]{1,200}$")
    librdkafka: dict[str, str | int | bool]

    @property
    def positions(self) -> str:
        """The topic that keeps the position, in the same transactions: one partition, compacted."""
        return f"{self.topic}.positie"


class ToTable(_Strict):
    database: str
    naam: str = Field("inburgering_leveringen", pattern=r"^[a-z_][a-z0-9_]{0,50}$")


class ToWebhook(_Strict):
    url: HttpUrl
    token: Path | None = None
    seconden: float = Field(10.0, gt=0, description="how long a call may take")


class BridgeSettings(_Strict):
    """Paths are relative to the file's own folder."""

    kafka: ToKafka | None = None
    tabel: ToTable | None = None
    webhook: ToWebhook | None = None
    map: Path = Path()

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if not (self.kafka or self.tabel or self.webhook):
            raise ValueError("name at least one of [kafka], [tabel] and [webhook]")
        return self

    @classmethod
    def read(cls, file: Path) -> BridgeSettings:
        """Raises NoProfile, in one sentence."""
        try:
            return cls.model_validate(tomllib.loads(file.read_text(encoding="utf-8")) | {"map": file.parent})
        except OSError as error:
            raise NoProfile(
                f"There is no {file}: write one as `connect bridge --help` shows ({error.strerror})."
            ) from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise NoProfile(f"{file} is not TOML ({error}): correct it.") from error
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(str(part) for part in first["loc"])
            raise NoProfile(f"Correct {place or 'the targets'} in {file}: {first['msg']}.") from error
