"""A customer's id is its account code, as an address can spell it."""

import pytest

from relance.domain.identifiers import customer_code, customer_id


@pytest.mark.parametrize("code", ["411DUPONT", "C.1", ".a", "é/1", "a b", "...", "..", ".", "~2e"])
def test_an_id_leads_back_to_its_code(code: str) -> None:
    assert customer_code(customer_id(code)) == code


@pytest.mark.parametrize("code", [".", "..", "..."])
def test_no_id_is_a_step_in_an_address(code: str) -> None:
    assert "." not in customer_id(code)


def test_codes_of_dots_and_others_have_ids_of_their_own() -> None:
    codes = [".", "..", "~2e", "~2e~2e", ".a", "2e"]

    assert len({customer_id(code) for code in codes}) == len(codes)
