"""What the debtor said when it was called, and what that changes (A2, D29, D30)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from relance.app.errors import BadInput
from relance.app.new_blocks import new_dispute, new_promise
from relance.app.ports.accounts import Account
from relance.contracts.http.actions import Completion, CompletionResult, DisputeMade, PromiseMade
from relance.contracts.http.blocks import MOST_PROMISED, DisputeWrite, PromiseWrite
from relance.contracts.http.values import Money, MoneyWrite
from relance.domain.actions import Action
from relance.domain.blocks import Block, Dispute, Promise
from relance.domain.customer import Contact, Customer
from relance.domain.deeds import Answer
from relance.domain.identifiers import derived_id
from relance.domain.items import Item
from relance.domain.scenario import Channel, Step
from relance.messages.call import contact_to_call

# They are written with the action, in one transaction.
_MOST_DISPUTES = 90


def check_result(body: Completion) -> None:
    """Raise BadInput for a part of the body that its result says nothing about."""
    for result, name in (
        (CompletionResult.PROMISE, "promise"),
        (CompletionResult.DISPUTE, "dispute"),
    ):
        given = getattr(body, name) is not None
        if given and body.result is not result:
            raise BadInput(f"is for the result {result.value} only", pointer=f"/{name}")
        if not given and body.result is result:
            raise BadInput(f"say what the {name} is", pointer=f"/{name}")
    if body.contact is not None and body.result is not CompletionResult.WRONG_NUMBER:
        raise BadInput("is for the result wrong_number only", pointer="/contact")


def answers_of(body: Completion, step: Step | None) -> tuple[Answer, ...]:
    """Return what was answered; BadInput for what the step does not ask, or asks once."""
    asked = step.questions if step else ()
    found: dict[str, Answer] = {}
    for place, each in enumerate(body.answers):
        pointer = f"/answers/{place}/question"
        if each.question not in asked:
            raise BadInput("is no question of this action's", pointer=pointer)
        if each.question in found:
            raise BadInput("is answered twice", pointer=pointer)
        found[each.question] = Answer(each.question, each.answer)
    return tuple(found.values())


def blocks_of(
    account: Account, action: Action, body: Completion, *, author: str, on: date
) -> Iterable[Block]:
    """Return what the debtor said that holds its items (D29, D30)."""
    own = {send.item for send in action.sends}
    debts = [each for each in account.items if each.id in own and _is_open_debt(each)]
    if body.promise is not None:
        yield _promise(account, action, body.promise, debts, note=body.note, author=author, on=on)
    if body.dispute is not None:
        yield from _disputes(account, action, body.dispute, debts, author=author, on=on)


def _promise(
    account: Account,
    action: Action,
    made: PromiseMade,
    debts: list[Item],
    *,
    note: str,
    author: str,
    on: date,
) -> Promise:
    named = set(made.items)
    items = made.items or tuple(each.id for each in debts)
    meant = [each for each in account.items if each.id in named] if named else debts
    still_open = sum(each.residual for each in meant)
    if not items:
        raise BadInput("nothing of the action's items is open any more", pointer="/promise/items")
    if len(items) > MOST_PROMISED:
        message = f"name the items that are promised, {MOST_PROMISED} at most"
        raise BadInput(message, pointer="/promise/items")
    # What is open of many may come to more than anybody may write.
    write = PromiseWrite.model_construct(
        amount=made.amount
        or MoneyWrite.model_construct(**dict(Money.of(still_open, action.currency))),
        due=made.due,
        items=items,
        note=note,
    )
    identifier = derived_id(account.customer.id, action.id, "promise")
    try:
        return new_promise(account, write, identifier=identifier, author=author, on=on)
    except BadInput as error:
        raise BadInput(str(error), pointer=f"/promise{error.pointer}") from None


def _disputes(
    account: Account,
    action: Action,
    made: DisputeMade,
    debts: list[Item],
    *,
    author: str,
    on: date,
) -> Iterable[Dispute]:
    items = tuple(dict.fromkeys(made.items)) or tuple(each.id for each in debts)
    if not 0 < len(items) <= _MOST_DISPUTES:
        message = f"name the items that are contested, {_MOST_DISPUTES} at most"
        raise BadInput(message, pointer="/dispute/items")
    if made.amount is not None and len(items) > 1:
        raise BadInput("is for a part of one item only", pointer="/dispute/amount")
    for place, item in enumerate(items):
        write = DisputeWrite(item=item, reason=made.reason, amount=made.amount, owner=made.owner)
        identifier = derived_id(account.customer.id, action.id, "dispute", item)
        try:
            yield new_dispute(account, write, identifier=identifier, author=author, on=on)
        except BadInput as error:
            own = f"/items/{place}" if error.pointer == "/item" else error.pointer
            raise BadInput(str(error), pointer=f"/dispute{own}") from None


def marked(
    account: Account, action: Action, body: Completion, step: Step | None
) -> Customer | None:
    """Return the customer without the number that reached somebody else, None when none is told."""
    if body.result is not CompletionResult.WRONG_NUMBER:
        return None
    customer = account.customer
    called: Contact | None
    if body.contact is not None:
        called = next((each for each in customer.contacts if each.id == body.contact), None)
        if called is None or called.phone is None:
            raise BadInput("is no contact with a telephone number", pointer="/contact")
    else:
        roles = step.roles if step else ()
        called = contact_to_call(customer, roles) if action.channel is Channel.CALL else None
    if called is None:
        return None
    marked = (
        replace(each, phone_blocked=True) if each.phone == called.phone else each
        for each in customer.contacts
    )
    return replace(customer, contacts=tuple(marked))


def _is_open_debt(item: Item) -> bool:
    return not item.kind.is_credit and item.residual > 0
