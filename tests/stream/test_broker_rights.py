# SPDX-License-Identifier: EUPL-1.2
"""Who may do what at the running broker: asked of the broker itself, and tried."""

from __future__ import annotations

import pytest
from confluent_kafka import KafkaError, KafkaException, TopicCollection
from confluent_kafka.admin import AclOperation, NewTopic

from hub.broker.topics import OUT_PREFIX, Role, topics_for

GEMEENTE, SCHOOL = "00000009900000000001", "00000009900000000002"

TABLE = """
                             intake      dossier     clock  audit  web    operator    partner
hub.inbox                    read        -           write  -      write  write       write
hub.inbox.state              read+write  -           -      -      -      -           -
hub.dossier                  write       read+write  write  -      -      read+write  -
hub.dossier.state            -           read+write  -      -      -      read        -
hub.audit                    -           read+write  -      read   read   read        -
hub.dead-letters             write       write       -      -      -      read        -
hub.figures                  -           -           -      -      read   write       read
hub.out.00000009900000000001 write       write       -      -      read   -           read
hub.out.00000009900000000002 write       write       -      -      read   -           -
"""
"""Who may read and write what, at the broker; the partner is ``GEMEENTE``."""


def _expected() -> list[tuple[str, dict[str, set[str]]]]:
    head, *rows = (line.split() for line in TABLE.strip().splitlines())
    columns: dict[str, dict[str, set[str]]] = {who: {} for who in head}
    for topic, *cells in rows:
        for who, cell in zip(head, cells, strict=True):
            columns[who][topic] = set() if cell == "-" else set(cell.split("+"))
    return list(columns.items())


@pytest.mark.parametrize(("who", "rights"), _expected(), ids=lambda value: value if isinstance(value, str) else "")
def test_the_broker_gives_each_principal_these_rights(client, who, rights) -> None:
    admin = client(GEMEENTE if who == "partner" else who).admin()
    for topic, expected in rights.items():
        future = admin.describe_topics(TopicCollection([topic]), include_authorized_operations=True)[topic]
        try:
            allowed = set(future.result(10).authorized_operations)
        except KafkaException as error:
            assert error.args[0].code() == KafkaError.TOPIC_AUTHORIZATION_FAILED
            allowed = set()
        found = {operation.name.lower() for operation in allowed & {AclOperation.READ, AclOperation.WRITE}}
        assert found == expected, f"{who} on {topic}"
        if who != "operator":
            assert allowed <= {AclOperation.READ, AclOperation.WRITE, AclOperation.DESCRIBE}


def test_the_table_is_about_every_topic(structure) -> None:
    listed = set(_expected()[0][1])
    assert {topic.name for topic in topics_for([GEMEENTE, SCHOOL]) if "__leader" not in topic.name} == listed


def test_a_certificate_without_rights_sees_nothing(client) -> None:
    nobody = client("nobody")
    assert nobody.admin().list_topics(timeout=10).topics == {}
    with pytest.raises(KafkaException) as refused:
        nobody.write("hub.inbox")
    assert refused.value.args[0].code() == KafkaError.TOPIC_AUTHORIZATION_FAILED


def test_a_partner_sees_the_inbox_its_own_outbox_and_the_figures_only(client) -> None:
    assert set(client(GEMEENTE).admin().list_topics(timeout=10).topics) == {
        "hub.inbox",
        "hub.figures",
        f"{OUT_PREFIX}{GEMEENTE}",
    }


def test_a_partner_writes_idempotently_and_reads_what_it_is_sent(client) -> None:
    client(GEMEENTE).write("hub.inbox", enable_idempotence=True)
    sent = client(Role.DOSSIER).write(f"{OUT_PREFIX}{GEMEENTE}", b"for the gemeente")
    received = client(GEMEENTE).read(f"{OUT_PREFIX}{GEMEENTE}", f"{GEMEENTE}.test", count=sent.offset() + 1)
    assert received[-1].value() == b"for the gemeente"


@pytest.mark.parametrize("topic", ["hub.dossier", "hub.audit", f"{OUT_PREFIX}{GEMEENTE}", f"{OUT_PREFIX}{SCHOOL}"])
def test_a_partner_writes_nothing_but_the_inbox(client, topic) -> None:
    with pytest.raises(KafkaException) as refused:
        client(GEMEENTE).write(topic)
    assert refused.value.args[0].code() == KafkaError.TOPIC_AUTHORIZATION_FAILED


@pytest.mark.parametrize("topic", ["hub.inbox", "hub.dossier", "hub.dead-letters", f"{OUT_PREFIX}{SCHOOL}"])
def test_a_partner_reads_nothing_but_its_own_outbox(client, topic) -> None:
    with pytest.raises(KafkaException) as refused:
        client(GEMEENTE).read(topic, f"{GEMEENTE}.test")
    assert refused.value.args[0].code() == KafkaError.TOPIC_AUTHORIZATION_FAILED


def test_a_partner_reads_in_groups_of_its_own_only(client) -> None:
    client(Role.DOSSIER).write(f"{OUT_PREFIX}{GEMEENTE}")
    for group in (f"{SCHOOL}.test", "hub-dossier", "test"):
        with pytest.raises(KafkaException) as refused:
            client(GEMEENTE).read(f"{OUT_PREFIX}{GEMEENTE}", group)
        assert refused.value.args[0].code() == KafkaError.GROUP_AUTHORIZATION_FAILED


@pytest.mark.parametrize(
    ("who", "transactional_id", "allowed"),
    [
        (Role.DOSSIER, "hub.dossier-dossier-0", True),
        (Role.INTAKE, "hub.inbox-intake-11", True),
        (Role.INTAKE, "hub.dossier-dossier-0", False),
        (Role.CLOCK, "hub.dossier-dossier-0", False),
        (Role.AUDIT, "hub.audit-audit-0", False),
        (GEMEENTE, "hub.inbox-intake-0", False),
        (GEMEENTE, f"{GEMEENTE}.any", False),
    ],
)
def test_a_role_fences_nobody_but_itself(client, who, transactional_id, allowed) -> None:
    producer = client(who).producer(transactional_id=transactional_id)
    if allowed:
        producer.init_transactions(10)
        return
    with pytest.raises(KafkaException) as refused:
        producer.init_transactions(10)
    assert refused.value.args[0].code() == KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED


@pytest.mark.parametrize("who", [GEMEENTE, Role.INTAKE, Role.DOSSIER, Role.CLOCK, Role.AUDIT])
def test_nobody_but_the_operator_makes_topics(client, who) -> None:
    admin = client(who).admin()
    for name in ("hub.out.new", "anything"):
        with pytest.raises(KafkaException) as refused:
            admin.create_topics([NewTopic(name, 1)])[name].result(10)
        assert refused.value.args[0].code() in (
            KafkaError.TOPIC_AUTHORIZATION_FAILED,
            KafkaError.CLUSTER_AUTHORIZATION_FAILED,
        )


def test_writing_to_a_topic_that_is_not_there_does_not_make_it(client) -> None:
    with pytest.raises(KafkaException):
        client("broker").write("hub.invented", message_timeout_ms=1500)
    assert "hub.invented" not in client("broker").admin().list_topics(timeout=10).topics


def test_a_refusal_is_in_the_brokers_log_with_the_principal(broker, client, credentials) -> None:
    with pytest.raises(KafkaException):
        client("curious").write("hub.dossier")
    told = broker.log.read_text()
    assert f"Principal = User:{credentials('curious').principal} is Denied" in told
