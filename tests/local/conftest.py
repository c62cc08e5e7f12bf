"""The deployed stack, on a local engine and mailbox of the tests' own, IAM enforced."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from relance.cli import stage
from relance.cli.instance import Instance, Ports, instance_on_free_ports
from relance.cli.stack import LocalStack, running_stack
from tests.local.company import Company

# So that a handful of customers takes several parts of a night.
SMALL_PARTS = {"planCustomers": "10"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs the deployed stack."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("local")


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """The stack, deployed for this run; or the one in the folder RELANCE_TEST_STAGE names."""
    kept = os.environ.get("RELANCE_TEST_STAGE")
    if kept:
        yield running_stack(kept_instance(Path(kept)))
        return
    instance = instance_on_free_ports(tmp_path_factory.mktemp("stage"))
    with stage.running(instance, **SMALL_PARTS) as deployed:
        yield deployed


@pytest.fixture
def company(stack: LocalStack) -> Iterator[Company]:
    """A tenant of this test's own, with its admin signed in."""
    made = Company(stack)
    with made.http:
        yield made


def kept_instance(folder: Path) -> Instance:
    """Return the instance that was started in `folder` and left running."""
    ports = Ports(**json.loads((folder / "ports.json").read_text()))
    return Instance(name="test", folder=folder, ports=ports)
