"""What is wrong with a scenario, all at once, before it is saved (S3, S4, S9, D5, D10)."""

from collections.abc import Iterator, Mapping

from relance.domain.scenario import Anchor, Channel, Interval, Scenario, Step, StepKey

Problem = tuple[str, str]

# Longer than any plan that makes sense; keeps every date within the calendar.
MOST_OFFSET_DAYS = 730
MOST_DELAY_DAYS = 365
# A plan that repeats more often than this is no plan (S9).
MOST_REPEATS = 12
LEAST_REPEAT_DAYS = 7
MOST_LATE_DAYS = 60


def problems(scenario: Scenario) -> tuple[Problem, ...]:
    """Return everything that forbids saving the scenario, as (JSON pointer, message) pairs."""
    return (
        *_of_scenario(scenario),
        *_of_places(scenario.steps),
        *(
            (f"/steps/{place}{pointer}", message)
            for place, step in enumerate(scenario.steps)
            if step.key in _PLACES
            for pointer, message in _of_step(step, scenario)
        ),
    )


def _of_scenario(scenario: Scenario) -> Iterator[Problem]:
    if not scenario.name.strip():
        yield "/name", "give the scenario a name"
    if not 0 <= scenario.min_contact_delay <= MOST_DELAY_DAYS:
        yield "/min_contact_delay", f"must be from 0 to {MOST_DELAY_DAYS} days"
    yield from _of_amounts("minimums", scenario.minimums)
    yield from _of_amounts("ceilings", scenario.ceilings)
    for currency, ceiling in scenario.ceilings.items():
        if ceiling < scenario.minimums.get(currency, 0):
            yield f"/ceilings/{_escaped(currency)}", "is below the minimum"
    if scenario.usual_term is not None and not 0 <= scenario.usual_term <= MOST_OFFSET_DAYS:
        yield "/usual_term", f"must be from 0 to {MOST_OFFSET_DAYS} days"


def _of_amounts(name: str, amounts: Mapping[str, int]) -> Iterator[Problem]:
    for currency, amount in amounts.items():
        pointer = f"/{name}/{_escaped(currency)}"
        if not (len(currency) == 3 and currency.isascii() and currency.isupper()):
            yield pointer, "is not a currency code of three capitals"
        if amount < 0:
            yield pointer, "must not be negative"


def _of_places(steps: tuple[Step, ...]) -> Iterator[Problem]:
    """Each place once, in the order of a plan."""
    if not steps:
        yield "/steps", "a scenario needs at least one step"
    seen: set[StepKey] = set()
    highest = -1
    for index, step in enumerate(steps):
        pointer = f"/steps/{index}/key"
        if step.key not in _PLACES:
            yield pointer, f"{step.key} is no step of a scenario"
            continue
        if step.key in seen:
            yield pointer, f"{step.key} is there twice"
        elif _PLACES[step.key] < highest:
            yield pointer, f"{step.key} comes after a later step"
        seen.add(step.key)
        highest = max(highest, _PLACES[step.key])


def _of_step(step: Step, scenario: Scenario) -> Iterator[Problem]:
    if not step.name.strip():
        yield "/name", "give the step a name"
    yield from _of_content(step, scenario)
    for pointer, copied in (("/cc_roles", step.cc_roles), ("/cc", step.cc)):
        if copied and step.channel is not Channel.EMAIL:
            yield pointer, "only an e-mail has copies"
    if step.statement and step.channel is not Channel.EMAIL:
        yield "/statement", "only an e-mail carries a statement of the account"
    yield from _of_handwork(step)
    yield from _of_anchor(step, scenario)
    yield from _of_offset(step)
    yield from _of_repeat(step, scenario)
    if step.deadline_days is not None:
        yield from _of_deadline(step, step.deadline_days)


def _of_content(step: Step, scenario: Scenario) -> Iterator[Problem]:
    if step.channel is Channel.EMAIL and not scenario.with_email:
        yield "/channel", "this side is for customers without e-mail"
    if step.channel.is_message:
        if not _has(step.template):
            yield "/template", "an e-mail, SMS or letter must name a template"
    elif step.automatic:
        yield "/automatic", "a call, task or other is always done by a person"
    if step.channel in (Channel.CALL, Channel.TASK) and not _has(step.script):
        yield "/script", "a call or task must carry its script"
    if step.channel is Channel.OTHER and not _has(step.label):
        yield "/label", "say what this other step is"
    if step.formal_notice and step.channel not in _FORMAL:
        yield "/formal_notice", "a formal notice is a letter or an e-mail"
    if step.formal_notice and not step.key.is_reminder:
        yield "/formal_notice", "only a reminder can be a formal notice"
    if step.legal_amounts and not (step.key.is_reminder and step.channel in _FORMAL):
        yield "/legal_amounts", "only a reminder that is a letter or an e-mail prints them"


