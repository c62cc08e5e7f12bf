"""Why an open debt may not move tonight: named refusals in order, the first one tells (D45)."""

from collections.abc import Callable
from datetime import date

from relance.domain.blocking import NOTHING_BLOCKS, grace_end, last_day
from relance.domain.decision import Held, Hold
from relance.domain.facts import ActionState, ItemStatus, PaymentMethod
from relance.domain.scenario import Step, StepKey
from relance.domain.schedule import DAY
from relance.domain.situation import Case, Situation
from relance.domain.standing import Standing

Rule = Callable[[Case, Situation], Held | None]


def refusal(
    case: Case, situation: Situation, *, rules: tuple[Rule, ...] | None = None
) -> Held | None:
    """Return the first reason why the case's step may not go tonight, None when it may.

    `rules` are those of `rules_for(situation)`, which a caller with many cases finds once.
    """
    for rule in rules or rules_for(situation):
        held = rule(case, situation)
        if held is not None:
            return held
    return None


def rules_for(situation: Situation) -> tuple[Rule, ...]:
    """Return the rules that can hold anything in this situation: the same first one is found."""
    facts = situation.facts
    calm = (
        situation.plan is not None
        and not facts.rules.paused
        and facts.customer.incomplete_since is None
        and situation.contacts.doubt is None
        and situation.blocking is NOTHING_BLOCKS
        and all(progress.pending is None for progress in situation.progress.values())
    )
    if not calm:
        return RULES
    return _PLAIN_RULES if _is_plain(situation) else _CALM_RULES


def _is_plain(situation: Situation) -> bool:
    """Tell whether all items are active debts with due dates, to be paid by hand."""
    dues = situation.dues
    for item in situation.items:
        if (
            item.status is not ItemStatus.ACTIVE
            or item.method is not PaymentMethod.MANUAL
            or item.kind.is_credit
            or dues[item.id] is None
        ):
            return False
    return True


def standing_refusal(case: Case, situation: Situation) -> Held | None:
    """Return the first reason why its step should not even wait for someone (D17).

    What is on a person's list stays there inside a contact delay, and is not held by itself.
    """
    return next((held for rule in STANDING_RULES if (held := rule(case, situation))), None)


def excluded(case: Case, _: Situation) -> Held | None:
    """D27: drafts, cancelled, written off and handed over items are out."""
    status = case.item.status
    if status is ItemStatus.ACTIVE:
        return None
    return _held(case, Hold.EXCLUDED, f"it is {status.replace('_', ' ')}")


def nothing_due(case: Case, situation: Situation) -> Held | None:
    """D5: nothing open, or not yet overdue and no pre-due notice to send."""
    if case.item.residual <= 0:
        return _held(case, Hold.NOTHING_DUE, "nothing of it is open")
    if case.overdue_on is None or situation.on >= case.overdue_on:
        return None
    if not case.notice:
        until = max(case.day or case.overdue_on, case.overdue_on)
        return _held(case, Hold.NOTHING_DUE, f"it falls due on {case.due}", until)
    if case.since is not None and situation.on < case.since:
        return _held(case, Hold.NOTHING_DUE, f"it falls due on {case.due}", case.day)
    return None


def direct_debit(case: Case, situation: Situation) -> Held | None:
    """D31: what the customer does not pay by hand is not chased, unless its debit was rejected."""
    if situation.is_chased(case.item):
        return None
    how = case.item.method.replace("_", " ")
    return _held(case, Hold.DIRECT_DEBIT, f"it is paid by {how}", case.item.rejected_on)


def no_due_date(case: Case, _: Situation) -> Held | None:
    """D4: neither the ledger nor payment terms say when it is due."""
    if case.due is not None:
        return None
    return _held(case, Hold.NO_DUE_DATE, "it has no due date and no payment terms give one")


def no_scenario(case: Case, situation: Situation) -> Held | None:
    """S1: no scenario applies to the customer."""
    if situation.plan is not None:
        return None
    return _held(case, Hold.NO_SCENARIO, "no scenario applies to the customer's profile")


def tenant_paused(case: Case, situation: Situation) -> Held | None:
    """C9: the whole tenant is paused."""
    rules = situation.facts.rules
    if not rules.is_paused(situation.on):
        return None
    return _held(case, Hold.TENANT_PAUSED, "everything is paused", rules.resume_on)


def incomplete_ledger(case: Case, situation: Situation) -> Held | None:
    """L4: the account may be known only in part."""
    source = situation.facts.customer.incomplete_since
    if source is None:
        return None
    detail = f"the account is known only in part since import {source}"
    return _held(case, Hold.INCOMPLETE_LEDGER, detail)


def stopped(case: Case, situation: Situation) -> Held | None:
    """D28: a person stopped the customer or the item."""
    stop = situation.blocking.stop_on(case.item.id)
    if stop is None:
        return None
    what = "the customer" if stop.item is None else "it"
    last = last_day(stop)
    end = f"until {last}" if last else "until someone lifts it"
    until = last + DAY if last else None
    return _held(case, Hold.STOPPED, f"{what} is stopped {end}: {stop.reason}", until)


def disputed(case: Case, situation: Situation) -> Held | None:
    """D29: all that is open of it is disputed."""
    if situation.asked(case.item) > 0:
        return None
    return _held(case, Hold.DISPUTED, "all that is open of it is disputed")


