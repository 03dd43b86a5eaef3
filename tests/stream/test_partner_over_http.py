# SPDX-License-Identifier: EUPL-1.2
"""Partners that speak HTTP and no Kafka, at a real hub: they send, get receipts, fetch, confirm; and what is withheld."""

from __future__ import annotations

import asyncio
import base64
import json
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from connectors import Event
from consent import checkpoint
from consent.blad import Deel, toon
from consent.merkle import leaf_hash, verify_inclusion
from hub import keyring
from hub.broker.topics import Role
from hub.readmodel import proof
from hub.readmodel.auditlog import log_origin
from hub.vault.tables import engine_for
from schemas import codec, seals, signatures
from schemas import registry as schema_registry
from schemas.http_binding import STRUCTURED
from tests.faults.hub_scene import GEM_A, GEM_B, SCHOOL_A, SCHOOL_B, VWN, until
from tests.stream.erasure_scene import Person, RunningHub, somebody, with_a_case
from tests.stream.web_scene import ASSERTION, HttpPartner, as_record, partner, place_of, serving

BEGELEIDER = f"{VWN}#begeleider"
STRANGER = {"soort": "pseudoniem", "waarde": "f" * 32}
"""A person whom the hub does not know."""


@pytest.fixture
async def web(hub: RunningHub) -> AsyncIterator[RunningHub]:
    await serving(hub.scene)
    yield hub
    print((hub.scene.settings.data / "logs" / "web.log").read_text()[-5000:])


def report(person: Person, level: str = "A2") -> Event:
    return Event("voortgang-gemeld", person.by_bsn, {"taalniveau": level, "stagnatie": False})


async def end_of(who: HttpPartner) -> str:
    """The place behind all that lies in the mailbox now."""
    query: dict[str, Any] = {}
    while True:
        answer = await who.pull(**query)
        query = {"na": answer["volgende"]}
        if not answer["leveringen"]:
            return str(answer["volgende"])


async def until_there(who: HttpPartner, start: str, naam: str) -> list[dict[str, Any]]:
    """Poll from a place until a delivery of this type is there; all that is there then."""
    found: list[dict[str, Any]] = []

    async def there() -> bool:
        answer = await who.pull(na=start if not found else found[-1]["plaats"], wacht=5)
        found.extend(answer["leveringen"])
        return any(one.get("levering", {}).get("type") == f"nl.inburgering.{naam}" for one in found)

    await until(there, f"{naam} in the mailbox")
    return found


async def test_a_report_over_http_is_answered_and_reaches_the_gemeente(web: RunningHub) -> None:
    person = somebody()
    await with_a_case(web, person)
    sent = report(person)
    async with partner(web.scene, SCHOOL_A) as school, partner(web.scene, GEM_A) as gemeente:
        start = await end_of(gemeente)
        waiting = asyncio.create_task(until_there(gemeente, start, "voortgang-gemeld"))
        answer = await school.post(sent)
        assert answer.status_code == 202, answer.text
        (taken,) = answer.json()["aanleveringen"]
        naam, data = await school.receipt(taken["id"])
        assert (naam, data["betreft"]) == ("aanlevering-aanvaard", sent.id)
        assert (await school.post(sent)).json() == answer.json(), "sent again: the same answer"

        arrived = await waiting
        opened = [gemeente.opened(one["levering"]) for one in arrived]
        assert [data["taalniveau"] for naam, data in opened if naam == "voortgang-gemeld"] == ["A2"]
        strangers = await gemeente.client.get(f"/v1/ontvangstbewijzen/{taken['id']}")
        assert strangers.status_code == 404

        # confirmed: what is fetched without a place comes after it, and an earlier place does not move it back
        for place in (arrived[-1]["plaats"], start):
            confirmed = await gemeente.client.post("/v1/leveringen/bevestigingen", json={"plaats": place})
            assert confirmed.json() == {"plaats": arrived[-1]["plaats"]}
        assert (await gemeente.pull())["leveringen"] == []

        # another's place is no place
        for attempt in (
            await school.client.get("/v1/leveringen", params={"na": start}),
            await school.client.post("/v1/leveringen/bevestigingen", json={"plaats": start}),
        ):
            assert attempt.status_code == 403
            assert attempt.headers["Content-Type"] == "application/problem+json"


