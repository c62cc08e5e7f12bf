"""Lettrage: what stays open, and what payment settled it (L3)."""

from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from relance.domain.items import ItemKind
from relance.ledger.accounts import account
from relance.ledger.matching import Matched, Movement, in_order, match

DEBIT = Movement(
    account="411/KERV",
    kind=ItemKind.INVOICE,
    amount=10000,
    currency="EUR",
    issued=date(2025, 3, 1),
    reference="FA1",
    number="FA1",
)


def debit(cents: int, day: int = 1, letter: str = "") -> Movement:
    return replace(DEBIT, amount=cents, issued=date(2025, 3, day), letter=letter)


def receipt(cents: int, day: int, letter: str = "") -> Movement:
    return replace(debit(cents, day, letter), kind=ItemKind.RECEIPT, pays=True)


def credit_note(cents: int, day: int, letter: str = "") -> Movement:
    return replace(debit(cents, day, letter), kind=ItemKind.CREDIT_NOTE)


def residuals(*movements: Movement) -> list[int]:
    return [one.residual for one in match(movements)]


def test_what_has_no_letter_is_open_in_full() -> None:
    assert residuals(debit(100), receipt(100, 2)) == [100, 100]


def test_a_group_that_balances_is_settled_by_its_latest_payment() -> None:
    outcome = match([debit(100, 1, "AA"), receipt(40, 5, "AA"), receipt(60, 9, "AA")])
    assert outcome == [Matched(0, date(2025, 3, 9)), Matched(0), Matched(0)]


def test_a_group_settled_by_a_credit_note_alone_was_paid_by_nobody() -> None:
    assert match([debit(100, 1, "AA"), credit_note(100, 5, "AA")])[0] == Matched(0, None)


def test_a_credit_that_moved_no_money_is_no_payment() -> None:
    write_off = replace(receipt(100, 5, "AA"), pays=False)
    assert match([debit(100, 1, "AA"), write_off])[0] == Matched(0, None)


def test_a_group_that_does_not_balance_is_no_full_match_and_pays_the_oldest_first() -> None:
    group = [debit(100, 1, "AA"), debit(100, 2, "AA"), receipt(150, 5, "AA")]
    assert match(group) == [Matched(0), Matched(50), Matched(0)]


def test_credits_beyond_the_debts_stay_open_the_newest_last() -> None:
    group = [debit(100, 1, "AA"), receipt(80, 2, "AA"), receipt(80, 3, "AA")]
    assert residuals(*group) == [0, 0, 60]


def test_a_lower_case_letter_is_a_part_match_even_when_it_balances() -> None:
    assert match([debit(100, 1, "a"), receipt(100, 5, "a")])[0] == Matched(0, None)
    assert residuals(debit(100, 1, "a"), receipt(30, 5, "a")) == [70, 0]


def test_letters_do_not_reach_from_one_account_to_another() -> None:
    other = replace(receipt(100, 5, "AA"), account="411/OTHER")
    assert residuals(debit(100, 1, "AA"), other) == [100, 100]


def test_a_residual_that_the_file_states_is_taken_as_it_is() -> None:
    stated = replace(debit(100, 1, "AA"), stated=30, paid_on=date(2025, 3, 9))
    settled = replace(stated, stated=0)
    assert match([stated, settled]) == [Matched(30), Matched(0, date(2025, 3, 9))]


movements = st.lists(
    st.builds(
        lambda kind, cents, day, letter, reference: replace(
            debit(cents, day, letter), kind=kind, pays=True, reference=reference, number=reference
        ),
        kind=st.sampled_from(ItemKind),
        cents=st.integers(1, 500),
        day=st.integers(1, 4),
        letter=st.sampled_from(["", "AA", "AB", "a"]),
        reference=st.sampled_from(["FA1", "FA2"]),
    ),
    max_size=12,
)


@settings(deadline=None)  # the machine may be busy
@given(movements)
def test_residuals_always_add_up_to_the_balance(some: list[Movement]) -> None:
    built = account("KERV", "Kervadec", some)
    assert sum(item.balance for item in built.items) == sum(one.signed for one in some)
    assert all(0 <= item.residual <= item.original for item in built.items)


@settings(deadline=None)  # the machine may be busy
@given(movements, st.randoms(use_true_random=False))
def test_the_order_of_rows_never_matters(some: list[Movement], random: object) -> None:
    shuffled = list(some)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert account("KERV", "Kervadec", shuffled) == account("KERV", "Kervadec", some)


@settings(deadline=None)  # the machine may be busy
@given(movements)
def test_no_two_items_share_a_name(some: list[Movement]) -> None:
    items = account("KERV", "Kervadec", some).items
    assert len({item.id for item in items}) == len(items)


def test_movements_are_ordered_oldest_first() -> None:
    newer, older = debit(1, 9), debit(2, 1)
    assert in_order([newer, older]) == [older, newer]
