"""Night by night through a history of paid invoices: steps only while they were open."""

from pathlib import Path

import pytest

from tests.replay.replay import Replayed, Titles, read_history, replay

DATA = Path(__file__).parents[1] / "data" / "ledgers"
# A real history that lies beside the checkout on some machines; what is promised is held without.
REAL = Path(__file__).parents[3] / "shared" / "data" / "ar" / "ibm_WA_Fn_original.csv"
OURS = Titles(customer="Customer", number="Invoice", issued="Issued", due="Due", settled="Settled",
              amount="Amount")  # fmt: skip
THEIRS = Titles(customer="customerID", number="invoiceNumber", issued="InvoiceDate", due="DueDate",
                settled="SettledDate", amount="InvoiceAmount")  # fmt: skip


def lived_through(path: Path, titles: Titles) -> Replayed:
    done = replay(read_history(path.read_text(), titles), titles)
    print(done.nights, "nights", done.invoices, "invoices", dict(done.imports), dict(done.steps))  # noqa: T201 # the counts are what such a run is for
    return done


def test_steps_come_only_while_invoices_are_open_and_thanks_only_after() -> None:
    done = lived_through(DATA / "paid_history.csv", OURS)
    assert done.wrong == []
    assert set(done.imports) == {"done"}
    assert {"pre_due", "r1", "r2", "r3", "thank_you"} <= done.steps.keys()


@pytest.mark.soak
def test_a_real_history_of_two_years_too() -> None:
    histories = [(REAL, THEIRS)] if REAL.exists() else [(DATA / "paid_history.csv", OURS)]
    for path, titles in histories:
        done = lived_through(path, titles)
        assert done.wrong == []
        assert set(done.imports) == {"done"}
        assert done.steps["r1"] > done.steps["r2"] > 0
