"""Texts, addresses and codes as they come from outside: checked once, here."""

import re
from datetime import date
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028\u2029]")
_BREAK = re.compile(r"[\t\r\n]")
_IBAN_WEIGHT = 97
# What the checks below refuse, as a pattern for who reads the API's document.
_SIGN = r"[^\x00-\x1f\x7f\u2028\u2029]"
_PROSE_SIGN = r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028\u2029]"
_SEEN = r"[^\s\x00-\x1f\x7f]"


def _no_control(text: str) -> str:
    if _CONTROL.search(text):
        raise ValueError("contains control characters")
    return text


def _one_line(text: str) -> str:
    if _BREAK.search(text):
        raise ValueError("must be a single line")
    return _no_control(text)


def plain_prose(text: str) -> str:
    """Return text of several lines, each ended in one way; ValueError for control characters."""
    return _no_control(text.replace("\r\n", "\n").replace("\r", "\n"))


Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(_one_line),
    Field(json_schema_extra={"pattern": rf"^\s*{_SEEN}({_SIGN}*{_SEEN})?\s*$"}),
]
"""A name or one printed line: never empty."""

Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=200),
    AfterValidator(_one_line),
    Field(json_schema_extra={"pattern": rf"^\s*{_SIGN}*\s*$"}),
]
"""One line that may be empty."""

Prose = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=4000),
    AfterValidator(_no_control),
    Field(json_schema_extra={"pattern": rf"^\s*{_PROSE_SIGN}*\s*$"}),
]
"""Free text of several lines."""

_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _iso_day(value: Any) -> Any:
    """Let through what is a day already or spelt as one: seconds since 1970 are none."""
    if isinstance(value, str) and _ISO_DAY.fullmatch(value):
        return value
    if type(value) is date or value is None:
        return value
    raise ValueError("must be a day, such as 2025-03-09")


Day = Annotated[date, BeforeValidator(_iso_day)]
"""A day as ISO 8601 writes it, and nothing else that could be read as one."""


def _no_flag(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("must be a number")
    return value


FirstVersion = Annotated[Literal[1], BeforeValidator(_no_flag)]
"""The version of a document; to Python, true is 1."""

_FOOTER_LINES, _FOOTER_LINE = 3, 120


def _checked_footer(text: str) -> str:
    lines = [line.strip() for line in plain_prose(text).split("\n") if line.strip()]
    if len(lines) > _FOOTER_LINES or any(len(line) > _FOOTER_LINE for line in lines):
        raise ValueError(
            f"has room for {_FOOTER_LINES} lines of {_FOOTER_LINE} characters, not for more"
        )
    return "\n".join(lines)


Footer = Annotated[
    str,
    StringConstraints(max_length=1000),
    AfterValidator(_checked_footer),
    Field(
        description="what the law has a company say below its letters; 3 lines of 120 characters",
        examples=["SAS au capital de 50 000 € · RCS Brest 123 456 789"],
    ),
]
"""The small lines below letters, without empty ones; empty for none."""

_SLUG = r"^[a-z0-9][a-z0-9-]{0,39}$"
Slug = Annotated[str, Field(pattern=_SLUG)]
"""An id that a person chose: small letters, digits and hyphens."""


def is_slug(text: str) -> bool:
    """Tell whether a text has the form of a `Slug`, as a tenant's id has, too."""
    return re.fullmatch(_SLUG, text) is not None and not text.endswith("\n")


Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217")]
"""A currency as a ledger names it; what people give is a `KnownCurrency`."""


def checked_email(text: str) -> str:
    """Return the address as it is to be mailed to, its domain in ASCII.

    Raises ValueError that says what is wrong with it. Nothing is looked up.
    """
    # Heavy, as is what reads numbers: loaded when there is something to check.
    from email_validator import EmailNotValidError, validate_email

    try:
        address = validate_email(text, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as problem:
        raise ValueError(str(problem)) from None
    return address.ascii_email or address.normalized


Email = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=254),
    AfterValidator(checked_email),
    Field(json_schema_extra={"format": "email"}),
]


def checked_phone(text: str, *, country: str) -> str:
    """Return the number in E.164; one without a prefix is read as of `country`.

    Raises ValueError when no such number can exist.
    """
    import phonenumbers

    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        raise ValueError("is not a telephone number") from None
    if not phonenumbers.is_possible_number(number):
        raise ValueError("is not a possible telephone number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


# What a system has beside the zones: one not yet set, and its own.
_NO_TIMEZONES = frozenset({"Factory", "localtime"})


def _checked_timezone(name: str) -> str:
    if name in _NO_TIMEZONES or name not in available_timezones():
        raise ValueError("is not an IANA time zone, such as Europe/Paris")
    return name


Timezone = Annotated[str, AfterValidator(_checked_timezone)]


def _checked_iban(text: str) -> str:
    iban = text.replace(" ", "").upper()
    if not iban:
        return ""
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", iban):
        raise ValueError("is not an IBAN")
    digits = "".join(str(int(char, 36)) for char in iban[4:] + iban[:4])
    if int(digits) % _IBAN_WEIGHT != 1:
        raise ValueError("is not an IBAN: its check digits are wrong")
    return iban


Iban = Annotated[str, StringConstraints(max_length=50), AfterValidator(_checked_iban)]
"""An IBAN without spaces; empty for none."""

Bic = Annotated[str, Field(pattern=r"^([A-Z]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?)?$")]
"""A BIC; empty for none."""
