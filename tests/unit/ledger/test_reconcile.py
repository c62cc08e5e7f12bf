"""What a newly read account changes in the stored one, and what it must not."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relance.domain.customer import Customer
from relance.domain.items import Item, ItemStatus, PaymentMethod
from relance.ledger.ledger import LedgerAccount
from relance.ledger.reconcile import ABSENT, SETTLED, Reconciliation, reconcile, unseen
from tests.unit.ledger.books import Booking, read_bookings

FIRST, TODAY = date(2025, 4, 1), date(2025, 4, 10)
INVOICE = Booking(cents=12000)
OTHER = Booking(cents=5000, piece="FA2")
PAID = (
    replace(INVOICE, letter="AA"),
    Booking(cents=-12000, letter="AA", journal="BQ", day="20250405", piece="VIR"),
)


def of(*bookings: Booking) -> LedgerAccount:
    return read_bookings(*bookings).accounts["KERV"]


def sync(
    account: LedgerAccount | None,
    before: Reconciliation | None = None,
    *,
    import_id: str = "import-1",
    on: date = TODAY,
    first_sync: bool = False,
    partial: bool = False,
    snapshot: bool = True,
    doubtful: bool = False,
    archived: tuple[Item, ...] = (),
    items: tuple[Item, ...] = (),
    first_synced: date | None = None,
) -> Reconciliation:
    """Reconcile with what `before` stored."""
    return reconcile(
        before.customer if before else None,
        items or (before.put if before else ()),
        account,
        on=on,
        import_id=import_id,
        first_sync=first_sync,
        closes_absent=snapshot and not partial,
        whole=not partial,
        doubtful=doubtful,
        archived={item.id: item for item in archived},
        first_synced=first_synced,
    )


def first(*bookings: Booking) -> Reconciliation:
    return sync(of(*bookings), on=FIRST, first_sync=True)


def test_a_new_customer_and_its_open_items_are_created() -> None:
    result = first(INVOICE)
    (item,) = result.put
    assert (result.customer.id, result.customer.code, result.customer.name) == (
        "KERV",
        "KERV",
        "Nom KERV",
    )
    assert (item.residual, item.seen_on, item.first_sync) == (12000, FIRST, True)
    assert result.created == (item.id,)
    assert result.customer.version == 0


def test_the_same_file_again_touches_nothing() -> None:
    again = sync(of(INVOICE, OTHER), first(INVOICE, OTHER))
    assert not again.touches
    assert (again.put, again.unchanged) == ((), 2)


def test_a_part_payment_changes_one_item_and_keeps_when_it_was_seen() -> None:
    part = (replace(INVOICE, letter="a"), replace(PAID[1], cents=-2000, letter="a"))
    result = sync(of(*part, OTHER), first(INVOICE, OTHER))
    (item,) = result.put
    assert (item.residual, item.seen_on, item.first_sync) == (10000, FIRST, True)
    assert result.changed == (item.id,)


def test_a_matched_item_is_closed_by_its_payment() -> None:
    result = sync(of(*PAID), first(INVOICE))
    (item,) = result.put
    assert (item.residual, item.paid_on, item.settled_on) == (0, date(2025, 4, 5), TODAY)
    assert result.closed == {item.id: SETTLED}


def test_an_item_that_a_full_snapshot_lacks_is_closed_without_a_payment() -> None:
    result = sync(of(INVOICE), first(INVOICE, OTHER))
    (item,) = result.put
    assert (item.number, item.residual, item.paid_on, item.settled_on) == ("FA2", 0, None, TODAY)
    assert result.closed == {item.id: ABSENT}


def test_a_customer_that_a_full_snapshot_lacks_has_all_its_items_closed() -> None:
    result = sync(None, first(INVOICE, OTHER))
    assert set(result.closed.values()) == {ABSENT}
    assert len(result.put) == 2


@pytest.mark.parametrize(("partial", "snapshot"), [(True, True), (False, False)])
def test_a_partial_file_and_a_delta_close_nothing_that_they_lack(
    partial: bool, snapshot: bool
) -> None:
    result = sync(of(INVOICE), first(INVOICE, OTHER), partial=partial, snapshot=snapshot)
    assert not result.touches
    assert result.unchanged == 2


def test_a_payment_undone_gives_the_residual_back() -> None:
    before = first(INVOICE)
    paid = sync(of(*PAID), before)
    again = sync(of(INVOICE), paid, on=TODAY + timedelta(1))
    (item,) = again.put
    assert (item.residual, item.paid_on, item.settled_on, item.seen_on) == (
        12000,
        None,
        None,
        FIRST,
    )
    assert again.changed == (item.id,)
    # D33: the day is kept as long as it lives.
    assert item.reopened_on == TODAY + timedelta(1)
    assert not sync(of(INVOICE), again, on=TODAY + timedelta(9)).touches


def test_an_item_that_was_never_settled_was_never_reopened() -> None:
    half = sync(of(replace(INVOICE, cents=6000)), first(INVOICE))
    assert {item.reopened_on for item in (*first(INVOICE).put, *half.put)} == {None}


def test_a_settled_item_keeps_the_day_on_which_it_was_settled() -> None:
    paid = sync(of(*PAID), first(INVOICE))
    assert not sync(of(*PAID), paid, on=TODAY + timedelta(5)).touches


def test_a_settled_item_that_leaves_the_books_keeps_its_payment() -> None:
    paid = sync(of(*PAID), first(INVOICE))
    assert not sync(None, paid).touches


def test_a_doubtful_account_reopens_nothing_and_is_marked_once() -> None:
    paid = sync(of(*PAID), first(INVOICE))
    result = sync(of(INVOICE), paid, partial=True, doubtful=True)
    assert result.put == ()
    assert result.customer.incomplete_since == "import-1"
    again = reconcile(
        result.customer, paid.put, of(INVOICE), on=TODAY, import_id="import-2", first_sync=False,
        closes_absent=False, whole=False, doubtful=True, archived={},
    )  # fmt: skip
    assert not again.touches


def test_a_doubtful_customer_without_good_rows_is_marked_too() -> None:
    result = sync(None, first(INVOICE), partial=True, doubtful=True)
    assert (result.put, result.customer.incomplete_since) == ((), "import-1")


@pytest.mark.parametrize("account", [of(INVOICE), None])
def test_a_whole_import_clears_the_mark(account: LedgerAccount | None) -> None:
    marked = sync(of(INVOICE), partial=True, doubtful=True)
    assert sync(account, marked).customer.incomplete_since is None


def test_a_partial_import_without_doubt_leaves_an_older_mark() -> None:
    marked = sync(of(INVOICE), partial=True, doubtful=True)
    later = sync(of(INVOICE), marked, partial=True, import_id="import-2")
    assert later.customer.incomplete_since == "import-1"


def test_an_import_that_died_half_way_through_an_account_takes_its_mark_off_again() -> None:
    known = first(INVOICE)
    half_way = replace(known, customer=replace(known.customer, incomplete_since="import-2"))
    again = sync(of(INVOICE), half_way, partial=True, import_id="import-2")
    assert (again.touches, again.customer.incomplete_since) == (True, None)
    doubtful = sync(of(INVOICE), half_way, partial=True, doubtful=True, import_id="import-2")
    assert doubtful.customer.incomplete_since == "import-2"


def test_a_whole_delta_clears_the_mark_of_those_it_has_only() -> None:
    marked = sync(of(INVOICE), partial=True, doubtful=True)
    assert sync(of(INVOICE), marked, snapshot=False).customer.incomplete_since is None
    absent = sync(None, marked, snapshot=False, import_id="import-2")
    assert absent.customer.incomplete_since == "import-1"


def test_what_was_settled_before_the_first_sync_is_not_taken_in() -> None:
    result = first(*PAID)
    assert (result.put, result.unchanged) == ((), 2)
    assert result.touches  # the customer itself is new


def test_what_the_first_ledger_had_settled_no_later_one_is_to_thank_for() -> None:
    before = sync(of(OTHER, *PAID), on=TODAY, first_sync=True)
    again = sync(of(OTHER, *PAID), before, on=TODAY, first_synced=TODAY)
    assert (before.unchanged, again.touches) == (2, False)


def test_an_invoice_issued_and_paid_between_two_syncs_is_taken_in_for_its_thanks() -> None:
    result = sync(of(OTHER, *PAID), first(OTHER))
    (item,) = result.put
    assert (item.residual, item.paid_on, item.settled_on) == (0, date(2025, 4, 5), TODAY)


def test_what_was_paid_long_ago_is_not_taken_in() -> None:
    assert not sync(of(OTHER, *PAID), first(OTHER), on=TODAY + timedelta(90)).put


def test_an_archived_item_that_is_still_paid_stays_in_the_archive() -> None:
    archived = sync(of(*PAID), first(INVOICE)).put
    result = sync(of(OTHER, *PAID), first(OTHER), archived=archived)
    assert not result.touches


def test_an_archived_item_whose_payment_is_undone_comes_back_as_itself() -> None:
    archived = sync(of(*PAID), first(INVOICE)).put
    result = sync(of(OTHER, INVOICE), first(OTHER), archived=archived)
    (item,) = result.put
    assert (item.residual, item.seen_on, item.first_sync) == (12000, FIRST, True)
    assert item.reopened_on == TODAY
    assert result.changed == (item.id,)


def test_open_and_recently_paid_items_are_looked_up_in_the_archive() -> None:
    account = of(OTHER, *PAID)
    assert len(unseen(account, (), on=TODAY)) == 2
    assert len(unseen(account, (), on=TODAY + timedelta(90))) == 1
    assert unseen(account, account.items, on=TODAY) == ()


def test_what_people_set_is_not_taken_back_by_the_books() -> None:
    before = first(INVOICE)
    (item,) = before.put
    ours = replace(item, status=ItemStatus.HANDED_OVER, method=PaymentMethod.DIRECT_DEBIT)
    assert not sync(of(INVOICE), before, items=(ours,)).touches


def test_the_ledger_gives_the_name_and_nothing_else_of_a_customer() -> None:
    known = Customer(id="KERV", code="KERV", name="Old name", profile="key_account", version=7)
    result = reconcile(
        known, (), of(INVOICE), on=TODAY, import_id="i", first_sync=False, closes_absent=True,
        whole=True, doubtful=False, archived={},
    )  # fmt: skip
    assert result.customer == replace(known, name="Nom KERV")


def test_a_file_without_names_keeps_the_name_we_have() -> None:
    before = first(INVOICE)
    assert sync(replace(of(INVOICE), name="KERV"), before).customer.name == "Nom KERV"


def test_an_address_in_the_file_is_a_new_customers_first_contact() -> None:
    account = replace(of(INVOICE), email="compta@example.com")
    (contact,) = sync(account).customer.contacts
    assert (contact.email, contact.main) == ("compta@example.com", True)
    assert sync(account, first(INVOICE)).customer.contacts == ()


def test_neither_customer_nor_account_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="neither"):
        sync(None)


def test_a_batch_reference_that_comes_to_be_shared_keeps_the_items_name() -> None:
    before = first(replace(INVOICE, piece="sans"))
    after = of(replace(INVOICE, piece="sans"), replace(INVOICE, piece="sans", cents=700))
    result = sync(after, before)
    (new,) = result.put
    assert (new.original, result.closed, result.changed) == (700, {}, ())
    assert not sync(after, replace_items(before, new)).touches


def replace_items(before: Reconciliation, *more: Item) -> Reconciliation:
    return replace(before, put=(*before.put, *more))


def test_an_opening_balance_that_repeats_the_document_is_the_same_item() -> None:
    before = first(INVOICE)
    opening = of(replace(INVOICE, journal="OD"))
    assert not sync(opening, before).touches


def test_an_item_whose_number_changed_is_recognised_when_nothing_else_did() -> None:
    before = first(INVOICE)
    result = sync(of(replace(INVOICE, piece="FA-2025-1")), before)
    assert (result.closed, result.created) == ({}, ())
    assert result.put[0].id == before.put[0].id
    assert result.put[0].number == "FA-2025-1"


@pytest.mark.parametrize("journal", ["VE", "OD"])
def test_an_invoice_dated_anew_keeps_its_name_by_its_number_and_amount(journal: str) -> None:
    """A corrected date, or the year's opening that dates every debt on its own day."""
    before = first(INVOICE)
    dated = replace(INVOICE, day="20260101", journal=journal, label="A nouveau")
    result = sync(of(dated), before)
    assert (result.closed, result.created) == ({}, ())
    assert (result.put[0].id, result.put[0].issued) == (before.put[0].id, date(2026, 1, 1))
    assert not sync(of(dated), result).touches
    assert sync(of(dated), before, snapshot=False).created, (
        "in a delta the other may be there still"
    )


