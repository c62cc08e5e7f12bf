"""Which of the reminders that could go leave tonight, and as what (D6, D13, D14, D18, D22, D32)."""

from datetime import date, timedelta

from relance.domain.decision import Hold
from relance.domain.facts import Facts
from tests.reference.account import account_of
from tests.reference.drafts import Draft, Held, Way
from tests.reference.outcome import Message
from tests.reference.wave import is_stale


def leave(drafts: list[Draft], facts: Facts, on: date, held: Held) -> list[Draft]:
    """Return what leaves tonight; the rest is held for its window or for another's turn."""
    delay = facts.scenario.min_contact_delay if facts.scenario else 0
    turn = [draft for draft in drafts if not delay or _has_its_turn(draft, drafts)]
    leaving = []
    for draft in drafts:
        waits = draft not in turn or draft.waits_for_window(facts, on)
        if waits or (delay and _is_held_by_another(draft, turn, facts, on)):
            for item in draft.items:
                held[item] = Hold.GROUPED_LATER, None
        else:
            leaving.append(draft)
    return _within_cap(_fresh(leaving, facts, on, held), facts, held)


def _fresh(drafts: list[Draft], facts: Facts, on: date, held: Held) -> list[Draft]:
    """On old books nothing leaves by itself (D32)."""
    kept = []
    for draft in drafts:
        if draft.way is Way.SENT and is_stale(facts, on):
            held.update(dict.fromkeys(draft.items, (Hold.STALE_LEDGER, None)))
        else:
            kept.append(draft)
    return kept


def _within_cap(drafts: list[Draft], facts: Facts, held: Held) -> list[Draft]:
    """Only so many messages of the first wave are newly put up a day, oldest due first (D13)."""
    wave = [draft for draft in drafts if draft.oldest and draft.way is Way.CONFIRMED]
    newly = sorted((d for d in wave if d.joins is None), key=_oldest_first)
    room = len(newly) if facts.wave_room is None else facts.wave_room
    late = newly[room:]
    for draft in late:
        held.update(dict.fromkeys(draft.items, (Hold.FIRST_WAVE, None)))
    return [draft for draft in drafts if draft not in late]


def _oldest_first(draft: Draft) -> tuple[date, str, int]:
    return draft.oldest or draft.since, draft.currency, draft.step.key.level


def _has_its_turn(draft: Draft, drafts: list[Draft]) -> bool:
    """Of the messages of one currency the one due longest goes first, then the highest (D18)."""
    return draft.way is not Way.SENT or all(
        _turn(draft) <= _turn(other)
        for other in drafts
        if other.way is Way.SENT and other.currency == draft.currency
    )


def _is_held_by_another(draft: Draft, turn: list[Draft], facts: Facts, on: date) -> bool:
    """Tell whether a reminder waiting for its window holds this one (D6).

    Where the channels of all that is due are never open on one day, only one due longer holds.
    """
    bound = [each for each in turn if each.way is not Way.CONFIRMED and each.joins is None]
    if draft not in bound:
        return False
    windows = facts.rules.windows.weekdays
    together = frozenset(range(7))
    for each in bound:
        together &= windows.get(each.step.channel, frozenset(range(7)))
    return any(
        other.waits_for_window(facts, on) and (together or _turn(other) < _turn(draft))
        for other in bound
        if other is not draft
    )


def _turn(draft: Draft) -> tuple[date, timedelta]:
    """Sort by how long it has been due, then the highest step first (D18)."""
    return draft.since, -draft.step.key.level * timedelta(days=1)


def message_of(draft: Draft, leaving: list[Draft], facts: Facts, on: date) -> Message:
    """Return the message or task that a draft becomes; the highest one shows the credits (D22)."""
    account = account_of(facts, draft.currency, on)
    higher = [
        each
        for each in leaving
        if each.currency == draft.currency
        and Way.DONE not in (each.way, draft.way)
        and each.step.key.level > draft.step.key.level
    ]
    return Message(
        currency=draft.currency,
        step=draft.step.key,
        advancing=frozenset(draft.items.items()),
        listed=frozenset(draft.listed),
        credits=frozenset() if higher else frozenset(account.credits),
        net=account.net,
        confirm=draft.way is Way.CONFIRMED,
        joins=draft.joins,
    )
