"""Pre-due notices and thank-yous: messages of their own (D5, D6, D13, D18, D34)."""

from dataclasses import replace
from datetime import date

from relance.domain.actions import ActionState
from relance.domain.decision import Hold
from relance.domain.items import ItemStatus
from relance.domain.scenario import Anchor, Channel, StepKey
from relance.domain.tenant_rules import TenantRules
from relance.domain.windows import MONDAY_TO_FRIDAY, Windows
from tests.unit.domain.world import DAY, DUE, World, credit, done, invoice, reminder, scenario

NOTICE = reminder(StepKey.PRE_DUE, -8)
R1 = reminder(StepKey.R1, 8)
R2 = reminder(StepKey.R2, 8, after=Anchor.PREVIOUS_REMINDER)
THANKS = reminder(StepKey.THANK_YOU, 8, after=Anchor.PAYMENT_DATE)
PLAN = scenario(NOTICE, R1, R2, THANKS)
WEEK = Windows(dict.fromkeys(Channel, MONDAY_TO_FRIDAY))
PAID = date(2025, 4, 12)


def _keys(world: World, on: date) -> list[StepKey]:
    return [due.step.key for due in world.decide(on).due]


def test_d5_a_notice_goes_only_before_the_due_day() -> None:
    world = World(scenario=PLAN).add(invoice())
    assert _keys(world, DUE - 9 * DAY) == []
    assert world.held(DUE - 9 * DAY)["F-1"].until == DUE - 8 * DAY
    assert _keys(world, DUE - 8 * DAY) == [StepKey.PRE_DUE]
    assert _keys(world, DUE - DAY) == [StepKey.PRE_DUE]
    assert _keys(world, DUE) == []


def test_d5_a_notice_goes_once() -> None:
    world = World(scenario=PLAN).add(invoice())
    world.night(DUE - 8 * DAY)
    assert world.decide(DUE - 7 * DAY).due == ()
    assert world.decide(DUE - 7 * DAY).next_date == DUE + 8 * DAY


def test_d6_a_notice_goes_on_the_last_open_day_before_its_date() -> None:
    sunday = date(2025, 3, 9)
    world = World(scenario=PLAN, rules=TenantRules(windows=WEEK)).add(invoice(due=sunday + 8 * DAY))
    assert _keys(world, sunday - 2 * DAY) == [StepKey.PRE_DUE]
    assert world.held(sunday - 3 * DAY)["F-1"].until == sunday - 2 * DAY


def test_d6_a_notice_without_an_open_day_left_is_dropped() -> None:
    monday = date(2025, 3, 10)
    world = World(scenario=PLAN, rules=TenantRules(windows=WEEK)).add(invoice(due=monday))
    held = world.held(monday - 2 * DAY)["F-1"]
    assert (held.hold, held.until) == (Hold.NOTHING_DUE, monday + 8 * DAY)


def test_d6_a_notice_waits_for_an_open_day_and_one_to_be_confirmed_does_not() -> None:
    due = date(2025, 3, 14)
    saturday = due - 6 * DAY
    world = World(scenario=PLAN, rules=TenantRules(windows=WEEK)).add(invoice(due=due))
    held = world.held(saturday)["F-1"]
    assert (held.hold, held.until) == (Hold.WINDOW_CLOSED, saturday + 2 * DAY)
    world.scenario = scenario(replace(NOTICE, automatic=False), R1)
    assert [each.confirm for each in world.decide(saturday).due] == [True]


def test_d25_a_notice_lists_the_small_items_of_its_own_currency() -> None:
    world = World(scenario=PLAN).add(
        invoice(), invoice("F-2", amount=1_00), invoice("F-3", amount=1_00, currency="USD")
    )
    world.rules = replace(world.rules, default_tolerance=5_00)
    (due,) = world.decide(DUE - 8 * DAY).due
    assert due.listed == ("C-F-1", "C-F-2")
    assert [send.item for send in due.sends] == ["C-F-1"]


def test_d13_a_notice_whose_date_lay_before_the_first_sync_is_dropped() -> None:
    known = invoice(first_sync=True, seen_on=DUE - 5 * DAY)
    assert World(scenario=PLAN).add(known).decide(DUE - 5 * DAY).due == ()
    newer = replace(known, first_sync=False)
    assert _keys(World(scenario=PLAN).add(newer), DUE - 5 * DAY) == [StepKey.PRE_DUE]


