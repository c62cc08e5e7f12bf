"""The facts of one customer, arranged for a decision of one day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from relance.domain.actions import Action, in_order
from relance.domain.blocking import Blocking, blocking_of
from relance.domain.calendar import due_date, reckonable
from relance.domain.contacts import Contacts, contacts_of
from relance.domain.facts import Facts
from relance.domain.items import Item, ItemStatus, PaymentMethod
from relance.domain.plan import Plan, plan_of
from relance.domain.postponement import can_be_postponed, notice_postponed, postponed
from relance.domain.progress import UNTOUCHED, Progress, progress_by_item
from relance.domain.repeats import Rounds, next_round, rounds_of
from relance.domain.scenario import Channel, Grouping, Step, StepKey
from relance.domain.schedule import DAY, first_chaseable_day, gap, notice_day, step_day
from relance.domain.standing import Standing, standings


@dataclass(slots=True)
class Situation:
    """What a decision looks at, derived once from the facts.

    `items` are in the order in which they are listed: oldest due first. `dues` are effective due
    dates by item id (D4, D38). `reminders_from` and `notices_from` are the days from which the
    minimum contact delay leaves room for a reminder or a pre-due notice, None for any day (D14).
    `cases` are those of the open debts, by item id, oldest due first.
    """

    facts: Facts
    on: date
    plan: Plan | None
    items: tuple[Item, ...]
    dues: Mapping[str, date | None]
    progress: Mapping[str, Progress]
    standings: Mapping[str, Standing]
    contacts: Contacts
    blocking: Blocking
    rounds: Rounds
    reminders_from: date | None
    notices_from: date | None
    cases: dict[str, "Case"] = field(default_factory=dict)
    _overdue_next: dict[str, date | None] = field(default_factory=dict)

    def progress_of(self, item: str) -> Progress:
        """Return how far an item is."""
        return self.progress.get(item, UNTOUCHED)

    def is_open(self, channel: Channel, day: date) -> bool:
        """Tell whether something may leave by this channel on that day (D6)."""
        return self.facts.rules.windows.is_open(channel, day, closed=self.facts.closed_days)

    def next_open(self, channel: Channel, day: date) -> date:
        """Return the channel's first open day from `day` on."""
        return self.facts.rules.windows.next_open(channel, day, closed=self.facts.closed_days)

    def last_open(self, channel: Channel, day: date) -> date:
        """Return the channel's last open day up to `day`."""
        return self.facts.rules.windows.last_open(channel, day, closed=self.facts.closed_days)

    def threshold(self, currency: str) -> int:
        """Return the amount below which nothing is sent (D25), in minor units."""
        minimum = self.plan.scenario.minimums.get(currency, 0) if self.plan else 0
        return max(self.facts.rules.tolerance(currency), minimum)

    def ceiling(self, currency: str) -> int | None:
        """Return the amount above which a message must be confirmed (D25), in minor units."""
        return self.plan.scenario.ceilings.get(currency) if self.plan else None

    def asked(self, item: Item) -> int:
        """Return what is asked for of an item: what is open and not disputed (D29)."""
        return item.residual - self.blocking.disputed.get(item.id, 0)

    @property
    def any_is_small(self) -> bool:
        """Whether there is a tolerance that an item could be below (D25)."""
        rules = self.facts.rules
        return bool(rules.default_tolerance or rules.tolerances)

    def is_small(self, item: Item) -> bool:
        """Tell whether what is asked for of an item is below the tolerance (D25)."""
        return self.asked(item) < self.facts.rules.tolerance(item.currency)

    @property
    def has_carriers(self) -> bool:
        """Whether one item a currency carries the plan (D18, reference item)."""
        return self.plan is not None and self.plan.scenario.grouping is Grouping.REFERENCE_ITEM

    def is_chased(self, item: Item) -> bool:
        """Tell whether it is to be paid by hand, or its debit was rejected (D31)."""
        if item.method is PaymentMethod.MANUAL:
            return True
        return item.rejected_on is not None and item.rejected_on <= self.on

    @property
    def is_stale(self) -> bool:
        """Whether the ledger is older than the tenant lets it be for sending by itself (D32)."""
        limit, synced = self.facts.rules.freshness_days, self.facts.synced_on
        return limit is not None and synced is not None and (self.on - synced).days > limit

    def is_overdue(self, item: Item) -> bool:
        """Tell whether the debit test counts this debt as overdue (D3, D22)."""
        due = self.dues[item.id]
        if due is None:
            return False
        return due <= self.on if self.begins_on_due_day else due < self.on

    def next_overdue(self, currency: str) -> date | None:
        """Return the next later day on which a debt in this currency becomes overdue."""
        if currency not in self._overdue_next:
            self._overdue_next[currency] = self._find_next_overdue(currency)
        return self._overdue_next[currency]

    def _find_next_overdue(self, currency: str) -> date | None:
        ahead = (
            due if self.begins_on_due_day else due + DAY
            for item in self.items
            if item.currency == currency
            and not item.kind.is_credit
            and item.status is ItemStatus.ACTIVE
            and item.residual > 0
            and (due := self.dues[item.id]) is not None
        )
        return min((day for day in ahead if day > self.on), default=None)

    @property
    def begins_on_due_day(self) -> bool:
        """Whether the plan's first reminder goes on the due day itself (D3)."""
        return self.plan is not None and self.plan.begins_on_due_day


