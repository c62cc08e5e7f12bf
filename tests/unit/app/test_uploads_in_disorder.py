"""Uploads that cross, come late or come again: the newest full ledger is what counts (L4)."""

from datetime import UTC, date, datetime
from typing import Any

from relance.app.ports import ImportReport
from relance.app.sync import sync_upload
from relance.contracts.uploads import Upload, parse_upload
from tests.fakes.faults import Crossed
from tests.fakes.memory import MemoryStore
from tests.fakes.world import TENANT, World, with_terms
from tests.unit.app.test_sync import SALES, entry, ledger, receipt

DAY = date(2025, 3, 9)
UNPAID = ledger(*SALES)
PAID = ledger(
    *entry(1, "20250110", "KERVADEC", "Menuiserie Kervadec", "FA-1", "1200,00", "A"),
    *receipt(3, "20250305", "KERVADEC", "Menuiserie Kervadec", "1200,00", "A"),
    *entry(2, "20250112", "LEGOFF", "Garage Le Goff", "FA-2", "800,00", "A"),
    *receipt(4, "20250305", "LEGOFF", "Garage Le Goff", "800,00", "A"),
)


def take(
    world: World, body: bytes, name: str, *, hour: int | None, store: Any = None
) -> ImportReport:
    """Let the sync take a file that was uploaded at this hour."""
    key = f"tenants/{world.tenant}/{name}"
    world.files.contents[key] = body
    return sync_upload(
        Upload(
            tenant=world.tenant,
            key=key,
            version=None,
            size=len(body),
            import_id=name,
            at=None if hour is None else datetime(2025, 3, 9, hour, tzinfo=UTC),
        ),
        store=store or world.store,
        files=world.files,
        today=DAY,
        now=datetime(2025, 3, 9, 20, tzinfo=UTC),
    )


def owed(world: World) -> dict[str, int]:
    found = {}
    for customer in world.store.customers(limit=9).entries:
        account = world.store.account(customer.id)
        assert account is not None
        assert account.customer.incomplete_since is None
        found[customer.id] = sum(item.balance for item in account.items)
    return found


def known_world() -> World:
    world = World(with_terms(TENANT, 30))
    take(world, UNPAID, "first", hour=8)
    return world


def test_an_older_ledger_that_comes_after_a_newer_one_calls_nothing_unpaid_again() -> None:
    world = known_world()
    take(world, PAID, "new", hour=12)
    late = take(world, UNPAID, "late", hour=10)
    assert late.state == "failed"
    assert "uploaded later, at 2025-03-09 12:00:00 UTC" in late.error
    assert owed(world) == {"KERVADEC": 0, "LEGOFF": 0}
    assert world.night(date(2025, 6, 1)) == []


def test_an_older_ledger_overtaken_half_way_leaves_the_newer_one_standing() -> None:
    for number in range(1, 60):
        world = known_world()
        changed = ledger(*entry(1, "20250110", "KERVADEC", "Kervadec", "FA-1", "1300,00"))

        def newer(world: World = world) -> None:
            assert take(world, PAID, "new", hour=12).state == "done"

        store = Crossed(world.store, newer, number=number)
        report = take(world, changed, "old", hour=10, store=store)
        if store.calls < number:
            assert number > 10
            return
        assert owed(world) == {"KERVADEC": 0, "LEGOFF": 0}, f"{number}: {report}"
    raise AssertionError("the import never ends")


def test_the_older_file_uploaded_again_is_the_newest() -> None:
    world = known_world()
    take(world, PAID, "new", hour=12)
    assert take(world, UNPAID, "again", hour=14).state == "done"
    assert owed(world) == {"KERVADEC": 120_000, "LEGOFF": 80_000}


def test_an_upload_of_an_unknown_hour_is_taken_as_it_comes() -> None:
    world = known_world()
    assert take(world, PAID, "new", hour=None).state == "done"
    assert owed(world) == {"KERVADEC": 0, "LEGOFF": 0}


def test_the_hour_of_an_upload_is_that_of_its_event() -> None:
    event = {
        "time": "2025-03-09T10:11:12Z",
        "detail": {"object": {"key": "tenants/atelier/a.txt", "size": 3, "version-id": "v1"}},
    }
    found = parse_upload(event)
    assert found is not None
    assert found.at == datetime(2025, 3, 9, 10, 11, 12, tzinfo=UTC)


def test_two_first_imports_at_once_make_one_pair_and_one_account_each() -> None:
    for number in range(1, 60):
        world = World(with_terms(TENANT, 30))
        world.store = MemoryStore(world.store.tenant())  # without any scenario

        def other(world: World = world) -> None:
            assert take(world, UNPAID, "other", hour=9).state == "done"

        store = Crossed(world.store, other, number=number)
        take(world, UNPAID, "one", hour=9, store=store)
        if store.calls < number:
            return
        assert len(world.store.scenarios()) == 2
        assert owed(world) == {"KERVADEC": 120_000, "LEGOFF": 80_000}
    raise AssertionError("the import never ends")