def test_d14_a_notice_waits_for_the_contact_delay_and_delays_no_reminder() -> None:
    overdue, coming = invoice(), invoice("F-2", due=DUE + 18 * DAY)
    world = World(scenario=replace(PLAN, min_contact_delay=5)).add(overdue, coming)
    on = DUE + 8 * DAY
    world.night(on)
    assert [action.step for action in world.actions.values()] == [StepKey.R1]
    held = world.held(on + 3 * DAY)["F-2"]
    assert (held.hold, held.until) == (Hold.NOT_YET, on + 5 * DAY)
    assert [action.step for action in world.night(on + 5 * DAY)] == [StepKey.PRE_DUE]
    assert _keys(world, on + 8 * DAY) == [StepKey.R2]


def test_d18_when_both_fall_on_one_day_the_reminder_goes_and_the_notice_waits() -> None:
    world = World(scenario=replace(PLAN, min_contact_delay=5)).add(
        invoice(), invoice("F-2", due=DUE + 16 * DAY)
    )
    on = DUE + 8 * DAY
    assert _keys(world, on) == [StepKey.R1]
    assert world.held(on)["F-2"].until == on + 5 * DAY
    assert [action.step for action in world.night(on)] == [StepKey.R1]
    assert world.held(on)["F-2"].until == on + 5 * DAY


def test_d18_without_a_delay_both_go_as_messages_of_their_own() -> None:
    world = World(scenario=PLAN).add(invoice(), invoice("F-2", due=DUE + 16 * DAY))
    assert sorted(_keys(world, DUE + 8 * DAY)) == [StepKey.PRE_DUE, StepKey.R1]


def test_d17_a_notice_that_waits_for_a_person_is_taken_back_on_the_due_day() -> None:
    call = reminder(StepKey.PRE_DUE, -8, channel=Channel.CALL)
    world = World(scenario=scenario(call, R1), closes=lambda action, on: False).add(invoice())
    world.night(DUE - 8 * DAY)
    decision = world.decide(DUE - DAY)
    assert (decision.withdrawals, decision.next_date) == ((), DUE)
    assert [each.whole for each in world.decide(DUE).withdrawals] == [True]


def test_a_printed_notice_is_not_withdrawn_by_its_own_delay() -> None:
    letter = replace(NOTICE, channel=Channel.LETTER)
    world = World(scenario=scenario(letter, R1, delay=10), posts=False).add(invoice())
    world.night(DUE - 8 * DAY)
    assert world.decide(DUE - 7 * DAY).withdrawals == ()


def _paid(**more: object) -> World:
    item = invoice(residual=0, paid_on=PAID, settled_on=PAID)
    return World(scenario=PLAN).add(replace(item, **more))  # type: ignore[arg-type]


def test_d34_a_thank_you_goes_days_after_the_payment_and_once() -> None:
    world = _paid()
    assert world.held(PAID + 7 * DAY)["F-1"].until == PAID + 8 * DAY
    (sent,) = world.night(PAID + 8 * DAY)
    assert sent.step is StepKey.THANK_YOU
    assert world.items == {}


def test_d34_no_payment_no_thanks() -> None:
    decision = _paid(paid_on=None).decide(PAID + 8 * DAY)
    assert (decision.due, decision.settled) == ((), ("C-F-1",))


def test_d34_a_late_match_thanks_on_that_day_if_the_payment_is_fresh() -> None:
    assert _keys(_paid(settled_on=PAID + 30 * DAY), PAID + 30 * DAY) == [StepKey.THANK_YOU]
    stale = _paid(settled_on=PAID + 31 * DAY).decide(PAID + 31 * DAY)
    assert (stale.due, stale.settled) == ((), ("C-F-1",))


def test_d34_nothing_that_was_settled_in_the_first_sync_is_thanked_for() -> None:
    known = {"first_sync": True, "seen_on": PAID - 30 * DAY}
    assert _paid(**{**known, "seen_on": PAID}).decide(PAID + 8 * DAY).due == ()
    assert _keys(_paid(**known), PAID + 8 * DAY) == [StepKey.THANK_YOU]


