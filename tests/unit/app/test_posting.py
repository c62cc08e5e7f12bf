"""A letter at a provider: named, then submitted; whatever fails, it is carried once (M4, D39)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from relance.app.errors import NotAcceptedError
from relance.app.plan_customer import LEASE
from relance.app.ports.post import Post
from relance.domain.actions import ActionState
from relance.domain.carriage import PostalState
from relance.domain.deeds import DeedKind
from relance.domain.lifecycle import settle_doubt
from relance.domain.scenario import Channel
from tests.fakes.faults import Crossed, Fate
from tests.fakes.postal import Harm, Maileva, Step
from tests.fakes.postal_server import running_maileva
from tests.fakes.world import World, invoice, paid
from tests.unit.app.letters import (
    CELLS,
    DUE,
    NIGHT,
    Cell,
    deliver,
    die,
    hours_pass,
    outcome,
    the_job,
    the_letter,
    world_with,
)

NEXT = NIGHT + timedelta(days=1)


@pytest.fixture
def maileva() -> Iterator[Maileva]:
    with running_maileva() as running:
        yield running


def test_without_a_provider_the_letter_waits_to_be_posted_by_hand() -> None:
    world = world_with(None)
    assert world.send(the_job(world), NIGHT) == "kept"
    assert the_letter(world).state is ActionState.TO_POST


def test_a_letter_is_posted_with_the_very_bytes_that_are_kept(maileva: Maileva) -> None:
    world = world_with(maileva)
    assert world.send(the_job(world), NIGHT) == "sent"
    letter, sending = the_letter(world), maileva.only()
    assert (letter.state, letter.completed_on) == (ActionState.SENT, NIGHT)
    assert letter.reference == f"plain/{sending.id}"
    assert letter.document is not None
    assert sending.documents == [world.files.contents[letter.document]]
    assert sending.form["custom_data"] == letter.id
    (recipient,) = sending.recipients
    assert recipient["address_line_1"] == "Société C1"
    assert recipient["address_line_6"] == "29200 Brest"


def test_the_same_job_again_posts_nothing(maileva: Maileva) -> None:
    world = world_with(maileva)
    job = the_job(world)
    assert world.send(job, NIGHT) == "sent"
    world.real += LEASE * 2
    assert world.send(job, NIGHT) == "duplicate"
    assert len(maileva.posted) == 1


@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_one_letter_is_carried_whatever_happens_to_a_call(cell: Cell, maileva: Maileva) -> None:
    assert outcome(cell, maileva) == "1 letter"


def calls_of_a_worker() -> int:
    with running_maileva() as maileva:
        fate = Fate(at=0, after=False)
        die(world_with(maileva), fate)
    return fate.calls


def test_one_letter_is_carried_wherever_the_worker_dies() -> None:
    for number in range(1, calls_of_a_worker() + 1):
        for after in (False, True):
            with running_maileva() as maileva:
                world = world_with(maileva)
                fate = Fate(at=number, after=after)
                die(world, fate)
                deliver(world)  # the queue brings the job again
                hours_pass(world)
                world.night(NEXT)
                hours_pass(world, day=NEXT)
                assert the_letter(world).state is ActionState.SENT, fate.last
                assert len(maileva.posted) == 1, fate.last


def test_a_worker_that_died_before_it_named_the_letter_left_nothing(maileva: Maileva) -> None:
    world = world_with(maileva)
    kill_at(world, "replace_action", after=False)
    assert the_letter(world).state is ActionState.RESERVED
    world.jobs.jobs.clear()
    world.real += LEASE * 2
    world.look_after(NIGHT)
    assert world.store.history("C1", limit=9).entries == ()
    assert maileva.posted == []
    world.night(NEXT)
    assert len(maileva.posted) == 1


def test_a_worker_that_may_live_is_left_alone(maileva: Maileva) -> None:
    world = world_with(maileva)
    kill_at(world, "submit", after=False)
    named = the_letter(world)
    world.real += LEASE
    assert world.send(the_job(world), NIGHT) == "duplicate"
    assert the_letter(world) == named
    assert maileva.posted == []


def test_a_draft_of_a_worker_that_is_gone_is_submitted_and_no_other_made(maileva: Maileva) -> None:
    world = world_with(maileva)
    kill_at(world, "submit", after=False)
    world.jobs.jobs.clear()
    hours_pass(world, 1)
    assert maileva.posted == [maileva.only().id]
    assert the_letter(world).state is ActionState.SENT


def test_what_was_submitted_before_the_worker_died_is_found_and_not_submitted_again(
    maileva: Maileva,
) -> None:
    world = world_with(maileva)
    kill_at(world, "submit", after=True)
    hours_pass(world, 1)
    assert the_letter(world).state is ActionState.SENT
    assert [step for step, _ in maileva.calls].count(Step.SUBMIT) == 1


def test_a_draft_that_was_paid_meanwhile_is_taken_away_and_never_posted(maileva: Maileva) -> None:
    world = world_with(maileva)
    kill_at(world, "submit", after=False)
    world.put_items("C1", paid(invoice("C1", "FA-1", due=DUE), on=NIGHT), on=NIGHT)
    hours_pass(world, 2)
    assert (maileva.sendings, maileva.posted) == ({}, [])
    assert world.store.history("C1", limit=9).entries == ()


def test_a_draft_that_says_too_much_by_now_is_made_anew(maileva: Maileva) -> None:
    world = world_with(maileva)
    kill_at(world, "submit", after=False)
    (old,) = maileva.sendings
    item = invoice("C1", "FA-1", due=DUE)
    world.put_items("C1", replace(item, residual=45_000), on=NIGHT)
    hours_pass(world, 2)
    assert len(maileva.posted) == 1
    assert old not in maileva.sendings
    assert the_letter(world).state is ActionState.SENT


def test_a_draft_of_yesterday_goes_with_the_date_of_the_day(maileva: Maileva) -> None:
    world = world_with(maileva)
    kill_at(world, "submit", after=False)
    world.jobs.jobs.clear()
    world.night(NEXT)
    hours_pass(world, 1, day=NEXT)
    assert len(maileva.posted) == 1
    assert (the_letter(world).day, the_letter(world).completed_on) == (NEXT, NEXT)


def test_two_who_follow_up_the_same_letter_submit_it_once(maileva: Maileva) -> None:
    world = world_with(maileva)
    job = the_job(world)
    kill_at(world, "submit", after=False)
    world.real += LEASE * 2
    plain = world.store
    crossing = Crossed(plain, lambda: second(), method="replace_action")

    def second() -> None:
        world.store = plain
        assert world.send(job, NIGHT) == "sent"

    world.store = crossing  # type: ignore[assignment] # stands for the store
    assert world.send(job, NIGHT) == "duplicate"
    assert len(maileva.posted) == 1


def test_a_reservation_given_back_meanwhile_is_not_named_and_its_draft_goes(
    maileva: Maileva,
) -> None:
    world = world_with(maileva)
    job, plain = the_job(world), world.store

    def give_it_back() -> None:
        assert plain.release_action(the_letter(world))

    world.store = Crossed(plain, give_it_back, method="replace_action")  # type: ignore[assignment] # stands for the store
    assert world.send(job, NIGHT) == "duplicate"
    assert (maileva.sendings, maileva.posted) == ({}, [])


def test_a_letter_that_the_post_does_not_know_any_more_is_in_doubt(maileva: Maileva) -> None:
    world = world_with(maileva)
    kill_at(world, "submit", after=True)
    maileva.sendings.clear()
    hours_pass(world, 2)
    assert [each.reason for each in world.waiting()] == ["the post knows no such letter"]
    assert [each.state for each in world.waiting()] == [ActionState.IN_DOUBT]


def test_a_letter_whose_account_is_gone_is_in_doubt(maileva: Maileva) -> None:
    world = world_with(maileva)
    kill_at(world, "submit", after=True)
    world.post = None
    hours_pass(world, 1)
    assert the_letter(world).state is ActionState.IN_DOUBT
    assert "account" in str(the_letter(world).reason)


def test_a_post_out_of_reach_is_asked_each_hour_and_after_two_days_a_person_is_told(
    maileva: Maileva,
) -> None:
    world = world_with(maileva)
    kill_at(world, "submit", after=True)
    maileva.fail(Step.STATE, Harm.ERROR, after=False, times=99)
    for days in range(2):
        hours_pass(world, 3, day=NIGHT + timedelta(days=days))
        assert the_letter(world).state is ActionState.RESERVED
    assert [step for step, _ in maileva.calls].count(Step.STATE) == 6
    hours_pass(world, 2, day=NIGHT + timedelta(days=2))
    assert the_letter(world).state is ActionState.IN_DOUBT
    assert "could not be asked" in str(the_letter(world).reason)
    maileva.faults.clear()
    settled = settle_doubt(the_letter(world), sent=True, on=NEXT, author="anne")
    assert settled.deeds[-1].what is DeedKind.SETTLED


def test_what_the_post_rejected_while_nobody_looked_has_failed(maileva: Maileva) -> None:
    world = world_with(maileva)
    kill_at(world, "submit", after=True)
    maileva.only().status = "REJECTED"
    hours_pass(world, 1)
    letter = the_letter(world)
    assert (letter.state, letter.completed_on) == (ActionState.FAILED, None)
    assert letter.carriage is not None
    assert letter.carriage.state is PostalState.REJECTED


def test_a_letter_refused_for_good_has_failed_and_says_why(maileva: Maileva) -> None:
    world = world_with(maileva)
    maileva.refuse_next = "DOCUMENT_TOO_LONG"
    assert world.send(the_job(world), NIGHT) == "refused"
    assert the_letter(world).state is ActionState.FAILED
    assert "DOCUMENT_TOO_LONG" in str(the_letter(world).reason)


def test_after_three_tries_a_provider_that_takes_nothing_has_failed(maileva: Maileva) -> None:
    world = world_with(maileva)
    maileva.fail(Step.CREATE, Harm.ERROR, after=False, times=99)
    deliver(world)
    assert [step for step, _ in maileva.calls].count(Step.CREATE) == 3
    assert the_letter(world).state is ActionState.FAILED
    assert "tried 3 times" in str(the_letter(world).reason)


def test_a_provider_that_asks_for_patience_fails_nothing(maileva: Maileva) -> None:
    world = world_with(maileva)
    maileva.fail(Step.DOCUMENT, Harm.THROTTLED, after=False, times=12)
    deliver(world)
    assert len(maileva.posted) == 1


def test_an_account_that_does_not_open_is_tried_again_and_then_a_person_is_told() -> None:
    world = world_with(None)

    def shut() -> Post | None:
        raise NotAcceptedError("the account's seal does not open")

    world.poster = shut
    deliver(world)
    assert the_letter(world).state is ActionState.FAILED
    assert "seal" in str(the_letter(world).reason)
    assert len(world.not_taken) == 2


def test_an_approved_letter_whose_worker_died_waits_approved_again(maileva: Maileva) -> None:
    world = world_with(maileva)
    kill_at(world, "replace_action", after=False)
    (reserved,) = world.store.history("C1", limit=9).entries
    approved = replace(reserved, approved_on=NIGHT, approved_as="what it said", author="anne")
    assert world.store.replace_action(approved, was=reserved)
    world.jobs.jobs.clear()
    world.real += LEASE * 2
    world.look_after(NIGHT)
    again = the_letter(world)
    assert (again.state, again.approved_on, again.author) == ("to_confirm", NIGHT, "anne")
    assert (again.reference, again.document, maileva.posted) == (None, None, [])


def test_a_registered_letter_goes_by_the_registered_service(maileva: Maileva) -> None:
    world = world_with(maileva)
    by_registered_letter(world)
    world.jobs.jobs.clear()
    world.plan(NIGHT)
    deliver(world)
    assert maileva.only().product == "registered"
    assert maileva.only().form["acknowledgement_of_receipt"] is True


def by_registered_letter(world: World) -> None:
    """Let every letter of the scenario be a registered one."""
    current = next(each for each in world.store.scenarios() if not each.with_email)
    steps = tuple(
        replace(step, channel=Channel.REGISTERED_LETTER) if step.channel is Channel.LETTER else step
        for step in current.steps
    )
    world.store.add_scenario_version(replace(current, version=current.version + 1, steps=steps))


def kill_at(world: World, call: str, *, after: bool) -> None:
    """Have a worker die before or after its first call of that name; the job stays on the queue."""

    class Named(Fate):
        def run(self, name: str, effect: object) -> object:
            if name == call:
                self.at, self.calls = 1, 0
                return super().run(name, effect)  # type: ignore[arg-type] # as given
            return effect()  # type: ignore[operator] # as given

    die(world, Named(at=0, after=after))
