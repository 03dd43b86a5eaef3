# SPDX-License-Identifier: EUPL-1.2
"""`hub dead-letters`: what could not be read or trusted, kept with its original key, headers and bytes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from confluent_kafka import Consumer, KafkaError, TopicPartition

from hub.broker.credentials import Credentials
from hub.broker.errors import BrokerNotReady
from hub.broker.topics import DEAD_LETTERS, Role
from hub.commands.shared import (
    ANSWER_SECONDS,
    AsJson,
    Data,
    Exit,
    WrongUse,
    answer,
    console,
    listing,
    opened,
    reached,
    told,
)
from hub.settings import Settings

app = typer.Typer(help="Records that could not be handled.", no_args_is_help=True)
_COLUMNS = {"number": "nr", "when": "when", "stood": "stood at", "reason": "reason", "detail": "detail"}


@app.command("list")
def list_(data: Data, as_json: AsJson = False) -> None:
    """Every dead letter: where it stood, when, and why it is here.

    Example: hub dead-letters list --data DIR
    """
    with told():
        found = list(letters(opened(data)))
        listing(found, _COLUMNS, "There are no dead letters.", as_json=as_json)
    if found:
        raise typer.Exit(Exit.FOUND)


@app.command("show")
def show(
    data: Data, number: Annotated[int, typer.Argument(help="Its number in the list.")], as_json: AsJson = False
) -> None:
    """One dead letter as JSON: its key and headers, and how many bytes it has. Contents are not shown: they are sealed.

    Example: hub dead-letters show --data DIR 3
    """
    with told():
        for one in letters(opened(data)):
            if one["number"] == number:
                break
        else:
            raise WrongUse(f"There is no dead letter {number}: `hub dead-letters list` gives the numbers.")
        answer(one, as_json=as_json, show=lambda: console.print_json(data=one))


def letters(settings: Settings) -> Iterator[dict[str, Any]]:
    """Every record of the dead letters topic."""
    bootstrap = reached(settings)
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            **Credentials(settings.credentials_dir(Role.OPERATOR)).librdkafka(),
            "group.id": "hub-operator",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "isolation.level": "read_committed",
            "log_level": 0,
        }
    )
    consumer.assign([TopicPartition(DEAD_LETTERS, 0, 0)])
    try:
        while True:
            message = consumer.poll(ANSWER_SECONDS)
            if message is None:
                raise BrokerNotReady(f"The broker at {bootstrap} does not answer: is `hub up` running?")
            if message.error():
                if message.error().code() == KafkaError._PARTITION_EOF:
                    return
                raise BrokerNotReady(f"The broker at {bootstrap} refuses ({message.error().str()}): ask `hub doctor`.")
            headers = {name: _text(value) for name, value in message.headers() or ()}
            yield {
                "number": message.offset(),
                "when": datetime.fromtimestamp(message.timestamp()[1] / 1000, UTC).isoformat(timespec="seconds"),
                "stood": f"{headers.get('dead-letter-topic')}:{headers.get('dead-letter-partition')}:{headers.get('dead-letter-offset')}",
                "reason": headers.get("dead-letter-reason", ""),
                "detail": headers.get("dead-letter-detail", ""),
                "key": None if message.key() is None else _text(message.key()),
                "headers": {name: text for name, text in headers.items() if not name.startswith("dead-letter-")},
                "bytes": len(message.value() or b""),
            }
    finally:
        consumer.close()


def _text(value: bytes | None) -> str:
    """As text where it is some, else in hexadecimal."""
    try:
        text = (value or b"").decode()
    except UnicodeDecodeError:
        return (value or b"").hex()
    return text if text.isprintable() else (value or b"").hex()
