"""An item keeps its name from one export to the next."""

from dataclasses import replace

from relance.ledger.ledger import Ledger
from tests.unit.ledger.books import Booking, fec, read, read_bookings, rows_of

INVOICE = Booking(cents=12000)


def ids(ledger: Ledger, code: str = "KERV") -> dict[int, str]:
    return {item.original: item.id for item in ledger.accounts[code].items}


def test_reading_again_gives_the_same_names() -> None:
    assert ids(read_bookings(INVOICE)) == ids(read_bookings(INVOICE))


def test_renumbered_and_reordered_entries_keep_their_names() -> None:
    second = Booking(cents=5000, piece="FA2", day="20250302")
    assert ids(read_bookings(INVOICE, second)) == ids(read_bookings(second, INVOICE))


def test_a_letter_a_corrected_amount_or_text_keeps_the_name() -> None:
    before = ids(read_bookings(INVOICE))[12000]
    after = replace(INVOICE, cents=11000, letter="AA", label="Pose et dépose")
    assert ids(read_bookings(after)) == {11000: before}


def test_the_same_document_at_another_customer_is_another_item() -> None:
    ledger = read_bookings(INVOICE, replace(INVOICE, customer="LUMI"))
    (mine,), (other,) = (account.items for account in ledger.accounts.values())
    assert mine.id.startswith("KERV-")
    assert other.id.startswith("LUMI-")


def test_rows_that_share_a_batch_reference_are_told_apart_by_amount_then_by_count() -> None:
    batch = [replace(INVOICE, piece="sans", cents=cents) for cents in (100, 200, 200)]
    names = {item.id for item in read_bookings(*batch).accounts["KERV"].items}
    assert len(names) == 3
    assert names == {item.id for item in read_bookings(*reversed(batch)).accounts["KERV"].items}


def test_a_debit_and_a_credit_with_one_reference_are_two_items() -> None:
    ledger = read_bookings(INVOICE, replace(INVOICE, cents=-12000))
    assert len({item.id for item in ledger.accounts["KERV"].items}) == 2


def test_a_reference_that_only_repeats_the_entry_number_may_change() -> None:
    def numbered(number: str) -> Ledger:
        rows = rows_of(replace(INVOICE, piece=number))
        return read(fec([[*row[:2], number, *row[3:]] for row in rows]))

    assert ids(numbered("VEN1")) == ids(numbered("VEN7"))
