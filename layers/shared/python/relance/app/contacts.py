"""A customer's contacts, as people write them; nothing is stored here."""

from collections.abc import Sequence
from dataclasses import replace

from relance.app.errors import BadInput, NotFound
from relance.app.idempotency import new_id
from relance.contracts.http.customers import ContactWrite
from relance.contracts.http.texts import checked_phone
from relance.domain.customer import Contact, Customer

MOST_CONTACTS = 50


def contact_id(seed: str | None) -> str:
    """Return the id of a new contact; see `idempotency.new_id`."""
    return new_id(seed, digits=12)


def contact_of(customer: Customer, contact: str) -> Contact:
    """Return one contact of a customer; raises NotFound."""
    found = next((each for each in customer.contacts if each.id == contact), None)
    if found is None:
        raise NotFound("the customer has no such contact")
    return found


def with_contact(
    customer: Customer,
    body: ContactWrite,
    *,
    pointer: str = "",
    instead_of: Contact | None = None,
    made: str | None = None,
) -> Customer:
    """Return the customer with a contact added, or written in another's place.

    There is at most one main contact: the one written last as such. `made` is a new one's id.
    """
    others: Sequence[Contact] = customer.contacts
    if instead_of is None and len(others) >= MOST_CONTACTS:
        raise BadInput(f"a customer has at most {MOST_CONTACTS} contacts", pointer=pointer)
    written = _contact(customer, body, pointer=pointer, instead_of=instead_of, made=made)
    if written.main:
        others = [replace(each, main=False) for each in others]
    if instead_of is None:
        return replace(customer, contacts=(*others, written))
    contacts = tuple(written if each.id == instead_of.id else each for each in others)
    return replace(customer, contacts=contacts)


def _contact(
    customer: Customer,
    body: ContactWrite,
    *,
    pointer: str,
    instead_of: Contact | None,
    made: str | None,
) -> Contact:
    phone = None
    if body.phone:
        try:
            phone = checked_phone(body.phone, country=customer.country)
        except ValueError as error:
            raise BadInput(str(error), pointer=f"{pointer}/phone") from None
    was = instead_of
    email_blocked = was is not None and was.email == body.email and was.email_blocked
    phone_blocked = was is not None and was.phone == phone and was.phone_blocked
    return Contact(
        id=instead_of.id if instead_of else made or contact_id(None),
        name=body.name,
        role=body.role,
        email=body.email,
        phone=phone,
        language=body.language,
        main=body.main,
        email_blocked=email_blocked if body.email_blocked is None else body.email_blocked,
        phone_blocked=phone_blocked if body.phone_blocked is None else body.phone_blocked,
    )
