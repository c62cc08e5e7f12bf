"""The deployed stack, on a local engine and mailbox of the tests' own, IAM enforced.

It is started by the first test that asks for it and serves the whole run.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from relance.cli import stage
from relance.cli.instance import Instance, Ports, instance_on_free_ports
from relance.cli.stack import LocalStack, running_stack
from tests.fakes.quick_moto import make_moto_quick

make_moto_quick()

# A gate answers the same each time; new examples are looked for where somebody sits before it.
settings.register_profile("gate", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("gate")
# So that a handful of customers takes several parts of a night.
SMALL_PARTS = {"planCustomers": "10"}


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
