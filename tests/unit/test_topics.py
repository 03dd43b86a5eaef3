# SPDX-License-Identifier: EUPL-1.2
"""The structure of the bus, held against what each party may do, written down by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.broker import topics
from hub.broker.topics import (
    DOSSIER,
    INBOX,
    LED,
    ROLE_GRANTS,
    Cleanup,
    Grant,
    Operation,
    Resource,
    Role,
    acls_for,
    out_topic,
    partner_grants,
    topics_for,
    transactional_id,
)

GEMEENTE, SCHOOL = "00000009900000000001", "00000009900000000002"

RIGHTS = {
    Role.INTAKE: """
        read topic hub.inbox
        read topic hub.inbox.state
        write topic hub.inbox.state
        write topic hub.dossier
        write topic hub.dead-letters
        write topic hub.out.*
        read group hub-intake
        write transactional-id hub.inbox-intake-*
        read topic hub-intake-faust-__assignor-__leader
        read group hub-intake-faust
    """,
    Role.DOSSIER: """
        read topic hub.dossier
        write topic hub.dossier
        read topic hub.dossier.state
        write topic hub.dossier.state
        read topic hub.audit
        write topic hub.audit
        write topic hub.dead-letters
        write topic hub.out.*
        read group hub-dossier
        write transactional-id hub.dossier-dossier-*
        read topic hub-dossier-faust-__assignor-__leader
        read group hub-dossier-faust
    """,
    Role.CLOCK: """
        write topic hub.inbox
        write topic hub.dossier
        describe group hub-intake
        write transactional-id hub.dossier-clock-*
        read topic hub-clock-faust-__assignor-__leader
        read group hub-clock-faust
    """,
    Role.AUDIT: """
        read topic hub.audit
        read group hub-audit
        read topic hub-audit-faust-__assignor-__leader
        read group hub-audit-faust
    """,
    Role.WEB: """
        read topic hub.out.*
        read topic hub.audit
        read topic hub.figures
        write topic hub.inbox
        read group hub-web
    """,
    Role.OPERATOR: """
        create cluster kafka-cluster
        alter cluster kafka-cluster
        alter-configs cluster kafka-cluster
        describe cluster kafka-cluster
        describe-configs cluster kafka-cluster
        describe topic (every)
        describe-configs topic (every)
        alter topic (every)
        alter-configs topic (every)
        describe group (every)
        read topic hub.dossier
        read topic hub.dossier.state
        read topic hub.audit
        read topic hub.dead-letters
        write topic hub.dossier
        write topic hub.figures
        write topic hub.inbox
        write transactional-id hub.dossier-operator-*
    """,
}

PARTNER_RIGHTS = """
    write topic hub.inbox
    read topic hub.figures
    read topic hub.out.00000009900000000001
    read group 00000009900000000001.*
