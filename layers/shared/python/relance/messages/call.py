"""Whom to call (A2, D41)."""

from collections.abc import Iterable

from relance.domain.customer import Contact, Customer


def contact_to_call(customer: Customer, roles: Iterable[str]) -> Contact | None:
    """Return who of the step's roles has a usable number; else the main contact; else the first
    who has one; None when nobody has. Of one role the main contact comes first."""
    reachable = [each for each in customer.contacts if each.usable_phone]
    by_main = sorted(reachable, key=lambda each: not each.main)
    for role in roles:
        for each in by_main:
            if each.role.casefold() == role.casefold():
                return each
    return next(iter(by_main), None)
