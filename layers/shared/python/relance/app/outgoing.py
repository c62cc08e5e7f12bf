"""Text messages and letters, from a due action to bytes ready to be handed over (M4, M5)."""

import hashlib
from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import partial

from relance.app.errors import RefusedError
from relance.app.opt_out import OptOutLinks
from relance.app.ports import Tenant, Texter
from relance.app.sending import Prepared
from relance.app.wording import OwnTemplates, voice
from relance.contracts.opt_out_link import Asked
from relance.domain.decision import DueAction
from relance.domain.facts import Facts
from relance.messages.envelope import UnusableAddress
from relance.messages.letter import make_letter
from relance.messages.opt_out import opt_out_line
from relance.messages.own import TemplateFailure
from relance.messages.pdf import UnusableLetter
from relance.messages.recipients import (
    TextRecipient,
    letter_contact,
    text_numbers,
    text_recipient,
)
from relance.messages.render import UnknownTemplate, render_sms
from relance.messages.sms import size_of


def prepare_sms(
    due: DueAction,
    *,
    facts: Facts,
    tenant: Tenant,
    on: date,
    now: datetime,
    texter: Texter,
    templates: OwnTemplates,
    opted_out: Callable[[Iterable[str]], frozenset[str]],
    links: OptOutLinks,
) -> Prepared:
    """Write the text message, with the link by which its reader asks for no more of them.

    `opted_out` tells which numbers may not be texted. Raises RefusedError when no contact has a
    mobile number that may (D41), and when the message takes more parts than the tenant allows.
    """
    del now  # a text message carries no date of its own
    to = _text_recipient(due, facts, opted_out)
    speaking = voice(
        due, facts=facts, tenant=tenant, contact=to.contact, on=on, templates=templates
    )
    language = speaking.context.language
    link = links.link(Asked(to.number, language), tenant=tenant.id)
    words = rendered(partial(render_sms, speaking.words, context=speaking.context))
    text = f"{words} {opt_out_line(link, language=language)}"
    if (parts := size_of(text).parts) > tenant.texts.most_parts:
        raise RefusedError(
            f"the text message takes {parts} parts, {tenant.texts.most_parts} are allowed"
        )
    sender = tenant.texts.sender or tenant.sender_name or tenant.name
    body = text.encode()
    return Prepared(
        document=document_key(tenant.id, due.id, body, "txt"),
        content_type="text/plain; charset=utf-8",
        body=body,
        deliver=partial(
            texter.send, to.number, text, sender=sender, max_price=tenant.texts.max_price
        ),
    )


def _text_recipient(
    due: DueAction, facts: Facts, opted_out: Callable[[Iterable[str]], frozenset[str]]
) -> TextRecipient:
    """Return whom a text message goes to; raise RefusedError when there is nobody (D41)."""
    numbers = text_numbers(facts.customer)
    if not numbers:
        raise RefusedError("no contact has a mobile number that can be used")
    to = text_recipient(facts.customer, due.step.roles, without=opted_out(numbers))
    if to is None:
        raise RefusedError("every mobile number of the customer is on the list of those not texted")
    return to


def prepare_letter(
    due: DueAction,
    *,
    facts: Facts,
    tenant: Tenant,
    on: date,
    now: datetime,
    templates: OwnTemplates,
) -> Prepared:
    """Make the letter's PDF, kept for printing and posting by hand.

    Raises RefusedError when the customer has no postal address that fits an envelope's window.
    """
    del now  # a letter is dated by the tenant day
    contact = letter_contact(facts.customer, due.step.roles)
    speaking = voice(due, facts=facts, tenant=tenant, contact=contact, on=on, templates=templates)
    body = rendered(partial(make_letter, speaking.words, context=speaking.context))
    return Prepared(
        document=document_key(tenant.id, due.id, body, "pdf"),
        content_type="application/pdf",
        body=body,
        deliver=None,
    )


def document_key(tenant: str, action: str, body: bytes, ending: str) -> str:
    """Return where an action's exact bytes are kept in the documents bucket.

    Other bytes have another key: a worker that lost the race for this action may have put its
    own, decided on older facts, after those that left.
    """
    digest = hashlib.sha256(body).hexdigest()[:16]
    return f"tenants/{tenant}/documents/{digest}/{action}.{ending}"


def rendered[T](render: Callable[[], T]) -> T:
    """Return what `render` makes; RefusedError for what no further try can mend."""
    try:
        return render()
    except (UnknownTemplate, TemplateFailure, UnusableAddress, UnusableLetter) as error:
        raise RefusedError(str(error)) from error
