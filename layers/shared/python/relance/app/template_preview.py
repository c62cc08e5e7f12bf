"""What a template would say to a customer today (M1). Nothing is stored or sent."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from relance.app import queries
from relance.app.errors import BadInput, NotFound, RefusedError
from relance.app.facts import facts_of
from relance.app.outgoing import rendered
from relance.app.ports.accounts import Account
from relance.app.ports.tenant_store import TenantStore
from relance.app.templates import checked, template_of
from relance.app.wording import voice
from relance.contracts.http.templates import TemplatePreviewRequest
from relance.domain.actions import Send
from relance.domain.calendar import due_date
from relance.domain.decision import DueAction
from relance.domain.facts import Facts
from relance.domain.identifiers import derived_id
from relance.domain.items import Item, ItemStatus
from relance.domain.scenario import Anchor, Channel, Scenario, Step, StepKey
from relance.domain.wording import OwnTemplate
from relance.messages.epc_qr import qr_png
from relance.messages.recipients import email_recipients
from relance.messages.render import TRANSFER_CODE_ID, EmailText, render_email, render_sms

# As many settled invoices as a thank-you is shown with.
_MOST_PAID = 5
_KEYS = {"pre_due": StepKey.PRE_DUE, "thank_you": StepKey.THANK_YOU}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The words in one language; `sms` is None when the template has none."""

    language: str
    email: EmailText
    sms: str | None


def preview(
    identifier: str, body: TemplatePreviewRequest, *, store: TenantStore, on: date
) -> Shown:
    """Return what the template, or `body.plan` in its place, says to a customer on tenant day `on`.

    It lists what the customer owes in the currency of its oldest invoice, or for a thank-you what
    it paid last. Raises NotFound, BadTemplate, or BadInput when there is nothing to list or the
    template fails.
    """
    template = template_of(identifier, store=store)
    if body.plan is not None:
        template = checked(
            body.plan, template_id=identifier, version=template.version, within="/plan"
        )
    try:
        account = queries.account_of(body.customer, store=store)
    except NotFound as error:
        raise BadInput(str(error), pointer="/customer") from None
    scenarios = store.scenarios()
    step = _step(identifier, scenarios)
    facts = facts_of(account, tenant=store.tenant(), scenarios=scenarios, on=on)
    facts, due = _due(step, facts, account, store=store)
    return _shown(due, facts, _in_language(template, body.language), store=store, on=on)


def _shown(
    due: DueAction, facts: Facts, template: OwnTemplate, *, store: TenantStore, on: date
) -> Shown:
    to = email_recipients(facts.customer, due.step.roles)
    try:
        speaking = voice(
            due,
            facts=facts,
            tenant=store.tenant(),
            contact=to.greeted if to else None,
            on=on,
            templates=lambda _: template,
        )
        context = speaking.context
        wording = template.wordings[context.language]
        email = (
            rendered(lambda: render_email(speaking.words, context=context))
            if wording.subject
            else EmailText("", "", "")
        )
        sms = rendered(lambda: render_sms(speaking.words, context=context)) if wording.sms else None
    except RefusedError as error:
        raise BadInput(str(error)) from None
    code = context.transfer_code
    picture = b64encode(qr_png(code, scale=4, quiet=4)).decode() if code else ""
    html = email.html.replace(f"cid:{TRANSFER_CODE_ID}", f"data:image/png;base64,{picture}")
    return Shown(language=context.language, email=replace(email, html=html), sms=sms)


def _in_language(template: OwnTemplate, language: str | None) -> OwnTemplate:
    """Return the template with one language only, when one is asked for.

    It is known by no shipped name: what is shown is what is in it.
    """
    wordings = template.wordings
    if language is not None:
        if language not in wordings:
            raise BadInput("the template has no words in this language", pointer="/language")
        wordings = {language: wordings[language]}
    return replace(template, wordings=wordings)


def _step(identifier: str, scenarios: Sequence[Scenario]) -> Step:
    """Return the first step that names the template, else one it would suit."""
    for scenario in scenarios:
        for step in scenario.steps:
            if step.template == identifier:
                return replace(step, template=_UNSHIPPED)
    return Step(
        key=_KEYS.get(identifier, StepKey.R1),
        name="preview",
        anchor=Anchor.DUE_DATE,
        offset_days=0,
        channel=Channel.EMAIL,
        template=_UNSHIPPED,
    )


# No shipped template has this name, so the one to be shown is asked for.
_UNSHIPPED = "preview"


def _due(
    step: Step, facts: Facts, account: Account, *, store: TenantStore
) -> tuple[Facts, DueAction]:
    """Return the message that lists what there is to list, and facts that have it."""
    if step.key is StepKey.THANK_YOU:
        page = store.paid_items(account.customer.id, limit=_MOST_PAID)
        live = [item for item in facts.items if item.settled_on]
        chosen = [item for item in (*live, *page.entries) if not item.kind.is_credit]
        facts = replace(facts, items=tuple({item.id: item for item in chosen}.values()))
    else:
        chosen = [item for item in facts.items if _is_owed(item)]
    if not chosen:
        raise BadInput("the customer has no invoice to show this with", pointer="/customer")
    terms = facts.customer.terms or facts.rules.terms

    def dated(item: Item) -> tuple[date, str]:
        found = due_date(item, terms)
        return (found[0] if found else item.issued, item.number)

    chosen.sort(key=dated)
    currency = chosen[0].currency
    listed = [item for item in chosen if item.currency == currency]
    credits_ = [
        item
        for item in facts.items
        if item.kind.is_credit and item.currency == currency and item.residual > 0
    ]
    return facts, DueAction(
        id=derived_id(facts.customer.id, "preview"),
        currency=currency,
        step=step,
        sends=tuple(Send(item.id, step.key) for item in listed),
        listed=tuple(item.id for item in listed),
        credits=tuple(item.id for item in credits_) if step.key.is_reminder else (),
        net=sum(item.balance for item in (*listed, *credits_)),
    )


def _is_owed(item: Item) -> bool:
    return item.status is ItemStatus.ACTIVE and not item.kind.is_credit and item.residual > 0
