"""The shipped presets walked day by day (S6, D10, D11, D12, D14, D16, D34)."""

import json
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from relance.domain.actions import Action
from relance.domain.presets import Preset, preset
from relance.domain.scenario import Anchor, Channel, Scenario, StepKey
from relance.domain.tenant_rules import TenantRules
from relance.domain.windows import MONDAY_TO_FRIDAY, Windows
from tests.unit.domain.world import World, invoice

_DATA = json.loads((Path(__file__).parents[2] / "data" / "timelines.json").read_text())
_TIMELINES = _DATA["timelines"]


@pytest.mark.parametrize("timeline", _TIMELINES, ids=[each["name"] for each in _TIMELINES])
def test_a_preset_walks_its_reference_timeline_date_for_date(timeline: dict[str, Any]) -> None:
    world = _world(timeline)
    world.add(invoice(due=date.fromisoformat(_DATA["due"])))
    pays = {date.fromisoformat(timeline["paid"]): ("F-1",)} if "paid" in timeline else None

    left = world.walk(date(2025, 2, 1), date(2025, 6, 30), pays=pays)

    assert [[str(day), step, channel] for day, step, channel in left] == timeline["leaves"]


def test_all_presets_are_walked_on_both_sides_with_and_without_closed_days() -> None:
    walked = {(each["preset"], each["with_email"], each["open"]) for each in _TIMELINES}
    assert walked == set(product(Preset, (True, False), ("always", "monday_to_friday")))


def test_every_preset_ends_and_sends_nothing_twice() -> None:
    for name in ("standard", "export", "key_account", "regular", "bad_payer"):
        for scenario in preset(name):
            world = World(scenario=scenario).add(invoice())
            left = world.walk(date(2025, 2, 1), date(2026, 3, 1))
            steps = [step for _, step, _ in left]
            assert len(steps) == len(set(steps))
            assert steps == [step.key for step in scenario.steps if step.active and _sent(step.key)]


def _sent(key: StepKey) -> bool:
    return key is not StepKey.THANK_YOU


def _world(timeline: dict[str, Any]) -> World:
    scenario = preset(timeline["preset"])[0 if timeline["with_email"] else 1]
    if timeline.get("chained"):
        scenario = _chained(scenario)
    late = {key: date.fromisoformat(day) for key, day in timeline.get("late", {}).items()}

    def closes(action: Action, on: date) -> bool:
        return on >= late.get(action.step, on)

    if timeline["open"] == "always":
        return World(scenario=scenario, closes=closes)
    windows = Windows(dict.fromkeys(Channel, MONDAY_TO_FRIDAY))
    holidays = frozenset(date.fromisoformat(day) for day in _DATA["holidays"])
    return World(
        scenario=scenario,
        closes=closes,
        rules=TenantRules(windows=windows),
        closed_days=holidays,
    )


def _chained(scenario: Scenario) -> Scenario:
    """Count every reminder from the completion of the one before, eight days on."""
    steps = tuple(
        replace(step, anchor=Anchor.PREVIOUS_REMINDER, anchor_step=None, offset_days=8)
        if step.anchor is Anchor.NAMED_REMINDER
        else step
        for step in scenario.steps
    )
    return replace(scenario, steps=steps)
