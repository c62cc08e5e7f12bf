"""Which reminders share a message or task (D13, D17, D18, D25)."""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from relance.domain.actions import Action, ActionState
from relance.domain.decision import Hold
from relance.domain.facts import Facts
from relance.domain.items import Item, ItemStatus
from relance.domain.scenario import Channel, Grouping, Step, StepKey
from tests.reference.account import account_of
from tests.reference.blocks import undisputed
from tests.reference.days import due_day, is_open
from tests.reference.holds import action_hold, outside_hold
from tests.reference.past import next_reminder, own_day, past_of
from tests.reference.wave import above_ceiling, in_first_wave

Held = dict[str, tuple[Hold, date | None]]


class Way(Enum):
    """How something reaches the debtor: by itself, after a person's yes, by a person."""

    SENT = "sent"
    CONFIRMED = "confirmed"
    DONE = "done"


def way_of(step: Step) -> Way:
    """Return how a step is carried out (S4)."""
    if not step.channel.is_message:
        return Way.DONE
    return Way.SENT if step.automatic else Way.CONFIRMED


def way_of_reminder(item: Item, facts: Facts, on: date) -> Way:
    """Return how an item's own step is carried out, the first wave and ceilings minded."""
    way = way_of(step_of(item, facts))
    net = account_of(facts, item.currency, on).net
    must = in_first_wave(item, facts) or above_ceiling(net, item.currency, facts, on)
    return Way.CONFIRMED if way is Way.SENT and must else way


def _oldest_of_wave(members: list[Item], facts: Facts) -> date | None:
    days = [due_day(item, facts) for item in members]
    if not all(in_first_wave(item, facts) for item in members):
        return None
    return min([day for day in days if day is not None], default=None)


@dataclass(slots=True, kw_only=True)
class Draft:
    """A message or task that could go tonight; `since` is the day from which it could have."""

    currency: str
    step: Step
    way: Way
    items: dict[str, StepKey]
    since: date
    listed: set[str]
    oldest: date | None = None
    joins: str | None = None

    def waits_for_window(self, facts: Facts, on: date) -> bool:
        """Tell whether its channel is closed: a yes to be given or an open task waits for none."""
        if self.way is Way.CONFIRMED or self.joins is not None:
            return False
        return not is_open(self.step.channel, on, facts)


def drafts_of(movable: list[Item], facts: Facts, held: Held, on: date) -> list[Draft]:
    """Return the reminders and tasks that these items make; reference mode holds all but one."""
    drafts = []
    for currency in sorted({item.currency for item in movable}):
        items = [item for item in movable if item.currency == currency]
        if facts.scenario and facts.scenario.grouping is Grouping.REFERENCE_ITEM:
            carrier = carrier_of(currency, facts, on)
            for item in items:
                if carrier is None or item.id != carrier.id:
                    held[item.id] = Hold.GROUPED_LATER, None
            items = [item for item in items if carrier is not None and item.id == carrier.id]
        drafts += _of_currency(items, currency, facts, held, on)
    return drafts


def carrier_of(currency: str, facts: Facts, on: date) -> Item | None:
    """Return the oldest overdue item that can be chased and has a step left (D18, D25)."""
    contenders = _chased(currency, facts, on)
    return min(
        contenders,
        key=lambda item: (due_day(item, facts), -item.residual, item.number),
        default=None,
    )


def _chased(currency: str, facts: Facts, on: date) -> list[Item]:
    tolerance = account_of(facts, currency, on).tolerance
    found = []
    for item in facts.items:
        if item.currency != currency or undisputed(item, facts, on) < tolerance:
            continue
        if outside_hold(item, facts, on) is not None:
            continue
        if action_hold(item, facts.actions, on) is Hold.IN_DOUBT:
            continue
        assert facts.scenario is not None
        if next_reminder(past_of(item, facts.actions), facts.scenario) is not None:
            found.append(item)
    return found


