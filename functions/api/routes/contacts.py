"""The people at a customer's (C1). Their ETag is the customer's."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from functions.api.access import CurrentSession
from functions.api.answers import (
    MOST,
    After,
    IfMatch,
    Limit,
    expected,
    listed,
    nothing,
    part_of,
    single,
)
from functions.api.routes.router import new_router
from relance.app import contacts, customers, queries
from relance.contracts.http.customers import ContactBody, ContactWrite
from relance.contracts.http.values import Page

router = new_router()

_CONTACTS = "/v1/customers/<customer>/contacts"
_CONTACT = f"{_CONTACTS}/<contact>"


@router.get(_CONTACTS, tags=["Contacts"])
def list_contacts(
    session: CurrentSession, customer: str, limit: Limit = MOST, after: After = None
) -> Page[ContactBody]:
    """List a customer's contacts."""
    account = queries.account_of(customer, store=session.store)
    contacts = list(account.customer.contacts)
    page = part_of(
        contacts,
        lambda contact: contact.id,
        of=session.list_named(f"contacts/{customer}"),
        limit=limit,
        after=after,
    )
    return listed(page, ContactBody.of)


@router.post(_CONTACTS, tags=["Contacts"], status_code=HTTPStatus.CREATED)
def add_contact(
    session: CurrentSession, customer: str, body: ContactWrite, if_match: IfMatch = None
) -> Response[ContactBody]:
    """Add a contact."""
    changed, contact = customers.add_contact(
        customer,
        body,
        store=session.store,
        on=session.today(),
        expected=expected(if_match),
        seed=session.seed,
        failed=session.failed,
    )
    return single(
        ContactBody.of(contact),
        version=changed.version,
        status=HTTPStatus.CREATED,
        location=f"/v1/customers/{customer}/contacts/{contact.id}",
    )


@router.get(_CONTACT, tags=["Contacts"])
def get_contact(session: CurrentSession, customer: str, contact: str) -> Response[ContactBody]:
    """Show a contact."""
    account = queries.account_of(customer, store=session.store)
    found = contacts.contact_of(account.customer, contact)
    return single(ContactBody.of(found), version=account.customer.version)


@router.put(_CONTACT, tags=["Contacts"])
def replace_contact(
    session: CurrentSession,
    customer: str,
    contact: str,
    body: ContactWrite,
    if_match: IfMatch = None,
) -> Response[ContactBody]:
    """Write a contact anew."""
    changed, written = customers.replace_contact(
        customer,
        contact,
        body,
        store=session.store,
        on=session.today(),
        expected=expected(if_match),
        failed=session.failed,
    )
    return single(ContactBody.of(written), version=changed.version)


@router.delete(_CONTACT, tags=["Contacts"], status_code=HTTPStatus.NO_CONTENT)
def remove_contact(
    session: CurrentSession, customer: str, contact: str, if_match: IfMatch = None
) -> Response[None]:
    """Take a contact off."""
    customers.remove_contact(
        customer,
        contact,
        store=session.store,
        on=session.today(),
        expected=expected(if_match),
        failed=session.failed,
    )
    return nothing()
