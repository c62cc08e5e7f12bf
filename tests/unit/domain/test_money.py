"""What an account owes decides whether it is reminded (D20–D25)."""

from dataclasses import replace

import pytest

from relance.domain.decision import Hold
from relance.domain.items import ItemKind, ItemStatus
from relance.domain.scenario import Channel, StepKey
from relance.domain.tenant_rules import TenantRules
from tests.unit.domain.world import DAY, DUE, World, credit, done, invoice, reminder, scenario

R1 = reminder(StepKey.R1, 8)
R2 = reminder(StepKey.R2, 20)
NOTICE = reminder(StepKey.PRE_DUE, -8)
LATE = DUE + 10 * DAY


def _world(*items: object, **rules: object) -> World:
    world = World(scenario=scenario(NOTICE, R1, R2)).add(*items)  # type: ignore[arg-type]
    world.rules = replace(world.rules, **rules)  # type: ignore[arg-type]
    return world


def test_d20_currencies_never_share_a_message() -> None:
    due = _world(invoice(), invoice("F-2", currency="USD")).decide(LATE).due
    assert sorted((each.currency, each.net) for each in due) == [("EUR", 100_00), ("USD", 100_00)]


def test_d20_each_currency_has_its_own_tolerance() -> None:
    items = (invoice(amount=500), invoice("F-2", currency="USD", amount=500))
    due = _world(*items, tolerances={"USD": 1000}, default_tolerance=400).decide(LATE).due
    assert [each.currency for each in due] == ["EUR"]


@pytest.mark.parametrize(
    ("hundredths", "currency", "minor"),
    [(5_00, "EUR", 5_00), (5_00, "JPY", 5), (5_50, "JPY", 6), (5_00, "KWD", 5_000), (0, "JPY", 0)],
)
def test_d20_the_usual_tolerance_is_the_same_amount_in_every_currency(
    hundredths: int, currency: str, minor: int
) -> None:
    assert TenantRules(default_tolerance=hundredths).tolerance(currency) == minor


def test_d21_a_part_payment_keeps_the_level() -> None:
    item = invoice()
    world = _world(replace(item, residual=1_00), done(item, StepKey.R1, DUE + 8 * DAY))
    (due,) = world.decide(DUE + 20 * DAY).due
    assert [(send.item, send.step) for send in due.sends] == [(item.id, StepKey.R2)]
    assert due.net == 1_00


def test_d22_credits_are_netted_and_shown_once() -> None:
    world = _world(invoice(), credit(amount=30_00, kind=ItemKind.CREDIT_NOTE))
    decision = world.decide(LATE)
    (due,) = decision.due
    assert (due.net, due.credits) == (70_00, ("C-A-1",))
    assert [held.hold for held in decision.held] == [Hold.CREDIT]


def test_d22_credits_are_shown_in_the_highest_message_of_the_night() -> None:
    letter = replace(R2, channel=Channel.REGISTERED_LETTER)
    older = invoice("F-0", due=DUE - 30 * DAY)
    world = World(scenario=scenario(R1, letter)).add(
        invoice(), older, done(older, StepKey.R1, DUE - 20 * DAY), credit(amount=1)
    )
    due = {each.step.key: each for each in world.decide(LATE).due}
    assert due[StepKey.R1].credits == ()
    assert due[StepKey.R2].credits == ("C-A-1",)
    assert due[StepKey.R1].net == due[StepKey.R2].net == 200_00 - 1
    world.take(due[StepKey.R2], LATE)
    (first,) = world.decide(LATE).due
    assert first == due[StepKey.R1]


def test_d22_with_a_credit_a_net_at_the_tolerance_is_not_reminded() -> None:
    world = _world(invoice(), credit(amount=95_00), default_tolerance=5_00)
    assert world.held(LATE)["F-1"].hold is Hold.NO_DEBIT_BALANCE
    world.add(credit(amount=94_99))
    assert len(world.decide(LATE).due) == 1


def test_d22_only_what_is_overdue_counts_as_debt() -> None:
    later = invoice("F-2", due=LATE + 5 * DAY, amount=500_00)
    world = World(scenario=scenario(R1)).add(invoice(), later, credit(amount=100_00))
    held = world.held(LATE)["F-1"]
    # By time alone the account falls into debit when the next invoice is overdue.
    assert (held.hold, held.until) == (Hold.NO_DEBIT_BALANCE, LATE + 6 * DAY)
    assert [each.net for each in world.decide(LATE + 6 * DAY).due] == [500_00]


def test_d22_debts_that_left_the_ledgers_life_count_nowhere() -> None:
    gone = invoice("F-2", status=ItemStatus.WRITTEN_OFF, amount=900_00)
    world = _world(invoice(), gone, credit(amount=100_00))
    held = world.held(LATE)
    assert held["F-1"].hold is Hold.NO_DEBIT_BALANCE
    assert held["F-2"].hold is Hold.EXCLUDED


