"""Other services are told beside the work: what goes wrong there never reaches it (A6)."""

from datetime import date
from typing import get_args

import pytest

from relance.app.errors import NotAcceptedError
from relance.app.fact_events import event_of
from relance.contracts.events import ActionEvent, CustomerErased, Event
from relance.domain.actions import Action, ActionState
from relance.domain.customer import Customer, Erasure
from relance.runtime.telling import Teller
from tests.adapters.store import samples
from tests.fakes.memory.events import MemoryEvents
from tests.unit.app.importing import NOON

SENT = samples.action(state=ActionState.SENT, note="Anne Dupont", reason="anne@example.fr")
ERASURE = Erasure(on=date(2025, 3, 9), author="anna@example.com", reason="asked by Anne Dupont")


class Broken:
    """A bus that takes nothing, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def publish(self, event: Event) -> None:
        self.asked += 1
        raise NotAcceptedError("slow down")


def test_each_state_of_an_action_that_is_told_has_an_event_of_its_own() -> None:
    told = {}
    for state in ActionState:
        event = event_of(samples.action(state=state), tenant="atelier", at=NOON)
        told[str(state)] = event.type if event else None
    assert told == {
        "open": "action.opened",
        "to_confirm": "action.opened",
        "to_post": "action.opened",
        "reserved": None,
        "in_doubt": "action.in_doubt",
        "sent": "action.sent",
        "done": "action.done",
        "skipped": "action.skipped",
        "failed": "action.failed",
        "cancelled": None,
        "delivered": "message.delivered",
        "bounced": "message.bounced",
        "complained": "message.complained",
    }
    kinds = {kind for kind in get_args(Event.__value__) if issubclass(kind, ActionEvent)}
    assert {kind.model_fields["type"].default for kind in kinds} == set(told.values()) - {None}


def test_an_event_holds_ids_and_no_words_and_has_one_id_however_often_it_is_told() -> None:
    first = event_of(SENT, tenant="atelier", at=NOON)
    again = event_of(SENT, tenant="atelier", at=NOON.replace(hour=23))
    assert first is not None
    assert again is not None
    assert first.id == again.id == f"{SENT.id}.sent"
    assert [word for word in ("Anne", "example.fr") if word in first.model_dump_json()] == []


def test_only_the_end_of_an_erasure_is_told() -> None:
    plain, begun = samples.customer(), samples.customer(erasure=ERASURE)
    done = samples.customer(erasure=Erasure(on=ERASURE.on, author="a", reason="r", done=True))
    found = [event_of(each, tenant="atelier", at=NOON) for each in (plain, begun, done)]
    assert found[:2] == [None, None]
    assert isinstance(found[2], CustomerErased)
    assert "Anne" not in found[2].model_dump_json()


def test_what_is_told_is_published() -> None:
    bus = MemoryEvents()
    tell = Teller("bus", events=bus)
    facts: tuple[Action | Customer, ...] = (SENT, samples.customer(), samples.action())
    for fact in facts:
        tell("atelier", fact)
    assert [(event.type, event.tenant) for event in bus.published] == [("action.sent", "atelier")]


def test_a_bus_that_fails_is_left_alone_for_a_while_and_what_it_missed_is_counted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    now = [1000.0]
    bus = Broken()
    tell = Teller("bus", events=bus, clock=lambda: now[0])
    for _ in range(3):
        tell("atelier", SENT)
    assert bus.asked == 1
    now[0] += 61
    tell("atelier", SENT)
    assert bus.asked == 2
    assert capsys.readouterr().out.count('"events_lost":[1.0]') == 4
