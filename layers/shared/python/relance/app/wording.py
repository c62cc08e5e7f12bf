"""Whose words a message is in and in which language: the template its step names (M1, M2, D43)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from relance.app.errors import RefusedError
from relance.app.ports.tenant import Tenant
from relance.domain.customer import Contact
from relance.domain.decision import DueAction
from relance.domain.facts import Facts
from relance.domain.wording import OwnTemplate
from relance.messages.context import MessageContext, Sender, build_context
from relance.messages.language import choose_language
from relance.messages.logo import Logo
from relance.messages.own import own_text
from relance.messages.render import Words, template_names

# Finds a tenant's own template by its id; the store's `template` is one.
type OwnTemplates = Callable[[str], OwnTemplate | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """What a message says, its fields, and who speaks: `name` and the address for answers."""

    words: Words
    context: MessageContext
    name: str
    answers: str


def voice(
    due: DueAction,
    *,
    facts: Facts,
    tenant: Tenant,
    contact: Contact | None,
    on: date,
    templates: OwnTemplates,
    logo: Logo | None = None,
) -> Voice:
    """Return how `due` speaks to `contact` (None: to nobody by name) on tenant day `on`.

    `logo` is the picture that a letter carries.
    Raises RefusedError when its step names no template, or one that is there no more.
    """
    template = due.step.template
    if template is None:  # a scenario can't be saved so (S4)
        raise RefusedError(f"the step {due.step.name!r} names no template")
    own = None if template in template_names() else templates(template)
    if own is None and template not in template_names():
        raise RefusedError(f"there is no template named {template!r}")
    language = choose_language(
        contact, facts.customer, facts.rules.language, among=own.wordings if own else None
    )
    sender = sender_of(tenant, own, logo=logo)
    return Voice(
        words=own_text(own, language) if own else template,
        context=build_context(
            due, facts=facts, sender=sender, contact=contact, language=language, on=on
        ),
        name=sender.display_name or sender.name,
        answers=sender.email,
    )


def sender_of(
    tenant: Tenant, own: OwnTemplate | None = None, *, logo: Logo | None = None
) -> Sender:
    """Return how the tenant presents itself, or whom its template names instead (M2)."""
    return Sender(
        name=tenant.name,
        email=(own.sender_email if own else "") or tenant.sender_email,
        display_name=(own.sender_name if own else "") or tenant.sender_name,
        signature=(own.signature if own else "") or tenant.signature,
        iban=tenant.iban,
        bic=tenant.bic,
        address=tenant.address,
        phone=tenant.phone,
        footer=tenant.footer,
        logo=logo,
        payment_link=tenant.payment_link,
    )
