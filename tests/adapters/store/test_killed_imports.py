"""An import that dies between two transactions, on DynamoDB, with a night before it goes on."""

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from relance.app.import_report import ImportReport
from relance.app.ports.tenant_store import TenantStore
from relance.app.sync import sync_upload
from relance.contracts.uploads import Upload
from relance.store.tenant import DynamoTenantStore
from tests.adapters.store.conftest import World as Place
from tests.adapters.store.lived import kept_in
from tests.fakes.faults import Fate, Killed, Mortal
from tests.fakes.world import World
from tests.unit.app.test_sync import SALES, entry, ledger

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

# A client that fails is the same for every engine: the one in this process is enough.
pytestmark = pytest.mark.parametrize("engine", ["moto"], indirect=True)

DAY = date(2025, 3, 9)
MANY = [
    row
    for number in range(120)
    for row in entry(100 + number, "20250120", "KERVADEC", "Kervadec", f"FB-{number}", "10,00")
]
BAD = entry(3, "20250140", "TANGUY", "Tanguy Fils", "FA-3", "10,00")
WHOLE = ledger(*SALES, *MANY)
PARTIAL = ledger(*SALES, *MANY, *BAD)


def take(world: World, body: bytes, name: str, *, store: TenantStore | None = None) -> ImportReport:
    key = f"tenants/{world.tenant}/{name}"
    world.files.contents[key] = body
    return sync_upload(
        Upload(tenant=world.tenant, key=key, version=None, size=len(body), import_id=name),
        store=store or world.store,
        files=world.files,
        today=DAY,
        now=datetime(2025, 3, 9, 12, tzinfo=UTC),
    )


@pytest.fixture
def world(on_dynamo: Place) -> World:
    """A tenant on DynamoDB, its first ledger taken in."""
    made = kept_in(on_dynamo)
    take(made, ledger(*SALES), "first")
    return made


class OneOperation(Mortal):
    """A client that only dies at its transactions."""

    def __getattr__(self, name: str) -> Any:
        return super().__getattr__(name) if name == "transact_write_items" else self._of(name)

    def _of(self, name: str) -> Any:
        return getattr(self._port, name)


def owed(world: World) -> dict[str, int]:
    found = {}
    for customer in world.store.customers(limit=9).entries:
        account = world.store.account(customer.id)
        assert account is not None
        assert account.customer.incomplete_since is None, customer.id
        found[customer.id] = sum(item.balance for item in account.items)
    return found


@pytest.mark.parametrize("body", [WHOLE, PARTIAL], ids=["whole", "partial"])
@pytest.mark.parametrize("number", [2, 3])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_an_account_half_written_is_left_alone_by_the_night_and_then_made_whole(
    world: World,
    dynamodb: "DynamoDBClient",
    table: str,
    body: bytes,
    number: int,
    after: bool,
) -> None:
    dying: Any = OneOperation(dynamodb, Fate(at=number, after=after))
    with pytest.raises(Killed):
        take(world, body, "large", store=DynamoTenantStore(dying, table, world.tenant))
    half_way = world.store.account("KERVADEC")
    assert half_way is not None
    assert (half_way.customer.incomplete_since == "large") is (len(half_way.items) not in (1, 121))
    world.night(DAY + timedelta(days=1))
    tried = world.store.history("KERVADEC", limit=9).entries
    assert (tried == ()) is (half_way.customer.incomplete_since is not None)
    take(world, body, "large")
    assert owed(world) == {"KERVADEC": 240_000, "LEGOFF": 80_000}
    due = world.store.due_customers(date(2099, 1, 1), limit=9).entries
    assert "KERVADEC" in due or [each for each in world.waiting() if each.sends[0].item[0] == "K"]
