"""The parts that several bodies share: money, terms, addresses, pages, problems."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from relance.contracts.http.codes import KnownCountry, KnownCurrency
from relance.contracts.http.texts import Currency, Line
from relance.domain.customer import Address
from relance.domain.money import minor_digits, to_decimal, to_minor
from relance.domain.terms import Terms, TermsBase


class Body(BaseModel):
    """What every body shares: frozen, and nothing unknown accepted."""

    # What was given stays out of our error texts, and so out of the logs.
    # Its schema is built when it is first used: a request uses few of them.
    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True
    )


class Patch(Body):
    """A body of which only the fields given are changed; null is for the `clearable` only."""

    clearable: ClassVar[frozenset[str]] = frozenset()

    @field_validator("*", mode="before")
    @classmethod
    def _null_only_where_it_means_something(cls, value: Any, info: ValidationInfo) -> Any:
        if value is None and info.field_name not in cls.clearable:
            raise ValueError("can't be null; leave it out to keep it as it is")
        return value

    def changes(self) -> dict[str, Any]:
        """Return the fields that were given, by name."""
        return {name: getattr(self, name) for name in self.model_fields_set}


def _no_defaults(schema: dict[str, Any]) -> None:
    for field in schema["properties"].values():
        field.pop("default", None)


class Settings(Body):
    """A group of settings: of one that is given, what it leaves out stays as it is.

    So the API's document tells no defaults of it; a company begins with them.
    """

    model_config = ConfigDict(json_schema_extra=_no_defaults)

    def over(self, stored: Self) -> Self:
        """Return the stored settings with what was given here in its place."""
        given = {name: getattr(self, name) for name in self.model_fields_set}
        return stored.model_copy(update=given)


class Money(Body):
    """An amount in a currency, exact: never a binary float. Sums may be as large as they are."""

    amount: Annotated[str, Field(pattern=r"^-?[0-9]{1,20}(\.[0-9]{1,3})?$", examples=["1234.50"])]
    currency: Currency

    @model_validator(mode="after")
    def _as_exact_as_the_currency(self) -> Self:
        to_minor(Decimal(self.amount), self.currency)
        return self

    @property
    def minor(self) -> int:
        """The amount in minor units."""
        return to_minor(Decimal(self.amount), self.currency)

    @classmethod
    def of(cls, minor: int, currency: str) -> Self:
        """Build from minor units (12345 EUR → 123.45)."""
        digits = minor_digits(currency)
        return cls(amount=f"{to_decimal(minor, currency):.{digits}f}", currency=currency)


class MoneyWrite(Money):
    """An amount that is given, no larger than a ledger's may be."""

    amount: Annotated[str, Field(pattern=r"^-?[0-9]{1,12}(\.[0-9]{1,3})?$", examples=["1234.50"])]


class GivenMoney(MoneyWrite):
    """An amount of the company's settings, in a currency that there is.

    One that goes with an item is `MoneyWrite`: its currency is the item's, as the ledger names it.
    """

    currency: KnownCurrency

    @classmethod
    def stored(cls, minor: int, currency: str) -> "GivenMoney":
        """Build from minor units, unchecked: whatever is stored can be told."""
        return cls.model_construct(**Money.of(minor, currency).model_dump())


def least_amounts(amounts: Iterable[Money]) -> dict[str, int]:
    """Turn amounts, one a currency and none negative, into minor units by currency.

    Raises ValueError otherwise.
    """
    by_currency: dict[str, int] = {}
    for money in amounts:
        if money.currency in by_currency:
            raise ValueError(f"{money.currency} is given twice")
        if money.minor < 0:
            raise ValueError(f"{money.currency} is negative")
        by_currency[money.currency] = money.minor
    return by_currency


class TermsBody(Body):
    """Payment terms: `days` after the issue date, with or without the end of the month."""

    days: Annotated[int, Field(ge=0, le=365, strict=True)]
    base: TermsBase = TermsBase.NET

    def value(self) -> Terms:
        """Return the domain's value."""
        return Terms(self.days, self.base)

    @classmethod
    def of(cls, terms: Terms) -> Self:
        """Build from the domain's value."""
        return cls(days=terms.days, base=terms.base)


class AddressBody(Body):
    """A postal address, line by line as printed."""

    lines: Annotated[tuple[Line, ...], Field(max_length=6)]
    postal_code: Line = ""
    city: Line = ""
    country: KnownCountry = "FR"

    def value(self) -> Address:
        """Return the domain's value."""
        return Address(
            lines=tuple(self.lines),
            postal_code=self.postal_code,
            city=self.city,
            country=self.country,
        )

    @classmethod
    def of(cls, address: Address) -> "AddressBody":
        """Build from the domain's value, unchecked: whatever is stored can be told."""
        return cls.model_construct(
            lines=tuple(address.lines),
            postal_code=address.postal_code,
            city=address.city,
            country=address.country,
        )


class Page[T](Body):
    """A part of a list; `next` is the `after` of the next part, absent at the end."""

    items: tuple[T, ...]
    next: str | None = None


class FieldProblem(Body):
    """What is wrong with one field of the body (`pointer`) or one parameter of the address."""

    message: str
    pointer: str | None = None
    parameter: str | None = None


class Problem(Body):
    """An error, as `application/problem+json` (RFC 9457).

    Programs tell errors apart by `type`, a URN that never changes; `request_id` is for us.
    """

    type: Annotated[str, Field(examples=["urn:relance:problem:invalid"])]
    title: str
    status: int
    detail: str = ""
    errors: tuple[FieldProblem, ...] = ()
    request_id: str | None = None
