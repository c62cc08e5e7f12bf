"""What the nights to come would send, and what an edit of a scenario would change (S10)."""

from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from relance.contracts.http.scenarios import ScenarioPlan
from relance.contracts.http.texts import Day, Name
from relance.contracts.http.values import Body, Money
from relance.domain.customer import Customer
from relance.domain.scenario import Channel, StepKey
from relance.domain.simulation import Impact
from relance.domain.walk import SimulatedAction

MOST_DAYS = 90
MOST_PAST_DAYS = 731
_PastDay = Annotated[Day, Field(ge=date(1990, 1, 1), le=date(2100, 12, 31))]


class SimulationRequest(Body):
    """What to simulate: so many days, for one customer or for all."""

    days: Annotated[int, Field(ge=1, le=MOST_DAYS, strict=True)] = 30
    customer: Name | None = None


class BackTestRequest(Body):
    """The days to go back over, and a plan in place of the scenario's own, if any."""

    first: _PastDay
    last: _PastDay
    plan: ScenarioPlan | None = None

    @model_validator(mode="after")
    def _a_stretch_of_time(self) -> Self:
        if not 0 <= (self.last - self.first).days <= MOST_PAST_DAYS:
            raise ValueError(f"last must be from first on, at most {MOST_PAST_DAYS} days later")
        return self


class PlannedActionBody(Body):
    """A message that would leave or a task that would be done on `day`.

    `begun` is earlier for what waits already. `amount` is what is open of its items, credits taken
    off. `by_itself` says that it is a message which nobody has to confirm.
    """

    day: date
    begun: date
    step: StepKey
    step_name: str
    channel: Channel
    items: tuple[str, ...]
    amount: Money
    by_itself: bool

    @classmethod
    def of(cls, action: SimulatedAction) -> Self:
        """Build from the domain's value."""
        return cls(**_fields(action))


class CustomerActionBody(PlannedActionBody):
    """A planned action and whom it concerns."""

    customer: str
    customer_name: str

    @classmethod
    def for_customer(cls, action: SimulatedAction, customer: Customer) -> Self:
        """Build from the domain's values."""
        return cls(**_fields(action), customer=customer.id, customer_name=customer.name)


class Simulation(Body):
    """What would be done from `first` to `last`, in order, for so many `customers`.

    `truncated` says that there are more customers; pass `next` as `after` for them.
    """

    first: date
    last: date
    customers: int
    actions: tuple[CustomerActionBody, ...]
    truncated: bool
    next: str | None


class ImpactBody(Body):
    """One customer's next days as they are to be, and as they would be after the edit.

    `contacted_tonight` says that a message leaves with the next run only because of the edit.
    """

    customer: str
    customer_name: str
    contacted_tonight: bool
    before: tuple[PlannedActionBody, ...]
    after: tuple[PlannedActionBody, ...]

    @classmethod
    def of(cls, impact: Impact, customer: Customer) -> Self:
        """Build from the domain's values."""
        return cls(
            customer=customer.id,
            customer_name=customer.name,
            contacted_tonight=impact.contacted_tonight,
            before=tuple(PlannedActionBody.of(action) for action in impact.before),
            after=tuple(PlannedActionBody.of(action) for action in impact.after),
        )


class ScenarioImpact(Body):
    """What an edit would change from the run of day `on` over `days` days.

    `customers` were looked at, `moved` of them would be sent something else or on another day,
    `contacted_tonight` would be contacted by that run only because of the edit. `items` are those
    that move. `truncated` and `next` as in a simulation: then the figures are of this part.
    """

    on: date
    days: int
    customers: int
    moved: int
    contacted_tonight: int
    summary: str
    items: tuple[ImpactBody, ...]
    truncated: bool
    next: str | None


def _fields(action: SimulatedAction) -> dict[str, object]:
    plain = PlannedActionBody.model_fields.keys() - {"items", "amount"}
    return {name: getattr(action, name) for name in plain} | {
        "items": action.items,
        "amount": Money.of(action.amount, action.currency),
    }
