"""An e-mail, from a due action to the exact bytes that leave (M2, M3)."""

from dataclasses import replace
from datetime import date, datetime
from functools import partial

from relance.app.errors import RefusedError
from relance.app.invoice_files import gather
from relance.app.outgoing import document_key, rendered
from relance.app.ports.files import Files
from relance.app.ports.mail import Email, Mailer
from relance.app.ports.tenant import Tenant
from relance.app.sending import Prepared
from relance.app.wording import OwnTemplates, Voice, voice
from relance.contracts.feedback import ACTION_TAG, TENANT_TAG
from relance.domain.decision import DueAction
from relance.domain.facts import Facts
from relance.messages.context import MessageContext
from relance.messages.copies import copies
from relance.messages.epc_qr import qr_png
from relance.messages.mime import Attachment, Mailbox, compose
from relance.messages.recipients import email_recipients, usable_address
from relance.messages.render import render_email
from relance.messages.statement import file_name, make_statement, statement

# A message larger than this is refused by many, though SES takes up to 40 MB.
MOST_BYTES = 25 * 1024 * 1024
# Sharp enough when the page draws it at 132 pixels on a fine screen.
_PIXELS_A_MODULE = 4
_QUIET_MODULES = 4


def prepare_email(
    due: DueAction,
    *,
    facts: Facts,
    tenant: Tenant,
    on: date,
    now: datetime,
    mailer: Mailer,
    platform_sender: str,
    templates: OwnTemplates,
    files: Files,
) -> Prepared:
    """Compose the e-mail, with the invoices from `files` that its step asks for.

    It leaves from the tenant's own verified address, else from the platform's in the tenant's name
    (M2); answers go to the sender that its template names, else to the tenant's. Raises
    RefusedError when nobody can be reached (D41) or the template makes no e-mail.
    """
    to = email_recipients(facts.customer, due.step.roles)
    if to is None:
        raise RefusedError("no contact has an e-mail address that can be used")
    copied = copies(facts.customer, to=to, roles=due.step.cc_roles, addresses=due.step.cc)
    along = gather(due, facts=facts, tenant=tenant.id, files=files, on=on)
    speaking = voice(
        due, facts=facts, tenant=tenant, contact=to.greeted, on=on, templates=templates
    )
    account = _statement(due, facts=facts, context=speaking.context, on=on)
    context = replace(speaking.context, attached=along.numbers, with_statement=bool(account))
    code = context.transfer_code
    sender = usable_address(tenant.verified_sender) or platform_sender
    mime = compose(
        rendered(partial(render_email, speaking.words, context=context)),
        sender=Mailbox(sender, speaking.name),
        recipients=to.addresses,
        copies=copied,
        reply_to=_reply_to(speaking),
        tenant=tenant.id,
        action=due.id,
        at=now,
        transfer_code=qr_png(code, scale=_PIXELS_A_MODULE, quiet=_QUIET_MODULES) if code else b"",
        attachments=(*account, *along.attachments),
    )
    if len(mime) > MOST_BYTES:
        raise RefusedError(f"the e-mail has more than {MOST_BYTES // 1024**2} MB")
    email = Email(
        sender=sender,
        recipients=(*to.addresses, *copied),
        mime=mime,
        tags={TENANT_TAG: tenant.id, ACTION_TAG: due.id},
    )
    return Prepared(
        document=document_key(tenant.id, due.id, mime, "eml"),
        content_type="message/rfc822",
        body=mime,
        deliver=partial(mailer.send, email),
        remark=along.left_out,
    )


def _statement(
    due: DueAction, *, facts: Facts, context: MessageContext, on: date
) -> tuple[Attachment, ...]:
    """Return the account's statement, if the step asks for it (M3)."""
    if not due.step.statement:
        return ()
    account = statement(facts, currency=due.currency, language=context.language, on=on)
    body = make_statement(account, context=context)
    return (Attachment(name=file_name(context), content_type="application/pdf", body=body),)


def _reply_to(speaking: Voice) -> Mailbox | None:
    """Return where answers go, nowhere special when the address can't be right."""
    address = usable_address(speaking.answers)
    return Mailbox(address, speaking.name) if address else None
