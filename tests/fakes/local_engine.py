"""The local AWS with nothing on it, for tests that need a table, not a stage."""

import contextlib
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from relance.cli import engine
from relance.cli.background import Program
from relance.cli.instance import ROOT, instance_on_free_ports


@contextmanager
def running_engine(folder: Path) -> Iterator[str]:
    """Run the local engine; give host and port. It checks no access, whoever asks."""
    instance = instance_on_free_ports(folder)
    (folder / "tmp").mkdir()
    environment = {**engine.environment(instance), "AUTH": "false", "PERSIST_STATE": "0"}
    program = Program(name="engine", folder=folder)
    python = str(ROOT / ".venv-aws" / "bin" / "python")
    program.start([python, "-m", "ministack"], environment=environment)
    try:
        wait_for(f"{instance.endpoint}/_ministack/ready")
        yield instance.endpoint.removeprefix("http://")
    finally:
        program.stop(seconds=10)


def wait_for(address: str) -> None:
    """Wait until something answers there; raise RuntimeError when nothing does."""
    for _ in range(600):
        with contextlib.suppress(OSError), urllib.request.urlopen(address):  # noqa: S310
            return
        time.sleep(0.05)
    raise RuntimeError(f"nothing answers at {address}")
