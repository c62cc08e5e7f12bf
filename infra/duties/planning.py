"""What decides each night: the planner, and what plans one tenant."""

from infra.constructs import grants
from infra.duties.duty import Duty, Resources


def planner(given: Resources) -> Duty:
    """It lists tenants and starts their nights."""
    table, plan = given.storage.table, given.queue("Plan")
    return Duty(
        environment={"TABLE": table.table_name, "PLAN_QUEUE": plan.queue_url},
        may=[grants.list_tenants(table), grants.enqueue("StartTenants", plan)],
    )


def plan_tenant(given: Resources) -> Duty:
    """It reads and decides, puts messages on the channels' queues, and hands on the rest."""
    table, plan = given.storage.table, given.queue("Plan")
    return Duty(
        environment={
            "TABLE": table.table_name,
            "PLAN_QUEUE": plan.queue_url,
            "PLAN_CUSTOMERS": str(given.settings.plan_customers),
        }
        | given.channels_told(),
        may=[
            *given.facts(),
            grants.query_index(table, "due"),
            # A change of rules concerns every customer, due or not.
            grants.query_index(table, "lists"),
            grants.enqueue("HandOnTheRest", plan),
            *given.enqueue_on_channels(),
        ],
        # A night is a chain of continuations; Lambda would cut it after 16 as a runaway loop.
        calls_itself=True,
    )
