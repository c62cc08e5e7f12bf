"""How fast the engine decides, on one core: the worst night and a steady one.

    python -m bench.engine

Worst night: 100,000 open items of 20,000 customers, at five levels, 84 % of them due. Steady night:
as many, of which the index of next dates names the few customers to look at. Nothing but `decide`
is timed: facts are made beforehand, decisions are counted and dropped.
"""

import gc
import random
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from relance.domain.actions import Action, ActionState, Send
from relance.domain.customer import Contact, Customer
from relance.domain.decision import Decision
from relance.domain.facts import Facts
from relance.domain.items import Item, ItemKind
from relance.domain.planning import decide
from relance.domain.presets import preset
from relance.domain.scenario import REMINDERS, Channel, Scenario
from relance.domain.tenant_rules import TenantRules
from tests.fakes.windows import always_open

TONIGHT = date(2025, 3, 11)
CUSTOMERS = 20_000
ITEMS_EACH = 5
DUE_SHARE = 0.84
# Days over which the steps of a steady account are spread: two of them fall on any one day.
SPREAD = 80
RUNS = 9

# Between a reminder of Standard and the one before it, and what is surely past every such gap.
PAST_EVERY_GAP = 20
# From one reminder already done to the next.
APART = 8
# Inside the gap after the last reminder, outside the minimum contact delay.
INSIDE_GAP = 6

RULES = TenantRules(windows=always_open())


@dataclass(slots=True)
class Count:
    """What the decisions came to."""

    customers: int = 0
    items: int = 0
    due: int = 0
    messages: int = 0
    held: Counter[str] = field(default_factory=Counter)

    def add(self, facts: Facts, decision: Decision) -> None:
        """Take one customer's decision in."""
        self.customers += 1
        self.items += len(facts.items)
        self.messages += len(decision.due)
        self.due += sum(len(action.sends) for action in decision.due)
        self.held.update(each.hold.value for each in decision.held)
        assert len(facts.items) == len(decision.held) + len(decision.settled) + sum(
            len(action.sends) for action in decision.due
        )


def worst_night() -> Iterator[Facts]:
    """Yield customers of whose items 84 % are due: R1–R4 of some, R5 of the others.

    The rest is not due yet, or reminded of a few days ago.
    """
    rng = random.Random(1)
    scenario = preset("standard")[0]
    for number in range(CUSTOMERS):
        last = number % 5 == 4
        levels = []
        for _ in range(ITEMS_EACH):
            levels.append(4 if last else rng.randrange(4))
        waits = [rng.random() >= DUE_SHARE for _ in levels]
        yield customer(number, scenario, levels, waits, rng)


def steady_night() -> Iterator[Facts]:
    """Yield customers whose notices and first reminders are spread over many nights."""
    rng = random.Random(2)
    scenario = preset("standard")[0]
    for number in range(CUSTOMERS):
        due = TONIGHT + timedelta(days=rng.randrange(SPREAD) - 8)
        items = tuple(item(number, place, due, rng) for place in range(ITEMS_EACH))
        notice = Action(
            id=f"{code(number)}-notice",
            currency="EUR",
            step=scenario.steps[0].key,
            step_name="notice",
            channel=Channel.EMAIL,
            state=ActionState.SENT,
            sends=tuple(Send(each.id, scenario.steps[0].key) for each in items),
            day=due - timedelta(days=8),
            completed_on=due - timedelta(days=8),
        )
        yield facts(number, items, (notice,) if notice.day < TONIGHT else (), scenario)


