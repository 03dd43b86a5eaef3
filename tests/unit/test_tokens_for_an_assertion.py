# SPDX-License-Identifier: EUPL-1.2
"""OAuth by private_key_jwt: one assertion, one token; what is old, strange, replayed or of an ended key gets none."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey

from consent.participants import Deelnemersregister
from hub.broker.certificates import Authority, issue
from hub.broker.principal import principal_of
from hub.vault.tables import engine_for
from hub.web.problems import Refused
from hub.web.tables import metadata
from hub.web.toegang import Deelnemers, Toegang, Weg
from hub.web.tokens import ASSERTION_TYPE, NoToken, Tokens
from schemas import signatures
from schemas.catalogue import Rol
from tests.unit.inzenders import GEMEENTE, SCHOOL, Inzender

BASE = "https://hub.example:8443"
AUDIENCE = f"{BASE}/v1/oauth/token"
NU = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
WEB = Ed25519PrivateKey.generate()


class World:
    """A register that changes, a clock that is set, and the two doors."""

    def __init__(self, place: Path, *inzenders: Inzender) -> None:
        self.now, self.database = NU, f"sqlite:///{place / 'web.db'}"
        self.registers = [register_of(*(inzenders or (SCHOOL, GEMEENTE)))]
        self.again()

    def again(self) -> None:
        engine = engine_for(self.database)
        metadata.create_all(engine)
        self.tokens = Tokens(WEB, BASE, engine, self.participants, lambda: self.now)
        self.toegang = Toegang(self.participants, self.tokens.holder)

    def participants(self) -> Deelnemers:
        return Deelnemers(self.registers, self.now.date())

    def ask(self, assertion: str, **form: str) -> str:
        given = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion,
        } | form
        return str(self.tokens.exchange(given)["access_token"])

    def assertion(self, who: Inzender = SCHOOL, *, header: dict[str, Any] | None = None, **changed: Any) -> str:
        claims = {
            "iss": who.oin,
            "sub": who.oin,
            "aud": AUDIENCE,
            "iat": int(self.now.timestamp()),
            "exp": int(self.now.timestamp()) + 60,
            "jti": str(uuid.uuid4()),
        } | changed
        head = {"alg": "EdDSA", "kid": who.sleutelid} | (header or {})
        claims = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(head, claims, OKPKey.import_key(who.signing), algorithms=["EdDSA", "Ed25519"])


def register_of(
    *inzenders: Inzender, certificates: dict[str, list[dict[str, Any]]] | None = None
) -> Deelnemersregister:
    rows = [one.rij().model_dump() for one in inzenders]
    return Deelnemersregister.of([row | {"certificaten": (certificates or {}).get(row["oin"], [])} for row in rows])


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_an_assertion_gives_a_token_and_the_token_lets_in(world: World) -> None:
    token = world.ask(world.assertion())
    afnemer = world.toegang.let_in(None, f"Bearer {token}")
    assert (afnemer.oin, afnemer.rollen, afnemer.weg) == (SCHOOL.oin, frozenset({Rol.TAALSCHOOL}), Weg.TOKEN)


def test_the_same_assertion_again_gives_nothing_also_after_a_restart(world: World) -> None:
    assertion = world.assertion()
    world.ask(assertion)
    for _ in range(2):
        with pytest.raises(NoToken, match="used before"):
            world.ask(assertion)
        world.again()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"aud": BASE}, "aud"),
        ({"aud": None}, "aud"),
        ({"aud": ["https://elsewhere.example"]}, "aud"),
        ({"iss": GEMEENTE.oin}, "iss"),
        ({"sub": GEMEENTE.oin}, "sub"),
        ({"jti": None}, "jti"),
        ({"jti": "kort"}, "jti"),
        ({"jti": 12345678}, "jti"),
        ({"exp": None}, "exp"),
        ({"exp": int(NU.timestamp()) - 31}, "clock"),
        ({"exp": int(NU.timestamp()) + 3600}, "exp"),
        ({"exp": "straks"}, "exp"),
        ({"iat": int(NU.timestamp()) + 31}, "clock"),
        ({"nbf": int(NU.timestamp()) + 31}, "clock"),
        ({"exp": True}, "exp"),
    ],
)
def test_claims_that_do_not_hold(world: World, changed: dict[str, Any], told: str) -> None:
    with pytest.raises(NoToken, match=told):
        world.ask(world.assertion(**changed))


@pytest.mark.parametrize("seconds", [-25, 25])
def test_a_clock_that_is_a_little_off_is_no_hindrance(world: World, seconds: int) -> None:
    shifted = int(NU.timestamp()) + seconds
    assert world.ask(world.assertion(iat=shifted, nbf=shifted, exp=shifted + 10, aud=[AUDIENCE, "x"]))


def test_signed_by_another_or_by_nobody(world: World) -> None:
    stranger = Inzender(SCHOOL.oin, SCHOOL.rollen)
    refused = [
        world.assertion(stranger),
        world.assertion(stranger, header={"kid": SCHOOL.sleutelid}),
        world.assertion(GEMEENTE, header={"kid": SCHOOL.sleutelid}),
        world.assertion(header={"kid": "0" * 32}),
        "",
        "a.b.c",
        "x" * 9000,
        jwt.encode(
            {"alg": "HS256", "kid": SCHOOL.sleutelid},
            {"iss": SCHOOL.oin, "sub": SCHOOL.oin, "aud": AUDIENCE, "exp": int(NU.timestamp()) + 60, "jti": "x" * 20},
            OctKey.import_key(SCHOOL.signing.public_key().public_bytes_raw()),
            algorithms=["HS256"],
        ),
    ]
    head, body, _ = world.assertion().split(".")
    refused.append(f"{head}.{body}.")
    for assertion in refused:
        with pytest.raises(NoToken) as told:
            world.ask(assertion)
        assert told.value.status == 401


def test_what_is_asked_in_another_way(world: World) -> None:
    for form, error in (
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"client_assertion_type": "x"}, "invalid_request"),
        ({"client_id": GEMEENTE.oin}, "invalid_client"),
    ):
        with pytest.raises(NoToken) as told:
            world.ask(world.assertion(), **form)
        assert told.value.error == error


def test_a_token_ends_by_itself_and_with_its_key(world: World) -> None:
    token = world.ask(world.assertion())
    world.now = NU + timedelta(seconds=299)
    world.toegang.let_in(None, f"bearer {token}")
    world.now = NU + timedelta(seconds=301)
    with pytest.raises(Refused):
        world.toegang.let_in(None, f"Bearer {token}")
    world.now = NU
    ended = Inzender(SCHOOL.oin, SCHOOL.rollen, tot=date(2026, 3, 2), signing=SCHOOL.signing)
    world.registers = [register_of(ended)]
    with pytest.raises(Refused, match="ended"):
        world.toegang.let_in(None, f"Bearer {token}")
    with pytest.raises(NoToken):
        world.ask(world.assertion())


def test_while_an_activation_is_under_way_only_what_all_partitions_agree_on_counts(world: World) -> None:
    token = world.ask(world.assertion())
    world.registers.append(register_of(GEMEENTE))
    with pytest.raises(Refused):
        world.toegang.let_in(None, f"Bearer {token}")
    assert world.participants().roles_of(SCHOOL.oin) == frozenset()
    assert world.participants().roles_of(GEMEENTE.oin) == frozenset({Rol.GEMEENTE})


@pytest.mark.parametrize("header", ["", "Bearer", "Basic eDp5", "Bearer x", "Bearer a.b.c", f"Bearer {'x' * 9000}"])
def test_what_is_no_token(world: World, header: str) -> None:
    with pytest.raises(Refused):
        world.toegang.let_in(None, header)


def test_an_assertion_is_no_token_and_a_token_of_another_hub_neither(world: World, tmp_path: Path) -> None:
    for strange in (world.assertion(), world.assertion(aud=BASE)):
        with pytest.raises(Refused):
            world.toegang.let_in(None, f"Bearer {strange}")
    other = Tokens(Ed25519PrivateKey.generate(), BASE, engine_for(world.database), world.participants, lambda: NU)
    form = {"grant_type": "client_credentials", "client_assertion_type": ASSERTION_TYPE}
    token = other.exchange(form | {"client_assertion": world.assertion()})["access_token"]
    with pytest.raises(Refused):
        world.toegang.let_in(None, f"Bearer {token}")


# certificates


def certificate(oin: str, begin: datetime | None = None, end: datetime | None = None) -> tuple[bytes, str]:
    pem, _ = issue(Authority.new("ca"), "school", oin, begin=begin, end=end)
    made = x509.load_pem_x509_certificate(pem)
    return made.public_bytes(Encoding.DER), principal_of(made)


def test_a_certificate_of_the_register_lets_in_until_its_row_ends(world: World) -> None:
    der, dn = certificate(SCHOOL.oin)
    row = {"dn": dn, "van": "2024-01-01"}
    world.registers = [register_of(SCHOOL, GEMEENTE, certificates={SCHOOL.oin: [row]})]
    assert world.toegang.let_in(der, None).oin == SCHOOL.oin
    world.registers = [register_of(SCHOOL, GEMEENTE, certificates={SCHOOL.oin: [row | {"tot": "2026-03-02"}]})]
    with pytest.raises(Refused, match="register"):
        world.toegang.let_in(der, None)


def test_the_certificate_itself_is_over_or_has_not_begun(world: World) -> None:
    now = datetime.now(UTC)
    for begin, end in ((now - timedelta(2), now - timedelta(1)), (now + timedelta(1), now + timedelta(2))):
        der, dn = certificate(SCHOOL.oin, begin, end)
        world.registers = [register_of(SCHOOL, certificates={SCHOOL.oin: [{"dn": dn, "van": "2024-01-01"}]})]
        with pytest.raises(Refused, match="valid now"):
            world.toegang.let_in(der, None)


def test_who_shows_both_must_be_one(world: World) -> None:
    der, dn = certificate(GEMEENTE.oin)
    world.registers = [register_of(SCHOOL, GEMEENTE, certificates={GEMEENTE.oin: [{"dn": dn, "van": "2024-01-01"}]})]
    own, others = world.ask(world.assertion(GEMEENTE)), world.ask(world.assertion(SCHOOL))
    assert world.toegang.let_in(der, f"Bearer {own}").oin == GEMEENTE.oin
    with pytest.raises(Refused, match="same organisation"):
        world.toegang.let_in(der, f"Bearer {others}")
    with pytest.raises(Refused):
        world.toegang.let_in(None, None)


def test_the_token_says_which_key_made_it(world: World) -> None:
    claims = jwt.decode(
        world.ask(world.assertion()), OKPKey.import_key(WEB.public_key()), algorithms=["Ed25519"]
    ).claims
    assert claims["sub"] == SCHOOL.oin and claims["sleutelid"] == SCHOOL.sleutelid
    assert claims["exp"] - claims["iat"] == 300 and signatures.key_id(WEB.public_key())
