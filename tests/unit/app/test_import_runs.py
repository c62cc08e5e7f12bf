"""An import's runs: killed anywhere, out of time, forgotten; each goes on where it must (L4)."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from relance.app.errors import Conflict, NotAcceptedError
from relance.app.import_steps import Effort
from relance.app.import_sweep import FORGOTTEN, sweep_imports
from relance.app.ports import ImportReport
from relance.contracts.events import Event
from relance.contracts.uploads import Upload
from relance.domain.facts import Customer
from tests.fakes.faults import Fate, Killed, Mortal
from tests.fakes.memory import MemoryStore
from tests.fakes.world import TENANT, World, with_terms
from tests.unit.app.importing import TURN, Imports
from tests.unit.app.test_held_imports import known, paid, sales
from tests.unit.app.test_sync import entry, ledger, receipt

FIRST = ledger(*sales(range(3)))
NEXT = ledger(
    *sales(range(1)),
    *entry(1, "20250110", "C001", "Client 1", "FA-1", "100,00", "A"),
    *receipt(9, "20250305", "C001", "Client 1", "100,00", "A"),
    *entry(99, "20250301", "NEW", "Neuf", "FA-99", "50,00"),
)


def fresh() -> Imports:
    world = World(with_terms(TENANT, 30))
    world.store = MemoryStore(world.store.tenant())
    return Imports(world)


def synced() -> Imports:
    imports = fresh()
    imports.take(FIRST, "first")
    imports.events.published.clear()
    return imports


def watched(imports: Imports, fate: Fate) -> None:
    """Put all that the import touches under this fate."""
    imports.world.store = Mortal(imports.world.store, fate)  # type: ignore[assignment] # acts like it
    imports.world.files = Mortal(imports.world.files, fate)  # type: ignore[assignment]
    imports.world.jobs = Mortal(imports.world.jobs, fate)  # type: ignore[assignment]
    imports.events = Mortal(imports.events, fate)  # type: ignore[assignment]


def released(imports: Imports) -> None:
    for name in ("store", "files", "jobs"):
        setattr(imports.world, name, getattr(imports.world, name)._port)
    imports.events = imports.events._port  # type: ignore[attr-defined]


def deaths(make: Callable[[], Imports], body: bytes) -> Iterator[tuple[Imports, Upload, str]]:
    """Yield what every death of this import leaves, its message, and how it died."""
    counted = Fate(at=0, after=False)
    imports = make()
    upload = imports.put(body, "next")
    watched(imports, counted)
    imports.run(upload)
    assert counted.calls > 15
    for number in range(1, counted.calls + 1):
        for after in (False, True):
            imports = make()
            upload = imports.put(body, "next")
            fate = Fate(at=number, after=after)
            watched(imports, fate)
            with pytest.raises(Killed):
                imports.run(upload)
            released(imports)
            yield imports, upload, fate.last


@pytest.mark.parametrize(("make", "body"), [(fresh, FIRST), (synced, NEXT)], ids=["first", "later"])
def test_an_import_killed_anywhere_ends_as_if_it_had_not_been(
    make: Callable[[], Imports], body: bytes
) -> None:
    untouched = make()
    whole = untouched.run(untouched.put(body, "next"))
    assert whole is not None
    for imports, upload, how in deaths(make, body):
        imports.now += timedelta(hours=1)
        report = imports.run(upload)
        assert report is not None, how
        assert imports.owed() == untouched.owed(), how
        assert report.state == "done", how
        told = (report.created, report.changed, report.closed, report.amounts, report.closings)
        assert told == (
            whole.created,
            whole.changed,
            whole.closed,
            whole.amounts,
            whole.closings,
        ), how
        # Told of at least once, and however often under one id.
        assert {each.id for each in imports.events.published} == {f"next.done.{report.runs}"}, how
        assert imports.world.store.tenant().first_sync_on == date(2025, 3, 9)


def test_nobody_else_has_a_turn_until_the_dead_run_s_is_over() -> None:
    imports = synced()
    upload, other = imports.put(NEXT, "next"), imports.put(FIRST, "other")
    watched(imports, Fate(at=12, after=True))
    with pytest.raises(Killed):
        imports.run(upload)
    released(imports)
    imports.now += TURN - timedelta(seconds=1)
    assert imports.run(other) is None
    assert [each.import_id for each in imports.world.jobs.uploads] == ["other"]
    imports.now += timedelta(seconds=1)
    assert imports.run(upload) is not None


def test_a_ledger_half_written_is_not_weighed_again() -> None:
    """Of 16 open items 4 are absent, a quarter; once the 8 paid ones are closed, half."""
    body = ledger(*paid(range(8)), *sales(range(8, 12)))
    for number in range(1, 200):
        imports = known(16)
        store = imports.world.store
        store.save_tenant(replace(store.tenant(), hold_items=2))
        upload = imports.put(body, "next")
        fate = Fate(at=number, after=True)
        watched(imports, fate)
        try:
            imports.run(upload)
        except Killed:
            released(imports)
        else:
            assert number > 60
            return
        imports.now += timedelta(hours=1)
        report = imports.run(upload)
        assert report is not None
        assert (report.state, report.closed, report.absent) == ("done", 12, 4), fate.last
    raise AssertionError("the import never ends")


def test_a_ledger_overtaken_while_it_lay_half_written_does_not_undo_the_newer_one() -> None:
    newer = ledger(*paid(range(2)), *sales(range(2, 3)))
    for number in range(1, 200):
        imports = synced()
        upload = imports.put(NEXT, "next")
        watched(imports, Fate(at=number, after=True))
        try:
            imports.run(upload)
        except Killed:
            released(imports)
        else:
            assert number > 25
            return
        imports.now += timedelta(minutes=20)
        assert imports.take(newer, "newer").state == "done"
        imports.now += timedelta(minutes=40)
        report = imports.run(upload)
        assert report is not None
        expected = {"C000": 0, "C001": 0, "C002": 10_000}
        assert {key: owed for key, owed in imports.owed().items() if key != "NEW"} == expected
        assert imports.owed().get("NEW", 0) == 0
        assert report.state in ("held", "done"), "it had ended before it was killed, or is held"
    raise AssertionError("the import never ends")


def test_an_error_ends_the_turn_and_the_message_comes_back() -> None:
    imports = synced()

    class Broken:
        def read(self, *args: Any, **keywords: Any) -> Any:
            raise OSError("the bucket does not answer")

    upload, files = imports.put(NEXT, "next"), imports.world.files
    imports.world.files = Broken()  # type: ignore[assignment]
    with pytest.raises(OSError, match="does not answer"):
        imports.run(upload)
    imports.world.files = files
    report = imports.run(upload)
    assert report is not None
    assert (report.state, report.runs) == ("done", 2)


class Restless:
    """A store in which someone changes C000 whenever it is to be written, so many times."""

    def __init__(self, store: MemoryStore, *, times: int) -> None:
        self._store = store
        self._times = times

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def apply_sync(self, customer: Customer, **keywords: Any) -> Customer:
        if customer.id == "C000" and self._times:
            self._times -= 1
            account = self._store.account("C000")
            assert account is not None
            self._store.save_customer(account.customer)
        return self._store.apply_sync(customer, **keywords)


@pytest.mark.parametrize("at_once", [1, 3])
def test_a_customer_that_others_keep_changing_does_not_keep_those_behind_it(at_once: int) -> None:
    body = ledger(*sales(range(3), "90,00"))
    imports = synced()
    store = Restless(imports.world.store, times=7)
    report = imports.run(imports.put(body, "next"), store=store, effort=Effort(at_once=at_once))
    assert report is not None
    assert (report.state, report.changed) == ("done", 3)
    assert set(imports.owed().values()) == {9_000}

    imports = synced()
    upload = imports.put(body, "next")
    with pytest.raises(Conflict):
        imports.run(upload, store=Restless(imports.world.store, times=99))
    assert imports.owed() == {"C000": 10_000, "C001": 9_000, "C002": 9_000}
    report = imports.run(upload)
    assert report is not None
    assert set(imports.owed().values()) == {9_000}


def in_time_for(calls: int) -> Effort:
    """An effort whose time is over after as many looks at the clock."""
    left = iter([True] * calls)
    return Effort(in_time=lambda: next(left, False))


@pytest.mark.parametrize("at_once", [1, 4])
def test_an_import_that_runs_out_of_time_goes_on_until_it_is_done(at_once: int) -> None:
    untouched = synced()
    whole = untouched.run(untouched.put(NEXT, "next"))
    assert whole is not None
    imports = synced()
    upload: Upload | None = imports.put(NEXT, "next")
    states = []
    while upload is not None:
        effort = replace(in_time_for(4), at_once=at_once)
        report = imports.run(upload, effort=effort)
        assert report is not None
        states.append(report.state)
        upload = imports.world.jobs.uploads.pop() if imports.world.jobs.uploads else None
    assert states[-1] == "done"
    assert set(states[:-1]) == {"running"}
    assert report is not None
    assert (report.created, report.closed) == (whole.created, whole.closed)
    assert imports.owed() == untouched.owed()
    assert len(imports.events.published) == 1


def test_a_file_whose_reading_takes_all_the_time_does_not_go_round_for_ever() -> None:
    imports = synced()
    imports.world.jobs.take_in(imports.put(NEXT, "next"))
    states = []
    for _ in range(100):
        if not imports.world.jobs.uploads:
            break
        report = imports.run(imports.world.jobs.uploads.pop(), effort=in_time_for(0))
        assert report is not None
        states.append(report.state)
    assert states[-1] == "failed"
    assert imports.events.published[-1].type == "import.failed"
    assert imports.owed() == {"C000": 10_000, "C001": 10_000, "C002": 10_000}


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


def test_an_end_that_could_not_be_told_of_is_told_of_when_the_message_comes_again() -> None:
    imports = synced()
    upload, bus = imports.put(NEXT, "next"), imports.events
    imports.events = DeafBus()  # type: ignore[assignment]
    with pytest.raises(NotAcceptedError):
        imports.run(upload)
    imports.events = bus
    report = imports.run(upload)
    assert report is not None
    assert (report.state, report.told, report.runs) == ("done", True, 1)
    assert [each.id for each in bus.published] == ["next.done.1"]


def test_an_end_that_nobody_told_of_is_told_of_by_the_sweep() -> None:
    imports = synced()
    upload, bus = imports.put(NEXT, "next"), imports.events
    imports.events = DeafBus()  # type: ignore[assignment]
    with pytest.raises(NotAcceptedError):
        imports.run(upload)
    imports.events = bus
    sweep(imports)
    assert bus.published == []
    imports.now += FORGOTTEN + timedelta(minutes=1)
    sweep(imports)
    sweep(imports)
    assert [each.id for each in bus.published] == ["next.done.1"]
