"""Calls and what waits for a yes, through whole nights: given, put off, closed, withdrawn (A2, C6).

An invoice due on Saturday 2025-03-01: e-mail on the 9th, calls on Monday the 17th and on the 25th.
"""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from relance.app.assignment import HALF_PUT_OFF, assign_action, put_off_action
from relance.app.completion import complete_action
from relance.app.errors import BadInput, Conflict
from relance.app.ports.membership import Membership
from relance.app.ports.tenant_store import TenantStore
from relance.contracts.http.actions import Completion
from relance.domain.actions import Action, ActionState
from relance.domain.deeds import DeedKind
from relance.domain.items import Item
from relance.domain.people import ACCOUNT_MANAGER, Group
from relance.domain.scenario import Step, StepKey
from tests.fakes.world import World, days, invoice, paid

DUE = date(2025, 3, 1)
CALL = date(2025, 3, 17)
DAY = timedelta(days=1)


def world_with_a_call(*, items: int = 1, **step: Any) -> tuple[World, str, Action]:
    """Walk one customer to its first call; `step` changes the calls of its scenario."""
    world = World()
    for name in ("anne", "paul"):
        member = Membership(subject=name, tenant=world.tenant, role="collector")
        world.registry.put_membership(member)
    if step:
        change_calls(world, **step)
    customer = world.add_customer(on=DUE).id
    invoices = [invoice(customer, f"F{number}", due=DUE) for number in range(items)]
    world.put_items(customer, *invoices, on=DUE)
    world.walk(DUE, CALL, closing=False)
    (call,) = world.waiting()
    assert (call.step, call.day) == (StepKey.R2, CALL)
    return world, customer, call


def change_calls(world: World, **changes: Any) -> None:
    """Change every call of the scenario with e-mail, as a new version."""
    found = world.store.scenario("standard-with-email")
    assert found is not None

    def changed(step: Step) -> Step:
        return step if step.channel.is_message else replace(step, **changes)

    steps = tuple(map(changed, found.steps))
    world.store.add_scenario_version(replace(found, version=found.version + 1, steps=steps))
    world.store.mark_applied(world.store.tenant().rules_version)


def close(world: World, action: Action, on: date, **body: Any) -> Action:
    completion = Completion.model_validate({"result": "reached"} | body)
    return complete_action(action.id, completion, author="anne", store=world.store, on=on)


def put_off(world: World, action: Action, until: date, *, on: date) -> Action:
    return put_off_action(action.id, until, "holiday", author="anne", store=world.store, on=on)


def only_item(world: World, customer: str) -> Item:
    account = world.store.account(customer)
    assert account is not None
    (item,) = account.items
    return item


def test_d17_a_call_is_withdrawn_by_itself_when_its_invoice_is_paid() -> None:
    world, customer, call = world_with_a_call()
    settled = paid(only_item(world, customer), on=CALL)
    world.put_items(customer, settled, on=CALL)

    world.night(CALL + DAY)

    assert world.waiting() == []
    withdrawn = world.store.action(call.id)
    assert withdrawn is not None
    assert (withdrawn.state, withdrawn.reason) == (ActionState.CANCELLED, "it is paid")
    with pytest.raises(Conflict, match="it is cancelled, not open"):
        close(world, call, CALL + DAY)


def test_d14_a_call_that_is_put_off_comes_back_on_its_day_to_whom_it_was_given() -> None:
    world, customer, call = world_with_a_call(responsible=("paul",))
    assign_action(call.id, ["anne"], author="paul", store=world.store, on=CALL)
    put_off(world, call, CALL + 3 * DAY, on=CALL)
    for day in days(CALL + DAY, CALL + 2 * DAY):
        world.night(day)
        assert world.waiting() == []

    world.night(CALL + 3 * DAY)

    (again,) = world.waiting()
    assert (again.step, again.day) == (StepKey.R2, CALL + 3 * DAY)
    assert again.id != call.id
    assert again.responsible == ("anne",)
    assert [deed.what for deed in again.deeds] == [DeedKind.ASSIGNED, DeedKind.PUT_OFF]
    close(world, again, CALL + 3 * DAY)
    world.walk(CALL + 4 * DAY, CALL + 8 * DAY, closing=False)
    (second,) = world.waiting()
    assert (second.step, second.day) == (StepKey.R3, CALL + 8 * DAY)
    assert second.responsible == ("paul",)
    assert second.deeds == ()
    assert [sent.step for sent in world.history(customer)] == ["r1", "r2"]


def test_d14_a_call_put_off_and_paid_meanwhile_never_comes_back() -> None:
    world, customer, call = world_with_a_call()
    put_off(world, call, CALL + 3 * DAY, on=CALL)
    world.put_items(customer, paid(only_item(world, customer), on=CALL), on=CALL + DAY)

    world.walk(CALL + DAY, CALL + 5 * DAY, closing=False)

    assert world.waiting() == []


def test_c6_a_message_to_confirm_that_is_put_off_is_put_up_again_on_its_day() -> None:
    world = World()
    found = world.store.scenario("standard-with-email")
    assert found is not None
    steps = tuple(
        replace(step, automatic=False) if step.key is StepKey.R1 else step for step in found.steps
    )
    world.store.add_scenario_version(replace(found, version=2, steps=steps))
    customer = world.add_customer(on=DUE).id
    world.put_items(customer, invoice(customer, "F1", due=DUE), on=DUE)
    world.walk(DUE, DUE + 8 * DAY, closing=False)
    (message,) = world.waiting()
    assert message.state is ActionState.TO_CONFIRM

    put_off(world, message, DUE + 12 * DAY, on=DUE + 8 * DAY)
    world.walk(DUE + 9 * DAY, DUE + 11 * DAY, closing=False)
    assert world.waiting() == []
    world.night(DUE + 12 * DAY)

    (again,) = world.waiting()
    assert (again.state, again.step) == (ActionState.TO_CONFIRM, StepKey.R1)
    assert world.mailer.taken == []


