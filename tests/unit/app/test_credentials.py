"""Texts that open something: recognised, checked, never kept."""

import pytest

from relance.app import credentials


def test_what_is_issued_is_read_back_as_what_is_kept() -> None:
    made = credentials.issue("rlk")

    assert credentials.shown("rlk", made.text) == (made.id, made.digest)
    assert made.digest not in made.text
    assert made.text.startswith(f"rlk_{made.id}_")


def test_no_two_are_alike_even_under_one_id() -> None:
    made = [credentials.issue("rli", known_as="abcdefghijkm") for _ in range(50)]

    assert len({each.text for each in made}) == len({each.digest for each in made}) == 50
    assert {each.id for each in made} == {"abcdefghijkm"}


def test_one_kind_is_not_taken_for_another() -> None:
    text = credentials.issue("rlk").text

    assert credentials.shown("rli", text) is None
    assert credentials.shown("rli", text.replace("rlk", "rli")) is None  # the checksum knows


def test_one_wrong_sign_anywhere_is_noticed_without_asking_the_store() -> None:
    text = credentials.issue("rlk").text
    for place in range(len(text)):
        for sign in "0g_é":
            if text[place] != sign:
                assert credentials.shown("rlk", text[:place] + sign + text[place + 1 :]) is None


@pytest.mark.parametrize("text", ["", "rlk", "rlk__", "\x00", "rlk_" + "a" * 10_000])
def test_what_has_not_the_shape_is_none(text: str) -> None:
    assert credentials.shown("rlk", text) is None


def test_digests_are_compared_whole() -> None:
    assert credentials.same("ab", "ab")
    assert not credentials.same("ab", "abc")
