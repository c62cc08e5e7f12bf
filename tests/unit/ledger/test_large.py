"""The made-up ledger that speed is measured on: small here, a million lines in bench."""

from pathlib import Path

from bench.ledger import Stored, take_in, write_ledger


def test_a_year_of_books_read_again_unchanged_touches_nobody(tmp_path: Path) -> None:
    path = tmp_path / "fec.txt"
    write_ledger(path, 6000)
    stored: Stored = {}
    ledger, touched, items = take_in(path, stored, first=True)
    assert (ledger.whole, ledger.refused, ledger.read >= 6000) == (True, 0, True)
    assert touched == len(ledger.accounts) > 1000
    assert items == sum(len(live) for _, live in stored.values()) > 100
    assert ledger.totals == {"EUR": sum(a.balances["EUR"] for a in ledger.accounts.values())}
    _, touched, items = take_in(path, stored, first=False)
    assert (touched, items) == (0, 0)


def test_of_every_customer_what_is_open_adds_up_to_the_balance(tmp_path: Path) -> None:
    path = tmp_path / "fec.txt"
    write_ledger(path, 3000)
    ledger, _, _ = take_in(path, {}, first=True)
    for account in ledger.accounts.values():
        assert sum(item.balance for item in account.items) == account.balances["EUR"]
