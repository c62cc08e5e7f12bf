"""Tasks beside the plan: match open credits (D22), decide what follows a finished plan (D15).

They are for the tenant's own people, whose language their texts are in (French, as the presets').
They hold no item, complete no reminder and are no contacts (D14).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from relance.domain.actions import Action, ActionState
from relance.domain.items import Item, ItemStatus
from relance.domain.plan import Plan
from relance.domain.scenario import Anchor, Channel, Step, StepKey
from relance.domain.schedule import DAY
from relance.domain.situation import Case, Situation

# A task names no more than this: nobody reads more, and no account is too large to be planned.
MOST_ITEMS = 5_000

# What a follow-up is about: its kind and currency.
Subject = tuple[StepKey, str]

MATCHING = Step(
    key=StepKey.MATCHING,
    name="Lettrage à faire",
    anchor=Anchor.DUE_DATE,
    offset_days=0,
    channel=Channel.TASK,
    automatic=False,
    script=(
        "Les avoirs et les règlements non lettrés de ce client couvrent ses factures échues : "
        "aucune relance ne part tant que c'est le cas.\n"
        "Retrouver dans la comptabilité à quelles factures ils se rapportent et les lettrer ; au "
        "besoin, demander au client le détail de son règlement.\n"
        "Puis transmettre les écritures à jour et clore cette tâche. Elle se retire d'elle-même "
        "dès que le compte n'est plus couvert ; close, elle ne revient que pour une écriture de "
        "plus."
    ),
)
PLAN_FINISHED = Step(
    key=StepKey.PLAN_FINISHED,
    name="Plan de relance terminé",
    anchor=Anchor.PREVIOUS_REMINDER,
    offset_days=1,
    channel=Channel.TASK,
    automatic=False,
    script=(
        "Toutes les étapes du plan de relance ont été faites et ces factures restent dues : plus "
        "rien ne partira de soi-même.\n"
        "Relire l'historique, puis décider de la suite : un dernier contact de la direction, un "
        "échéancier, une mise en demeure, le recouvrement ou le passage en perte.\n"
        "Noter la décision et clore cette tâche."
    ),
)
STEPS: Mapping[StepKey, Step] = {each.key: each for each in (MATCHING, PLAN_FINISHED)}


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """One task to open, or items to add to the open one that it `joins`."""

    step: Step
    currency: str
    items: tuple[Item, ...]
    joins: Action | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUps:
    """What is to be opened or joined tonight; `until` is the next day on which that may change."""

    due: tuple[FollowUp, ...] = ()
    until: date | None = None


_NOTHING = FollowUps()


def follow_ups(situation: Situation) -> FollowUps:
    """Return the follow-ups that should stand and don't yet.

    None begins while everything is paused, or on an account known only in part.
    """
    facts, plan = situation.facts, situation.plan
    ended = _ended(situation)
    if plan is None or not (ended or _has_credits(situation)):
        return _NOTHING
    days = _days_of_change(situation, ended)
    due: list[FollowUp] = []
    rests = facts.rules.is_paused(situation.on) or facts.customer.incomplete_since is not None
    if not rests:
        for (key, currency), items in _subjects(situation, ended).items():
            waiting = _open(key, currency, situation)
            named = {send.item for send in waiting.sends} if waiting else set()
            missing = tuple(item for item in items if item.id not in named)
            if not missing:
                continue
            if waiting or situation.is_open(Channel.TASK, situation.on):
                step = replace(STEPS[key], responsible=_responsible(plan))
                due.append(FollowUp(step=step, currency=currency, items=missing, joins=waiting))
            else:
                days.append(situation.next_open(Channel.TASK, situation.on))
    return FollowUps(due=tuple(due), until=min(days, default=None))


def subjects(situation: Situation) -> Mapping[Subject, tuple[Item, ...]]:
    """Return what there is to follow up, with the items concerned, oldest due first."""
    return _subjects(situation, _ended(situation))


def _subjects(situation: Situation, ended: Iterable[Item]) -> Mapping[Subject, tuple[Item, ...]]:
    if situation.plan is None:
        return {}
    found: dict[Subject, list[Item]] = {}
    for currency in sorted(situation.standings):
        to_match = _to_match(currency, situation)
        if to_match:
            found[StepKey.MATCHING, currency] = to_match
    for item in ended:
        if not _finished_today(item, situation):
            found.setdefault((StepKey.PLAN_FINISHED, item.currency), []).append(item)
    return {subject: tuple(items[:MOST_ITEMS]) for subject, items in found.items()}


def _to_match(currency: str, situation: Situation) -> list[Item]:
    """The overdue debts and the credits that cover them (D22), unless a person had them all."""
    standing = situation.standings[currency]
    tolerance = situation.facts.rules.tolerance(currency)
    if not standing.overdue or standing.in_debit(tolerance):
        return []
    found = [
        item
        for item in situation.items
        if item.currency == currency
        and (item.kind.is_credit or situation.is_overdue(item))
        and item.status is ItemStatus.ACTIVE
        and item.residual > 0
    ]
    ids = {item.id for item in found[:MOST_ITEMS]}
    closed = (
        action
        for action in situation.facts.actions
        if action.step is StepKey.MATCHING and action.state.completes
    )
    return [] if any(ids <= {send.item for send in each.sends} for each in closed) else found


def _has_credits(situation: Situation) -> bool:
    return any(standing.credits for standing in situation.standings.values())


def _ended(situation: Situation) -> list[Item]:
    """The debts whose plan ended and of which nobody was told yet (D15), oldest due first."""
    return [
        case.item
        for case in situation.cases.values()
        if case.step is None and _has_finished(case, situation)
    ]


def _has_finished(case: Case, situation: Situation) -> bool:
    """Tell whether the plan ended for this open debt without a step and nobody was told (D15).

    A debt that the plan never touched has no plan that ended.
    """
    item, progress = case.item, case.progress
    if not (progress.level or progress.notified) or progress.pending:
        return False
    if item.status is not ItemStatus.ACTIVE or not situation.is_chased(item):
        return False
    tolerance = situation.facts.rules.tolerance(item.currency)
    if situation.asked(item) < tolerance or _is_blocked(item, situation):
        return False
    if case.overdue_on is None or situation.on < case.overdue_on:
        return False
    # A payment undone, a promise broken or a step more ends the plan anew (D30, D33).
    ended = max(
        max(progress.completions.values(), default=date.min),
        item.reopened_on or date.min,
        situation.blocking.broken.get(item.id, date.min),
    )
    return progress.told is None or progress.told < ended


def _is_blocked(item: Item, situation: Situation) -> bool:
    """Tell whether it is stopped, wholly disputed or promised: then nothing is to be decided."""
    blocking = situation.blocking
    return (
        blocking.stop_on(item.id) is not None
        or item.id in blocking.promises
        or situation.asked(item) <= 0
    )


def _finished_today(item: Item, situation: Situation) -> bool:
    """Tell whether its last step was done today: work counts from the next run on (D11)."""
    completions = situation.progress_of(item.id).completions
    return max(completions.values(), default=date.min) >= situation.on


def _open(key: StepKey, currency: str, situation: Situation) -> Action | None:
    found = (
        action
        for action in situation.facts.actions
        if action.step is key and action.currency == currency and action.state is ActionState.OPEN
    )
    return min(found, key=lambda action: (action.day, action.id), default=None)


def _days_of_change(situation: Situation, ended: Iterable[Item]) -> list[date]:
    """The later days on which time alone changes what there is to follow up."""
    days = [
        day
        for currency, standing in situation.standings.items()
        if standing.credits and (day := situation.next_overdue(currency)) is not None
    ]
    if any(_finished_today(item, situation) for item in ended):
        days.append(situation.on + DAY)
    return days


def _responsible(plan: Plan) -> tuple[str, ...]:
    """Those whom the last reminder that names anybody names."""
    latest_first = reversed(tuple(plan.reminders.values()))
    return next((step.responsible for step in latest_first if step.responsible), ())
