"""What `plan_tenant` is told and works with."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from relance.runtime import parts
from relance.runtime.settings import QueueSettings, load

if TYPE_CHECKING:
    from relance.app.ports.clock import Clock
    from relance.app.ports.jobs import Jobs
    from relance.app.ports.tenant_store import TenantStore


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTenantSettings(QueueSettings):
    """`plan_tenant`: `plan_customers` bounds the customers of one part."""

    plan_customers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTenant:
    """What `plan_tenant` works with; `most` bounds the customers of one part."""

    store_for: "Callable[[str], TenantStore]"
    jobs: "Jobs"
    most: int
    clock: "Clock"


@cache
def wired() -> PlanTenant:
    """Wire `plan_tenant`."""
    told = load(PlanTenantSettings)
    return PlanTenant(
        store_for=parts.stores(told),
        jobs=parts.queues(told),
        most=told.plan_customers,
        clock=parts.clock(told),
    )
