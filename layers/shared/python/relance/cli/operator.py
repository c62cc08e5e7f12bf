"""What the operator sets for one company, on whichever stage the AWS environment leads to.

`python -m relance.cli.operator --table TABLE --plan-queue URL automatic off COMPANY`: both are
outputs of the stack; region and credentials are those of the environment, as for the AWS CLI.
"""

import argparse
import sys
from collections.abc import Sequence

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from relance.app.errors import Conflict, NotFound
from relance.app.tenants import set_automatic
from relance.store.queues import SqsJobs
from relance.store.tenant import DynamoTenantStore


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command; return 0, or 1 after saying what is wrong."""
    asked = parser().parse_args(arguments)
    store = DynamoTenantStore(boto3.client("dynamodb"), asked.table, asked.company)
    jobs = SqsJobs(boto3.client("sqs"), plan_queue=asked.plan_queue)
    try:
        tenant = set_automatic(asked.switch == "on", store=store, jobs=jobs)
    except NotFound:
        return _wrong(f"there is no company {asked.company}")
    except Conflict:
        return _wrong("somebody changed its settings at the same moment: try again")
    except (BotoCoreError, ClientError) as error:
        return _wrong(f"AWS refuses or does not answer: {error}")
    says = "leave by themselves" if tenant.rules.automatic else "wait for a person's yes"
    print(f"{tenant.id}: messages {says}")
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    root = argparse.ArgumentParser(prog="relance.cli.operator", description=__doc__)
    root.add_argument("--table", required=True, help="the output TableName")
    root.add_argument("--plan-queue", required=True, help="the output PlanQueueUrl")
    commands = root.add_subparsers(required=True, metavar="COMMAND")
    line = "whether messages leave by themselves, or wait for a person's yes"
    automatic = commands.add_parser("automatic", help=line, description=line)
    automatic.add_argument("switch", choices=["on", "off"])
    automatic.add_argument("company", help="the company's id")
    return root


def _wrong(what: str) -> int:
    print(f"relance: {what}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
