"""What the operator sets for one company, on whichever stage the AWS environment leads to.

`python -m relance.cli.operator --table TABLE --plan-queue URL automatic off COMPANY`, or `limits
COMPANY reads=2400`, or `sender COMPANY billing@company.example.com`: table and queue are outputs of
the stack; region and credentials are those of the environment, as for the AWS CLI.
"""

import argparse
import sys
from collections.abc import Sequence

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from relance.app.errors import BadInput, Conflict, NotFound
from relance.app.ports.tenant_store import TenantStore
from relance.app.tenants import set_automatic, set_request_limits, set_verified_sender
from relance.store.queues import SqsJobs
from relance.store.tenant import DynamoTenantStore


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command; return 0, or 1 after saying what is wrong."""
    asked = parser().parse_args(arguments)
    store = DynamoTenantStore(boto3.client("dynamodb"), asked.table, asked.company)
    try:
        print(asked.carry_out(asked, store))
    except NotFound:
        return _wrong(f"there is no company {asked.company}")
    except Conflict:
        return _wrong("somebody changed its settings at the same moment: try again")
    except BadInput as error:
        return _wrong(str(error))
    except (BotoCoreError, ClientError) as error:
        return _wrong(f"AWS refuses or does not answer: {error}")
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
    automatic.set_defaults(carry_out=_switch)
    line = "how many requests a minute it may send; what is left out is as for others"
    limits = commands.add_parser("limits", help=line, description=line)
    limits.add_argument("company", help="the company's id")
    limits.add_argument("limits", nargs="*", type=_limit, metavar="BUDGET=NUMBER")
    limits.set_defaults(carry_out=_limit_requests)
    line = "the address of its own that its mail leaves from; without one, the platform's"
    sender = commands.add_parser("sender", help=line, description=f"{line}. Verify it first.")
    sender.add_argument("company", help="the company's id")
    sender.add_argument("address", nargs="?", default="", help="as the e-mail provider verified it")
    sender.set_defaults(carry_out=_send_from)
    return root


def _switch(asked: argparse.Namespace, store: TenantStore) -> str:
    jobs = SqsJobs(boto3.client("sqs"), plan_queue=asked.plan_queue)
    tenant = set_automatic(asked.switch == "on", store=store, jobs=jobs)
    says = "leave by themselves" if tenant.rules.automatic else "wait for a person's yes"
    return f"{tenant.id}: messages {says}"


def _limit_requests(asked: argparse.Namespace, store: TenantStore) -> str:
    tenant = set_request_limits(dict(asked.limits), store=store)
    own = ", ".join(f"{budget} {most}" for budget, most in sorted(tenant.request_limits.items()))
    return f"{tenant.id}: {own} a minute, else as others" if own else f"{tenant.id}: as others"


def _send_from(asked: argparse.Namespace, store: TenantStore) -> str:
    tenant = set_verified_sender(asked.address, store=store)
    return f"{tenant.id}: mail leaves from {tenant.verified_sender or 'the platform’s address'}"


def _limit(text: str) -> tuple[str, int]:
    budget, _, most = text.partition("=")
    if not most.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not like reads=2400")
    return budget, int(most)


def _wrong(what: str) -> int:
    print(f"relance: {what}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
