"""Workers, nights, imports, people and news that cross each other: one message, the true one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from relance.app.completion import complete_action, settle_action
from relance.app.errors import Conflict
from relance.app.feedback import record
from relance.app.plan_customer import plan_customer
from relance.contracts.feedback import Feedback, FeedbackKind
from relance.contracts.http.actions import Completion, CompletionResult
from relance.contracts.jobs import SendJob
from relance.domain.actions import ActionState
from relance.domain.customer import Contact
from tests.fakes.faults import Crossed
from tests.fakes.world import World, days, invoice, paid

DUE = date(2025, 3, 1)
NIGHT = DUE + timedelta(days=8)
LATER = NIGHT + timedelta(days=3)


@pytest.fixture
def world() -> World:
    """One customer with one invoice whose first reminder is planned tonight."""
    made = World()
    customer = made.add_customer(on=DUE).id
    made.put_items(customer, invoice(customer, "FA-1", due=DUE), on=DUE)
    made.plan(NIGHT)
    return made


def the_job(world: World) -> SendJob:
    (job,) = world.jobs.jobs
    return job


def the_action(world: World) -> Any:
    return world.store.history("C1", limit=9).entries[0]


def send_crossed(world: World, port: str, method: str, event: Callable[[], object]) -> str:
    """Send the job with `event` happening just before the worker's first `method` of `port`."""
    real = getattr(world, port)

    def undisturbed() -> object:
        setattr(world, port, real)
        return event()

    setattr(world, port, Crossed(real, undisturbed, method=method))
    try:
        return world.send(the_job(world), NIGHT)
    finally:
        setattr(world, port, real)


def news(world: World, kind: FeedbackKind, *recipients: str) -> Feedback:
    return Feedback(
        kind=kind,
        reference="ses-1",
        at=datetime(2025, 3, 9, 2, tzinfo=UTC),
        recipients=recipients,
        addressed=("martin@example.com",),
        tenant=world.tenant,
        action=the_action(world).id,
        permanent=True,
    )


STORE_CALLS = ("account", "tenant", "scenarios", "add_action", "advance_action", "set_next_date")


@pytest.mark.parametrize("method", STORE_CALLS)
def test_a_second_worker_with_the_same_job_sends_nothing_more(world: World, method: str) -> None:
    send_crossed(world, "store", method, lambda: world.send(the_job(world), NIGHT))
    assert len(world.mailer.taken) == 1
    assert the_action(world).state is ActionState.SENT
    assert world.waiting() == []


def test_the_bytes_kept_are_those_that_left_though_a_worker_on_older_facts_came_later(
    world: World,
) -> None:
    item = invoice("C1", "FA-1", due=DUE)

    def paid_in_part_and_sent() -> None:
        world.put_items("C1", replace(item, residual=45_050), on=NIGHT)
        world.send(the_job(world), NIGHT)

    send_crossed(world, "files", "put", paid_in_part_and_sent)
    (mail,) = world.mailer.taken
    assert "450,50" in mail.mime.decode()
    assert world.files.contents[the_action(world).document] == mail.mime


@pytest.mark.parametrize("method", STORE_CALLS[:4])
def test_a_payment_that_comes_in_before_the_reservation_stops_the_message(
    world: World, method: str
) -> None:
    item = invoice("C1", "FA-1", due=DUE)
    pay = partial(world.put_items, "C1", paid(item, on=NIGHT), on=NIGHT)
    assert send_crossed(world, "store", method, pay) == "obsolete"
    assert world.mailer.taken == []


@pytest.mark.parametrize("kind", [FeedbackKind.DELIVERED, FeedbackKind.COMPLAINED])
def test_news_that_overtakes_the_confirmation_stands(world: World, kind: FeedbackKind) -> None:
    def told() -> None:
        record(news(world, kind, "martin@example.com"), store=world.store, today=NIGHT)

    assert send_crossed(world, "store", "advance_action", told) == "sent"
    action = the_action(world)
    assert action.state.value == kind.value
    assert (action.completed_on, action.reference) == (NIGHT, "ses-1")
    assert world.send(the_job(world), NIGHT) == "duplicate"


def test_a_hard_bounce_that_overtakes_the_confirmation_opens_the_step(world: World) -> None:
    def told() -> None:
        record(
            news(world, FeedbackKind.BOUNCED, "martin@example.com"), store=world.store, today=NIGHT
        )

    send_crossed(world, "store", "advance_action", told)
    action = the_action(world)
    assert (action.state, action.completed_on) == (ActionState.BOUNCED, None)
    assert world.send(the_job(world), NIGHT) == "duplicate"
    world.jobs.jobs.clear()
    assert world.night(NIGHT + timedelta(days=1)) == ["kept"], "by letter, no address is left"


def test_a_delivery_told_days_later_completes_the_step_on_the_day_it_left(world: World) -> None:
    world.mailer.fail_after = KeyboardInterrupt()  # a kill, not an error
    with pytest.raises(KeyboardInterrupt):
        world.send(the_job(world), NIGHT)
    world.mailer.fail_after = None
    world.jobs.jobs.clear()
    world.night(NIGHT + timedelta(days=1))
    assert the_action(world).state is ActionState.IN_DOUBT
    record(news(world, FeedbackKind.DELIVERED), store=world.store, today=LATER)
    assert the_action(world).completed_on == NIGHT
    assert world.waiting() == []


