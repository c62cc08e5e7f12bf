"""An import killed anywhere goes on where it must, whoever came between (L4)."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from relance.contracts.uploads import Upload
from tests.fakes.faults import Fate, Killed
from tests.unit.app.import_runs import FIRST, NEXT, fresh, released, synced, watched
from tests.unit.app.importing import TURN, Imports
from tests.unit.app.test_held_imports import known, paid, sales
from tests.unit.app.test_sync import ledger


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
