"""From the values of the use cases to the bodies that the API gives."""

from dataclasses import asdict
from datetime import date
from decimal import Decimal

from relance.app.facts import sending_waits_since
from relance.app.ports.tenant import Profile, Tenant
from relance.app.queries import CurrencyBalance, Explained
from relance.contracts.http.customers import Balance
from relance.contracts.http.explanations import Explanation, ItemExplanation
from relance.contracts.http.profiles import ProfileBody
from relance.contracts.http.reading import ReadingBody
from relance.contracts.http.retention import RetentionBody
from relance.contracts.http.tenants import EntryBody, TenantBody, WindowBody
from relance.contracts.http.text_settings import TextSettingsBody
from relance.contracts.http.values import Money, TermsBody


def tenant_body(tenant: Tenant, *, on: date) -> TenantBody:
    """Return the body of the tenant's settings as they are on tenant day `on`."""
    rules = tenant.rules
    return TenantBody(
        id=tenant.id,
        name=tenant.name,
        sender_email=tenant.sender_email,
        sender_name=tenant.sender_name,
        signature=tenant.signature,
        iban=tenant.iban,
        bic=tenant.bic,
        address=tenant.address,
        phone=tenant.phone,
        payment_link=tenant.payment_link,
        footer=tenant.footer,
        has_logo=bool(tenant.logo),
        verified_sender=tenant.verified_sender,
        texts=TextSettingsBody.of(tenant.texts),
        reading=ReadingBody.of(tenant.reading),
        retention=RetentionBody.of(tenant.retention),
        timezone=rules.timezone,
        country=rules.country,
        language=rules.language,
        terms=TermsBody.of(rules.terms) if rules.terms else None,
        tolerances=tuple(Money.of(least, code) for code, least in sorted(rules.tolerances.items())),
        default_tolerance=f"{Decimal(rules.default_tolerance).scaleb(-2):.2f}",
        late_task_days=rules.late_task_days,
        automatic=rules.automatic,
        paused=rules.paused,
        resume_on=rules.resume_on,
        freshness_days=rules.freshness_days,
        entries=tuple(EntryBody(days=each.days, level=each.level) for each in rules.entries),
        first_wave_cap=rules.first_wave_cap,
        hold_share=tenant.hold_share,
        hold_items=tenant.hold_items,
        windows=WindowBody.all_of(rules.windows),
        mappings={name: dict(mapping) for name, mapping in tenant.mappings.items()},
        default_mapping=tenant.default_mapping,
        first_sync_on=tenant.first_sync_on,
        planned_through=tenant.planned_through,
        ledger_day=tenant.ledger_day,
        sending_waits_since=sending_waits_since(tenant, on),
        version=tenant.version,
    )


def profile_body(profile: Profile) -> ProfileBody:
    """Return the body of a profile."""
    return ProfileBody(id=profile.id, name=profile.name, version=profile.version)


def balance_body(balance: CurrencyBalance) -> Balance:
    """Return the body of a customer's balance in one currency."""
    return Balance(
        currency=balance.currency,
        balance=Money.of(balance.balance, balance.currency),
        overdue=Money.of(balance.overdue, balance.currency),
        credits=Money.of(balance.credits, balance.currency),
    )


def explanation_body(found: Explained, *, more: str | None = None) -> Explanation:
    """Return the body of what a run makes of items; `more` leads to further ones."""
    return Explanation(
        on=found.on,
        next_date=found.next_date,
        next_event=found.next_event,
        items=tuple(
            ItemExplanation(**asdict(item), next_event=found.events.get(item.item))
            for item in found.items
        ),
        next=more,
    )
