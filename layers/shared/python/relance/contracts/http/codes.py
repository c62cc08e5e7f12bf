"""Codes that others give out: countries, languages, company numbers. Checked by libraries.

These are loaded when the first value is checked: most requests have none.
"""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

_VAT_PREFIX = re.compile(r"[A-Z]{2}")
# What CLDR lists beside countries: unions, pretended and unknown places.
_NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
# Nor are these any: none at all, one to test with, units of funds and of banks, metals.
_NO_CURRENCIES = frozenset(
    {"XXX", "XTS", "XSU", "XUA", "XRE", "XDR", "XBA", "XBB", "XBC", "XBD"}
    | {"XAG", "XAU", "XPD", "XPT"}
)


def checked_country(code: str) -> str:
    """Return an ISO 3166 alpha-2 code; ValueError for one that is no country's."""
    from babel import Locale

    if code in _NO_COUNTRIES or code not in Locale("en").territories:
        raise ValueError("is not the ISO 3166 code of a country")
    return code


def checked_language(tag: str) -> str:
    """Return a tag like fr or fr-CA; ValueError when there is no such language or country."""
    from babel import Locale

    language, _, country = tag.partition("-")
    if language not in Locale("en").languages:
        raise ValueError("is not the ISO 639 code of a language")
    if country:
        checked_country(country)
    return tag


def checked_currency(code: str) -> str:
    """Return an ISO 4217 code; ValueError when there is no such currency."""
    from babel import Locale

    if code in _NO_CURRENCIES or code not in Locale("en").currencies:
        raise ValueError("is not the ISO 4217 code of a currency")
    return code


def checked_siren(text: str) -> str:
    """Return a SIREN, nine digits; ValueError when there can't be one."""
    from stdnum.exceptions import ValidationError
    from stdnum.fr import siren

    try:
        return siren.validate(text)
    except ValidationError:
        raise ValueError("is not a SIREN: nine digits, the last of which checks them") from None


def siren_of_siret(text: str) -> str:
    """Return the company of an establishment's SIRET; ValueError when there can't be one."""
    from stdnum.exceptions import ValidationError
    from stdnum.fr import siret

    try:
        return siret.validate(text)[:9]
    except ValidationError:
        raise ValueError("is not a SIRET: 14 digits, the last of which checks them") from None


def checked_vat(text: str) -> str:
    """Return a VAT number with its country before it, without spaces.

    Its check digits are looked at, no register is asked. Raises ValueError when there can't be one,
    also for a country whose numbers nothing is known of.
    """
    from stdnum import get_cc_module
    from stdnum.eu import vat
    from stdnum.exceptions import ValidationError

    number = re.sub(r"[\s./-]", "", text).upper()
    country = number[:2]
    if not _VAT_PREFIX.fullmatch(country):
        raise ValueError("must begin with its country, such as FR")
    module = vat if country in _europe() else get_cc_module(country.lower(), "vat")
    if module is None:
        raise ValueError(f"is of a country ({country}) whose VAT numbers can't be checked")
    try:
        checked = str(module.validate(number))
    except ValidationError:
        raise ValueError("is not a VAT number: its form or check digits are wrong") from None
    return checked if checked.startswith(country) else country + checked


def _europe() -> frozenset[str]:
    from stdnum.eu import vat

    return frozenset({*(code.upper() for code in vat.MEMBER_STATES), "EL", "XI", "EU"})


def agree(siren: str | None, vat: str | None) -> bool:
    """Tell whether a French VAT number is that of the company with this SIREN; True if unknown."""
    return siren is None or vat is None or not vat.startswith("FR") or vat[4:] == siren


KnownCountry = Annotated[
    str,
    Field(pattern=r"^[A-Z]{2}$", description="ISO 3166 alpha-2"),
    AfterValidator(checked_country),
]
KnownLanguage = Annotated[
    str,
    Field(pattern=r"^[a-z]{2}(-[A-Z]{2})?$", examples=["fr", "en", "fr-CA"]),
    AfterValidator(checked_language),
]
KnownCurrency = Annotated[
    str,
    Field(pattern=r"^[A-Z]{3}$", description="ISO 4217", examples=["EUR"]),
    AfterValidator(checked_currency),
]
Siren = Annotated[
    str, StringConstraints(max_length=20), AfterValidator(checked_siren),
    Field(description="the French company number, nine digits"),
]  # fmt: skip
Vat = Annotated[
    str, StringConstraints(max_length=30), AfterValidator(checked_vat),
    Field(description="a VAT number, its country before it", examples=["FR40303265045"]),
]  # fmt: skip
