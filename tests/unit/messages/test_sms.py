"""The length of text messages, and the letters they are sent in (M5)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relance.messages.sms import Alphabet, Size, plain_letters, size_of

GSM, UCS = Alphabet.GSM_7, Alphabet.UCS_2


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("", Size(GSM, 0, 1)),
        ("a" * 160, Size(GSM, 160, 1)),
        ("a" * 161, Size(GSM, 161, 2)),
        ("a" * 306, Size(GSM, 306, 2)),
        ("a" * 307, Size(GSM, 307, 3)),
        ("à" * 160, Size(GSM, 160, 1)),
        ("ç" * 70, Size(UCS, 70, 1)),
        ("ç" * 71, Size(UCS, 71, 2)),
        ("ç" * 134, Size(UCS, 134, 2)),
        ("ç" * 135, Size(UCS, 135, 3)),
    ],
)
def test_a_part_holds_160_letters_of_the_alphabet_or_70_of_any_other(text: str, size: Size) -> None:
    assert size_of(text) == size


def test_a_letter_of_the_extension_counts_twice() -> None:
    assert size_of("€" * 80) == Size(GSM, 160, 1)
    assert size_of("€" * 80 + "a") == Size(GSM, 161, 2)


def test_a_letter_that_counts_twice_is_not_cut_between_two_parts() -> None:
    assert size_of("a" * 306).parts == 2
    assert size_of("a" * 152 + "€" + "a" * 152) == Size(GSM, 306, 3)
    assert size_of("ç" * 66 + "😀" + "ç" * 66) == Size(UCS, 134, 3)


def test_one_emoji_counts_as_two_and_changes_the_alphabet() -> None:
    assert size_of("a" * 69 + "😀") == Size(UCS, 71, 2)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("L’échéance – 1 200,00 €", "L'échéance - 1 200,00 €"),
        ("« déjà réglé »…", '" déjà réglé "...'),
        ("Reçu, fenêtre, cœur, Œuvre", "Recu, fenetre, coeur, OEuvre"),
        ("facture n° 12, N°13", "facture no 12, No13"),
        ("ﬁn, №7, ＡＢ", "fin, No7, AB"),
        ("ça\u200b va\u00ad", "ca va"),
        ("Łódź", "Łódź"),
    ],
)
def test_typography_gets_its_plain_form(text: str, plain: str) -> None:
    assert plain_letters(text) == plain


@pytest.mark.parametrize("text", ["à 1½ %, 10² m", "20 °C", "l’été 😀", "日本 – 商事", "œuvre α"])
def test_what_has_no_plain_form_leaves_the_whole_text_as_it_is(text: str) -> None:
    assert plain_letters(text) == text


@given(st.text(max_size=400))
def test_folding_is_done_once_and_never_costs_a_part(text: str) -> None:
    plain = plain_letters(text)
    assert plain_letters(plain) == plain
    assert size_of(plain).parts <= size_of(text).parts


@given(st.text(max_size=400))
def test_parts_hold_the_whole_text(text: str) -> None:
    size = size_of(text)
    room = 153 if size.alphabet is GSM else 67
    assert size.parts * room >= size.units or size.parts == 1
    assert size.units >= len(text)