def promised(case: Case, situation: Situation) -> Held | None:
    """D30: its payment is promised and may still arrive."""
    promise = situation.blocking.promises.get(case.item.id)
    if promise is None:
        return None
    end = grace_end(promise, closed=situation.facts.closed_days)
    detail = f"its payment is promised for {promise.due}, awaited until {end}"
    return _held(case, Hold.PROMISED, detail, end + DAY)


def in_doubt(case: Case, situation: Situation) -> Held | None:
    """D39: a message may or may not have left; nothing more until that is settled."""
    doubt = situation.contacts.doubt
    if doubt is not None:
        return _held(case, Hold.IN_DOUBT, f"it is not known whether {doubt.id} left")
    pending = case.progress.pending
    if pending is not None and pending.state is ActionState.RESERVED:
        return _held(case, Hold.IN_DOUBT, "its message is leaving", situation.on + DAY)
    return None


def failed(case: Case, _: Situation) -> Held | None:
    """D40: its message failed for good and waits for a person."""
    pending = case.progress.pending
    if pending is None or pending.state is not ActionState.FAILED:
        return None
    return _held(case, Hold.FAILED, pending.reason or "its message could not be sent")


def open_action(case: Case, _: Situation) -> Held | None:
    """D11, D17: its step is with a person: to do, to confirm or to post."""
    pending = case.progress.pending
    if pending is None:
        return None
    # A notice is taken back on the due day, whoever it waits for.
    until = case.due if pending.step is StepKey.PRE_DUE else None
    waiting = pending.state.replace("_", " ")
    return _held(case, Hold.OPEN_ACTION, f"{pending.step_name} is {waiting}", until)


def finished(case: Case, _: Situation) -> Held | None:
    """D15: no step of the plan is left."""
    if case.step is not None:
        return None
    return _held(case, Hold.FINISHED, "all steps of the plan are done")


def not_yet(case: Case, situation: Situation) -> Held | None:
    """D14: the step's own day, or the minimum contact delay, is still ahead."""
    if case.step is None or case.since is None or case.day is None:
        return None
    if case.notice:
        return _notice_not_yet(case, situation)
    if situation.on >= case.day:
        return None
    if situation.on >= case.since:
        detail = f"the last contact was on {situation.contacts.reminder}"
    else:
        detail = _planned(case, case.step, case.day)
    return _held(case, Hold.NOT_YET, detail, case.day)


def own_day_ahead(case: Case, situation: Situation) -> Held | None:
    """D14, D17: the step's own day, the minimum contact delay left out, is ahead (again)."""
    if case.step is None or case.since is None or situation.on >= case.since:
        return None
    return _held(case, Hold.NOT_YET, _planned(case, case.step, case.since), case.day)


def _planned(case: Case, step: Step, day: date) -> str:
    """Say when a step is planned and what set that day (D45)."""
    because = f": {case.because}" if case.because else ""
    return f"{step.name} is planned for {day}{because}"


def no_debit_balance(case: Case, situation: Situation) -> Held | None:
    """D22, D24: open credits leave nothing to be asked for."""
    standing = _standing(case, situation)
    tolerance = situation.facts.rules.tolerance(case.item.currency)
    if case.notice:
        if not standing.covered:
            return None
        until = case.overdue_on
    else:
        if standing.in_debit(tolerance):
            return None
        until = situation.next_overdue(case.item.currency)
    return _held(case, Hold.NO_DEBIT_BALANCE, "open credits cover what is owed: match them", until)


def below_threshold(case: Case, situation: Situation) -> Held | None:
    """D25: the customer's net is below the tolerance or the scenario's minimum."""
    currency = case.item.currency
    if case.notice or _standing(case, situation).net >= situation.threshold(currency):
        return None
    return _held(
        case,
        Hold.BELOW_THRESHOLD,
        "what is overdue is below the threshold",
        situation.next_overdue(currency),
    )


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
# Nor these on an account of nothing but active debts with due dates, to be paid by hand.
_PLAIN_RULES = tuple(
    rule
    for rule in _CALM_RULES
    if rule not in (excluded, direct_debit, no_due_date, no_debit_balance)
)

# An import in trouble takes nothing off anybody's list: it is no fact about the debtor.
STANDING_RULES = tuple(
    own_day_ahead if rule is not_yet else rule
    for rule in RULES
    if rule not in (incomplete_ledger, failed, open_action)
)

# What a campaign obeys, too (D44).
CAMPAIGN_RULES = (excluded, direct_debit, tenant_paused, stopped, disputed, promised)


def _notice_not_yet(case: Case, situation: Situation) -> Held | None:
    """The notice waits for the contact delay; a closed day is told by the window's own rule."""
    contact, plan = situation.contacts.any, situation.plan
    if contact is None or plan is None or situation.on >= contact + plan.delay:
        return None
    return _held(case, Hold.NOT_YET, f"the last contact was on {contact}", case.day)


def _standing(case: Case, situation: Situation) -> Standing:
    return situation.standings[case.item.currency]


def _held(case: Case, hold: Hold, detail: str, until: date | None = None) -> Held:
    return Held(item=case.item.id, hold=hold, detail=detail, until=until)
