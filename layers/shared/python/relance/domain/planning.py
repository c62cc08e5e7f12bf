"""What to do tonight for one customer: a pure function of its facts and the day."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from relance.domain.actions import Action
from relance.domain.decision import Decision, DueAction, Held, Hold
from relance.domain.dispatch import Dispatch, dispatch
from relance.domain.eligibility import refusal, rules_for
from relance.domain.facts import Facts
from relance.domain.first_wave import hold_back, in_first_wave
from relance.domain.follow_ups import FollowUps, follow_ups
from relance.domain.grouping import Draft, drafts_of, keep_the_carrier
from relance.domain.items import Item, ItemStatus
from relance.domain.message import due_action, due_follow_up, due_thanks
from relance.domain.notices import notices
from relance.domain.plan import Plan
from relance.domain.schedule import DAY
from relance.domain.situation import Case, Situation, situation_of
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
    found = _sorted(situation)
    due = _due(found, situation)
    beside = follow_ups(situation)
    held = _in_listed_order(found.held, found.held_later, situation)
    busy = bool(due or withdrawn or beside.due)
    next_date = on + DAY if busy else _next_date(held, beside, situation)
    tasks = tuple([due_follow_up(each, situation) for each in beside.due])
    return Decision(tuple(due), tasks, held, withdrawn, tuple(found.gone), next_date)


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


class _Sorted:
    """The live items by what is to become of them; `small` are below the tolerance (D25).

    `held` come in the order of the items, `held_later` as the sorting goes on. `gone` are settled
    with nothing more to decide. `on_their_way` are those that may carry a plan in reference mode.
    """

    def __init__(self) -> None:
        self.reminders: list[Case] = []
        self.notices: list[Case] = []
        self.small: list[Case] = []
        self.on_their_way: list[Case] = []
        self.held: list[Held] = []
        self.held_later: list[Held] = []
        self.settled: list[Item] = []
        self.gone: list[str] = []


def _sorted(situation: Situation) -> _Sorted:
    found = _Sorted()
    cases, rules = situation.cases, rules_for(situation)
    any_is_small, has_carriers = situation.any_is_small, situation.has_carriers
    for item in situation.items:
        case = cases.get(item.id)
        if case is None:
            _sort_other(item, found)
            continue
        held = refusal(case, situation, rules)
        small = any_is_small and situation.is_small(item)
        if has_carriers and not (case.notice or small) and _may_carry(case, held, situation):
            found.on_their_way.append(case)
        if held is not None:
            found.held.append(held)
        elif small:
            _sort_small(case, found)
        elif case.notice:
            found.notices.append(case)
        else:
            found.reminders.append(case)
        if item.paid_on is not None and is_nearly_paid(item, situation):
            found.settled.append(item)
    return found


def _sort_other(item: Item, found: _Sorted) -> None:
    """Sort what is no open debt: a credit, or an item of which nothing is open."""
    if item.residual > 0:
        found.held.append(Held(item.id, Hold.CREDIT, "it is netted, never chased"))
    elif item.kind.is_credit or item.status is not ItemStatus.ACTIVE:
        found.gone.append(item.id)
    else:
        found.settled.append(item)


def _sort_small(case: Case, found: _Sorted) -> None:
    """Sort a debt below the tolerance, which nothing else holds (D25)."""
    found.small.append(case)
    until = case.overdue_on if case.notice else None
    detail = "it is below the tolerance: listed, not chased"
    found.held.append(Held(case.item.id, Hold.BELOW_THRESHOLD, detail, until))


def _may_carry(case: Case, held: Held | None, situation: Situation) -> bool:
    """Tell whether an item is on its way through the plan, or was until today (D11, D18).

    When its last step went today the next item takes over tomorrow.
    """
    if held is None or held.hold in _ON_ITS_WAY:
        return True
    last = case.progress.last_completion(case.progress.level)
    return held.hold is Hold.FINISHED and last is not None and last >= situation.on


def _due(found: _Sorted, situation: Situation) -> list[DueAction]:
    """Return what leaves or is opened tonight, and note in `found` what that holds or settles."""
    due: list[DueAction] = []
    plan = situation.plan
    if plan is None or not found.reminders:
        outgoing = Dispatch()
    else:
        outgoing = dispatch(_reminders(found, situation, plan), situation, plan)
        hold_back(outgoing, situation)
        found.held_later += outgoing.held
        due += [due_action(draft, situation, outgoing) for draft in outgoing.leaving]
    if plan is not None and found.notices:
        announced = notices(found.notices, found.small, outgoing, situation, plan)
        found.held_later += announced.held
        due += [due_action(draft, situation, outgoing) for draft in announced.leaving]
    if found.settled:
        reminded = outgoing.reminds or situation.contacts.reminder_left_today()
        due += _due_thanks(found, situation, reminded=reminded)
    return due


def _due_thanks(found: _Sorted, situation: Situation, *, reminded: bool) -> list[DueAction]:
    thanked = thanks(found.settled, situation, reminded=reminded)
    found.gone += thanked.settled
    if thanked.open:
        found.held = _with_nearly_paid(found.held, thanked)
        found.held_later = _with_nearly_paid(found.held_later, thanked)
    found.held_later += thanked.held
    step = situation.plan.thanks if situation.plan else None
    if step is None:
        return []
    return [due_thanks(each, step, situation) for each in thanked.by_currency]


def _with_nearly_paid(held: list[Held], thanked: Thanks) -> list[Held]:
    """Keep one end for each item paid to below the tolerance: thanked tonight, or still held.

    One that waits to be thanked for keeps the reason of the debt, and may move when the first of
    the two lets it (D34).
    """
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


def _reminders(found: _Sorted, situation: Situation, plan: Plan) -> list[Draft]:
    drafts = []
    small = [case for case in found.small if not case.notice]
    for currency, cases in _by_currency(found.reminders, situation).items():
        if situation.has_carriers:
            chaseable = [case for case in found.on_their_way if case.item.currency == currency]
            cases, later = keep_the_carrier(cases, chaseable, tomorrow=situation.on + DAY)
            found.held_later += later
        listed = [case for case in small if case.item.currency == currency]
        ceiling = situation.ceiling(currency)
        high = ceiling is not None and situation.standings[currency].net > ceiling
        confirm = {
            case.item.id
            for case in (*cases, *listed)
            if high or (case.item.first_sync and in_first_wave(case))
        }
        drafts += drafts_of(cases, listed, situation, plan, confirm=confirm)
    return drafts


def _by_currency(cases: list[Case], situation: Situation) -> dict[str, list[Case]]:
    if len(situation.standings) == 1:
        return dict.fromkeys(situation.standings, cases)
    found: dict[str, list[Case]] = {}
    for case in cases:
        found.setdefault(case.item.currency, []).append(case)
    return found


def _in_listed_order(
    held: Sequence[Held], later: Sequence[Held], situation: Situation
) -> tuple[Held, ...]:
    """Return both in the order of the items, in which `held` come already."""
    if not later:
        return tuple(held)
    place = {item.id: index for index, item in enumerate(situation.items)}
    return tuple(sorted((*held, *later), key=lambda each: place[each.item]))


def _next_date(held: Iterable[Held], beside: FollowUps, situation: Situation) -> date | None:
    tomorrow = situation.on + DAY
    days = (*[each.until for each in held], beside.until, *situation.blocking.changes)
    return min((max(day, tomorrow) for day in days if day is not None), default=None)