async def test_binary_form_and_a_batch(web: RunningHub) -> None:
    person = somebody()
    await with_a_case(web, person)
    async with partner(web.scene, SCHOOL_A) as school:
        key, value, headers = school.letter(report(person))
        binary = {"ce-partitionkey": key.decode()}
        for name, raw in headers:
            if name == "content-type":
                binary["Content-Type"] = raw.decode()
            elif name == "handtekening":
                binary["ce-handtekening"] = base64.b64encode(raw).decode()
            else:
                binary[f"ce-{name.removeprefix('ce_')}"] = quote(raw.decode(), safe=":-")
        answer = await school.client.post("/v1/gebeurtenissen", content=value, headers=binary)
        assert answer.status_code == 202, answer.text
        assert (await school.receipt(answer.json()["aanleveringen"][0]["id"]))[0] == "aanlevering-aanvaard"

        told = await school.sent(
            report(person, "B1"), Event("voortgang-gemeld", STRANGER, {"taalniveau": "A1", "stagnatie": False})
        )
        assert [naam for naam, _ in told] == ["aanlevering-aanvaard", "aanlevering-geweigerd"]

        good, bad = school.structured(report(person)), school.structured(report(person)) | {"time": "gisteren"}
        refused = await school.client.post(
            "/v1/gebeurtenissen",
            content=json.dumps([good, bad]),
            headers={"Content-Type": "application/cloudevents-batch+json", "Accept-Language": "en"},
        )
        assert refused.status_code == 400
        assert [one["plaats"] for one in refused.json()["fouten"]] == ["inhoud/1"]
        untouched = await school.client.get(f"/v1/ontvangstbewijzen/{uuid4()}")
        assert untouched.status_code == 404


async def test_only_ones_own_word_and_only_with_ones_own_signature(web: RunningHub) -> None:
    person = somebody()
    async with partner(web.scene, SCHOOL_A) as school, partner(web.scene, SCHOOL_B) as other:
        own = school.structured(report(person))
        headers = {"Content-Type": STRUCTURED}
        forged = [
            await other.client.post("/v1/gebeurtenissen", json=own, headers=headers),
            await school.client.post("/v1/gebeurtenissen", json=own | {"id": "ander"}, headers=headers),
            await school.client.post(
                "/v1/gebeurtenissen",
                json=own | {"sleutelid": other.structured(report(person))["sleutelid"]},
                headers=headers,
            ),
        ]
        assert [one.status_code for one in forged] == [403] * 3
        large = await school.client.post(
            "/v1/gebeurtenissen", json=own | {"data_base64": "A" * 400_000}, headers=headers
        )
        assert large.status_code == 413
        assert (await school.client.post("/v1/gebeurtenissen", json=own)).status_code == 415


async def test_a_token_instead_of_a_certificate(web: RunningHub) -> None:
    async with partner(web.scene, GEM_B, certificate=False) as gemeente:
        assert (await gemeente.client.get("/v1/leveringen")).status_code == 401
        audience = f"{place_of(web.scene).base}/v1/oauth/token"
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION,
            "client_assertion": gemeente.assertion(audience),
        }
        given = await gemeente.client.post("/v1/oauth/token", data=form)
        assert given.status_code == 200, given.text
        replayed = await gemeente.client.post("/v1/oauth/token", data=form)
        assert (replayed.status_code, replayed.json()["error"]) == (401, "invalid_client")
        token = {"Authorization": f"Bearer {given.json()['access_token']}"}
        assert (await gemeente.client.get("/v1/leveringen", headers=token)).status_code == 200
        async with partner(web.scene, SCHOOL_A) as school:
            assert (await school.client.get("/v1/leveringen", headers=token)).status_code == 401


