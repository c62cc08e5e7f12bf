"""A debtor of the tenant, and whom to reach there."""

from dataclasses import dataclass
from datetime import date

from relance.domain.items import PaymentMethod
from relance.domain.terms import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A postal address, line by line as printed; country is ISO 3166 alpha-2."""

    lines: tuple[str, ...]
    postal_code: str = ""
    city: str = ""
    country: str = "FR"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Someone at the customer's (C1). `email_blocked` says a hard bounce or complaint marked it.

    `phone_blocked` says that whoever called it reached somebody else (A2).
    """

    id: str
    name: str
    role: str = "accounting"
    email: str | None = None
    phone: str | None = None
    language: str | None = None
    main: bool = False
    email_blocked: bool = False
    phone_blocked: bool = False

    @property
    def usable_email(self) -> str | None:
        """The address mail may go to, if any."""
        return None if self.email_blocked else self.email

    @property
    def usable_phone(self) -> str | None:
        """The number that may be called or texted, if any."""
        return None if self.phone_blocked else self.phone


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """That the person behind a customer is erased, since tenant day `on`, by whom and why (H4).

    Until `done` something of it is still to be erased.
    """

    on: date
    author: str
    reason: str
    done: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A debtor of the tenant. `version` counts every change of any fact about it.

    `incomplete_since` names the import that brought only a part of its account: nothing is sent
    on an account known in part. `terms` override the tenant's (D4). `usual_term`, in days from the
    issue date, is when it is known to pay; it overrides the scenario's (D38). `method` is how the
    items are paid that its ledger brings from now on (D31). `account_manager` names the user or
    group of the tenant's that looks after it (A2). `sector`, `region` and `tags` are the tenant's
    own words to choose customers by (A4); `siren` is its French company number, `vat` its VAT
    number with the country before it. One with an `erasure` is never chased again (D27).
    """

    id: str
    code: str
    name: str
    profile: str = "standard"
    language: str | None = None
    country: str = "FR"
    contacts: tuple[Contact, ...] = ()
    address: Address | None = None
    terms: Terms | None = None
    usual_term: int | None = None
    method: PaymentMethod = PaymentMethod.MANUAL
    incomplete_since: str | None = None
    account_manager: str | None = None
    sector: str | None = None
    region: str | None = None
    tags: tuple[str, ...] = ()
    siren: str | None = None
    vat: str | None = None
    erasure: Erasure | None = None
    version: int = 0

    @property
    def has_email(self) -> bool:
        """Whether it takes the with-e-mail side of a scenario pair (S2)."""
        return any(contact.usable_email for contact in self.contacts)
