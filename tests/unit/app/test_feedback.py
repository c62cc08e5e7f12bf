"""What the provider says afterwards moves an action forward, never back (A3, D42)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from relance.app.feedback import record
from relance.contracts.feedback import Feedback, FeedbackKind
from relance.domain.facts import ActionState, Contact
from tests.fakes.world import World, invoice

DUE = date(2025, 3, 1)
NIGHT = DUE + timedelta(days=8)


@pytest.fixture
def world() -> World:
    """One customer whose first reminder was sent."""
    made = World()
    made.add_customer(on=DUE)
    made.put_items("C1", invoice("C1", "FA-1", due=DUE), on=DUE)
    assert made.night(NIGHT) == ["sent"]
    return made


def news(world: World, kind: FeedbackKind, *, permanent: bool = False) -> Feedback:
    (action,) = world.store.history("C1", limit=10).entries
    return Feedback(
        kind=kind,
        reference="ses-1",
        at=datetime(2025, 3, 9, 2, tzinfo=UTC),
        recipients=("Martin <MARTIN@example.com>",),
        tenant=world.tenant,
        action=action.id,
        permanent=permanent,
    )


def state(world: World) -> ActionState:
    return world.store.history("C1", limit=10).entries[0].state


def test_a_delivery_moves_the_action_and_a_second_one_does_nothing(world: World) -> None:
    told = news(world, FeedbackKind.DELIVERED)
    assert record(told, store=world.store, today=NIGHT) == "moved"
    assert record(told, store=world.store, today=NIGHT) == "nothing_new"
    assert state(world) is ActionState.DELIVERED


def test_a_delivery_that_comes_after_the_complaint_moves_nothing(world: World) -> None:
    record(news(world, FeedbackKind.COMPLAINED), store=world.store, today=NIGHT)
    late = news(world, FeedbackKind.DELIVERED)
    assert record(late, store=world.store, today=NIGHT) == "nothing_new"
    assert state(world) is ActionState.COMPLAINED


def test_a_hard_bounce_marks_the_address_and_opens_the_step_again(world: World) -> None:
    account = world.store.account("C1")
    assert account is not None
    other = Contact(id="c2", name="Nadia", email="nadia@example.com")
    customer = account.customer
    world.store.save_customer(replace(customer, contacts=(*customer.contacts, other)))
    bounced = news(world, FeedbackKind.BOUNCED, permanent=True)
    assert record(bounced, store=world.store, today=NIGHT) == "moved"
    marked = world.store.account("C1")
    assert marked is not None
    assert [contact.email_blocked for contact in marked.customer.contacts] == [True, False]
    assert world.night(NIGHT + timedelta(days=1)) == ["sent"]
    assert world.mailer.taken[1].recipients == ("nadia@example.com",)


def test_when_no_address_is_left_the_twin_without_email_takes_over(world: World) -> None:
    bounced = news(world, FeedbackKind.BOUNCED, permanent=True)
    record(bounced, store=world.store, today=NIGHT)
    assert world.night(NIGHT + timedelta(days=1)) == ["kept"]


def test_a_soft_bounce_changes_nothing(world: World) -> None:
    soft = news(world, FeedbackKind.BOUNCED)
    assert record(soft, store=world.store, today=NIGHT) == "nothing_new"
    assert state(world) is ActionState.SENT


def test_news_of_an_action_that_is_not_ours_changes_nothing(world: World) -> None:
    foreign = replace(news(world, FeedbackKind.DELIVERED), action="C9-0123456789abcdef")
    assert record(foreign, store=world.store, today=NIGHT) == "unknown_action"
