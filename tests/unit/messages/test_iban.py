"""Which accounts a SEPA transfer can be made to."""

import pytest
from schwifty import IBAN, registry

from relance.messages.iban import is_sepa_iban, needs_bic

SEPA = [code for code in registry.get_countries() if registry.get_iban_spec(code).in_sepa_zone]


@pytest.mark.parametrize("country", sorted(SEPA))
def test_accounts_of_every_sepa_country_are_known_at_their_length(country: str) -> None:
    account = str(IBAN.random(country_code=country))
    assert is_sepa_iban(account)
    assert not is_sepa_iban(account + "0")
    assert not is_sepa_iban(account[:-1])


@pytest.mark.parametrize(
    "account",
    [
        "",
        "FR",
        "FR7630006000011234567890188",
        "FR763000600001123456789018",
        "FR7630006000011234567890O89",
        "fr7630006000011234567890189",
        "FR76 3000 6000 0112 3456 7890 189",
        "XX0012345678",
        "TR330006100519786457841326",
        "FR76300060000112345678901é9",
        "FR7630006000011234567890\u0661\u0668\u0669",
    ],
)
def test_what_is_no_account_of_the_scheme_is_refused(account: str) -> None:
    assert not is_sepa_iban(account)


def test_a_change_of_any_one_digit_is_noticed() -> None:
    right = "FR7630006000011234567890189"
    for place in range(2, len(right)):
        for other in "0123456789":
            wrong = right[:place] + other + right[place + 1 :]
            assert is_sepa_iban(wrong) is (wrong == right)


def test_only_countries_outside_the_economic_area_need_the_banks_code() -> None:
    assert [needs_bic(country) for country in ("CH93", "GB29", "MC58", "FR76", "DE89", "NO93")] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]
