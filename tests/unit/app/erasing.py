"""A debtor with a past in which people wrote of it, and its erasure."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from relance.app import blocks
from relance.app.erasure import erase_customer, finish_erasure
from relance.app.invoice_files import invoice_key
from relance.app.items import edit_item
from relance.app.schedule import unheard
from relance.contracts.http.blocks import DisputeWrite, PromiseWrite, StopWrite
from relance.contracts.http.items import ItemPatch
from relance.contracts.http.values import MoneyWrite
from relance.domain.actions import Action, ActionState
from relance.domain.carriage import Carriage, KeptProof, PostalState, Proof
from relance.domain.customer import Customer
from relance.domain.deeds import Answer, Deed, DeedKind
from relance.domain.items import Item
from relance.domain.scenario import Channel, StepKey
from tests.fakes.world import World, invoice, paid

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
    """Return an open invoice whose label says something of a person."""
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
    amount = MoneyWrite(amount="10.00", currency="EUR")
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
    """Erase C1; `store` and `files` stand for the world's own."""
    asked: dict[str, Any] = {"reason": "asked on 3 March", "despite_debts": False, **changes}
    return erase_customer(
        "C1",
        author="anna@example.com",
        store=store or world.store,
        files=files or world.files,
        jobs=world.jobs,
        on=TODAY,
        failed=unheard,
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
            failed=unheard,
        )


def said(world: World) -> str:
    """Return all that is kept of the customer, as text."""
    account = world.store.account("C1")
    assert account is not None
    return f"{account.customer} {world.store.kept_of('C1')} {world.files.contents}"


def world_with_debtor() -> World:
    """A world with a debtor of whom all that is to be erased is kept."""
    made = World()
    debtor(made)
    text = said(made)
    assert [secret for secret in SECRETS if secret not in text] == []
    return made
