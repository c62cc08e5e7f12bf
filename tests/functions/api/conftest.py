"""What the API's tests share."""

import pytest

from tests.functions.api.site import Site


@pytest.fixture
def site() -> Site:
    return Site()
