"""An import's runs: errors, customers that others change, no time left (L4)."""

from dataclasses import replace
from typing import Any

import pytest

from relance.app.errors import Conflict
from relance.app.import_steps import Effort
from relance.contracts.uploads import Upload
from relance.domain.customer import Customer
from tests.fakes.memory.tenant_store import MemoryStore
from tests.unit.app.import_runs import NEXT, synced
from tests.unit.app.test_held_imports import sales
from tests.unit.app.test_sync import ledger


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
