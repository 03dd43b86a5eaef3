# SPDX-License-Identifier: EUPL-1.2
"""P2, P8: what the demo's hub decided can be exported, proved record by record, and not be altered unseen."""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from consent import checkpoint
from consent.merkle import leaf_hash, verify_inclusion
from hub.readmodel.export import BrokenExport, verify
from hub.readmodel.proof import prove
from hub.vault.tables import engine_for
from tests.stream.demo_hub import DemoHub, run


@pytest.fixture(scope="module")
def exported(demo: DemoHub, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("audit") / "audit.jsonl"
    assert demo.hub("audit", "export", path).code == 0
    return path


@pytest.fixture(scope="module")
def key(demo: DemoHub) -> str:
    return str(json.loads(demo.hub("audit", "key", "--json").out)["key"])


def test_the_hub_checks_its_own_log(demo: DemoHub) -> None:
    ran = demo.hub("audit", "verify", "--json")
    assert ran.code == 0
    assert json.loads(ran.out)["records"] > 1000


def test_an_outsider_checks_an_export_with_the_key_alone(exported: Path, key: str) -> None:
    ran = run("hub", "audit", "verify", exported, "--key", key)
    assert (ran.code, ran.err) == (0, "")
    assert "fit the signed checkpoint" in ran.out
    other = base64.b64encode(bytes(31) + b"\x01").decode()
    refused = run("hub", "audit", "verify", exported, "--key", other)
    assert refused.code == 1
    assert refused.said.startswith("The first line of audit.jsonl is no checkpoint that this key signed")


def test_every_delivery_is_recorded_and_every_recorded_one_was_delivered(demo: DemoHub, exported: Path) -> None:
    """P2, over the whole story. (The hub's receipts are no deliveries.)"""
    lines = exported.read_text().splitlines()[1:]
    records = [json.loads(base64.b64decode(json.loads(line)["record"])) for line in lines]
    recorded = Counter(
        (demo.draaiboek.partij(each["aan"]), each["type"])
        for one in records
        if one.get("leveringen") and one["plaats"] in demo.story_places
        for each in one["leveringen"]
        if each["type"] != "aanlevering-geweigerd"
    )
    assert recorded == Counter((one.aan, one.gebeurtenis) for one in demo.seen.geleverd)
    assert recorded.total() > 400


DAMAGE: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "a byte flipped": lambda lines: [*lines[:700], lines[700].replace(b"e", b"f", 1), *lines[701:]],
    "a byte flipped within a record": lambda lines: [
        *lines[:700],
        lines[700][:60] + (b"A" if lines[700][60:61] != b"A" else b"B") + lines[700][61:],
        *lines[701:],
    ],
    "a record dropped": lambda lines: lines[:700] + lines[701:],
    "a record inserted": lambda lines: [*lines[:700], lines[500], *lines[700:]],
    "two records exchanged": lambda lines: [*lines[:700], lines[701], lines[700], *lines[702:]],
    "the end cut off": lambda lines: lines[:-1],
    "the last line half written": lambda lines: [*lines[:-1], lines[-1][:30]],
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_damage_shows(exported: Path, tmp_path: Path, damage: Callable[[list[bytes]], list[bytes]]) -> None:
    path = tmp_path / "damaged.jsonl"
    path.write_bytes(b"".join(damage(exported.read_bytes().splitlines(keepends=True))))
    assert path.read_bytes() != exported.read_bytes()
    with pytest.raises(BrokenExport, match=r"damaged\.jsonl"):
        verify(path)


def test_damage_is_told_in_one_sentence(exported: Path, tmp_path: Path, key: str) -> None:
    path = tmp_path / "damaged.jsonl"
    path.write_bytes(b"".join(exported.read_bytes().splitlines(keepends=True)[:-1]))
    ran = run("hub", "audit", "verify", path, "--key", key)
    assert (ran.code, ran.out) == (1, "")
    assert ran.said.startswith("The checkpoint is of ") and "\n" not in ran.said


@pytest.mark.parametrize("number", [0, 1, 699])
def test_a_record_is_proved_with_the_tree_functions_alone(demo: DemoHub, key: str, number: int) -> None:
    proof = prove(engine_for(demo.settings.audit_address), number)
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key))
    stated = checkpoint.verify(proof["checkpoint"].encode(), public, proof["checkpoint"].splitlines()[0])
    path = [base64.b64decode(one) for one in proof["pad"]]
    assert verify_inclusion(leaf_hash(proof["record"].encode()), number, stated.size, path, stated.root)
    assert not verify_inclusion(leaf_hash(proof["record"].encode() + b" "), number, stated.size, path, stated.root)


def test_a_proof_as_the_operator_gets_it(demo: DemoHub) -> None:
    proof = json.loads(demo.hub("audit", "proof", "1").out)
    assert set(proof) >= {"nummer", "omvang", "record", "pad", "checkpoint"}
    missing = demo.hub("audit", "proof", "999999999")
    assert missing.code == 1
    assert missing.said.endswith("999999999 is not among them.")
