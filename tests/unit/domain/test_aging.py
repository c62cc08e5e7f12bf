"""The aged balance sums to the ledger's (D46)."""

from dataclasses import replace
from datetime import date

from hypothesis import given, settings

from relance.domain.aging import Aged, aged_balance
from relance.domain.items import Item, ItemKind, ItemStatus
from relance.domain.terms import Terms
from tests.unit.domain.world import DAY, DUE, World, credit, invoice
from tests.unit.domain.worlds import worlds


def _aged(*items: Item, on: date = DUE, terms: Terms | None = None) -> Aged:
    return aged_balance(items, terms=terms, on=on)["EUR"]


def test_d46_each_day_falls_into_its_column() -> None:
    ages = (0, 1, 30, 31, 60, 61, 90, 91)
    found = [_aged(invoice(amount=7), on=DUE + age * DAY) for age in ages]
    columns = [
        next(name for name in Aged.__dataclass_fields__ if getattr(each, name)) for each in found
    ]
    assert columns == [
        "not_due",
        "days_1_30",
        "days_1_30",
        "days_31_60",
        "days_31_60",
        "days_61_90",
        "days_61_90",
        "days_over_90",
    ]


def test_d46_credits_and_receipts_have_their_own_columns() -> None:
    aged = _aged(
        invoice(amount=100),
        credit("A", amount=30),
        credit("B", amount=5, kind=ItemKind.CREDIT_NOTE),
        on=DUE + 40 * DAY,
    )
    assert (aged.days_31_60, aged.receipts, aged.credit_notes, aged.total) == (100, 30, 5, 65)


def test_d46_it_goes_by_the_legal_due_date_which_terms_may_give() -> None:
    undated = invoice(due=None, amount=9)
    assert _aged(undated, on=DUE + 99 * DAY).not_due == 9
    assert _aged(undated, on=DUE + 99 * DAY, terms=Terms(30)).days_over_90 == 9


def test_d46_what_people_took_out_is_still_owed_and_what_never_was_booked_is_not() -> None:
    out = [invoice(str(status), amount=10, status=status) for status in ItemStatus]
    assert _aged(*out, on=DUE).not_due == 30


def test_d20_d46_currencies_never_mix() -> None:
    found = aged_balance(
        [invoice(amount=1), invoice("F-2", amount=2, currency="USD")], terms=None, on=DUE
    )
    assert {currency: aged.total for currency, aged in found.items()} == {"EUR": 1, "USD": 2}


@given(worlds())
@settings(max_examples=60, deadline=None)
def test_d46_the_total_is_the_ledgers(world: World) -> None:
    items = [replace(item, status=ItemStatus.ACTIVE) for item in world.items.values()]
    found = aged_balance(items, terms=None, on=DUE)
    for currency in {item.currency for item in items if item.residual}:
        balance = sum(item.balance for item in items if item.currency == currency)
        assert found[currency].total == balance
