"""A process may die before or after each of its effects: never a second message, nothing lost.

Every use case is run once for each call that it makes to store, files, queues and provider, and
killed there. Then all goes on as in production: the queue delivers the message again, nights run.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest

from relance.app.completion import complete_action
from relance.app.feedback import record
from relance.app.import_report import ImportReport
from relance.app.sync import sync_upload
from relance.contracts.feedback import Feedback, FeedbackKind
from relance.contracts.http.actions import Completion, CompletionResult
from relance.contracts.jobs import PlanPart
from relance.contracts.uploads import Upload
from relance.domain.actions import ActionState
from tests.fakes.faults import Fate, Killed, Mortal
from tests.fakes.memory.tenant_store import MemoryStore
from tests.fakes.world import TENANT, World, days, invoice, one_oclock, paid, with_terms
from tests.unit.app.test_sync import SALES, entry, ledger, receipt

DUE = date(2025, 3, 1)
NIGHT = DUE + timedelta(days=8)
NEXT = NIGHT + timedelta(days=1)


@contextmanager
def fated(world: World, fate: Fate) -> Iterator[World]:
    """Put every port of the world under this fate, for as long as it lasts."""
    ports = ("store", "jobs", "files", "mailer")
    real = {name: getattr(world, name) for name in ports}
    for name, port in real.items():
        setattr(world, name, Mortal(port, fate))
    try:
        yield world
    finally:
        for name, port in real.items():
            setattr(world, name, port)


def deaths(
    make: Callable[[], World], act: Callable[[World], object]
) -> Iterator[tuple[World, str]]:
    """Yield a world for every way in which `act` can be killed, right after that, and the way."""
    world = make()
    counted = Fate(at=0, after=False)
    with fated(world, counted):
        act(world)
    assert counted.calls > 0
    for number in range(1, counted.calls + 1):
        for after in (False, True):
            world = make()
            fate = Fate(at=number, after=after)
            with fated(world, fate), pytest.raises(Killed):
                act(world)
            yield world, fate.last


def deliver(world: World, day: date) -> None:
    """Give the queues' messages to their workers; each stays until its worker is done."""
    while world.jobs.parts:
        world.carry_out(world.jobs.parts[0], one_oclock(day))
        world.jobs.parts.pop(0)
    while world.jobs.jobs:
        world.send(world.jobs.jobs[0], day)
        world.jobs.jobs.pop(0)


def begin(world: World, day: date) -> None:
    world.jobs.plan(PlanPart(tenant=world.tenant, at=one_oclock(day)))


def whole_night(world: World, day: date) -> None:
    """Run the night of `day`, with whatever an earlier death left on the queues."""
    world.real += timedelta(days=1)
    begin(world, day)
    deliver(world, day)


def two_debtors() -> World:
    world = World(customers_a_part=1)
    for code in ("C1", "C2"):
        world.add_customer(code, email=f"{code}@example.com", on=DUE)
        world.put_items(code, invoice(code, "FA-1", due=DUE), on=DUE)
    return world


def tonight() -> World:
    world = two_debtors()
    begin(world, NIGHT)
    return world


def recipients(world: World) -> list[str]:
    return sorted(address for mail in world.mailer.taken for address in mail.recipients)


def forgotten(world: World) -> list[str]:
    """Return customers that owe, that no night would look at and that wait for nobody."""
    due = set(world.store.due_customers(date(2099, 1, 1), limit=100).entries)
    found = []
    for customer in world.store.customers(limit=100).entries:
        account = world.store.account(customer.id)
        assert account is not None
        owes = any(item.balance > 0 for item in account.items)
        waits = any(action.state.pending for action in account.actions)
        if owes and not waits and customer.id not in due:
            found.append(customer.id)
    return found