def customer(
    number: int,
    scenario: Scenario,
    levels: Sequence[int],
    waits: Sequence[bool],
    rng: random.Random,
) -> Facts:
    """Return a customer with an item at each of `levels`, due tonight unless it waits."""
    items: list[Item] = []
    groups: dict[tuple[int, int], list[Item]] = {}
    for place, (level, wait) in enumerate(zip(levels, waits, strict=True)):
        ago = INSIDE_GAP if wait else PAST_EVERY_GAP
        overdue = -30 if wait and not level else ago + APART * level + rng.randrange(10)
        made = item(number, place, TONIGHT - timedelta(days=overdue), rng)
        items.append(made)
        if level:
            groups.setdefault((level, ago), []).append(made)
    actions = [
        reminded(number, made, done, level, TONIGHT - timedelta(days=ago + APART * (level - done)))
        for (level, ago), made in groups.items()
        for done in range(1, level + 1)
    ]
    return facts(number, tuple(items), tuple(actions), scenario)


def item(number: int, place: int, due: date, rng: random.Random) -> Item:
    """Return an open invoice."""
    amount = rng.randrange(50_00, 5_000_00)
    return Item(
        id=f"{code(number)}-{place:016x}",
        kind=ItemKind.INVOICE,
        number=f"F{number:05}-{place}",
        issued=due - timedelta(days=30),
        currency="EUR",
        original=amount,
        residual=amount,
        due=due,
    )


def reminded(number: int, items: Iterable[Item], done: int, level: int, day: date) -> Action:
    """Return the message that was one reminder of these items."""
    key = REMINDERS[done - 1]
    return Action(
        id=f"{code(number)}-{level}-{done}-{day:%m%d}",
        currency="EUR",
        step=key,
        step_name=key.value,
        channel=Channel.EMAIL,
        state=ActionState.SENT,
        sends=tuple(Send(each.id, key) for each in items),
        day=day,
        completed_on=day,
    )


def facts(
    number: int, items: tuple[Item, ...], actions: tuple[Action, ...], scenario: Scenario
) -> Facts:
    """Return all that is known of one customer."""
    contact = Contact(id="1", name="Comptabilité", email=f"compta{number}@example.fr")
    return Facts(
        customer=Customer(
            id=code(number), code=code(number), name=f"Client {number}", contacts=(contact,)
        ),
        items=items,
        actions=actions,
        scenario=scenario,
        rules=RULES,
    )


def code(number: int) -> str:
    """Return a customer's account code."""
    return f"411{number:05}"


def timed(population: Sequence[Facts], on: date) -> tuple[float, Count]:
    """Return the least CPU seconds of a few runs over these customers, and what they came to."""
    best = float("inf")
    for _ in range(RUNS):
        began = time.process_time()
        for each in population:
            decide(each, on=on)
        best = min(best, time.process_time() - began)
    count = Count()
    for each in population:
        count.add(each, decide(each, on=on))
    return best, count


def kept(population: Iterable[Facts]) -> list[Facts]:
    """Return the facts as a list which the garbage collector leaves alone from now on.

    A night holds one part's customers at a time; here they are all made before the clock starts.
    """
    found = list(population)
    gc.collect()
    gc.freeze()
    return found


def show(title: str, seconds: float, count: Count) -> None:
    """Print one night's figures."""
    share = 100 * count.due / count.items
    print(f"{title}: {count.items:,} items of {count.customers:,} customers looked at")
    print(f"  {seconds * 1000:,.1f} ms of CPU, {count.items / seconds:,.0f} items/s on one core")
    print(f"  due {count.due:,} ({share:.1f} %) in {count.messages:,} messages and tasks")
    for hold, number in count.held.most_common():
        print(f"  held {hold}: {number:,}")


def main() -> None:
    """Run both nights and print what they took."""
    print(f"Python {sys.version.split()[0]}, best of {RUNS} runs")
    worst = kept(worst_night())
    show("Worst night", *timed(worst, TONIGHT))
    del worst
    everyone = kept(steady_night())
    eve = TONIGHT - timedelta(days=1)
    named = [
        each for each in everyone if (day := decide(each, on=eve).next_date) and day <= TONIGHT
    ]
    seconds, count = timed(named, TONIGHT)
    items = sum(len(each.items) for each in everyone)
    show("Steady night", seconds, count)
    print(f"  of {items:,} open items {100 * count.due / items:.1f} % are due")


if __name__ == "__main__":
    main()
