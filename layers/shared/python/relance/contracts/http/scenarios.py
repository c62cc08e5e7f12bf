"""Scenarios over HTTP (S2, S3, S7)."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from relance.contracts.http.texts import Email, Line, Name, Prose
from relance.contracts.http.values import Body, GivenMoney, least_amounts
from relance.domain.presets import Preset
from relance.domain.scenario import (
    Anchor,
    Attachments,
    Channel,
    Grouping,
    Interval,
    Repeat,
    Scenario,
    Step,
    StepKey,
    Tone,
)

Days = Annotated[int, Field(ge=-365, le=730, strict=True)]
Flag = Annotated[bool, Field(strict=True)]


class RepeatBody(Body):
    """How the last active reminder repeats: `count` more times, `every` so many days or months."""

    count: Annotated[int, Field(strict=True)]
    every: Annotated[int, Field(strict=True)]
    unit: Interval = Interval.DAYS

    def value(self) -> Repeat:
        """Return the domain's value."""
        return Repeat(self.count, self.every, self.unit)

    @classmethod
    def of(cls, repeat: Repeat) -> Self:
        """Build from the domain's value."""
        return cls(count=repeat.count, every=repeat.every, unit=repeat.unit)


class StepBody(Body):
    """One step. `offset_days` counts from the anchor; negative for the pre-due notice only.

    A call's `script` may name the fields that messages may; its `questions` are asked with it.
    `responsible` are users, as they are named in what they did, groups (`group:recovery`) or
    `alias:account_manager`; what waits for them is late after `late_days` working days.

    A message with `deadline_days` asks for payment within so many days, and the next step waits
    for that day to pass. One with `legal_amounts`, and every formal notice, prints the interest and
    indemnity that the law adds. An e-mail goes to the contacts of `roles`, in copy to those of
    `cc_roles` and to the addresses `cc`, which get it for every customer.
    """

    key: StepKey
    name: Name
    anchor: Anchor
    offset_days: Days
    channel: Channel
    active: Flag = True
    automatic: Flag = True
    anchor_step: StepKey | None = None
    end_of_month: Flag = False
    template: Name | None = None
    script: Prose | None = None
    label: Line | None = None
    tone: Tone = Tone.COURTEOUS
    formal_notice: Flag = False
    responsible: Annotated[tuple[Name, ...], Field(max_length=20)] = ()
    roles: Annotated[tuple[Name, ...], Field(min_length=1, max_length=20)] = ("accounting",)
    attachments: Attachments = Attachments.NONE
    repeat: RepeatBody | None = None
    deadline_days: Annotated[int, Field(strict=True)] | None = None
    legal_amounts: Flag = False
    questions: Annotated[tuple[Name, ...], Field(max_length=10)] = ()
    late_days: Annotated[int, Field(strict=True)] | None = None
    cc_roles: Annotated[tuple[Name, ...], Field(max_length=20)] = ()
    cc: Annotated[tuple[Email, ...], Field(max_length=10)] = ()
    statement: Flag = False

    def value(self) -> Step:
        """Return the domain's value."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        lists = {name: tuple(fields[name]) for name in _LISTS}
        repeat = self.repeat.value() if self.repeat else None
        return Step(**fields | lists | {"repeat": repeat})

    @classmethod
    def of(cls, step: Step) -> Self:
        """Build from the domain's value."""
        fields = {name: getattr(step, name) for name in cls.model_fields}
        lists = {name: tuple(fields[name]) for name in _LISTS}
        repeat = RepeatBody.of(step.repeat) if step.repeat else None
        return cls(**fields | lists | {"repeat": repeat})


_LISTS = ("responsible", "questions", "roles", "cc_roles", "cc")


