"""A company of each test's own on the deployed stack."""

from collections.abc import Iterator

import pytest

from relance.cli.stack import LocalStack
from tests.local.company import Company


@pytest.fixture
def company(stack: LocalStack) -> Iterator[Company]:
    """A tenant of this test's own, with its admin signed in."""
    made = Company(stack)
    with made.http:
        yield made
