"""Text messages and letters, from a due action to bytes ready to be handed over (M4, M5)."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import partial

from relance.app.documents import document_key as document_key
from relance.app.errors import RefusedError
from relance.app.opt_out_links import OptOutLinks
from relance.app.ports.post import Post
from relance.app.ports.tenant import Tenant
from relance.app.ports.texter import Texter
from relance.app.posting import Posting
from relance.app.sending import Prepared, nobody
from relance.app.wording import OwnTemplates, voice
from relance.contracts.opt_out_link import Asked
from relance.domain.customer import Contact
from relance.domain.decision import DueAction
from relance.domain.facts import Facts
from relance.domain.postal import Addressee, PostalLetter
from relance.domain.scenario import Channel
from relance.messages.envelope import UnusableAddress
from relance.messages.letter import make_letter
from relance.messages.logo import Logo
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


def no_logo(tenant: Tenant) -> None:
    """Have letters carry no picture."""
    del tenant


def prepare_letter(
    due: DueAction,
    *,
    facts: Facts,
    tenant: Tenant,
    on: date,
    now: datetime,
    templates: OwnTemplates,
    post: Callable[[], Post | None] = nobody,
    logo: Callable[[Tenant], Logo | None] = no_logo,
) -> Prepared:
    """Make the letter's PDF, and name who posts it (M4).

    `post` returns who posts the tenant's letters; without one it is kept, to be printed and posted
    by hand. `logo` returns the picture it carries, None for none. Raises RefusedError when the
    customer has no postal address that fits an envelope's window, NotAcceptedError when it can't be
    told now who posts it.
    """
    del now  # a letter is dated by the tenant day
    contact = letter_contact(facts.customer, due.step.roles)
    speaking = voice(
        due,
        facts=facts,
        tenant=tenant,
        contact=contact,
        on=on,
        templates=templates,
        logo=logo(tenant),
    )
    body = rendered(partial(make_letter, speaking.words, context=speaking.context))
    return Prepared(
        document=document_key(tenant.id, due.id, body, "pdf"),
        content_type="application/pdf",
        body=body,
        deliver=None,
        posting=_posting(post(), due, body, facts=facts, contact=contact),
    )


def _posting(
    post: Post | None, due: DueAction, pdf: bytes, *, facts: Facts, contact: Contact | None
) -> Posting | None:
    """Return how the letter is posted, None by hand."""
    customer = facts.customer
    if post is None or customer.address is None:  # without one no letter is made
        return None
    attention = contact.name if contact and contact.name != customer.name else ""
    letter = PostalLetter(
        reference=due.id,
        title=f"{customer.code} {due.step.name}",
        pdf=pdf,
        recipient=Addressee(name=customer.name, attention=attention, address=customer.address),
        registered=due.step.channel is Channel.REGISTERED_LETTER,
    )
    return Posting(post=post, letter=letter)


def rendered[T](render: Callable[[], T]) -> T:
    """Return what `render` makes; RefusedError for what no further try can mend."""
    try:
        return render()
    except (UnknownTemplate, TemplateFailure, UnusableAddress, UnusableLetter) as error:
        raise RefusedError(str(error)) from error
