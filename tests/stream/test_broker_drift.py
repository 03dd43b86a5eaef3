# SPDX-License-Identifier: EUPL-1.2
"""``apply`` brings the broker to the structure, ``drift`` names each difference in a sentence."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import (
    AclBinding,
    AclOperation,
    AclPermissionType,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
    ResourcePatternType,
    ResourceType,
)

from hub.broker import quota_requests
from hub.broker.admin import apply, drift
from hub.broker.errors import BrokerNotReady, LayoutNotApplied
from hub.broker.quota_requests import Stranger
from hub.broker.quotas import BROKER_TIME, CONSUMED, PRODUCED, Quota
from hub.broker.topics import PARTITIONS, Role, Topic, acls_for, topics_for

GEMEENTE, SCHOOL = "00000009900000000001", "00000009900000000002"


@pytest.fixture(autouse=True)
def put_right(broker, structure) -> Iterator[None]:
    """The shared broker is as it was after each of these tests."""
    yield
    apply(broker.bootstrap, broker.credentials, *structure)
    assert drift(broker.bootstrap, broker.credentials, *structure) == []


def test_the_operator_sees_no_drift_after_apply_and_applies_again_without_effect(broker, structure, operator) -> None:
    assert drift(broker.bootstrap, operator, *structure) == []
    apply(broker.bootstrap, operator, *structure)
    assert drift(broker.bootstrap, operator, *structure) == []


def test_a_setting_that_somebody_changed_is_named_and_put_right(broker, structure, operator, client) -> None:
    entry = ConfigEntry("retention.ms", "1000", incremental_operation=AlterConfigOpType.SET)
    change = ConfigResource(ResourceType.TOPIC, "hub.dossier", incremental_configs=[entry])
    admin = client("operator").admin()
    admin.incremental_alter_configs([change])[change].result(10)
    told = "Topic hub.dossier has retention.ms=1000 at the broker and should have -1."
    assert drift(broker.bootstrap, operator, *structure) == [told]
    apply(broker.bootstrap, operator, *structure)
    assert drift(broker.bootstrap, operator, *structure) == []


def test_a_right_that_somebody_gave_is_named_and_taken_back(broker, structure, operator, client, credentials) -> None:
    curious = credentials("curious")
    right = AclBinding(
        ResourceType.TOPIC,
        "hub.dossier",
        ResourcePatternType.LITERAL,
        f"User:{curious.principal}",
        "*",
        AclOperation.READ,
        AclPermissionType.ALLOW,
    )
    admin = client("operator").admin()
    admin.create_acls([right])[right].result(10)
    told = f"The broker has a right that is not in the structure: {curious.principal} may read topic hub.dossier."
    assert drift(broker.bootstrap, operator, *structure) == [told]
    assert "hub.dossier" in client("curious").admin().list_topics(timeout=10).topics
    apply(broker.bootstrap, operator, *structure)
    assert client("curious").admin().list_topics(timeout=10).topics == {}


def test_a_limit_that_somebody_changed_or_gave_is_named_and_put_right(broker, structure, operator, credentials) -> None:
    topics, acls, limits = structure
    school = credentials(SCHOOL).principal
    generous = Quota(school, PRODUCED, 1e9)
    quota_requests.change(broker.bootstrap, operator, [generous, Quota(None, BROKER_TIME, 500.0)], [])
    told = [
        "A limit is missing at the broker: who has no limit of its own may have request_percentage=50.",
        f"The broker has a limit that is not in the structure: {school} may have producer_byte_rate=1000000000.",
        "The broker has a limit that is not in the structure: who has no limit of its own may have request_percentage=500.",
    ]
    assert drift(broker.bootstrap, operator, topics, acls, limits) == told
    apply(broker.bootstrap, operator, topics, acls, limits)
    assert drift(broker.bootstrap, operator, topics, acls, limits) == []
    assert quota_requests.standing(broker.bootstrap, operator) == limits


def test_a_limit_by_client_id_is_a_strangers_and_goes(broker, structure, operator) -> None:
    """Whoever chooses his own client id would choose his own limit."""
    stranger = Stranger((("client-id", "fast"),), CONSUMED, 1e9)
    quota_requests.change(broker.bootstrap, operator, [stranger], [])
    told = "The broker has a limit that is not in the structure: client-id fast may have consumer_byte_rate=1000000000."
    assert drift(broker.bootstrap, operator, *structure) == [told]
    apply(broker.bootstrap, operator, *structure)
    assert drift(broker.bootstrap, operator, *structure) == []


def test_a_topic_that_nobody_described_is_named_and_left_alone(broker, structure, operator, client) -> None:
    admin = client("broker").admin()
    admin.create_topics([NewTopic("hub.copy", 1)])["hub.copy"].result(10)
    try:
        apply(broker.bootstrap, operator, *structure)
        told = "Topic hub.copy exists at the broker and is not in the structure."
        assert drift(broker.bootstrap, operator, *structure) == [told]
    finally:
        admin.delete_topics(["hub.copy"])["hub.copy"].result(10)


def test_a_missing_topic_and_a_missing_right_are_named(broker, structure, operator) -> None:
    topics, acls, limits = structure
    newcomer = acls_for({}, {"00000009900000000008": ["CN=newcomer"]})
    found = drift(
        broker.bootstrap, operator, (*topics, *topics_for(["00000009900000000008"])[-1:]), acls | newcomer, limits
    )
    assert found == [
        "Topic hub.out.00000009900000000008 is missing at the broker.",
        "A right is missing at the broker: CN=newcomer may read group 00000009900000000008.*.",
        "A right is missing at the broker: CN=newcomer may read topic hub.figures.",
        "A right is missing at the broker: CN=newcomer may read topic hub.out.00000009900000000008.",
        "A right is missing at the broker: CN=newcomer may write topic hub.inbox.",
    ]


def test_more_partitions_than_designed_is_drift_that_apply_cannot_mend(
    broker, structure, operator, monkeypatch
) -> None:
    monkeypatch.setattr("hub.broker.admin.SPREAD_SECONDS", 0.3)
    topics, acls, limits = structure
    fewer = [
        dataclasses.replace(topic, partitions=PARTITIONS - 1) if topic.name == "hub.audit" else topic
        for topic in topics
    ]
    told = f"Topic hub.audit has {PARTITIONS} partitions at the broker and should have {PARTITIONS - 1}."
    assert drift(broker.bootstrap, operator, fewer, acls, limits) == [told]
    with pytest.raises(LayoutNotApplied, match=rf"hub\.audit has {PARTITIONS} partitions"):
        apply(broker.bootstrap, operator, fewer, acls, limits)


def test_an_ended_participant_loses_its_rights_at_once_and_keeps_its_outbox(
    broker, structure, operator, client
) -> None:
    topics, acls, limits = structure
    principal = client(GEMEENTE).tls.principal
    remaining = tuple(topic for topic in topics if topic.name != f"hub.out.{GEMEENTE}")
    client(GEMEENTE).write("hub.inbox")
    apply(broker.bootstrap, operator, remaining, {acl for acl in acls if acl.principal != principal}, limits)
    with pytest.raises(KafkaException) as refused:
        client(GEMEENTE).write("hub.inbox")
    assert refused.value.args[0].code() == KafkaError.TOPIC_AUTHORIZATION_FAILED
    assert f"hub.out.{GEMEENTE}" in client("broker").admin().list_topics(timeout=10).topics


def test_a_new_participant_can_work_the_moment_apply_returns(broker, structure, operator, client) -> None:
    topics, acls, limits = structure
    oin = "00000009900000000008"
    more = (*topics, Topic(f"hub.out.{oin}", 1, None, "A newcomer's."))
    apply(broker.bootstrap, operator, more, acls | acls_for({}, {oin: [client(oin).tls.principal]}), limits)
    client(oin).write("hub.inbox")
    client(Role.INTAKE).write(f"hub.out.{oin}", b"welcome")
    assert client(oin).read(f"hub.out.{oin}", f"{oin}.first")[0].value() == b"welcome"


@pytest.mark.parametrize("who", [Role.INTAKE, Role.DOSSIER, GEMEENTE])
def test_nobody_but_the_operator_applies(broker, structure, credentials, who) -> None:
    topics, acls, limits = structure
    with pytest.raises(LayoutNotApplied, match="as the operator"):
        apply(broker.bootstrap, credentials(who), topics, acls, limits)


def test_a_partner_may_not_look_for_drift(broker, structure, credentials) -> None:
    with pytest.raises(LayoutNotApplied, match="as the operator"):
        drift(broker.bootstrap, credentials(GEMEENTE), *structure)


def test_where_no_broker_answers_one_sentence_says_so(structure, operator, monkeypatch) -> None:
    monkeypatch.setattr("hub.broker.admin.REQUEST_SECONDS", 0.5)
    for act in (drift, apply):
        with pytest.raises(BrokerNotReady, match="No broker answers at 127"):
            act("127.0.0.1:9", operator, *structure)
