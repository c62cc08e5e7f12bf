"""What the rows of one customer in a CSV make of the stored one (L5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from relance.app.contacts import with_contact
from relance.app.customer_cells import Known, values_of
from relance.app.errors import BadInput
from relance.contracts.http.codes import agree
from relance.contracts.http.customers import ContactWrite
from relance.domain.customer import Address, Contact, Customer
from relance.domain.identifiers import customer_id
from relance.ledger.customers_csv import MOST_LINES, CustomerRow
from relance.ledger.issues import RowRefused

LINES = tuple(f"line_{number}" for number in range(1, MOST_LINES + 1))
_ADDRESS = (*LINES, "postal_code", "city", "address_country")
_CONTACT = {"contact_name": "name", "contact_role": "role", "email": "email", "phone": "phone",
            "contact_language": "language", "main": "main"}  # fmt: skip
_WHO = ("contact_name", "email", "phone")
_CLEARABLE = frozenset(
    {"sector", "region", "tags", "language", "terms", "usual_term", "account_manager", "siren",
     "siret", "vat", "line_1", "postal_code", "city", "email", "phone", "contact_language"}
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRows:
    """The rows of the customer `code`; `titles` are the file's own by field."""

    code: str
    rows: Sequence[CustomerRow]
    titles: Mapping[str, str]
    known: Known
    country: str


class Wrong(Exception):
    """The rows can't be used. `cells` are the numbers of the bad rows, each with a cell of it."""

    def __init__(self, cells: Sequence[tuple[int, RowRefused]]) -> None:
        super().__init__(f"{len(cells)} bad cells")
        self.cells = cells


def written(rows: CustomerRows, customer: Customer | None) -> Customer:
    """Return the customer as the rows want it, `customer` being what is stored of it.

    What cells say of the customer itself may stand in any of its rows, once; each row with a cell
    about a contact is about one. Raises Wrong with every bad cell of all rows.
    """
    found = _Rows(rows)
    own, places = found.own_cells()
    country = customer.country if customer else rows.country
    values = found.checked(own, places, country=country)
    contacts = [
        (
            row,
            found.checked(cells, dict.fromkeys(cells, row), country=values.get("country", country)),
        )
        for row in rows.rows
        if (cells := {name: text for name, text in row.cells.items() if name in _CONTACT})
    ]
    first = rows.rows[0]
    siren, siret = values.get("siren"), values.get("siret")
    if siren and siret and siren != siret:
        found.wrong(places["siret"], "siret", f"is not of the company {siren}")
    if customer is None and "name" not in own:
        found.wrong(first, "name", "a new customer needs a name")
    found.stop()
    edited = customer or Customer(
        id=customer_id(rows.code), code=rows.code, name=values["name"], country=country
    )
    edited = replace(edited, **_fields(edited, values))
    number = next((name for name in ("vat", "siren", "siret") if name in values), None)
    if number is not None and not agree(edited.siren, edited.vat):
        found.wrong(places[number], number, "the SIREN and the VAT number are of two companies")
    edited = _with_contacts(edited, contacts, found)
    found.stop()
    return edited


class _Rows:
    """Collects what is wrong with the rows of one customer."""

    def __init__(self, rows: CustomerRows) -> None:
        self._all = rows
        self._bad: list[tuple[int, RowRefused]] = []

    def wrong(self, row: CustomerRow, name: str, reason: str) -> None:
        """Note a bad cell."""
        title = self._all.titles.get(name, "")
        value = row.cells.get(name) or ""
        self._bad.append((row.record.row, RowRefused(title, reason, value)))

    def stop(self) -> None:
        """Raise Wrong when anything was noted."""
        if self._bad:
            raise Wrong(self._bad)

    def own_cells(self) -> tuple[dict[str, str | None], dict[str, CustomerRow]]:
        """Return the cells about the customer itself, and in which row each stands first."""
        cells: dict[str, str | None] = {}
        places: dict[str, CustomerRow] = {}
        for row in self._all.rows:
            for name, text in row.cells.items():
                if name in _CONTACT or name == "code":
                    continue
                if name not in cells:
                    cells[name], places[name] = text, row
                elif cells[name] != text:
                    first = places[name].record.row
                    self.wrong(row, name, f"row {first} of the same customer says otherwise")
        return cells, places

    def checked(
        self,
        cells: Mapping[str, str | None],
        places: Mapping[str, CustomerRow],
        *,
        country: str,
    ) -> dict[str, Any]:
        """Return the values of these cells, None for what is cleared; note those that are bad."""
        filled = {name: text for name, text in cells.items() if text is not None}
        values, wrong = values_of(filled, known=self._all.known, country=country)
        for name, reason in wrong:
            self.wrong(places[name], name, reason)
        for name in cells.keys() - filled.keys():
            if name in _CLEARABLE:
                values[name] = None
            else:
                self.wrong(places[name], name, "can't be cleared: leave the cell empty to keep it")
        return values


