"""Letters posted by a provider, what it tells of them later, and a day's letters in one file."""

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest
from pypdf import PdfReader

from functions.record_feedback.handler import lambda_handler as record_feedback
from functions.render_letter.handler import lambda_handler as render_letter
from relance.app.completion import settle_action
from relance.contracts.jobs import PrintLetters, SendJob
from relance.contracts.postal_account import PrintRoomAccount, dump
from relance.contracts.postal_notice import PostalNotice
from relance.domain.actions import Action, ActionState
from relance.domain.carriage import PostalState, Proof
from tests.adapters.postal.samples import account
from tests.fakes.postal import Maileva
from tests.fakes.postal_server import running_maileva
from tests.functions.workers.events import FakeLambdaContext, failures, sqs_batch
from tests.functions.workers.stage import DEBTOR, NIGHT, TENANT, Stage, due_job

AT = datetime(2025, 3, 12, 23, 30, tzinfo=UTC)  # the 13th in Paris
PDF = b"%PDF-1.7 a proof"
ZIP = b"PK\x03\x04 a proof"


@pytest.fixture
def maileva(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Maileva]:
    """The provider with which the one company of the stage has an account."""
    with running_maileva() as running:
        monkeypatch.setenv("RELANCE_POSTAL_API", running.address)
        stage.sign_up()
        stage.store().save_postal_account(stage.vault().seal(dump(account())), version=0)
        yield running


@pytest.fixture
def posted(stage: Stage, maileva: Maileva) -> Maileva:
    """The provider, with one letter of one customer without an e-mail address."""
    stage.add_debtor(email=None)
    assert make(due_job(stage, "letter")) == []
    return maileva


def make(*bodies: str) -> list[str]:
    return failures(render_letter(sqs_batch(*bodies), FakeLambdaContext()))


def tell(*notices: PostalNotice) -> list[str]:
    bodies = [notice.model_dump_json() for notice in notices]
    answer = record_feedback(sqs_batch(*bodies), FakeLambdaContext())
    return failures(answer)


def letter(stage: Stage) -> Action:
    (action,) = stage.history()
    return action


def notice(stage: Stage, **told: Any) -> PostalNotice:
    """Return news of the stage's one letter."""
    named = {"tenant": TENANT, "action": letter(stage).id, "sending": letter(stage).reference}
    return PostalNotice(**{**named, "at": AT, "detail": "CODE", **told})


def test_a_letter_is_posted_by_the_company_s_provider(stage: Stage, posted: Maileva) -> None:
    action, sending = letter(stage), posted.only()
    assert posted.posted == [sending.id]
    assert (action.state, action.completed_on) == (ActionState.SENT, NIGHT)
    assert action.reference == f"plain/{sending.id}"
    assert list(stage.documents().values()) == sending.documents


def test_the_job_delivered_twice_posts_one_letter(stage: Stage, maileva: Maileva) -> None:
    stage.add_debtor(email=None)
    job = due_job(stage, "letter")
    assert make(job, job) == []
    assert make(job) == []
    assert len(maileva.posted) == 1


def test_the_print_room_s_letters_wait_to_be_posted_by_hand(stage: Stage, maileva: Maileva) -> None:
    room = stage.vault().seal(dump(PrintRoomAccount()))
    stage.store().save_postal_account(room, version=1)
    stage.add_debtor(email=None)
    assert make(due_job(stage, "letter")) == []
    assert letter(stage).state is ActionState.TO_POST
    assert maileva.calls == []


def test_an_account_that_another_company_sealed_posts_nothing(
    stage: Stage, maileva: Maileva
) -> None:
    stolen = stage.vault("rival").seal(dump(account()))
    stage.store().save_postal_account(stolen, version=1)
    stage.add_debtor(email=None)
    job = SendJob.model_validate_json(due_job(stage, "letter"))
    assert make(job.model_dump_json()) == []
    assert stage.put_back("letter") == 1
    assert make(job.model_copy(update={"tries": 2}).model_dump_json()) == []
    assert letter(stage).state is ActionState.FAILED
    assert "seal" in str(letter(stage).reason)
    assert maileva.calls == []


def test_news_move_the_letter_on_and_a_proof_is_kept(stage: Stage, posted: Maileva) -> None:
    posted.only().proofs["deposit"] = PDF
    news = notice(stage, state=PostalState.POSTED, proof=Proof.DEPOSIT)
    assert tell(news) == []
    action = letter(stage)
    assert (action.state, action.completed_on) == (ActionState.SENT, NIGHT)
    assert action.carriage is not None
    assert (action.carriage.state, str(action.carriage.on)) == ("posted", "2025-03-13")
    (proof,) = action.carriage.proofs
    assert proof.document.startswith(f"tenants/{TENANT}/documents/")
    assert proof.document.endswith(f"{action.id}-deposit.pdf")
    assert stage.documents()[proof.document] == PDF


def test_news_in_any_order_and_twice_end_the_same(stage: Stage, posted: Maileva) -> None:
    posted.only().status, posted.only().delivery = "PROCESSED", "D01"
    posted.only().proofs |= {"deposit": PDF, "acknowledgement": ZIP}
    told = [
        notice(stage, state=PostalState.ACCEPTED),
        notice(stage, state=PostalState.POSTED, proof=Proof.DEPOSIT),
        notice(stage, state=PostalState.DELIVERED, proof=Proof.ACKNOWLEDGEMENT),
    ]
    before = letter(stage)
    ends = set()
    for order in permutations(told):
        assert tell(*order, *order) == []
        after = letter(stage)
        assert after.carriage is not None
        kinds = sorted(each.kind.value for each in after.carriage.proofs)
        ends.add((after.state, after.completed_on, after.carriage.state, *kinds))
        assert stage.store().replace_action(before, was=after)
    assert ends == {
        (ActionState.DELIVERED, NIGHT, PostalState.DELIVERED, "acknowledgement", "deposit")
    }
    assert any(key.endswith("-acknowledgement.zip") for key in stage.documents())