"""


def spelled(grants: tuple[Grant, ...]) -> list[str]:
    def name(grant: Grant) -> str:
        if grant.name == "*" and not grant.prefixed:
            return "(every)"
        return grant.name + ("*" if grant.prefixed else "")

    return sorted(f"{grant.operation} {grant.resource} {name(grant)}" for grant in grants)


def lines(text: str) -> list[str]:
    return sorted(line.strip() for line in text.strip().splitlines())


@pytest.mark.parametrize("role", Role)
def test_a_role_may_do_this_and_no_more(role: Role) -> None:
    assert spelled(ROLE_GRANTS[role]) == lines(RIGHTS[role])


def test_a_partner_may_write_the_inbox_and_read_its_own_outbox() -> None:
    assert spelled(partner_grants(GEMEENTE)) == lines(PARTNER_RIGHTS)


def test_topics_keep_their_records_as_long_as_designed() -> None:
    described = {
        topic.name: (topic.partitions, topic.retention and topic.retention.days, topic.cleanup.value)
        for topic in topics_for([GEMEENTE])
        if "__leader" not in topic.name
    }
    assert described == {
        "hub.inbox": (6, 14, "delete"),
        "hub.inbox.state": (6, None, "compact"),
        "hub.dossier": (6, None, "delete"),
        "hub.dossier.state": (6, None, "compact"),
        "hub.audit": (6, None, "delete"),
        "hub.figures": (1, None, "delete"),
        "hub.dead-letters": (1, 30, "delete"),
        "hub.out.00000009900000000001": (1, 90, "delete"),
    }


def test_the_log_is_never_thrown_away() -> None:
    log = next(topic for topic in topics_for([]) if topic.name == DOSSIER)
    assert log.config["retention.ms"] == "-1"
    assert log.config["retention.bytes"] == "-1"
    assert log.config["cleanup.policy"] == "delete"


def test_every_topic_takes_the_brokers_time() -> None:
    assert {topic.config["message.timestamp.type"] for topic in topics_for([GEMEENTE])} == {"LogAppendTime"}


def test_what_expires_does_so_within_a_day_of_its_retention() -> None:
    for topic in topics_for([GEMEENTE]):
        if topic.cleanup is Cleanup.DELETE and topic.retention is not None:
            assert int(topic.config["segment.ms"]) <= timedelta(days=1) / timedelta(milliseconds=1)


def test_an_accepted_event_still_fits_when_sealed_again() -> None:
    sizes = {topic.name: int(topic.config["max.message.bytes"]) for topic in topics_for([GEMEENTE])}
    inbox = sizes.pop(INBOX)
    assert inbox == 1024 * 1024
    assert all(size >= 2 * inbox for size in sizes.values())


def test_every_topic_has_a_reader_and_every_right_a_topic() -> None:
    names = {topic.name for topic in topics_for([GEMEENTE])}
    rights = {
        (grant.operation, name)
        for grant in (*(grant for grants in ROLE_GRANTS.values() for grant in grants), *partner_grants(GEMEENTE))
        if grant.resource is Resource.TOPIC and grant.name != "*"
        for name in ({name for name in names if name.startswith(grant.name)} if grant.prefixed else {grant.name})
    }
    assert {name for _, name in rights} == names
    assert {name for operation, name in rights if operation is Operation.READ} == names


@pytest.mark.parametrize("role", LED)
@pytest.mark.parametrize("kind", [Resource.TRANSACTIONAL_ID, Resource.GROUP])
def test_no_role_covers_the_transactions_or_offsets_of_another(role: Role, kind: Resource) -> None:
    def covered(by: Role, name: str) -> bool:
        return any(
            grant.resource is kind
            and grant.operation in (Operation.WRITE, Operation.READ)
            and (name.startswith(grant.name) if grant.prefixed else name == grant.name)
            for grant in ROLE_GRANTS[by]
        )

    log = {Role.INTAKE: INBOX, Role.DOSSIER: DOSSIER, Role.CLOCK: DOSSIER, Role.AUDIT: topics.AUDIT}[role]
    used = {
        Resource.TRANSACTIONAL_ID: [transactional_id(log, role, partition) for partition in range(topics.PARTITIONS)],
        Resource.GROUP: [topics.group(role), topics.faust_id(role)],
    }[kind]
    others = [other for other in Role if other is not role]
    assert not [(other, name) for other in others for name in used if covered(other, name)]
    reads_in_groups = kind is Resource.GROUP and role is not Role.CLOCK
    writes_in_transactions = kind is Resource.TRANSACTIONAL_ID and role is not Role.AUDIT
    if reads_in_groups or writes_in_transactions:
        assert all(covered(role, name) for name in used)


def test_two_certificates_of_one_organisation_have_the_same_rights() -> None:
    acls = acls_for({}, {GEMEENTE: ["CN=old", "CN=new"], SCHOOL: []})
    assert {acl.grant for acl in acls if acl.principal == "CN=old"} == set(partner_grants(GEMEENTE))
    assert {acl.grant for acl in acls if acl.principal == "CN=new"} == set(partner_grants(GEMEENTE))
    assert len(acls) == 2 * len(partner_grants(GEMEENTE))


@pytest.mark.parametrize("oin", ["*", "", "a.b", "00000009900000000001 ", "../x", "0000000990000000000é"])
def test_what_is_no_number_of_an_organisation_gets_no_topic(oin: str) -> None:
    with pytest.raises(ValueError, match="not an organisation's number"):
        out_topic(oin)
    with pytest.raises(ValueError, match="not an organisation's number"):
        partner_grants(oin)


def test_the_leaders_topic_is_what_faust_makes_of_the_app_id() -> None:
    import faust
    from faust.assignor.leader_assignor import LeaderAssignor

    app = faust.App(topics.faust_id(Role.INTAKE), broker="kafka://localhost:1")
    assert LeaderAssignor(app)._leader_topic_name == topics.leader_topic(Role.INTAKE)
