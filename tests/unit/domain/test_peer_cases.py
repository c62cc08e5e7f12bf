"""What other dunning systems test and document, replayed here; `differs` says where we don't."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from relance.domain.actions import Action, ActionState
from relance.domain.blocks import Dispute, Stop
from relance.domain.explain import next_event
from relance.domain.interest import interest, late_invoice, residuals
from relance.domain.items import Item
from relance.domain.rates import FRANCE, RateTable, Semester, SemesterRate
from relance.domain.scenario import (
    Anchor,
    Channel,
    Grouping,
    Interval,
    Repeat,
    Scenario,
    StepKey,
)
from relance.domain.tenant_rules import TenantRules
from relance.domain.terms import Terms
from relance.domain.windows import MONDAY_TO_FRIDAY, Windows
from tests.fakes.windows import always_open
from tests.unit.domain.world import World, credit, done, invoice, reminder, scenario

_DATA = json.loads((Path(__file__).parents[2] / "data" / "peer_cases.json").read_text())
_CASES: list[dict[str, Any]] = _DATA["cases"]
_STORIES = [case for case in _CASES if "story" in case]
_WAITING = (ActionState.OPEN, ActionState.TO_CONFIRM, ActionState.TO_POST)


def test_all_cases_are_there_and_name_their_rules() -> None:
    assert len({case["id"] for case in _CASES}) == 47
    assert all(rule.startswith("D") for case in _CASES for rule in case["rules"])
    assert all({"story", "interest", "late"} & case.keys() for case in _CASES)


@pytest.mark.parametrize("case", _STORIES, ids=[case["id"] for case in _STORIES])
def test_a_peers_case_comes_out_as_told(case: dict[str, Any]) -> None:
    teller = _Teller(case)
    for verb, day, *rest in case["story"]:
        teller.tell(verb, day, *rest)


@pytest.mark.parametrize("case", [case for case in _CASES if "interest" in case])
def test_a_peers_interest_comes_out_to_the_cent(case: dict[str, Any]) -> None:
    told, due = case["interest"], date(2025, 1, 1)
    nothing = RateTable(
        tuple(
            SemesterRate(Semester(year, half), Decimal(0), "made for this test")
            for year in range(2025, 2029)
            for half in (1, 2)
        )
    )
    found = interest(
        residuals(told["amount"], ()),
        due=due,
        until=due + timedelta(days=told["days"]),
        contractual=Decimal(told["percent"]),
        rates=replace(FRANCE, legal_interest=nothing),
    )
    assert found.total == told["gives"]


@pytest.mark.parametrize("case", [case for case in _CASES if "late" in case])
def test_a_peers_fee_is_the_legal_indemnity_once(case: dict[str, Any]) -> None:
    told, due = case["late"], date(2024, 6, 20)
    found = late_invoice(
        residuals(told["amount"], ()),
        currency="EUR",
        due=due,
        until=due + timedelta(days=told["days"]),
    )
    assert found.indemnity == told["indemnity"]
    assert all(line.base == told["amount"] for line in found.interest.lines)


class _Teller:
    """Lives a story event by event, and checks what it says."""

    def __init__(self, case: dict[str, Any]) -> None:
        self.start = date.fromisoformat(case.get("day", _DATA["day"]))
        plan = case["plan"]
        windows = always_open()
        if plan.get("open") == "monday_to_friday":
            windows = Windows(dict.fromkeys(Channel, MONDAY_TO_FRIDAY))
        terms = Terms(plan["terms"]) if "terms" in plan else None
        self.world = World(
            scenario=_scenario(plan),
            rules=TenantRules(windows=windows, terms=terms),
            closed_days=frozenset(self.at(day) for day in plan.get("closed", ())),
        )
        for item in case["items"]:
            self.world.add(self.item(**item))
        self.first = dict(self.world.items)
        self.said: list[Any] = []
        self.verbs: dict[str, Callable[..., None]] = {
            name: getattr(self, name)
            for name in (
                "night",
                "confirm",
                "completed",
                "stop",
                "lift",
                "dispute",
                "resolve",
                "pay",
                "settle",
                "undo",
                "credit",
                "work",
                "done",
                "held",
                "waiting",
                "event",
                "walk",
            )
        }
        self.verbs["said"] = self.check_said

    def at(self, day: int) -> date:
        return self.start + timedelta(days=day)

    def item(self, *, due: int | None, issued: int = -30, **more: Any) -> Item:
        when = None if due is None else self.at(due)
        return invoice(**more, due=when, issued=self.at(issued))

    def tell(self, verb: str, day: int, *rest: Any) -> None:
        self.verbs[verb](self.at(day), *rest)

    def numbered(self, item: str) -> str:
        return item.removeprefix("C-")

    def night(self, on: date, begins: list[list[str]]) -> None:
        self.said = list(self.world.decide(on).due)
        before = {send for each in self.world.actions.values() for send in each.sends}
        began = [
            [self.numbered(send.item), str(send.step)]
            for action in self.world.night(on)
            for send in action.sends
            if send not in before
        ]
        assert sorted(began) == sorted(begins), on

    def check_said(self, _: date, told: dict[str, Any]) -> None:
        found = {
            "messages": len(self.said),
            "net": sum(due.net for due in self.said),
            "credits": sum(len(due.credits) for due in self.said),
            "listed": sum(len(due.listed) for due in self.said),
            "currency": ",".join(due.currency for due in self.said),
        }
        assert {name: found[name] for name in told} == told

    def confirm(self, on: date) -> None:
        for action in tuple(self.world.actions.values()):
            if action.state is ActionState.TO_CONFIRM:
                self.world.add(replace(action, state=ActionState.SENT, completed_on=on))

    def completed(self, _: date, number: str, step: str, day: int) -> None:
        assert [each.completed_on for each in self._of(number, step) if each.state.completes] == [
            self.at(day)
        ]

    def stop(self, on: date, number: str) -> None:
        self.world.add(Stop(id="C-stop", since=on, reason="r", item=f"C-{number}"))

    def lift(self, on: date) -> None:
        stop = self.world.blocks["C-stop"]
        assert isinstance(stop, Stop)
        self.world.add(replace(stop, ended_on=on))

    def dispute(self, on: date, number: str) -> None:
        self.world.add(Dispute(id="C-dispute", item=f"C-{number}", opened=on, reason="r"))

    def resolve(self, on: date) -> None:
        dispute = self.world.blocks["C-dispute"]
        assert isinstance(dispute, Dispute)
        self.world.add(replace(dispute, resolved_on=on))

    def pay(self, on: date, number: str) -> None:
        self.world.pay(number, on=on)

    def settle(self, on: date, number: str) -> None:
        """Match it with a credit note: nothing was paid."""
        item = self.world.items[f"C-{number}"]
        self.world.add(replace(item, residual=0, settled_on=on))

    def undo(self, on: date, number: str, residual: int) -> None:
        """Take the payment back; the item may have left the live facts by then."""
        self.world.add(replace(self.first[f"C-{number}"], residual=residual, reopened_on=on))

    def credit(self, _: date, amount: int) -> None:
        self.world.add(credit(amount=amount))

    def work(self, on: date) -> None:
        self.world.workday(on)

    def done(self, on: date, number: str, step: str) -> None:
        self.world.add(done(self.world.items[f"C-{number}"], StepKey(step), on))

    def held(self, on: date, number: str, hold: str, until: int | None = None) -> None:
        found = self.world.held(on)[number]
        assert found.hold == hold
        if until is not None:
            assert found.until == self.at(until)

    def waiting(self, _: date, count: int) -> None:
        found = [each for each in self.world.actions.values() if each.state in _WAITING]
        assert len(found) == count

    def event(self, on: date, day: int | None) -> None:
        self.world.night(on)
        expected = None if day is None else self.at(day)
        assert next_event(self.world.facts, on) == expected

    def walk(self, on: date, last: int, left: list[list[Any]]) -> None:
        found = [
            [(day - self.start).days, str(step)]
            for day, step, _ in self.world.walk(on, self.at(last))
        ]
        assert found == left

    def _of(self, number: str, step: str) -> list[Action]:
        return [
            each
            for each in self.world.actions.values()
            if any(send.item == f"C-{number}" and send.step == step for send in each.sends)
        ]


def _scenario(plan: dict[str, Any]) -> Scenario:
    steps = []
    if "notice" in plan:
        steps.append(reminder(StepKey.PRE_DUE, plan["notice"]))
    for key, anchor, days, *channel in plan["steps"]:
        steps.append(
            reminder(
                StepKey(key), days, after=Anchor(anchor), channel=Channel(*channel or ["email"])
            )
        )
    if plan.get("confirm"):
        steps = [replace(step, automatic=False) for step in steps]
    if "repeat" in plan:
        count, every, unit = plan["repeat"]
        steps[-1] = replace(steps[-1], repeat=Repeat(count, every, Interval(unit)))
    if "thanks" in plan:
        steps.append(reminder(StepKey.THANK_YOU, plan["thanks"], after=Anchor.PAYMENT_DATE))
    grouping = Grouping(plan.get("grouping", "customer"))
    return scenario(*steps, delay=plan.get("delay", 0), grouping=grouping)
