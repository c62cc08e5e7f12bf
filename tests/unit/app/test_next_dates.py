"""Whatever happens to a customer, the index names it on the first day the engine acts (D2).

The engine is asked day by day, on the facts as they then are; the index is asked once.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from relance.app import blocks
from relance.app.approval import approve_action
from relance.app.completion import complete_action, settle_action, skip_action
from relance.app.customers import edit_customer
from relance.app.facts import facts_of
from relance.app.feedback import record
from relance.app.items import edit_item
from relance.app.scenarios import delete_scenario, replace_scenario
from relance.app.tenants import edit_tenant
from relance.contracts.feedback import Feedback, FeedbackKind
from relance.contracts.http.actions import Completion, CompletionResult
from relance.contracts.http.blocks import DisputeWrite, PromiseWrite, StopWrite
from relance.contracts.http.customers import CustomerPatch
from relance.contracts.http.items import ItemPatch
from relance.contracts.http.scenarios import ScenarioPlan
from relance.contracts.http.tenants import TenantPatch
from relance.contracts.http.values import MoneyWrite
from relance.contracts.jobs import LookAgain
from relance.domain.actions import ActionState
from relance.domain.decision import Decision
from relance.domain.identifiers import derived_id
from relance.domain.items import Item
from relance.domain.planning import decide
from relance.domain.scenario import StepKey
from tests.fakes.world import World, days, invoice, one_oclock, paid

DUE = date(2025, 3, 1)
R1 = DUE + timedelta(days=8)
R2 = R1 + timedelta(days=8)
# Longer than any plan of the presets.
HORIZON = timedelta(days=120)
ITEM = derived_id("C1", "FA-1")

type Event = Callable[[World, date], object]


def bill(number: str = "FA-1", **more: object) -> Item:
    found = invoice("C1", number, due=DUE)
    return replace(found, **more)  # type: ignore[arg-type] # fields of an item, by name


def lived(until: date) -> World:
    """One customer with one invoice, its nights lived through `until`, nothing done by people."""
    world = World()
    world.add_customer("C1", on=DUE)
    world.put_items("C1", bill(), on=DUE)
    world.walk(DUE, until, closing=False)
    return world


def follow(world: World, day: date) -> None:
    """Let the worker do what an edit of rules or scenarios asks for."""
    while world.jobs.parts:
        message = world.jobs.parts.pop(0)
        assert isinstance(message, LookAgain)
        world.carry_out(message, one_oclock(day))


def decision(world: World, day: date) -> Decision:
    account = world.store.account("C1")
    assert account is not None
    tenant, scenarios = world.store.tenant(), world.store.scenarios()
    return decide(facts_of(account, tenant=tenant, scenarios=scenarios, on=day), on=day)


def first_act(world: World, first: date) -> date | None:
    """The first day from `first` on which the engine would do anything, asked day by day."""
    for day in days(first, first + HORIZON):
        found = decision(world, day)
        if found.due or found.follow_ups or found.withdrawals or found.settled:
            return day
    return None


def new_invoice(world: World, day: date) -> None:
    world.put_items("C1", bill("FA-2", due=day + timedelta(days=30)), on=day)


def old_invoice(world: World, day: date) -> None:
    world.put_items("C1", bill("FA-2", due=DUE - timedelta(days=60)), on=day)


def part_payment(world: World, day: date) -> None:
    world.put_items("C1", bill(residual=1_000), on=day)


def payment(world: World, day: date) -> None:
    world.put_items("C1", paid(bill(), on=day), on=day)


def payment_undone(world: World, day: date) -> None:
    payment(world, day)
    world.put_items("C1", bill(reopened_on=day), on=day)


def later_due_date(world: World, day: date) -> None:
    world.put_items("C1", bill(due=day + timedelta(days=20), due_was=DUE), on=day)


def known_in_part(world: World, day: date) -> None:
    account = world.store.account("C1")
    assert account is not None
    customer = replace(account.customer, incomplete_since="i2")
    world.store.apply_sync(customer, put=[], import_id="i2")
    world.put_items("C1", bill(residual=500), on=day)


def edited(world: World, day: date, step: StepKey, **changes: object) -> None:
    scenario = world.store.scenario("standard-with-email")
    assert scenario is not None
    plan = ScenarioPlan.of(scenario)
    steps = [each.model_copy(update=changes) if each.key is step else each for each in plan.steps]
    changed = plan.model_copy(update={"steps": tuple(steps)})
    replace_scenario("standard-with-email", changed, store=world.store, jobs=world.jobs)
    follow(world, day)


def sooner(world: World, day: date) -> None:
    edited(world, day, StepKey.R1, offset_days=3)
    edited(world, day, StepKey.R2, offset_days=2)


def later(world: World, day: date) -> None:
    edited(world, day, StepKey.R1, offset_days=40)


def shut_off(world: World, day: date) -> None:
    edited(world, day, StepKey.R2, active=False)


def deleted(world: World, day: date) -> None:
    delete_scenario("standard-with-email", store=world.store, jobs=world.jobs)
    follow(world, day)


def settings(world: World, day: date, **changes: object) -> None:
    patch = TenantPatch.model_validate(changes)
    edit_tenant(patch, store=world.store, jobs=world.jobs)
    follow(world, day)


def paused(world: World, day: date) -> None:
    settings(world, day, paused=True, resume_on=str(day + timedelta(days=25)))


def stopped(world: World, day: date) -> None:
    body = StopWrite(reason="r", until=day + timedelta(days=25))
    blocks.add_stop("C1", body, author="anne", store=world.store, on=day)


def stop_lifted(world: World, day: date) -> None:
    stop = blocks.add_stop("C1", StopWrite(reason="r"), author="anne", store=world.store, on=day)
    blocks.end_stop("C1", stop.id, author="anne", store=world.store, on=day)


def promised(world: World, day: date) -> None:
    body = PromiseWrite(
        amount=MoneyWrite(amount="1200.00", currency="EUR"), due=day + timedelta(days=20)
    )
    blocks.add_promise("C1", body, author="anne", store=world.store, on=day)


def promise_cancelled(world: World, day: date) -> None:
    promised(world, day)
    account = world.store.account("C1")
    assert account is not None
    (promise,) = account.blocks
    blocks.cancel_promise("C1", promise.id, author="anne", store=world.store, on=day)


def disputed(world: World, day: date) -> None:
    body = DisputeWrite(item=ITEM, reason="r")
    blocks.add_dispute("C1", body, author="anne", store=world.store, on=day)


def dispute_resolved(world: World, day: date) -> None:
    disputed(world, day)
    account = world.store.account("C1")
    assert account is not None
    (dispute,) = account.blocks
    blocks.resolve_dispute("C1", dispute.id, "credited", author="anne", store=world.store, on=day)


def news(world: World, day: date, kind: FeedbackKind) -> None:
    sent = [each for each in world.store.history("C1", limit=20).entries if each.reference]
    told = Feedback(
        kind=kind,
        reference=sent[0].reference or "",
        at=datetime(2025, 3, 9, 2, tzinfo=UTC),
        recipients=("martin@example.com",),
        tenant=world.tenant,
        action=sent[0].id,
        permanent=True,
    )
    assert record(told, store=world.store, today=day) == "moved"


def bounced(world: World, day: date) -> None:
    news(world, day, FeedbackKind.BOUNCED)


def complained(world: World, day: date) -> None:
    news(world, day, FeedbackKind.COMPLAINED)


def delivered(world: World, day: date) -> None:
    news(world, day, FeedbackKind.DELIVERED)


def call_closed(world: World, day: date) -> None:
    (call,) = world.waiting()
    body = Completion(result=CompletionResult.REACHED)
    complete_action(call.id, body, author="anne", store=world.store, on=day)


def call_skipped(world: World, day: date) -> None:
    (call,) = world.waiting()
    skip_action(call.id, "r", author="anne", store=world.store, on=day)


def level_set(world: World, day: date) -> None:
    patch = ItemPatch(level=3, reason="agreed on the phone")
    edit_item(ITEM, patch, author="anne", store=world.store, on=day)


def held_until_a_date(world: World, day: date) -> None:
    patch = ItemPatch(not_before=day + timedelta(days=33), reason="agreed on the phone")
    edit_item(ITEM, patch, author="anne", store=world.store, on=day)


def no_address_left(world: World, day: date) -> None:
    account = world.store.account("C1")
    assert account is not None
    world.store.save_customer(replace(account.customer, contacts=()))


def usual_term(world: World, day: date) -> None:
    edit_customer("C1", CustomerPatch(usual_term=70), author="anne", store=world.store, on=day)


SYNCS: list[Event] = [
    new_invoice,
    old_invoice,
    part_payment,
    payment,
    payment_undone,
    later_due_date,
    known_in_part,
]
EDITS: list[Event] = [sooner, later, shut_off, deleted, paused]
BLOCKS: list[Event] = [
    stopped,
    stop_lifted,
    promised,
    promise_cancelled,
    disputed,
    dispute_resolved,
]
NEWS: list[Event] = [bounced, complained, delivered]
PEOPLE: list[Event] = [level_set, held_until_a_date, no_address_left, usual_term]
# Before the first reminder, after it, and while the call of the second waits.
MOMENTS = [DUE + timedelta(days=4), R1 + timedelta(days=1), R2 + timedelta(days=1)]


def check(world: World, day: date) -> date | None:
    """Hold the index's next date against the engine's first day; return that."""
    account = world.store.account("C1")
    assert account is not None
    acts_on = first_act(world, day)
    if acts_on is not None:
        assert "C1" in world.store.due_customers(acts_on, limit=9).entries
    # Up to that day the index may be early, but leads somewhere: each look sets a later date.
    looks, on = 0, day
    while on < (acts_on or day + HORIZON):
        if "C1" not in world.store.due_customers(on, limit=9).entries:
            on += timedelta(days=1)
            continue
        assert world.night(on) == []
        looks, on = looks + 1, on + timedelta(days=1)
    assert looks <= 8, "looked at again and again for nothing"
    return acts_on


@pytest.mark.parametrize("moment", MOMENTS, ids=["before R1", "after R1", "R2 waits"])
@pytest.mark.parametrize(
    "event", [*SYNCS, *EDITS, *BLOCKS, *PEOPLE], ids=lambda event: event.__name__
)
def test_d2_after_it_nobody_is_forgotten(event: Event, moment: date) -> None:
    world = lived(moment)
    event(world, moment)
    acts_on = check(world, moment)
    if acts_on is not None:
        before = world.store.account("C1")
        assert world.night(acts_on) or world.store.account("C1") != before


@pytest.mark.parametrize("event", NEWS, ids=lambda event: event.__name__)
def test_d2_d42_after_news_of_a_message_nobody_is_forgotten(event: Event) -> None:
    world = lived(R1 + timedelta(days=1))
    event(world, R1 + timedelta(days=1))
    acts_on = check(world, R1 + timedelta(days=1))
    assert acts_on == (R1 + timedelta(days=1) if event is bounced else R2)


@pytest.mark.parametrize("event", [call_closed, call_skipped], ids=lambda event: event.__name__)
def test_d2_d11_after_a_call_the_next_step_is_due_on_its_day(event: Event) -> None:
    day = R2 + timedelta(days=3)
    world = lived(day)
    event(world, day)
    assert check(world, day) == R1 + timedelta(days=16)


def test_d2_d30_a_promise_is_looked_at_when_its_grace_is_over() -> None:
    day = R1 + timedelta(days=1)
    world = lived(day)
    promised(world, day)
    assert check(world, day) == date(2025, 4, 2), "30 March is a Sunday; two working days after"


def test_d2_d28_a_stop_is_looked_at_when_it_is_over() -> None:
    day = R1 + timedelta(days=1)
    world = lived(day)
    stopped(world, day)
    assert check(world, day) == date(2025, 4, 7), "it ends on a Friday; people call on Mondays"


def test_d2_d17_an_approved_message_is_looked_at_by_every_run_until_it_leaves() -> None:
    world = lived(DUE)
    edited(world, DUE, StepKey.R1, automatic=False)
    world.walk(R1, R1, closing=False)
    (waiting,) = world.waiting()
    approve_action(waiting.id, author="anne", store=world.store, jobs=world.jobs, on=R1)
    world.jobs.jobs.clear()  # lost
    assert "C1" in world.store.due_customers(R1, limit=9).entries
    assert world.night(R1 + timedelta(days=1)) == ["sent"]


def test_d2_d39_after_a_doubt_is_settled_the_customer_goes_on() -> None:
    world = lived(DUE)
    world.mailer.fail_after = KeyboardInterrupt()
    world.plan(R1)
    with pytest.raises(KeyboardInterrupt):
        world.work(R1)
    world.mailer.fail_after = None
    world.night(R1 + timedelta(days=1))
    (doubtful,) = world.waiting()
    assert doubtful.state is ActionState.IN_DOUBT
    day = R1 + timedelta(days=3)
    settle_action(doubtful.id, sent=False, author="anne", store=world.store, on=day)
    assert check(world, day) == day