def test_a_proof_that_is_not_there_yet_is_asked_for_again(stage: Stage, posted: Maileva) -> None:
    news = notice(stage, state=PostalState.POSTED, proof=Proof.DEPOSIT)
    assert tell(news) == ["m1"]
    assert letter(stage).carriage is not None, "the news themselves are kept"
    posted.only().proofs["deposit"] = PDF
    assert tell(news) == []
    assert len(stage.documents()) == 2


def test_a_rejected_letter_has_failed_and_waits_for_a_person(stage: Stage, posted: Maileva) -> None:
    assert tell(notice(stage, state=PostalState.REJECTED)) == []
    action = letter(stage)
    assert (action.state, action.completed_on) == (ActionState.FAILED, None)
    waiting = stage.store().actions(waiting=True, limit=9).entries
    assert [each.id for _, each in waiting] == [action.id]


def test_a_letter_that_comes_back_stays_done_and_says_so(stage: Stage, posted: Maileva) -> None:
    assert tell(notice(stage, state=PostalState.RETURNED)) == []
    action = letter(stage)
    assert (action.state, action.completed_on) == (ActionState.SENT, NIGHT)
    assert "brought it back" in str(action.reason)


def test_news_are_matched_by_the_post_s_own_name_too(stage: Stage, posted: Maileva) -> None:
    assert tell(notice(stage, action=None, state=PostalState.DELIVERED)) == []
    assert letter(stage).state is ActionState.DELIVERED


@pytest.mark.parametrize("named", ["both", "action", "sending"])
def test_another_company_s_news_never_touch_a_letter(
    stage: Stage, posted: Maileva, named: str
) -> None:
    stage.sign_up("rival")
    before, documents = letter(stage), stage.documents()
    names = {} if named == "both" else {("sending" if named == "action" else "action"): None}
    news = notice(stage, tenant="rival", state=PostalState.REJECTED, proof=Proof.DEPOSIT, **names)
    assert tell(news) == []
    assert (letter(stage), stage.documents()) == (before, documents)


def test_news_of_a_draft_that_was_never_submitted_change_nothing(
    stage: Stage, posted: Maileva
) -> None:
    before = letter(stage)
    assert tell(notice(stage, sending="plain/another", state=PostalState.REJECTED)) == []
    assert letter(stage) == before


def test_news_settle_a_doubt(stage: Stage, posted: Maileva) -> None:
    sent = letter(stage)
    doubt = replace(sent, state=ActionState.IN_DOUBT, completed_on=None, carriage=None)
    assert stage.store().replace_action(doubt, was=sent)
    assert tell(notice(stage, state=PostalState.ACCEPTED)) == []
    assert (letter(stage).state, letter(stage).completed_on) == (ActionState.SENT, NIGHT)


def test_news_set_right_what_a_person_found_never_to_have_left(
    stage: Stage, posted: Maileva
) -> None:
    sent, store = letter(stage), stage.store()
    doubt = replace(sent, state=ActionState.IN_DOUBT, completed_on=None, carriage=None)
    assert store.replace_action(doubt, was=sent)
    settle_action(sent.id, sent=False, author="anne", store=store, on=NIGHT)
    assert letter(stage).state is ActionState.CANCELLED
    assert tell(notice(stage, state=PostalState.POSTED)) == []
    assert (letter(stage).state, letter(stage).completed_on) == (ActionState.SENT, NIGHT)
    assert "left after all" in str(letter(stage).reason)


def test_news_of_another_version_are_reported(stage: Stage, posted: Maileva) -> None:
    body = json.loads(notice(stage, state=PostalState.POSTED).model_dump_json())
    answer = record_feedback(sqs_batch(json.dumps(body | {"v": 2})), FakeLambdaContext())
    assert failures(answer) == ["m1"]


def test_neither_letters_nor_news_tell_the_log_who_it_is(
    stage: Stage, posted: Maileva, log: Callable[[], str]
) -> None:
    posted.only().proofs["deposit"] = PDF
    tell(notice(stage, state=PostalState.POSTED, proof=Proof.DEPOSIT))
    written = log()
    assert not any(secret.casefold() in written.casefold() for secret in DEBTOR.secrets)
    assert "secret" not in written


def test_a_day_s_letters_are_put_together_once_each_under_their_list(stage: Stage) -> None:
    stage.sign_up()
    for code in ("C1", "C2"):
        stage.add_debtor(code, email=None)
    jobs = [due_job(stage, "letter")]
    jobs += stage.waiting("letter")
    while len(jobs) < 2:
        jobs.append(due_job(stage, "letter", customer="C2"))
    assert make(*jobs) == []
    assert printed(stage) == (3, 2)
    assert make(PrintLetters(tenant=TENANT, on=NIGHT).model_dump_json()) == []
    assert printed(stage) == (3, 2), "nothing is put together twice"


def printed(stage: Stage) -> tuple[int, int]:
    """Ask for the night's letters; return pages that hold something, and letters, of all files."""
    assert make(PrintLetters(tenant=TENANT, on=NIGHT).model_dump_json()) == []
    batch = stage.store().print_batch(NIGHT)
    assert batch is not None
    assert (batch.done, batch.left_out) == (True, ())
    files = stage.documents()
    pages = [
        page.extract_text()
        for document in batch.documents
        for page in PdfReader(io.BytesIO(files[document])).pages
    ]
    return len([page for page in pages if page.strip()]), len(batch.letters)
