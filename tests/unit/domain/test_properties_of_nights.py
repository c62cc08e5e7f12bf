"""What is true of many nights together, and of those who are never to be reminded."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from relance.domain.actions import Action, ActionState, Send
from relance.domain.decision import DueAction
from relance.domain.items import ItemStatus, PaymentMethod
from relance.domain.scenario import Channel, StepKey
from tests.unit.domain.world import DAY, World
from tests.unit.domain.worlds import NIGHTS, START, blocked_worlds, troubled_worlds, worlds

_CONTACTED = (
    ActionState.SENT,
    ActionState.DONE,
    ActionState.RESERVED,
    ActionState.TO_POST,
)
# Every night is run, or a whole week is missed now and then.
_RUNS = st.lists(st.integers(1, 9), min_size=3, max_size=12)


def _nights(first: date, gaps: Iterable[int]) -> list[date]:
    found = [first]
    for gap in gaps:
        found.append(found[-1] + gap * DAY)
    return found


@given(blocked_worlds(), NIGHTS)
@settings(max_examples=100, deadline=None)
def test_d7_d11_a_night_replayed_after_its_day_s_work_changes_nothing(
    world: World, on: date
) -> None:
    world.night(on)
    world.workday(on)
    before = dict(world.actions)
    assert world.night(on) == []
    assert world.actions == before


@given(worlds(), _RUNS)
@settings(max_examples=100, deadline=None)
def test_d12_whatever_nights_are_missed_an_item_takes_one_step_a_night_and_none_is_jumped(
    world: World, gaps: list[int]
) -> None:
    plan = world.scenario
    assert plan is not None
    for on in _nights(START + 28 * DAY, gaps):
        level = _levels(world)
        began = _new_sends(world, on)
        assert len({send.item for send in began}) == len(began)
        for send in began:
            above = [step.key for step in plan.reminders if step.key.level > level[send.item]]
            assert send.step is above[0]
        world.workday(on)


@given(blocked_worlds(), _RUNS)
@settings(max_examples=100, deadline=None)
def test_d14_no_message_breaks_the_contact_delay_whatever_nights_are_missed(
    world: World, gaps: list[int]
) -> None:
    assert world.scenario is not None
    delay = world.scenario.min_contact_delay
    first = START + 21 * DAY
    for on in _nights(first, gaps):
        world.night(on)
        world.workday(on)
    contacts = [each for each in world.actions.values() if _is_contact(each)]
    for message in contacts:
        if message.day < first or not message.channel.is_message:
            continue
        for before in contacts:
            day = before.completed_on or before.day
            if before.day < message.day and _delays(before, message):
                assert (message.day - day).days >= delay, (before, message)


@given(troubled_worlds(), NIGHTS)
@settings(max_examples=200, deadline=None)
def test_nothing_is_planned_for_who_is_stopped_disputed_promised_out_or_on_debit(
    world: World, on: date
) -> None:
    """D27, D28, D29, D30, D31: neither a reminder nor a notice."""
    free = _free(world, on)
    for due in _chasing(world, on):
        assert {send.item for send in due.sends} <= free


@given(troubled_worlds(), NIGHTS)
@settings(max_examples=200, deadline=None)
def test_d22_d24_nothing_is_planned_for_a_customer_in_credit(world: World, on: date) -> None:
    for due in _chasing(world, on):
        mine = [
            item
            for item in world.items.values()
            if item.currency == due.currency and item.status is ItemStatus.ACTIVE
        ]
        if any(item.kind.is_credit and item.residual for item in mine):
            assert sum(item.balance for item in mine) > 0
            tolerance = world.rules.tolerance(due.currency)
            assert due.step.key is StepKey.PRE_DUE or due.net > tolerance


@given(troubled_worlds(), NIGHTS)
@settings(max_examples=200, deadline=None)
def test_d20_nothing_in_another_currency_is_sent_listed_netted_or_counted(
    world: World, on: date
) -> None:
    decision = world.decide(on)
    for due in (*decision.due, *decision.follow_ups):
        named = {*(send.item for send in due.sends), *due.listed, *due.credits}
        assert {world.items[item].currency for item in named} == {due.currency}
    for currency in {item.currency for item in world.items.values()}:
        alone = World(
            **{
                name: getattr(world, name)
                for name in ("scenario", "rules", "closed_days", "customer", "blocks")
            }
        )
        alone.add(*(item for item in world.items.values() if item.currency == currency))
        alone.add(*world.actions.values())
        nets = {due.id: due.net for due in alone.decide(on).due}
        for due in decision.due:
            if due.currency == currency and due.id in nets:
                assert nets[due.id] == due.net


def test_the_random_customers_often_reach_what_the_properties_are_about() -> None:
    found: Counter[str] = Counter()

    @given(troubled_worlds(), NIGHTS)
    @settings(max_examples=400, deadline=None, derandomize=True, database=None)
    def count(world: World, on: date) -> None:
        decision = world.decide(on)
        found.update({held.hold.value for held in decision.held})
        found.update({due.step.key.value for due in decision.due})
        found.update({"joins" for due in decision.due if due.joins})
        found.update({"withdrawn" for _ in decision.withdrawals})
        found.update({"follow-up" for _ in decision.follow_ups})
        found.update({f"{len({due.currency for due in decision.due})} currencies"})

    count()
    often = {
        *("stopped", "disputed", "promised", "excluded", "direct_debit", "no_debit_balance"),
        *("not_yet", "open_action", "credit", "nothing_due", "withdrawn", "follow-up"),
    }
    assert {name: found[name] for name in often if found[name] < 10} == {}
    assert sum(found[f"r{level}"] for level in range(1, 6)) >= 10
    now_and_then = {"pre_due", "thank_you", "joins", "finished", "grouped_later", "2 currencies"}
    assert {name for name in now_and_then if not found[name]} == set()


def _levels(world: World) -> Counter[str]:
    found: Counter[str] = Counter()
    for action in world.actions.values():
        for send in action.sends:
            if action.state.completes:
                found[send.item] = max(found[send.item], send.step.level)
    return found


def _new_sends(world: World, on: date) -> list[Send]:
    """Run a night; return the reminders that it began, an item's own step each."""
    before = {
        send
        for action in world.actions.values()
        if action.state is not ActionState.CANCELLED
        for send in action.sends
    }
    return [
        send
        for action in world.night(on)
        for send in action.sends
        if send.step.is_reminder and send not in before
    ]