@pytest.mark.parametrize("kind", [ItemKind.CREDIT_NOTE, ItemKind.RECEIPT])
def test_d23_a_credit_is_never_chased(kind: ItemKind) -> None:
    world = _world(invoice("A-1", amount=30_00, kind=kind))
    for on in (DUE - 8 * DAY, DUE, LATE, LATE + 100 * DAY):
        assert world.decide(on).due == ()
        assert world.held(on)["A-1"].hold is Hold.CREDIT


def test_d23_credits_are_never_in_a_notice() -> None:
    world = _world(invoice(), credit(amount=30_00))
    (due,) = world.decide(DUE - 8 * DAY).due
    assert due.step.key is StepKey.PRE_DUE
    assert (due.credits, due.listed) == ((), ("C-F-1",))


def test_d24_an_account_whose_credits_cover_all_gets_neither_notice_nor_reminder() -> None:
    world = _world(invoice(), credit(amount=100_00))
    for on in (DUE - 8 * DAY, DUE - DAY, LATE):
        assert world.decide(on).due == ()
        assert world.held(on)["F-1"].hold is Hold.NO_DEBIT_BALANCE


def test_d25_below_the_tolerance_is_skipped_and_equal_is_not() -> None:
    world = _world(invoice(amount=10_00), default_tolerance=10_01)
    assert world.held(LATE)["F-1"].hold is Hold.BELOW_THRESHOLD
    world.rules = replace(world.rules, default_tolerance=10_00)
    assert len(world.decide(LATE).due) == 1


def test_d25_below_the_scenarios_minimum_nothing_goes() -> None:
    world = World(scenario=scenario(R1, minimums={"EUR": 150_00})).add(invoice())
    assert world.held(LATE)["F-1"].hold is Hold.BELOW_THRESHOLD
    world.add(invoice("F-2", due=LATE + 3 * DAY, amount=50_00))
    assert world.held(LATE)["F-1"].until == LATE + 4 * DAY
    assert len(world.decide(LATE + 4 * DAY).due) == 1


def test_d25_the_minimum_is_measured_on_the_net_and_equal_goes() -> None:
    world = World(scenario=scenario(R1, minimums={"EUR": 100_00})).add(invoice(amount=150_00))
    world.add(credit(amount=50_01))
    held = world.held(LATE)["F-1"]
    assert (held.hold, held.until) == (Hold.BELOW_THRESHOLD, None)
    world.add(credit(amount=50_00))
    assert [due.net for due in world.decide(LATE).due] == [100_00]


def test_d25_a_small_item_is_listed_and_does_not_advance() -> None:
    small = invoice("F-2", amount=1_00)
    world = _world(invoice(), small, default_tolerance=5_00)
    decision = world.decide(LATE)
    (due,) = decision.due
    assert [send.item for send in due.sends] == ["C-F-1"]
    assert due.listed == ("C-F-1", "C-F-2")
    assert [(held.item, held.hold) for held in decision.held] == [("C-F-2", Hold.BELOW_THRESHOLD)]


def test_d25_a_message_in_which_nothing_advances_is_not_sent() -> None:
    small = [invoice(f"F-{number}", amount=2_00) for number in range(10)]
    assert _world(*small, default_tolerance=5_00).decide(LATE).due == ()


def test_d25_a_notice_is_measured_on_its_own_total() -> None:
    world = _world(invoice(amount=10_00), invoice("F-0", due=DUE - 300 * DAY, amount=900_00))
    world.add(done(world.items["C-F-0"], StepKey.R2, DUE - 200 * DAY))
    world.rules = replace(world.rules, default_tolerance=50_00)
    assert world.decide(DUE - 8 * DAY).due == ()


def test_d25_a_notice_below_the_scenarios_minimum_waits_for_more_and_equal_goes() -> None:
    world = World(scenario=scenario(NOTICE, R1, minimums={"EUR": 150_00})).add(invoice())
    held = world.held(DUE - 8 * DAY)["F-1"]
    assert (held.hold, held.until) == (Hold.BELOW_THRESHOLD, DUE - 7 * DAY)
    world.add(invoice("F-2", amount=50_00))
    (due,) = world.decide(DUE - 8 * DAY).due
    assert len(due.sends) == 2


def test_d22_what_is_due_today_is_no_debt_yet_unless_reminders_begin_that_day() -> None:
    items = (invoice(amount=40_00), invoice("F-2", due=LATE), credit(amount=50_00))
    assert _world(*items).held(LATE)["F-1"].hold is Hold.NO_DEBIT_BALANCE
    at_once = World(scenario=scenario(reminder(StepKey.R1, 0))).add(*items)
    assert [due.net for due in at_once.decide(LATE).due] == [90_00]
