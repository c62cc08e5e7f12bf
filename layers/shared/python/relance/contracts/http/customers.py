"""Customers and their contacts over HTTP (C1, L5)."""

from datetime import date
from typing import Annotated, ClassVar, Self

from pydantic import AfterValidator, Field, StringConstraints
from pydantic.json_schema import SkipJsonSchema

from relance.contracts.http.codes import KnownCountry, KnownLanguage, Siren, Vat
from relance.contracts.http.texts import Email, Line, Name
from relance.contracts.http.values import AddressBody, Body, Money, Patch, TermsBody
from relance.domain.customer import Contact, Customer
from relance.domain.items import PaymentMethod

_NO_SIGN = r"\x00-\x1f\x7f\u2028\u2029"
Code = Annotated[
    str,
    Field(
        min_length=1,
        max_length=100,
        pattern=rf"^[^\s{_NO_SIGN}]([^{_NO_SIGN}]*[^\s{_NO_SIGN}])?$",
    ),
]


class ContactBody(Body):
    """Someone at the customer's."""

    id: str
    name: str
    role: str
    email: str | None
    phone: str | None
    language: str | None
    main: bool
    email_blocked: bool
    phone_blocked: bool

    @classmethod
    def of(cls, contact: Contact) -> Self:
        """Build from the domain's value."""
        return cls(**{name: getattr(contact, name) for name in cls.model_fields})


class ContactWrite(Body):
    """A contact as a person writes it.

    A `phone` without a prefix is read as of the customer's country. A blocked address or number is
    unblocked by another one, or by saying `email_blocked` or `phone_blocked` false.
    """

    name: Name
    role: Name = "accounting"
    email: Email | None = None
    phone: Line | None = None
    language: KnownLanguage | None = None
    main: Annotated[bool, Field(strict=True)] = False
    email_blocked: Annotated[bool, Field(strict=True)] | None = None
    phone_blocked: Annotated[bool, Field(strict=True)] | None = None


UsualTerm = Annotated[
    int,
    Field(ge=0, le=730, strict=True, description="days from the issue date after which it pays"),
]


def one_spelling(tags: tuple[str, ...]) -> tuple[str, ...]:
    """Return tags without those that only differ in case from one before them."""
    kept: dict[str, str] = {}
    for tag in tags:
        kept.setdefault(tag.casefold(), tag)
    return tuple(kept.values())


Tag = Annotated[Name, StringConstraints(max_length=50), Field(pattern=r"^[^;|]*$")]
Tags = Annotated[tuple[Tag, ...], Field(max_length=30), AfterValidator(one_spelling)]


class CustomerBody(Body):
    """A debtor. `incomplete_since` names an import that brought only a part of its account.

    `method` is how the invoices are paid that its ledger brings. `account_manager` is the user or
    group who does what `alias:account_manager` is to do. `sector`, `region` and `tags` are your own
    words to choose customers by. The person behind one is erased since `erased_on`.
    """

    id: str
    code: str
    name: str
    profile: str
    language: str | None
    country: str
    terms: TermsBody | None
    usual_term: int | None
    method: PaymentMethod
    address: AddressBody | None
    contacts: tuple[ContactBody, ...]
    has_email: bool
    account_manager: str | None
    sector: str | None
    region: str | None
    tags: tuple[str, ...]
    siren: str | None
    vat: str | None
    incomplete_since: str | None
    erased_on: date | None
    version: int

    @classmethod
    def of(cls, customer: Customer) -> Self:
        """Build from the domain's value."""
        return cls(**_fields(customer))


class Balance(Body):
    """What the customer owes in one currency: all, and of it what is overdue (credits apart)."""

    currency: str
    balance: Money
    overdue: Money
    credits: Money


class CustomerDetail(CustomerBody):
    """A debtor with its balances and the day of the next run that looks at it."""

    balances: tuple[Balance, ...]
    next_date: date | None

    @classmethod
    def with_balances(
        cls, customer: Customer, *, balances: tuple[Balance, ...], next_date: date | None
    ) -> Self:
        """Build from the domain's value and what was worked out about it."""
        return cls(**_fields(customer), balances=balances, next_date=next_date)


class CustomerCreate(Body):
    """A new customer. `code` is its account in the ledger and never changes."""

    code: Code
    name: Name
    profile: Name = "standard"
    language: KnownLanguage | None = None
    country: KnownCountry = "FR"
    terms: TermsBody | None = None
    usual_term: UsualTerm | None = None
    method: PaymentMethod = PaymentMethod.MANUAL
    address: AddressBody | None = None
    account_manager: Name | None = None
    sector: Name | None = None
    region: Name | None = None
    tags: Tags = ()
    siren: Siren | None = None
    vat: Vat | None = None
    contacts: Annotated[tuple[ContactWrite, ...], Field(max_length=50)] = ()


class CustomerPatch(Patch):
    """What may change of a customer; contacts have addresses of their own.

    A `method` is given to all its live invoices, and to those that the ledger brings from now on;
    one of them may be paid otherwise by an edit of the item.
    """

    clearable: ClassVar[frozenset[str]] = frozenset(
        {
            "language",
            "terms",
            "usual_term",
            "address",
            "account_manager",
            "sector",
            "region",
            "siren",
            "vat",
        }
    )

    name: Name | SkipJsonSchema[None] = None
    profile: Name | SkipJsonSchema[None] = None
    language: KnownLanguage | None = None
    country: KnownCountry | SkipJsonSchema[None] = None
    terms: TermsBody | None = None
    usual_term: UsualTerm | None = None
    method: PaymentMethod | SkipJsonSchema[None] = None
    address: AddressBody | None = None
    account_manager: Name | None = None
    sector: Name | None = None
    region: Name | None = None
    tags: Tags | SkipJsonSchema[None] = None
    siren: Siren | None = None
    vat: Vat | None = None


def _fields(customer: Customer) -> dict[str, object]:
    return {
        "id": customer.id,
        "code": customer.code,
        "name": customer.name,
        "profile": customer.profile,
        "language": customer.language,
        "country": customer.country,
        "terms": TermsBody.of(customer.terms) if customer.terms else None,
        "usual_term": customer.usual_term,
        "method": customer.method,
        "address": AddressBody.of(customer.address) if customer.address else None,
        "contacts": [ContactBody.of(contact) for contact in customer.contacts],
        "has_email": customer.has_email,
        "account_manager": customer.account_manager,
        "sector": customer.sector,
        "region": customer.region,
        "tags": customer.tags,
        "siren": customer.siren,
        "vat": customer.vat,
        "incomplete_since": customer.incomplete_since,
        "erased_on": customer.erasure.on if customer.erasure else None,
        "version": customer.version,
    }
