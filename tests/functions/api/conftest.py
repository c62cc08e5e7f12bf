"""What the API's tests share."""

import pytest

from tests.functions.api.described import DescribedSite
from tests.functions.api.site import Site


@pytest.fixture
def site() -> Site:
    """A site; each of its answers is compared with the OpenAPI document."""
    return DescribedSite()
