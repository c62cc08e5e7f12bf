"""One customer walked from run to run through days to come (S10).

Nothing is decided here: each day is decided as a night decides it, carried out, and its work is
taken as done.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from relance.domain import lifecycle
from relance.domain.actions import Action, ActionState, Send, in_order
from relance.domain.carrying_out import carried_out
from relance.domain.contacts import may_be_made_from
from relance.domain.decision import Decision
from relance.domain.facts import Facts
from relance.domain.first_wave import newly_put_up, waiting_since
from relance.domain.planning import decide, reconsider
from relance.domain.scenario import Channel, StepKey
from relance.domain.schedule import DAY

_WAITING = (ActionState.OPEN, ActionState.TO_CONFIRM, ActionState.TO_POST)
# Whoever does the work of a simulated day; never seen by anybody.
_SOMEBODY = "simulation"


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedAction:
    """One message that would leave, or one task that would be done, on tenant day `day`.

    `begun` is the day of the run that made it, earlier than `day` for what waits already. `amount`
    is what is open of its items in minor units, credits taken off. `by_itself` tells that it is a
    message which nobody has to confirm.
    """

    id: str
    day: date
    begun: date
    currency: str
    step: StepKey
    step_name: str
    channel: Channel
    sends: tuple[Send, ...]
    amount: int
    by_itself: bool

    @property
    def items(self) -> tuple[str, ...]:
        """The ids of the items it concerns."""
        return tuple(send.item for send in self.sends)


@dataclass(slots=True)
class Walk:
    """One customer walked from run to run; see `simulation.simulate` for what is assumed.

    `day` is the tenant day of its next run, None when nothing more happens by time alone. Facts
    may be changed between days: then set `day` to the first run that sees them. `put_up` counts
    the messages of the first wave that the last day put up for confirmation (D13).
    """

    facts: Facts
    day: date | None
    put_up: int = 0

    def __post_init__(self) -> None:
        if self.day is not None:
            actions = tuple(_arrived(each, self.day) for each in self.facts.actions)
            self.facts = replace(self.facts, actions=actions)

    def through(self, last: date) -> Iterator[SimulatedAction]:
        """Live through every day up to and with `last` on which something may happen."""
        while self.day is not None and self.day <= last:
            yield from self.live()

    def waits_for_room(self) -> date | None:
        """Return the oldest due date of what its next run would put up for the first wave (D13).

        None when that run puts up nothing for it.
        """
        if self.day is None or not any(item.first_sync for item in self.facts.items):
            return None
        without_room = replace(self.facts, wave_room=0)
        return waiting_since(decide(without_room, on=self.day), without_room)

    def live(self) -> list[SimulatedAction]:
        """Run the night of `day`, do its work, and move `day` on; return what was done."""
        if self.day is None:
            return []
        on, room = self.day, self.facts.wave_room
        decision = decide(self.facts, on=on)
        acts = _acts(decision)
        self.put_up = len(newly_put_up(decision, self.facts, on=on)) if room is not None else 0
        if acts:  # once: a plan that is carried out is empty
            self.facts = carried_out(self.facts, decision, on=on)
        # The room was tonight's, and ledgers come.
        self.facts = replace(self.facts, wave_room=None, synced_on=None)
        done = self._work(on)
        if acts or done:
            decision = decide(self.facts, on=on)
        waits = any(_waits(action) for action in self.facts.actions)
        self.facts = replace(self.facts, wave_room=room)
        self.day = on + DAY if waits or _acts(decision) else decision.next_date
        return done

    def _work(self, on: date) -> list[SimulatedAction]:
        """Do what waits, as the facts of the night let it be done; all of a day is one contact."""
        facts = self.facts
        amounts = {item.id: item.balance for item in facts.items}
        done = []
        actions = []
        for action in sorted(facts.actions, key=in_order):
            finished = _finished(action, facts, on)
            actions.append(finished or action)
            if finished is not None:
                done.append(_simulated(action, on, amounts))
        if done:
            self.facts = replace(facts, actions=tuple(actions))
        return done


def _arrived(action: Action, first: date) -> Action:
    """Take a message that is leaving as we begin for sent; one reserved longer ago is in doubt."""
    if action.state is ActionState.RESERVED and action.day >= first - DAY:
        return lifecycle.advance(action, lifecycle.News.ACCEPTED, on=action.day) or action
    return action


def _finished(action: Action, facts: Facts, on: date) -> Action | None:
    """Return the action as done on this day, None when it isn't."""
    match action.state:
        case ActionState.RESERVED if action.day == on:
            return lifecycle.advance(action, lifecycle.News.ACCEPTED, on=on)
        case ActionState.TO_CONFIRM if _may_be_approved(action, facts, on):
            return lifecycle.advance(action, lifecycle.News.ACCEPTED, on=on)
        case ActionState.OPEN | ActionState.TO_POST if _may_be_done(action, facts, on):
            done = lifecycle.Result.DONE
            return lifecycle.complete(action, on=on, author=_SOMEBODY, result=done)
        case _:
            return None


def _may_be_approved(action: Action, facts: Facts, on: date) -> bool:
    """Tell whether it may leave: approved, it still waits for the contact delay's end (D17)."""
    if action.step is StepKey.CAMPAIGN:
        return False
    return action.day == on or reconsider(facts, action, on=on) is not None


def _may_be_done(action: Action, facts: Facts, on: date) -> bool:
    """Tell whether people work on it that day, and the contact delay lets it be made (D6, D14)."""
    if action.step is StepKey.CAMPAIGN:
        return False
    if not facts.rules.windows.is_open(action.channel, on, closed=facts.closed_days):
        return False
    if action.channel.is_message or action.step.is_follow_up or facts.scenario is None:
        return True
    delay = timedelta(days=facts.scenario.min_contact_delay)
    return may_be_made_from(action, facts.actions, delay=delay) <= on


def _waits(action: Action) -> bool:
    """Tell whether it was not let go today and may be tomorrow; campaigns are on no plan."""
    return action.state in _WAITING and action.step is not StepKey.CAMPAIGN


def _simulated(action: Action, on: date, amounts: dict[str, int]) -> SimulatedAction:
    return SimulatedAction(
        id=action.id,
        day=on,
        begun=action.day,
        currency=action.currency,
        step=action.step,
        step_name=action.step_name,
        channel=action.channel,
        sends=action.sends,
        amount=sum(amounts.get(send.item, 0) for send in action.sends),
        by_itself=action.channel.is_message and action.state is not ActionState.TO_CONFIRM,
    )


def _acts(decision: Decision) -> bool:
    return bool(decision.due or decision.follow_ups or decision.withdrawals or decision.settled)
