"""Take each statement of each function's role away on a running stack: some test must notice.

Run by `make grants`. Starts a stage of its own, removes one statement at a time, runs the tests of
this folder until one fails, puts the statement back. A statement that nobody misses is printed and
fails the run: then a test is missing, or the grant is.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from relance.cli import stage
from relance.cli.clients import client_options
from relance.cli.instance import ROOT, instance_on_free_ports
from relance.cli.progress import say
from relance.cli.stack import WORK_QUEUES, LocalStack
from tests.conftest import SMALL_PARTS

# Work that fails for want of a grant does not end: give up on it early, once all is warm.
COLD_SECONDS, WARM_SECONDS = 120, 20
# Where a function is used most plainly: these tests run first, the whole folder only after them.
ACCESS, UPLOADS = "test_access.py", "test_ledger_uploads.py"
LETTERS, FILES = "test_letters.py", "test_own_files.py"
ONCE, TIMELINE, ROLES = "test_sending_once.py", "test_standard_timeline.py", "test_roles.py"
FIRST = {
    "Api": (
        f"{TIMELINE}::test_a_reminder_can_be_read_on_the_mailbox_page",
        ACCESS,
        "test_first_wave.py",
        f"{TIMELINE}::test_a_step_by_sms_is_published_once",  # its link leads to the API
        LETTERS,
        FILES,
    ),
    "Planner": (f"{ONCE}::test_a_job_delivered_again_sends_nothing",),
    "PlanTenant": (
        f"{ONCE}::test_a_night_in_several_parts_leaves_nobody_out",
        f"{TIMELINE}::test_a_step_by_sms_is_published_once",
        f"{TIMELINE}::test_a_letter_is_a_pdf",
    ),
    "SendEmail": (f"{TIMELINE}::test_a_reminder_can_be_read_on_the_mailbox_page", FILES),
    "SendSms": (f"{TIMELINE}::test_a_step_by_sms_is_published_once",),
    "RenderLetter": (f"{TIMELINE}::test_a_letter_is_a_pdf", LETTERS, FILES),
    "SyncLedger": (f"{UPLOADS}::test_a_file_put_in_the_bucket",),
    "RecordFeedback": (f"{ONCE}::test_a_hard_bounce", LETTERS),
}
FAILED = re.compile(r"^(?:FAILED|ERROR) \S+::(\S+)", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Grant:
    """One statement of one role's policy; `others` are those that stay."""

    function: str
    role: str
    policy: str
    purpose: str
    whole: Mapping[str, Any]
    others: Mapping[str, Any]


def grants(stack: LocalStack) -> Iterator[Grant]:
    """Yield every statement of every role of a function of the stack."""
    iam = boto3.client("iam", **client_options(stack.instance))
    for function in stack.functions.list_functions()["Functions"]:
        role = function["Role"].rpartition("/")[2]
        for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]:
            document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
            whole = document if isinstance(document, dict) else json.loads(document)
            for statement in whole["Statement"]:
                yield Grant(
                    function=function["FunctionName"],
                    role=role,
                    policy=policy,
                    purpose=statement["Sid"],
                    whole=whole,
                    others=whole
                    | {"Statement": [each for each in whole["Statement"] if each != statement]},
                )


@contextmanager
def without(grant: Grant, stack: LocalStack) -> Iterator[None]:
    """Take the statement away while a block lasts, then empty the queues of what failed."""
    iam = boto3.client("iam", **client_options(stack.instance))

    def put(document: Mapping[str, Any]) -> None:
        iam.put_role_policy(
            RoleName=grant.role, PolicyName=grant.policy, PolicyDocument=json.dumps(document)
        )

    if grant.others["Statement"]:
        put(grant.others)
    else:
        iam.delete_role_policy(RoleName=grant.role, PolicyName=grant.policy)
    try:
        yield
    finally:
        put(grant.whole)
        for queue in WORK_QUEUES:
            for dead in (False, True):
                stack.sqs.purge_queue(QueueUrl=stack.queue(queue, dead_letters=dead))


def first_failure(stack: LocalStack, *tests: str, patience: int) -> str | None:
    """Run tests of this folder until one fails; return its name, None when all pass.

    `tests` name files or single tests by how they begin, none for the whole folder; `patience` is
    how many seconds a test waits for work to end.
    """
    folder = Path(__file__).parent
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "-p", "no:cacheprovider"),
            *dict.fromkeys(str(folder / test.partition("::")[0]) for test in tests or ("",)),
            *("-k", " or ".join(test.partition("::")[2] or test for test in tests)),
        ],
        cwd=ROOT,
        env=os.environ
        | {
            "RELANCE_TEST_STAGE": str(stack.instance.folder),
            "RELANCE_TEST_PATIENCE": str(patience),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    found = FAILED.search(ended.stdout)
    if ended.returncode and not found:
        raise RuntimeError(ended.stdout + ended.stderr)
    return found[1] if found else None


def main() -> int:
    """Print a row a statement; return 1 when one was not missed."""
    with tempfile.TemporaryDirectory() as folder:
        instance = instance_on_free_ports(Path(folder) / "stage")
        with stage.running(instance, **SMALL_PARTS) as stack:
            broken = first_failure(stack, patience=COLD_SECONDS)
            if broken:
                say(f"{broken} fails with every grant in place: mend that first.")
                return 1
            unmissed = 0
            for grant in list(grants(stack)):
                function = grant.function.removeprefix("Relance-local-").partition("Function")[0]
                with without(grant, stack):
                    failure = first_failure(
                        stack, ROLES, *FIRST[function], patience=WARM_SECONDS
                    ) or first_failure(stack, patience=WARM_SECONDS)
                unmissed += failure is None
                say(f"{function:<15} {grant.purpose:<16} {failure or 'NOBODY MISSED IT'}")
            say(f"{unmissed} statements were not missed.")
            return 1 if unmissed else 0


if __name__ == "__main__":
    sys.exit(main())
