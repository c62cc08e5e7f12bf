"""What a function logged, its failures first to be seen."""

import json
from typing import TYPE_CHECKING

import boto3

from relance.cli.clients import client_options
from relance.cli.errors import CommandError
from relance.cli.progress import say
from relance.cli.stack import LocalStack

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient

_GROUP = "/relance/local/"
_SHOWN = 40
_NOISE = ("START RequestId", "END RequestId", "REPORT RequestId")


def show_logs(stack: LocalStack, function: str) -> None:
    """Print a function's last log lines; CommandError naming the functions when it has no log."""
    client = boto3.client("logs", **client_options(stack.instance))
    groups = [
        group["logGroupName"].removeprefix(_GROUP)
        for group in client.describe_log_groups(logGroupNamePrefix=_GROUP)["logGroups"]
    ]
    if function not in groups:
        raise CommandError(
            f"No function {function!r} has logged. There are: {', '.join(sorted(groups))}"
        )
    lines = [readable(line) for line in _lines(client, function) if not line.startswith(_NOISE)]
    for line in list(filter(None, lines))[-_SHOWN:]:
        say(line)


def readable(line: str) -> str:
    """Return a structured log line as a person reads it; '' for a line of metrics only."""
    try:
        record = json.loads(line)
    except ValueError:
        return line.rstrip()
    if not isinstance(record, dict) or "_aws" in record:
        return ""
    own = {"level", "location", "message", "timestamp", "service", "exception", "exception_name"}
    rest = " ".join(
        f"{key}={text}" for key, text in record.items() if key not in own and key != "stack_trace"
    )
    said = f"{record.get('timestamp', '')} {record.get('level', '')} {record.get('message', '')}"
    return "\n".join(filter(None, [f"{said} {rest}".strip(), record.get("exception")]))


def _lines(client: "CloudWatchLogsClient", function: str) -> list[str]:
    pages = client.get_paginator("filter_log_events").paginate(logGroupName=_GROUP + function)
    return [event["message"] for page in pages for event in page["events"]]
