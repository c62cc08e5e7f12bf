"""When a customer is looked at next (D2)."""

from datetime import date

import pytest

from relance.app.errors import Conflict
from relance.app.schedule import reschedule
from relance.domain.actions import Action, ActionState, Send
from relance.domain.customer import Customer
from relance.domain.identifiers import derived_id
from relance.domain.scenario import Channel, StepKey
from tests.fakes.world import World, invoice

DAY = date(2025, 3, 9)


def next_date(world: World, customer: str) -> date | None:
    account = world.store.account(customer)
    assert account is not None
    return account.next_date


def test_what_is_due_today_is_left_to_the_next_run() -> None:
    world = World()
    customer = world.add_customer(on=DAY)

    world.put_items(customer.id, invoice(customer.id, "F1", due=date(2025, 3, 1)), on=DAY)

    assert next_date(world, customer.id) == DAY


def test_what_is_due_later_is_looked_at_then() -> None:
    world = World()
    customer = world.add_customer(on=DAY)

    world.put_items(customer.id, invoice(customer.id, "F1", due=date(2025, 5, 1)), on=DAY)

    assert next_date(world, customer.id) == date(2025, 4, 23)


def test_a_customer_that_owes_nothing_is_not_looked_at() -> None:
    world = World()
    customer = world.add_customer(on=DAY)

    assert next_date(world, customer.id) is None


def test_a_customer_with_a_message_under_way_is_looked_at_by_every_run() -> None:
    world = World()
    customer = world.add_customer(on=DAY)
    item = invoice(customer.id, "F1", due=date(2025, 3, 1))
    world.put_items(customer.id, item, on=DAY)
    account = world.store.account(customer.id)
    assert account is not None
    reserved = Action(
        id=derived_id(customer.id, "reserved"),
        currency="EUR",
        step=StepKey.R1,
        step_name="R1",
        channel=Channel.EMAIL,
        state=ActionState.RESERVED,
        sends=(Send(item.id, StepKey.R1),),
        day=DAY,
    )
    assert world.store.add_action(account.customer, reserved)

    reschedule(customer.id, store=world.store, on=DAY)

    assert next_date(world, customer.id) == DAY


def test_a_customer_that_is_not_there_needs_no_date() -> None:
    reschedule("unknown", store=World().store, on=DAY)


def test_a_customer_whose_facts_never_stand_still_is_left_to_who_moves_them() -> None:
    world = World()
    customer = world.add_customer(on=DAY)

    class Restless:
        """A store in which somebody writes between every read and write."""

        def __getattr__(self, name: str) -> object:
            return getattr(world.store, name)

        def set_next_date(self, customer: Customer, day: date | None, *, rules: int) -> bool:
            world.store.save_customer(customer)
            return world.store.set_next_date(customer, day, rules=rules)

    with pytest.raises(Conflict):
        reschedule(customer.id, store=Restless(), on=DAY)  # type: ignore[arg-type]
