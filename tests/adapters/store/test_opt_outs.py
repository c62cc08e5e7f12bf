"""Numbers that get no text message, and the names that providers give to messages (M5, A3)."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from relance.app.ports.tenant_store import TenantStore
from relance.domain.actions import Action, ActionState, Send
from relance.domain.customer import Customer
from relance.domain.identifiers import derived_id
from relance.domain.opt_outs import OptOut, OptOutSource
from relance.domain.scenario import Channel, StepKey
from tests.adapters.store.conftest import World

SINCE = datetime(2025, 3, 9, 10, 15, tzinfo=UTC)


def opt_out(number: str = "+33612345678", reason: str = "") -> OptOut:
    return OptOut(number=number, since=SINCE, source=OptOutSource.LINK, reason=reason)


def sent(customer: Customer, *, channel: Channel = Channel.SMS) -> Action:
    return Action(
        id=derived_id(customer.id, "a", channel),
        currency="EUR",
        step=StepKey.R1,
        step_name="Rappel",
        channel=channel,
        state=ActionState.RESERVED,
        sends=(Send(derived_id(customer.id, "i"), StepKey.R1),),
        day=date(2025, 3, 9),
    )


def test_a_number_is_put_on_the_list_once_and_taken_off(store: TenantStore) -> None:
    assert store.add_opt_out(opt_out())
    assert not store.add_opt_out(opt_out(reason="later"))
    assert store.opt_out("+33612345678") == opt_out()
    assert store.remove_opt_out("+33612345678")
    assert not store.remove_opt_out("+33612345678")
    assert store.opt_out("+33612345678") is None


def test_of_several_numbers_those_on_the_list_are_named(store: TenantStore) -> None:
    store.add_opt_out(opt_out())
    asked = ["+33612345678", "+33612345679", "+33612345678"]
    assert store.opted_out(asked) == {"+33612345678"}
    assert store.opted_out([]) == frozenset()


def test_the_list_is_read_in_parts(store: TenantStore) -> None:
    numbers = [f"+3361234567{digit}" for digit in range(5)]
    for number in reversed(numbers):
        store.add_opt_out(opt_out(number))
    first = store.opt_outs(limit=3)
    rest = store.opt_outs(limit=3, after=first.next)
    assert [each.number for each in (*first.entries, *rest.entries)] == numbers
    assert rest.next is None


def test_one_company_s_list_says_nothing_to_another(world: World) -> None:
    store, rival = world.sign_up("atelier"), world.sign_up("rival")
    store.add_opt_out(opt_out())
    assert rival.opted_out(["+33612345678"]) == frozenset()
    assert rival.opt_outs(limit=5).entries == ()


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.EMAIL])
def test_a_message_is_found_by_its_provider_s_name_from_its_confirmation_on(
    world: World, channel: Channel
) -> None:
    store = world.sign_up("atelier")
    customer = store.save_customer(Customer(id="C1", code="C1", name="C1"))
    action = sent(customer, channel=channel)
    assert store.add_action(customer, action)
    assert world.registry.sent_as("sns-1") is None
    assert store.advance_action(replace(action, state=ActionState.SENT, reference="sns-1"))
    assert world.registry.sent_as("sns-1") == ("atelier", action.id)
    assert world.registry.sent_as("sns-2") is None


def test_a_confirmation_that_comes_too_late_names_nothing(world: World) -> None:
    store = world.sign_up("atelier")
    customer = store.save_customer(Customer(id="C1", code="C1", name="C1"))
    action = replace(sent(customer), state=ActionState.CANCELLED)
    store.add_action(customer, action)
    assert not store.advance_action(replace(action, state=ActionState.SENT, reference="sns-1"))
    assert world.registry.sent_as("sns-1") is None
