"""Which language a message is written in (D43)."""

from dataclasses import replace

import pytest

from relance.messages.language import choose_language, supported_languages
from tests.unit.messages.examples import ANNE, DEBTOR


@pytest.mark.parametrize(
    ("contact", "customer", "tenant", "chosen"),
    [
        ("en", "fr", "fr", "en"),
        (None, "en", "fr", "en"),
        (None, None, "en", "en"),
        ("fr-CA", "en", "en", "fr"),
        ("fr_BE", "en", "en", "fr"),
        ("FR", None, "en", "fr"),
        ("de", "fr-CH", "en", "fr"),
        ("", " ", "fr", "fr"),
        ("../en", None, "fr", "fr"),
        ("de", "nl", "it", "en"),
    ],
)
def test_contact_then_customer_then_tenant(
    contact: str | None, customer: str | None, tenant: str, chosen: str
) -> None:
    """D43: a regional language falls back to the plain one, one we lack to the next wish."""
    person, debtor = replace(ANNE, language=contact), replace(DEBTOR, language=customer)
    assert choose_language(person, debtor, tenant) == chosen


def test_without_a_contact_the_customer_decides() -> None:
    assert choose_language(None, replace(DEBTOR, language="en"), "fr") == "en"


def test_french_and_english_are_shipped_and_the_layouts_are_no_language() -> None:
    assert supported_languages() == {"fr", "en"}
