"""How a company's ledger files are to be read: what can't be told from the file itself."""

from dataclasses import dataclass
from typing import Literal

Encoding = Literal["cp1252", "iso-8859-1", "iso-8859-15", "cp850", "mac_roman"]
"""The single-byte character sets of French accounting software, past and present."""

# What many strangers owe is nobody's debt.
NOT_CUSTOMERS = (
    "CLIENT DIVERS*",
    "CLIENTS DIVERS*",
    "DIVERS CLIENTS*",
    "CLIENT COMPTOIR*",
    "CLIENTS COMPTOIR*",
    "VENTE COMPTOIR*",
    "VENTES COMPTOIR*",
    "CLIENT DE PASSAGE*",
    "CLIENTS DE PASSAGE*",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingSettings:
    """A tenant's settings for reading its ledger files.

    `encoding` is the character set of files that are not UTF-8. `customer_accounts` are the
    beginnings of the general accounts that are customers' (L3), `except_accounts` those among them
    that are not: invoices not yet made, allowances to come. `not_customers` are patterns, `*` for
    any text, of the codes and names that are no debtors; case and accents make no difference.
    `currency` (ISO 4217) is the one the books are kept in, that of amounts without another.
    """

    encoding: Encoding = "cp1252"
    customer_accounts: tuple[str, ...] = ("411",)
    except_accounts: tuple[str, ...] = ("418", "4198")
    not_customers: tuple[str, ...] = NOT_CUSTOMERS
    currency: str = "EUR"


USUAL_READING = ReadingSettings()
