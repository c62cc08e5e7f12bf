"""Days as the rules count them (D3, D4, D6, D10, D14), one after the other."""

from datetime import date, timedelta

from relance.domain.facts import Facts
from relance.domain.items import Item
from relance.domain.scenario import Anchor, Channel, Scenario, Step
from relance.domain.terms import Terms, TermsBase

DAY = timedelta(days=1)


def last_of_month(day: date) -> date:
    """Return the last day of the month."""
    while (day + DAY).month == day.month:
        day += DAY
    return day


def legal_due(item: Item, facts: Facts) -> date | None:
    """Return when the item falls due by the ledger, else by the terms that apply (D4)."""
    if item.due is not None:
        return item.due
    terms = facts.customer.terms or facts.rules.terms
    return None if terms is None else _by_terms(item.issued, terms)


def _by_terms(issued: date, terms: Terms) -> date:
    net = timedelta(days=terms.days)
    if terms.base is TermsBase.NET:
        return issued + net
    if terms.base is TermsBase.NET_THEN_MONTH_END:
        return last_of_month(issued + net)
    return last_of_month(issued) + net


def due_day(item: Item, facts: Facts) -> date | None:
    """Return the due date that the scenario's steps count from, no earlier than usual (D38)."""
    due, usual = legal_due(item, facts), facts.customer.usual_term
    if usual is None and facts.scenario is not None:
        usual = facts.scenario.usual_term
    if due is None or usual is None:
        return due
    return max(due, item.issued + usual * DAY)


def is_open(channel: Channel, day: date, facts: Facts) -> bool:
    """Tell whether the channel's window is open on this day (D6)."""
    weekdays = facts.rules.windows.weekdays.get(channel, frozenset(range(7)))
    return day not in facts.closed_days and day.weekday() in weekdays


def is_working_day(day: date, facts: Facts) -> bool:
    """Monday to Friday, no public holiday."""
    return day.weekday() <= 4 and day not in facts.closed_days


def working_days_after(day: date, count: int, facts: Facts) -> date:
    """Return the working day that comes `count` working days after `day`."""
    while count:
        day += DAY
        count -= is_working_day(day, facts)
    return day


def months_after(day: date, count: int) -> date:
    """Return the same day some months later, or that month's last day when it has none such."""
    month = day.replace(day=1)
    for _ in range(count):
        month = last_of_month(month) + DAY
    return min(month + (day.day - 1) * DAY, last_of_month(month))


def moved(day: date, step: Step) -> date:
    """Return `day` plus the step's offset, to the end of the month if the step says so (D10)."""
    day += step.offset_days * DAY
    return last_of_month(day) if step.end_of_month else day


def begins_on_due_day(scenario: Scenario) -> bool:
    """Tell whether the plan's first active reminder goes on the due day itself (D3)."""
    reminders = scenario.reminders
    return bool(reminders) and goes_on_due_day(reminders[0])


def goes_on_due_day(step: Step) -> bool:
    """Offset 0 from the due date means "on the due day" (D3)."""
    return step.anchor is Anchor.DUE_DATE and step.offset_days == 0


def is_overdue(due: date, on: date, scenario: Scenario | None) -> bool:
    """Late from the next day; from the due day when reminders begin on it (D3, D5, D22)."""
    if scenario is not None and begins_on_due_day(scenario):
        return on >= due
    return on > due
