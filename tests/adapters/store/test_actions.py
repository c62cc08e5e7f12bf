"""Reservations and how actions move on (D39)."""

from dataclasses import replace
from datetime import date

import pytest

from relance.app.errors import BadInput
from relance.app.ports.actions import WAITING_STATES
from relance.app.ports.tenant_store import TenantStore
from relance.domain.actions import Action, ActionState, Send
from relance.domain.customer import Customer
from relance.domain.scenario import StepKey
from tests.adapters.store import samples
from tests.adapters.store.samples import item_id

IDS = {name: samples.action(name=name).id for name in ("a1", "a2", "a3")}


@pytest.fixture
def customer(store: TenantStore) -> Customer:
    return store.apply_sync(samples.customer(), put=[samples.item()], import_id="i1")


def current(store: TenantStore) -> Customer:
    account = store.account("411DUPONT")
    assert account is not None
    return account.customer


def states(store: TenantStore) -> dict[str, ActionState]:
    account = store.account("411DUPONT")
    assert account is not None
    return {each.id: each.state for each in account.actions}


def test_of_two_reservations_on_the_same_facts_one_wins(
    store: TenantStore, customer: Customer
) -> None:
    assert store.add_action(customer, samples.action(name="a1"))
    assert not store.add_action(customer, samples.action(name="a2"))
    assert states(store) == {IDS["a1"]: ActionState.RESERVED}


def test_an_action_is_added_once_whatever_the_version(
    store: TenantStore, customer: Customer
) -> None:
    assert store.add_action(customer, samples.action())
    assert not store.add_action(current(store), samples.action(note="again"))
    assert store.action(IDS["a1"]) == samples.action()


def test_an_archived_action_keeps_its_id_taken(store: TenantStore, customer: Customer) -> None:
    done = samples.action(state=ActionState.DONE)
    assert store.add_action(customer, done)
    archived = store.archive(current(store), [samples.item().id], actions_before=date(2099, 1, 1))
    assert states(store) == {}
    assert not store.add_action(archived, samples.action())
    assert store.action(done.id) == done


def test_a_reservation_on_facts_that_moved_is_refused(
    store: TenantStore, customer: Customer
) -> None:
    store.apply_sync(customer, put=[samples.item(residual=0)], import_id="i2")
    assert not store.add_action(customer, samples.action())
    assert states(store) == {}
    assert store.action(IDS["a1"]) is None


def test_nothing_is_added_to_a_customer_that_never_was(store: TenantStore) -> None:
    assert not store.add_action(samples.customer(), samples.action())
    assert not store.save_action(samples.customer(), samples.action())
    assert not store.advance_action(samples.action(state=ActionState.SENT))
    assert not store.release_action(samples.action())
    assert store.account("411DUPONT") is None
    assert store.actions(waiting=False, limit=5).entries == ()


def test_an_action_of_another_customer_is_not_written(
    store: TenantStore, customer: Customer
) -> None:
    with pytest.raises(ValueError, match="not an id of customer"):
        store.add_action(customer, samples.action("411OTHER"))


def test_what_replaces_an_action_cancels_it_in_the_same_step(
    store: TenantStore, customer: Customer
) -> None:
    waiting = samples.action(state=ActionState.TO_CONFIRM)
    assert store.add_action(customer, waiting)
    assert store.add_action(current(store), samples.action(name="a2"), cancel=[waiting.id])
    cancelled = replace(waiting, state=ActionState.CANCELLED, reason=f"replaced by {IDS['a2']}")
    assert store.action(waiting.id) == cancelled
    assert store.actions(waiting=True, limit=5).entries == ()
    assert not store.advance_action(replace(waiting, state=ActionState.SENT))


def test_an_action_that_replaces_nothing_is_not_added(
    store: TenantStore, customer: Customer
) -> None:
    assert not store.add_action(customer, samples.action(), cancel=[IDS["a3"]])
    assert states(store) == {}
    assert current(store) == customer


def test_an_action_is_replaced_on_the_version_read(store: TenantStore, customer: Customer) -> None:
    opened = samples.action(state=ActionState.OPEN)
    assert not store.save_action(customer, opened)
    assert store.add_action(customer, opened)
    assert not store.save_action(customer, replace(opened, note="late"))
    assert store.save_action(current(store), replace(opened, note="rappeler lundi"))
    assert store.action(opened.id) == replace(opened, note="rappeler lundi")


def test_news_moves_an_action_forward_only(store: TenantStore, customer: Customer) -> None:
    """Feedback is late, double and out of order."""
    reserved = samples.action()
    assert store.add_action(customer, reserved)
    bounced = replace(reserved, state=ActionState.BOUNCED, reason="no such mailbox")
    assert store.advance_action(bounced)
    assert not store.advance_action(bounced)
    assert not store.advance_action(replace(reserved, state=ActionState.DELIVERED))
    assert not store.advance_action(replace(reserved, state=ActionState.SENT))
    assert store.action(reserved.id) == bounced
    assert store.advance_action(replace(reserved, state=ActionState.COMPLAINED))