def test_a_night_killed_anywhere_sends_each_reminder_once_or_leaves_it_in_doubt() -> None:
    for world, how in deaths(tonight, lambda world: deliver(world, NIGHT)):
        deliver(world, NIGHT)  # the queue gives back what was not done
        assert forgotten(world) == [], how
        for day in days(NEXT, NEXT + timedelta(days=5)):
            whole_night(world, day)
        sent = recipients(world)
        doubtful = world.waiting()
        assert len(set(sent)) == len(sent), how
        assert all(action.state is ActionState.IN_DOUBT for action in doubtful)
        reached = {address[:2] for address in sent} | {action.id[:2] for action in doubtful}
        assert reached == {"C1", "C2"}, how
        assert len(doubtful) <= 1
        assert forgotten(world) == [], how


def test_only_a_death_between_reservation_and_confirmation_asks_for_a_person() -> None:
    asked = []
    for world, how in deaths(tonight, lambda world: deliver(world, NIGHT)):
        deliver(world, NIGHT)
        whole_night(world, NEXT)
        if world.waiting():
            asked.append(how)
    names = {each.rpartition(" ")[2] + " " + each.split()[0] for each in asked}
    assert names == {"add_action after", "send before", "send after", "advance_action before"}


def test_a_night_killed_and_never_delivered_again_is_caught_up_by_the_next() -> None:
    for world, how in deaths(tonight, lambda world: deliver(world, NIGHT)):
        world.jobs.parts.clear()  # all it left went to dead-letter queues
        world.jobs.jobs.clear()
        whole_night(world, NEXT)
        sent = recipients(world)
        assert len(set(sent)) == len(sent), how
        reached = {each[:2] for each in sent} | {each.id[:2] for each in world.waiting()}
        assert reached == {"C1", "C2"}, how


def call_opened() -> World:
    world = two_debtors()
    whole_night(world, NIGHT)
    for day in days(NEXT, NIGHT + timedelta(days=8)):
        whole_night(world, day)
    assert {action.state for action in world.waiting()} == {ActionState.OPEN}
    return world


def close_one(world: World) -> None:
    complete_action(
        next(each.id for _, each in world.store.actions(waiting=True, limit=9).entries),
        Completion(result=CompletionResult.REACHED),
        author="anne",
        store=world.store,
        on=NIGHT + timedelta(days=8),
    )


def test_a_call_whose_closing_is_killed_is_open_or_closed_and_the_plan_goes_on() -> None:
    for world, how in deaths(call_opened, close_one):
        open_ = len(world.waiting())
        assert open_ in (1, 2)
        assert forgotten(world) == [], how
        for day in days(NIGHT + timedelta(days=9), NIGHT + timedelta(days=16)):
            whole_night(world, day)
        steps = sorted(action.step.value for action in world.waiting())
        assert steps == ["r2"] * open_ + ["r3"] * (2 - open_), how


def sent_to_both() -> World:
    world = two_debtors()
    whole_night(world, NIGHT)
    return world


def bounce(world: World) -> None:
    action = world.store.history("C1", limit=9).entries[0]
    told = Feedback(
        kind=FeedbackKind.BOUNCED,
        reference="ses-1",
        at=datetime(2025, 3, 9, 2, tzinfo=UTC),
        recipients=("C1@example.com",),
        tenant=world.tenant,
        action=action.id,
        permanent=True,
    )
    record(told, store=world.store, today=NIGHT)


def test_a_bounce_whose_worker_is_killed_is_taken_in_when_it_comes_again() -> None:
    for world, how in deaths(sent_to_both, bounce):
        bounce(world)
        account = world.store.account("C1")
        assert account is not None
        assert [contact.email_blocked for contact in account.customer.contacts] == [True]
        assert [action.state for action in account.actions] == [ActionState.BOUNCED]
        assert forgotten(world) == [], how
        assert "C1" in world.store.due_customers(NEXT, limit=9).entries


