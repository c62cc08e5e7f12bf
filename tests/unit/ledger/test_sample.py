"""The sample ledger shows each case, tonight."""

from datetime import date, timedelta

import pytest

from relance.cli.sample import sample_contacts, sample_fec
from relance.domain.items import Item, ItemKind
from relance.ledger.ledger import Ledger
from tests.unit.ledger.books import read

TODAY = date(2025, 3, 9)


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return read(sample_fec(TODAY))


def open_items(ledger: Ledger) -> list[Item]:
    return [item for a in ledger.accounts.values() for item in a.items if item.residual]


@pytest.mark.parametrize("today", [TODAY, date(2024, 2, 29), date(2026, 1, 1)])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_sample_is_a_whole_ledger_on_any_day(today: date, seed: int) -> None:
    ledger = read(sample_fec(today, seed=seed))
    assert (ledger.whole, ledger.warnings, len(ledger.accounts)) == (True, (), 25)
    assert all(item.issued <= today for item in open_items(ledger))


def test_the_same_day_and_seed_give_the_same_bytes() -> None:
    assert sample_fec(TODAY) == sample_fec(TODAY)
    assert sample_fec(TODAY) != sample_fec(TODAY, seed=2)


@pytest.mark.parametrize("due_in", [8, -8, 20, -3, -75])
def test_some_item_falls_due_on_each_interesting_day(ledger: Ledger, due_in: int) -> None:
    days = {item.issued + timedelta(30) for item in open_items(ledger)}
    assert TODAY + timedelta(due_in) in days


def test_there_is_a_part_payment_a_credit_note_a_credit_balance_and_a_settled_account(
    ledger: Ledger,
) -> None:
    items = open_items(ledger)
    balances = [account.balances["EUR"] for account in ledger.accounts.values()]
    assert any(0 < item.residual < item.original for item in items)
    assert any(item.kind is ItemKind.CREDIT_NOTE for item in items)
    assert min(balances) < 0
    assert any(
        all(not item.residual for item in account.items) for account in ledger.accounts.values()
    )
    assert any(
        not account.balances["EUR"] and any(item.residual for item in account.items)
        for account in ledger.accounts.values()
    )


def test_every_customer_of_the_ledger_has_its_contacts_and_terms(ledger: Ledger) -> None:
    contacts = sample_contacts()
    assert {each["code"]: each["name"] for each in contacts} == {
        code: account.name for code, account in ledger.accounts.items()
    }
    assert all(each["terms"]["days"] == 30 for each in contacts)


def test_one_has_no_email_one_no_contact_one_speaks_english() -> None:
    contacts = sample_contacts()
    assert sum(not each["contacts"] for each in contacts) == 1
    assert sum(not any("email" in c for c in e["contacts"]) for e in contacts) == 2
    assert sum(each["language"] == "en" for each in contacts) == 1


def test_a_larger_sample_has_customers_of_different_names() -> None:
    contacts = sample_contacts(60)
    assert len({each["name"] for each in contacts}) == len({e["code"] for e in contacts}) == 60
