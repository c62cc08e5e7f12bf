"""Who gets a copy of an e-mail: other contacts by role, and addresses that the step names (M3)."""

from collections.abc import Iterable

from relance.domain.customer import Customer
from relance.messages.recipients import Recipients, usable_address

# What SES takes in one message, recipients and copies together.
_MOST = 50


def copies(
    customer: Customer, *, to: Recipients, roles: Iterable[str], addresses: Iterable[str]
) -> tuple[str, ...]:
    """Return the addresses of copies, in ASCII form, none of them twice or a recipient's.

    Of each role all contacts who can be reached; nobody stands in for a role without any. An
    address that can't be right, or where mail to a contact bounced, gets no copy.
    """
    wanted = {role.casefold() for role in roles}
    by_role = (c.usable_email for c in customer.contacts if c.role.casefold() in wanted)
    blocked = {
        address.casefold()
        for contact in customer.contacts
        if contact.email_blocked and (address := usable_address(contact.email))
    }
    seen = {address.casefold() for address in to.addresses} | blocked
    found: list[str] = []
    for each in (*by_role, *addresses):
        address = usable_address(each)
        if address and address.casefold() not in seen:
            seen.add(address.casefold())
            found.append(address)
    return tuple(found)[: max(0, _MOST - len(to.addresses))]
