"""Random customers in the middle of their lives, for what is true of every decision."""

from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from relance.domain.blocks import Block, Dispute, Promise, Stop
from relance.domain.items import ItemKind, ItemStatus, PaymentMethod
from relance.domain.presets import Preset, preset
from relance.domain.scenario import Grouping
from relance.domain.tenant_rules import TenantRules
from relance.domain.windows import Windows
from tests.fakes.windows import always_open
from tests.unit.domain.world import DAY, World, credit, days, invoice

START = date(2025, 3, 1)
HOLIDAYS = frozenset({date(2025, 4, 21), date(2025, 5, 1)})

_currencies = st.sampled_from(["EUR", "EUR", "EUR", "USD"])
_days = (st.integers(-60, 30) | st.integers(20, 60)).map(lambda count: START + count * DAY)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A customer in the middle of its life: some nights were run, some things were paid."""
    sides = preset(draw(st.sampled_from(Preset)))
    scenario = replace(
        sides[draw(st.integers(0, 1))],
        grouping=draw(st.sampled_from(Grouping)),
        min_contact_delay=draw(st.sampled_from([0, 5])),
    )
    manual = draw(st.booleans())
    if manual:
        steps = tuple(replace(step, automatic=False) for step in scenario.steps[::2])
        scenario = replace(scenario, steps=steps + scenario.steps[1::2])
    calls_closed = draw(st.booleans())
    world = World(
        scenario=scenario,
        rules=TenantRules(
            windows=draw(st.sampled_from([Windows(), always_open()])),
            default_tolerance=draw(st.sampled_from([0, 5_00])),
        ),
        closed_days=HOLIDAYS,
        closes=lambda action, on: calls_closed,
        posts=draw(st.booleans()),
    )
    for number in range(draw(st.integers(1, 6))):
        world.add(
            invoice(
                f"F-{number}",
                due=draw(_days),
                amount=draw(st.sampled_from([1_00, 50_00, 100_00])),
                currency=draw(_currencies),
            )
        )
    if draw(st.booleans()):
        kind = draw(st.sampled_from([ItemKind.RECEIPT, ItemKind.CREDIT_NOTE]))
        amount = draw(st.sampled_from([1_00, 60_00, 900_00]))
        world.add(credit(amount=amount, kind=kind))
    for on in days(START - draw(st.integers(-20, 40)) * DAY, START + 20 * DAY):
        world.night(on)
        world.workday(on)
    for number in draw(st.lists(st.integers(0, 5), max_size=2)):
        if f"C-F-{number}" in world.items:
            world.pay(f"F-{number}", on=START + 20 * DAY)
    return world


@st.composite
def blocked_worlds(draw: st.DrawFn) -> World:
    """A customer in the middle of its life, about which people wrote things down."""
    world = draw(worlds())
    ids = sorted(item.id for item in world.items.values() if not item.kind.is_credit) or ["C-x"]
    for number in range(draw(st.integers(1, 4))):
        world.add(draw(_blocks(number, draw(st.sampled_from(ids)))))
    return world


@st.composite
def _blocks(draw: st.DrawFn, number: int, item: str) -> Block:
    """A promise, dispute or stop, most of them in force some day of the nights below."""
    since = START + draw(st.integers(10, 45)) * DAY
    lasts = draw(st.none() | st.integers(0, 40))
    end = None if lasts is None else since + lasts * DAY
    promise = Promise(
        id=f"C-p{number}",
        items=(item,),
        currency="EUR",
        amount=10_00,
        due=since + 20 * DAY,
        made_on=since,
        open_when_made=100_00,
        kept_on=end,
    )
    amount = draw(st.sampled_from([None, 40_00]))
    dispute = Dispute(
        id=f"C-d{number}", item=item, opened=since, reason="r", amount=amount, resolved_on=end
    )
    stop = Stop(id=f"C-s{number}", since=since, reason="r", item=item, until=end)
    of_all = replace(stop, item=None)
    weighed: list[Block] = [promise, promise, promise, dispute, dispute, dispute, stop, of_all]
    return draw(st.sampled_from(weighed))


NIGHTS = (st.integers(21, 30) | st.integers(21, 60)).map(lambda count: START + count * DAY)
"""A night after a random customer's first three weeks."""

_STATUSES = st.sampled_from([*(20 * [ItemStatus.ACTIVE]), *ItemStatus])
_METHODS = st.sampled_from([*(12 * [PaymentMethod.MANUAL]), *PaymentMethod])


@st.composite
def troubled_worlds(draw: st.DrawFn) -> World:
    """A customer with blocks, items out of the ledger's life, debits, and often open credits."""
    world = draw(blocked_worlds())
    for item in tuple(world.items.values()):
        world.add(replace(item, status=draw(_STATUSES), method=draw(_METHODS)))
    for currency in draw(st.sets(st.sampled_from(["EUR", "USD", "CHF", "GBP"]), max_size=2)):
        owed = sum(max(item.balance, 0) for item in world.items.values())
        amount = draw(st.sampled_from([1_00, 60_00, owed, owed + 1])) or 1
        world.add(credit(f"A-{currency}", amount=amount, currency=currency))
    return world