@dataclass(slots=True)
class Case:
    """One open debt, its next step and when that step may go.

    `since` is the step's own day, `day` the one from which the minimum contact delay lets it go
    too (D14). `notice` tells that the step is the pre-due notice: then `day` is the first open day
    that is left to it. `step`, `since`, `day` are None when there is no due date, no plan or no
    step left. `overdue_on` is the first day on which it can be reminded of. `because` says what
    set `since` if it wasn't the step's own dates.
    """

    item: Item
    due: date | None
    progress: Progress
    step: Step | None = None
    since: date | None = None
    day: date | None = None
    notice: bool = False
    overdue_on: date | None = None
    because: str = ""


def situation_of(facts: Facts, *, on: date) -> Situation:
    """Arrange the facts for a decision of tenant day `on`."""
    dues = effective_dues(facts)
    rules = facts.rules
    scenario = facts.scenario if facts.customer.erasure is None else None
    plan = plan_of(scenario, automatic=rules.automatic) if scenario else None
    overdue_from = on + DAY if plan and plan.begins_on_due_day else on
    items = _listed(facts.items, dues)
    actions = _in_order(facts.actions)
    blocking = blocking_of(facts, on=on)
    levels = {item.id: item.level_set for item in items if item.level_set is not None}
    repeats = plan is not None and plan.last is not None and plan.last.repeat is not None
    contacts = contacts_of(actions, on=on)
    rounds = rounds_of(plan.last.key, facts.actions) if plan and plan.last and repeats else {}
    situation = Situation(
        facts,
        on,
        plan,
        items,
        dues,
        progress_by_item(actions, levels),
        standings(items, dues, overdue_from=overdue_from, disputed=blocking.disputed),
        contacts,
        blocking,
        rounds,
        reminders_from=_after_contact(contacts.reminder, plan),
        notices_from=_after_contact(contacts.any, plan),
    )
    situation.cases = {
        item.id: _find_case(item, situation)
        for item in items
        if item.residual > 0 and not item.kind.is_credit
    }
    return situation


def effective_dues(facts: Facts) -> dict[str, date | None]:
    """Return the due date that the scenario counts from, by item id: with the usual term (D38)."""
    terms = facts.customer.terms or facts.rules.terms
    usual = facts.customer.usual_term
    if usual is None and facts.scenario is not None:
        usual = facts.scenario.usual_term
    dues: dict[str, date | None] = {}
    for item in facts.items:
        due = item.due
        if due is None:
            found = due_date(item, terms)
            due = found[0] if found else None
        if due is not None:
            due = reckonable(due)
            if usual is not None:
                due = max(due, reckonable(item.issued) + timedelta(days=usual))
        dues[item.id] = due
    return dues


