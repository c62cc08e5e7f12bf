"""So many messages of the first wave are put up a day, the oldest debts of all first (D13)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from relance.app.approval import approve_action
from relance.app.plan import plan_part
from relance.app.ports.page import Page
from relance.app.queries import explain
from relance.app.schedule import reschedule
from relance.app.simulation import preview
from relance.contracts.jobs import PlanPart
from relance.domain.actions import Action, ActionState
from relance.domain.decision import Hold
from relance.domain.items import Item
from relance.domain.scenario import Channel, StepKey
from tests.fakes.faults import Crossed, Fate, Killed, Mortal
from tests.fakes.memory.clock import FixedClock
from tests.fakes.world import World, days, invoice, one_oclock, paid

SYNC = date(2025, 3, 10)
NEXT = SYNC + timedelta(days=1)


def old(code: str, due: date, number: str = "FA-1", **more: Any) -> Item:
    """An invoice that came overdue with the first sync."""
    return replace(invoice(code, number, due=due, **more), first_sync=True, seen_on=SYNC)


def debtors(*dues: date, cap: int = 2, customers_a_part: int = 100) -> World:
    """A tenant whose customers C00, C01… came overdue since these days with its first ledger."""
    world = World(customers_a_part=customers_a_part)
    set_cap(world, cap)
    for number, due in enumerate(dues):
        code = f"C{number:02}"
        world.add_customer(code, email=f"{code}@example.com", on=SYNC)
        world.put_items(code, old(code, due), on=SYNC)
    return world


def set_cap(world: World, cap: int) -> None:
    tenant = world.store.tenant()
    world.store.save_tenant(replace(tenant, rules=replace(tenant.rules, first_wave_cap=cap)))


def put_up(world: World) -> dict[date, list[str]]:
    """The customers whose messages were put up, by the day on which they were, in order."""
    found: dict[date, list[str]] = {}
    for customer, action in world.store.actions(waiting=False, limit=500).entries:
        found.setdefault(action.day, []).append(customer)
    return {day: sorted(found[day]) for day in sorted(found)}


def first_of_january(*later: int) -> list[date]:
    return [date(2025, 1, 1) + timedelta(days=number) for number in later]


def test_d13_over_three_nights_the_cap_holds_and_the_oldest_go_first() -> None:
    world = debtors(*first_of_january(4, 1, 3, 0, 2))
    for day in days(SYNC, SYNC + timedelta(days=3)):
        assert world.night(day) == []
    assert put_up(world) == {
        SYNC: ["C01", "C03"],
        NEXT: ["C02", "C04"],
        SYNC + timedelta(days=2): ["C00"],
    }
    assert {action.state for action in world.waiting()} == {ActionState.TO_CONFIRM}


def test_d13_of_debts_due_on_one_day_the_order_is_the_same_each_time() -> None:
    for _ in range(2):
        world = debtors(*first_of_january(0, 0, 0))
        world.night(SYNC)
        assert put_up(world) == {SYNC: ["C00", "C01"]}


def test_d13_the_same_night_again_puts_up_nothing_above_the_cap() -> None:
    world = debtors(*first_of_january(0, 1, 2, 3))
    for _ in range(3):
        world.night(SYNC)
    assert put_up(world) == {SYNC: ["C00", "C01"]}


def test_d13_a_night_in_parts_has_one_room() -> None:
    world = debtors(*first_of_january(*range(11, -1, -1)), cap=5, customers_a_part=3)
    parts = world.plan(SYNC)
    assert all(part.customers <= 3 for part in parts)
    assert [part.more for part in parts] == [True] * (len(parts) - 1) + [False]
    assert put_up(world) == {SYNC: ["C07", "C08", "C09", "C10", "C11"]}
    assert world.store.tenant().planned_through == SYNC


def test_d13_who_changed_since_does_not_come_before_an_older_debt() -> None:
    world = debtors(*first_of_january(0, 1, 2), cap=1)
    world.night(SYNC)
    for code, event in (("C02", "changed"), ("C02", "rescheduled")):
        account = world.store.account(code)
        assert account is not None
        world.store.save_customer(account.customer)
        if event == "rescheduled":
            reschedule(code, store=world.store, on=SYNC)
    world.night(NEXT)
    assert put_up(world) == {SYNC: ["C00"], NEXT: ["C01"]}


def test_d13_who_is_due_by_its_date_does_not_come_before_an_older_debt() -> None:
    on = SYNC + timedelta(days=2)
    world = debtors(*first_of_january(1, 2), cap=1)
    world.add_customer("LATER", on=SYNC)
    item = replace(old("LATER", date(2025, 1, 1)), not_before=on)
    world.put_items("LATER", item, on=SYNC)
    world.walk(SYNC, on, closing=False)
    assert put_up(world) == {SYNC: ["C00"], NEXT: ["C01"], on: ["LATER"]}
    world = debtors(*first_of_january(1, 2, 3), cap=1)
    world.add_customer("LATER", on=SYNC)
    world.put_items("LATER", item, on=SYNC)
    world.walk(SYNC, on, closing=False)
    assert put_up(world)[on] == ["LATER"], "before C02, which waits since the first night"


def test_d13_what_joins_a_waiting_message_takes_no_room() -> None:
    world = debtors(*first_of_january(0, 1), cap=1)
    world.night(SYNC)
    world.put_items("C00", old("C00", date(2025, 1, 2), "FA-2"), on=NEXT)
    world.night(NEXT)
    assert put_up(world) == {SYNC: ["C00"], NEXT: ["C01"]}
    (joined,) = [each for each in world.waiting() if each.id.startswith("C00")]
    assert len(joined.sends) == 2


def test_d13_what_is_not_of_the_wave_and_calls_take_no_room() -> None:
    world = debtors(*first_of_january(0), cap=1)
    world.add_customer("NEW", on=SYNC)
    world.put_items("NEW", invoice("NEW", "FA-1", due=date(2025, 1, 1)), on=SYNC)
    for scenario in world.store.scenarios():
        steps = tuple(
            replace(step, channel=Channel.CALL, template=None, script="Call.")
            if step.key is StepKey.R1
            else step
            for step in scenario.steps
        )
        changed = replace(scenario, version=2, steps=steps)
        if not scenario.with_email:
            world.store.add_scenario_version(changed)
    world.store.mark_applied(world.store.tenant().rules_version)
    world.add_customer("CALL", email=None, on=SYNC)
    world.put_items("CALL", old("CALL", date(2024, 1, 1)), on=SYNC)
    assert world.night(SYNC) == ["sent"]
    assert put_up(world) == {SYNC: ["C00", "CALL", "NEW"]}


def test_d13_a_customer_s_messages_share_the_room_oldest_first() -> None:
    world = debtors(date(2025, 1, 3), cap=1)
    world.put_items("C00", old("C00", date(2025, 1, 1), "FA-2", currency="USD"), on=SYNC)
    world.night(SYNC)
    world.night(NEXT)
    found = [(each.day, each.currency) for each in world.waiting()]
    assert sorted(found) == [(SYNC, "USD"), (NEXT, "EUR")]


def test_d13_a_cap_raised_in_the_day_lets_the_same_night_put_up_the_rest() -> None:
    world = debtors(*first_of_january(0, 1, 2, 3), cap=1)
    world.night(SYNC)
    set_cap(world, 3)
    world.night(SYNC)
    assert put_up(world) == {SYNC: ["C00", "C01", "C02"]}
    set_cap(world, 1)
    world.night(SYNC)
    assert len(put_up(world)[SYNC]) == 3


def planned_with(world: World, store: Any) -> list[str]:
    """Plan the first night on another store than the world's; return who could not be planned."""
    failed: list[str] = []
    done = plan_part(
        PlanPart(tenant=world.tenant, at=one_oclock(SYNC)),
        store=store,
        jobs=world.jobs,
        most=100,
        clock=FixedClock(one_oclock(SYNC)),
        now=world.real,
        in_time=lambda: True,
        failed=lambda customer, _: failed.append(customer),
    )
    assert not done.more
    return failed


