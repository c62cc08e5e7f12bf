"""What the cells of a customers' CSV mean, each checked as the API checks its field (L5)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from pydantic import TypeAdapter, ValidationError

from relance.app.ports.tenant import Profile
from relance.contracts.http.codes import (
    checked_country,
    checked_language,
    checked_siren,
    checked_vat,
    siren_of_siret,
)
from relance.contracts.http.customers import Tags, UsualTerm
from relance.contracts.http.texts import Email, Line, Name, checked_phone
from relance.contracts.http.values import TermsBody
from relance.domain.items import PaymentMethod
from relance.domain.people import ALIASES, GROUP, People
from relance.domain.terms import Terms, TermsBase
from relance.ledger.mapping import folded

_METHODS = {
    PaymentMethod.MANUAL: ("manual", "transfer", "bank transfer", "cheque", "check", "manuel",
                           "virement", "virement bancaire", "chèque"),
    PaymentMethod.DIRECT_DEBIT: ("direct_debit", "direct debit", "sepa", "prélèvement",
                                 "prélèvement automatique", "prélèvement sepa"),
    PaymentMethod.CARD: ("card", "credit card", "carte", "carte bancaire", "cb"),
}  # fmt: skip
_METHOD_OF = {folded(word): method for method, words in _METHODS.items() for word in words}
_YES, _NO = ("yes", "y", "true", "1", "x", "oui", "o", "vrai"), ("no", "n", "false", "0", "non",
                                                               "faux")  # fmt: skip
_DAYS = r"(?P<days>[0-9]{1,3})(?: ?(?:days?|jours?|j))?"
_MONTH_END = r"(?:end of month|eom|fin de mois|fdm)"
_TERMS = {
    TermsBase.NET: re.compile(rf"(?:net )?{_DAYS}(?: net)?"),
    TermsBase.NET_THEN_MONTH_END: re.compile(rf"{_DAYS} {_MONTH_END}"),
    TermsBase.MONTH_END_THEN_NET: re.compile(rf"{_MONTH_END}(?: ?\+| le)? ?{_DAYS}"),
}
_TERMS_WORDS = {
    TermsBase.NET: "{}",
    TermsBase.NET_THEN_MONTH_END: "{} end of month",
    TermsBase.MONTH_END_THEN_NET: "end of month {}",
}
_DIGITS = re.compile(r"[0-9]{1,4}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a tenant's customers may refer to: its profiles and the people who work for it."""

    profiles: tuple[Profile, ...]
    people: People


def values_of(
    cells: Mapping[str, str], *, known: Known, country: str
) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """Return what these filled cells say, by field, and the fields that are wrong, each with why.

    A phone number without a prefix is read as of the cells' own country, else `country`.
    """
    values: dict[str, Any] = {}
    wrong: list[tuple[str, str]] = []
    # The country first: telephone numbers are read by it.
    for field in sorted(cells, key=lambda name: name != "country"):
        read = _READERS.get(field)
        try:
            if read is not None:
                values[field] = read(cells[field])
            elif field == "profile":
                values[field] = _profile(cells[field], known.profiles)
            elif field == "account_manager":
                values[field] = _manager(cells[field], known.people)
            else:
                values[field] = checked_phone(cells[field], country=values.get("country", country))
        except ValueError as problem:
            wrong.append((field, str(problem)))
    return values, wrong


def terms_text(terms: Terms) -> str:
    """Return payment terms as a cell says them."""
    return _TERMS_WORDS[terms.base].format(terms.days)


def _profile(text: str, profiles: tuple[Profile, ...]) -> str:
    for profile in profiles:
        if folded(text) in (folded(profile.id), folded(profile.name)):
            return profile.id
    names = ", ".join(profile.name for profile in profiles[:20])
    raise ValueError(f"there is no such profile; there are: {names}")


def _manager(text: str, people: People) -> str:
    if people.knows(text) and text not in ALIASES:
        return text
    for reference, group in people.groups.items():
        if folded(text) in (folded(group.name), folded(group.id)):
            return reference
    found = [name for name in people.users if folded(name) == folded(text)]
    if len(found) != 1:
        raise ValueError(f"names no user and no group of yours ({GROUP}…)")
    return found[0]


def _terms(text: str) -> Terms:
    for base, pattern in _TERMS.items():
        if match := pattern.fullmatch(folded(text)):
            return TermsBody(days=_bounded(int(match["days"]), 365), base=base).value()
    raise ValueError("is not like 30, 45 end of month or end of month 45")


def _bounded(days: int, most: int) -> int:
    if days > most:
        raise ValueError(f"must be at most {most} days")
    return days


def _usual_term(text: str) -> int:
    if not _DIGITS.fullmatch(text):
        raise ValueError("must be a whole number of days")
    days: int = _checked(UsualTerm, int(text))
    return days


def _method(text: str) -> PaymentMethod:
    method = _METHOD_OF.get(folded(text))
    if method is None:
        raise ValueError(f"must be one of {', '.join(one.value for one in PaymentMethod)}")
    return method


def _yes_or_no(text: str) -> bool:
    if folded(text) not in (*_YES, *_NO):
        raise ValueError("must be yes or no")
    return folded(text) in _YES


def _tags(text: str) -> tuple[str, ...]:
    words = [word.strip() for word in re.split("[;|]", text)]
    tags: tuple[str, ...] = _checked(Tags, [word for word in words if word])
    return tags


def _country(text: str) -> str:
    code = text.upper()
    return checked_country(
        code if len(code) == 2 else _named("territories").get(folded(text), code)
    )


def _language(text: str) -> str:
    language, _, country = text.replace("_", "-").partition("-")
    if len(language) != 2:
        return checked_language(_named("languages").get(folded(text), text))
    return checked_language(language.lower() + (f"-{country.upper()}" if country else ""))


@cache
def _named(what: str) -> Mapping[str, str]:
    """Return codes of two letters by their names in English and French, as `folded`."""
    from babel import Locale

    return {
        folded(name): code
        for language in ("en", "fr")
        for code, name in getattr(Locale(language), what).items()
        if len(code) == 2
    }


def _checked(kind: Any, value: object) -> Any:
    try:
        return _adapter(kind).validate_python(value)
    except ValidationError as error:
        raise ValueError(error.errors()[0]["msg"].removeprefix("Value error, ")) from None


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


_name, _line = partial(_checked, Name), partial(_checked, Line)
_READERS: Mapping[str, Callable[[str], Any]] = {
    "name": _name,
    "sector": _name,
    "region": _name,
    "tags": _tags,
    "language": _language,
    "country": _country,
    **dict.fromkeys([f"line_{number}" for number in range(1, 7)], _line),
    "postal_code": _line,
    "city": _line,
    "address_country": _country,
    "terms": _terms,
    "usual_term": _usual_term,
    "method": _method,
    "siren": checked_siren,
    "siret": siren_of_siret,
    "vat": checked_vat,
    "contact_name": _name,
    "contact_role": _name,
    "email": partial(_checked, Email),
    "contact_language": _language,
    "main": _yes_or_no,
}
