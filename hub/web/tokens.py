# SPDX-License-Identifier: EUPL-1.2
"""OAuth 2.0 client credentials with `private_key_jwt` (RFC 6749 4.4, RFC 7523; NL GOV profile): a signed assertion for a
short-lived access token.

The assertion is signed with the participant's own signing key, as the register has it, and counts once. The token names
organisation and key, so it ends with that key. Not here: what a token opens (``toegang``).
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from sqlalchemy import Engine, delete, insert, select

from hub.web.problems import Refused
from hub.web.tables import gebruikt
from hub.web.toegang import Deelnemers
from schemas import signatures

ALGORITHMS = ["EdDSA", "Ed25519"]
"""The same signature under its old and its new name (RFC 9864)."""
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
GRANT = "client_credentials"
TOKEN_SECONDS = 300
LONGEST_ASSERTION = timedelta(minutes=5)
SKEW = timedelta(seconds=30)
"""How far a partner's clock may be from ours."""
_LONGEST_TEXT = 8192
_JTI = range(8, 129)
"""Characters of a `jti`."""


class NoToken(Exception):
    """No token is given: `error` is OAuth's code, the text one sentence that says what to mend."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error

    @property
    def status(self) -> int:
        return 401 if self.error == "invalid_client" else 400


@dataclass(frozen=True, slots=True)
class _Assertion:
    oin: str
    key_id: str
    jti: str
    until: datetime


class Tokens:
    """`base`: how partners reach the hub (https://host:port). `deelnemers` gives the participants of this moment."""

    def __init__(
        self,
        key: Ed25519PrivateKey,
        base: str,
        engine: Engine,
        deelnemers: Callable[[], Deelnemers],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._base, self._engine, self._deelnemers, self._now = base, engine, deelnemers, now
        public = key.public_key()
        self._key_id = signatures.key_id(public)
        self._own, self._own_public = OKPKey.import_key(key), OKPKey.import_key(public)

    @property
    def audience(self) -> str:
        """What an assertion must be meant for."""
        return f"{self._base}/v1/oauth/token"

    def exchange(self, form: Mapping[str, str]) -> dict[str, Any]:
        """The token response for a request's form. Raises NoToken."""
        if form.get("grant_type") != GRANT:
            raise NoToken("unsupported_grant_type", f"Give grant_type={GRANT}.")
        if form.get("client_assertion_type") != ASSERTION_TYPE:
            raise NoToken("invalid_request", f"Give client_assertion_type={ASSERTION_TYPE}.")
        assertion = self._checked(form.get("client_assertion", ""))
        if form.get("client_id", assertion.oin) != assertion.oin:
            raise NoToken("invalid_client", "Give the client_id that the assertion is about, or none.")
        self._use(assertion)
        return {"access_token": self._token(assertion), "token_type": "Bearer", "expires_in": TOKEN_SECONDS}

    def holder(self, token: str) -> tuple[str, str]:
        """The OIN and the key id that a token was given to; raises Refused."""
        try:
            claims = _claims(token, lambda _: self._own_public)
            good = claims["aud"] == self._base and float(claims["exp"]) > self._now().timestamp()
        except (JoseError, KeyError, TypeError, ValueError):
            good = False
        if not good:
            raise Refused(
                "Vraag een nieuw token aan bij /v1/oauth/token: dit geldt niet (meer).",
                "Ask for a new token at /v1/oauth/token: this one is not valid (any more).",
            )
        return str(claims["sub"]), str(claims["sleutelid"])

    def _checked(self, text: str) -> _Assertion:
        """1. signed with a key that is valid today, 2. in the name of its owner, 3. meant for us, 4. now, 5. with a name."""
        owner: list[tuple[str, str]] = []

        def key_of(header: Mapping[str, Any]) -> OKPKey:
            key_id = header.get("kid")
            found = self._deelnemers().signing_key(key_id) if isinstance(key_id, str) else None
            if found is None:
                raise NoToken(
                    "invalid_client", "Sign with a key of the register that is valid now, and name it in `kid`."
                )
            owner.append((found[0], str(key_id)))
            return OKPKey.import_key(found[1])

        try:
            claims = _claims(text, key_of)
        except (JoseError, ValueError) as error:
            raise NoToken("invalid_client", "Send a JWT signed with EdDSA (Ed25519) by your signing key.") from error
        oin, key_id = owner[0]
        if claims.get("iss") != oin or claims.get("sub") != oin:
            raise NoToken("invalid_client", "Put the OIN of the key's owner in `iss` and `sub`.")
        audience = claims.get("aud")
        if self.audience not in (audience if isinstance(audience, list) else [audience]):
            raise NoToken("invalid_client", f"Put {self.audience} in `aud`.")
        jti = claims.get("jti")
        if not isinstance(jti, str) or len(jti) not in _JTI:
            raise NoToken("invalid_client", "Give each assertion a `jti` of its own, of 8 to 128 characters.")
        return _Assertion(oin, key_id, jti, self._in_time(claims))

    def _in_time(self, claims: Mapping[str, Any]) -> datetime:
        now = self._now()
        moments: dict[str, datetime] = {}
        for name in ("exp", "iat", "nbf"):
            value = claims.get(name)
            if value is None:
                continue
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e11:
                raise NoToken("invalid_client", f"Give `{name}` as seconds since 1970.")
            moments[name] = datetime.fromtimestamp(value, UTC)
        ours = f"set your clock right: ours says {now:%Y-%m-%dT%H:%M:%SZ}."
        if "exp" not in moments or not now - SKEW < moments["exp"] <= now + LONGEST_ASSERTION + SKEW:
            raise NoToken("invalid_client", f"Give `exp` at most {LONGEST_ASSERTION.seconds} s from now, and {ours}")
        if any(moments[name] > now + SKEW for name in ("iat", "nbf") if name in moments):
            raise NoToken("invalid_client", f"Give no `iat` or `nbf` in the future, and {ours}")
        return moments["exp"]

    def _use(self, assertion: _Assertion) -> None:
        """Once: the name of an assertion is remembered until it could not be used any more. Raises NoToken."""
        name = hashlib.sha256(f"{assertion.key_id}\n{assertion.jti}".encode()).hexdigest()
        now = self._now()
        with self._engine.begin() as connection:
            connection.execute(delete(gebruikt).where(gebruikt.c.tot < int(now.timestamp())))
            if connection.execute(select(gebruikt.c.kenmerk).where(gebruikt.c.kenmerk == name)).first():
                raise NoToken("invalid_client", "Make a new assertion: this one was used before.")
            until = int((assertion.until + SKEW).timestamp()) + 1
            connection.execute(insert(gebruikt).values(kenmerk=name, tot=until))

    def _token(self, assertion: _Assertion) -> str:
        now = int(self._now().timestamp())
        claims = {
            "iss": self._base,
            "aud": self._base,
            "sub": assertion.oin,
            "client_id": assertion.oin,
            "sleutelid": assertion.key_id,
            "iat": now,
            "exp": now + TOKEN_SECONDS,
            "jti": str(uuid.uuid4()),
        }
        header = {"alg": "Ed25519", "typ": "at+jwt", "kid": self._key_id}
        return jwt.encode(header, claims, self._own, algorithms=ALGORITHMS)


def _claims(text: str, key_of: Callable[[Mapping[str, Any]], OKPKey]) -> dict[str, Any]:
    if len(text) > _LONGEST_TEXT:
        raise ValueError("too long")
    return dict(jwt.decode(text, lambda signed: key_of(signed.headers()), algorithms=ALGORITHMS).claims)