class _Killed(Exception):
    """The process is gone."""


class _KilledBefore:
    """A store whose process dies at the call of this name."""

    def __init__(self, store: TenantStore, method: str) -> None:
        self._store, self._method = store, method

    def __getattr__(self, name: str) -> Any:
        if name == self._method:
            raise _Killed
        return getattr(self._store, name)


@pytest.mark.parametrize("method", ["apply_sync", "save_action"])
def test_a_death_while_it_is_put_off_leaves_it_as_it_was_or_put_off(method: str) -> None:
    world, customer, call = world_with_a_call(items=3)
    dying: Any = _KilledBefore(world.store, method)
    until = CALL + 3 * DAY
    with pytest.raises(_Killed):
        put_off_action(call.id, until, "holiday", author="anne", store=dying, on=CALL)
    put_off_again = method == "apply_sync"
    if put_off_again:
        assert [each.id for each in world.waiting()] == [call.id]
        put_off(world, call, until, on=CALL)

    world.walk(CALL + DAY, until, closing=False)

    (again,) = world.waiting()
    assert again.day == until
    account = world.store.account(customer)
    assert account is not None
    assert account.customer.incomplete_since is None
    assert {item.not_before for item in account.items} == {until}


def test_what_a_death_left_half_put_off_is_finished_by_the_next_try() -> None:
    """More invoices than one write holds: the account is known in part until they all have it."""
    world, customer, call = world_with_a_call(items=3)
    account = world.store.account(customer)
    assert account is not None
    half = replace(account.customer, incomplete_since=HALF_PUT_OFF)
    world.store.apply_sync(half, put=[], import_id="x")
    world.night(CALL + DAY)
    assert [each.id for each in world.waiting()] == [call.id]

    put_off(world, call, CALL + 3 * DAY, on=CALL + DAY)
    world.walk(CALL + 2 * DAY, CALL + 3 * DAY, closing=False)

    assert len(world.waiting()) == 1
    account = world.store.account(customer)
    assert account is not None
    assert account.customer.incomplete_since is None


def test_d30_a_promise_made_in_a_call_holds_and_when_broken_lets_the_next_step_go() -> None:
    world, _, call = world_with_a_call()
    promised = {"due": str(CALL + 4 * DAY)}
    close(world, call, CALL, result="promise", promise=promised)
    # Friday the 21st, and two working days.
    world.walk(CALL + DAY, date(2025, 3, 25), closing=False)
    assert world.waiting() == []

    world.night(date(2025, 3, 26))

    (second,) = world.waiting()
    assert (second.step, second.day) == (StepKey.R3, date(2025, 3, 26))


def test_d29_a_dispute_told_in_a_call_freezes_its_invoice() -> None:
    world, customer, call = world_with_a_call()
    close(world, call, CALL, result="dispute", dispute={"reason": "broken"})

    world.walk(CALL + DAY, CALL + 20 * DAY, closing=False)

    assert world.waiting() == []
    assert [sent.step for sent in world.history(customer)] == ["r1", "r2"]


def test_a_promise_sent_twice_is_one_promise() -> None:
    world, customer, call = world_with_a_call()
    promised = {"due": str(CALL + 4 * DAY)}
    close(world, call, CALL, result="promise", promise=promised)
    with pytest.raises(Conflict, match="it is done"):
        close(world, call, CALL, result="promise", promise=promised)
    account = world.store.account(customer)
    assert account is not None
    assert len(account.blocks) == 1


def test_a_call_remembers_who_looked_after_the_customer_and_when_it_is_late() -> None:
    world = World()
    change_calls(world, responsible=(ACCOUNT_MANAGER,), late_days=2)
    customer = world.add_customer(on=DUE)
    world.store.save_customer(replace(customer, account_manager="paul"))
    world.put_items(customer.id, invoice(customer.id, "F1", due=DUE), on=DUE)
    world.walk(DUE, CALL, closing=False)

    (call,) = world.waiting()

    assert (call.responsible, call.account_manager) == ((ACCOUNT_MANAGER,), "paul")
    assert call.late_days == 2


def test_d17_what_joins_a_call_that_was_given_to_somebody_leaves_it_there() -> None:
    world, customer, call = world_with_a_call(responsible=("paul",), late_days=3)
    assign_action(call.id, ["anne"], author="paul", store=world.store, on=CALL)
    # Another invoice, whose own first call comes due while the first one waits.
    other = invoice(customer, "F9", due=DUE + 3 * DAY)
    world.put_items(customer, other, on=CALL)
    for day in days(CALL + DAY, CALL + 30 * DAY):
        world.night(day)
        (waiting,) = world.waiting()
        if len(waiting.sends) > 1:
            break

    assert len(waiting.sends) == 2
    assert waiting.id == call.id
    assert waiting.responsible == ("anne",)


def test_a_group_that_nobody_knows_is_not_given_anything() -> None:
    world, _, call = world_with_a_call()
    world.store.save_group(Group(id="known", name="Known"))
    given = assign_action(call.id, ["group:known"], author="a", store=world.store, on=CALL)
    assert given.responsible == ("group:known",)
    with pytest.raises(BadInput, match="names nobody"):
        assign_action(call.id, ["group:other"], author="a", store=world.store, on=CALL)
