"""One customer walked day by day: decisions are taken and carried out as the product does."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Self

from relance.domain import lifecycle
from relance.domain.actions import Action, ActionState, Send
from relance.domain.blocks import Block, Dispute, Promise, Stop
from relance.domain.customer import Contact, Customer
from relance.domain.decision import Decision, DueAction, Held
from relance.domain.facts import Facts
from relance.domain.items import Item, ItemKind
from relance.domain.planning import decide
from relance.domain.presets import preset
from relance.domain.scenario import Anchor, Channel, Scenario, Step, StepKey
from relance.domain.tenant_rules import TenantRules
from tests.fakes.windows import always_open

DAY = timedelta(days=1)
ISSUED = date(2025, 1, 30)
DUE = date(2025, 3, 1)
PERSON = "anna@example.com"
# No account of these tests has that much to do in one night.
_MOST_ROUNDS = 200


def invoice(
    number: str = "F-1", *, due: date | None = DUE, amount: int = 100_00, **more: object
) -> Item:
    """Return an open invoice."""
    plain = Item(
        id=f"C-{number}",
        kind=ItemKind.INVOICE,
        number=number,
        issued=ISSUED,
        currency="EUR",
        original=amount,
        residual=amount,
        due=due,
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def credit(
    number: str = "A-1", *, amount: int, kind: ItemKind = ItemKind.RECEIPT, **more: object
) -> Item:
    """Return an open receipt or credit note."""
    return invoice(number, due=None, amount=amount, kind=kind, **more)


def reminder(
    key: StepKey,
    days: int,
    *,
    channel: Channel = Channel.EMAIL,
    after: Anchor = Anchor.DUE_DATE,
    **more: object,
) -> Step:
    """Return a step of this channel, `days` after its anchor."""
    message = channel.is_message
    plain = Step(
        key=key,
        name=key.value,
        anchor=after,
        offset_days=days,
        channel=channel,
        automatic=message,
        template="reminder_1" if message else None,
        script=None if message else "Bonjour ?",
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def scenario(*steps: Step, delay: int = 0, **more: object) -> Scenario:
    """Return a scenario of these steps."""
    plain = Scenario(
        id="test",
        name="Test",
        profile="standard",
        with_email=True,
        version=1,
        steps=steps,
        min_contact_delay=delay,
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def standard() -> Scenario:
    """Return the Standard preset for customers with e-mail."""
    return preset("standard")[0]


def done(
    item: Item, key: StepKey, day: date, *, state: ActionState = ActionState.SENT, **more: object
) -> Action:
    """Return an action that completed this item's step on `day`."""
    plain = Action(
        id=f"C-{item.number}-{key}",
        currency=item.currency,
        step=key,
        step_name=key.value,
        channel=Channel.EMAIL,
        state=state,
        sends=(Send(item=item.id, step=key),),
        day=day,
        completed_on=day if state.completes else None,
    )
    return replace(plain, **more)  # type: ignore[arg-type]


