"""Files that a company keeps no longer are deleted, a part at a time (H4)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from relance.app.retention import Swept, start_sweep, sweep_files
from relance.contracts.uploads import RetentionSweep
from relance.domain.retention import Retention
from tests.adapters.store.samples import report
from tests.fakes.memory.files import MemoryFiles
from tests.fakes.world import World

TODAY = date(2025, 3, 9)
KEPT = Retention(messages_months=24, uploads_months=1)
MESSAGE = RetentionSweep(tenant="atelier")
# A day before and a day after each bound.
WRITTEN = {
    "uploads/i/new.txt": datetime(2025, 2, 10, tzinfo=UTC),
    "uploads/i/old.txt": datetime(2025, 2, 8, tzinfo=UTC),
    "customers/old.csv": datetime(2024, 2, 8, tzinfo=UTC),
    "invoices/old.pdf": datetime(2024, 2, 8, tzinfo=UTC),
}
DOCUMENTS = {
    "imports/i/refused.csv": datetime(2025, 2, 8, tzinfo=UTC),
    "imports/j/refused.csv": datetime(2025, 2, 10, tzinfo=UTC),
    "documents/0/a.eml": datetime(2023, 3, 8, tzinfo=UTC),
    "documents/1/b.eml": datetime(2023, 3, 10, tzinfo=UTC),
    "documents/2/c.eml": datetime(2022, 3, 10, tzinfo=UTC),
    "invoices/C1-x.pdf": datetime(2019, 3, 10, tzinfo=UTC),
    "logo/x.png": datetime(2019, 3, 10, tzinfo=UTC),
}
LEFT = {
    "uploads/i/new.txt",
    "imports/j/refused.csv",
    "documents/1/b.eml",
    "invoices/C1-x.pdf",  # an open invoice's own PDF may be as old as the debt
    "logo/x.png",
}


def filled(world: World, written: dict[str, datetime]) -> MemoryFiles:
    files = MemoryFiles(world.tenant)
    for name, at in written.items():
        key = f"tenants/{world.tenant}/{name}"
        files.put(key, b"x", content_type="text/plain")
        files.written[key] = at
    return files


@pytest.fixture
def world() -> World:
    made = World()
    made.files = filled(made, WRITTEN)
    made.store.save_tenant(replace(made.store.tenant(), retention=KEPT))
    return made


@pytest.fixture
def documents(world: World) -> MemoryFiles:
    return filled(world, DOCUMENTS)


def sweep(
    world: World,
    documents: MemoryFiles,
    *,
    message: RetentionSweep = MESSAGE,
    in_time: Callable[[], bool] = lambda: True,
) -> Swept:
    return sweep_files(
        message,
        store=world.store,
        uploads=world.files,
        documents=documents,
        jobs=world.jobs,
        today=TODAY,
        in_time=in_time,
    )


def left(*buckets: MemoryFiles) -> set[str]:
    return {key.split("/", 2)[2] for files in buckets for key in files.contents}


def test_what_is_older_than_its_months_goes_and_the_rest_stays(
    world: World, documents: MemoryFiles
) -> None:
    done = sweep(world, documents)
    assert (done.deleted, done.more) == (6, False)
    assert left(world.files, documents) == LEFT
    assert sweep(world, documents).deleted == 0


def test_out_of_time_it_hands_on_the_rest_and_ends_the_same(
    world: World, documents: MemoryFiles
) -> None:
    counted = [0]

    def twice() -> bool:
        counted[0] += 1
        return counted[0] % 2 == 1

    done = sweep(world, documents, in_time=twice)
    parts = 1
    while world.jobs.sweeps:
        assert done.more
        done = sweep(world, documents, message=world.jobs.sweeps.pop(), in_time=twice)
        parts += 1
        assert parts < 20
    assert parts > 3
    assert left(world.files, documents) == LEFT


def test_usually_messages_are_kept_for_five_years_and_uploads_for_one() -> None:
    world = World()
    world.files = filled(world, {"a.txt": datetime(2024, 3, 10, tzinfo=UTC)})
    bucket = filled(world, {"documents/0/a.eml": datetime(2020, 3, 10, tzinfo=UTC)})
    assert sweep(world, bucket).deleted == 0
    for files in (world.files, bucket):
        files.written = {key: at.replace(day=8) for key, at in files.written.items()}
    assert sweep(world, bucket).deleted == 2


def test_each_company_gets_a_message_of_its_own(world: World) -> None:
    assert start_sweep(registry=world.registry, jobs=world.jobs) == 1
    assert world.jobs.sweeps == [MESSAGE]


def test_reports_of_imports_go_with_their_files(world: World, documents: MemoryFiles) -> None:
    for number in range(60):
        started = datetime(2025, 2, 8, tzinfo=UTC) - timedelta(days=number)
        world.store.save_import(replace(report(f"i{number}"), started_at=started))
    young = replace(report("young"), started_at=datetime(2025, 2, 10, tzinfo=UTC))
    world.store.save_import(young)
    sweep(world, documents)
    assert world.store.imports(limit=100).entries == (young,)