def case_of(item: Item, situation: Situation) -> Case:
    """Return the next step of an item, a settled one too, and its days."""
    return situation.cases.get(item.id) or _find_case(item, situation)


def _find_case(item: Item, situation: Situation) -> Case:
    due, plan = situation.dues[item.id], situation.plan
    progress = situation.progress.get(item.id, UNTOUCHED)
    case = Case(item, due, progress)
    if due is None:
        return case
    if plan is None:
        case.overdue_on = due + DAY
        return case
    step = plan.following[progress.level]
    case.overdue_on = due + plan.overdue_after[step.key] if step else due + DAY
    if situation.on < due and plan.notice and _take_notice(case, plan.notice, due, situation):
        return case
    if step is None:
        return _repeated(case, due, plan, situation)
    day = step_day(step, plan, progress, due, item.issued)
    if can_be_postponed(item, progress, situation.blocking):
        between = gap(step, plan, due=due, issued=item.issued)
        day, case.because = postponed(
            day, item, progress, situation.blocking, plan, due=due, gap=between
        )
    free = situation.reminders_from
    case.step, case.since = step, day
    case.day = day if free is None or day > free else free
    return case


def _repeated(case: Case, due: date, plan: Plan, situation: Situation) -> Case:
    """Make the last reminder the case's step once more, if it repeats (D15)."""
    found = next_round(case.item, case.progress, plan, situation.rounds)
    if plan.last is None or found is None:
        return case
    day, between = found
    case.step = plan.last
    case.overdue_on = first_chaseable_day(plan.last, plan, due)
    day = max(day, case.overdue_on)
    case.since, case.because = postponed(
        day, case.item, case.progress, situation.blocking, plan, due=due, gap=between
    )
    case.day = _no_earlier(case.since, situation.reminders_from)
    return case


def _take_notice(case: Case, step: Step, due: date, situation: Situation) -> bool:
    """Make the pre-due notice the case's step, unless it went or has no day left (D5, D6)."""
    item, plan = case.item, situation.plan
    target = notice_day(step, due=due, issued=item.issued)
    # One whose date lay before the first sync is dropped (D13).
    before_sync = item.first_sync and item.seen_on is not None and target < item.seen_on
    if plan is None or case.progress.notified or before_sync or target >= due:
        return False
    if item.rejected_on is not None and situation.is_chased(item):
        return False  # a rejected debit comes back at a reminder (D31)
    since = notice_postponed(situation.last_open(step.channel, target), item, situation.blocking)
    pending = case.progress.pending
    if pending is not None and pending.step is StepKey.PRE_DUE:
        day = max(since, situation.on)  # it waits for a person, not for a delay or a window
    else:
        day = max(_no_earlier(since, situation.notices_from), situation.on)
        if step.automatic or not step.channel.is_message:
            day = situation.next_open(step.channel, day)
    if day >= due:
        return False
    case.step, case.since, case.day, case.notice = step, since, day, True
    return True


def _after_contact(contact: date | None, plan: Plan | None) -> date | None:
    """The day from which the minimum contact delay leaves room after the last contact (D14)."""
    return None if contact is None or plan is None else contact + plan.delay


def _no_earlier(day: date, floor: date | None) -> date:
    return day if floor is None or day >= floor else floor


def _in_order(actions: Sequence[Action]) -> Sequence[Action]:
    """Return actions in order if that can tell anything: it does between those under way."""
    under_way = [action for action in actions if action.state.pending]
    return sorted(actions, key=in_order) if len(under_way) > 1 else actions


def _listed(items: Iterable[Item], dues: Mapping[str, date | None]) -> tuple[Item, ...]:
    return tuple(sorted(items, key=lambda item: (dues[item.id] or date.max, item.number, item.id)))
