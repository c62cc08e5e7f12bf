"""Imports of a small ledger that can be killed at any call."""

from tests.fakes.faults import Fate, Mortal
from tests.fakes.memory.tenant_store import MemoryStore
from tests.fakes.world import TENANT, World, with_terms
from tests.unit.app.importing import Imports
from tests.unit.app.test_held_imports import sales
from tests.unit.app.test_sync import entry, ledger, receipt

FIRST = ledger(*sales(range(3)))
NEXT = ledger(
    *sales(range(1)),
    *entry(1, "20250110", "C001", "Client 1", "FA-1", "100,00", "A"),
    *receipt(9, "20250305", "C001", "Client 1", "100,00", "A"),
    *entry(99, "20250301", "NEW", "Neuf", "FA-99", "50,00"),
)


def fresh() -> Imports:
    """A company that has nothing yet."""
    world = World(with_terms(TENANT, 30))
    world.store = MemoryStore(world.store.tenant())
    return Imports(world)


def synced() -> Imports:
    """A company with its first ledger taken in, of which nobody was told."""
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
    """Take the fate off all that the import touches."""
    for name in ("store", "files", "jobs"):
        setattr(imports.world, name, getattr(imports.world, name)._port)
    imports.events = imports.events._port  # type: ignore[attr-defined]
