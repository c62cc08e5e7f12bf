"""Everything that is kept about a customer, live and archived, and how it is written anew (H4)."""

from dataclasses import replace
from datetime import date

import pytest

from relance.app.errors import Conflict
from relance.app.ports.tenant_store import TenantStore
from relance.domain.actions import Action, ActionState
from relance.domain.blocks import Stop
from relance.domain.customer import Customer, Erasure
from relance.domain.identifiers import derived_id
from relance.domain.items import Item
from tests.adapters.store import samples

OLD, NEW = samples.item(number="F0"), samples.item(number="F1")
PAST = samples.action("411DUPONT", "a0", "F0", state=ActionState.DONE, note="n")
LIVE = samples.action("411DUPONT", "a1", "F1", state=ActionState.TO_CONFIRM, note="n")
STOP = Stop(id=derived_id("411DUPONT", "b"), since=date(2025, 3, 1), reason="r")


@pytest.fixture
def customer(store: TenantStore) -> Customer:
    """One with a live and an archived item and action, and a stop; another stands beside it."""
    for code in ("411DUPONT2", "411DUPON"):
        store.apply_sync(samples.customer(code), put=[samples.item(code)], import_id="i")
    store.apply_sync(samples.customer(), put=[OLD, NEW], import_id="i")
    for action in (PAST, LIVE):
        assert store.add_action(current(store), action)
    store.save_block(current(store), STOP)
    return store.archive(current(store), [OLD.id], actions_before=date(2099, 1, 1))


def current(store: TenantStore) -> Customer:
    account = store.account("411DUPONT")
    assert account is not None
    return account.customer


def kept(store: TenantStore) -> dict[str, tuple[object, bool]]:
    return {each.fact.id: (each.fact, each.archived) for each in store.kept_of("411DUPONT")}


def test_all_facts_of_one_customer_are_found_and_no_other_s(
    store: TenantStore, customer: Customer
) -> None:
    assert kept(store) == {
        OLD.id: (OLD, True),
        PAST.id: (PAST, True),
        NEW.id: (NEW, False),
        LIVE.id: (LIVE, False),
        STOP.id: (STOP, False),
    }
    assert store.kept_of("411NOBODY") == ()


def test_facts_are_rewritten_where_they_lie(store: TenantStore, customer: Customer) -> None:
    changed: dict[str, Item | Action | Stop] = {
        OLD.id: replace(OLD, label="x"),
        NEW.id: replace(NEW, label="x"),
        PAST.id: replace(PAST, note=None),
        LIVE.id: replace(LIVE, note=None, state=ActionState.CANCELLED),
        STOP.id: replace(STOP, reason=""),
    }
    saved = store.rewrite(customer, changed.values())
    assert saved == current(store)
    assert saved.version > customer.version
    was = {OLD.id: True, PAST.id: True, NEW.id: False, LIVE.id: False, STOP.id: False}
    assert kept(store) == {key: (fact, was[key]) for key, fact in changed.items()}
    assert store.actions(waiting=True, limit=10).entries == ()
    assert store.action(PAST.id) == changed[PAST.id]
    assert [each.label for each in store.paid_items("411DUPONT", limit=5).entries] == ["x"]


def test_what_is_not_there_is_passed_over(store: TenantStore, customer: Customer) -> None:
    before = kept(store)
    store.rewrite(customer, [samples.item(number="F9"), samples.action(name="a9")])
    assert kept(store) == before


def test_nothing_is_rewritten_of_a_customer_that_moved_on(
    store: TenantStore, customer: Customer
) -> None:
    before = kept(store)
    store.save_customer(customer)
    with pytest.raises(Conflict):
        store.rewrite(customer, [replace(NEW, label="x")])
    assert kept(store) == before
    with pytest.raises(ValueError, match="411DUPONT2"):
        store.rewrite(current(store), [samples.item("411DUPONT2")])


def test_many_facts_are_rewritten_in_several_transactions(
    store: TenantStore, customer: Customer
) -> None:
    many = [samples.item(number=f"M{number}") for number in range(150)]
    store.apply_sync(current(store), put=many, import_id="i")
    store.rewrite(current(store), [replace(each, label="x") for each in many])
    labels = [fact.label for fact, _ in kept(store).values() if isinstance(fact, Item)]
    assert labels.count("x") == 150


def test_an_erasure_is_kept_with_its_customer(store: TenantStore, customer: Customer) -> None:
    erasure = Erasure(on=date(2025, 3, 9), author="anna@example.com", reason="asked")
    store.save_customer(replace(customer, erasure=erasure))
    assert current(store).erasure == erasure
