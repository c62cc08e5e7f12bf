"""What leaves by each channel: from a due action to bytes ready to be handed over (M2–M5)."""

import hashlib
from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import partial

from relance.app.errors import RefusedError
from relance.app.opt_out import OptOutLinks
from relance.app.ports import Email, Mailer, Tenant, Texter
from relance.app.sending import Prepared
from relance.contracts.feedback import ACTION_TAG, TENANT_TAG
from relance.contracts.opt_out_link import Asked
from relance.domain.decision import DueAction
from relance.domain.facts import Contact, Facts
from relance.messages.context import MessageContext, Sender, build_context
from relance.messages.envelope import UnusableAddress
from relance.messages.language import choose_language
from relance.messages.letter import make_letter
from relance.messages.mime import Mailbox, compose
from relance.messages.opt_out import opt_out_line
from relance.messages.pdf import UnusableLetter
from relance.messages.recipients import (
    TextRecipient,
    email_recipients,
    letter_contact,
    text_numbers,
    text_recipient,
    usable_address,
)
from relance.messages.render import UnknownTemplate, render_email, render_sms
from relance.messages.sms import size_of


def prepare_email(
    due: DueAction,
    *,
    facts: Facts,
    tenant: Tenant,
    on: date,
    now: datetime,
    mailer: Mailer,
    platform_sender: str,
) -> Prepared:
    """Compose the e-mail. It leaves from the platform's address in the tenant's name (M2).

    Answers go to the tenant's own sender. Raises RefusedError when nobody can be reached (D41).
    """
    to = email_recipients(facts.customer, due.step.roles)
    if to is None:
        raise RefusedError("no contact has an e-mail address that can be used")
    context = _context(due, facts=facts, tenant=tenant, contact=to.greeted, on=on)
    mime = compose(
        _rendered(partial(render_email, _template(due), context=context)),
        sender=Mailbox(platform_sender, tenant.sender_name or tenant.name),
        recipients=to.addresses,
        reply_to=_reply_to(tenant),
        tenant=tenant.id,
        action=due.id,
        at=now,
    )
    email = Email(
        sender=platform_sender,
        recipients=to.addresses,
        mime=mime,
        tags={TENANT_TAG: tenant.id, ACTION_TAG: due.id},
    )
    return Prepared(
        document=document_key(tenant.id, due.id, mime, "eml"),
        content_type="message/rfc822",
        body=mime,
        deliver=partial(mailer.send, email),
    )


def prepare_sms(
    due: DueAction,
    *,
    facts: Facts,
    tenant: Tenant,
    on: date,
    now: datetime,
    texter: Texter,
    opted_out: Callable[[Iterable[str]], frozenset[str]],
    links: OptOutLinks,
) -> Prepared:
    """Write the text message, with the link by which its reader asks for no more of them.

    `opted_out` tells which numbers may not be texted. Raises RefusedError when no contact has a
    mobile number that may (D41), and when the message takes more parts than the tenant allows.
    """
    del now  # a text message carries no date of its own
    to = _text_recipient(due, facts, opted_out)
    context = _context(due, facts=facts, tenant=tenant, contact=to.contact, on=on)
    link = links.link(Asked(to.number, context.language), tenant=tenant.id)
    words = _rendered(partial(render_sms, _template(due), context=context))
    text = f"{words} {opt_out_line(link, language=context.language)}"
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
    due: DueAction, *, facts: Facts, tenant: Tenant, on: date, now: datetime
) -> Prepared:
    """Make the letter's PDF, kept for printing and posting by hand.

    Raises RefusedError when the customer has no postal address that fits an envelope's window.
    """
    del now  # a letter is dated by the tenant day
    contact = letter_contact(facts.customer, due.step.roles)
    context = _context(due, facts=facts, tenant=tenant, contact=contact, on=on)
    body = _rendered(partial(make_letter, _template(due), context=context))
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


def _context(
    due: DueAction, *, facts: Facts, tenant: Tenant, contact: Contact | None, on: date
) -> MessageContext:
    return build_context(
        due,
        facts=facts,
        sender=Sender(
            name=tenant.name,
            email=tenant.sender_email,
            display_name=tenant.sender_name,
            signature=tenant.signature,
            iban=tenant.iban,
            bic=tenant.bic,
            address=tenant.address,
            phone=tenant.phone,
        ),
        contact=contact,
        language=choose_language(contact, facts.customer, facts.rules.language),
        on=on,
    )


def _reply_to(tenant: Tenant) -> Mailbox | None:
    """Return where answers go, nowhere special when the tenant's address can't be right."""
    address = usable_address(tenant.sender_email)
    return Mailbox(address, tenant.sender_name or tenant.name) if address else None


def _rendered[T](render: Callable[[], T]) -> T:
    """Render; what no further try can mend waits for someone."""
    try:
        return render()
    except (UnknownTemplate, UnusableAddress, UnusableLetter) as error:
        raise RefusedError(str(error)) from error


def _template(due: DueAction) -> str:
    if due.step.template is None:  # a scenario can't be saved so (S4)
        raise RefusedError(f"the step {due.step.name!r} names no template")
    return due.step.template
