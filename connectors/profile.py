# SPDX-License-Identifier: EUPL-1.2
"""`connect.toml`: the one file that describes a partner: who it is, where the hub is, which keys are its own."""

from __future__ import annotations

import base64
import contextlib
import os
import secrets
import ssl
import tomllib
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from schemas.signatures import key_id

KEY_BYTES = 32


class NoProfile(Exception):
    """There is no readable `connect.toml`, or a file that it names is missing."""


class EarlierKey(BaseModel):
    """A signing key of the hub beside the one in use: announced, or ended."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sleutel: str = Field(description="32 bytes in base64")
    tot: AwareDatetime | None = Field(None, description="counts for what the broker has from before this instant")


class HubKeys(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    oin: str
    handtekensleutel: str = Field(description="the hub's public signing key, 32 bytes in base64")
    zegelsleutel: str = Field(description="the public key to seal to, 32 bytes in base64")
    logsleutel: str | None = Field(
        None,
        description="the public key of the hub's audit log, 32 bytes in base64: another than it signs deliveries with",
    )
    logoverdrachten: list[str] = Field(
        default=[], description="how the log's keys followed one another: signed notes, the first one first"
    )
    websleutel: str | None = Field(
        None,
        description="the public key with which the hub's HTTP room signs its calls to webhooks, 32 bytes in base64",
    )
    ook: list[EarlierKey] = Field(default=[], description="further signing keys: keys have epochs, and these overlap")


class ConnectProfile(BaseModel):
    """One partner. Paths are relative to the file's own folder."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    oin: str
    naam: str
    systeem: str
    rollen: list[str]
    bootstrap: str
    http: str | None = Field(
        None, pattern=r"^https://[^/?#\s]+/?$", description="the hub's HTTP interface, https://host"
    )
    hub: HubKeys
    certificaat: Path = Path("cert.pem")
    sleutel: Path = Path("key.pem")
    vertrouwd: Path = Path("ca.pem")
    handtekensleutel: Path = Path("signing.key")
    zegelsleutels: list[Path] = [Path("sealing.key")]
    bestandsgeheim: Path = Path("file.secret")
    opslag: Path = Path("connect.db")
    opslagsleutel: Path = Path("store.key")
    map: Path = Path()
    bestand: Path = Path("connect.toml")
    """What was read; in `map`."""

    @classmethod
    def read(cls, path: str | Path) -> ConnectProfile:
        """Read `path` (a connect.toml, or the folder that holds one)."""
        file = Path(path)
        file = file / "connect.toml" if file.is_dir() else file
        try:
            content = tomllib.loads(file.read_text(encoding="utf-8"))
            return cls.model_validate(content | {"map": file.parent, "bestand": Path(file.name)})
        except FileNotFoundError as error:
            raise NoProfile(
                f"There is no {file}: ask the hub's operator for your folder, or name it with --config."
            ) from error
        except OSError as error:
            raise NoProfile(
                f"{file} cannot be read: run this as the account that owns it ({error.strerror})."
            ) from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise NoProfile(
                f"{file} is not TOML ({error}): copy it again from the folder of the hub's operator."
            ) from error
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(str(part) for part in first["loc"])
            raise NoProfile(f"Correct {place} in {file}: {first['msg']}.") from error

    def ssl_context(self) -> ssl.SSLContext:
        """Mutual TLS: the hub's CA to trust, our certificate to show."""
        try:
            context = ssl.create_default_context(cafile=str(self._file(self.vertrouwd)))
            context.load_cert_chain(self._file(self.certificaat), self._file(self.sleutel))
        except ssl.SSLError as error:
            raise NoProfile(
                f"{self.vertrouwd}, {self.certificaat} and {self.sleutel} in {self.map} are no certificates and key that"
                " belong together: copy them again from the folder that the hub's operator gave you."
            ) from error
        self._expect_valid(datetime.now(UTC))
        return context

    @property
    def has_certificate(self) -> bool:
        """Whether a certificate of ours is there; over HTTP one can do without."""
        return (self.map / self.certificaat).exists()

    def trust_context(self) -> ssl.SSLContext:
        """TLS without a certificate of ours: the hub's CA to trust."""
        return ssl.create_default_context(cafile=str(self._file(self.vertrouwd)))

    def http_base(self) -> str:
        """Where the hub's HTTP interface is. Raises NoProfile."""
        if self.http is None:
            raise NoProfile(
                f"{self.map / self.bestand} does not say where the hub's HTTP interface is (`http`): copy the newest"
                " connect.toml from the hub's operator."
            )
        return self.http.rstrip("/")

    def _expect_valid(self, now: datetime) -> None:
        """The broker would only break off, which looks as if nobody were there."""
        certificate = x509.load_pem_x509_certificate(self._file(self.certificaat).read_bytes())
        begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
        if now > end:
            raise NoProfile(
                f"The certificate {self._file(self.certificaat)} ended on {end:%Y-%m-%d}: ask the hub's operator for a"
                " new one; what you could not send meanwhile you can send then."
            )
        if now < begin:
            raise NoProfile(
                f"The certificate {self._file(self.certificaat)} begins on {begin:%Y-%m-%d %H:%M} UTC: set this machine's"
                " clock right, or wait."
            )

    def signing_key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self._key(self.handtekensleutel))

    def sealing_keys(self) -> list[X25519PrivateKey]:
        """The newest first; older ones (`sealing-*.key` beside it) stay until nothing sealed to them can arrive any more."""
        beside = (path.relative_to(self.map) for path in sorted(self.map.glob("sealing-*.key")))
        named = dict.fromkeys((*self.zegelsleutels, *beside))
        return [X25519PrivateKey.from_private_bytes(self._key(path)) for path in named]

    def file_secret(self) -> bytes:
        """Our own secret for the ids of events from files (32 bytes): the same row sent again has the same id, and nobody can
        guess a BSN from one. It outlives every other key: with another secret a file sent twice counts twice.
        """
        return self._key(self.bestandsgeheim)

    def store_key(self) -> bytes:
        """The key (32 bytes) of what `connect` keeps on this disk (`opslag`); made the first time. Without it the store
        cannot be read by anybody: to throw it away is to throw away what still waited there."""
        path = self.map / self.opslagsleutel
        with contextlib.suppress(FileExistsError):
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as target:
                target.write(secrets.token_bytes(KEY_BYTES))
                target.flush()
                os.fsync(target.fileno())
        return self._key(self.opslagsleutel)

    @property
    def store_path(self) -> Path:
        """Where `connect` keeps what waits for the hub and what it sent before."""
        return self.map / self.opslag

    def stamp(self) -> tuple[int, int]:
        """Tells one state of this file from another: moment of change (ns) and size. Raises NoProfile."""
        try:
            found = (self.map / self.bestand).stat()
        except OSError as error:
            raise NoProfile(f"{self.map / self.bestand} cannot be read: put it back ({error.strerror}).") from error
        return found.st_mtime_ns, found.st_size

    def again(self) -> ConnectProfile:
        """The same file as it is now. Raises NoProfile."""
        return ConnectProfile.read(self.map / self.bestand)

    def hub_signing_key(self) -> Ed25519PublicKey:
        return Ed25519PublicKey.from_public_bytes(_public(self.hub.handtekensleutel))

    def hub_signing_keys(self) -> dict[str, tuple[Ed25519PublicKey, datetime | None]]:
        """By id, what counts as the hub's signature, and on records from before which instant; None = on every one."""
        found = {}
        for text, until in ((self.hub.handtekensleutel, None), *((one.sleutel, one.tot) for one in self.hub.ook)):
            public = Ed25519PublicKey.from_public_bytes(_public(text))
            found[key_id(public)] = (public, until)
        return found

    def hub_log_key(self) -> Ed25519PublicKey | None:
        """The key that signs the checkpoints of the hub's audit log; None in a connect.toml that does not name it."""
        given = self.hub.logsleutel
        return None if given is None else Ed25519PublicKey.from_public_bytes(_public(given))

    def hub_web_key(self) -> Ed25519PublicKey | None:
        """The key that signs the hub's calls to webhooks; None in a connect.toml that does not name it."""
        given = self.hub.websleutel
        return None if given is None else Ed25519PublicKey.from_public_bytes(_public(given))

    def hub_sealing_key(self) -> bytes:
        return _public(self.hub.zegelsleutel)

    def _key(self, name: Path) -> bytes:
        path = self._file(name)
        try:
            content = path.read_bytes()
        except OSError as error:
            raise NoProfile(
                f"{path} cannot be read: run this as the account that owns it ({error.strerror})."
            ) from error
        if len(content) != KEY_BYTES:
            raise NoProfile(f"{path} is not a key of {KEY_BYTES} bytes: copy it again from where your keys are kept.")
        return content

    def _file(self, name: Path) -> Path:
        path = self.map / name
        if not path.exists():
            raise NoProfile(f"{path} is missing: copy it from the folder that the hub's operator gave you.")
        return path


def _public(text: str) -> bytes:
    """The 32 bytes of one of the hub's public keys in `connect.toml`."""
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError:
        raw = b""
    if len(raw) != KEY_BYTES:
        raise NoProfile(
            f"The hub's keys in connect.toml are {KEY_BYTES} bytes in base64: copy them again from the operator."
        )
    return raw
