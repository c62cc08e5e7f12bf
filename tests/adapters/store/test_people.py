"""A tenant's users and groups, and what closes an action along with what it says (A2)."""

from dataclasses import replace
from datetime import date

import pytest

from relance.app.errors import Conflict, MovedMeanwhile
from relance.app.ports.membership import Membership
from relance.app.ports.tenant_store import TenantStore
from relance.domain.actions import ActionState
from relance.domain.blocks import Promise
from relance.domain.customer import Customer
from relance.domain.identifiers import derived_id
from relance.domain.people import Group
from tests.adapters.store import samples
from tests.adapters.store.conftest import World

DAY = date(2025, 3, 9)


@pytest.fixture
def customer(store: TenantStore) -> Customer:
    made = store.save_customer(samples.customer())
    return store.apply_sync(made, put=[samples.item()], import_id="i1")


def member(subject: str, tenant: str = "atelier") -> Membership:
    return Membership(
        subject=subject, tenant=tenant, role="collector", email=f"{subject}@example.com"
    )


def promise(customer: Customer) -> Promise:
    return Promise(
        id=derived_id(customer.id, "promise"),
        items=(samples.item_id("411DUPONT", "F1"),),
        currency="EUR",
        amount=120_00,
        due=DAY,
        made_on=DAY,
        open_when_made=120_00,
    )


def test_a_tenant_knows_its_own_users_only(world: World) -> None:
    atelier, rival = world.sign_up("atelier"), world.sign_up("rival")
    for each in (member("b"), member("a"), member("c", "rival")):
        world.registry.put_membership(each)
    assert atelier.members() == (member("a"), member("b"))
    assert rival.members() == (member("c", "rival"),)


def test_a_user_who_is_given_another_role_stands_in_the_list_once(world: World) -> None:
    store = world.sign_up("atelier")
    world.registry.put_membership(member("a"))
    world.registry.put_membership(replace(member("a"), role="admin"))
    assert [each.role for each in store.members()] == ["admin"]


def test_a_group_is_made_once_changed_by_its_version_and_taken_away(store: TenantStore) -> None:
    made = store.save_group(Group(id="recovery", name="Recouvrement", members=("a@example.com",)))
    assert store.groups() == (made,)
    with pytest.raises(Conflict) as there:
        store.save_group(Group(id="recovery", name="Again"))
    assert not isinstance(there.value, MovedMeanwhile)
    changed = store.save_group(replace(made, members=()))
    with pytest.raises(MovedMeanwhile):
        store.save_group(replace(made, name="Too late"))
    assert store.groups() == (changed,)
    with pytest.raises(MovedMeanwhile):
        store.delete_group("recovery", version=made.version)
    assert store.groups() == (changed,)
    store.delete_group("recovery", version=changed.version)
    assert store.groups() == ()
    with pytest.raises(Conflict):
        store.delete_group("recovery", version=changed.version)


def test_the_customers_of_a_page_are_read_by_their_ids(
    store: TenantStore, customer: Customer
) -> None:
    assert store.customers_named([customer.id, "411NOBODY", customer.id]) == {customer.id: customer}
    assert store.customers_named([]) == {}


def test_an_action_ends_with_what_it_says_of_the_customer_or_not_at_all(
    store: TenantStore, customer: Customer
) -> None:
    opened = samples.action(state=ActionState.OPEN)
    assert store.add_action(customer, opened)
    account = store.account(customer.id)
    assert account is not None
    done = replace(opened, state=ActionState.DONE, completed_on=DAY)
    named = replace(account.customer, name="Dupont et fils")

    assert not store.close_action(customer, done, blocks=[promise(customer)])
    assert store.account(customer.id) == account

    assert store.close_action(named, done, blocks=[promise(customer)])
    after = store.account(customer.id)
    assert after is not None
    assert after.customer == replace(named, version=account.customer.version + 1)
    assert after.actions == (done,)
    assert after.blocks == (promise(customer),)
    assert store.due_customers(DAY, limit=5).entries == (customer.id,)


def test_an_action_that_is_not_live_is_not_ended(store: TenantStore, customer: Customer) -> None:
    assert not store.close_action(customer, samples.action(), blocks=[promise(customer)])
    account = store.account(customer.id)
    assert account is not None
    assert (account.actions, account.blocks) == ((), ())


@pytest.mark.parametrize("waiting", [True, False])
def test_actions_of_earlier_days_are_listed_by_themselves(
    store: TenantStore, customer: Customer, *, waiting: bool
) -> None:
    for number in range(4):
        account = store.account(customer.id)
        assert account is not None
        action = samples.action(
            name=f"a{number}", state=ActionState.OPEN, day=DAY.replace(day=10 + number)
        )
        assert store.add_action(account.customer, action)
    before = date(2025, 3, 12)
    first = store.actions(waiting=waiting, limit=1, before=before)
    rest = store.actions(waiting=waiting, limit=5, after=first.next, before=before)
    days = [action.day.day for _, action in (*first.entries, *rest.entries)]
    assert days == [11, 10]
    assert rest.next is None