def _of_handwork(step: Step) -> Iterator[Problem]:
    """What is for people to do (A2, D17)."""
    if step.questions and step.channel.is_message:
        yield "/questions", "only a call, task or other has questions to ask"
    if step.late_days is not None and not 1 <= step.late_days <= MOST_LATE_DAYS:
        yield "/late_days", f"must be from 1 to {MOST_LATE_DAYS} working days"


def _of_anchor(step: Step, scenario: Scenario) -> Iterator[Problem]:
    if step.anchor not in _ANCHORS[step.key]:
        allowed = ", ".join(sorted(_ANCHORS[step.key]))
        yield "/anchor", f"this step counts from one of: {allowed}"
    if step.anchor is not Anchor.NAMED_REMINDER:
        if step.anchor_step is not None:
            yield "/anchor_step", "is for the anchor named_reminder only"
        return
    named = step.anchor_step
    if named is None:
        yield "/anchor_step", "name the reminder it counts from"
    elif not named.is_reminder or _PLACES[named] >= _PLACES[step.key]:
        yield "/anchor_step", "must be an earlier reminder"
    elif all(each.key is not named for each in scenario.steps):
        yield "/anchor_step", f"there is no step {named}"


def _of_offset(step: Step) -> Iterator[Problem]:
    if abs(step.offset_days) > MOST_OFFSET_DAYS:
        yield "/offset_days", f"must be within {MOST_OFFSET_DAYS} days"
    elif step.key is StepKey.PRE_DUE and step.anchor is Anchor.DUE_DATE:
        if step.offset_days >= 0:
            yield "/offset_days", "a notice before the due date needs a negative offset"
    elif step.offset_days < 0:
        yield "/offset_days", "only a notice before the due date has a negative offset"
    elif step.offset_days == 0 and step.anchor in _AFTER_A_REMINDER:
        yield "/offset_days", "at least one day after the reminder it counts from"


def _of_repeat(step: Step, scenario: Scenario) -> Iterator[Problem]:
    """Nothing repeats without limit (S9, D15)."""
    repeat = step.repeat
    if repeat is None:
        return
    reminders = scenario.reminders
    if not reminders or step.key is not reminders[-1].key:
        yield "/repeat", "only the last active reminder may repeat"
    if not 1 <= repeat.count <= MOST_REPEATS:
        yield "/repeat/count", f"must be from 1 to {MOST_REPEATS} times"
    in_days = repeat.unit is Interval.DAYS
    least = LEAST_REPEAT_DAYS if in_days else 1
    most = MOST_DELAY_DAYS if in_days else 12
    if not least <= repeat.every <= most:
        yield "/repeat/every", f"must be from {least} to {most} {repeat.unit}"


def _of_deadline(step: Step, days: int) -> Iterator[Problem]:
    if not step.key.is_reminder or not step.channel.is_message:
        yield "/deadline_days", "only a reminder that is a message names a deadline"
    if not 1 <= days <= MOST_DELAY_DAYS:
        yield "/deadline_days", f"must be from 1 to {MOST_DELAY_DAYS} days"


def _has(text: str | None) -> bool:
    return bool(text and text.strip())


def _escaped(name: str) -> str:
    """Spell a name as a part of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


_FORMAL = (Channel.LETTER, Channel.REGISTERED_LETTER, Channel.EMAIL)
_AFTER_A_REMINDER = (Anchor.PREVIOUS_REMINDER, Anchor.NAMED_REMINDER)
_DATES = frozenset({Anchor.DUE_DATE, Anchor.ISSUE_DATE})
_ANCHORS: Mapping[StepKey, frozenset[Anchor]] = {
    StepKey.PRE_DUE: _DATES,
    # "After the reminder before" has no sense for the first: it counts from the due date.
    StepKey.R1: _DATES,
    **{
        key: _DATES | set(_AFTER_A_REMINDER)
        for key in (StepKey.R2, StepKey.R3, StepKey.R4, StepKey.R5)
    },
    StepKey.THANK_YOU: frozenset({Anchor.PAYMENT_DATE}),
}
_PLACES: Mapping[StepKey, int] = {key: place for place, key in enumerate(_ANCHORS)}
