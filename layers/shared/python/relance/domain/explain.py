"""Why each item moves tonight or doesn't, from the code that decides (C7, D45)."""

from dataclasses import dataclass
from datetime import date, timedelta

from relance.domain.actions import Send
from relance.domain.decision import Held, Hold
from relance.domain.facts import Facts
from relance.domain.items import Item
from relance.domain.planning import decide
from relance.domain.scenario import StepKey
from relance.domain.situation import Situation, case_of, situation_of

# How far ahead, and over how many days without anything, the next event is looked for.
_FARTHEST = timedelta(days=730)
_MOST_LOOKS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemExplanation:
    """What a run of the day makes of one item and why.

    `hold` is what holds it, None when its step goes or nothing more is to be decided; `rule` is the
    id of the rule that holds it or lets it go. `detail` is a sentence, `until` the first day on
    which it may move, when known.
    `due` is its effective due date (D4), `level` that of its last completed reminder, `next_step`
    the step that comes next.
    """

    item: str
    number: str
    due: date | None
    level: int
    next_step: StepKey | None
    hold: Hold | None
    rule: str
    detail: str
    until: date | None


def explanation(facts: Facts, on: date) -> tuple[ItemExplanation, ...]:
    """Explain the decision of tenant day `on`, one entry a live item, oldest due first."""
    decision = decide(facts, on=on)
    situation = situation_of(facts, on=on)
    sends = {send.item: send for action in decision.due for send in action.sends}
    held = {each.item: each for each in decision.held}
    return tuple(
        _entry(item, sends.get(item.id), held.get(item.id), situation) for item in situation.items
    )


def next_event(facts: Facts, on: date) -> date | None:
    """Return the first day from `on` on which a run will do something for the customer (C7).

    That is to send, open, withdraw or archive, if no fact changes until then; None when nothing
    will happen before new facts come, or within the time that is looked ahead.
    """
    day: date | None = on
    for _ in range(_MOST_LOOKS):
        if day is None or day > on + _FARTHEST:
            break
        decision = decide(facts, on=day)
        if decision.due or decision.follow_ups or decision.withdrawals or decision.settled:
            return day
        day = decision.next_date
    return None


def _entry(
    item: Item, send: Send | None, held: Held | None, situation: Situation
) -> ItemExplanation:
    level = situation.progress_of(item.id).level
    hold: Hold | None = None
    until: date | None = None
    step: StepKey | None = None
    if send is not None:
        step = send.step
        rule, detail = _let_through(send, item, situation)
    elif held is not None:
        hold, rule, detail, until = held.hold, held.hold.rule, held.detail, held.until
        step = _next_step(item, situation)
    else:
        rule, detail = "D34", "it is settled and nothing more is to be sent"
    return ItemExplanation(
        item=item.id,
        number=item.number,
        due=situation.dues[item.id],
        level=level,
        next_step=step,
        hold=hold,
        rule=rule,
        detail=detail,
        until=until,
    )


def _let_through(send: Send, item: Item, situation: Situation) -> tuple[str, str]:
    """Return the rule that lets an item's step go, and a sentence."""
    name = _name(send.step, situation)
    if not send.step.is_reminder:
        return ("D34" if send.step is StepKey.THANK_YOU else "D5"), f"{name} is due"
    day = case_of(item, situation).day
    return "D2", f"{name} is due since {day}" if day else f"{name} is due"


def _name(key: StepKey, situation: Situation) -> str:
    step = situation.plan.scenario.step(key) if situation.plan else None
    return step.name if step else key.value


def _next_step(item: Item, situation: Situation) -> StepKey | None:
    if item.kind.is_credit:
        return None
    if item.residual <= 0:
        thanks = situation.plan.thanks if situation.plan else None
        return thanks.key if thanks else None
    step = case_of(item, situation).step
    return step.key if step else None
