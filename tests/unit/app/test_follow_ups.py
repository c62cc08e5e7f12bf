"""Follow-ups through whole nights in memory: opened, listed, closed, withdrawn (D15, D22)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from relance.app.call_sheet import call_sheet
from relance.app.completion import complete_action, skip_action
from relance.app.errors import Conflict
from relance.app.plan_customer import plan_customer
from relance.app.queries import step_of
from relance.contracts.http.actions import ActionBody, Completion, CompletionResult
from relance.domain.actions import ActionState
from relance.domain.follow_ups import STEPS
from relance.domain.items import ItemKind
from relance.domain.scenario import StepKey
from tests.fakes.world import Sent, World, invoice, paid

DUE = date(2025, 3, 3)
DAY = timedelta(days=1)
DONE = Completion(result=CompletionResult.DONE)


def in_credit(world: World) -> str:
    """Store a customer whose receipt covers its one invoice."""
    customer = world.add_customer(on=DUE).id
    receipt = invoice(customer, "VIR-1", due=None, kind=ItemKind.RECEIPT)
    world.put_items(customer, invoice(customer, "FA-1", due=DUE), receipt, on=DUE)
    return customer


def test_d22_a_customer_in_credit_gets_one_matching_task_and_no_reminder() -> None:
    world = World()
    customer = in_credit(world)
    world.walk(DUE, DUE + 40 * DAY, closing=False)
    (task,) = world.waiting()
    assert (task.step, task.day, task.state) == (
        StepKey.MATCHING,
        DUE + DAY,
        ActionState.OPEN,
    )
    assert world.history(customer) == []
    assert world.mailer.taken == []


def test_d22_a_closed_matching_task_stays_closed_and_a_new_invoice_opens_another() -> None:
    world = World()
    customer = in_credit(world)
    world.night(DUE + DAY)
    (task,) = world.waiting()
    complete_action(task.id, DONE, author="anne", store=world.store, on=DUE + DAY)
    world.walk(DUE + DAY, DUE + 20 * DAY, closing=False)
    assert world.waiting() == []
    more = invoice(customer, "FA-2", due=DUE, amount=1)
    receipt = invoice(customer, "VIR-2", due=None, kind=ItemKind.RECEIPT)
    world.put_items(customer, more, receipt, on=DUE + 21 * DAY)
    world.night(DUE + 21 * DAY)
    assert [task.step for task in world.waiting()] == [StepKey.MATCHING]


def test_d22_a_skipped_matching_task_does_not_come_back() -> None:
    world = World()
    in_credit(world)
    world.night(DUE + DAY)
    (task,) = world.waiting()
    skip_action(task.id, "déjà vu", author="anne", store=world.store, on=DUE + DAY)
    world.walk(DUE + DAY, DUE + 20 * DAY, closing=False)
    assert world.waiting() == []


def test_d22_a_matching_task_goes_when_the_ledger_was_matched() -> None:
    world = World()
    customer = in_credit(world)
    world.night(DUE + DAY)
    account = world.store.account(customer)
    assert account is not None
    on = DUE + 2 * DAY
    world.put_items(customer, *(paid(item, on=on) for item in account.items), on=on)
    world.night(on)
    assert world.waiting() == []


def test_d15_after_the_last_letter_a_task_tells_and_goes_with_the_payment() -> None:
    world = World()
    customer = world.add_customer(on=DUE).id
    item = invoice(customer, "FA-1", due=DUE)
    world.put_items(customer, item, on=DUE)
    last = date(2025, 4, 12)
    world.walk(DUE, last)
    assert world.history(customer)[-1] == Sent(last, "r5", "letter")
    world.walk(last + DAY, last + 5 * DAY, closing=False)
    (task,) = world.waiting()
    # The letter was posted on a Saturday: the task is on the list on Monday.
    assert (task.step, task.day) == (StepKey.PLAN_FINISHED, date(2025, 4, 14))
    world.walk(task.day + DAY, task.day + 30 * DAY, closing=False)
    assert [each.id for each in world.waiting()] == [task.id]
    on = task.day + 31 * DAY
    world.put_items(customer, paid(item, on=on), on=on)
    world.night(on)
    assert world.waiting() == []


def test_d15_told_once_and_d33_again_after_a_payment_undone() -> None:
    world = World()
    customer = world.add_customer(on=DUE).id
    item = invoice(customer, "FA-1", due=DUE)
    world.put_items(customer, item, on=DUE)
    world.walk(DUE, DUE + 90 * DAY)
    told = [
        action
        for action in world.store.history(customer, limit=50).entries
        if action.step is StepKey.PLAN_FINISHED
    ]
    assert [action.state for action in told] == [ActionState.DONE]
    settled, undone = DUE + 91 * DAY, DUE + 150 * DAY
    world.put_items(customer, paid(item, on=settled), on=settled)
    # Long enough for the item and its actions to have been put away.
    world.walk(settled, undone - DAY)
    account = world.store.account(customer)
    assert account is not None
    assert account.items == ()
    world.put_items(customer, replace(item, reopened_on=undone), on=undone)
    world.walk(undone, undone + 10 * DAY, closing=False)
    (again,) = world.waiting()
    assert again.step is StepKey.PLAN_FINISHED


def test_a_follow_up_shows_its_script_over_http_and_closes_like_any_task() -> None:
    world = World()
    customer = in_credit(world)
    world.night(DUE + DAY)
    (task,) = world.waiting()
    assert step_of(task, store=world.store) is STEPS[StepKey.MATCHING]
    script = call_sheet(task, store=world.store, on=DUE + DAY).script
    assert script == STEPS[StepKey.MATCHING].script
    shown = ActionBody.of(task, customer=customer)
    assert '"matching"' in shown.model_dump_json()
    done = complete_action(task.id, DONE, author="anne", store=world.store, on=DUE + DAY)
    assert (done.state, done.result, done.author) == (ActionState.DONE, "done", "anne")


def test_paid_items_that_moved_while_they_were_put_away_are_decided_again() -> None:
    world = World()
    customer = world.add_customer(on=DUE).id
    world.put_items(customer, paid(invoice(customer, "FA-1", due=DUE), on=DUE), on=DUE)
    night = DUE + 60 * DAY

    class Moved:
        """The store, in which a person changes the customer just before the first archiving."""

        tries = 0

        def __getattr__(self, name: str) -> Any:
            return getattr(world.store, name)

        def archive(self, *args: Any, **more: Any) -> Any:
            self.tries += 1
            if self.tries == 1:
                raise Conflict("it changed since it was read")
            return world.store.archive(*args, **more)

    store: Any = Moved()
    plan_customer(
        customer,
        store=store,
        tenant=store.tenant(),
        scenarios=store.scenarios(),
        on=night,
        now=world.real,
    )
    account = world.store.account(customer)
    assert account is not None
    assert (store.tries, account.items) == (2, ())
