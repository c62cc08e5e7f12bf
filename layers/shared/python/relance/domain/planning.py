"""What to do tonight for one customer: a pure function of its facts and the day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from relance.domain.decision import Decision, DueAction, Held, Hold
from relance.domain.dispatch import Dispatch, dispatch
from relance.domain.eligibility import Rule, refusal, rules_for
from relance.domain.facts import Action, Facts, Item, ItemStatus
from relance.domain.first_wave import hold_back, in_first_wave
from relance.domain.follow_ups import follow_ups
from relance.domain.grouping import Draft, drafts_of, keep_the_carrier
from relance.domain.message import due_action, due_follow_up, due_thanks
from relance.domain.notices import notices
from relance.domain.scenario import Grouping
from relance.domain.schedule import DAY, Plan
from relance.domain.situation import Case, Situation, case_of, situation_of
from relance.domain.thanks import Thanks, is_nearly_paid, thanks
from relance.domain.withdrawal import withdrawals, without

# Holds under which an item is still on its way and so may carry the plan (D18, reference item).
_ON_ITS_WAY = frozenset({Hold.NOT_YET, Hold.OPEN_ACTION, Hold.IN_DOUBT, Hold.FAILED})


def decide(facts: Facts, *, on: date) -> Decision:
    """Decide what is due, held, withdrawn and settled for one customer on tenant day `on`.

    Every live item ends in exactly one of `due` (its own step goes, among the sends), `held` or
    `settled`. Withdrawals are to be carried out first: the rest is decided as if they were. Once
    a plan is carried out, deciding again on the same day finds nothing more to do.
    """
    situation = situation_of(facts, on=on)
    withdrawn = withdrawals(situation)
    if withdrawn:
        situation = situation_of(without(facts, withdrawn), on=on)
    sorted_ = _sorted(situation)
    plan = situation.plan
    outgoing = Dispatch()
    due: list[DueAction] = []
    held = sorted_.held
    if plan is not None:
        outgoing = dispatch(_reminders(sorted_, situation, plan), situation, plan)
        hold_back(outgoing, situation)
        announced = notices(sorted_.notices, sorted_.small, outgoing, situation, plan)
        held += outgoing.held + announced.held
        due += [due_action(draft, situation, outgoing) for draft in outgoing.leaving]
        due += [due_action(draft, situation, outgoing) for draft in announced.leaving]
    reminded = outgoing.reminds or situation.contacts.reminder_left_today()
    thanked = thanks(sorted_.settled, situation, reminded=reminded)
    held = _with_nearly_paid(held + thanked.held, thanked)
    if plan is not None and plan.thanks is not None:
        due += [due_thanks(each, plan.thanks, situation) for each in thanked.by_currency]
    beside = follow_ups(situation)
    busy = bool(due or withdrawn or beside.due)
    days = (*[each.until for each in held], beside.until, *situation.blocking.changes)
    return Decision(
        due=tuple(due),
        follow_ups=tuple([due_follow_up(each, situation) for each in beside.due]),
        held=_in_listed_order(held, situation),
        withdrawals=withdrawn,
        settled=(*sorted_.gone, *thanked.settled),
        next_date=on + DAY if busy else _next_date(days, on),
    )


def reconsider(facts: Facts, action: Action, *, on: date) -> DueAction | None:
    """Return what `action`, a message that waits for a person, would be if decided on `on` (D32).

    None when nothing of it may leave that day: its items are paid, held or inside the minimum
    contact delay. Compare the sends with the action's own to see whether it changed.
    """
    others = tuple(each for each in facts.actions if each.id != action.id)
    wanted = {(send.item, send.step) for send in action.sends}
    return next(
        (
            due
            for due in decide(replace(facts, actions=others), on=on).due
            if wanted & {(send.item, send.step) for send in due.sends}
        ),
        None,
    )


@dataclass(slots=True)
class _Sorted:
    """The live items by what is to become of them; `small` are below the tolerance (D25)."""

    reminders: list[Case] = field(default_factory=list)
    notices: list[Case] = field(default_factory=list)
    small: list[Case] = field(default_factory=list)
    on_their_way: list[Case] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    settled: list[Item] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)


def _sorted(situation: Situation) -> _Sorted:
    found = _Sorted()
    rules = rules_for(situation)
    for item in situation.items:
        if item.residual <= 0:
            if item.kind.is_credit or item.status is not ItemStatus.ACTIVE:
                found.gone.append(item.id)
            else:
                found.settled.append(item)
        elif item.kind.is_credit:
            found.held.append(
                Held(item=item.id, hold=Hold.CREDIT, detail="it is netted, never chased")
            )
        else:
            _sort_debt(item, situation, found, rules)
            if item.paid_on is not None and is_nearly_paid(item, situation):
                found.settled.append(item)
    return found


def _sort_debt(item: Item, situation: Situation, found: _Sorted, rules: tuple[Rule, ...]) -> None:
    case = case_of(item, situation)
    held = refusal(case, situation, rules=rules)
    tolerance = situation.facts.rules.tolerance(item.currency)
    small = tolerance > 0 and situation.asked(item) < tolerance
    carries = held is None or held.hold in _ON_ITS_WAY or _finished_today(case, held, situation)
    if carries and not case.notice and not small:
        found.on_their_way.append(case)
    if held is not None:
        found.held.append(held)
    elif small:
        found.small.append(case)
        detail = "it is below the tolerance: listed, not chased"
        until = case.overdue_on if case.notice else None
        found.held.append(Held(item=item.id, hold=Hold.BELOW_THRESHOLD, detail=detail, until=until))
    elif case.notice:
        found.notices.append(case)
    else:
        found.reminders.append(case)


def _with_nearly_paid(held: list[Held], thanked: Thanks) -> list[Held]:
    """Keep one end for each item paid to below the tolerance: thanked tonight, or still held.

    One that waits to be thanked for keeps the reason of the debt, and may move when the first of
    the two lets it (D34).
    """
    if not thanked.open:
        return held
    going = {item.id for items in thanked.due.values() for item in items}
    kept = []
    for each in held:
        if each.item in thanked.open:
            if each.item in going:
                continue
            days = [day for day in (each.until, thanked.open[each.item]) if day is not None]
            each = replace(each, until=min(days, default=None))
        kept.append(each)
    return kept


def _finished_today(case: Case, held: Held, situation: Situation) -> bool:
    """Tell whether its last step went today: the next item takes over tomorrow (D11)."""
    last = case.progress.last_completion(case.progress.level)
    return held.hold is Hold.FINISHED and last is not None and last >= situation.on


def _reminders(found: _Sorted, situation: Situation, plan: Plan) -> list[Draft]:
    drafts = []
    small = [case for case in found.small if not case.notice]
    for currency, cases in _by_currency(found.reminders).items():
        if plan.scenario.grouping is Grouping.REFERENCE_ITEM:
            chaseable = [case for case in found.on_their_way if case.item.currency == currency]
            cases, later = keep_the_carrier(cases, chaseable, tomorrow=situation.on + DAY)
            found.held += later
        listed = [case for case in small if case.item.currency == currency]
        ceiling = situation.ceiling(currency)
        high = ceiling is not None and situation.standings[currency].net > ceiling
        every = (*cases, *listed)
        confirm = {
            case.item.id for case in every if high or (case.item.first_sync and in_first_wave(case))
        }
        drafts += drafts_of(cases, listed, situation, plan, confirm=confirm)
    return drafts


def _by_currency(cases: Iterable[Case]) -> dict[str, list[Case]]:
    found: dict[str, list[Case]] = {}
    for case in cases:
        found.setdefault(case.item.currency, []).append(case)
    return found


def _in_listed_order(held: Sequence[Held], situation: Situation) -> tuple[Held, ...]:
    if len(held) < 2:
        return tuple(held)
    place = {item.id: index for index, item in enumerate(situation.items)}
    return tuple(sorted(held, key=lambda each: place[each.item]))


def _next_date(days: Iterable[date | None], on: date) -> date | None:
    return min((max(day, on + DAY) for day in days if day is not None), default=None)
