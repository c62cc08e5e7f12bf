"""One random customer lived day by day: nights carried out, and what people and debtors do."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from relance.domain.actions import Action, ActionState
from relance.domain.blocks import Dispute, Promise, Stop
from relance.domain.decision import Decision, DueAction
from relance.domain.facts import Facts
from relance.domain.items import Item, ItemStatus, LevelSet, PaymentMethod
from relance.domain.planning import decide
from tests.reference.chance import DAY, START, Dice, a_scenario, an_item, customer_facts
from tests.reference.people import campaign, first_state, worked


@dataclass(slots=True)
class Life:
    """A customer's facts as they change; a lively one is invoiced and pays all the time."""

    dice: Dice
    facts: Facts = field(init=False)
    lively: bool = field(init=False)
    paid: list[Item] = field(default_factory=list)
    newest: int = 100

    def __post_init__(self) -> None:
        self.facts = customer_facts(self.dice)
        self.lively = self.dice.falls(20)

    def days(self, count: int) -> Iterator[tuple[date, Facts]]:
        """Yield each night's facts, then carry that night out; nights are missed now and then."""
        for number in range(count):
            on = START + number * DAY
            self._happen(on)
            if self.dice.falls(90):
                yield on, self.facts
                self._carry_out(decide(self.facts, on=on), on)
            self._work(on)

    def _put(self, *things: Item | Action) -> None:
        items = {item.id: item for item in self.facts.items}
        actions = {action.id: action for action in self.facts.actions}
        for thing in things:
            if isinstance(thing, Item):
                items[thing.id] = thing
            else:
                actions[thing.id] = thing
        self.facts = replace(
            self.facts, items=tuple(items.values()), actions=tuple(actions.values())
        )

    # What the ledger brings.

    def _happen(self, on: date) -> None:
        for item in self.facts.items:
            self._ledger_moves(item, on)
        self._people_write(on)
        if self.dice.falls(20 if self.lively else 2):
            self.newest += 1
            self._put(replace(an_item(self.dice, self.newest, on), seen_on=on, first_sync=False))
        if self.paid and self.dice.falls(3):
            undone = self.paid.pop()
            self._put(
                replace(
                    undone,
                    residual=undone.original,
                    paid_on=None,
                    settled_on=None,
                    reopened_on=on,
                )
            )
        rules, customer = self.facts.rules, self.facts.customer
        if self.dice.falls(20 if rules.paused else 0.5):
            resume = on + self.dice.between(1, 5) * DAY if self.dice.falls(50) else None
            rules = replace(rules, paused=not rules.paused, resume_on=resume)
            self.facts = replace(self.facts, rules=rules)
        if self.facts.synced_on is not None and self.dice.falls(40):
            self.facts = replace(self.facts, synced_on=on)
        if self.dice.falls(0.6):
            self.facts = replace(
                self.facts, scenario=a_scenario(self.dice, with_email=customer.has_email)
            )
        elif self.dice.falls(0.2):
            self.facts = replace(self.facts, scenario=None)
        known_in_part = customer.incomplete_since is not None
        if self.dice.falls(30 if known_in_part else 0.5):
            since = None if known_in_part else "import-7"
            self.facts = replace(self.facts, customer=replace(customer, incomplete_since=since))

    def _ledger_moves(self, item: Item, on: date) -> None:
        if item.residual == 0:
            return
        if self.dice.falls(6 if self.lively else 1.2):
            paid_on = None if self.dice.falls(10) else on - self.dice.among(0, 0, 2, 9, 33) * DAY
            settled = replace(item, residual=0, paid_on=paid_on, settled_on=on)
            self.paid.append(settled)
            self._put(settled)
        elif self.dice.falls(0.4) and item.residual > 1_00:
            self._put(replace(item, residual=1_00, paid_on=on - self.dice.among(0, 3, 20) * DAY))
        elif self.dice.falls(0.8) and item.residual > 1:
            self._put(replace(item, residual=self.dice.between(1, item.residual)))
        elif self.dice.falls(0.2):
            self._put(replace(item, status=self.dice.among(*ItemStatus)))
        elif self.dice.falls(0.4) and item.due is not None:
            due = item.due + self.dice.among(-5, 10, 30) * DAY
            self._put(replace(item, due=due, due_was=item.due if due > item.due else None))
        elif self.dice.falls(0.4):
            self._put(replace(item, not_before=on + self.dice.between(0, 20) * DAY))
        elif self.dice.falls(0.4):
            level = LevelSet(level=self.dice.between(0, 5), on=on, reason="accord")
            self._put(replace(item, level_set=level))
        elif self.dice.falls(4) and item.method is not PaymentMethod.MANUAL:
            self._put(replace(item, rejected_on=on - self.dice.between(0, 3) * DAY))

    def _people_write(self, on: date) -> None:
        facts, dice = self.facts, self.dice
        stops, disputes, promises = facts.stops, facts.disputes, facts.promises
        item = dice.among(*facts.items) if facts.items else None
        if dice.falls(0.8):
            until = on + dice.between(0, 20) * DAY if dice.falls(70) else None
            about = item.id if item is not None and dice.falls(60) else None
            stop = Stop(id=self._name(), since=on, until=until, item=about, reason="litige")
            stops = (*stops, stop)
        if dice.falls(1) and item is not None:
            amount = None if dice.falls(50) else dice.between(1, item.original)
            dispute = Dispute(id=self._name(), item=item.id, opened=on, amount=amount, reason="x")
            disputes = (*disputes, dispute)
        if dice.falls(1.2) and item is not None and item.residual:
            promises = (*promises, self._promise(item, on))
        self.facts = replace(
            facts,
            stops=tuple(
                replace(stop, ended_on=on) if stop.ended_on is None and dice.falls(3) else stop
                for stop in stops
            ),
            disputes=tuple(
                replace(each, resolved_on=on)
                if each.resolved_on is None and dice.falls(5)
                else each
                for each in disputes
            ),
            promises=tuple(self._ended(promise, on) for promise in promises),
        )

    def _name(self) -> str:
        self.newest += 1
        return f"C-{self.newest}"

    def _promise(self, item: Item, on: date) -> Promise:
        others = [each.id for each in self.facts.items if each.currency == item.currency]
        about = tuple(others) if self.dice.falls(30) else (item.id,)
        return Promise(
            id=self._name(),
            items=about,
            currency=item.currency,
            amount=item.residual,
            due=on + self.dice.between(0, 15) * DAY,
            made_on=on,
            open_when_made=item.residual,
        )

    def _ended(self, promise: Promise, on: date) -> Promise:
        if promise.kept_on is None and self.dice.falls(3):
            return replace(promise, kept_on=on)
        if promise.cancelled_on is None and self.dice.falls(1):
            return replace(promise, cancelled_on=on)
        return promise

    # The night.

    def _carry_out(self, decision: Decision, on: date) -> None:
        actions = {action.id: action for action in self.facts.actions}
        for each in decision.withdrawals:
            action = actions[each.action]
            if each.whole:
                self._put(replace(action, state=ActionState.CANCELLED))
            else:
                kept = tuple(send for send in action.sends if send.item not in each.items)
                self._put(replace(action, sends=kept))
        settled = set(decision.settled)
        left = tuple(item for item in self.facts.items if item.id not in settled)
        self.facts = replace(self.facts, items=left)
        for due in (*decision.due, *decision.follow_ups):
            self._put(self._begun(due, on))

    def _begun(self, due: DueAction, on: date) -> Action:
        if due.joins is not None:
            joined = next(action for action in self.facts.actions if action.id == due.joins)
            sends = tuple(sorted({*joined.sends, *due.sends}))
            step = due.step
            return replace(
                joined, sends=sends, step=step.key, step_name=step.name, channel=step.channel
            )
        state, days = first_state(due, self.dice), due.step.deadline_days
        return Action(
            id=due.id,
            currency=due.currency,
            step=due.step.key,
            step_name=due.step.name,
            channel=due.step.channel,
            state=state,
            sends=due.sends,
            day=on,
            completed_on=on if state is ActionState.SENT else None,
            deadline=None if days is None else on + days * DAY,
        )

    # The day after it.

    def _work(self, on: date) -> None:
        if self.dice.falls(0.5):
            self._put(campaign(self._name(), self.facts, on, self.dice))
        for action in self.facts.actions:
            changed = worked(action, on, self.dice)
            if changed is not action:
                self._put(changed)
