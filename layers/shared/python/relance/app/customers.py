"""Customers, their contacts and their profile, as people edit them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from relance.app.contacts import contact_id, contact_of, with_contact
from relance.app.erased import refuse_erased
from relance.app.errors import BadInput, Conflict, NotFound
from relance.app.items import pay_by, pays_half_way
from relance.app.people import check_manager
from relance.app.ports.accounts import Account
from relance.app.ports.tenant_store import TenantStore
from relance.app.schedule import Failed, reschedule_written, unheard
from relance.contracts.http.codes import agree
from relance.contracts.http.customers import ContactWrite, CustomerCreate, CustomerPatch
from relance.domain.customer import Contact, Customer
from relance.domain.identifiers import customer_id


def create_customer(body: CustomerCreate, *, store: TenantStore) -> Customer:
    """Add a customer that the ledger has not brought yet.

    Raises Conflict when its code is known already, BadInput for an unknown profile or account
    manager, a phone number that can't exist, or company numbers that contradict each other.
    """
    _check_profile(body.profile, store=store)
    check_manager(body.account_manager, store=store)
    customer = Customer(
        id=customer_id(body.code),
        code=body.code,
        name=body.name,
        profile=body.profile,
        language=body.language,
        country=body.country,
        terms=body.terms.value() if body.terms else None,
        usual_term=body.usual_term,
        method=body.method,
        address=body.address.value() if body.address else None,
        account_manager=body.account_manager,
        sector=body.sector,
        region=body.region,
        tags=body.tags,
        siren=body.siren,
        vat=body.vat,
    )
    check_numbers(customer)
    for place, contact in enumerate(body.contacts):
        customer = with_contact(customer, contact, pointer=f"/contacts/{place}")
    return store.save_customer(customer, gets_profile=True)


def edit_customer(
    identifier: str,
    patch: CustomerPatch,
    *,
    author: str,
    store: TenantStore,
    on: date,
    expected: int | None = None,
    failed: Failed = unheard,
) -> Customer:
    """Change what `patch` names of a customer and reschedule it.

    How it pays is set on its live invoices too, noted as `author`'s edit of each. Raises NotFound,
    BadInput for an unknown profile or account manager, Conflict when the customer is not at
    version `expected` or changes meanwhile.
    """
    changes = patch.changes()
    if "profile" in changes:
        _check_profile(changes["profile"], store=store)
    check_manager(changes.get("account_manager"), store=store)
    for name in ("terms", "address"):
        if changes.get(name) is not None:
            changes[name] = changes[name].value()

    def edited(customer: Customer) -> Customer:
        changed = replace(customer, **changes)
        check_numbers(changed)
        return changed

    return _edit(
        identifier,
        edited,
        store=store,
        on=on,
        expected=expected,
        failed=failed,
        author=author,
    )


def add_contact(
    identifier: str,
    body: ContactWrite,
    *,
    store: TenantStore,
    on: date,
    expected: int | None = None,
    seed: str | None = None,
    failed: Failed = unheard,
) -> tuple[Customer, Contact]:
    """Add a contact; return the customer with it, and the contact. Raises as `edit_customer`.

    One that this `seed` made is returned as it is.
    """
    made = contact_id(seed)
    customer = _edit(
        identifier,
        lambda customer: with_contact(customer, body, made=made),
        store=store,
        on=on,
        expected=expected,
        done=lambda customer: any(each.id == made for each in customer.contacts),
        failed=failed,
    )
    return customer, contact_of(customer, made)


def replace_contact(
    identifier: str,
    contact: str,
    body: ContactWrite,
    *,
    store: TenantStore,
    on: date,
    expected: int | None = None,
    failed: Failed = unheard,
) -> tuple[Customer, Contact]:
    """Write a contact anew, at its place; raises as `edit_customer`, NotFound for the contact."""
    customer = _edit(
        identifier,
        lambda customer: with_contact(customer, body, instead_of=contact_of(customer, contact)),
        store=store,
        on=on,
        expected=expected,
        failed=failed,
    )
    return customer, contact_of(customer, contact)


def remove_contact(
    identifier: str,
    contact: str,
    *,
    store: TenantStore,
    on: date,
    expected: int | None = None,
    failed: Failed = unheard,
) -> Customer:
    """Take a contact off; raises as `edit_customer`, NotFound for the contact."""

    def without(customer: Customer) -> Customer:
        gone = contact_of(customer, contact)
        return replace(customer, contacts=tuple(c for c in customer.contacts if c is not gone))

    return _edit(identifier, without, store=store, on=on, expected=expected, failed=failed)


def _edit(
    identifier: str,
    change: Callable[[Customer], Customer],
    *,
    store: TenantStore,
    on: date,
    expected: int | None,
    failed: Failed,
    author: str = "",
    done: Callable[[Customer], bool] = lambda _: False,
) -> Customer:
    account = store.account(identifier)
    if account is None:
        raise NotFound("there is no such customer")
    customer = account.customer
    if done(customer):
        return customer
    if expected is not None and customer.version != expected:
        raise Conflict("the customer changed since it was read")
    edited = change(customer)
    if edited == customer and not pays_half_way(customer):
        return customer
    return save_edited(edited, account, author=author, store=store, on=on, failed=failed)


def save_edited(
    edited: Customer,
    account: Account,
    *,
    author: str,
    store: TenantStore,
    on: date,
    failed: Failed,
) -> Customer:
    """Store a customer that differs from its `account`'s, and reschedule it.

    When it pays otherwise now, so do its live invoices. Raises Conflict as `edit_customer`, and
    BadInput as `pay_by`. `failed` hears when its next date could not be set.
    """
    customer = account.customer
    refuse_erased(customer)
    gets_profile = edited.profile != customer.profile
    if pays_half_way(customer) or edited.method is not customer.method:
        saved = pay_by(
            edited, account.items, author=author, store=store, on=on, gets_profile=gets_profile
        )
    else:
        saved = store.save_customer(edited, gets_profile=gets_profile)
    reschedule_written(customer.id, store=store, on=on, failed=failed)
    return saved


def check_numbers(customer: Customer) -> None:
    """Raise BadInput when its VAT number is another company's than its SIREN."""
    if not agree(customer.siren, customer.vat):
        raise BadInput(f"is not of the company {customer.siren}", pointer="/vat")


def _check_profile(profile: str, *, store: TenantStore) -> None:
    if all(known.id != profile for known in store.profiles()):
        raise BadInput("there is no such profile", pointer="/profile")
