"""However an erasure is interrupted, it ends the same (H4)."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from relance.app.erasure import MOST_FACTS
from relance.app.ports.postal import PrintedBatch
from relance.contracts.uploads import ErasureGoesOn
from tests.fakes.faults import Crossed, Fate, Killed, Mortal
from tests.fakes.world import World, days, invoice
from tests.unit.app.erasing import (
    DUE,
    NIGHT,
    SECRETS,
    debtor,
    erase,
    labelled,
    left_to_the_queue,
    said,
    world_with_debtor,
)


@pytest.fixture
def world() -> World:
    return world_with_debtor()


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