def test_d34_settlements_due_on_one_day_share_one_message_a_currency() -> None:
    world = _paid()
    for number, currency in (("F-2", "EUR"), ("F-3", "USD")):
        world.add(invoice(number, residual=0, paid_on=PAID, settled_on=PAID, currency=currency))
    due = world.decide(PAID + 8 * DAY).due
    assert [(each.currency, len(each.sends)) for each in due] == [("EUR", 2), ("USD", 1)]
    assert len(world.night(PAID + 8 * DAY)) == 2


def test_d34_none_within_thirty_days_of_another() -> None:
    on = PAID + 8 * DAY
    for apart, thanked in ((30, False), (31, True)):
        earlier = done(invoice("F-0"), StepKey.THANK_YOU, on - apart * DAY)
        decision = _paid().add(earlier).decide(on)
        assert bool(decision.due) is thanked
        assert bool(decision.settled) is not thanked


def test_d34_it_waits_for_a_day_without_a_reminder() -> None:
    on = PAID + 8 * DAY
    world = _paid().add(invoice("F-2", due=on - 8 * DAY))
    assert _keys(world, on) == [StepKey.R1]
    world.night(on)
    assert world.decide(on).due == ()
    assert _keys(world, on + DAY) == [StepKey.THANK_YOU]


def test_d34_it_waits_behind_level_three_and_is_dropped_after_thirty_days() -> None:
    other = invoice("F-2")
    world = _paid().add(other, done(other, StepKey.R3, DUE + 8 * DAY))
    held = world.held(PAID + 8 * DAY)["F-1"]
    assert (held.hold, held.until) == (Hold.GROUPED_LATER, PAID + 31 * DAY)
    assert world.decide(PAID + 30 * DAY).settled == ()
    assert world.decide(PAID + 31 * DAY).settled == ("C-F-1",)


def test_d34_a_settlement_undone_and_made_again_is_another_one() -> None:
    earlier = done(invoice(), StepKey.THANK_YOU, PAID - 60 * DAY)
    again = _paid(reopened_on=PAID - 30 * DAY).add(earlier)
    (due,) = again.decide(PAID + 8 * DAY).due
    assert [send.cycle for send in due.sends] == [1]


def test_d34_an_offset_longer_than_thirty_days_still_goes() -> None:
    plan = scenario(R1, replace(THANKS, offset_days=45))
    world = _paid()
    world.scenario = plan
    assert _keys(world, PAID + 45 * DAY) == [StepKey.THANK_YOU]
    assert world.decide(PAID + 46 * DAY).settled == ("C-F-1",)


def test_d34_a_paid_item_is_thanked_for_whatever_failed_before() -> None:
    failed = done(invoice(), StepKey.R1, PAID - DAY, state=ActionState.FAILED)
    assert _keys(_paid().add(failed), PAID + 8 * DAY) == [StepKey.THANK_YOU]


def test_d34_a_thank_you_goes_once_though_its_settlement_is_still_there() -> None:
    thanked = done(invoice(), StepKey.THANK_YOU, PAID + 8 * DAY)
    decision = _paid().add(thanked).decide(PAID + 60 * DAY)
    assert (decision.due, decision.settled) == ((), ("C-F-1",))


def test_d34_a_thank_you_that_waits_is_taken_back_when_the_payment_is_undone() -> None:
    for state in (ActionState.TO_CONFIRM, ActionState.TO_POST):
        waiting = done(
            invoice(), StepKey.THANK_YOU, PAID + 8 * DAY, state=state, channel=Channel.LETTER
        )
        world = _paid(residual=100_00, settled_on=None, reopened_on=PAID + 9 * DAY).add(waiting)
        assert [each.whole for each in world.decide(PAID + 9 * DAY).withdrawals] == [True], state


def test_d34_d27_what_is_out_of_the_ledgers_life_is_not_thanked_for() -> None:
    decision = _paid(status=ItemStatus.HANDED_OVER).decide(PAID + 8 * DAY)
    assert (decision.due, decision.settled) == ((), ("C-F-1",))
    without = _paid()
    without.scenario = None
    assert without.decide(PAID + 8 * DAY).settled == ("C-F-1",)


def test_d34_a_thank_you_waits_for_a_whole_ledger_and_for_a_doubt_to_be_settled() -> None:
    on = PAID + 8 * DAY
    in_part = _paid()
    in_part.customer = replace(in_part.customer, incomplete_since="import-7")
    assert in_part.held(on)["F-1"].hold is Hold.INCOMPLETE_LEDGER
    doubt = done(invoice("F-2"), StepKey.R1, DUE + 8 * DAY, state=ActionState.IN_DOUBT)
    assert _paid().add(invoice("F-2"), doubt).held(on)["F-1"].hold is Hold.IN_DOUBT