OLD = ledger(*SALES)
NEW = ledger(
    *entry(1, "20250110", "KERVADEC", "Menuiserie Kervadec", "FA-1", "1200,00", "A"),
    *receipt(3, "20250305", "KERVADEC", "Menuiserie Kervadec", "1200,00", "A"),
    *SALES[2:],
    *entry(4, "20250306", "TANGUY", "Tanguy Fils", "FA-4", "10,00"),
)


def uploaded(world: World, body: bytes, name: str) -> ImportReport:
    key = f"tenants/{world.tenant}/{name}"
    return sync_upload(
        Upload(
            tenant=world.tenant,
            key=key,
            version=None,
            size=len(body),
            import_id=name,
            at=datetime(2025, 3, 9, 8 if name == "old" else 12, tzinfo=UTC),
        ),
        store=world.store,
        files=world.files,
        today=date(2025, 3, 9),
        now=datetime(2025, 3, 9, 12, tzinfo=UTC),
    )


def bare() -> World:
    world = World(with_terms(TENANT, 30), customers_a_part=1)
    # A tenant that never synced has no scenario yet.
    world.store = MemoryStore(world.store.tenant())
    return world


def with_files(make: Callable[[], World]) -> Callable[[], World]:
    def made() -> World:
        world = make()
        for name, body in (("old", OLD), ("new", NEW)):
            world.files.contents[f"tenants/{world.tenant}/{name}"] = body
        return world

    return made


def accounts(world: World) -> dict[str, list[tuple[str, int]]]:
    """Return every customer's items, put away or not, with what is open of them."""
    found = {}
    for customer in world.store.customers(limit=100).entries:
        account = world.store.account(customer.id)
        assert account is not None
        assert account.customer.incomplete_since is None
        items = (*account.items, *world.store.paid_items(customer.id, limit=100).entries)
        found[customer.id] = sorted((item.id, item.balance) for item in items)
    return found


def test_a_first_import_killed_anywhere_ends_whole_when_it_comes_again() -> None:
    make = with_files(bare)
    untouched = make()
    uploaded(untouched, OLD, "old")
    for world, how in deaths(make, lambda world: uploaded(world, OLD, "old")):
        assert uploaded(world, OLD, "old").state == "done", how
        assert accounts(world) == accounts(untouched), how
        assert world.store.scenarios() == untouched.store.scenarios(), how
        assert world.store.profiles() == untouched.store.profiles()
        assert world.store.tenant().first_sync_on == date(2025, 3, 9)
        assert forgotten(world) == [], how


def synced() -> World:
    world = with_files(bare)()
    uploaded(world, OLD, "old")
    whole_night(world, date(2025, 3, 9))
    world.jobs.jobs.clear()
    return world


def test_a_later_import_killed_anywhere_ends_whole_even_with_a_night_between() -> None:
    untouched = synced()
    uploaded(untouched, NEW, "new")
    for world, how in deaths(synced, lambda world: uploaded(world, NEW, "new")):
        whole_night(world, date(2025, 3, 10))
        assert uploaded(world, NEW, "new").state == "done", how
        assert accounts(world) == accounts(untouched), how
        assert forgotten(world) == [], how


def test_a_settled_item_whose_archiving_is_killed_is_thanked_for_once() -> None:
    def make() -> World:
        world = sent_to_both()
        item = invoice("C1", "FA-1", due=DUE)
        world.put_items("C1", paid(item, on=NEXT), on=NEXT)
        begin(world, NEXT + timedelta(days=8))
        return world

    for world, how in deaths(make, lambda world: deliver(world, NEXT + timedelta(days=8))):
        deliver(world, NEXT + timedelta(days=8))
        for day in days(NEXT + timedelta(days=9), NEXT + timedelta(days=12)):
            whole_night(world, day)
        thanks = [mail for mail in world.mailer.taken if mail.recipients == ("C1@example.com",)]
        doubt = [each for each in world.waiting() if each.state is ActionState.IN_DOUBT]
        assert len(thanks) + len(doubt) in (2, 3)
        assert len(thanks) <= 2, how
