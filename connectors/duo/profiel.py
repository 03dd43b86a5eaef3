# SPDX-License-Identifier: EUPL-1.2
"""`duo.toml`: where DUO is, with which certificate, for which gemeenten. It stands beside the `connect.toml` of DUO's part
in the hub and holds no secret itself."""

from __future__ import annotations

import ssl
import tomllib
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from connectors.profile import NoProfile

Oin = Annotated[str, Field(pattern=r"^[0-9]{20}$")]


class BijOnbekend(StrEnum):
    """What to do about a person of whom nothing was heard yet."""

    WEIGEREN = "weigeren"
    """Do not ask: nothing says that this gemeente may."""
    VRAGEN = "vragen"
    """Let DUO judge; for the first weeks, when cases run of which the notices came before this connection."""


class Gemeente(BaseModel):
    """A gemeente for which this connection speaks with DUO."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    oin: Oin
    code: Annotated[str, Field(pattern=r"^\d{4}$", description="CBS code, as DUO names it in a PIP")]
    uitvoerders: list[Oin] = Field(default=[], description="who reports in its name")


class Instellingsnummer(BaseModel):
    """Under which number DUO knows a taalschool."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    oin: Oin
    nummer: Annotated[str, Field(min_length=10, max_length=10)]


class DuoProfiel(BaseModel):
    """Paths are relative to the file's own folder; times in seconds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    oin: Annotated[Oin, Field(description="DUO's own OIN: `doel` of what we ask, `bron` of what we are told")]
    adres: Annotated[str, Field(pattern=r"^https://[^/]+$", description="host and port of DUO, without path")]
    host: str = "127.0.0.1"
    poort: Annotated[int, Field(ge=0, le=65535)] = 8443
    vertrouwd: Path = Path("duo-ca.pem")
    certificaat: Path = Path("duo-cert.pem")
    sleutel: Path = Path("duo-key.pem")
    ingetrokken: Path | None = Field(None, description="revoked certificates (CRL, PEM) of the issuers in `vertrouwd`")
    database: Path = Path("duo.sqlite")
    gemeenten: list[Gemeente]
    instellingen: list[Instellingsnummer] = []
    bij_onbekend: BijOnbekend = BijOnbekend.WEIGEREN
    wachttijd: Annotated[float, Field(gt=0)] = 30.0
    """How long an answer of DUO may take."""
    eerste_pauze: Annotated[float, Field(gt=0)] = 2.0
    """After a first failure; doubled with each further one."""
    langste_pauze: Annotated[float, Field(gt=0)] = 300.0
    map: Path = Path()

    @classmethod
    def read(cls, path: str | Path) -> DuoProfiel:
        """Read `path` (a duo.toml, or the folder that holds one). Raises NoProfile."""
        file = Path(path)
        file = file / "duo.toml" if file.is_dir() else file
        try:
            content = tomllib.loads(file.read_text(encoding="utf-8"))
            return cls.model_validate(content | {"map": file.parent})
        except OSError as error:
            raise NoProfile(f"There is no readable {file}: write it as docs/duo.md says ({error.strerror}).") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise NoProfile(f"{file} is not TOML ({error}): write it as docs/duo.md says.") from error
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(str(part) for part in first["loc"]) or "the file"
            raise NoProfile(f"Correct {place} in {file}: {first['msg']}.") from error

    @model_validator(mode="after")
    def _elk_een_keer(self) -> DuoProfiel:
        for what, values in (("oin", [one.oin for one in self.gemeenten]), ("code", [g.code for g in self.gemeenten])):
            if len(set(values)) != len(values):
                raise ValueError(f"name each {what} of a gemeente once")
        return self

    def bestand(self, name: Path) -> Path:
        path = self.map / name
        if not path.exists():
            raise NoProfile(f"{path} is missing: put it there, or name another file in duo.toml.")
        return path

    def gemeente_met_code(self, code: str) -> str | None:
        return next((one.oin for one in self.gemeenten if one.code == code), None)

    def gemeenten_van(self, uitvoerder: str) -> frozenset[str]:
        """The gemeenten in whose name this organisation reports."""
        return frozenset(one.oin for one in self.gemeenten if uitvoerder in one.uitvoerders)

    def instellingsnummer(self, oin: str) -> str | None:
        return next((one.nummer for one in self.instellingen if one.oin == oin), None)

    def tls_als_dienst(self) -> ssl.SSLContext:
        """For the side that DUO calls: no connection without a certificate of the trusted issuer that still counts."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(self.bestand(self.vertrouwd)))
        context.verify_mode = ssl.CERT_REQUIRED
        return self._met_eigen(context)

    def tls_als_vrager(self) -> ssl.SSLContext:
        """For calling DUO: DUO's certificate is verified, ours is shown."""
        return self._met_eigen(ssl.create_default_context(cafile=str(self.bestand(self.vertrouwd))))

    def _met_eigen(self, context: ssl.SSLContext) -> ssl.SSLContext:
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        try:
            context.load_cert_chain(self.bestand(self.certificaat), self.bestand(self.sleutel))
            if self.ingetrokken is not None:
                context.load_verify_locations(self.bestand(self.ingetrokken))
                context.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF
        except ssl.SSLError as error:
            raise NoProfile(
                f"The certificates that {self.map / 'duo.toml'} names do not belong together, or are not PEM: {error}."
            ) from error
        return context