def test_d6_d34_a_thank_you_leaves_on_an_open_day_and_for_a_yes_on_any() -> None:
    sunday = date(2025, 4, 20)
    world = _paid(paid_on=sunday - 8 * DAY)
    world.rules = TenantRules(windows=WEEK)
    held = world.held(sunday)["F-1"]
    assert (held.hold, held.until) == (Hold.WINDOW_CLOSED, sunday + DAY)
    world.scenario = scenario(R1, replace(THANKS, automatic=False))
    assert [due.confirm for due in world.decide(sunday).due] == [True]


def test_d34_it_waits_for_a_day_without_a_reminder_that_somebody_said_yes_to() -> None:
    on, other = PAID + 8 * DAY, invoice("F-2", due=PAID - 30 * DAY)
    waiting = done(other, StepKey.R1, PAID, state=ActionState.TO_CONFIRM)
    world = _paid().add(other, waiting)
    assert _keys(world, on) == [StepKey.THANK_YOU]
    world.add(replace(waiting, approved_on=PAID, approved_as="x"))
    held = world.held(on)["F-1"]
    assert (held.hold, held.until) == (Hold.GROUPED_LATER, on + DAY)
    # Inside the contact delay the reminder doesn't leave today, so the thank-you may.
    world.scenario = replace(PLAN, min_contact_delay=5)
    world.add(done(invoice("F-3"), StepKey.R1, on - 2 * DAY))
    assert _keys(world, on) == [StepKey.THANK_YOU]


def test_d34_a_reminder_still_on_its_way_is_waited_for_before_thanking() -> None:
    leaving = done(invoice(), StepKey.R1, PAID + 8 * DAY, state=ActionState.RESERVED)
    held = _paid().add(leaving).held(PAID + 8 * DAY)["F-1"]
    assert (held.hold, held.until) == (Hold.IN_DOUBT, PAID + 9 * DAY)


def test_settled_credits_and_dead_items_leave_the_live_facts() -> None:
    world = World(scenario=PLAN).add(credit(amount=0), invoice(residual=0))
    assert set(world.decide(DUE).settled) == {"C-A-1", "C-F-1"}


def test_one_notice_a_day_and_currency_even_when_more_comes_in() -> None:
    world = World(scenario=PLAN).add(invoice())
    on = DUE - 8 * DAY
    world.night(on)
    world.add(invoice("F-2"))
    assert world.decide(on).due == ()
    assert _keys(world, on + DAY) == [StepKey.PRE_DUE]


def test_a_held_notice_is_looked_at_again_when_its_item_is_overdue() -> None:
    world = World(scenario=replace(PLAN, min_contact_delay=30)).add(
        invoice(), invoice("F-2", due=DUE + 16 * DAY)
    )
    assert world.held(DUE + 8 * DAY)["F-2"].until == DUE + 17 * DAY


def test_d34_d40_a_reminder_that_failed_hides_no_thank_you_under_way() -> None:
    item = invoice(residual=3_00, paid_on=PAID)
    world = World(scenario=PLAN).add(
        item,
        done(item, StepKey.R3, DUE + 8 * DAY, state=ActionState.FAILED),
        done(item, StepKey.THANK_YOU, PAID + 8 * DAY, state=ActionState.OPEN, channel=Channel.TASK),
    )
    world.rules = replace(world.rules, default_tolerance=5_00)
    assert world.decide(PAID + 9 * DAY).due == ()


def test_d34_what_is_paid_to_below_the_tolerance_is_thanked_for_once() -> None:
    item = invoice(residual=3_00, paid_on=PAID)
    world = World(scenario=PLAN).add(item)
    world.rules = replace(world.rules, default_tolerance=5_00)
    assert world.held(PAID + 7 * DAY)["F-1"].until == PAID + 8 * DAY
    (sent,) = world.night(PAID + 8 * DAY)
    assert sent.step is StepKey.THANK_YOU
    assert world.held(PAID + 9 * DAY)["F-1"].hold is Hold.BELOW_THRESHOLD
    world.add(replace(item, residual=0, settled_on=PAID + 60 * DAY))
    assert world.decide(PAID + 60 * DAY).settled == ("C-F-1",)