async def test_withdrawn_between_delivery_and_fetching(web: RunningHub, tmp_path: Path) -> None:
    """The begeleider is given it, does not fetch it, and the person withdraws: it is not handed over, and that is told."""
    person = somebody()
    main = await with_a_case(web, person)
    given = {
        "doel": "begeleiding",
        "ontvanger": BEGELEIDER,
        "categorieen": ["voortgang"],
        "van": "2026-02-01",
        "taal": "ar",
    }
    consent_ = Event("toestemming-gegeven", person.by_bsn, given)
    async with partner(web.scene, VWN) as vwn:
        start = await end_of(vwn)
        await web.report(GEM_A, consent_)
        await web.report(SCHOOL_A, report(person, "A1"))
        before = await until_there(vwn, start, "voortgang-gemeld")
        had = {one["levering"]["id"] for one in before if "levering" in one}
        await web.report(SCHOOL_A, report(person, "A2"))  # this one is not fetched
        sent = [one for record in web.audit_of(main) for one in record.get("leveringen", ())]
        to_vwn = {one["id"] for one in sent if one["aan"] == BEGELEIDER and one["type"] == "voortgang-gemeld"}
        delivered = to_vwn - had
        assert len(to_vwn & had) == len(delivered) == 1

        await web.report(GEM_A, Event("toestemming-ingetrokken", person.by_bsn, {"betreft": consent_.id}))
        after = await until_there(vwn, start, "toestemming-ingetrokken")  # whoever holds data hears of it
        held = {one["ingehouden"]["id"]: one["ingehouden"]["reden"] for one in after if "ingehouden" in one}
        assert {held.get(name) for name in to_vwn} == {"toestemming-withdrawn"}, (
            "not again either, if it was had before"
        )
        assert not {one["levering"]["id"] for one in after if "levering" in one} & to_vwn
        stub = next(one for one in after if "ingehouden" in one)
        assert set(stub) == {"plaats", "positie", "ingehouden"} and set(stub["ingehouden"]) == {"id", "reden"}

    # on record in the log, once each: what the begeleider never got
    kept_back = held.keys() - had
    records = await web.audited(main, "inhouding", len(kept_back))
    assert sorted(one["betreft"] for one in records) == sorted(kept_back)
    assert delivered <= kept_back
    assert all(one["uitkomsten"][0]["uitkomst"] == "ingehouden" for one in records)

    # and the person is told
    account = await web.asked("person", "inzage", "--dossier", main)
    (told,) = [one for one in account["ontvangers"] if one["partij"] == BEGELEIDER]
    shared = {one["categorie"]: one for one in told["gedeeld"]}
    got = [one for one in sent if one["aan"] == BEGELEIDER and one["id"] not in kept_back]
    assert shared["voortgang"]["aantal"] == sum("voortgang" in one["categorieen"] for one in got) >= 1
    assert "toestemming-withdrawn" in {one["reden"] for one in told["niet_gedeeld"]}


def killed(web: RunningHub) -> bool:
    return web.signal(Role.WEB, signal.SIGKILL)


async def test_killed_between_any_two_steps_nothing_is_lost_or_doubled(web: RunningHub) -> None:
    person = somebody()
    await with_a_case(web, person)
    async with partner(web.scene, GEM_A) as gemeente:
        start = await end_of(gemeente)
    reports = [report(person, level) for level in ("A1", "A2", "B1")]
    names: list[str] = []
    async with partner(web.scene, SCHOOL_A) as school:
        for number, sent in enumerate(reports):
            answer = await school.post(sent)
            assert answer.status_code == 202, answer.text
            names.append(answer.json()["aanleveringen"][0]["id"])
            if number == 1:
                assert killed(web)
                await serving(web.scene)
        assert killed(web)
        await serving(web.scene)
        for name, sent in zip(names, reports, strict=True):
            assert (await school.receipt(name))[1]["betreft"] == sent.id
    async with partner(web.scene, GEM_A) as gemeente:

        async def all_there() -> bool:
            found = await gemeente.everything(start)
            return sum(one["levering"]["type"].endswith("voortgang-gemeld") for one in found) == 3

        await until(all_there, "three reports")
        before = await gemeente.everything(start)
        assert killed(web)
        await serving(web.scene)
        assert await gemeente.everything(start) == before, "the same places, the same letters"
        assert (
            await gemeente.client.post("/v1/leveringen/bevestigingen", json={"plaats": before[-1]["plaats"]})
        ).is_success
        assert killed(web)
        await serving(web.scene)
        assert (await gemeente.pull())["leveringen"] == []
        levels = [
            data["taalniveau"]
            for naam, data in map(gemeente.opened, (one["levering"] for one in before))
            if naam == "voortgang-gemeld"
        ]
        assert levels == ["A1", "A2", "B1"]


