"""Which language a message is written in (D43)."""

from collections.abc import Collection
from functools import cache
from pathlib import Path

from relance.domain.customer import Contact, Customer

TEMPLATES = Path(__file__).parent / "templates"
# When nobody's language is one we have: the one most likely to be understood abroad.
LAST_RESORT = "en"


@cache
def supported_languages() -> frozenset[str]:
    """Return the languages there are templates for: the folders that have their own words."""
    return frozenset(words.parent.name for words in TEMPLATES.glob("*/words.j2"))


def choose_language(
    contact: Contact | None,
    customer: Customer,
    tenant_language: str,
    *,
    among: Collection[str] | None = None,
) -> str:
    """Return the first supported of contact's, customer's and tenant's language.

    A regional language falls back to the plain one (`fr-CA` and `fr_CA` to `fr`). `among` are the
    languages that a tenant's own template has, at least one; when it has none of these, one that
    it has is taken.
    """
    known = supported_languages() if among is None else frozenset(among) & supported_languages()
    wishes = (contact.language if contact else None, customer.language, tenant_language)
    for wish in wishes:
        if wish and (language := _supported(wish, known)):
            return language
    return LAST_RESORT if LAST_RESORT in known else min(known, default=LAST_RESORT)


def _supported(tag: str, known: Collection[str]) -> str | None:
    folded = tag.strip().lower().replace("_", "-")
    plain = folded.partition("-")[0]
    return next((each for each in (folded, plain) if each in known), None)
