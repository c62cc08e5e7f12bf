"""What the provider says of a message after it took it (A3)."""

from dataclasses import replace
from datetime import date
from enum import StrEnum

from relance.app.errors import Conflict
from relance.app.ports.tenant_store import TenantStore
from relance.app.schedule import reschedule
from relance.contracts.feedback import Feedback, FeedbackKind
from relance.domain.actions import Action
from relance.domain.customer import Customer
from relance.domain.identifiers import owner
from relance.domain.late_news import found_never_left, left_after_all
from relance.domain.lifecycle import News, advance
from relance.domain.opt_outs import OptOut, OptOutSource
from relance.domain.scenario import Channel
from relance.messages.recipients import usable_address

_TRIES = 5
_NEWS = {
    FeedbackKind.DELIVERED: News.DELIVERED,
    FeedbackKind.BOUNCED: News.BOUNCED,
    FeedbackKind.COMPLAINED: News.COMPLAINED,
    FeedbackKind.REJECTED: News.REJECTED,
}


class Taken(StrEnum):
    """What became of a piece of news."""

    MOVED = "moved"
    NOTHING_NEW = "nothing_new"
    UNKNOWN_ACTION = "unknown_action"
    LEFT_AFTER_ALL = "left_after_all"  # a person had found that it never left


def record(feedback: Feedback, *, store: TenantStore, today: date) -> Taken:
    """Move the action on, and mark where a hard bounce or complaint proved nothing arrives.

    News that is late, double or out of order moves nothing. A delay leaves the message with the
    provider, who goes on trying; a soft bounce says nothing against the address, and the step
    stays done (D42 speaks of hard ones). So it does while one of several recipients may have got
    the message: doing it again would send that one a second. A message that was in doubt left on
    its action's day, whenever the news comes; so did one of which a person found that it never
    left, when the news prove that it arrived. `today` is the tenant day.
    """
    action = store.action(feedback.action) if feedback.action else None
    if action is None:
        return Taken.UNKNOWN_ACTION
    customer = owner(action.id)
    if feedback.kind is FeedbackKind.COMPLAINED or (
        feedback.kind is FeedbackKind.BOUNCED and feedback.permanent
    ):
        _mark(feedback, action, store=store)
    news = _NEWS.get(feedback.kind)
    if news is None or (news is News.BOUNCED and not feedback.permanent):
        return Taken.NOTHING_NEW
    if news is News.BOUNCED and _reached_another(action, feedback, store=store):
        return Taken.NOTHING_NEW
    if found_never_left(action):
        return _correct(action, news, store=store, today=today)
    moved = advance(
        replace(action, reference=action.reference or feedback.reference),
        news,
        on=action.day,
        reason=feedback.detail or None,
    )
    if moved is None or not store.advance_action(moved):
        return Taken.NOTHING_NEW
    reschedule(customer, store=store, on=today)
    return Taken.MOVED


def _correct(action: Action, news: News, *, store: TenantStore, today: date) -> Taken:
    """Set right what a person found; states move backward only here, so on the facts as read.

    One that is archived belongs to items that are settled: nothing of them would go again.
    """
    for _ in range(_TRIES):
        account = store.account(owner(action.id))
        actions = account.actions if account else ()
        stored = next((each for each in actions if each.id == action.id), None)
        right = left_after_all(stored, news, others=actions) if stored else None
        if account is None or right is None:
            return Taken.NOTHING_NEW
        if store.save_action(account.customer, right):
            reschedule(owner(action.id), store=store, on=today)
            return Taken.LEFT_AFTER_ALL
    raise Conflict(f"{owner(action.id)} is being changed by others")


def _reached_another(action: Action, feedback: Feedback, *, store: TenantStore) -> bool:
    """Tell whether the message went to an address of the debtor too that did not bounce (yet).

    A copy to an address that the step names reaches no debtor.
    """
    account = store.account(owner(action.id))
    contacts = account.customer.contacts if account else ()
    bounced = {_plain(each) for each in feedback.recipients}
    bounced |= {_plain(each.email) for each in contacts if each.email and each.email_blocked}
    copied = _copied(action, store=store) - {_plain(each.email) for each in contacts if each.email}
    return any(_plain(each) not in bounced | copied for each in feedback.addressed)


def _copied(action: Action, *, store: TenantStore) -> set[str]:
    """Return the addresses that got a copy because the action's step names them."""
    found = store.scenario(action.scenario, action.scenario_version) if action.scenario else None
    steps = found.steps if found else ()
    return {_plain(each) for step in steps if step.key is action.step for each in step.cc}


def _mark(feedback: Feedback, action: Action, *, store: TenantStore) -> None:
    """Keep that nothing more goes to these recipients (D42): numbers, or contacts' addresses."""
    if action.channel is not Channel.SMS:
        _block(owner(action.id), feedback.recipients, store=store)
        return
    for number in feedback.recipients:
        store.add_opt_out(
            OptOut(
                number=number,
                since=feedback.at,
                source=OptOutSource.CARRIER,
                reason=feedback.detail,
            )
        )


def _block(customer: str, addresses: tuple[str, ...], *, store: TenantStore) -> None:
    """Mark the customer's contacts at these addresses (D42)."""
    for _ in range(_TRIES):
        account = store.account(customer)
        if account is None:
            return
        marked = _marked(account.customer, {_plain(each) for each in addresses})
        if marked == account.customer:
            return
        try:
            store.save_customer(marked)
        except Conflict:
            continue
        return
    raise Conflict(f"{customer} is being changed by others")


def _marked(customer: Customer, addresses: set[str]) -> Customer:
    contacts = tuple(
        replace(each, email_blocked=True)
        if each.email and _plain(each.email) in addresses
        else each
        for each in customer.contacts
    )
    return replace(customer, contacts=contacts)


def _plain(address: str) -> str:
    """Return the bare address of `Name <address>` as it went on the wire, to be compared."""
    bare = address.rpartition("<")[2].rstrip("> ").strip()
    return (usable_address(bare) or bare).casefold()