def test_a_word_in_the_place_of_a_number_names_another_rent_each_month() -> None:
    before = first(replace(INVOICE, piece="LOYER", label="avril"))
    result = sync(of(replace(INVOICE, piece="LOYER", label="mai", day="20250501")), before)
    assert (len(result.created), list(result.closed.values())) == (1, [ABSENT])


def test_two_that_came_for_one_that_left_are_not_guessed() -> None:
    before = first(INVOICE)
    result = sync(of(*(replace(INVOICE, piece=piece) for piece in ("X1", "X2"))), before)
    assert (len(result.created), list(result.closed.values())) == (2, [ABSENT])


bookings = st.lists(
    st.builds(
        lambda cents, piece, letter, journal: Booking(
            cents=cents, piece=piece, letter=letter, journal=journal
        ),
        cents=st.sampled_from([100, 200, -100, -200]),
        piece=st.sampled_from(["FA1", "FA2", "sans"]),
        letter=st.sampled_from(["", "AA", "a"]),
        journal=st.sampled_from(["VE", "BQ"]),
    ),
    min_size=1,
    max_size=6,
)


@settings(deadline=None)  # the machine may be busy
@given(bookings, bookings)
def test_after_any_two_files_the_stored_account_is_the_second_files(
    one: list[Booking], two: list[Booking]
) -> None:
    before, account = first(*one), of(*two)
    result = sync(account, before)
    stored = {item.id: item for item in before.put} | {item.id: item for item in result.put}
    assert sum(item.balance for item in stored.values()) == account.balances["EUR"]
    again = sync(account, result, items=tuple(stored.values()))
    assert not again.touches
