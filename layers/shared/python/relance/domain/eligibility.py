"""Whether an open debt may move tonight: refusals in order, the first that applies tells (D45)."""

from collections.abc import Callable

from relance.domain.blocking import NOTHING_BLOCKS
from relance.domain.decision import Held
from relance.domain.items import ItemStatus, PaymentMethod
from relance.domain.refusals import (
    below_threshold,
    direct_debit,
    disputed,
    excluded,
    failed,
    finished,
    in_doubt,
    incomplete_ledger,
    no_debit_balance,
    no_due_date,
    no_scenario,
    not_yet,
    nothing_due,
    open_action,
    own_day_ahead,
    promised,
    stopped,
    tenant_paused,
)
from relance.domain.situation import Case, Situation

Rule = Callable[[Case, Situation], Held | None]


def refusal(case: Case, situation: Situation, rules: tuple[Rule, ...] | None = None) -> Held | None:
    """Return the first reason why the case's step may not go tonight, None when it may.

    `rules` are those of `rules_for(situation)`, which a caller with many cases finds once.
    """
    for rule in rules or rules_for(situation):
        held = rule(case, situation)
        if held is not None:
            return held
    return None


def standing_refusal(case: Case, situation: Situation) -> Held | None:
    """Return the first reason why its step should not even wait for someone (D17).

    What is on a person's list stays there inside a contact delay, and is not held by itself.
    """
    return refusal(case, situation, rules=STANDING_RULES)


def rules_for(situation: Situation) -> tuple[Rule, ...]:
    """Return the rules that can hold anything in this situation: the same first one is found."""
    if not _is_calm(situation):
        return RULES
    return _PLAIN_RULES if _is_plain(situation) else _CALM_RULES


def _is_calm(situation: Situation) -> bool:
    """Tell whether a plan goes on without a pause, blocks, actions under way or a part missing."""
    facts = situation.facts
    return (
        situation.plan is not None
        and not facts.rules.paused
        and facts.customer.incomplete_since is None
        and not situation.contacts.under_way
        and situation.blocking is NOTHING_BLOCKS
    )


def _is_plain(situation: Situation) -> bool:
    """Tell whether all debts are active, due some day, to be paid by hand and worth a message."""
    for currency, standing in situation.standings.items():
        if standing.credits or standing.net < situation.threshold(currency):
            return False
    for case in situation.cases.values():
        item = case.item
        if (
            case.due is None
            or item.status is not ItemStatus.ACTIVE
            or item.method is not PaymentMethod.MANUAL
        ):
            return False
    return True


RULES: tuple[Rule, ...] = (
    excluded,
    nothing_due,
    direct_debit,
    no_due_date,
    no_scenario,
    tenant_paused,
    incomplete_ledger,
    stopped,
    disputed,
    promised,
    in_doubt,
    failed,
    open_action,
    finished,
    not_yet,
    no_debit_balance,
    below_threshold,
)

# Without a plan missing, a pause, an account in part, blocks and actions under way these hold
# nothing.
_TROUBLES = (
    no_scenario,
    tenant_paused,
    incomplete_ledger,
    stopped,
    disputed,
    promised,
    in_doubt,
    failed,
    open_action,
)
_CALM_RULES = tuple(rule for rule in RULES if rule not in _TROUBLES)


def _days_ahead(case: Case, situation: Situation) -> Held | None:
    """Ask the rules about days, unless all of them lie behind: then none of these holds."""
    on, day, overdue_on = situation.on, case.day, case.overdue_on
    if day and on >= day and overdue_on and on >= overdue_on and not case.notice:
        return None
    return refusal(case, situation, rules=(nothing_due, finished, not_yet))


# On an account without credits, not below any threshold, of nothing but active debts with due
# dates, to be paid by hand, days alone can hold something.
_PLAIN_RULES = (_days_ahead,)

# An import in trouble takes nothing off anybody's list: it is no fact about the debtor.
STANDING_RULES = tuple(
    own_day_ahead if rule is not_yet else rule
    for rule in RULES
    if rule not in (incomplete_ledger, failed, open_action)
)

# What a campaign obeys, too (D44).
CAMPAIGN_RULES = (excluded, direct_debit, tenant_paused, stopped, disputed, promised)
