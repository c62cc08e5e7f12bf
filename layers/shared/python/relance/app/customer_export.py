"""Customers and their contacts as the CSV that they can be sent back as (L5, A6)."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from relance.app.customer_cells import terms_text
from relance.app.ports.tenant_store import TenantStore
from relance.domain.customer import Contact, Customer
from relance.ledger.customers_csv import COLUMNS, MOST_LINES, exported

# An answer of the API has at most six megabytes.
_MOST_TEXT = 3_000_000
_PAGE = 50
# What a SIRET adds to the SIREN is not kept.
_FIELDS = tuple(field for field in COLUMNS if field != "siret")


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomersPart:
    """A part of the list as CSV, with its header, and where the next part begins."""

    text: str
    next: str | None = None


def export_customers(*, store: TenantStore, most: int, after: str | None = None) -> CustomersPart:
    """Return about `most` customers, one row a contact: UTF-8 with its mark, semicolons.

    No cell is a formula in a spreadsheet. Taken in again it changes nothing. Raises BadInput for a
    cursor that this list did not give.
    """
    text = io.StringIO()
    text.write("\ufeff")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS[field][0] for field in _FIELDS)
    count = 0
    while True:
        page = store.customers(limit=min(_PAGE, most - count), after=after)
        for customer in page.entries:
            for row in _rows(customer):
                writer.writerow(exported(row.get(field, "")) for field in _FIELDS)
        count, after = count + len(page.entries), page.next
        if after is None or count >= most or text.tell() > _MOST_TEXT:
            return CustomersPart(text=text.getvalue(), next=after)


def _rows(customer: Customer) -> Iterator[Mapping[str, str]]:
    first, *others = [_of_contact(contact) for contact in customer.contacts] or [{}]
    yield _of_customer(customer) | first
    for contact in others:
        yield {"code": customer.code} | contact


def _of_customer(customer: Customer) -> dict[str, str]:
    cells = {
        "code": customer.code,
        "name": customer.name,
        "profile": customer.profile,
        "sector": customer.sector,
        "region": customer.region,
        "tags": "|".join(customer.tags),
        "language": customer.language,
        "country": customer.country,
        "terms": terms_text(customer.terms) if customer.terms else None,
        "usual_term": None if customer.usual_term is None else str(customer.usual_term),
        "method": customer.method.value,
        "account_manager": customer.account_manager,
        "siren": customer.siren,
        "vat": customer.vat,
    }
    if customer.address is not None:
        lines = [line for line in customer.address.lines if line][:MOST_LINES]
        cells |= {f"line_{number}": line for number, line in enumerate(lines, start=1)}
        cells["postal_code"] = customer.address.postal_code
        cells["city"] = customer.address.city
        cells["address_country"] = customer.address.country
    return {field: text or "" for field, text in cells.items()}


def _of_contact(contact: Contact) -> dict[str, str]:
    cells = {
        "contact_name": contact.name,
        "contact_role": contact.role,
        "email": contact.email,
        "phone": contact.phone,
        "contact_language": contact.language,
        "main": "yes" if contact.main else "no",
    }
    return {field: text or "" for field, text in cells.items()}