def _fields(customer: Customer, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the customer's fields that the values set."""
    fields = {
        name: value
        for name, value in values.items()
        if name not in _ADDRESS and name not in ("siret", "tags")
    }
    if "siret" in values:
        fields.setdefault("siren", values["siret"])
    if "tags" in values:
        fields["tags"] = values["tags"] or ()
    if any(name in values for name in _ADDRESS):
        fields["address"] = _address(customer, values)
    return fields


def _address(customer: Customer, values: Mapping[str, Any]) -> Address | None:
    """Return the address with what the values change: its lines are one, the first clears all."""
    if values.get("line_1", "") is None:
        return None
    country = values.get("country", customer.country)
    was = customer.address or Address(lines=(), country=country)
    lines = tuple(values[name] for name in LINES if values.get(name))
    same = lines == tuple(line for line in was.lines if line)
    return Address(
        lines=was.lines if same or not lines else lines,
        postal_code=values.get("postal_code", was.postal_code) or "",
        city=values.get("city", was.city) or "",
        country=values.get("address_country", was.country),
    )


def _with_contacts(
    customer: Customer, rows: Sequence[tuple[CustomerRow, Mapping[str, Any]]], found: _Rows
) -> Customer:
    """Write each row's contact into the one it means, else add it.

    It means the one with its address, else with its number, else with its name: for all rows first
    by address, so that of two people of one name each keeps its own.
    """
    meant = _meant(customer.contacts, [values for _, values in rows])
    for place, (row, values) in enumerate(rows):
        current = next(
            (each for each in customer.contacts if each.id == meant.get(place)),
            # Or one that a row above has just written.
            next((each for each in customer.contacts if _same_email(each, values)), None),
        )
        if current is None and not any(values.get(name) for name in _WHO):
            if any(value is not None for value in values.values()):
                name = next(iter(values))
                found.wrong(row, name, "give the contact's name, e-mail address or number, too")
            continue  # there is nobody to clear anything of
        body = _contact(customer, current, values)
        if current is None and any(_is_said_by(each, body) for each in customer.contacts):
            continue  # the same row twice
        try:
            customer = with_contact(customer, body, instead_of=current)
        except BadInput as error:
            found.wrong(row, "contact_name", str(error))
    return customer


def _meant(contacts: Sequence[Contact], rows: Sequence[Mapping[str, Any]]) -> Mapping[int, str]:
    """Return by a row's place the id of the contact that it means, each meant by one row.

    Rows that name nobody mean the only one there is.
    """
    meant: dict[int, str] = {}
    for same in (_same_email, _same_phone, _same_name):
        for place, values in enumerate(rows):
            free = (each for each in contacts if each.id not in meant.values())
            match = next((each for each in free if same(each, values)), None)
            if match is not None:
                meant.setdefault(place, match.id)
    for place, values in enumerate(rows):
        if len(contacts) == 1 and not any(values.get(name) for name in _WHO):
            meant[place] = contacts[0].id
    return meant


def _contact(customer: Customer, known: Contact | None, values: Mapping[str, Any]) -> ContactWrite:
    fields = {
        "name": known.name if known else customer.name,
        "role": known.role if known else "accounting",
        "email": known.email if known else None,
        "phone": known.phone if known else None,
        "language": known.language if known else None,
        # Whoever comes first is who is written to unless a file says otherwise.
        "main": known.main if known else not customer.contacts,
    }
    fields |= {_CONTACT[name]: value for name, value in values.items()}
    return ContactWrite(**fields)


def _is_said_by(contact: Contact, body: ContactWrite) -> bool:
    return all(
        getattr(contact, name) == getattr(body, name)
        for name in ("name", "role", "email", "phone", "language")
    )


def _same_email(contact: Contact, values: Mapping[str, Any]) -> bool:
    email = values.get("email")
    return bool(email and contact.email and contact.email.casefold() == email.casefold())


def _same_phone(contact: Contact, values: Mapping[str, Any]) -> bool:
    return not values.get("email") and bool(values.get("phone")) and (
        contact.phone == values["phone"]
    )  # fmt: skip


def _same_name(contact: Contact, values: Mapping[str, Any]) -> bool:
    name = values.get("contact_name")
    return bool(name) and contact.name.casefold() == str(name).casefold()
