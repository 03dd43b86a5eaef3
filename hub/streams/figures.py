# SPDX-License-Identifier: EUPL-1.2
"""Figures in and out of Kafka: the cases that the state holds, as codes; and what is published, on `hub.figures`.

Not here: what may be published (``hub.figures``).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime

import confluent_kafka as librdkafka
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub.broker.topics import FIGURES
from hub.bundles import BundleStore
from hub.dossier.feiten.zaak import Zaak
from hub.figures.casus import Casus, casus
from hub.figures.uitgave import Cijfer
from hub.streams.settings import KafkaConnection
from hub.streams.staterows import with_bundles
from hub.vault.vault import Vault
from schemas import codec, signatures
from schemas.cloudevents import AVRO, TYPE_PREFIX, CloudEvent, source_of, to_headers

NAAM = "cijfers-gepubliceerd"
ANSWER_SECONDS = 30.0
NAMESPACE = uuid.UUID("a4f0c2b8-7b1d-5f6e-9c55-0d3f7f0b6a21")


class NotPublished(Exception):
    """The broker did not take the figures."""


def cases(kafka: KafkaConnection, vault: Vault, bundles: BundleStore, nu: datetime) -> Iterator[Casus]:
    """Every case that is counted, as its state stands, under the rules in force for it."""
    for active, rows in with_bundles(kafka, vault):
        een = casus(Zaak(rows), active.resolve(bundles).regels, nu)
        if een is not None:
            yield een


def publish(
    kafka: KafkaConnection, oin: str, signing_key: Ed25519PrivateKey, cijfers: Iterable[Cijfer], nu: datetime
) -> None:
    """Write a publication to its topic, signed; raises NotPublished. Again it writes the same ids: readers see them once."""
    producer = librdkafka.Producer({**kafka.librdkafka(), "enable.idempotence": True, "linger.ms": 20})
    key_id = signatures.key_id(signing_key.public_key())
    failed: list[str] = []
    for cijfer in cijfers:
        over = "/".join((cijfer.tabel, cijfer.gemeente, cijfer.cohort, "+".join(cijfer.categorieen), cijfer.maat))
        data = {**asdict(cijfer), "peildatum": cijfer.peildatum.isoformat(), "categorieen": list(cijfer.categorieen)}
        event = CloudEvent(
            id=str(uuid.uuid5(NAMESPACE, f"{oin}/{cijfer.publicatie}/{over}")),
            source=source_of(oin, "cijfers"),
            type=TYPE_PREFIX + NAAM,
            time=nu,
            datacontenttype=AVRO,
            data=codec.encode(NAAM, data),
        )
        headers = to_headers(event) + signatures.sign(event, signing_key, key_id)
        producer.produce(
            FIGURES,
            event.data,
            over.encode(),
            headers=headers,
            on_delivery=lambda error, _: failed.append(error.str()) if error is not None else None,
        )
        producer.poll(0)
    left = producer.flush(ANSWER_SECONDS)
    if failed or left:
        raise NotPublished(
            f"The figures were not published ({failed[0] if failed else 'no answer'}): ask `hub doctor`."
        )
