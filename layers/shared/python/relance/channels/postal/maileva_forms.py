"""A letter in Maileva's words."""

import hashlib
import json
import textwrap
from collections.abc import Callable
from typing import Any

from relance.app.errors import RefusedError
from relance.contracts.postal import Product
from relance.contracts.postal_account import MailevaAccount, ReturnAddress
from relance.domain.customer import Address
from relance.domain.postal import Addressee, PostalLetter

_WIDEST_LINE = 38
_LONGEST_TITLE = 256
_LONGEST_REFERENCE = 255
_MOST_BYTES = 20_000_000
# Registered letters are carried within France, its overseas parts, Monaco and Andorra.
_REGISTERED_COUNTRIES = frozenset(
    {"FR", "MC", "AD", "RE", "YT", "MQ", "GP", "MF", "BL", "GF", "PM"}
)
_KEPT_YEARS_REGISTERED = 3
_FILE_NAME = "letter.pdf"
# Lines 3 to 5: what precedes the street, number and street, what follows it.
_STREET_PLACES: dict[int, Callable[[list[str]], list[str]]] = {
    0: lambda _: ["", "", ""],
    1: lambda street: ["", *street, ""],
    2: lambda street: [*street, ""],
    3: lambda street: street,
}


def check_letter(letter: PostalLetter) -> None:
    """Raise RefusedError for a letter that the provider would never take."""
    if not letter.pdf.startswith(b"%PDF-"):
        raise RefusedError("the letter is no PDF")
    if len(letter.pdf) > _MOST_BYTES:
        raise RefusedError("the letter is larger than 20 MB")
    if not 0 < len(letter.reference) <= _LONGEST_REFERENCE:
        raise RefusedError("the letter's reference is empty or too long")
    country = letter.recipient.address.country.upper()
    if letter.registered and country not in _REGISTERED_COUNTRIES:
        raise RefusedError(f"no registered letter can be sent to {country}")


def product_of(letter: PostalLetter) -> Product:
    """Return the service that carries it."""
    return Product.REGISTERED if letter.registered else Product.PLAIN


def draft(letter: PostalLetter, account: MailevaAccount) -> dict[str, Any]:
    """Return a new sending: its options and who sends it. Raises RefusedError as `address`."""
    chosen = account.options
    form: dict[str, Any] = {
        "name": _clean(letter.title)[:_LONGEST_TITLE] or _FILE_NAME,
        "custom_data": letter.reference,
        "color_printing": chosen.color,
        "duplex_printing": chosen.duplex,
        "optional_address_sheet": chosen.address_sheet,
        "notification_email": account.notify,
        **{f"sender_{name}": value for name, value in address(_sender(account.sender)).items()},
    }
    if letter.registered:
        return form | {
            "acknowledgement_of_receipt": True,
            "acknowledgement_of_receipt_scanning": chosen.scan_receipts,
            "archiving_duration": max(chosen.years, _KEPT_YEARS_REGISTERED),
        }
    return form | {
        "print_sender_address": chosen.print_sender,
        "archiving_duration": chosen.years,
        "postage_type": "FAST" if chosen.fast else "ECONOMIC",
        "treat_undelivered_mail": chosen.scan_receipts,
    }


def recipient(letter: PostalLetter) -> dict[str, Any]:
    """Return the recipient. Raises RefusedError as `address`."""
    return {"custom_data": letter.reference, **address(letter.recipient)}


def address(to: Addressee) -> dict[str, str]:
    """Return the six lines of an address and its country, as the post reads them.

    Nothing is cut short: that would go to a wrong place. Raises RefusedError when it does not fit
    six lines of 38 characters, or lacks a name or a town.
    """
    country = to.address.country.upper()
    town = _clean(f"{to.address.postal_code} {to.address.city}")
    if not _clean(to.name) or not _clean(to.address.city):
        raise RefusedError("the postal address lacks a name or a town")
    if len(town) > _WIDEST_LINE:
        raise RefusedError("the town of the postal address is too long for its line")
    if country == "FR" and not _is_french(to.address):
        raise RefusedError("the postal code of the address is not one of France")
    lines = {f"address_line_{number}": row for number, row in enumerate(_rows(to), 1) if row}
    return {**lines, "address_line_6": town, "country_code": country}


def _rows(to: Addressee) -> list[str]:
    """Return lines 1 to 5: company, person, then the street in its own places if all fits there."""
    name, person = _wrapped(to.name), _wrapped(to.attention)
    street = [row for line in to.address.lines for row in _wrapped(line)]
    if len(name) == 1 and len(person) <= 1 and len(street) <= 3:
        return [name[0], *(person or [""]), *_STREET_PLACES[len(street)](street)]
    rows = [*name, *person, *street]
    if len(rows) > 5:
        raise RefusedError("the postal address does not fit six lines of 38 characters")
    return rows


def _wrapped(text: str) -> list[str]:
    """Return the text in rows that fit, broken at spaces only."""
    rows = textwrap.wrap(_clean(text), _WIDEST_LINE, break_long_words=False, break_on_hyphens=False)
    if any(len(row) > _WIDEST_LINE for row in rows):
        raise RefusedError("a word of the postal address is longer than a line")
    return rows


def _is_french(place: Address) -> bool:
    code = place.postal_code.strip()
    return len(code) == 5 and code.isascii() and code.isdigit()


def _clean(text: str) -> str:
    """Return the text on one line, without what no printer prints."""
    spaced = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(spaced.split())


def _sender(given: ReturnAddress) -> Addressee:
    return Addressee(
        name=given.name,
        attention=given.attention,
        address=Address(
            lines=given.lines,
            postal_code=given.postal_code,
            city=given.city,
            country=given.country,
        ),
    )


def document(pdf: bytes) -> tuple[bytes, str]:
    """Return a form with the PDF as its only document, and the form's content type."""
    # What separates the parts must not stand in the PDF; a digest of it practically never does.
    boundary = hashlib.sha256(b"relance" + pdf).hexdigest()
    metadata = json.dumps({"priority": 1, "name": _FILE_NAME})
    parts = (
        f'--{boundary}\r\ncontent-disposition: form-data; name="document"; '
        f'filename="{_FILE_NAME}"\r\ncontent-type: application/pdf\r\n\r\n'.encode(),
        pdf,
        f'\r\n--{boundary}\r\ncontent-disposition: form-data; name="metadata"\r\n'
        f"content-type: application/json\r\n\r\n{metadata}\r\n--{boundary}--\r\n".encode(),
    )
    return b"".join(parts), f"multipart/form-data; boundary={boundary}"
