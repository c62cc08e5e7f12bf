"""Companies that live through days while a real store keeps what becomes of them."""

from typing import cast

from tests.adapters.store.conftest import World as Place
from tests.fakes.memory.tenant_store import MemoryStore
from tests.fakes.world import TENANT, World, with_terms


def kept_in(place: Place) -> World:
    """Return a company, new and with terms of 30 days, that is kept at this place."""
    tenant = with_terms(TENANT, 30)
    place.registry.add_tenant(tenant)
    made = World(tenant)
    # The world only uses it as the port that it is.
    made.store = cast("MemoryStore", place.store_for(tenant.id))
    return made
