"""The counting provider, for each test anew; long runs only when asked for (`pytest -m soak`)."""

from collections.abc import Iterator

import pytest

from tests.fakes.postal import Maileva
from tests.fakes.postal_server import running_maileva


@pytest.fixture
def maileva() -> Iterator[Maileva]:
    with running_maileva() as running:
        yield running


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if "soak" in config.option.markexpr:
        return
    long = [item for item in items if item.get_closest_marker("soak")]
    items[:] = [item for item in items if item not in long]
    config.hook.pytest_deselected(items=long)
