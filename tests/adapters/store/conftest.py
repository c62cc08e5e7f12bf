"""One suite for every store: in memory, on moto, and on the local engine."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws

from relance.app.ports.registry import Registry
from relance.app.ports.tenant_store import TenantStore
from relance.store.registry import DynamoRegistry
from relance.store.tenant import DynamoTenantStore
from tests.adapters.store import samples
from tests.fakes.local_engine import running_engine
from tests.fakes.memory.registry import MemoryRegistry
from tests.fakes.table import create_table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

ENGINES = ("moto", "local")


class World:
    """A place where tenants sign up and have their stores."""

    def __init__(self, registry: Registry, store_for: Callable[[str], TenantStore]) -> None:
        self.registry = registry
        self.store_for = store_for

    def sign_up(self, tenant: str) -> TenantStore:
        self.registry.add_tenant(samples.tenant(tenant))
        return self.store_for(tenant)


class Engine:
    """A running AWS, or what stands for it, and its clients."""

    def __init__(self, endpoint: str | None) -> None:
        self._endpoint = endpoint

    def client(self, service: Any) -> Any:
        return boto3.client(
            service,
            region_name="eu-west-3",
            endpoint_url=self._endpoint,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": 2}),
        )


@pytest.fixture(scope="module")
def moto() -> Iterator[Engine]:
    """One mocked AWS a file: while it lasts, nobody else's would start empty."""
    with mock_aws():
        yield Engine(None)


@pytest.fixture(scope="session")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The local engine, with nothing deployed on it."""
    with running_engine(tmp_path_factory.mktemp("engine")) as address:
        yield Engine(f"http://{address}")


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    """An AWS to run on."""
    return running(request)


def running(request: pytest.FixtureRequest) -> Engine:
    """Return the engine that a fixture's parameter names."""
    named: Engine = request.getfixturevalue(request.param)
    return named


@pytest.fixture
def dynamodb(engine: Engine) -> "DynamoDBClient":
    client: DynamoDBClient = engine.client("dynamodb")
    return client


@contextmanager
def fresh_table(client: "DynamoDBClient") -> Iterator[str]:
    """Make an empty table, give its name and delete it behind."""
    name = f"relance-store-{uuid4().hex}"
    create_table(client, name)
    yield name
    client.delete_table(TableName=name)


@pytest.fixture
def table(dynamodb: "DynamoDBClient") -> Iterator[str]:
    """The name of an empty table."""
    with fresh_table(dynamodb) as name:
        yield name


def _on_dynamo(client: "DynamoDBClient", table: str) -> World:
    registry = DynamoRegistry(client, table)
    return World(registry, lambda tenant: DynamoTenantStore(client, table, tenant))


@pytest.fixture
def on_dynamo(dynamodb: "DynamoDBClient", table: str) -> World:
    return _on_dynamo(dynamodb, table)


@pytest.fixture(params=["memory", *ENGINES])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """Every kind of store in turn."""
    if request.param == "memory":
        registry = MemoryRegistry()
        yield World(registry, registry.store_for)
        return
    client = running(request).client("dynamodb")
    with fresh_table(client) as name:
        yield _on_dynamo(client, name)


@pytest.fixture
def store(world: World) -> TenantStore:
    """The store of one tenant, on every kind in turn."""
    return world.sign_up("atelier")
