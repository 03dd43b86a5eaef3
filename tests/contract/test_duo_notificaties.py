# SPDX-License-Identifier: EUPL-1.2
"""The Notificatie API that DUO calls: who may, what is taken, what is answered, and that 201 means: it is on disk."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from connectors.duo.gebeurtenissen import CATALOGUS
from connectors.duo.koppelvlak import SEMVER
from hub.broker.certificates import Authority, issue
from tests.duo_simulator.scene import DUO, GEM_A, GEM_B, KOPPELING, certificates, notificeerder, partner
from tests.duo_simulator.toneel import Toneel, toneel

BSN = "999990019"
NU = "2026-03-02T09:30:00+01:00"
GOED = {"registratieDatumTijd": NU, "gebeurtenisId": "SS101", "bsn": BSN}


@pytest.fixture
async def t(tmp_path: Path) -> AsyncIterator[Toneel]:
    async with toneel(tmp_path) as found:
        yield found


async def test_a_notice_is_taken_and_every_answer_names_the_version(t: Toneel) -> None:
    status, koppen, inhoud = await t.duo_zegt.post(GOED)
    assert (status, inhoud) == (201, b"")
    assert koppen["API-Version"] == "1.8.0"
    assert "berichtId" not in koppen and "bron" not in koppen, "not echoed since 1.4.1"
    assert t.wachtrij("notificatie") == {"open": 1}


async def test_the_same_notice_again_is_taken_once_whatever_its_bericht_id(t: Toneel) -> None:
    for _ in range(3):
        assert (await t.duo_zegt.post(GOED, berichtId=str(uuid.uuid4())))[0] == 201
    zelfde_moment = {**GOED, "registratieDatumTijd": "2026-03-02T08:30:00Z"}
    assert (await t.duo_zegt.post(zelfde_moment))[0] == 201
    assert t.wachtrij("notificatie") == {"open": 1}
    for anders in ({"gebeurtenisId": "SS102"}, {"bsn": "999990020"}, {"registratieDatumTijd": "2026-03-02T08:30:01Z"}):
        assert (await t.duo_zegt.post({**GOED, **anders}))[0] == 201
    assert (await t.duo_zegt.post(GOED, doel=GEM_B))[0] == 201, "another gemeente is another notice"
    assert t.wachtrij("notificatie") == {"open": 5}


@pytest.mark.parametrize("id_", sorted(CATALOGUS))
async def test_every_event_of_the_catalogue_is_taken(t: Toneel, id_: str) -> None:
    assert (await t.duo_zegt.post({**GOED, "gebeurtenisId": id_}))[0] == 201


async def test_an_event_that_duo_adds_later_is_kept_and_shown(t: Toneel) -> None:
    assert (await t.duo_zegt.post({**GOED, "gebeurtenisId": "SS900"}))[0] == 201
    await t.haal_op()
    assert t.wachtrij("notificatie") == {"aangehouden": 1}
    assert "SS900" not in t.redenen()[0] and t.redenen() == [
        "Deze gebeurtenisId staat niet in onze lijst: werk de koppeling bij."
    ]


@pytest.mark.parametrize(
    ("inhoud", "waarover"),
    [
        (b"geen json", "JSON"),
        ([], "inhoud"),
        ({}, "registratieDatumTijd"),
        ({**GOED, "registratieDatumTijd": "2026-03-02T09:30:00"}, "registratieDatumTijd"),
        ({**GOED, "registratieDatumTijd": "gisteren"}, "registratieDatumTijd"),
        ({**GOED, "gebeurtenisId": "ss101"}, "gebeurtenisId"),
        ({**GOED, "gebeurtenisId": "SS10101"}, "gebeurtenisId"),
        ({**GOED, "gebeurtenisId": ""}, "gebeurtenisId"),
        ({**GOED, "bsn": "99999001"}, "bsn"),
        ({**GOED, "bsn": 999990019}, "bsn"),
        ({**GOED, "vNummer": 10_000_000_000}, "vNummer"),
        ({**GOED, "vNummer": "1234567890"}, "vNummer"),
        ({**GOED, "vNummer": -1}, "vNummer"),
        ({"registratieDatumTijd": NU, "gebeurtenisId": "SS101"}, "bsn"),
        (b"{" + b" " * 20_000 + b"}", "bytes"),
    ],
)
async def test_what_breaks_the_specification_is_400_and_repeats_nothing(
    t: Toneel, inhoud: object, waarover: str
) -> None:
    status, koppen, antwoord = await t.duo_zegt.post(inhoud)
    assert status == 400 and koppen["API-Version"] == "1.8.0"
    assert waarover in antwoord.decode() and BSN not in antwoord.decode()
    assert t.wachtrij("notificatie") == {}


@pytest.mark.parametrize(
    ("koppen", "status"),
    [
        ({"bron": ""}, 400),
        ({"bron": DUO[:-1]}, 400),
        ({"bron": DUO[:-1] + "x"}, 400),
        ({"doel": ""}, 400),
        ({"berichtId": ""}, 400),
        ({"berichtId": "1234"}, 400),
        ({"Content-Type": "text/plain"}, 400),
        ({"bron": GEM_B}, 401),
        ({"doel": "00000099000000009999"}, 403),
    ],
)
async def test_headers(t: Toneel, koppen: dict[str, str], status: int) -> None:
    gekregen, terug, inhoud = await t.duo_zegt.post(GOED, **koppen)
    assert gekregen == status and SEMVER.fullmatch(terug["API-Version"])
    assert 0 < len(inhoud) < 250 and b"fouttekst" in inhoud
    assert t.wachtrij("notificatie") == {}


async def test_who_is_not_duo_may_not_notify_under_its_own_name_either(t: Toneel) -> None:
    vreemd = notificeerder(t.duo_zegt.address, t.certs, "vreemd")
    assert (await vreemd.post(GOED, bron=GEM_B))[0] == 403
    assert (await vreemd.post(GOED, bron=DUO))[0] == 401
    assert t.wachtrij("notificatie") == {}


async def test_without_a_certificate_of_the_trusted_issuer_there_is_no_connection(t: Toneel, tmp_path: Path) -> None:
    certificate, key = issue(Authority.new("Een andere CA"), "duo", DUO)
    (tmp_path / "vals.cert.pem").write_bytes(certificate)
    (tmp_path / "vals.key.pem").write_bytes(key)
    for naam in (None, "vals"):
        with pytest.raises((aiohttp.ClientError, OSError)):
            await notificeerder(t.duo_zegt.address, t.certs, naam).post(GOED)


async def test_a_revoked_certificate_is_refused(tmp_path: Path) -> None:
    from connectors.duo.bedrijf import bedrijf
    from connectors.duo.ontvangst import Ontvangst

    authority = certificates(tmp_path)
    duo = x509.load_pem_x509_certificate((tmp_path / "duo.cert.pem").read_bytes())
    now = datetime.now(UTC) - timedelta(minutes=1)
    for revoked in ([], [duo.serial_number]):
        crl = x509.CertificateRevocationListBuilder(authority.certificate.subject, now, now + timedelta(days=1))
        for number in revoked:
            one = x509.RevokedCertificateBuilder().serial_number(number).revocation_date(now).build()
            crl = crl.add_revoked_certificate(one)
        signed = crl.sign(authority.key, hashes.SHA256())
        (tmp_path / "crl.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
        folder = partner(tmp_path / "d", "https://localhost:1", certs=tmp_path, ingetrokken=str(tmp_path / "crl.pem"))
        async with bedrijf(folder) as b:
            runner = await Ontvangst(b.profiel, b.opslag).dien()
            try:
                zegt = notificeerder(f"https://localhost:{runner.addresses[0][1]}", tmp_path)
                if revoked:
                    with pytest.raises((aiohttp.ClientError, OSError)):
                        await zegt.post(GOED)
                else:
                    assert (await zegt.post(GOED))[0] == 201
            finally:
                await runner.cleanup()


@pytest.mark.parametrize(
    ("pad", "status"), [("/v2/notificaties", 404), ("/notificaties", 404), ("/v1/personen", 404), ("/", 404)]
)
async def test_other_paths_and_versions_do_not_exist(t: Toneel, pad: str, status: int) -> None:
    gekregen, koppen, _ = await t.duo_zegt.post(GOED, pad=pad)
    assert gekregen == status and koppen["API-Version"] == "1.8.0"


async def test_maintenance_is_503_and_takes_nothing(t: Toneel) -> None:
    t.ontvangst.onderhoud = True
    status, koppen, inhoud = await t.duo_zegt.post(GOED)
    assert status == 503 and koppen["API-Version"] == "1.8.0" and b"fouttekst" in inhoud
    t.ontvangst.onderhoud = False
    assert t.wachtrij("notificatie") == {}


async def test_when_the_store_fails_duo_hears_500_and_not_201(t: Toneel, caplog: pytest.LogCaptureFixture) -> None:
    with t.b.opslag.transactie() as c:
        c.exec_driver_sql("DROP TABLE notificatie")
    status, koppen, inhoud = await t.duo_zegt.post(GOED)
    assert status == 500 and koppen["API-Version"] == "1.8.0"
    assert BSN not in caplog.text and BSN not in inhoud.decode()


async def test_nothing_on_disk_tells_who_it_is_about(t: Toneel) -> None:
    t.duo.persoon(BSN, GEM_A, vnummer=1234567890)
    assert (await t.duo_zegt.post({**GOED, "vNummer": 1234567890}))[0] == 201
    await t.haal_op()
    map_ = (t.b.profiel.map / t.b.profiel.database).parent
    inhoud = b"".join(path.read_bytes() for path in map_.glob("duo.sqlite*"))
    assert len(inhoud) > 10_000
    for nummer in (BSN, "1234567890", "Asielstatushouder", "asielstatushouder"):
        assert nummer.encode() not in inhoud
    assert KOPPELING.encode() not in inhoud and GEM_A.encode() in inhoud, "gemeenten are not secret"