async def test_a_party_is_proved_its_own_delivery(web: RunningHub) -> None:
    person = somebody()
    await with_a_case(web, person)
    await web.scene.worked_off()
    settings = web.scene.settings
    async with partner(web.scene, GEM_A) as gemeente, partner(web.scene, SCHOOL_B) as other:
        own = [
            one["levering"]["id"]
            for one in await gemeente.everything(await begin_of(gemeente))
            if "levering" in one and one["levering"]["type"].endswith("aanwezigheid-gemeld")
        ]
        number = proof.number_of(engine_for(settings.audit_address), own[-1], GEM_A)
        found = (await gemeente.client.get(f"/v1/audit/bewijs/{number}")).json()
        public = Ed25519PublicKey.from_public_bytes(
            keyring.raw_public(keyring.signing_key(settings.keys / keyring.LOG))
        )
        head = checkpoint.verify(found["checkpoint"].encode(), public, log_origin(settings.oin))
        leaf = found["record"].encode()
        path = [base64.b64decode(one) for one in found["pad"]]
        assert verify_inclusion(leaf_hash(leaf), number, head.size, path, head.root)
        shown = toon(
            leaf, [Deel(one["naam"], base64.b64decode(one["zout"]), one["waarde"]) for one in found["onthuld"]]
        )
        assert own[-1] in json.dumps(dict(shown)) and "dossier" not in shown
        assert (await other.client.get(f"/v1/audit/bewijs/{number}")).status_code == 404
        note = (await other.client.get("/v1/audit/checkpoint")).text
        assert checkpoint.verify(note.encode(), public, log_origin(settings.oin)).size >= head.size


async def begin_of(who: HttpPartner) -> str:
    """The place before the first that is kept: what is asked for anew is given anew, confirmed or not."""
    from hub.web.cursors import Cursors

    folder = who.profile.map.parent.parent
    return Cursors(keyring.web_key(folder / "keys").private_bytes_raw()).write(who.profile.oin, -1)


async def test_a_stock_deserializer_reads_what_was_fetched(web: RunningHub) -> None:
    person = somebody()
    await with_a_case(web, person)
    async with partner(web.scene, GEM_A) as gemeente:
        letters = [one["levering"] for one in await gemeente.everything(await begin_of(gemeente)) if "levering" in one][
            -5:
        ]
        own = {signatures.key_id(key.public_key()): key for key in gemeente.profile.sealing_keys()}
        opener = seals.Opener(own, GEM_A)
    registry = SchemaRegistryClient(
        {"url": place_of(web.scene).base, "ssl.ca.location": str(web.scene.settings.participant_dir(GEM_A) / "ca.pem")}
    )
    deserialize, newest = AvroDeserializer(registry), schema_registry.registry().latest("voortgang-gemeld").versie

    def read() -> None:
        for letter in letters:
            event, headers = as_record(letter)
            frame = opener.open(event.data, seals.aad_of(event))
            found: Any = deserialize(frame, SerializationContext("out", MessageField.VALUE, headers))
            ours = codec.decode(frame)[1]
            assert ours and {name for name in ours if found[name] is None} == set()
        assert registry.get_latest_version("nl.inburgering.voortgang-gemeld-value").version == newest
        assert "nl.inburgering.tik-value" in registry.get_subjects()

    await asyncio.to_thread(read)


async def test_schemathesis_finds_nothing(web: RunningHub, tmp_path: Path) -> None:
    """Requests made from the running hub's own description, as a participant's: every answer is one that it describes."""
    folder = web.scene.settings.participant_dir(SCHOOL_B)
    # Its mailbox is empty, and nobody wants to wait a minute for each request that asks to wait so long.
    (tmp_path / "schemathesis.toml").write_text(
        '[[operations]]\ninclude-name = "GET /v1/leveringen"\nparameters = { "query.wacht" = 0 }\n'
    )
    words = ["run", f"{place_of(web.scene).base}/v1/openapi.json", "--tls-verify", str(folder / "ca.pem")]
    words += ["--request-cert", str(folder / "cert.pem"), "--request-cert-key", str(folder / "key.pem")]
    words += ["--exclude-path", "/v1/leveringen/stroom"]  # it does not end
    words += ["--phases", "coverage,fuzzing", "--max-examples", "3", "--max-time", "20", "--generation-deterministic"]
    command = [str(Path(sys.executable).with_name("schemathesis")), *words]
    done = await asyncio.to_thread(
        subprocess.run, command, capture_output=True, text=True, timeout=240, check=False, cwd=tmp_path
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
