"""What a scenario must be to be saved (S3, S4, S6, D5, D10)."""

from dataclasses import replace

import pytest

from relance.domain.presets import PRESETS, Preset, preset
from relance.domain.scenario import REMINDERS, Anchor, Channel, Scenario, Step, StepKey
from relance.domain.scenario_check import problems
from tests.unit.domain.world import reminder, scenario, standard

R1 = reminder(StepKey.R1, 8)
R2 = reminder(StepKey.R2, 8, after=Anchor.PREVIOUS_REMINDER)
NOTICE = reminder(StepKey.PRE_DUE, -8)
THANKS = reminder(StepKey.THANK_YOU, 8, after=Anchor.PAYMENT_DATE)


def _pointers(value: Scenario) -> list[str]:
    return [pointer for pointer, _ in problems(value)]


def test_s6_every_preset_can_be_saved_on_both_sides() -> None:
    for make in PRESETS.values():
        for side in make("my-profile"):
            assert problems(side) == ()
            assert side.profile == "my-profile"
            assert side.min_contact_delay == 5


def test_s6_a_twin_sends_no_email_and_no_thank_you() -> None:
    for name in Preset:
        with_email, twin = preset(name)
        assert with_email.with_email
        assert not twin.with_email
        assert with_email.id != twin.id
        assert all(step.channel is not Channel.EMAIL for step in twin.steps)
        assert twin.step(StepKey.THANK_YOU) is None
        assert [step.key for step in twin.steps] == [step.key for step in with_email.steps]


def test_s4_calls_of_presets_carry_a_french_script_with_a_question() -> None:
    for name in Preset:
        for step in preset(name)[0].steps:
            if step.channel is Channel.CALL:
                assert step.script
                assert "?" in step.script
                assert not step.automatic


def test_a_name_that_is_no_preset_is_refused() -> None:
    with pytest.raises(ValueError, match="gentle"):
        preset("gentle")


def test_a_full_scenario_is_accepted() -> None:
    assert problems(scenario(NOTICE, R1, R2, THANKS, delay=5)) == ()


@pytest.mark.parametrize("key", [StepKey.MATCHING, StepKey.PLAN_FINISHED])
def test_a_follow_up_is_no_step_of_a_scenario(key: StepKey) -> None:
    assert _pointers(scenario(R1, replace(R2, key=key))) == ["/steps/1/key"]


@pytest.mark.parametrize(
    ("step", "pointer"),
    [
        (replace(R1, offset_days=-1), "/steps/0/offset_days"),
        (replace(R1, offset_days=10_000), "/steps/0/offset_days"),
        (replace(NOTICE, offset_days=0), "/steps/0/offset_days"),
        (replace(NOTICE, anchor=Anchor.PAYMENT_DATE, offset_days=3), "/steps/0/anchor"),
        (replace(NOTICE, anchor=Anchor.ISSUE_DATE), "/steps/0/offset_days"),
        (replace(THANKS, anchor=Anchor.DUE_DATE), "/steps/0/anchor"),
        (replace(R1, anchor=Anchor.PREVIOUS_REMINDER), "/steps/0/anchor"),
        (replace(R1, anchor=Anchor.PAYMENT_DATE), "/steps/0/anchor"),
        (replace(R1, anchor_step=StepKey.R2), "/steps/0/anchor_step"),
        (replace(R2, offset_days=0), "/steps/0/offset_days"),
        (replace(R1, template=None), "/steps/0/template"),
        (replace(R1, template=" "), "/steps/0/template"),
        (replace(R1, name=" "), "/steps/0/name"),
        (replace(NOTICE, formal_notice=True), "/steps/0/formal_notice"),
        (replace(R1, channel=Channel.SMS, formal_notice=True), "/steps/0/formal_notice"),
        (reminder(StepKey.R1, 8, channel=Channel.CALL, script=""), "/steps/0/script"),
        (reminder(StepKey.R1, 8, channel=Channel.TASK, automatic=True), "/steps/0/automatic"),
        (reminder(StepKey.R1, 8, channel=Channel.OTHER), "/steps/0/label"),
    ],
)
def test_a_step_that_makes_no_sense_is_named(step: Step, pointer: str) -> None:
    assert _pointers(scenario(step)) == [pointer]


@pytest.mark.parametrize("key", REMINDERS)
def test_d5_a_reminder_never_counts_backwards(key: StepKey) -> None:
    assert _pointers(scenario(replace(R1, key=key, offset_days=-1))) == ["/steps/0/offset_days"]
    assert _pointers(scenario(replace(R1, key=key, offset_days=0))) == []


@pytest.mark.parametrize("named", [None, StepKey.R2, StepKey.R3, StepKey.PRE_DUE])
def test_d10_a_named_anchor_is_an_earlier_reminder(named: StepKey | None) -> None:
    step = replace(R2, anchor=Anchor.NAMED_REMINDER, anchor_step=named)
    assert _pointers(scenario(R1, step)) == ["/steps/1/anchor_step"]


def test_d10_a_named_anchor_must_exist() -> None:
    step = replace(R2, anchor=Anchor.NAMED_REMINDER, anchor_step=StepKey.R1)
    assert _pointers(scenario(step)) == ["/steps/0/anchor_step"]


def test_s2_no_email_step_on_the_side_without_email() -> None:
    assert _pointers(scenario(R1, with_email=False)) == ["/steps/0/channel"]


def test_s3_places_are_there_once_and_in_order() -> None:
    assert _pointers(scenario(R2, R1)) == ["/steps/1/key"]
    assert _pointers(scenario(R1, R1)) == ["/steps/1/key"]
    assert _pointers(scenario()) == ["/steps"]


def test_a_scenarios_own_fields_are_checked() -> None:
    bad = scenario(R1, name="", delay=-1, minimums={"eur/x": -5})
    assert _pointers(bad) == [
        "/name",
        "/min_contact_delay",
        "/minimums/eur~1x",
        "/minimums/eur~1x",
    ]


def test_everything_wrong_is_told_at_once() -> None:
    steps = tuple(replace(step, name="", template=None) for step in standard().steps)
    assert len(problems(replace(standard(), steps=steps))) == 7 + 5