def _of_currency(
    items: list[Item], currency: str, facts: Facts, held: Held, on: date
) -> list[Draft]:
    scenario = facts.scenario
    assert scenario is not None
    groups: dict[tuple[Way, StepKey | None], list[Item]] = {}
    for item in items:
        step = step_of(item, facts)
        alone = scenario.grouping is Grouping.LEVEL or _travels_alone(step, facts)
        way = way_of_reminder(item, facts, on)
        own = step.key if alone and way is not Way.DONE else None
        groups.setdefault((way, own), []).append(item)
    return [_draft(members, way, facts, held, on) for (way, _), members in groups.items()]


def _travels_alone(step: Step, facts: Facts) -> bool:
    """A registered letter, a formal notice, the last reminder carry only their own (D18)."""
    assert facts.scenario is not None
    last = facts.scenario.reminders[-1]
    registered = step.channel is Channel.REGISTERED_LETTER
    return registered or step.formal_notice or step.key is last.key


def step_of(item: Item, facts: Facts) -> Step:
    assert facts.scenario is not None
    step = next_reminder(past_of(item, facts.actions), facts.scenario)
    assert step is not None
    return step


def _draft(members: list[Item], way: Way, facts: Facts, held: Held, on: date) -> Draft:
    currency = members[0].currency
    steps = {item.id: step_of(item, facts) for item in members}
    highest = max(steps.values(), key=lambda step: step.key.level)
    joined = _joined(highest, way, currency, facts)
    draft = Draft(
        currency=currency,
        step=highest,
        way=way,
        items={item: step.key for item, step in steps.items()},
        since=min(
            own_day(steps[item.id], item, past_of(item, facts.actions), facts, on)
            for item in members
        ),
        listed=set(steps) | _also_listed(highest, way, currency, facts, held, on),
        oldest=_oldest_of_wave(members, facts),
    )
    if joined is not None:
        draft.joins = joined.id
        if joined.step.level > highest.key.level:
            step = facts.scenario.step(joined.step) if facts.scenario else None
            draft.step = step or highest
    return draft


def _joined(step: Step, way: Way, currency: str, facts: Facts) -> Action | None:
    """Return the open task or unconfirmed message that this joins (D17)."""
    scenario = facts.scenario
    assert scenario is not None
    for action in sorted(facts.actions, key=lambda action: action.id):
        if action.currency != currency or not action.step.is_reminder:
            continue
        if way is Way.DONE and action.state is ActionState.OPEN:
            return action
        if way is Way.CONFIRMED and action.state is ActionState.TO_CONFIRM:
            theirs = scenario.step(action.step)
            level = scenario.grouping is Grouping.LEVEL
            if level or _travels_alone(step, facts) or theirs is None:
                if action.step is step.key:
                    return action
            elif not _travels_alone(theirs, facts):
                return action
    return None


def _also_listed(
    step: Step, way: Way, currency: str, facts: Facts, held: Held, on: date
) -> set[str]:
    """Return what a reminder shows without advancing it (D17, D18, D25)."""
    scenario = facts.scenario
    assert scenario is not None
    whole = scenario.grouping in (Grouping.ACCOUNT, Grouping.REFERENCE_ITEM)
    if way is Way.DONE or (whole and not _travels_alone(step, facts)):
        return {
            item.id
            for item in facts.items
            if item.currency == currency
            and not item.kind.is_credit
            and item.status is ItemStatus.ACTIVE
            and undisputed(item, facts, on) > 0
        }
    own = scenario.grouping is Grouping.LEVEL or _travels_alone(step, facts)
    account = account_of(facts, currency, on)
    return {
        item.id
        for item in facts.items
        if item.currency == currency
        and undisputed(item, facts, on) < account.tolerance
        and held.get(item.id, (None, None))[0] is Hold.BELOW_THRESHOLD
        and (
            step_of(item, facts).key is step.key
            or not (own or _travels_alone(step_of(item, facts), facts))
        )
        and way_of_reminder(item, facts, on) is way
    }
