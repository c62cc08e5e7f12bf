"""A debtor's person is erased from all that is kept, however that is interrupted (H4)."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from relance.app import blocks
from relance.app.customer_import import import_customers
from relance.app.customers import add_contact
from relance.app.erasure import MOST_FACTS, erase_customer, finish_erasure
from relance.app.errors import Conflict, NotFound
from relance.app.invoice_files import invoice_key
from relance.app.items import edit_item
from relance.app.ports import PrintedBatch
from relance.contracts.http.blocks import DisputeWrite, PromiseWrite, StopWrite
from relance.contracts.http.customers import ContactWrite
from relance.contracts.http.items import ItemPatch
from relance.contracts.http.values import Money
from relance.contracts.uploads import ErasureGoesOn
from relance.domain.carriage import Carriage, KeptProof, PostalState, Proof
from relance.domain.deeds import Answer, Deed, DeedKind
from relance.domain.facts import Action, ActionState, Customer, Item
from relance.domain.scenario import Channel, StepKey
from tests.fakes.faults import Crossed, Fate, Killed, Mortal
from tests.fakes.memory import MemoryStore
from tests.fakes.world import World, days, invoice, paid
from tests.unit.app.test_sync import DAY as SYNC_DAY
from tests.unit.app.test_sync import entry, ledger, upload

DUE = date(2025, 3, 1)
NIGHT = DUE + timedelta(days=8)
TODAY = NIGHT + timedelta(days=20)
SECRETS = ("Martin", "Duval", "martin@example.com", "Société", "rue du Port", "Yvonne", "secret")


def debtor(world: World, code: str = "C1") -> None:
    """Give the world a customer with a past: mails, calls, letters, disputes, paid invoices."""
    world.add_customer(code, on=DUE)
    old = labelled(code, "FA-0", due=DUE - timedelta(days=60))
    now = labelled(code, "FA-1", due=DUE)
    world.put_items(code, old, now, on=DUE)
    world.night(NIGHT)
    noted(world, code)
    world.put_items(code, paid(old, on=NIGHT), on=NIGHT)
    account = world.store.account(code)
    assert account is not None
    world.store.archive(account.customer, [old.id], actions_before=date(2099, 1, 1))
    world.put_items(code, paid(now, on=NIGHT), on=NIGHT)


def labelled(code: str, number: str, *, due: date) -> Item:
    return replace(invoice(code, number, due=due), label="secret of Yvonne")


def noted(world: World, code: str) -> None:
    """Write of the person wherever people can."""
    on, store, author = NIGHT, world.store, "anna@example.com"
    account = store.account(code)
    assert account is not None
    first = account.items[0].id
    blocks.add_stop(code, StopWrite(reason="Yvonne is ill"), author=author, store=store, on=on)
    dispute = DisputeWrite(item=first, reason="Yvonne says no", owner="Yvonne")
    blocks.add_dispute(code, dispute, author=author, store=store, on=on)
    amount = Money(amount="10.00", currency="EUR")
    promise = PromiseWrite(amount=amount, due=on, note="Yvonne pays")
    blocks.add_promise(code, promise, author=author, store=store, on=on)
    edit_item(first, ItemPatch(reason="Yvonne asked", level=0), author=author, store=store, on=on)
    for number, (channel, state) in enumerate(
        (
            (Channel.CALL, ActionState.DONE),
            (Channel.LETTER, ActionState.TO_POST),
            (Channel.REGISTERED_LETTER, ActionState.DELIVERED),
        )
    ):
        action = written_about(f"{code}-0{number}", first, channel, state, world)
        account = store.account(code)
        assert account is not None
        assert store.add_action(account.customer, action)


def written_about(
    identifier: str, item: str, channel: Channel, state: ActionState, world: World
) -> Action:
    """Return an action that says what can be said of a person, its files kept."""
    documents = [f"tenants/{world.tenant}/documents/{identifier}/{each}.pdf" for each in "ab"]
    for document in documents:
        world.files.put(document, b"Yvonne", content_type="application/pdf")
    world.files.put(invoice_key(world.tenant, item), b"Yvonne", content_type="application/pdf")
    proof = KeptProof(kind=Proof.DEPOSIT, document=documents[1])
    return Action(
        id=identifier,
        currency="EUR",
        step=StepKey.R1,
        step_name="R1",
        channel=channel,
        state=state,
        sends=(),
        day=NIGHT,
        note="Yvonne was kind",
        reason="Yvonne moved",
        document=documents[0],
        answers=(Answer("Who?", "Yvonne"),),
        deeds=(Deed(what=DeedKind.COMPLETED, on=NIGHT, author="anna", words="Yvonne", reason="Y"),),
        carriage=Carriage(state=PostalState.DELIVERED, number="secret", proofs=(proof,)),
    )


def erase(world: World, store: Any = None, files: Any = None, **changes: Any) -> Customer:
    asked: dict[str, Any] = {"reason": "asked on 3 March", "despite_debts": False, **changes}
    return erase_customer(
        "C1",
        author="anna@example.com",
        store=store or world.store,
        files=files or world.files,
        jobs=world.jobs,
        on=TODAY,
        **asked,
    )


def left_to_the_queue(world: World, *, in_time: Callable[[], bool] = lambda: True) -> None:
    """Give what waits on the queue to a worker, until nothing is left."""
    while world.jobs.erasures:
        message, _ = world.jobs.erasures.pop(0)
        finish_erasure(
            message,
            store=world.store,
            files=world.files,
            jobs=world.jobs,
            on=TODAY,
            in_time=in_time,
        )


def said(world: World) -> str:
    """Return all that is kept of the customer, as text."""
    account = world.store.account("C1")
    assert account is not None
    return f"{account.customer} {world.store.kept_of('C1')} {world.files.contents}"


@pytest.fixture
def world() -> World:
    made = World()
    debtor(made)
    text = said(made)
    assert [secret for secret in SECRETS if secret not in text] == []
    return made


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


def test_killed_anywhere_it_ends_the_same_when_it_is_asked_again() -> None:
    def made() -> World:
        world = World()
        debtor(world)
        world.store.save_print_batch(
            PrintedBatch(on=NIGHT, letters=("C1-01", "C2-9"), documents=(printed(world),))
        )
        return world

    def printed(world: World) -> str:
        key = f"tenants/{world.tenant}/documents/0/letters.pdf"
        world.files.put(key, b"Yvonne", content_type="application/pdf")
        return key

    counted, whole = Fate(at=0, after=False), made()
    erase(whole, Mortal(whole.store, counted), Mortal(whole.files, counted))
    batch = whole.store.print_batch(NIGHT)
    assert batch is not None
    assert (batch.letters, batch.documents) == ((), ())
    assert counted.calls > 10
    for number in range(1, counted.calls + 1):
        for after in (False, True):
            world, fate = made(), Fate(at=number, after=after)
            with pytest.raises(Killed):
                erase(world, Mortal(world.store, fate), Mortal(world.files, fate))
            account = world.store.account("C1")
            assert account is not None
            if account.customer.erasure is None:
                erase(world)  # nothing was done, and who asked was told nothing: they ask again
            left_to_the_queue(world)
            assert said_alike(world) == said_alike(whole), fate.last


def said_alike(world: World) -> str:
    """Return what is kept, without the count of changes and the names that are drawn by lot."""
    account = world.store.account("C1")
    assert account is not None
    batch = world.store.print_batch(NIGHT)
    assert batch is not None
    kept = world.store.kept_of("C1")
    customer = replace(account.customer, version=0)
    text = f"{customer} {kept} {batch.documents} {world.files.contents}"
    return re.sub(r"C1-[0-9a-f]{16}", "C1-…", text)


def test_after_the_mark_alone_nothing_more_is_sent() -> None:
    world = World()
    world.add_customer(on=DUE)
    world.put_items("C1", invoice("C1", "FA-1", due=DUE), on=DUE)
    world.plan(NIGHT)
    assert len(world.jobs.jobs) == 1
    with pytest.raises(Killed, match="after call 3, save_customer"):
        erase(world, Mortal(world.store, Fate(at=3, after=True)), despite_debts=True)
    world.work(NIGHT)
    for day in days(NIGHT, NIGHT + timedelta(days=200)):
        world.night(day)
    assert world.mailer.taken == []
    assert world.history("C1") == []
    assert world.waiting() == []


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
        )


def test_news_that_come_between_are_waited_out(world: World) -> None:
    def news() -> None:
        account = world.store.account("C1")
        assert account is not None
        world.store.save_customer(account.customer)

    erase(world, Crossed(world.store, news, method="rewrite"))
    assert [secret for secret in SECRETS if secret in said(world)] == []


def test_a_long_history_is_erased_a_part_at_a_time(world: World) -> None:
    account = world.store.account("C1")
    assert account is not None
    many = [labelled("C1", f"FB-{n}", due=DUE) for n in range(MOST_FACTS + 1)]
    world.store.apply_sync(account.customer, put=many, import_id="i")
    first = erase(world, despite_debts=True)
    assert first.erasure is not None
    assert not first.erasure.done
    second = erase(world)
    assert second.erasure is not None
    assert second.erasure.done
    assert "secret" not in said(world)


def test_a_long_history_goes_on_by_itself(world: World) -> None:
    account = world.store.account("C1")
    assert account is not None
    many = [labelled("C1", f"FB-{n}", due=DUE) for n in range(3 * MOST_FACTS)]
    world.store.apply_sync(account.customer, put=many, import_id="i")
    erase(world, despite_debts=True)
    assert [seconds for _, seconds in world.jobs.erasures] == [900]
    turns = [0]

    def one_part_a_run() -> bool:
        turns[0] += 1
        return turns[0] % 2 == 1

    left_to_the_queue(world, in_time=one_part_a_run)
    assert turns[0] > 4
    assert [secret for secret in SECRETS if secret in said(world)] == []


def test_what_was_refused_is_not_erased_by_the_queue_either() -> None:
    world = World()
    world.add_customer(on=DUE)
    world.put_items("C1", invoice("C1", "FA-1", due=DUE), on=DUE)
    message = ErasureGoesOn(tenant=world.tenant, customer="C1")
    for customer in ("C1", "C9"):
        world.jobs.erasures.append((message.model_copy(update={"customer": customer}), 0))
    left_to_the_queue(world)
    account = world.store.account("C1")
    assert account is not None
    assert account.customer.erasure is None


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
    taken = import_customers([rows], store=world.store, on=TODAY, author="import")
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
