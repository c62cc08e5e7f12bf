"""From a draft to the due action that the caller carries out."""

from collections.abc import Iterable, Sequence
from operator import attrgetter

from relance.domain.actions import ActionState, Send
from relance.domain.decision import DueAction
from relance.domain.dispatch import Dispatch
from relance.domain.follow_ups import FollowUp
from relance.domain.grouping import Draft
from relance.domain.identifiers import id_of_names
from relance.domain.items import Item, ItemStatus
from relance.domain.plan import Way
from relance.domain.scenario import Grouping, Step, StepKey
from relance.domain.situation import Situation

_item_of = attrgetter("item")


def due_action(draft: Draft, situation: Situation, tonight: Dispatch) -> DueAction:
    """Make the due action of a reminder or notice; `tonight` is all that leaves with it (D22)."""
    currency, step, way = draft.currency, draft.step, draft.way
    sends = _sends_of(draft)
    standing = situation.standings[currency]
    notice = step.key is StepKey.PRE_DUE
    show_credits = (
        standing.credits > 0 and not notice and not _shown_higher(draft, situation, tonight)
    )
    credited = _credits(currency, situation) if show_credits else ()
    net = standing.balance if notice else standing.net
    joins, confirm = draft.joins.id if draft.joins else None, way is Way.CONFIRM
    name, listed = _free_id(currency, way, sends, situation), _listed(draft, situation)
    return DueAction(name, currency, step, sends, listed, credited, net, joins, confirm)


def due_thanks(items: Sequence[Item], step: Step, situation: Situation) -> DueAction:
    """Make the thank-you for these items, all of one currency (D34)."""
    currency = items[0].currency
    sends = _sends(items, step, situation)
    confirm = step.channel.is_message and not step.automatic
    joined = ActionState.TO_CONFIRM if confirm else ActionState.OPEN
    waiting = (
        action.id
        for action in situation.facts.actions
        if action.step is StepKey.THANK_YOU
        and action.currency == currency
        and action.state is joined
        and action.channel.is_message is step.channel.is_message
    )
    return DueAction(
        id=_free_id(currency, StepKey.THANK_YOU, sends, situation),
        currency=currency,
        step=step,
        sends=sends,
        listed=tuple(item.id for item in items),
        credits=(),
        net=situation.standings[currency].balance,
        joins=min(waiting, default=None),
        confirm=confirm,
    )


def due_follow_up(task: FollowUp, situation: Situation) -> DueAction:
    """Make the follow-up's task (D15, D22), or what is to be added to the open one."""
    currency, step = task.currency, task.step
    sends = _sends(task.items, step, situation)
    return DueAction(
        id=_free_id(currency, step.key, sends, situation),
        currency=currency,
        step=step,
        sends=sends,
        listed=tuple(item.id for item in task.items if not item.kind.is_credit),
        credits=_credits(currency, situation),
        net=situation.standings[currency].net,
        joins=task.joins.id if task.joins else None,
    )


def _sends_of(draft: Draft) -> tuple[Send, ...]:
    """Return the sends of a draft's items, each at its own step, in the order of their ids."""
    found = []
    for case in draft.cases:
        if case.step is None:
            raise ValueError(f"{case.item.id} has no step to send")
        key = case.step.key
        found.append(Send(case.item.id, key, case.progress.next_cycle(key)))
    if len(found) > 1:
        found.sort(key=_item_of)
    return tuple(found)


def _sends(items: Iterable[Item], step: Step, situation: Situation) -> tuple[Send, ...]:
    """Return the sends of this step for these items, in the order of their ids."""
    key = step.key
    found = [Send(item.id, key, situation.progress_of(item.id).next_cycle(key)) for item in items]
    found.sort(key=_item_of)
    return tuple(found)


def _free_id(currency: str, kind: str, sends: Iterable[Send], situation: Situation) -> str:
    """Return an id that depends on the sends only, and that no earlier action has.

    An action whose items were all taken over by another keeps its id, though its sends are gone.
    """
    customer = situation.facts.customer.id
    names = [currency, kind]
    names += ["/".join((send.item, send.step, str(send.cycle))) for send in sends]
    taken = [action.id for action in situation.facts.actions]
    found = id_of_names(customer, names)
    again = 0
    while found in taken:
        again += 1
        found = id_of_names(customer, [*names, str(again)])
    return found


def _listed(draft: Draft, situation: Situation) -> tuple[str, ...]:
    """The items that the text shows, oldest due first: the whole account in some modes (D18).

    A task, too, lists the rest of the account, for information only (D17).
    """
    whole = draft.step.key is not StepKey.PRE_DUE and (
        draft.way is Way.TASK or (draft.pool[1] is None and _lists_the_account(situation))
    )
    if not whole and not draft.small:
        return tuple([case.item.id for case in draft.cases])  # they are in order
    own = {case.item.id for case in (*draft.cases, *draft.small)}
    if not whole:
        return tuple([item.id for item in situation.items if item.id in own])
    return tuple(
        [
            key
            for key, case in situation.cases.items()
            if key in own or _is_stated(case.item, draft.currency, situation)
        ]
    )


def _lists_the_account(situation: Situation) -> bool:
    plan = situation.plan
    return plan is not None and plan.scenario.grouping in (
        Grouping.ACCOUNT,
        Grouping.REFERENCE_ITEM,
    )


def _is_stated(item: Item, currency: str, situation: Situation) -> bool:
    """Tell whether an open debt is on the statement of its account, for information."""
    return (
        item.currency == currency and item.status is ItemStatus.ACTIVE and situation.asked(item) > 0
    )


def _credits(currency: str, situation: Situation) -> tuple[str, ...]:
    return tuple(
        item.id
        for item in situation.items
        if item.currency == currency
        and item.kind.is_credit
        and item.status is ItemStatus.ACTIVE
        and item.residual > 0
    )


def _shown_higher(draft: Draft, situation: Situation, tonight: Dispatch) -> bool:
    """Tell whether a higher message of the same night shows the credits (D22: once)."""
    if draft.way is Way.TASK:
        return False
    level = draft.step.key.level
    left = situation.contacts.left_today.get(draft.currency, ())
    return any(action.step.level > level for action in left) or any(
        other.way is not Way.TASK
        and other.currency == draft.currency
        and other.step.key.level > level
        for other in tonight.leaving
    )
