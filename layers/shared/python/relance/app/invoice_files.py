"""The invoices' own PDFs: stored by the tenant, sent along with reminders (M3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from relance.app import queries
from relance.app.erased import refuse_erased
from relance.app.errors import BadInput
from relance.app.ports.files import Files
from relance.app.ports.tenant_store import TenantStore
from relance.domain.calendar import due_date
from relance.domain.decision import DueAction
from relance.domain.facts import Facts
from relance.domain.items import Item
from relance.domain.scenario import Attachments
from relance.messages.mime import Attachment
from relance.messages.text import one_line

MOST_BYTES = 5 * 1024 * 1024
# A form that was given out before its debtor is erased still works: it must not any more when the
# erasure looks for files a last time (erasure.LATER_SECONDS), nor may an upload be under way.
GOOD_FOR_SECONDS = 600
# In base64 it makes ten megabytes, which mail servers take as a rule. SES would take 40.
MOST_ATTACHED_BYTES = 7 * 1024 * 1024
MOST_ATTACHED = 50
_LONGEST_REMARK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What goes with an e-mail, the numbers of these invoices, and which are left out and why."""

    attachments: tuple[Attachment, ...] = ()
    numbers: tuple[str, ...] = ()
    left_out: str | None = None


def invoice_key(tenant: str, item: str) -> str:
    """Return where an item's PDF is kept in the documents bucket.

    By the item's id and not its number: two debtors' invoices may have the same one.
    """
    return f"tenants/{tenant}/invoices/{item}.pdf"


def invoice_keys(tenant: str, customer: str) -> str:
    """Return what the keys of all PDFs of a customer's invoices begin with, and no other's do."""
    return f"tenants/{tenant}/invoices/{customer}-"


def announce_invoice_file(item: str, *, store: TenantStore, files: Files) -> dict[str, Any]:
    """Return the presigned POST (`url`, `fields`) by which an item's PDF is stored or replaced.

    Raises NotFound when there is no such item, BadInput when it is no invoice, Conflict when its
    customer was erased.
    """
    customer, found = queries.item_of(item, store=store)
    refuse_erased(customer)
    if found.kind.is_credit:
        raise BadInput("only invoices are sent along with reminders")
    return files.upload_address(
        invoice_key(store.tenant().id, item), seconds=GOOD_FOR_SECONDS, most_bytes=MOST_BYTES
    )


def gather(due: DueAction, *, facts: Facts, tenant: str, files: Files, on: date) -> Gathered:
    """Return the PDFs that the step of `due` asks for, as many as an e-mail may carry.

    What is missing, is no PDF or finds no room never stops the e-mail: it is told.
    """
    attachments: list[Attachment] = []
    numbers: list[str] = []
    left_out: list[str] = []
    room = MOST_ATTACHED_BYTES
    for item in _wanted(due, facts, on):
        number = one_line(item.number, most=60)
        body = files.find(invoice_key(tenant, item.id), most_bytes=MOST_BYTES)
        why = _unfit(body, room=room if len(attachments) < MOST_ATTACHED else 0)
        if body is None or why:
            left_out.append(f"{number} ({why})")
            continue
        room -= len(body)
        numbers.append(number)
        attachments.append(
            Attachment(name=f"{number}.pdf", content_type="application/pdf", body=body)
        )
    return Gathered(
        attachments=tuple(attachments), numbers=tuple(numbers), left_out=_told(left_out)
    )


def _wanted(due: DueAction, facts: Facts, on: date) -> Iterable[Item]:
    """Return the items whose PDF goes along, oldest due first."""
    chosen = due.step.attachments
    items = {item.id: item for item in facts.items}
    listed = () if chosen is Attachments.NONE else [items[each] for each in due.listed]
    if chosen is Attachments.ALL:
        return listed
    if chosen is Attachments.OVERDUE:
        return [item for item in listed if _is_overdue(item, facts, on)]
    own = {send.item for send in due.sends}
    return [item for item in listed if item.id in own]


def _is_overdue(item: Item, facts: Facts, on: date) -> bool:
    found = due_date(item, facts.customer.terms or facts.rules.terms)
    return found is not None and found[0] < on


def _unfit(body: bytes | None, *, room: int) -> str:
    """Return why a file can't go along, "" when it can."""
    if body is None:
        return "no file, or one too large"
    if not body.startswith(b"%PDF-"):
        return "no PDF"
    return "no room" if len(body) > room else ""


def _told(left_out: list[str]) -> str | None:
    if not left_out:
        return None
    return one_line(f"not attached: {', '.join(left_out)}", most=_LONGEST_REMARK)