def test_nobody_settles_a_message_while_its_worker_hands_it_over(world: World) -> None:
    def settle() -> None:
        with pytest.raises(Conflict, match="leaving"):
            settle_action(
                the_action(world).id, sent=False, author="anne", store=world.store, on=NIGHT
            )

    send_crossed(world, "mailer", "send", settle)
    assert the_action(world).state is ActionState.SENT
    world.walk(NIGHT + timedelta(days=1), NIGHT + timedelta(days=5))
    assert len(world.mailer.taken) == 1


def two_contacts() -> World:
    world = World()
    customer = world.add_customer(on=DUE)
    other = Contact(id="c2", name="Nadia", email="nadia@example.com")
    world.store.save_customer(replace(customer, contacts=(*customer.contacts, other)))
    world.put_items("C1", invoice("C1", "FA-1", due=DUE), on=DUE)
    assert world.night(NIGHT) == ["sent"]
    return world


def test_whoever_got_the_message_gets_it_once_though_another_address_bounced() -> None:
    world = two_contacts()
    both = ("martin@example.com", "nadia@example.com")
    assert world.mailer.taken[0].recipients == both
    told = replace(news(world, FeedbackKind.BOUNCED, both[0]), addressed=both)
    assert record(told, store=world.store, today=NIGHT) == "nothing_new"
    account = world.store.account("C1")
    assert account is not None
    assert [each.email_blocked for each in account.customer.contacts] == [True, False]
    world.night(NIGHT + timedelta(days=1))
    assert len(world.mailer.taken) == 1
    last = replace(told, recipients=both[1:])
    assert record(last, store=world.store, today=NIGHT) == "moved"
    assert the_action(world).state is ActionState.BOUNCED


def test_a_night_planned_twice_at_once_makes_one_message_and_one_task() -> None:
    world = World()
    customer = world.add_customer(on=DUE).id
    world.put_items(customer, invoice(customer, "FA-1", due=DUE), on=DUE)
    for day in days(NIGHT, NIGHT + timedelta(days=8)):
        world.real += timedelta(days=1)
        real = world.store

        def second(day: date = day, real: Any = real) -> None:
            world.store = real
            world.plan(day)

        world.store = Crossed(real, second, method="add_action")  # type: ignore[assignment]
        world.plan(day)
        world.store = real
        world.work(day)
    assert len(world.mailer.taken) == 1
    assert [action.step.value for action in world.waiting()] == ["r2"]


def test_a_call_closed_while_the_night_withdraws_it_keeps_the_word_of_the_first() -> None:
    world = World()
    customer = world.add_customer(on=DUE).id
    item = invoice(customer, "FA-1", due=DUE)
    world.put_items(customer, item, on=DUE)
    day = NIGHT + timedelta(days=8)
    world.walk(NIGHT, day, closing=False)
    (call,) = world.waiting()
    world.put_items(customer, paid(item, on=day), on=day)

    def close() -> None:
        body = Completion(result=CompletionResult.REACHED)
        complete_action(call.id, body, author="anne", store=world.store, on=day)

    plan_customer(
        customer,
        store=Crossed(world.store, close, method="save_action"),
        tenant=world.store.tenant(),
        scenarios=world.store.scenarios(),
        on=day,
        now=world.real,
    )
    kept = world.store.action(call.id)
    assert kept is not None
    assert (kept.state, kept.author) == (ActionState.DONE, "anne")


def test_a_job_for_a_channel_that_the_customer_left_sends_nothing_and_the_new_one_goes(
    world: World,
) -> None:
    account = world.store.account("C1")
    assert account is not None
    world.store.save_customer(replace(account.customer, contacts=()))
    assert world.send(the_job(world), NIGHT) == "obsolete"
    assert world.mailer.taken == []
    assert world.night(NIGHT + timedelta(days=1)) == ["obsolete", "kept"]


def test_a_job_delivered_on_a_later_day_decides_with_that_day_and_sends_once(world: World) -> None:
    job = the_job(world)
    assert world.send(job, LATER) == "sent"
    assert world.send(job, LATER + timedelta(days=30)) == "duplicate"
    assert the_action(world).completed_on == LATER
    assert len(world.mailer.taken) == 1


def test_a_job_whose_day_is_ahead_of_the_clock_sends_nothing_and_stays_planned(
    world: World,
) -> None:
    assert world.send(the_job(world), NIGHT - timedelta(days=3)) == "obsolete"
    world.jobs.jobs.clear()
    assert world.night(NIGHT) == ["sent"]


def test_an_address_blocked_while_the_message_is_made_is_not_written_to(world: World) -> None:
    def block() -> None:
        account = world.store.account("C1")
        assert account is not None
        (contact,) = account.customer.contacts
        blocked = replace(contact, email_blocked=True)
        world.store.save_customer(replace(account.customer, contacts=(blocked,)))

    assert send_crossed(world, "store", "add_action", block) == "obsolete"
    assert world.mailer.taken == []
