"""Which items share a message or task (D17, D18)."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from relance.domain.actions import Action, ActionState
from relance.domain.decision import Held, Hold
from relance.domain.plan import Plan, Pool, Way, goes_alone
from relance.domain.scenario import Channel, Grouping, Step, StepKey
from relance.domain.situation import Case, Situation


@dataclass(slots=True, eq=False)
class Draft:
    """A message or task in the making: `cases` advance, `small` are only listed (D25).

    `way` is how it leaves, `pool` what it was put together by, `step` the highest. `joins` is the
    open task or unconfirmed message that takes it in.
    """

    currency: str
    way: Way
    pool: Pool
    step: Step
    cases: list[Case]
    small: list[Case] = field(default_factory=list)
    joins: Action | None = None

    @property
    def since(self) -> date:
        """The day from which it is due, the minimum contact delay left out."""
        return min([case.since for case in self.cases if case.since])

    @property
    def order(self) -> tuple[date, int, str, str]:
        """Due longest first, then the highest step (D18)."""
        return self.since, -self.step.key.level, self.currency, self.step.key

    def held(self, hold: Hold, detail: str, until: date | None) -> Iterable[Held]:
        """Hold all its items for one reason."""
        return (Held(case.item.id, hold, detail, until) for case in self.cases)


def drafts_of(
    cases: Sequence[Case],
    small: Sequence[Case],
    situation: Situation,
    plan: Plan,
    *,
    confirm: Container[str],
) -> list[Draft]:
    """Group one currency's cases of one family (reminders or notices) into drafts.

    `small` are cases below the tolerance: listed where they would belong, never advancing.
    `confirm` are the items that need a person's yes though their step is automatic (D13, D25).
    """
    pools: dict[Pool, list[Case]] = {}
    for case in cases:
        pool = _pool_of(case, plan, confirm)
        if pool is None:
            continue
        if pool in pools:
            pools[pool].append(case)
        else:
            pools[pool] = [case]
    drafts = []
    for pool, members in pools.items():
        currency = members[0].item.currency
        joins = _waiting(pool, currency, members, situation, plan)
        step = _highest(members, joins, plan)
        listed = [case for case in small if _pool_of(case, plan, confirm) == pool]
        drafts.append(Draft(currency, pool[0], pool, step, members, listed, joins))
    return drafts


def in_turn(drafts: Iterable[Draft]) -> list[Draft]:
    """Return drafts in the order in which they are to leave: those due longest first (D18)."""
    found = list(drafts)
    if len(found) > 1:
        found.sort(key=lambda draft: draft.order)
    return found


def keep_the_carrier(
    cases: Iterable[Case], chaseable: Iterable[Case], *, tomorrow: date
) -> tuple[list[Case], list[Held]]:
    """In reference mode let only the item that carries the plan move; hold the others (D18).

    `chaseable` are the items of the currency that can be chased and have a step left, moving
    tonight or not. One that has just finished still carries it today.
    """
    carrier = min(
        chaseable,
        key=lambda case: (case.due or date.max, -case.item.residual, case.item.number),
        default=None,
    )
    kept, held = [], []
    for case in cases:
        if carrier is None or case.item.id == carrier.item.id:
            kept.append(case)
            continue
        detail = f"{carrier.item.number} carries the plan"
        until = tomorrow if carrier.step is None else None
        held.append(Held(item=case.item.id, hold=Hold.GROUPED_LATER, detail=detail, until=until))
    return kept, held


def pool_of_action(action: Action, plan: Plan) -> Pool:
    """Return what an action that exists would share a message with."""
    step = plan.steps.get(action.step)
    registered = action.channel is Channel.REGISTERED_LETTER
    alone = goes_alone(step, plan.last) if step else registered
    alone = alone or plan.scenario.grouping is Grouping.LEVEL
    way = _way_of_state(action)
    return way, action.step if alone and way is not Way.TASK else None


def _pool_of(case: Case, plan: Plan, confirm: Container[str]) -> Pool | None:
    """What a case's step shares a message with, None when it has no step."""
    if case.step is None:
        return None
    pools = plan.pools_to_confirm if case.item.id in confirm else plan.pools
    return pools[case.step.key]


def _way_of_state(action: Action) -> Way:
    if not action.channel.is_message:
        return Way.TASK
    return Way.CONFIRM if action.state is ActionState.TO_CONFIRM else Way.MESSAGE


def _waiting(
    pool: Pool, currency: str, members: Sequence[Case], situation: Situation, plan: Plan
) -> Action | None:
    """The open task or unconfirmed message of the same family that takes these in (D17)."""
    if pool[0] is Way.MESSAGE or not situation.contacts.under_way:
        return None
    state = ActionState.OPEN if pool[0] is Way.TASK else ActionState.TO_CONFIRM
    reminders = not members[0].notice
    found = (
        action
        for action in situation.facts.actions
        if action.state is state
        and action.currency == currency
        and action.step.is_reminder is reminders
        and action.step is not StepKey.THANK_YOU
        and not action.step.is_beside_the_plan
        and pool_of_action(action, plan) == pool
    )
    return min(found, key=lambda action: (action.day, action.id), default=None)


def _highest(members: Sequence[Case], joins: Action | None, plan: Plan) -> Step:
    steps = {case.step.key.level: case.step for case in members if case.step}
    open_step = plan.steps.get(joins.step) if joins else None
    if open_step is not None:
        steps.setdefault(open_step.key.level, open_step)
    return steps[max(steps)]
