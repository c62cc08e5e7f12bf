"""Letters at a provider: their names, news of them, the sealed account, the printed days."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from relance.app.errors import Conflict, MovedMeanwhile
from relance.app.ports.postal import PrintedBatch
from relance.app.ports.tenant_store import TenantStore
from relance.domain.actions import Action, ActionState, Send
from relance.domain.carriage import Carriage, KeptProof, PostalState, Proof
from relance.domain.customer import Customer
from relance.domain.deeds import Deed, DeedKind
from relance.domain.identifiers import derived_id
from relance.domain.scenario import Channel, StepKey
from tests.adapters.store.conftest import World

DAY = date(2025, 3, 9)
AT = datetime(2025, 3, 9, 1, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def customer(store: TenantStore) -> Customer:
    return store.save_customer(Customer(id="C1", code="C1", name="C1"))


def reserved(state: ActionState = ActionState.RESERVED) -> Action:
    return Action(
        id=derived_id("C1", "a"),
        currency="EUR",
        step=StepKey.R4,
        step_name="Mise en demeure",
        channel=Channel.REGISTERED_LETTER,
        state=state,
        sends=(Send(derived_id("C1", "i"), StepKey.R4),),
        day=DAY,
        reserved_at=AT,
    )


def test_a_reservation_is_named_once_and_only_as_it_was_read(
    store: TenantStore, customer: Customer
) -> None:
    assert store.add_action(customer, reserved())
    named = replace(reserved(), reference="plain/1")
    assert store.replace_action(named, was=reserved())
    assert not store.replace_action(replace(reserved(), reference="plain/2"), was=reserved())
    assert store.action(named.id) == named


def test_an_action_is_replaced_only_while_the_customer_that_is_named_is_as_read(
    store: TenantStore, customer: Customer
) -> None:
    store.add_action(customer, reserved())
    named = replace(reserved(), reference="plain/1")
    assert not store.replace_action(named, was=reserved(), of=customer)
    assert store.action(named.id) == reserved()
    account = store.account("C1")
    assert account is not None
    assert store.replace_action(named, was=reserved(), of=account.customer)
    assert store.action(named.id) == named


def test_a_name_changes_the_customer_for_whoever_decided_before(
    store: TenantStore, customer: Customer
) -> None:
    store.add_action(customer, reserved())
    account = store.account("C1")
    assert account is not None
    store.replace_action(replace(reserved(), reference="plain/1"), was=reserved())
    assert not store.save_action(account.customer, replace(reserved(), reference=None))


def test_a_reservation_that_was_named_meanwhile_is_not_released(
    store: TenantStore, customer: Customer
) -> None:
    store.add_action(customer, reserved())
    named = replace(reserved(), reference="plain/1")
    store.replace_action(named, was=reserved())
    assert not store.release_action(reserved())
    assert store.release_action(named)
    assert store.action(named.id) is None


def test_a_reservation_taken_up_by_another_is_not_released(
    store: TenantStore, customer: Customer
) -> None:
    store.add_action(customer, reserved())
    later = replace(reserved(), reserved_at=AT + timedelta(hours=1))
    assert store.replace_action(later, was=reserved())
    assert not store.release_action(reserved())
    assert store.action(later.id) == later


def test_what_is_not_there_is_not_replaced(store: TenantStore, customer: Customer) -> None:
    assert not store.replace_action(reserved(), was=reserved())
    assert store.action(reserved().id) is None


def test_how_far_the_post_carried_it_comes_back_from_the_store(
    store: TenantStore, customer: Customer
) -> None:
    store.add_action(customer, reserved())
    told = replace(
        reserved(ActionState.DELIVERED),
        completed_on=DAY,
        deeds=(Deed(what=DeedKind.APPROVED, on=DAY, author="anne"),),
        carriage=Carriage(
            state=PostalState.DELIVERED,
            on=DAY,
            detail="D01",
            number="1E00000000001",
            proofs=(KeptProof(kind=Proof.DEPOSIT, document="tenants/atelier/documents/x.pdf"),),
        ),
    )
    assert store.replace_action(told, was=reserved())
    assert store.action(told.id) == told
    back = replace(told, state=ActionState.SENT)
    assert store.replace_action(back, was=told), "news may take a delivery back"
    assert [each for _, each in store.actions(waiting=False, limit=9).entries] == [back]


def test_a_letter_is_found_by_the_name_that_the_post_gave_it(world: World) -> None:
    store = world.sign_up("atelier")
    customer = store.save_customer(Customer(id="C1", code="C1", name="C1"))
    store.add_action(customer, reserved())
    store.replace_action(replace(reserved(), reference="registered/1"), was=reserved())
    assert world.registry.sent_as("registered/1") == ("atelier", reserved().id)


def test_the_account_is_kept_as_it_was_sealed_and_replaced_at_its_version_only(
    world: World,
) -> None:
    store, rival = world.sign_up("atelier"), world.sign_up("rival")
    assert store.postal_account() is None
    sealed = bytes(range(256))
    assert store.save_postal_account(sealed, version=0) == 1
    for stale in (0, 2):
        with pytest.raises(MovedMeanwhile):
            store.save_postal_account(b"other", version=stale)
    assert store.save_postal_account(sealed[::-1], version=1) == 2
    kept = store.postal_account()
    assert kept is not None
    assert (kept.sealed, kept.version) == (sealed[::-1], 2)
    assert rival.postal_account() is None
    assert not rival.delete_postal_account()
    assert store.delete_postal_account()
    assert store.postal_account() is None


def test_the_files_of_a_printed_day_are_kept_a_day_at_a_time(store: TenantStore) -> None:
    batch = store.save_print_batch(PrintedBatch(on=DAY, letters=("a", "b"), documents=("k",)))
    assert store.print_batch(DAY) == batch
    assert store.print_batch(DAY + timedelta(days=1)) is None
    done = store.save_print_batch(replace(batch, done=True))
    assert (done.version, store.print_batch(DAY)) == (2, done)
    with pytest.raises(Conflict):
        store.save_print_batch(batch)
