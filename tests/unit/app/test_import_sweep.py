"""Imports that nobody goes on with are found and given up; whoever waits is told (L4)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from relance.app.errors import NotAcceptedError
from relance.app.import_report import ImportReport
from relance.app.import_sweep import FORGOTTEN, sweep_imports
from relance.contracts.events import Event
from relance.contracts.uploads import Upload
from tests.fakes.faults import Fate, Killed
from tests.fakes.memory.tenant_store import MemoryStore
from tests.fakes.world import TENANT
from tests.unit.app.import_runs import NEXT, released, synced, watched
from tests.unit.app.importing import Imports


def sweep(imports: Imports) -> list[ImportReport]:
    found: list[ImportReport] = []
    sweep_imports(
        registry=imports.world.registry,
        store_for=lambda tenant: imports.world.store,
        events=imports.events,
        now=imports.now,
        found=lambda tenant, report: found.append(report),
    )
    return found


def left_behind() -> tuple[Imports, Upload]:
    """An import that died while writing and whose message did not come back."""
    imports = synced()
    upload = imports.put(NEXT, "next")
    watched(imports, Fate(at=22, after=True))
    with pytest.raises(Killed):
        imports.run(upload)
    released(imports)
    return imports, upload


def test_an_import_whose_message_came_back_no_more_is_failed_and_told_of_once() -> None:
    imports, _ = left_behind()
    imports.now += FORGOTTEN
    assert sweep(imports) == []
    imports.now += timedelta(minutes=1)
    [failed] = sweep(imports)
    assert (failed.id, failed.state) == ("next", "failed")
    assert "send the file again" in failed.error
    assert [each.type for each in imports.events.published] == ["import.failed"]
    assert sweep(imports) == []


def test_a_message_brought_back_by_an_operator_still_ends_a_given_up_import() -> None:
    imports, upload = left_behind()
    imports.now += FORGOTTEN + timedelta(minutes=1)
    sweep(imports)
    report = imports.run(upload)
    assert report is not None
    assert report.state == "done"
    assert [each.type for each in imports.events.published] == ["import.failed", "import.completed"]


def test_an_import_that_goes_on_while_the_sweep_looks_is_left_alone() -> None:
    imports, upload = left_behind()
    imports.now += FORGOTTEN + timedelta(minutes=1)
    imports.run(upload)
    assert sweep(imports) == []


def test_a_tenant_that_cannot_be_looked_at_keeps_no_other_from_the_sweep() -> None:
    imports, _ = left_behind()
    imports.now += FORGOTTEN + timedelta(minutes=1)
    registry = imports.world.registry
    registry.add_tenant(replace(TENANT, id="aaa"))  # looked at first

    def store_for(tenant: str) -> MemoryStore:
        if tenant == "aaa":
            raise OSError("its record is damaged")
        return imports.world.store

    found: list[str] = []
    with pytest.raises(OSError, match="damaged"):
        sweep_imports(
            registry=registry,
            store_for=store_for,
            events=imports.events,
            now=imports.now,
            found=lambda tenant, report: found.append(f"{tenant} {report.id}"),
        )
    assert found == ["atelier next"]


class DeafBus:
    """Takes no event."""

    def publish(self, event: Event) -> None:
        raise NotAcceptedError("not now")


def untold() -> tuple[Imports, Upload]:
    """An import that ended while the bus took nothing, and its message."""
    imports = synced()
    upload, bus = imports.put(NEXT, "next"), imports.events
    imports.events = DeafBus()  # type: ignore[assignment]
    with pytest.raises(NotAcceptedError):
        imports.run(upload)
    imports.events = bus
    return imports, upload


def test_an_end_that_could_not_be_told_of_is_told_of_when_the_message_comes_again() -> None:
    imports, upload = untold()
    report = imports.run(upload)
    assert report is not None
    assert (report.state, report.told, report.runs) == ("done", True, 1)
    assert [each.id for each in imports.events.published] == ["next.done.1"]


def test_an_end_that_nobody_told_of_is_told_of_by_the_sweep() -> None:
    imports, _ = untold()
    sweep(imports)
    assert imports.events.published == []
    imports.now += FORGOTTEN + timedelta(minutes=1)
    sweep(imports)
    sweep(imports)
    assert [each.id for each in imports.events.published] == ["next.done.1"]
