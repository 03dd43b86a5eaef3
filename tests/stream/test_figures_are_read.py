# SPDX-License-Identifier: EUPL-1.2
"""Figures on the bus: the operator publishes them, a participant reads them with its own certificate, unsealed and signed."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from confluent_kafka import KafkaException

from hub import keyring
from hub.broker.credentials import Credentials
from hub.broker.topics import FIGURES, Role
from hub.figures.uitgave import Cijfer
from hub.streams.figures import NAAM, publish
from hub.streams.settings import KafkaConnection
from schemas import codec
from tests.stream.conftest import Client
from tests.stream.demo_hub import DemoHub

ONE = Cijfer(1, date(2026, 4, 1), "pip-op-tijd", "gem", "2025", ("te-laat",), "aantal", "dossiers", 20)


def test_the_few_cases_of_the_story_give_no_figure_of_a_gemeente_and_a_participant_reads_what_is_published(
    demo: DemoHub,
) -> None:
    ran = demo.hub("figures", "publish", "--json")
    assert ran.code == 0, ran.err
    told = json.loads(demo.hub("figures", "show", "--json").out)
    assert json.loads(ran.out)["cijfers"] == len(told)
    # fifteen persons in two gemeenten: no row of a gemeente has ten of them; of signals in the whole country one does
    assert all(one["waarde"] >= 10 and one["gemeente"] == "alle" for one in told), told
    kafka = KafkaConnection(demo.broker.bootstrap, Credentials(demo.settings.credentials_dir(Role.OPERATOR)))
    publish(
        kafka, demo.settings.oin, keyring.signing_key(demo.settings.keys / keyring.SIGNING), [ONE], datetime.now(UTC)
    )
    oin = demo.oin("brug")
    partner = Client(demo.broker.bootstrap, Credentials(demo.folder("brug")))
    message = partner.read(FIGURES, f"{oin}.figures", len(told) + 1)[-1]
    naam, data = codec.decode(message.value())
    assert (naam, data["categorieen"], data["waarde"], data.get("persoon")) == (NAAM, ["te-laat"], 20, None)
    with pytest.raises(KafkaException):
        partner.write(FIGURES)