@dataclass(slots=True)
class World:
    """The facts of one customer, and hands that carry decisions out.

    `closes` says on which day a person closes a task that is open; None leaves it open that day.
    `posts` says whether printed letters are posted on their day.
    """

    items: dict[str, Item] = field(default_factory=dict)
    actions: dict[str, Action] = field(default_factory=dict)
    scenario: Scenario | None = field(default_factory=standard)
    rules: TenantRules = field(default_factory=lambda: TenantRules(windows=always_open()))
    closed_days: frozenset[date] = frozenset()
    blocks: dict[str, Block] = field(default_factory=dict)
    synced_on: date | None = None
    wave_room: int | None = None
    customer: Customer = field(
        default_factory=lambda: Customer(
            id="C",
            code="C",
            name="Menuiserie Kervadec",
            contacts=(Contact(id="1", name="Léa", email="lea@example.fr"),),
        )
    )
    closes: Callable[[Action, date], bool] = lambda action, on: True
    posts: bool = True

    def add(self, *things: Item | Action | Block) -> Self:
        """Put items, actions and blocks into the facts, in place of those of the same id."""
        for thing in things:
            if isinstance(thing, Item):
                self.items[thing.id] = thing
            elif isinstance(thing, Action):
                self.actions[thing.id] = thing
            else:
                self.blocks[thing.id] = thing
        return self

    def pay(self, *numbers: str, on: date) -> None:
        """Pay items in full; the match is seen the same day."""
        for number in numbers:
            item = self.items[f"C-{number}"]
            self.add(replace(item, residual=0, paid_on=on, settled_on=on))

    @property
    def facts(self) -> Facts:
        """The facts as they are."""
        return Facts(
            customer=self.customer,
            items=tuple(self.items.values()),
            actions=tuple(self.actions.values()),
            scenario=self.scenario,
            rules=self.rules,
            closed_days=self.closed_days,
            stops=tuple(each for each in self.blocks.values() if isinstance(each, Stop)),
            disputes=tuple(each for each in self.blocks.values() if isinstance(each, Dispute)),
            promises=tuple(each for each in self.blocks.values() if isinstance(each, Promise)),
            synced_on=self.synced_on,
            wave_room=self.wave_room,
        )

    def decide(self, on: date) -> Decision:
        """Decide without carrying anything out."""
        return decide(self.facts, on=on)

    def held(self, on: date) -> Mapping[str, Held]:
        """Decide and return what is held, by item number."""
        return {self.items[each.item].number: each for each in self.decide(on).held}

    def night(self, on: date) -> list[Action]:
        """Run a night: withdraw, open tasks, then send message by message, deciding each again."""
        began: list[Action] = []
        for _ in range(_MOST_ROUNDS):
            decision = self.decide(on)
            self.withdraw(decision)
            for item in decision.settled:
                del self.items[item]
            left = (*decision.due, *decision.follow_ups)
            if not left:
                return began
            action = self.take(left[0], on)
            began.append(action)
        raise AssertionError(f"carrying out the plan of {on} never empties it")

    def take(self, due: DueAction, on: date) -> Action:
        """Carry out one due action: a message is sent, a task opened, a letter printed."""
        if due.joins is not None:
            waiting = self.actions[due.joins]
            joined = replace(
                waiting,
                sends=tuple(sorted({*waiting.sends, *due.sends})),
                step=due.step.key,
                step_name=due.step.name,
                channel=due.step.channel,
            )
            self.add(joined)
            return joined
        assert due.id not in self.actions
        state = _first_state(due)
        named = due.step.deadline_days
        deadline = on + named * DAY if named is not None else None
        action = Action(
            id=due.id,
            currency=due.currency,
            step=due.step.key,
            step_name=due.step.name,
            channel=due.step.channel,
            state=state,
            sends=due.sends,
            day=on,
            completed_on=on if state is ActionState.SENT else None,
            deadline=deadline,
        )
        self.add(action)
        return action

    def withdraw(self, decision: Decision) -> None:
        """Carry withdrawals out."""
        for each in decision.withdrawals:
            action = self.actions[each.action]
            if each.whole:
                self.add(replace(action, state=ActionState.CANCELLED))
            else:
                kept = tuple(send for send in action.sends if send.item not in each.items)
                self.add(replace(action, sends=kept))

    def workday(self, on: date) -> None:
        """Let people do what waits for them: post letters, make calls."""
        for action in tuple(self.actions.values()):
            if action.state is ActionState.TO_POST and self.posts:
                self.add(lifecycle.mark_posted(action, on=on, author=PERSON))
            elif action.state is ActionState.OPEN and self.closes(action, on):
                self.add(
                    lifecycle.complete(
                        action, on=on, author=PERSON, result=lifecycle.Result.REACHED
                    )
                )

    def walk(
        self, first: date, last: date, *, pays: Mapping[date, tuple[str, ...]] | None = None
    ) -> list[tuple[date, StepKey, Channel]]:
        """Live through the days; return the steps that were completed, by day.

        Only days that the decision itself named are run, besides those on which a fact changed: a
        customer whose next date came too late would be forgotten here.
        """
        look: date | None = first
        changed = True
        for on in days(first, last):
            if pays and on in pays:
                self.pay(*pays[on], on=on)
                changed = True
            if changed or (look is not None and look <= on):
                self.night(on)
                look = self.decide(on).next_date
            before = dict(self.actions)
            self.workday(on)
            changed = before != self.actions
        return sorted(
            (action.completed_on, action.step, action.channel)
            for action in self.actions.values()
            if action.completed_on is not None and not action.step.is_follow_up
        )


def days(first: date, last: date) -> Iterator[date]:
    """Yield every day from `first` to `last`."""
    while first <= last:
        yield first
        first += DAY


def _first_state(due: DueAction) -> ActionState:
    if not due.step.channel.is_message:
        return ActionState.OPEN
    if due.confirm:
        return ActionState.TO_CONFIRM
    if due.step.channel in (Channel.LETTER, Channel.REGISTERED_LETTER):
        return ActionState.TO_POST
    return ActionState.SENT
