"""Whose an action is: users, groups, and whoever looks after the customer (A2)."""

from dataclasses import replace
from datetime import date

import pytest

from relance.domain.actions import Action, ActionState
from relance.domain.customer import Customer
from relance.domain.people import ACCOUNT_MANAGER, Group, People, in_charge
from relance.domain.scenario import StepKey
from tests.unit.domain.world import done, invoice

RECOVERY = Group(id="recovery", name="Recouvrement", members=("anne",))
PEOPLE = People(users={"anne": "collector", "paul": "admin"}, groups={RECOVERY.reference: RECOVERY})
CUSTOMER = Customer(id="C", code="C", name="C")


def action(*responsible: str, state: ActionState = ActionState.OPEN) -> Action:
    made = done(invoice(), StepKey.R1, date(2025, 3, 10), state=state)
    return replace(made, responsible=responsible)


def test_users_and_groups_are_known_and_so_is_every_alias() -> None:
    assert all(PEOPLE.knows(name) for name in ("anne", "group:recovery", ACCOUNT_MANAGER))
    assert not any(PEOPLE.knows(name) for name in ("", "recovery", "group:x", "alias:x", "Anne"))


def test_a_users_list_has_what_its_groups_are_to_do() -> None:
    assert PEOPLE.lists_of("anne") == {"anne", "group:recovery"}
    assert PEOPLE.lists_of("paul") == {"paul"}
    assert PEOPLE.lists_of("group:recovery") == {"group:recovery"}


@pytest.mark.parametrize(
    ("now", "then", "state", "found"),
    [
        ("paul", "anne", ActionState.OPEN, ("paul",)),
        (None, "anne", ActionState.OPEN, ("anne",)),
        ("gone", "anne", ActionState.OPEN, ("anne",)),
        (None, None, ActionState.OPEN, ()),
        ("paul", "anne", ActionState.DONE, ("anne",)),
        ("paul", None, ActionState.DONE, ("paul",)),
        ("group:recovery", None, ActionState.OPEN, ("group:recovery",)),
        (ACCOUNT_MANAGER, ACCOUNT_MANAGER, ActionState.OPEN, ()),
    ],
)
def test_the_account_manager_is_todays_while_it_waits_and_then_that_days(
    now: str | None, then: str | None, state: ActionState, found: tuple[str, ...]
) -> None:
    customer = replace(CUSTOMER, account_manager=now)
    waiting = replace(action(ACCOUNT_MANAGER, state=state), account_manager=then)
    assert in_charge(waiting, customer, PEOPLE) == found


def test_who_is_named_twice_is_in_charge_once_and_who_left_is_not() -> None:
    customer = replace(CUSTOMER, account_manager="anne")
    waiting = action("anne", "gone", ACCOUNT_MANAGER, "group:recovery", "group:gone")
    assert in_charge(waiting, customer, PEOPLE) == ("anne", "group:recovery")
