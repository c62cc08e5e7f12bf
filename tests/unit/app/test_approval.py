"""Messages that wait for a yes: approved, decided again, and sent once (C6, D13, D17, D32)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from relance.app.approval import approve_action, approve_all
from relance.app.errors import Conflict, NotAcceptedError, NotFound
from relance.app.plan_customer import LEASE
from relance.app.ports.accounts import Account
from relance.domain.actions import Action, ActionState
from relance.domain.identifiers import derived_id
from relance.domain.items import Item
from relance.domain.lifecycle import skip
from tests.fakes.world import World, invoice, paid

DUE = date(2025, 3, 1)
FIRST = date(2025, 3, 18)  # a Tuesday
NEXT = FIRST + timedelta(days=1)


def overdue_from_the_start(*, email: str | None = "martin@example.com") -> tuple[World, Item]:
    """One customer, one invoice overdue with the first ledger; its message waits for a yes."""
    world = World()
    customer = world.add_customer(email=email, on=FIRST)
    item = replace(invoice(customer.id, "FA-1", due=DUE), first_sync=True, seen_on=FIRST)
    world.put_items(customer.id, item, on=FIRST)
    assert world.night(FIRST) == []
    return world, item


@pytest.fixture
def world() -> World:
    """A message of the first wave, put up on the first night."""
    return overdue_from_the_start()[0]


def the_waiting(world: World) -> Action:
    (action,) = world.waiting()
    return action


def say_yes(world: World, *, on: date = FIRST) -> Action:
    return approve_action(
        the_waiting(world).id, author="anne", store=world.store, jobs=world.jobs, on=on
    )


def test_nothing_of_the_first_wave_leaves_before_a_yes(world: World) -> None:
    assert the_waiting(world).state is ActionState.TO_CONFIRM
    assert world.mailer.taken == []
    assert world.night(NEXT) == []


def test_an_approved_message_leaves_once_and_names_who_said_yes(world: World) -> None:
    waiting = say_yes(world)
    (job,) = world.jobs.jobs
    assert world.work(FIRST) == ["sent"]
    assert world.send(job, FIRST) == "duplicate"
    assert len(world.mailer.taken) == 1
    sent = world.store.action(waiting.id)
    assert sent is not None
    assert (sent.state, sent.author, sent.approved_on) == (ActionState.SENT, "anne", FIRST)
    assert sent.document is not None
    assert world.files.contents[sent.document] == world.mailer.taken[0].mime


def test_approving_twice_sends_once(world: World) -> None:
    say_yes(world)
    say_yes(world)
    assert sorted(world.work(FIRST)) == ["duplicate", "sent"]
    assert len(world.mailer.taken) == 1


def test_what_has_left_cannot_be_approved_any_more(world: World) -> None:
    action = say_yes(world)
    world.work(FIRST)
    with pytest.raises(Conflict, match="sent, not to confirm"):
        approve_action(action.id, author="anne", store=world.store, jobs=world.jobs, on=NEXT)
    assert world.jobs.jobs == []


def test_an_approved_letter_is_printed_and_waits_to_be_posted() -> None:
    world, _ = overdue_from_the_start(email=None)
    say_yes(world)
    assert world.work(FIRST) == ["kept"]
    assert the_waiting(world).state is ActionState.TO_POST


def test_what_is_paid_meanwhile_is_not_approved_and_says_why() -> None:
    world, item = overdue_from_the_start()
    world.put_items("C1", paid(item, on=FIRST), on=FIRST)
    with pytest.raises(Conflict, match="no longer stands: it is paid"):
        say_yes(world)
    assert world.jobs.jobs == []


def test_what_is_paid_after_the_yes_does_not_leave() -> None:
    world, item = overdue_from_the_start()
    say_yes(world)
    world.put_items("C1", paid(item, on=FIRST), on=FIRST)
    assert world.work(FIRST) == ["obsolete"]
    assert world.mailer.taken == []


def test_a_part_payment_takes_the_yes_back() -> None:
    world, item = overdue_from_the_start()
    say_yes(world)
    world.put_items("C1", replace(item, residual=45_050), on=FIRST)
    assert world.work(FIRST) == ["obsolete"]
    assert world.mailer.taken == []
    assert the_waiting(world).approved_on is None
    assert world.night(NEXT) == []
    say_yes(world, on=NEXT)
    assert world.work(NEXT) == ["sent"]
    assert "450,50" in world.mailer.taken[0].mime.decode()


def test_what_joins_a_message_takes_the_yes_back() -> None:
    world, _ = overdue_from_the_start()
    say_yes(world)
    world.jobs.jobs.clear()
    more = replace(invoice("C1", "FA-2", due=DUE), first_sync=True, seen_on=FIRST)
    world.put_items("C1", more, on=FIRST)
    assert world.night(NEXT) == []
    assert len(the_waiting(world).sends) == 2
    assert the_waiting(world).approved_on is None
    say_yes(world, on=NEXT)
    assert world.work(NEXT) == ["sent"]


def test_a_job_that_is_lost_is_found_by_the_next_night(world: World) -> None:
    say_yes(world)
    world.jobs.jobs.clear()
    assert world.night(NEXT) == ["sent"]
    assert len(world.mailer.taken) == 1
    world.walk(NEXT + timedelta(days=1), NEXT + timedelta(days=3))
    assert len(world.mailer.taken) == 1


def test_a_yes_given_while_the_channel_is_closed_is_kept_until_it_opens(world: World) -> None:
    easter_monday = date(2025, 4, 21)
    say_yes(world, on=easter_monday)
    assert world.work(easter_monday) == ["obsolete"]
    assert world.mailer.taken == []
    assert the_waiting(world).approved_on == easter_monday
    assert world.night(easter_monday + timedelta(days=1)) == ["sent"]
    assert len(world.mailer.taken) == 1


def test_a_provider_out_of_reach_leaves_the_message_approved(world: World) -> None:
    say_yes(world)
    (job,) = world.jobs.jobs
    before = the_waiting(world)
    world.mailer.fail_before = NotAcceptedError("connection refused")
    assert world.send(job, FIRST) == "to_try_again"
    assert the_waiting(world) == before
    world.mailer.fail_before = None
    assert world.send(job, FIRST) == "sent"
    assert len(world.mailer.taken) == 1


def test_a_worker_killed_after_the_provider_took_it_leaves_it_in_doubt(world: World) -> None:
    say_yes(world)
    (job,) = world.jobs.jobs
    world.mailer.fail_after = KeyboardInterrupt()  # a kill, not an error
    with pytest.raises(KeyboardInterrupt):
        world.send(job, FIRST)
    world.mailer.fail_after = None
    assert world.send(job, FIRST) == "duplicate", "the first worker may still live"
    world.real += LEASE + timedelta(seconds=1)
    assert world.send(job, FIRST) == "in_doubt"
    world.walk(NEXT, NEXT + timedelta(days=20))
    assert len(world.mailer.taken) == 1


def test_a_job_for_what_nobody_approved_sends_nothing(world: World) -> None:
    approved = say_yes(world)
    (job,) = world.jobs.jobs
    account = world.store.account("C1")
    assert account is not None
    taken_back = replace(approved, approved_on=None, approved_as=None)
    assert world.store.save_action(account.customer, taken_back)
    assert world.send(job, FIRST) == "obsolete"
    assert world.mailer.taken == []


def test_what_is_skipped_after_the_yes_does_not_leave(world: World) -> None:
    approved = say_yes(world)
    account = world.store.account("C1")
    assert account is not None
    skipped = skip(approved, on=FIRST, author="anne", reason="agreed by phone")
    assert world.store.save_action(account.customer, skipped)
    assert world.work(FIRST) == ["duplicate"]
    assert world.mailer.taken == []


def test_of_many_each_says_by_itself_whether_it_was_taken(world: World) -> None:
    known = the_waiting(world).id
    outcomes = approve_all(
        [known, "C1-none", known], author="anne", store=world.store, jobs=world.jobs, on=FIRST
    )
    assert [(each.action, each.done) for each in outcomes] == [
        (known, True),
        ("C1-none", False),
    ]
    assert outcomes[1].refusal == "there is no such action"
    assert world.work(FIRST) == ["sent"]


def test_of_many_our_failure_of_one_leaves_those_behind_it_for_another_try(world: World) -> None:
    known, usual, told = the_waiting(world).id, world.store.account, list[tuple[str, Exception]]()

    def busy(customer: str) -> Account | None:
        if customer == "C2":
            raise RuntimeError("the table is busy")
        return usual(customer)

    world.store.account = busy  # type: ignore[method-assign]
    failing = derived_id("C2", "none")

    def approve(*identifiers: str) -> list[tuple[bool, int]]:
        outcomes = approve_all(
            identifiers,
            author="anne",
            store=world.store,
            jobs=world.jobs,
            on=FIRST,
            failed=lambda identifier, error: told.append((identifier, error)),
        )
        return [(each.done, each.status) for each in outcomes]

    assert approve(failing, known) == [(False, 500), (False, 503)]
    assert [identifier for identifier, _ in told] == [failing]
    assert world.work(FIRST) == []
    assert approve(known) == [(True, 200)]
    assert world.work(FIRST) == ["sent"]


def test_an_unknown_action_cannot_be_approved(world: World) -> None:
    with pytest.raises(NotFound):
        approve_action("C1-none", author="anne", store=world.store, jobs=world.jobs, on=FIRST)