def test_d13_a_slot_is_used_again_when_the_facts_moved_before_the_write() -> None:
    world = debtors(*first_of_january(0, 1, 2))
    touch = partial(change, world, "C00")
    planned_with(world, Crossed(world.store, touch, method="add_action"))
    assert put_up(world) == {SYNC: ["C00", "C01"]}


def test_d13_a_slot_whose_message_fell_away_goes_to_the_next() -> None:
    world = debtors(*first_of_january(0, 1, 2))
    pay = partial(world.put_items, "C00", paid(old("C00", date(2025, 1, 1)), on=SYNC), on=SYNC)
    planned_with(world, Crossed(world.store, pay, method="add_action"))
    assert put_up(world) == {SYNC: ["C01", "C02"]}


def test_d13_a_slot_that_nobody_needs_any_more_is_given_back() -> None:
    world = debtors(*first_of_january(0), cap=1)
    pay = partial(world.put_items, "C00", paid(old("C00", date(2025, 1, 1)), on=SYNC), on=SYNC)
    planned_with(world, Crossed(world.store, pay, method="add_action"))
    assert put_up(world) == {}
    assert world.store.take_wave_slot(SYNC, most=1)


def change(world: World, code: str) -> None:
    account = world.store.account(code)
    assert account is not None
    world.store.save_customer(account.customer)


class Broken:
    """A store whose first `add_action` ends in an error, before or after it was done."""

    def __init__(self, store: Any, *, after: bool) -> None:
        self._store, self._after, self._done = store, after, False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def add_action(self, *args: Any, **keywords: Any) -> bool:
        if self._done:
            return bool(self._store.add_action(*args, **keywords))
        self._done = True
        if self._after:
            self._store.add_action(*args, **keywords)
        raise ConnectionError("no answer")


