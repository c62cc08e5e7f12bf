"""Events on the bus: closed, versioned, and as docs/events.md says."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from relance.contracts.events import AnyEvent, Event, EventAmount, ImportAmount, ImportHeld

DOCUMENT = (Path(__file__).parents[3] / "docs" / "events.md").read_text(encoding="utf-8")
SHARED = {"v", "type", "id", "tenant", "at"}
KINDS = {kind.model_fields["type"].default: kind for kind in get_args(Event.__value__)}
ROWS = dict(re.findall(r"^\| `([a-z_.]+)` \|[^|]*\|([^|]*)\|$", DOCUMENT, re.MULTILINE))
AMOUNT = EventAmount(amount="1.50", currency="EUR")
HELD = ImportHeld(
    id="i1.held.1",
    tenant="atelier",
    at=datetime(2025, 3, 9, 12, tzinfo=UTC),
    import_id="i1",
    reasons=("cut",),
    created=1,
    changed=0,
    closed=2,
    amounts=(ImportAmount(open_before=AMOUNT, open_after=AMOUNT, created=AMOUNT, closed=AMOUNT),),
)


def test_the_document_names_every_event_and_no_other() -> None:
    assert ROWS.keys() == KINDS.keys()


@pytest.mark.parametrize("kind", KINDS)
def test_the_document_names_every_field_of_an_event(kind: str) -> None:
    told = set(re.findall(r"`([a-z_]+)`", ROWS[kind]))
    assert KINDS[kind].model_fields.keys() - SHARED <= told


def test_an_event_is_read_as_it_was_written() -> None:
    assert AnyEvent.model_validate_json(HELD.model_dump_json()).root == HELD


@pytest.mark.parametrize(
    "change",
    [{"v": 2}, {"type": "import.lost"}, {"email": "a@example.com"}, {"tenant": None}, {"id": 1}],
)
def test_what_is_not_in_the_contract_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        AnyEvent.model_validate(json.loads(HELD.model_dump_json()) | change)