def test_an_equal_rank_is_not_forward(store: TenantStore, customer: Customer) -> None:
    done = samples.action(state=ActionState.DONE)
    assert store.add_action(customer, done)
    assert not store.advance_action(replace(done, state=ActionState.SKIPPED))
    assert states(store) == {done.id: ActionState.DONE}


def test_a_confirmation_needs_no_version(store: TenantStore, customer: Customer) -> None:
    reserved = samples.action()
    assert store.add_action(customer, reserved)
    store.save_customer(current(store))
    sent = replace(reserved, state=ActionState.SENT, reference="m-1", completed_on=reserved.day)
    before = current(store).version
    assert store.advance_action(sent)
    assert current(store).version == before + 1
    assert store.action(reserved.id) == sent


def test_news_of_an_archived_action_is_kept(store: TenantStore, customer: Customer) -> None:
    sent = samples.action(state=ActionState.SENT)
    assert store.add_action(customer, sent)
    store.archive(current(store), [samples.item().id], actions_before=date(2099, 1, 1))
    bounced = replace(sent, state=ActionState.BOUNCED)
    assert store.advance_action(bounced)
    assert not store.advance_action(replace(sent, state=ActionState.DELIVERED))
    assert store.action(sent.id) == bounced
    assert states(store) == {}
    assert store.history("411DUPONT", limit=5).entries == (bounced,)
    assert store.actions(waiting=False, limit=5).entries == (("411DUPONT", bounced),)


def test_a_released_reservation_may_be_taken_again(store: TenantStore, customer: Customer) -> None:
    reserved = samples.action()
    assert store.add_action(customer, reserved)
    assert store.release_action(reserved)
    assert not store.release_action(reserved)
    assert store.action(reserved.id) is None
    assert store.add_action(current(store), reserved)


@pytest.mark.parametrize(
    "state", [each for each in ActionState if each is not ActionState.RESERVED]
)
def test_only_a_reservation_is_released(
    store: TenantStore, customer: Customer, state: ActionState
) -> None:
    assert store.add_action(customer, samples.action(state=state))
    before = current(store)
    assert not store.release_action(samples.action())
    assert states(store) == {IDS["a1"]: state}
    assert current(store) == before


def test_only_what_a_person_must_settle_is_waiting(store: TenantStore) -> None:
    for state in ActionState:
        written = store.save_customer(samples.customer(state.name))
        assert store.add_action(written, samples.action(state.name, state=state))
    listed = store.actions(waiting=True, limit=50).entries
    assert {each.state for _, each in listed} == WAITING_STATES
    everything = store.actions(waiting=False, limit=50).entries
    assert {each.state for _, each in everything} == set(ActionState)
    assert all(owner == each.state.name for owner, each in everything)


def test_actions_are_listed_newest_first_across_lists(store: TenantStore) -> None:
    written = store.save_customer(samples.customer())
    states = (ActionState.OPEN, ActionState.SENT, ActionState.OPEN, ActionState.SENT)
    for number, state in enumerate(states, start=1):
        added = samples.action(name=f"n{number}", state=state, day=date(2025, 3, number))
        assert store.add_action(written, added)
        written = current(store)
    days = [each.day.day for _, each in walk(store, waiting=False, limit=1)]
    assert days == [4, 3, 2, 1]
    assert [each.day.day for _, each in walk(store, waiting=True, limit=1)] == [3, 1]


def walk(store: TenantStore, *, waiting: bool, limit: int) -> list[tuple[str, Action]]:
    found: list[tuple[str, Action]] = []
    after = None
    while True:
        page = store.actions(waiting=waiting, limit=limit, after=after)
        assert len(page.entries) <= limit
        found.extend(page.entries)
        if page.next is None:
            return found
        after = page.next


def test_a_customer_s_history_is_live_and_past_together(store: TenantStore) -> None:
    written = store.save_customer(samples.customer())
    for number in range(1, 8):
        done = samples.action(name=f"n{number}", state=ActionState.DONE, day=date(2025, 3, number))
        assert store.add_action(written, done)
        written = current(store)
        if number == 4:
            written = store.archive(written, [], actions_before=date(2099, 1, 1))
    seen: list[int] = []
    after = None
    while True:
        page = store.history("411DUPONT", limit=2, after=after)
        seen.extend(each.day.day for each in page.entries)
        after = page.next
        if after is None:
            break
    assert seen == [7, 6, 5, 4, 3, 2, 1]


def test_an_action_of_thousands_of_sends_is_kept_whole(
    store: TenantStore, customer: Customer
) -> None:
    sends = tuple(
        Send(item_id("411DUPONT", f"F{number}"), StepKey.R2, number % 3) for number in range(9_000)
    )
    large = replace(samples.action(), sends=sends)
    assert store.add_action(customer, large)
    account = store.account("411DUPONT")
    assert account is not None
    assert account.actions == (large,)


def test_an_action_too_large_to_keep_is_refused_in_words(
    store: TenantStore, customer: Customer
) -> None:
    sends = tuple(Send(item_id("411DUPONT", f"F{number}"), StepKey.R2) for number in range(10_001))
    with pytest.raises(BadInput, match="at most 10000 items"):
        store.add_action(customer, replace(samples.action(), sends=sends))
    assert states(store) == {}
