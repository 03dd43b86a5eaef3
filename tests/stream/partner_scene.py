# SPDX-License-Identifier: EUPL-1.2
"""A partner at a real broker, with the hub's keys in the test's hands: for what the partner's side has to do alone.

The test plays the hub: it writes signed and sealed deliveries, and reads what arrived in the inbox.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from connectors import ConnectProfile
from hub.broker.admin import apply
from hub.broker.kafka import Broker
from hub.broker.topics import Role, acls_for, topics_for
from hub.partners import HubAddress, Newcomer, admit
from schemas import codec, seals, signatures
from schemas.catalogue import Rol
from schemas.cloudevents import SEALED, TYPE_PREFIX, CloudEvent, from_headers, source_of, to_headers

HUB = "00000099000000000000"
SCHOOL = "00000099000000000005"
SECONDS = 20.0
PERSON = {"soort": "bsn", "waarde": "999990019"}


@dataclass
class PartnerScene:
    """One school, one broker, and a hub that is only its keys."""

    broker: Broker
    folder: Path
    signing: Ed25519PrivateKey
    sealing: X25519PrivateKey

    @property
    def profile(self) -> ConnectProfile:
        return ConnectProfile.read(self.folder)

    def librdkafka(self) -> dict[str, Any]:
        """The broker's own account: above all rights."""
        return {"bootstrap.servers": self.broker.bootstrap, "log_level": 0, **self.broker.credentials.librdkafka()}

    def make_topic(self, name: str, partitions: int) -> None:
        """A topic of the partner's own: to these tests its Kafka is the same broker."""
        admin = AdminClient(self.librdkafka())
        admin.create_topics([NewTopic(name, partitions)], operation_timeout=SECONDS)[name].result(SECONDS)

    # as the hub

    def deliver(self, events: Sequence[tuple[str, dict[str, Any]]], name: str = "hub") -> list[str]:
        """Write deliveries in one transaction; their ids."""
        public = self.profile.sealing_keys()[0].public_key()
        sealer = seals.Sealer(X25519PublicKey.from_public_bytes(public.public_bytes_raw()), SCHOOL)
        producer = Producer({**self.librdkafka(), "transactional.id": f"test-{name}"})
        producer.init_transactions(SECONDS)
        producer.begin_transaction()
        ids = [str(uuid.uuid4()) for _ in events]
        for number, (one, (gebeurtenis, data)) in enumerate(zip(ids, events, strict=True)):
            head = {"vastgelegd_op": "2026-03-02T10:00:00Z", "bron": f"{HUB}#gemeente"}
            event = CloudEvent(
                id=one,
                source=source_of(HUB, "hub"),
                type=TYPE_PREFIX + gebeurtenis,
                time=datetime(2026, 3, 2, tzinfo=UTC),
                subject=f"p{number % 3}",
                datacontenttype=SEALED,
                extensions={"rol": "taalschool"},
            )
            frame = codec.encode(gebeurtenis, data | head, volledig=False)
            event = CloudEvent(**{**_fields(event), "data": sealer.seal(frame, seals.aad_of(event))})
            key_id = signatures.key_id(self.signing.public_key())
            headers = to_headers(event) + signatures.sign(event, self.signing, key_id)
            producer.produce(f"hub.out.{SCHOOL}", event.data, headers=headers)
        producer.commit_transaction(SECONDS)
        return ids

    def inbox(self) -> list[tuple[str, str, dict[str, Any]]]:
        """What stands in the hub's inbox, in order per partition: (id, key, data)."""
        opener = seals.Opener({signatures.key_id(self.sealing.public_key()): self.sealing}, HUB)
        found = []
        for message in self.read("hub.inbox"):
            event = from_headers(message.headers(), message.value())
            signatures.verify(event, message.headers(), self.profile.signing_key().public_key())
            naam, data = codec.decode(opener.open(event.data, seals.aad_of(event)))
            found.append((event.id, message.key().decode(), {"gebeurtenis": naam, **data}))
        return found

    def read(self, topic: str) -> list[Any]:
        """Every committed record of a topic."""
        consumer = Consumer(
            {
                **self.librdkafka(),
                "group.id": "test",
                "enable.auto.commit": False,
                "enable.partition.eof": True,
                "isolation.level": "read_committed",
            }
        )
        try:
            partitions = consumer.list_topics(topic, SECONDS).topics[topic].partitions
            consumer.assign([TopicPartition(topic, number, 0) for number in partitions])
            found, open_ = [], set(partitions)
            while open_:
                message = consumer.poll(SECONDS)
                assert message is not None, "the broker did not answer"
                if message.error():
                    open_.discard(message.partition())
                else:
                    found.append(message)
            return found
        finally:
            consumer.close()


def _fields(event: CloudEvent) -> dict[str, Any]:
    return {name: getattr(event, name) for name in event.__dataclass_fields__}


@contextmanager
def partner_scene(place: Path) -> Iterator[PartnerScene]:
    with Broker(place / "broker") as broker:
        signing, sealing = Ed25519PrivateKey.generate(), X25519PrivateKey.generate()
        hub = HubAddress(
            HUB,
            broker.bootstrap,
            signing.public_key().public_bytes_raw(),
            sealing.public_key().public_bytes_raw(),
        )
        newcomer = Newcomer(SCHOOL, "School", (Rol.TAALSCHOOL,), "presentie")
        admit(newcomer, place / "school", broker.authority, hub, date(2026, 1, 1))
        principal = broker.authority.credentials(place / "school", "School", SCHOOL).principal
        roles = {role: [broker.credentials.principal] for role in Role}
        apply(broker.bootstrap, broker.credentials, topics_for([SCHOOL]), acls_for(roles, {SCHOOL: [principal]}))
        yield PartnerScene(broker, place / "school", signing, sealing)
