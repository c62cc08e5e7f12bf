"""After a change of rules or scenarios every next date follows, whatever is lost or crosses it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from relance.app.errors import NotAcceptedError
from relance.app.plan import Part, plan_part
from relance.app.ports.accounts import Account
from relance.app.scenarios import create_scenarios, delete_scenario
from relance.app.schedule import Looked, ask_to_look_again, look_again, reschedule
from relance.app.tenants import edit_tenant
from relance.contracts.http.scenarios import ScenarioCreate
from relance.contracts.http.tenants import TenantPatch
from relance.contracts.jobs import LookAgain, PlanPart
from relance.domain.scenario import StepKey
from tests.fakes.memory.clock import FixedClock
from tests.fakes.memory.tenant_store import MemoryStore
from tests.fakes.world import World, invoice, one_oclock, raise_it

DAY = date(2025, 3, 2)
DUE = date(2025, 3, 1)
R1 = DUE + timedelta(days=8)
SOONER = DUE + timedelta(days=3)
CALLS = ("tenant", "scenarios", "account", "set_next_date")


def debtors(count: int = 1, *, customers_a_part: int = 100) -> World:
    """Customers whose first reminder is due on R1."""
    world = World(customers_a_part=customers_a_part)
    for number in range(count):
        code = f"C{number:03}"
        world.add_customer(code, email=f"{code}@example.com", on=DAY)
        world.put_items(code, invoice(code, "FA-1", due=DUE), on=DAY)
        assert next_date(world, code) == R1
    return world


def remind_sooner(store: MemoryStore) -> None:
    """Store a version of the scenario whose first reminder is due on SOONER."""
    current = next(each for each in store.scenarios() if each.with_email)
    steps = tuple(
        replace(step, offset_days=3) if step.key is StepKey.R1 else step for step in current.steps
    )
    store.add_scenario_version(replace(current, version=current.version + 1, steps=steps))


def next_date(world: World, customer: str = "C000") -> date | None:
    account = world.store.account(customer)
    assert account is not None
    return account.next_date


def dates(world: World) -> set[date | None]:
    customers = world.store.customers(limit=1000).entries
    return {next_date(world, customer.id) for customer in customers}


def follow(world: World, day: date = DAY) -> list[Part | Looked]:
    """Carry out what waits on the plan queue until nothing is handed on."""
    done = []
    while world.jobs.parts:
        done.append(world.carry_out(world.jobs.parts.pop(0), one_oclock(day)))
    return done


def test_an_edit_leaves_one_message_and_touches_no_customer() -> None:
    world = debtors(3)
    remind_sooner(world.store)
    ask_to_look_again(store=world.store, jobs=world.jobs)
    rules = world.store.tenant().rules_version
    assert world.jobs.parts == [LookAgain(tenant=world.tenant, rules=rules)]
    assert dates(world) == {R1}


def test_everyone_s_next_date_follows_in_bounded_messages() -> None:
    world = debtors(34, customers_a_part=10)
    remind_sooner(world.store)
    ask_to_look_again(store=world.store, jobs=world.jobs)
    done = follow(world)
    assert [each.customers for each in done if isinstance(each, Looked)] == [10, 10, 10, 4]
    assert dates(world) == {SOONER}
    tenant = world.store.tenant()
    assert tenant.rules_applied == tenant.rules_version


def test_the_same_message_twice_sets_the_same_dates() -> None:
    world = debtors(5, customers_a_part=2)
    remind_sooner(world.store)
    ask_to_look_again(store=world.store, jobs=world.jobs)
    ask_to_look_again(store=world.store, jobs=world.jobs)
    follow(world)
    assert dates(world) == {SOONER}
    again = LookAgain(tenant=world.tenant, rules=world.store.tenant().rules_version)
    assert world.carry_out(again, one_oclock(DAY)) == Looked()
    assert world.jobs.parts == []


def test_a_message_short_of_time_hands_on_what_it_did_not_reach() -> None:
    world = debtors(30)
    remind_sooner(world.store)
    job = LookAgain(tenant=world.tenant, rules=world.store.tenant().rules_version)
    done = look_again(
        job,
        store=world.store,
        jobs=world.jobs,
        most=1000,
        clock=FixedClock(one_oclock(DAY)),
        in_time=lambda: False,
        failed=raise_it,
    )
    assert done.more
    assert 0 < done.customers < 30
    assert world.store.tenant().rules_applied < job.rules
    follow(world)
    assert dates(world) == {SOONER}


def test_a_message_older_than_the_newest_rules_leaves_the_work_to_theirs() -> None:
    world = debtors()
    remind_sooner(world.store)
    ask_to_look_again(store=world.store, jobs=world.jobs)
    remind_sooner(world.store)
    ask_to_look_again(store=world.store, jobs=world.jobs)
    older, newer = world.jobs.parts
    assert world.carry_out(older, one_oclock(DAY)) == Looked(outdated=True)
    assert dates(world) == {R1}
    assert world.carry_out(newer, one_oclock(DAY)) == Looked(customers=1)
    assert dates(world) == {SOONER}


def test_a_lost_message_is_made_up_for_in_the_next_night_and_nobody_is_late() -> None:
    world = debtors(5, customers_a_part=2)
    remind_sooner(world.store)
    assert world.night(SOONER) == ["sent"] * 5
    assert world.night(SOONER + timedelta(days=1)) == []
    tenant = world.store.tenant()
    assert tenant.rules_applied == tenant.rules_version


def test_a_night_that_waits_for_rules_changed_again_meanwhile_comes_after_the_last() -> None:
    world = debtors()
    world.store.delete_scenario("standard-with-email", version=1)
    old = LookAgain(
        tenant=world.tenant,
        rules=world.store.tenant().rules_version,
        night=one_oclock(R1),
    )
    body = ScenarioCreate(profile="standard", preset="regular", with_email=True)
    create_scenarios(body, store=world.store, jobs=world.jobs)
    world.jobs.parts = [old]
    follow(world, R1)
    assert world.work(R1) == ["sent"]


def test_a_night_after_which_nothing_is_left_undone_asks_for_nothing_more() -> None:
    world = debtors()
    (part,) = world.plan(DAY)
    assert not part.more
    assert world.jobs.parts == []


def test_one_customer_that_cannot_be_decided_on_stops_no_other_and_is_left_to_the_night() -> None:
    world = debtors(3)
    remind_sooner(world.store)
    failed: list[str] = []

    class Broken:
        def __getattr__(self, name: str) -> object:
            return getattr(world.store, name)

        def account(self, customer: str) -> Account | None:
            if customer == "C001":
                raise RuntimeError("its record can't be read")
            return world.store.account(customer)

    done = look_again(
        LookAgain(tenant=world.tenant, rules=world.store.tenant().rules_version),
        store=Broken(),  # type: ignore[arg-type] # everything but `account` is the real fake's
        jobs=world.jobs,
        most=1000,
        clock=FixedClock(one_oclock(DAY)),
        in_time=lambda: True,
        failed=lambda customer, _: failed.append(customer),
    )
    assert failed == ["C001"] == list(done.failed)
    assert [next_date(world, f"C00{number}") for number in range(3)] == [SOONER, DAY, SOONER]


class Crossed:
    """A store where rules change and are followed once, right before a call of `method` is done."""

    def __init__(self, world: World, method: str) -> None:
        self._world, self._store = world, world.store
        self._method = method

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)

        def call(*args: Any, **keywords: Any) -> Any:
            if name == self._method:
                self._method = ""
                self._change()
            return found(*args, **keywords)

        return call

    def _change(self) -> None:
        remind_sooner(self._store)
        look_again(
            LookAgain(tenant=self._world.tenant, rules=self._store.tenant().rules_version),
            store=self._store,
            jobs=self._world.jobs,
            most=1000,
            clock=FixedClock(one_oclock(DAY)),
            in_time=lambda: True,
            failed=raise_it,
        )


@pytest.mark.parametrize("method", CALLS)
def test_who_decided_by_older_rules_never_overwrites_the_date_by_newer_ones(method: str) -> None:
    world = debtors()
    crossed: Any = Crossed(world, method)
    reschedule("C000", store=crossed, on=DAY)
    assert next_date(world) == SOONER


@pytest.mark.parametrize("method", [*CALLS, "due_customers", "mark_planned"])
def test_a_night_that_decided_by_older_rules_does_not_either(method: str) -> None:
    world = debtors()
    account = world.store.account("C000")
    assert account is not None
    world.store.save_customer(account.customer)  # due at once
    crossed: Any = Crossed(world, method)
    plan_part(
        PlanPart(tenant=world.tenant, at=one_oclock(DAY)),
        store=crossed,
        jobs=world.jobs,
        most=1000,
        clock=FixedClock(one_oclock(DAY)),
        now=world.real,
        in_time=lambda: True,
        failed=raise_it,
    )
    assert next_date(world) == SOONER


def test_a_change_whose_message_the_queue_does_not_take_counts_in_the_next_night() -> None:
    world = debtors()

    class Full:
        def plan(self, message: object) -> None:
            raise NotAcceptedError("the queue does not answer")

    with pytest.raises(NotAcceptedError):
        delete_scenario(
            "standard-with-email",
            store=world.store,
            jobs=Full(),  # type: ignore[arg-type] # only `plan` is asked for
        )
    assert world.night(R1) == []
    assert next_date(world) is None


def test_rules_of_decisions_are_followed_and_a_new_name_is_not() -> None:
    world = debtors()
    edit_tenant(TenantPatch(name="Autre"), store=world.store, jobs=world.jobs)
    assert world.jobs.parts == []
    edit_tenant(TenantPatch(paused=True), store=world.store, jobs=world.jobs)
    follow(world)
    assert next_date(world) is None
