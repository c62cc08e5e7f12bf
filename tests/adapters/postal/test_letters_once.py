"""Whatever goes wrong at whatever call, the provider carries one letter (D39, D40)."""

import pytest

from relance.app.errors import InDoubtError, NotAcceptedError, ThrottledError
from relance.domain.postal import PostalState
from tests.adapters.postal.crash_table import CELLS, KILLS, Cell, outcome_of, survive_kill, table
from tests.adapters.postal.samples import LETTER, post
from tests.adapters.postal.sender import Sender
from tests.fakes.postal import Harm, Maileva, Step


@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_one_letter_is_carried_whatever_happens_to_a_call(cell: Cell, maileva: Maileva) -> None:
    outcome = outcome_of(cell, maileva)
    assert outcome.posted == 1
    assert outcome.done
    assert outcome.harmed, "the fault never struck"
    assert outcome.documents == (1,)
    assert outcome.recipients == (1,)


@pytest.mark.parametrize(("at", "after"), KILLS)
def test_one_letter_is_carried_whenever_the_worker_dies(
    at: int, after: bool, maileva: Maileva
) -> None:
    outcome = survive_kill(at, after, maileva)
    assert outcome.posted == 1
    assert outcome.done
    assert outcome.harmed


def test_the_table_of_failures_has_no_empty_cell() -> None:
    lines = table([(cell, "1 letter") for cell in CELLS])
    assert len(lines) == 1 + len(Step)
    assert all(len(line.split("|")) == 1 + 2 * len(Harm) for line in lines)
    assert all(part.strip() for line in lines[1:] for part in line.split("|"))


def test_a_submission_that_arrives_after_the_next_one_is_not_carried_again(
    maileva: Maileva,
) -> None:
    maileva.silence = 0.5
    maileva.fail(Step.SUBMIT, Harm.TIMEOUT, after=False, late=True)
    sender = Sender(post(maileva.address, patience=0.1), LETTER)
    sender.work()
    assert sender.outcomes == ["InDoubtError", "done"]
    maileva.wait_for(lambda: maileva.late_effects == 1)
    assert maileva.posted == [maileva.only().id]


def test_a_lost_answer_to_a_submission_is_in_doubt_until_the_state_is_read(
    maileva: Maileva,
) -> None:
    client = post(maileva.address)
    sending = client.prepare(LETTER)
    maileva.fail(Step.SUBMIT, Harm.RESET, after=True)
    with pytest.raises(InDoubtError):
        client.submit(sending)
    found = client.state(sending)
    assert found is not None
    assert found.state is PostalState.SUBMITTED


def test_submitting_what_was_submitted_changes_nothing(maileva: Maileva) -> None:
    client = post(maileva.address)
    sending = client.prepare(LETTER)
    client.submit(sending)
    client.submit(sending)
    assert maileva.posted == [maileva.only().id]


def test_a_sending_that_vanished_is_in_doubt_and_no_other_is_made(maileva: Maileva) -> None:
    sender = Sender(post(maileva.address), LETTER)
    sender.kept = sender.post.prepare(LETTER)
    maileva.sendings.clear()
    sender.work(tries=3)
    assert sender.outcomes == ["InDoubtError"] * 3
    assert maileva.posted == []


def test_each_call_is_made_once_and_none_is_repeated_by_the_client(maileva: Maileva) -> None:
    client = post(maileva.address)
    maileva.fail(Step.CREATE, Harm.ERROR, after=False)
    with pytest.raises(NotAcceptedError):
        client.prepare(LETTER)
    assert [step for step, _ in maileva.calls] == [Step.TOKEN, Step.CREATE]


def test_a_draft_whose_making_broke_off_is_taken_away(maileva: Maileva) -> None:
    client = post(maileva.address)
    maileva.fail(Step.RECIPIENT, Harm.RESET, after=True)
    with pytest.raises(NotAcceptedError):
        client.prepare(LETTER)
    assert maileva.sendings == {}


@pytest.mark.parametrize("step", [Step.TOKEN, Step.CREATE, Step.DOCUMENT, Step.SUBMIT])
def test_throttling_says_how_long_to_wait(step: Step, maileva: Maileva) -> None:
    maileva.fail(step, Harm.THROTTLED, after=False)
    client = post(maileva.address)
    with pytest.raises(ThrottledError) as raised:
        client.submit(client.prepare(LETTER))
    assert raised.value.retry_after == 7


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("86400", 3600), ("Sun, 09 Mar 2025 01:00:00 GMT", None), ("-5", None), ("", None), ("0", 0)],
)
def test_a_wait_is_at_most_an_hour_and_nonsense_is_none(
    written: str, seconds: int | None, maileva: Maileva
) -> None:
    maileva.retry_after = written
    maileva.fail(Step.CREATE, Harm.THROTTLED, after=False)
    with pytest.raises(ThrottledError) as raised:
        post(maileva.address).prepare(LETTER)
    assert raised.value.retry_after == seconds


def test_a_provider_that_is_not_there_took_nothing() -> None:
    with pytest.raises(NotAcceptedError, match="never sent"):
        post("http://127.0.0.1:9").submit("plain/123")
