"""Late-payment interest and the fixed indemnity (D26)."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relance.domain.interest import (
    RateTooLowError,
    Residual,
    interest,
    late_invoice,
    residuals,
)
from relance.domain.rates import (
    ECB_REFINANCING,
    FRANCE,
    LEGAL_INTEREST_PROFESSIONAL,
    LateRates,
    RateTable,
    Semester,
    SemesterRate,
)

DAY = timedelta(days=1)
DUE = date(2024, 6, 20)
UNTIL = date(2024, 7, 10)
# The first semester that nobody has written a rate for yet.
UNKNOWN = Semester(2026, 2)

days = st.dates(date(2021, 1, 1), date(2026, 6, 30))
amounts = st.integers(0, 10**9)


def whole(amount: int) -> tuple[Residual, ...]:
    """Return an invoice of which nothing was ever paid."""
    return residuals(amount, ())


def test_the_rules_own_figure_comes_out_line_by_line() -> None:
    found = interest(whole(1_000_00), due=DUE, until=UNTIL)
    first, second = found.lines
    assert (first.first, first.last, first.days) == (date(2024, 6, 21), date(2024, 6, 30), 10)
    assert (second.first, second.last, second.days) == (date(2024, 7, 1), UNTIL, 10)
    assert (first.percent, second.percent) == (Decimal("14.50"), Decimal("14.25"))
    assert (first.base, second.base) == (1_000_00, 1_000_00)
    assert (first.shown, second.shown) == (3_97, 3_90)
    assert found.total == 7_88
    assert not found.unknown


def test_only_the_total_is_rounded_so_that_lines_need_not_add_up() -> None:
    found = interest(whole(1_000_00), due=DUE, until=UNTIL)
    assert sum(line.shown for line in found.lines) == 7_87
    assert found.total == 7_88
    assert found.exact == Fraction(100_000 * 1450 * 10 + 100_000 * 1425 * 10, 10_000 * 365)


def test_a_half_cent_is_rounded_up() -> None:
    rates = flat("36.5")  # one tenth of a percent a day
    assert interest(whole(5_00), due=DUE, until=DUE + DAY, rates=rates).total == 1
    assert interest(whole(4_99), due=DUE, until=DUE + DAY, rates=rates).total == 0
    assert interest(whole(15_00), due=DUE, until=DUE + DAY, rates=rates).total == 2


def test_nothing_is_owed_on_the_due_day_and_one_day_on_the_next() -> None:
    assert interest(whole(1_000_00), due=DUE, until=DUE).lines == ()
    assert interest(whole(1_000_00), due=DUE, until=DUE - DAY).total == 0
    (line,) = interest(whole(1_000_00), due=DUE, until=DUE + DAY).lines
    assert line.days == 1


def test_a_leap_year_too_has_365_parts() -> None:
    found = interest(
        whole(100_000_00), due=date(2023, 12, 31), until=date(2024, 12, 31), rates=flat("10")
    )
    assert sum(line.days for line in found.lines) == 366
    assert found.total == round(Fraction(10_000_00 * 366, 365))


def test_a_part_payment_lowers_the_base_from_the_day_after() -> None:
    paid = residuals(1_000_00, [(date(2024, 6, 25), 400_00)])
    found = interest(paid, due=DUE, until=date(2024, 6, 30))
    assert [(line.first.day, line.last.day, line.base) for line in found.lines] == [
        (21, 25, 1_000_00),
        (26, 30, 600_00),
    ]


def test_a_payment_of_the_due_day_leaves_nothing_late() -> None:
    paid = residuals(1_000_00, [(DUE, 1_000_00)])
    found = late_invoice(paid, currency="EUR", due=DUE, until=UNTIL)
    assert (found.interest.total, found.indemnity) == (0, 0)


def test_a_payment_one_day_late_owes_one_day_and_the_indemnity() -> None:
    paid = residuals(1_000_00, [(DUE + DAY, 1_000_00)])
    found = late_invoice(paid, currency="EUR", due=DUE, until=UNTIL)
    assert [line.days for line in found.interest.lines] == [1]
    assert found.indemnity == 40_00


def test_a_payment_undone_makes_the_base_whole_again() -> None:
    bounced = residuals(100_00, [(DUE + 2 * DAY, 100_00), (DUE + 5 * DAY, -100_00)])
    found = interest(bounced, due=DUE, until=DUE + 8 * DAY)
    assert [(line.days, line.base) for line in found.lines] == [(2, 100_00), (3, 100_00)]


def test_what_is_paid_too_much_leaves_nothing_open() -> None:
    paid = residuals(100_00, [(DUE - DAY, 150_00)])
    assert interest(paid, due=DUE, until=UNTIL).total == 0


def test_an_invoice_booked_after_its_due_date_counts_from_its_first_day() -> None:
    (line,) = interest(
        [Residual(date(2024, 6, 28), 100_00)], due=DUE, until=date(2024, 6, 30)
    ).lines
    assert line.first == date(2024, 6, 28)


def test_a_semester_without_a_sourced_rate_is_named_and_charged_nothing() -> None:
    found = interest(whole(1_000_00), due=date(2026, 6, 20), until=date(2026, 8, 31))
    assert found.unknown == (UNKNOWN,)
    assert [line.last for line in found.lines] == [date(2026, 6, 30)]
    assert found.total == found.lines[0].shown


def test_an_unknown_semester_with_nothing_open_is_not_named() -> None:
    paid = residuals(1_000_00, [(date(2026, 6, 30), 1_000_00)])
    found = interest(paid, due=date(2026, 6, 20), until=date(2026, 8, 31))
    assert found.unknown == ()


def test_a_contractual_rate_replaces_the_statutory_one() -> None:
    found = interest(whole(1_000_00), due=DUE, until=UNTIL, contractual=Decimal("15.21"))
    assert {line.percent for line in found.lines} == {Decimal("15.21")}


def test_a_contractual_rate_may_be_the_floor_itself_and_no_less() -> None:
    # 3 x 5.07 in the first half of 2024, 3 x 4.92 in the second.
    interest(whole(1_000_00), due=DUE, until=UNTIL, contractual=Decimal("15.21"))
    with pytest.raises(RateTooLowError, match=r"15\.20 % .* 15\.21 % .* 2024-H1") as refused:
        interest(whole(1_000_00), due=DUE, until=UNTIL, contractual=Decimal("15.20"))
    assert (refused.value.floor, refused.value.semester) == (Decimal("15.21"), Semester(2024, 1))


def test_the_floor_is_that_of_each_semester_charged() -> None:
    paid = residuals(1_000_00, [(date(2024, 6, 30), 1_000_00)])
    with pytest.raises(RateTooLowError):
        interest(paid, due=DUE, until=UNTIL, contractual=Decimal("15"))
    late = date(2024, 7, 1)
    assert interest(whole(1_000_00), due=late, until=UNTIL, contractual=Decimal("15")).total > 0


def test_a_contractual_rate_is_not_applied_where_its_floor_is_not_known() -> None:
    found = interest(
        whole(1_000_00),
        due=date(2026, 6, 20),
        until=date(2026, 7, 31),
        contractual=Decimal("12"),
    )
    assert found.unknown == (UNKNOWN,)
    assert [line.last for line in found.lines] == [date(2026, 6, 30)]


def test_the_floor_of_the_first_half_of_2026_is_the_published_one() -> None:
    assert FRANCE.floor(Semester(2026, 1)) == Decimal("7.86")


@pytest.mark.parametrize("rate", ["NaN", "Infinity", "-Infinity"])
def test_a_rate_that_is_no_number_is_refused(rate: str) -> None:
    with pytest.raises(ValueError, match="is not a rate"):
        interest(whole(1), due=DUE, until=UNTIL, contractual=Decimal(rate))


def test_a_negative_residual_is_refused() -> None:
    with pytest.raises(ValueError, match="less than nothing"):
        interest([Residual(DUE, -1)], due=DUE, until=UNTIL)


def test_two_residuals_of_one_day_are_refused() -> None:
    with pytest.raises(ValueError, match="two amounts"):
        interest([Residual(DUE, 1), Residual(DUE, 2)], due=DUE, until=UNTIL)


def test_the_ends_of_the_calendar_are_no_trouble() -> None:
    forever = interest(whole(1_00), due=date(9999, 1, 1), until=date.max)
    assert forever.unknown == (Semester(9999, 1), Semester(9999, 2))
    assert interest(whole(1_00), due=date.max, until=date.max).lines == ()
    assert residuals(1_00, [(date.max, 1_00)]) == whole(1_00)


def test_the_indemnity_comes_once_an_invoice_however_long_it_is_late() -> None:
    one_day = late_invoice(whole(1), currency="EUR", due=DUE, until=DUE + DAY)
    years = late_invoice(whole(1), currency="EUR", due=DUE, until=DUE + 700 * DAY)
    assert one_day.indemnity == years.indemnity == 40_00


def test_the_indemnity_stays_once_a_late_invoice_is_paid() -> None:
    paid = residuals(1_000_00, [(DUE + DAY, 1_000_00)])
    found = late_invoice(paid, currency="EUR", due=DUE, until=DUE + 90 * DAY)
    assert found.indemnity == 40_00


def test_the_indemnity_bears_no_interest_and_interest_bears_none() -> None:
    short = late_invoice(whole(1_000_00), currency="EUR", due=DUE, until=UNTIL)
    assert {line.base for line in short.interest.lines} == {1_000_00}
    year = interest(
        whole(1_000_00), due=date(2020, 12, 31), until=date(2022, 12, 31), rates=flat("10")
    )
    assert year.total == 200_00


def test_every_rate_says_where_it_was_read() -> None:
    for table in (ECB_REFINANCING, LEGAL_INTEREST_PROFESSIONAL):
        assert all(rate.source for rate in table.rates)
        assert all(rate.percent >= 0 for rate in table.rates)


def test_the_tables_have_no_gap_before_their_last_semester() -> None:
    for table in (ECB_REFINANCING, LEGAL_INTEREST_PROFESSIONAL):
        for one, other in pairwise(rate.semester for rate in table.rates):
            assert Semester.of(one.last + DAY) == other


def test_a_table_with_two_rates_for_a_semester_is_refused() -> None:
    twice = SemesterRate(Semester(2024, 1), Decimal(1), "a test")
    with pytest.raises(ValueError, match="more than one rate"):
        RateTable((twice, twice))


def test_a_year_has_two_halves() -> None:
    with pytest.raises(ValueError, match="not 3"):
        Semester(2024, 3)


@given(amount=amounts, due=days, middle=days, until=days)
def test_splitting_the_period_changes_nothing(
    amount: int, due: date, middle: date, until: date
) -> None:
    due, middle, until = sorted((due, middle, until))
    parts = (
        interest(whole(amount), due=due, until=middle),
        interest(whole(amount), due=middle, until=until),
    )
    assert interest(whole(amount), due=due, until=until).exact == sum(each.exact for each in parts)


@given(amount=amounts, due=days, again=st.lists(days, unique=True), until=days)
def test_saying_the_same_residual_again_changes_nothing(
    amount: int, due: date, again: list[date], until: date
) -> None:
    said = [Residual(date.min, amount), *(Residual(day, amount) for day in again)]
    assert interest(said, due=due, until=until) == interest(whole(amount), due=due, until=until)


@given(due=days, until=days, changes=st.lists(days, unique=True))
def test_nothing_open_bears_nothing(due: date, until: date, changes: list[date]) -> None:
    found = late_invoice(
        [Residual(day, 0) for day in changes], currency="EUR", due=due, until=until
    )
    assert (found.interest.lines, found.interest.unknown, found.indemnity) == ((), (), 0)


@given(
    amount=amounts,
    payments=st.lists(st.tuples(days, st.integers(-(10**6), 10**6)), max_size=8),
    due=days,
    until=days,
    data=st.data(),
)
def test_the_order_of_payments_changes_nothing(
    amount: int, payments: list[tuple[date, int]], due: date, until: date, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(payments))
    one, other = residuals(amount, payments), residuals(amount, shuffled)
    assert one == other
    backwards = interest(other[::-1], due=due, until=until)
    assert interest(one, due=due, until=until) == backwards


@given(
    amount=amounts,
    payments=st.lists(st.tuples(days, st.integers(0, 10**8)), max_size=5),
    due=days,
    until=st.dates(date(2021, 1, 1), date(2027, 6, 30)),
)
def test_it_is_the_sum_of_each_day_by_itself(
    amount: int, payments: list[tuple[date, int]], due: date, until: date
) -> None:
    expected = Fraction()
    day = due + DAY
    while day <= until:
        base = max(0, amount - sum(paid for on, paid in payments if on < day))
        percent = FRANCE.statutory(Semester.of(day))
        if percent is not None:
            expected += Fraction(percent) * base / 36_500
        day += DAY
    found = interest(residuals(amount, payments), due=due, until=until)
    assert found.exact == expected
    assert abs(found.total - expected) <= Fraction(1, 2)


def flat(percent: str) -> LateRates:
    """Return rates that are the same in every semester."""
    semesters = [Semester(year, half) for year in range(2020, 2030) for half in (1, 2)]
    always = tuple(SemesterRate(each, Decimal(percent), "a test") for each in semesters)
    return LateRates(
        refinancing=RateTable(always), legal_interest=RateTable(always), points=Decimal(0)
    )
