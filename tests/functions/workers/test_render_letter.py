"""The letter queue: a PDF that waits to be posted."""

import pytest

from functions.render_letter.handler import lambda_handler
from relance.domain.facts import ActionState
from tests.functions.workers.events import FakeLambdaContext, failures, sqs_batch
from tests.functions.workers.stage import TENANT, Stage, due_job


@pytest.fixture
def job(stage: Stage) -> str:
    """The job of one customer without an e-mail address, whose first reminder is a letter."""
    stage.sign_up()
    stage.add_debtor(email=None)
    return due_job(stage, "letter")


def make(*bodies: str) -> list[str]:
    return failures(lambda_handler(sqs_batch(*bodies), FakeLambdaContext()))


def test_a_pdf_is_kept_and_waits_to_be_posted(stage: Stage, job: str) -> None:
    assert make(job) == []
    (action,) = stage.history()
    ((key, content),) = stage.documents().items()
    assert key == action.document
    assert key.startswith(f"tenants/{TENANT}/documents/")
    assert key.endswith(f"/{action.id}.pdf")
    assert content.startswith(b"%PDF-")
    assert (action.state, action.completed_on) == (ActionState.TO_POST, None)


def test_the_same_message_delivered_twice_makes_one_letter(stage: Stage, job: str) -> None:
    assert make(job) == []
    assert make(job, job) == []
    assert (len(stage.documents()), len(stage.history())) == (1, 1)


def test_a_batch_with_one_bad_message_reports_only_that_one(stage: Stage, job: str) -> None:
    assert make("{}", job) == ["m1"]
    assert len(stage.documents()) == 1
