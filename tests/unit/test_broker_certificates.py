# SPDX-License-Identifier: EUPL-1.2
"""The demo's own authority: kept, renewed in time, and never mistaken for another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature

from hub.broker.certificates import Authority, issue
from hub.broker.principal import principal_of

OIN = "00000009900000000001"


def test_a_demo_certificate_names_its_holder_and_its_oin(tmp_path: Path) -> None:
    kept = Authority.open(tmp_path / "ca").credentials(tmp_path / "gemeente", "Gemeente A", OIN)
    assert kept.principal == f"CN=Gemeente A,UID={OIN},O=Inburgeringshub,C=NL"


def test_the_authority_and_what_it_issued_are_kept(tmp_path: Path) -> None:
    first = Authority.open(tmp_path / "ca").credentials(tmp_path / "gemeente", "Gemeente A", OIN).cert.read_bytes()
    assert (
        Authority.open(tmp_path / "ca").credentials(tmp_path / "gemeente", "Gemeente A", OIN).cert.read_bytes() == first
    )


@pytest.mark.parametrize("left", [timedelta(days=-1), timedelta(days=29)])
def test_a_certificate_near_its_end_is_renewed_under_the_same_name(tmp_path: Path, left: timedelta) -> None:
    authority = Authority.open(tmp_path / "ca")
    kept = authority.credentials(tmp_path / "gemeente", "Gemeente A", OIN)
    begin = datetime.now(UTC) - timedelta(days=300)
    certificate, key = issue(authority, "Gemeente A", OIN, begin=begin, end=datetime.now(UTC) + left)
    kept.cert.write_bytes(certificate)
    kept.key.write_bytes(key)
    renewed = authority.credentials(tmp_path / "gemeente", "Gemeente A", OIN)
    assert renewed.cert.read_bytes() != certificate
    assert renewed.principal == principal_of(certificate)
    renewed.ssl_context()


def test_a_certificate_beside_another_key_is_issued_again(tmp_path: Path) -> None:
    authority = Authority.open(tmp_path / "ca")
    kept = authority.credentials(tmp_path / "gemeente", "Gemeente A", OIN)
    kept.cert.write_bytes(issue(authority, "Gemeente A", OIN)[0])
    authority.credentials(tmp_path / "gemeente", "Gemeente A", OIN).ssl_context()


def test_a_half_written_authority_is_made_again(tmp_path: Path) -> None:
    Authority.open(tmp_path)
    (tmp_path / "ca.key.pem").unlink()
    authority = Authority.open(tmp_path)
    assert authority.certificate.public_key() == authority.key.public_key()


def test_one_authority_did_not_issue_what_another_of_the_same_name_did() -> None:
    ours, theirs = Authority.new("CA"), Authority.new("CA")
    certificate = x509.load_pem_x509_certificate(issue(theirs, "hub", OIN)[0])
    certificate.verify_directly_issued_by(theirs.certificate)
    with pytest.raises(InvalidSignature):
        certificate.verify_directly_issued_by(ours.certificate)