@pytest.mark.parametrize("after", [False, True])
def test_d13_a_message_that_may_have_been_put_up_keeps_its_slot(after: bool) -> None:
    world = debtors(*first_of_january(0, 1, 2))
    assert planned_with(world, Broken(world.store, after=after)) == ["C00"]
    world.plan(SYNC)
    assert put_up(world) == {SYNC: ["C00", "C01"] if after else ["C01"]}


@pytest.mark.parametrize("after", [False, True])
def test_d13_a_night_killed_at_any_call_and_run_again_holds_the_cap(after: bool) -> None:
    killed = 0
    for at in range(1, 200):
        world = debtors(*first_of_january(0, 1, 2, 3))
        fate = Fate(at=at, after=after)
        try:
            planned_with(world, Mortal(world.store, fate))
        except Killed:
            killed += 1
        else:
            break
        world.plan(SYNC)
        found = put_up(world)[SYNC]
        assert found in (["C00"], ["C00", "C01"]), fate.last
        world.plan(NEXT)
        assert len(put_up(world)[NEXT]) == 2, fate.last
    assert killed > 20, "every call of the night was tried"


def test_d13_two_workers_on_one_night_share_its_room() -> None:
    world = debtors(*first_of_january(0, 1, 2, 3))
    real = world.store

    def second() -> None:
        world.store = real
        world.plan(SYNC)

    for number in range(1, 4):
        crossed = Crossed(real, second, method="take_wave_slot", number=number)
        world.store = crossed  # type: ignore[assignment] # what it does not cross is the real one
        world.plan(SYNC)
        world.store = real
    assert put_up(world) == {SYNC: ["C00", "C01"]}


class Lagging:
    """A store whose index shows only some of those who wait for room."""

    def __init__(self, store: Any, *, shown: Callable[[str], bool]) -> None:
        self._store, self._shown = store, shown

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def waiting_customers(
        self, on: date, *, limit: int, after: str | None = None
    ) -> Page[tuple[date, str]]:
        page = self._store.waiting_customers(on, limit=limit, after=after)
        return Page(tuple(each for each in page.entries if self._shown(each[1])), page.next)


@pytest.mark.parametrize("seen", ["", "C00", "C01", "C02", "C00 C02"])
def test_d13_an_index_that_is_behind_leaves_out_nobody_whom_the_part_met(seen: str) -> None:
    world = debtors(*first_of_january(0, 1, 2))
    planned_with(world, Lagging(world.store, shown=lambda code: code in seen))
    assert put_up(world) == {SYNC: ["C00", "C01"]}


def test_d13_one_that_cannot_be_planned_stops_no_other() -> None:
    world = debtors(*first_of_january(0, 1, 2))

    class Unreadable:
        def __getattr__(self, name: str) -> Any:
            return getattr(real, name)

        def account(self, customer: str) -> Any:
            if customer == "C00":
                raise RuntimeError("its record can't be read")
            return real.account(customer)

    real = world.store
    assert planned_with(world, Unreadable()) == ["C00"]
    assert put_up(world) == {SYNC: ["C01", "C02"]}


def test_d13_who_found_no_room_is_told_so_and_that_it_is_looked_at_tomorrow() -> None:
    world = debtors(*first_of_january(0, 1, 2))
    before = explain("C02", store=world.store, on=SYNC)
    assert [each.hold for each in before.items] == [None]
    world.night(SYNC)
    after = explain("C02", store=world.store, on=SYNC)
    assert [(each.hold, each.until) for each in after.items] == [(Hold.FIRST_WAVE, NEXT)]
    assert (after.next_date, after.next_event) == (NEXT, NEXT)
    assert set(after.events.values()) == {NEXT}
    (first,) = explain("C00", store=world.store, on=SYNC).items
    assert first.hold is Hold.OPEN_ACTION


def approve_everything(world: World, day: date) -> None:
    """Let somebody say yes to all that waits, and the workers send it."""
    for action in world.waiting():
        if action.state is ActionState.TO_CONFIRM:
            approve_action(action.id, author="anne", store=world.store, jobs=world.jobs, on=day)
    world.work(day)


@pytest.mark.parametrize("cap", [1, 2, 3])
def test_d13_a_preview_of_the_wave_says_what_the_nights_then_put_up(cap: int) -> None:
    world = debtors(*first_of_january(4, 50, 3, 0, 9, 1, 30), cap=cap)
    world.put_items("C02", old("C02", date(2025, 2, 1), "FA-2", currency="USD"), on=SYNC)
    last = SYNC + timedelta(days=20)
    found = preview(store=world.store, first=SYNC, days=21)
    foreseen = [(each.action.begun, each.action.id) for each in found.actions]

    for day in days(SYNC, last):
        world.night(day)
        approve_everything(world, day)
        world.close_everything_open(day)

    history: list[Action] = [
        action for _, action in world.store.actions(waiting=False, limit=500).entries
    ]
    assert sorted(foreseen) == sorted((action.day, action.id) for action in history)
    firsts = [action.day for action in history if action.step is StepKey.R1]
    assert max(map(firsts.count, firsts)) == cap
