"""The signed link of text messages (M5)."""

import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relance.contracts.opt_out_link import Asked, opt_out_token, read_opt_out_token

KEY = b"0123456789abcdef0123456789abcdef"
ASKED = Asked("+33612345678", "fr")

numbers = st.integers(min_value=10**6, max_value=10**15 - 1).map(lambda digits: f"+{digits}")
languages = st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=2)


def token(asked: Asked = ASKED, tenant: str = "atelier", key: bytes = KEY) -> str:
    return opt_out_token(asked, tenant=tenant, key=key)


def read(text: str, tenant: str = "atelier", key: bytes = KEY) -> Asked | None:
    return read_opt_out_token(text, tenant=tenant, key=key)


@given(numbers, languages, st.text(max_size=40))
def test_what_was_signed_is_read_back(number: str, language: str, tenant: str) -> None:
    made = token(Asked(number, language), tenant)
    assert re.fullmatch(r"[A-Za-z0-9_-]{24}", made)
    assert read(made, tenant) == Asked(number, language)


def test_a_link_of_another_company_or_key_is_none() -> None:
    assert read(token(), "rival") is None
    assert read(token(), key=KEY[::-1]) is None
    assert read(token(tenant="rival")) is None


@pytest.mark.parametrize("place", range(24))
def test_a_link_that_was_changed_anywhere_is_none(place: int) -> None:
    made = token()
    other = "A" if made[place] != "A" else "B"
    assert read(made[:place] + other + made[place + 1 :]) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "A" * 23,
        "A" * 25,
        "A" * 24,
        "é" * 24,
        "=" * 24,
        "../../../../../../../..",
        "A" * 9999,
    ],
)
def test_what_is_no_token_is_none(text: str) -> None:
    assert read(text) is None


def test_a_link_does_not_show_its_number() -> None:
    raw = base64.urlsafe_b64decode(token())
    near = base64.urlsafe_b64decode(token(Asked("+33612345679", "fr")))
    assert (33612345678 * 676 + 5 * 26 + 17).to_bytes(8) not in raw
    assert sum(one == other for one, other in zip(raw, near, strict=True)) < 6


@pytest.mark.parametrize(
    "asked",
    [Asked("0612345678", "fr"), Asked("+33 6", "fr"), Asked("+33612345678", "fr-CA"),
     Asked("+" + "9" * 16, "fr"), Asked("+33612345678", "")],
)  # fmt: skip
def test_no_link_is_made_for_what_is_no_number_or_language(asked: Asked) -> None:
    with pytest.raises(ValueError, match=r"E\.164"):
        token(asked)
