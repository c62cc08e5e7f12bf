"""The deployed stack, on a local engine and mailbox of the tests' own, IAM enforced.

It is started by the first test that asks for it and serves the whole run.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from relance.cli import stage
from relance.cli.instance import Instance, Ports, instance_on_free_ports
from relance.cli.stack import LocalStack, running_stack

# What shares a stage, or the synthesized stacks, runs in one process when several run the tests.
SHARED = {"stack": "stage", "company": "stage"}
# So that a handful of customers takes several parts of a night.
SMALL_PARTS = {"planCustomers": "10"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Group the tests that share what is costly to make."""
    for item in items:
        if not isinstance(item, pytest.Function):
            continue
        groups = {SHARED[name] for name in item.fixturenames if name in SHARED}
        parameters = item.callspec.params.values() if hasattr(item, "callspec") else ()
        if "local" in parameters and "infra" not in item.path.parts:
            groups.add("stage")
        if "infra" in item.path.parts:
            groups = {"infra"}
        for group in groups:
            item.add_marker(pytest.mark.xdist_group(group))


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


def kept_instance(folder: Path) -> Instance:
    """Return the instance that was started in `folder` and left running."""
    ports = Ports(**json.loads((folder / "ports.json").read_text()))
    return Instance(name="test", folder=folder, ports=ports)
