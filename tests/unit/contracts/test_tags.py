"""Message tags in the characters that SES allows."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relance.contracts.tags import decode_tag, encode_tag
from relance.domain.identifiers import customer_id, derived_id


@given(st.text(min_size=1, max_size=20).filter(lambda text: text.isprintable()))
def test_any_name_comes_back_as_it_was(text: str) -> None:
    tag = encode_tag(text)
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,256}", tag)
    assert decode_tag(tag) == text


@given(st.text(alphabet="aé_~.-/ ", min_size=1, max_size=8), st.text(min_size=1, max_size=3))
def test_two_names_never_share_a_tag(one: str, other: str) -> None:
    assert (encode_tag(one) == encode_tag(other)) is (one == other)


def test_action_ids_stay_readable() -> None:
    action = derived_id(customer_id("411/DUPONT.2"), "EUR", "r1")
    assert encode_tag(action).startswith("411_7e2fDUPONT_2e2-")
    assert decode_tag(encode_tag(action)) == action


@pytest.mark.parametrize("text", ["", "x" * 257, "é" * 43])
def test_a_name_too_long_or_empty_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not 1 to 256"):
        encode_tag(text)


@pytest.mark.parametrize("tag", ["", "a b", "a_", "a_2", "a_2E", "é", "a_ff", "a\n"])
def test_a_tag_that_is_not_ours_is_refused(tag: str) -> None:
    with pytest.raises(ValueError, match=r"not a tag|can't decode|invalid"):
        decode_tag(tag)