class ScenarioPlan(Body):
    """What a person decides about a scenario; replacing it makes a new version (D35).

    Below the `minimums` nothing is sent, above the `ceilings` a message must be confirmed, one
    amount a currency. `usual_term` is in days from the issue date: customers known to pay then are
    not reminded before.
    """

    name: Name
    steps: Annotated[tuple[StepBody, ...], Field(max_length=7)]
    min_contact_delay: Annotated[int, Field(ge=0, le=365, strict=True)] = 0
    grouping: Grouping = Grouping.CUSTOMER
    minimums: Annotated[tuple[GivenMoney, ...], Field(max_length=50)] = ()
    ceilings: Annotated[tuple[GivenMoney, ...], Field(max_length=50)] = ()
    usual_term: Annotated[int, Field(strict=True)] | None = None

    @field_validator("minimums", "ceilings")
    @classmethod
    def _one_a_currency(cls, amounts: tuple[GivenMoney, ...]) -> tuple[GivenMoney, ...]:
        least_amounts(amounts)
        return amounts

    def value(self, *, scenario_id: str, profile: str, with_email: bool, version: int) -> Scenario:
        """Return the domain's value, as this version of this scenario."""
        return Scenario(
            id=scenario_id,
            name=self.name,
            profile=profile,
            with_email=with_email,
            version=version,
            steps=tuple(step.value() for step in self.steps),
            min_contact_delay=self.min_contact_delay,
            grouping=self.grouping,
            minimums=least_amounts(self.minimums),
            ceilings=least_amounts(self.ceilings),
            usual_term=self.usual_term,
        )

    @classmethod
    def of(cls, scenario: Scenario) -> Self:
        """Build from the domain's value."""
        return cls(
            name=scenario.name,
            steps=[StepBody.of(step) for step in scenario.steps],
            min_contact_delay=scenario.min_contact_delay,
            grouping=scenario.grouping,
            minimums=_amounts(scenario.minimums),
            ceilings=_amounts(scenario.ceilings),
            usual_term=scenario.usual_term,
        )


def _amounts(by_currency: Mapping[str, int]) -> tuple[GivenMoney, ...]:
    return tuple(GivenMoney.stored(minor, code) for code, minor in sorted(by_currency.items()))


class ScenarioBody(Body):
    """A scenario: one side of its profile's pair, in one version. Replacing it takes the `plan`.

    `warnings` are sentences about what may be meant otherwise.
    """

    id: str
    profile: str
    with_email: bool
    version: int
    plan: ScenarioPlan
    warnings: tuple[str, ...] = ()

    @classmethod
    def of(cls, scenario: Scenario) -> Self:
        """Build from the domain's value."""
        return cls(
            id=scenario.id,
            profile=scenario.profile,
            with_email=scenario.with_email,
            version=scenario.version,
            plan=ScenarioPlan.of(scenario),
            warnings=tuple(_warnings(scenario)),
        )


def _warnings(scenario: Scenario) -> Iterator[str]:
    for step in scenario.steps:
        for address in step.cc:
            yield f"{address} gets a copy of {step.name!r} for all customers of the plan"


class ScenarioCreate(Body):
    """A new scenario for a profile, made in one of three ways.

    `copy_of`: the id of a scenario to start from, for the same side of the pair unless
    `with_email` says otherwise. `preset`: the name of a shipped preset; without `with_email` both
    sides are made. `plan`: the whole scenario; `with_email` is then required.
    """

    profile: Name
    with_email: Flag | None = None
    name: Name | None = None
    copy_of: Name | None = None
    preset: Preset | None = None
    plan: ScenarioPlan | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum(way is not None for way in (self.copy_of, self.preset, self.plan)) != 1:
            raise ValueError("give exactly one of copy_of, preset and plan")
        if self.plan is not None and self.with_email is None:
            raise ValueError("with_email must say which side of the pair the plan is for")
        if self.plan is not None and self.name is not None:
            raise ValueError("the plan has a name already")
        return self


class ScenariosCreated(Body):
    """The scenarios that one request made: one, or both sides of a pair."""

    items: tuple[ScenarioBody, ...]
