# SPDX-License-Identifier: EUPL-1.2
"""What people do with the hub, put on record in the log before they do it.

The operator may not write to the audit log, so that nobody can add to or take from it what suits him. An act goes the
way of an activation instead: a signed record in `hub.dossier`, which the dossier agent audits. So it stands in the
same tree as the decisions, under the same checkpoints, at a place among them; and an act whose record cannot be
written does not happen. Not here: doing it.
"""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum

from confluent_kafka import KafkaError, KafkaException, Message, Producer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub.broker.topics import DOSSIER, PARTITIONS
from hub.streams.envelope import instant
from hub.streams.outputs import partition_of
from hub.streams.settings import KafkaConnection
from schemas import codec, signatures
from schemas.cloudevents import AVRO, TYPE_PREFIX, CloudEvent, source_of, to_headers

ANSWER_SECONDS = 10.0
NAAM = "handeling-verricht"


class Handeling(StrEnum):
    """What was done; the codes of `handeling-verricht`."""

    BELEID_GEWIJZIGD = "beleid-gewijzigd"
    REGELS_GEWIJZIGD = "regels-gewijzigd"
    DEELNEMERS_GEWIJZIGD = "deelnemers-gewijzigd"
    SLEUTEL_GEWISSELD = "sleutel-gewisseld"
    SLEUTEL_VERNIETIGD = "sleutel-vernietigd"
    GEGEVENS_GEWIST = "gegevens-gewist"
    """A person's (AVG 17)."""
    VERWERKING_BEPERKT = "verwerking-beperkt"
    """AVG 18."""
    BEPERKING_OPGEHEVEN = "beperking-opgeheven"
    BEWARING_OPGELEGD = "bewaring-opgelegd"
    """A legal hold: what is under one is not erased."""
    BEWARING_OPGEHEVEN = "bewaring-opgeheven"
    IDENTITEIT_ONTKOPPELD = "identiteit-ontkoppeld"
    """Two dossiers that were taken for one person's were taken apart."""
    PERSOON_OPGEZOCHT = "persoon-opgezocht"
    """Somebody asked which dossier belongs to a BSN, V-nummer or pseudonym, whatever the answer was."""
    INZAGE_GEGEVEN = "inzage-gegeven"
    """An account of who got what was made (AVG 15)."""
    VERZOEK_ONTVANGEN = "verzoek-ontvangen"
    VERZOEK_VERLENGD = "verzoek-verlengd"
    VERZOEK_AFGEHANDELD = "verzoek-afgehandeld"
    DATALEK_ONDERZOCHT = "datalek-onderzocht"
    TIJD_VERZET = "tijd-verzet"


class Stap(StrEnum):
    """How far an act is that takes a second person."""

    VOORGESTELD = "voorgesteld"
    GOEDGEKEURD = "goedgekeurd"
    AFGEWEZEN = "afgewezen"
    UITGEVOERD = "uitgevoerd"


class Recht(StrEnum):
    """What a person asks for (AVG 15 to 21)."""

    INZAGE = "inzage"
    RECTIFICATIE = "rectificatie"
    WISSING = "wissing"
    BEPERKING = "beperking"
    OVERDRAAGBAARHEID = "overdraagbaarheid"
    BEZWAAR = "bezwaar"


class NotOnRecord(Exception):
    """The log did not take the record of an act, so the act must not happen."""


@dataclass(frozen=True, slots=True)
class Verrichting:
    """One act. `onderwerp` is a dossier id, OIN, digest or key id: never a BSN or V-nummer."""

    handeling: Handeling
    door: str
    moment: datetime
    onderwerp: str | None = None
    stap: Stap | None = None
    verzoek: str | None = None
    recht: Recht | None = None
    datum: date | None = None

    def frame(self) -> bytes:
        """As the log holds it."""
        data = {name: value for name, value in asdict(self).items() if value is not None}
        data["moment"] = instant(self.moment)
        if self.datum:
            data["datum"] = self.datum.isoformat()
        return codec.encode(NAAM, {name: str(value) for name, value in data.items()})


def put_on_record(kafka: KafkaConnection, oin: str, signing_key: Ed25519PrivateKey, act: Verrichting) -> None:
    """Write the act into the log and wait until it is there; raises NotOnRecord.

    What is about a dossier stands in that dossier's partition, so that its place tells what was decided before it.
    """
    frame = act.frame()
    event = CloudEvent(
        id=str(uuid.uuid4()),
        source=source_of(oin, "beheer"),
        type=TYPE_PREFIX + NAAM,
        time=act.moment,
        datacontenttype=AVRO,
        data=frame,
    )
    failed: list[KafkaError] = []

    def told(error: KafkaError | None, _: Message) -> None:
        if error is not None:
            failed.append(error)

    producer = Producer(
        {**kafka.librdkafka(), "enable.idempotence": True, "delivery.timeout.ms": int(ANSWER_SECONDS * 1000)}
    )
    try:
        producer.produce(
            DOSSIER,
            frame,
            partition=partition_of(act.onderwerp.encode(), PARTITIONS) if act.onderwerp else 0,
            headers=to_headers(event)
            + signatures.sign(event, signing_key, signatures.key_id(signing_key.public_key())),
            on_delivery=told,
        )
        waiting = producer.flush(ANSWER_SECONDS + 1)
    except (KafkaException, BufferError) as error:
        raise NotOnRecord(f"The log refuses the record of this act ({error}): ask `hub doctor`.") from error
    if failed or waiting:
        why = failed[0].str() if failed else "no answer"
        raise NotOnRecord(f"The log did not take the record of this act ({why}), so it was not done: ask `hub doctor`.")
