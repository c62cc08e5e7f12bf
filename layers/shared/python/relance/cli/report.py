"""What a night did and did not do, in words."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from relance.cli.api import Api
from relance.cli.night import Night
from relance.cli.progress import say
from relance.contracts.http.actions import ActionLine
from relance.contracts.http.customers import CustomerBody
from relance.contracts.http.explanations import Explanation, ItemExplanation
from relance.contracts.http.items import ItemBody
from relance.domain.actions import ActionState

# One question to the API each: enough for the sample, not for a real ledger.
_EXPLAINED_CUSTOMERS = 60
_CHANNELS = {
    "email": "e-mail",
    "sms": "SMS",
    "letter": "letter",
    "registered_letter": "registered letter",
    "call": "call",
    "task": "task",
    "other": "other",
}
_STATES = {
    "open": "to do",
    "to_confirm": "to confirm",
    "to_post": "to post",
    "in_doubt": "IN DOUBT: nobody knows whether it left",
    "reserved": "under way",
}
_WAITING = ("open", "to_confirm", "to_post")


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """How customers and items are called, and what items are worth, for printing."""

    customers: Mapping[str, str]
    items: Mapping[str, ItemBody]

    def customer(self, identifier: str) -> str:
        """Return a customer's name, its id when unknown."""
        return self.customers.get(identifier, identifier)


def names(api: Api) -> Names:
    """Read the names of the tenant's customers and live items."""
    customers = (
        CustomerBody.model_validate(_without_extra(each)) for each in api.every("/customers")
    )
    items = (ItemBody.model_validate(each) for each in api.every("/items"))
    return Names(
        customers={each.id: each.name for each in customers},
        items={each.id: each for each in items},
    )


def show_night(api: Api, night: Night, *, before: frozenset[str] = frozenset()) -> None:
    """Print what a night planned and sent, what it held back and why, and what is left to do.

    `before` are the ids of actions that the same day had before this run: a night run again.
    """
    known = names(api)
    done = actions_of(api, night.day)
    new = [action for action in done if action.id not in before]
    say(f"\nThe night of {night.day:%A %d %B %Y}: {_summary(new) or 'nothing new'}")
    for action in new:
        say(f"  {action_line(action, known)}")
    if before:
        say(f"  Run before, on the same day: {_summary(a for a in done if a.id in before)}")
    _show_stale(api.get("/tenant"))
    moving = (action for action in done if not action.step.is_follow_up)
    _show_held(api, known, moved={send.item for action in moving for send in action.sends})
    for name, count in night.dead.items():
        say(f"! {count} message(s) of the {name.lower()} queue failed for good: relance status")


def _show_stale(tenant: Mapping[str, object]) -> None:
    """Say that the ledger is too old for anything to be sent by itself, if it is (D32)."""
    if tenant["sending_waits_since"]:
        say(
            f"! Nothing was sent by itself since {tenant['sending_waits_since']}: the last whole "
            f"ledger is of {tenant['ledger_day']}. Upload a newer one: relance upload FILE"
        )


def actions_of(api: Api, day: date) -> list[ActionLine]:
    """Return the actions of one run's day, in the order of the list (newest first)."""
    listed = (ActionLine.model_validate(each) for each in api.every("/actions"))
    return [action for action in listed if action.day == day]


def waiting_actions(api: Api) -> list[ActionLine]:
    """Return the actions that wait for a person."""
    listed = (ActionLine.model_validate(each) for each in api.every("/actions", waiting="true"))
    return [action for action in listed if action.state in _WAITING]


def action_line(action: ActionLine, known: Names) -> str:
    """Return one action as a line; with its id when somebody must do something."""
    items = [known.items[send.item] for send in action.sends if send.item in known.items]
    amount = sum((_balance(item) for item in items), start=Decimal(0))
    state = _STATES.get(action.state, action.state.replace("_", " "))
    line = (
        f"{_CHANNELS[action.channel]:<8} {known.customer(action.customer)[:30]:<30} "
        f"{action.step_name[:24]:<24} {_plural(len(action.sends), 'item'):>8} "
        f"{amount:>12,.2f} {action.currency}  {state}"
    )
    reason = f" ({action.reason})" if action.reason else ""
    reason += f"  LATE since {action.late_from}" if action.late else ""
    if action.state not in _WAITING:
        return line + reason
    if action.state is not ActionState.TO_CONFIRM:
        return f"{line}{reason}  → relance done {action.id}"
    approved = f"  approved on {action.approved_on}" if action.approved_on else ""
    return line + reason + (approved or f"  → relance approve {action.id}")


def _balance(item: ItemBody) -> Decimal:
    amount = Decimal(item.residual.amount)
    return -amount if item.kind.is_credit else amount


def _show_held(api: Api, known: Names, *, moved: set[str]) -> None:
    lines: list[str] = []
    for customer in list(known.customers)[:_EXPLAINED_CUSTOMERS]:
        answer = Explanation.model_validate(api.get(f"/customers/{customer}/explanation"))
        held = [item for item in answer.items if item.hold and item.item not in moved]
        lines += [f"  {known.customer(customer)[:30]:<30} {line}" for line in _held_lines(held)]
    say(f"\nHeld back, and why ({len(lines)}):")
    for line in lines:
        say(line)
    if len(known.customers) > _EXPLAINED_CUSTOMERS:
        left = len(known.customers) - _EXPLAINED_CUSTOMERS
        say(f"  and {left} more customers: GET /v1/customers/{{id}}/explanation")


def _held_lines(held: Iterable[ItemExplanation]) -> list[str]:
    """Return one line for all items of a customer that are held for the same reason."""

    def reason(item: ItemExplanation) -> tuple[str, str]:
        why = item.detail or item.hold or ""
        day = str(item.until or "")
        return (item.rule or "", why if day in why else f"{why}, not before {day}")

    return [
        f"{', '.join(item.number for item in group)}: {text} [{rule}]"
        for (rule, text), group in groupby(sorted(held, key=reason), key=reason)
    ]


def _summary(done: Iterable[ActionLine]) -> str:
    counts = Counter((action.channel, action.state) for action in done)
    return ", ".join(
        f"{_plural(count, _CHANNELS[channel])} {_STATES.get(state, state.replace('_', ' '))}"
        for (channel, state), count in sorted(counts.items())
    )


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' if count != 1 else ''}"


def _without_extra(customer: Mapping[str, object]) -> dict[str, object]:
    """Keep what every listing of a customer has."""
    return {name: customer[name] for name in CustomerBody.model_fields}
