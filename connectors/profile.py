# SPDX-License-Identifier: EUPL-1.2
"""`connect.toml`: the one file that describes a partner: who it is, where the hub is, which keys are its own."""

from __future__ import annotations

import base64
import ssl
import tomllib
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError


class NoProfile(Exception):
    """There is no readable `connect.toml`, or a file that it names is missing."""


class HubKeys(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    oin: str
    handtekensleutel: str = Field(description="the hub's public signing key, 32 bytes in base64")
    zegelsleutel: str = Field(description="the public key to seal to, 32 bytes in base64")


class ConnectProfile(BaseModel):
    """One partner. Paths are relative to the file's own folder."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    oin: str
    naam: str
    systeem: str
    rollen: list[str]
    bootstrap: str
    hub: HubKeys
    certificaat: Path = Path("cert.pem")
    sleutel: Path = Path("key.pem")
    vertrouwd: Path = Path("ca.pem")
    handtekensleutel: Path = Path("signing.key")
    zegelsleutels: list[Path] = [Path("sealing.key")]
    bestandsgeheim: Path = Path("file.secret")
    map: Path = Path()

    @classmethod
    def read(cls, path: str | Path) -> ConnectProfile:
        """Read `path` (a connect.toml, or the folder that holds one)."""
        file = Path(path)
        file = file / "connect.toml" if file.is_dir() else file
        try:
            content = tomllib.loads(file.read_text(encoding="utf-8"))
            return cls.model_validate(content | {"map": file.parent})
        except FileNotFoundError as error:
            raise NoProfile(
                f"There is no {file}: ask the hub's operator for your folder, or name it with --config."
            ) from error
        except (tomllib.TOMLDecodeError, ValidationError) as error:
            raise NoProfile(f"{file} cannot be read: {error}") from error

    def ssl_context(self) -> ssl.SSLContext:
        """Mutual TLS: the hub's CA to trust, our certificate to show."""
        context = ssl.create_default_context(cafile=str(self._file(self.vertrouwd)))
        context.load_cert_chain(self._file(self.certificaat), self._file(self.sleutel))
        return context

    def signing_key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self._file(self.handtekensleutel).read_bytes())

    def sealing_keys(self) -> list[X25519PrivateKey]:
        """The newest first; older ones stay until nothing sealed to them can arrive any more."""
        return [X25519PrivateKey.from_private_bytes(self._file(path).read_bytes()) for path in self.zegelsleutels]

    def file_secret(self) -> bytes:
        """Our own secret for the ids of events from files (32 bytes): the same row sent again has the same id, and nobody can
        guess a BSN from one. It outlives every other key: with another secret a file sent twice counts twice.
        """
        return self._file(self.bestandsgeheim).read_bytes()

    def hub_signing_key(self) -> Ed25519PublicKey:
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(self.hub.handtekensleutel))

    def hub_sealing_key(self) -> bytes:
        return base64.b64decode(self.hub.zegelsleutel)

    def _file(self, name: Path) -> Path:
        path = self.map / name
        if not path.exists():
            raise NoProfile(f"{path} is missing: copy it from the folder that the hub's operator gave you.")
        return path
