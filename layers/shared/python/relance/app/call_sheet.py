"""What a person needs to do a waiting action: the script, whom to call, the account (A2, D17)."""

from dataclasses import dataclass, replace
from datetime import date

from relance.app.facts import facts_of
from relance.app.ports.accounts import Account
from relance.app.ports.tenant import Tenant
from relance.app.ports.tenant_store import TenantStore
from relance.app.queries import step_of
from relance.app.scripts import filled
from relance.app.wording import sender_of
from relance.domain.actions import Action, ActionState
from relance.domain.customer import Contact
from relance.domain.decision import DueAction
from relance.domain.identifiers import owner
from relance.domain.items import Item, ItemStatus
from relance.domain.scenario import Step, StepKey
from relance.domain.situation import Situation, situation_of
from relance.domain.standing import Standing
from relance.messages.call import contact_to_call
from relance.messages.context import build_context
from relance.messages.language import choose_language
from relance.messages.recipients import letter_contact


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetItem:
    """An item as of the day; `due` is its effective due date, `disputed` in minor units.

    `step` is its own in the action, None when it is there for information only.
    """

    item: Item
    due: date | None
    disputed: int
    step: StepKey | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSheet:
    """What a person needs. `net` is in minor units of the action's currency, None when it's over.

    `script` is filled with the day's facts while the action waits.
    """

    script: str | None = None
    questions: tuple[str, ...] = ()
    contact: Contact | None = None
    items: tuple[SheetItem, ...] = ()
    net: int | None = None


def call_sheet(action: Action, *, store: TenantStore, on: date) -> CallSheet:
    """Return what a person needs to do an action, by the facts of tenant day `on`."""
    step = step_of(action, store=store)
    script = step.script if step else None
    questions = step.questions if step else ()
    account = store.account(owner(action.id))
    if account is None or not action.state.pending:
        return CallSheet(script=script, questions=questions)
    tenant = store.tenant()
    facts = facts_of(account, tenant=tenant, scenarios=store.scenarios(), on=on)
    situation = situation_of(facts, on=on)
    customer, roles = account.customer, step.roles if step else ()
    sheet = CallSheet(
        script=script,
        questions=questions,
        # Without a number to call, whose number is to be found.
        contact=contact_to_call(customer, roles) or letter_contact(customer, roles),
        items=_items(action, situation),
        net=_net(action, situation),
    )
    if step is None or script is None or action.state is not ActionState.OPEN:
        return sheet
    return replace(sheet, script=_filled(step, action, sheet, situation, account, tenant))


def _items(action: Action, situation: Situation) -> tuple[SheetItem, ...]:
    """Return the action's items, then the rest of the account in its currency."""
    steps = {send.item: send.step for send in action.sends}
    listed = [
        SheetItem(
            item=item,
            due=situation.dues[item.id],
            disputed=0 if item.kind.is_credit else situation.blocking.disputed.get(item.id, 0),
            step=steps.get(item.id),
        )
        for item in situation.items
        if item.id in steps or (item.currency == action.currency and _counts(item))
    ]
    return tuple(sorted(listed, key=lambda each: each.step is None))


def _counts(item: Item) -> bool:
    return item.status is ItemStatus.ACTIVE and item.residual > 0


def _net(action: Action, situation: Situation) -> int:
    standing = situation.standings.get(action.currency, Standing())
    return standing.balance if action.step is StepKey.PRE_DUE else standing.net


def _filled(
    step: Step,
    action: Action,
    sheet: CallSheet,
    situation: Situation,
    account: Account,
    tenant: Tenant,
) -> str | None:
    """Return the script with the facts in it; as it is written when it can't be filled."""
    debts = [each for each in sheet.items if not each.item.kind.is_credit]
    if step.script is None or not any(each.step for each in debts):
        return step.script
    due = DueAction(
        id=action.id,
        currency=action.currency,
        step=step,
        sends=action.sends,
        listed=tuple(each.item.id for each in debts),
        credits=tuple(each.item.id for each in sheet.items if each.item.kind.is_credit),
        net=sheet.net or 0,
    )
    anyone = replace(account.customer, language=None)
    context = build_context(
        due,
        facts=situation.facts,
        sender=sender_of(tenant),
        contact=sheet.contact,
        language=choose_language(None, anyone, tenant.rules.language),
        on=situation.on,
    )
    return filled(step, context)
