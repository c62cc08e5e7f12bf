"""The counting provider, for each test anew."""

from collections.abc import Iterator

import pytest

from tests.fakes.postal import Maileva
from tests.fakes.postal_server import running_maileva


@pytest.fixture
def maileva() -> Iterator[Maileva]:
    with running_maileva() as running:
        yield running
