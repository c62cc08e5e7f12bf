"""How a company's ledger files are read, over HTTP (L2, L3)."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints

from relance.contracts.http.codes import KnownCurrency
from relance.contracts.http.values import Settings
from relance.domain.reading import USUAL_READING, Encoding, ReadingSettings

# Customers, group companies and sundry debtors; suppliers, staff and the State are never chased.
_Account = Annotated[
    str, StringConstraints(pattern=r"^4[156][0-9A-Za-z]{0,10}$"), Field(examples=["411"])
]
_Pattern = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=2, max_length=100, pattern=r"[^*\s]"),
    Field(examples=["CLIENTS DIVERS*"]),
]
_Accounts = Annotated[tuple[_Account, ...], Field(max_length=20)]


class ReadingBody(Settings):
    """How ledger files are read.

    `encoding` is the character set of files that are not UTF-8: cp850 of old DOS software,
    mac_roman of old Macs. `customer_accounts` are the beginnings of the accounts that are
    customers'; add 416 if doubtful debts are to be chased, too. `except_accounts` are those among
    them that are not. `not_customers` are codes and names that are no debtors, `*` standing for
    any text. What is left out so is counted in the import's report. `currency` is the one the books
    are kept in: that of every amount for which the file or its mapping names no other.
    """

    encoding: Encoding = USUAL_READING.encoding
    customer_accounts: Annotated[_Accounts, Field(min_length=1)] = USUAL_READING.customer_accounts
    except_accounts: _Accounts = USUAL_READING.except_accounts
    not_customers: Annotated[tuple[_Pattern, ...], Field(max_length=100)] = (
        USUAL_READING.not_customers
    )
    currency: KnownCurrency = USUAL_READING.currency

    @classmethod
    def of(cls, settings: ReadingSettings) -> Self:
        """Build from the domain's value."""
        return cls(
            encoding=settings.encoding,
            customer_accounts=settings.customer_accounts,
            except_accounts=settings.except_accounts,
            not_customers=settings.not_customers,
            currency=settings.currency,
        )

    def value(self) -> ReadingSettings:
        """Return the domain's value."""
        return ReadingSettings(
            encoding=self.encoding,
            customer_accounts=self.customer_accounts,
            except_accounts=self.except_accounts,
            not_customers=self.not_customers,
            currency=self.currency,
        )
