"""What the provider says afterwards moves an action forward, never back (A3, D42)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest

from relance.app.feedback import record
from relance.contracts.feedback import Feedback, FeedbackKind
from relance.domain.actions import Action, ActionState
from relance.domain.customer import Contact
from relance.domain.lifecycle import settle_doubt
from relance.domain.scenario import Channel, StepKey
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


ALL_NEWS = (FeedbackKind.DELIVERED, FeedbackKind.BOUNCED, FeedbackKind.COMPLAINED)


@pytest.mark.parametrize("order", list(permutations(ALL_NEWS)))
def test_in_whatever_order_news_come_the_end_is_the_same(
    world: World, order: tuple[FeedbackKind, ...]
) -> None:
    for kind in (*order, *order):
        record(news(world, kind, permanent=True), store=world.store, today=NIGHT)
    assert state(world) is ActionState.COMPLAINED


def test_a_complaint_marks_the_address_and_leaves_the_step_done(world: World) -> None:
    record(news(world, FeedbackKind.COMPLAINED), store=world.store, today=NIGHT)
    account = world.store.account("C1")
    assert account is not None
    assert [contact.email_blocked for contact in account.customer.contacts] == [True]
    (action,) = world.store.history("C1", limit=10).entries
    assert (action.state.completes, action.completed_on) == (True, NIGHT)


def test_a_delay_is_no_state(world: World) -> None:
    delayed = news(world, FeedbackKind.DELAYED)
    assert record(delayed, store=world.store, today=NIGHT) == "nothing_new"
    assert state(world) is ActionState.SENT


@pytest.fixture
def doubtful(world: World) -> World:
    """The same, but a person found that the message never left."""
    (action,) = world.store.history("C1", limit=10).entries
    account = world.store.account("C1")
    assert account is not None
    doubt = replace(action, state=ActionState.IN_DOUBT, completed_on=None, reference=None)
    never = settle_doubt(doubt, sent=False, on=NIGHT, author="anna@example.com")
    assert world.store.save_action(account.customer, never)
    return world


def first(world: World) -> Action:
    """The first action of all."""
    return min(world.store.history("C1", limit=10).entries, key=lambda action: action.day)


def arrival(world: World, kind: FeedbackKind = FeedbackKind.DELIVERED) -> Feedback:
    """Late news of the first action."""
    return Feedback(
        kind=kind,
        reference="ses-1",
        at=datetime(2025, 3, 10, 9, tzinfo=UTC),
        recipients=("martin@example.com",),
        action=first(world).id,
        permanent=kind is FeedbackKind.BOUNCED,
    )


@pytest.mark.parametrize("kind", [FeedbackKind.DELIVERED, FeedbackKind.COMPLAINED])
def test_what_arrived_after_all_does_not_go_again(doubtful: World, kind: FeedbackKind) -> None:
    told = arrival(doubtful, kind)
    assert record(told, store=doubtful.store, today=NIGHT) == "left_after_all"
    action = first(doubtful)
    assert action.state.value == kind.value
    assert action.completed_on == NIGHT
    assert action.reason == "it left after all, though a person found it never did"
    assert [deed.author for deed in action.deeds] == ["anna@example.com"]
    assert doubtful.night(NIGHT + timedelta(days=1)) == []
    assert record(told, store=doubtful.store, today=NIGHT) == "nothing_new"


def test_without_news_what_a_person_found_never_left_goes_again(doubtful: World) -> None:
    assert doubtful.night(NIGHT + timedelta(days=1)) == ["sent"]


def test_what_arrived_after_all_and_was_sent_again_says_so(doubtful: World) -> None:
    doubtful.night(NIGHT + timedelta(days=1))
    late = NIGHT + timedelta(days=2)
    assert record(arrival(doubtful), store=doubtful.store, today=late) == "left_after_all"
    reason = first(doubtful).reason
    assert reason is not None
    assert reason.endswith("; its step was sent again meanwhile")
    entries = doubtful.store.history("C1", limit=10).entries
    assert [each.state.completes for each in entries] == [True, True]
    assert {each.step for each in entries} == {StepKey.R1}


def test_a_bounce_of_what_was_found_never_to_have_left_marks_the_address_only(
    doubtful: World,
) -> None:
    told = arrival(doubtful, FeedbackKind.BOUNCED)
    assert record(told, store=doubtful.store, today=NIGHT) == "nothing_new"
    assert first(doubtful).state is ActionState.CANCELLED
    account = doubtful.store.account("C1")
    assert account is not None
    assert account.customer.contacts[0].email_blocked


@pytest.fixture
def texted() -> World:
    """One customer with two mobile numbers, to whom a text message was sent."""
    made = World()
    customer = made.add_customer(on=DUE)
    contacts = tuple(
        Contact(id=f"c{digit}", name=name, phone=f"+3361234567{digit}", email="m@example.com")
        for digit, name in enumerate(("Martin", "Nadia"))
    )
    made.store.save_customer(replace(customer, contacts=contacts))
    scenario = next(each for each in made.store.scenarios() if each.with_email)
    steps = tuple(
        replace(step, channel=Channel.SMS) if step.key is StepKey.R1 else step
        for step in scenario.steps
    )
    made.store.add_scenario_version(replace(scenario, version=scenario.version + 1, steps=steps))
    made.store.mark_applied(made.store.tenant().rules_version)
    made.put_items("C1", invoice("C1", "FA-1", due=DUE), on=DUE)
    day = NIGHT + timedelta(days=1)  # the night itself is a Sunday, on which none leaves
    assert made.night(day) == ["sent"]
    return made


def logged(world: World, kind: FeedbackKind, detail: str = "") -> Feedback:
    """What the network said of the one text message."""
    (action,) = world.store.history("C1", limit=10).entries
    return Feedback(
        kind=kind,
        reference=str(action.reference),
        at=datetime(2025, 3, 11, 9, tzinfo=UTC),
        recipients=("+33612345670",),
        action=action.id,
        permanent=kind is FeedbackKind.BOUNCED,
        detail=detail,
    )


def test_after_a_number_of_no_use_the_next_recipient_is_texted(texted: World) -> None:
    """D41, D42."""
    after = NIGHT + timedelta(days=2)
    told = logged(texted, FeedbackKind.BOUNCED, "Phone number is opted out")
    assert record(told, store=texted.store, today=after) == "moved"
    entry = texted.store.opt_out("+33612345670")
    assert entry is not None
    assert (entry.source, entry.reason) == ("carrier", "Phone number is opted out")
    assert texted.night(after) == ["sent"]
    assert [number for number, _ in texted.texter.taken] == ["+33612345670", "+33612345671"]


def test_when_no_number_is_left_the_step_waits_for_a_person(texted: World) -> None:
    after = NIGHT + timedelta(days=2)
    record(logged(texted, FeedbackKind.BOUNCED), store=texted.store, today=after)
    texted.store.add_opt_out(
        replace(texted.store.opt_outs(limit=1).entries[0], number="+33612345671")
    )
    assert texted.night(after) == ["refused"]
    latest = texted.store.history("C1", limit=10).entries[0]
    assert latest.state is ActionState.FAILED
    assert latest.reason == "every mobile number of the customer is on the list of those not texted"
    assert texted.night(after + timedelta(days=1)) == []


def test_a_text_that_did_not_arrive_waits_for_a_person_and_keeps_the_number(texted: World) -> None:
    told = logged(texted, FeedbackKind.REJECTED, "Phone is currently unreachable/unavailable")
    after = NIGHT + timedelta(days=2)
    assert record(told, store=texted.store, today=after) == "moved"
    (action,) = texted.store.history("C1", limit=10).entries
    assert (action.state, action.completed_on) == (ActionState.FAILED, None)
    assert action.reason == "Phone is currently unreachable/unavailable"
    assert texted.store.opt_outs(limit=5).entries == ()
    assert texted.night(after) == []


def test_every_text_carries_the_link_to_no_more_of_them(texted: World) -> None:
    ((_, text),) = texted.texter.taken
    assert " Stop SMS : https://r.example.com/v1/o/atelier/" in text


def test_a_text_of_too_many_parts_is_refused_and_waits_for_a_person(texted: World) -> None:
    tenant = texted.store.tenant()
    texted.store.save_tenant(replace(tenant, texts=replace(tenant.texts, most_parts=1)))
    told = logged(texted, FeedbackKind.BOUNCED)
    after = NIGHT + timedelta(days=2)
    record(told, store=texted.store, today=after)
    assert texted.night(after) == ["refused"]
    latest = texted.store.history("C1", limit=10).entries[0]
    assert latest.reason is not None
    assert latest.reason.startswith("the text message takes ")
    assert len(texted.texter.taken) == 1


def test_a_copy_that_arrived_does_not_stand_for_a_debtor_who_got_nothing() -> None:
    """D42: the step is open again, whoever else got a copy."""
    made = World()
    made.add_customer(on=DUE)
    made.put_items("C1", invoice("C1", "FA-1", due=DUE), on=DUE)
    current = next(each for each in made.store.scenarios() if each.with_email)
    steps = tuple(
        replace(step, cc=("partner@example.org",)) if step.key is StepKey.R1 else step
        for step in current.steps
    )
    made.store.add_scenario_version(replace(current, version=current.version + 1, steps=steps))
    made.night(NIGHT)
    addressed = ("martin@example.com", "partner@example.org")
    bounce = news(made, FeedbackKind.BOUNCED, permanent=True)
    assert set(made.mailer.taken[0].recipients) == set(addressed)
    copied = replace(bounce, recipients=("partner@example.org",), addressed=addressed)
    assert record(copied, store=made.store, today=NIGHT) == "nothing_new"
    own = replace(bounce, addressed=addressed)
    assert record(own, store=made.store, today=NIGHT) == "moved"
    assert state(made) is ActionState.BOUNCED
