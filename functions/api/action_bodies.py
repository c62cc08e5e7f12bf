"""From actions and what was worked out about them to the bodies that the API gives (A1, A2)."""

from datetime import date

from relance.app.call_sheet import CallSheet, SheetItem
from relance.app.worklist import Shown, names_of
from relance.contracts.http.actions import ActionDetail, ActionItem, ActionLine
from relance.contracts.http.customers import ContactBody
from relance.contracts.http.people import ResponsibleBody
from relance.contracts.http.values import Money
from relance.domain.people import GROUP, People


def action_line(shown: Shown, people: People) -> ActionLine:
    """Return the body of an action as lists show it."""
    return ActionLine.line(shown.action, _line(shown, people))


def action_detail(
    shown: Shown, sheet: CallSheet, people: People, *, on: date, document_url: str | None
) -> ActionDetail:
    """Return the body of an action with what a person needs to do it on tenant day `on`."""
    currency = shown.action.currency
    more = {
        "script": sheet.script,
        "questions": sheet.questions,
        "contact": ContactBody.of(sheet.contact) if sheet.contact else None,
        "items": tuple(_item(each, on=on) for each in sheet.items),
        "net": None if sheet.net is None else Money.of(sheet.net, currency),
        "document_url": document_url,
    }
    return ActionDetail.line(shown.action, _line(shown, people) | more)


def _line(shown: Shown, people: People) -> dict[str, object]:
    return {
        "customer": shown.customer,
        "customer_name": shown.customer_name,
        "in_charge": tuple(
            ResponsibleBody(
                responsible=reference,
                kind="group" if reference.startswith(GROUP) else "user",
                name=name,
            )
            for reference, name in names_of(shown.in_charge, people).items()
        ),
        "late_from": shown.late_from,
        "late": shown.late,
    }


def _item(listed: SheetItem, *, on: date) -> ActionItem:
    item, due = listed.item, listed.due
    late = (on - due).days if due and item.residual and not item.kind.is_credit else 0
    return ActionItem(
        item=item.id,
        kind=item.kind,
        number=item.number,
        due=due,
        days_late=max(late, 0),
        original=Money.of(item.original, item.currency),
        residual=Money.of(item.residual, item.currency),
        disputed=Money.of(listed.disputed, item.currency) if listed.disputed else None,
        step=listed.step,
    )
