"""Who a message goes to (D41). Fails closed: an address that can't be right is not used."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace

from relance.domain.customer import Contact, Customer

# What SES takes in one message.
_MOST_RECIPIENTS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipients:
    """E-mail addresses in ASCII form, and the contact whose language and name the text uses."""

    addresses: tuple[str, ...]
    contact: Contact

    @property
    def greeted(self) -> Contact:
        """The contact as the text speaks to it: without a name when the message goes to several."""
        return self.contact if len(self.addresses) == 1 else replace(self.contact, name="")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRecipient:
    """A mobile number in E.164 form and whose it is."""

    number: str
    contact: Contact


def usable_address(address: str | None) -> str | None:
    """Return the address as it goes on the wire (domain in IDNA), None when it can't be right.

    Syntax only: nothing is looked up. A local part outside ASCII is refused, as SES refuses it.
    """
    # Here and not above: whoever sends texts or letters does without, and it takes long to import.
    from email_validator import EmailNotValidError, validate_email

    try:
        checked = validate_email(
            (address or "").strip(), check_deliverability=False, allow_smtputf8=False, strict=True
        )
    except EmailNotValidError:
        return None
    return checked.ascii_email


def usable_number(number: str | None, *, country: str) -> str | None:
    """Return a number that can receive SMS in E.164 form, None when it is not one.

    `country` (ISO 3166 alpha-2) is the one that a number without prefix is dialled in.
    """
    # Here and not above: e-mails and letters do without.
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number or "", country.upper())
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    kinds = phonenumbers.PhoneNumberType
    if phonenumbers.number_type(parsed) not in (kinds.MOBILE, kinds.FIXED_LINE_OR_MOBILE):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def email_recipients(customer: Customer, roles: Iterable[str]) -> Recipients | None:
    """Return everyone of the step's roles with a usable address; else the main contact; else
    the first who has one; None when nobody has (D41)."""
    chosen = _chosen(customer.contacts, roles, lambda c: usable_address(c.usable_email))
    if not chosen:
        return None
    addresses = {address.casefold(): address for _, address in reversed(chosen)}
    return Recipients(
        addresses=tuple(reversed(addresses.values()))[:_MOST_RECIPIENTS], contact=chosen[0][0]
    )


def text_numbers(customer: Customer) -> frozenset[str]:
    """Return all mobile numbers of the customer's contacts, in E.164."""
    found = (
        usable_number(each.usable_phone, country=customer.country) for each in customer.contacts
    )
    return frozenset(number for number in found if number)


def text_recipient(
    customer: Customer, roles: Iterable[str], *, without: Collection[str] = ()
) -> TextRecipient | None:
    """Return the one person whom a text message goes to, chosen as `email_recipients` does.

    Nobody whose number, in E.164, is among `without`.
    """

    def usable(contact: Contact) -> str | None:
        number = usable_number(contact.usable_phone, country=customer.country)
        return None if number in without else number

    chosen = _chosen(customer.contacts, roles, usable)
    return TextRecipient(contact=chosen[0][0], number=chosen[0][1]) if chosen else None


def letter_contact(customer: Customer, roles: Iterable[str]) -> Contact | None:
    """Return whose attention a letter is for: by role, else the main contact, else nobody."""
    main = tuple(contact for contact in customer.contacts if contact.main)
    return next(iter((*_of_roles(customer.contacts, roles), *main)), None)


def _chosen(
    contacts: tuple[Contact, ...], roles: Iterable[str], usable: Callable[[Contact], str | None]
) -> list[tuple[Contact, str]]:
    reachable = [(contact, where) for contact in contacts if (where := usable(contact))]
    wanted = _of_roles(tuple(contact for contact, _ in reachable), roles)
    if wanted:
        where_of = {contact.id: where for contact, where in reachable}
        return [(contact, where_of[contact.id]) for contact in wanted]
    return [pair for pair in reachable if pair[0].main][:1] or reachable[:1]


def _of_roles(contacts: tuple[Contact, ...], roles: Iterable[str]) -> tuple[Contact, ...]:
    """Order by the step's roles, then the main contact first, then as they are stored."""
    return tuple(
        contact
        for role in roles
        for contact in sorted(contacts, key=lambda c: not c.main)
        if contact.role.casefold() == role.casefold()
    )