def _is_contact(action: Action) -> bool:
    if action.step is StepKey.THANK_YOU or action.state not in _CONTACTED:
        return False
    return action.channel.is_message or action.channel is Channel.CALL


def _delays(before: Action, message: Action) -> bool:
    """A notice delays other notices only; what is done on a day counts from the next."""
    if before.completed_on is not None and before.completed_on >= message.day:
        return False
    return before.step is not StepKey.PRE_DUE or message.step is StepKey.PRE_DUE


def _chasing(world: World, on: date) -> list[DueAction]:
    return [due for due in world.decide(on).due if due.step.key is not StepKey.THANK_YOU]


def _free(world: World, on: date) -> set[str]:
    """The items about which a person would say that they may be chased."""
    facts = world.facts
    found = {
        item.id
        for item in facts.items
        if item.status is ItemStatus.ACTIVE and item.method is PaymentMethod.MANUAL
    }
    for stop in facts.stops:
        if stop.since <= on and (stop.until is None or stop.until >= on):
            found -= {stop.item} if stop.item else found
    for dispute in facts.disputes:
        running = dispute.opened <= on and (dispute.resolved_on is None or dispute.resolved_on > on)
        if running and dispute.amount is None:
            found -= {dispute.item}
    for promise in facts.promises:
        kept = promise.kept_on is not None and promise.kept_on <= on
        if promise.made_on <= on <= promise.due and not kept:
            found -= set(promise.items)
    return found
