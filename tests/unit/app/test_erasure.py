"""A debtor's person is erased from all that is kept (H4)."""

import pytest

from relance.app import blocks
from relance.app.customer_import import import_customers
from relance.app.customers import add_contact
from relance.app.erasure import erase_customer
from relance.app.errors import Conflict, NotFound
from relance.app.items import edit_item
from relance.app.schedule import unheard
from relance.contracts.http.blocks import StopWrite
from relance.contracts.http.customers import ContactWrite
from relance.contracts.http.items import ItemPatch
from relance.domain.actions import Action, ActionState
from relance.domain.scenario import Channel
from tests.fakes.memory.tenant_store import MemoryStore
from tests.fakes.world import World, invoice
from tests.unit.app.erasing import (
    DUE,
    SECRETS,
    TODAY,
    debtor,
    erase,
    said,
    world_with_debtor,
    written_about,
)
from tests.unit.app.test_sync import DAY as SYNC_DAY
from tests.unit.app.test_sync import entry, ledger, upload


@pytest.fixture
def world() -> World:
    return world_with_debtor()


def test_nothing_kept_tells_who_it_was_and_the_history_stays(world: World) -> None:
    before = {each.fact.id: each for each in world.store.kept_of("C1")}
    customer = erase(world)
    assert customer.erasure is not None
    assert customer.erasure.done
    text = said(world)
    assert [secret for secret in SECRETS if secret in text] == []
    assert world.files.contents == {}
    after = {each.fact.id: each for each in world.store.kept_of("C1")}
    assert after.keys() == before.keys()
    assert {key for key, each in after.items() if each.archived} == {
        key for key, each in before.items() if each.archived
    }
    for key, each in after.items():
        was = before[key].fact
        for name in ("day", "step", "original", "residual", "paid_on", "number", "since", "amount"):
            assert getattr(each.fact, name, None) == getattr(was, name, None), (key, name)
    states = {
        each.fact.channel: each.fact.state
        for each in after.values()
        if isinstance(each.fact, Action) and each.fact.id.startswith("C1-0")
    }
    assert states == {
        Channel.CALL: ActionState.DONE,
        Channel.LETTER: ActionState.CANCELLED,
        Channel.REGISTERED_LETTER: ActionState.DELIVERED,
    }


def test_erasing_again_changes_nothing_and_keeps_who_and_when(world: World) -> None:
    first = erase(world)
    assert erase(world, reason="again") == first
    assert first.erasure is not None
    assert (first.erasure.on, first.erasure.author) == (TODAY, "anna@example.com")


def test_one_that_owes_is_erased_only_when_that_is_said() -> None:
    world = World()
    world.add_customer(on=DUE)
    world.put_items("C1", invoice("C1", "FA-1", due=DUE), on=DUE)
    with pytest.raises(Conflict, match=r"still owes [\d.]+ EUR"):
        erase(world)
    account = world.store.account("C1")
    assert account is not None
    assert account.customer.erasure is None
    erase(world, despite_debts=True)
    account = world.store.account("C1")
    assert account is not None
    assert sum(item.balance for item in account.items) > 0  # the ledger still adds up


@pytest.mark.parametrize("state", [ActionState.RESERVED, ActionState.IN_DOUBT])
def test_while_a_message_may_be_leaving_nobody_is_erased(world: World, state: ActionState) -> None:
    account = world.store.account("C1")
    assert account is not None
    action = written_about("C1-0a", "C1-x", Channel.EMAIL, state, world)
    world.store.add_action(account.customer, action)
    with pytest.raises(Conflict, match="on its way or in doubt"):
        erase(world)


def test_one_that_is_not_there_can_t_be_erased(world: World) -> None:
    with pytest.raises(NotFound):
        erase_customer(
            "C9",
            reason="",
            despite_debts=True,
            author="",
            store=world.store,
            files=world.files,
            jobs=world.jobs,
            on=TODAY,
            failed=unheard,
        )


def test_a_later_ledger_brings_amounts_and_no_words() -> None:
    world = World()
    upload(world, ledger(*entry(1, "20250110", "C1", "Société Duval", "FA-1", "1200,00")))
    erase(world, despite_debts=True)
    rows = [
        *entry(1, "20250110", "C1", "Société Duval", "FA-1", "1200,00"),
        *entry(2, "20250201", "C1", "Société Duval", "FA-2", "300,00"),
    ]
    world.files.contents.clear()
    upload(world, ledger(*rows), "2.txt")
    world.files.contents.clear()
    text = said(world)
    assert [word for word in ("Duval", "Vente") if word in text] == []
    account = world.store.account("C1")
    assert account is not None
    assert sorted(item.residual for item in account.items) == [300_00, 1200_00]
    again = upload(world, ledger(*rows), "3.txt")
    assert (again.created, again.changed, again.closed) == (0, 0, 0)
    world.night(SYNC_DAY)
    assert world.waiting() == []


def test_nobody_writes_about_it_any_more(world: World) -> None:
    erase(world)
    store, on = world.store, TODAY
    body = ContactWrite(name="Martin Duval", email="martin@example.com")
    with pytest.raises(Conflict, match="erased"):
        add_contact("C1", body, store=store, on=on)
    with pytest.raises(Conflict, match="erased"):
        blocks.add_stop("C1", StopWrite(reason="Yvonne"), author="anna", store=store, on=on)
    account = store.account("C1")
    assert account is not None
    patch = ItemPatch(reason="Yvonne", level=0)
    with pytest.raises(Conflict, match="erased"):
        edit_item(account.items[0].id, patch, author="anna", store=store, on=on)
    assert [secret for secret in SECRETS if secret in said(world)] == []


def test_a_list_of_customers_does_not_bring_it_back_and_others_are_taken(world: World) -> None:
    erase(world)
    rows = b"Code;Nom\nC1;Soci\xc3\xa9t\xc3\xa9 Duval\nC2;Garage\n"
    taken = import_customers([rows], store=world.store, on=TODAY, author="import", failed=unheard)
    assert (taken.created, taken.changed, taken.file.refused) == (1, 0, 1)
    assert [issue.reason for issue in taken.file.issues] == ["the customer was erased"]
    assert "Duval" not in said(world)


def test_another_customer_s_files_stay() -> None:
    world = World()
    debtor(world)
    debtor(world, "C10")
    kept = {key for key in world.files.contents if "C10-" in key}
    assert kept
    erase(world)
    assert world.files.contents.keys() == kept
    assert isinstance(world.store, MemoryStore)
