"""Why an open debt may not move tonight: one refusal a rule."""

from datetime import date

from relance.domain.actions import ActionState
from relance.domain.blocking import grace_end, last_day
from relance.domain.decision import Held, Hold
from relance.domain.items import ItemStatus
from relance.domain.scenario import Step, StepKey
from relance.domain.schedule import DAY
from relance.domain.situation import Case, Situation


def excluded(case: Case, situation: Situation) -> Held | None:
    """D27: drafts, cancelled, written off and handed over items are out; so is who was erased."""
    status = case.item.status
    erasure = situation.facts.customer.erasure
    if erasure is not None:
        return _held(case, Hold.EXCLUDED, f"the customer was erased on {erasure.on}")
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
    standing = situation.standings[case.item.currency]
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
    if case.notice or situation.standings[currency].net >= situation.threshold(currency):
        return None
    return _held(
        case,
        Hold.BELOW_THRESHOLD,
        "what is overdue is below the threshold",
        situation.next_overdue(currency),
    )


def _notice_not_yet(case: Case, situation: Situation) -> Held | None:
    """The notice waits for the contact delay; a closed day is told by the window's own rule."""
    free = situation.notices_from
    if free is None or situation.on >= free:
        return None
    detail = f"the last contact was on {situation.contacts.any}"
    return _held(case, Hold.NOT_YET, detail, case.day)


def _held(case: Case, hold: Hold, detail: str, until: date | None = None) -> Held:
    return Held(case.item.id, hold, detail, until)
