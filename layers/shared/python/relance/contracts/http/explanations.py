"""Why something was or was not sent, and when it is looked at next (C7)."""

from datetime import date

from pydantic import Field

from relance.contracts.http.values import Body
from relance.domain.scenario import StepKey


class ItemExplanation(Body):
    """One item: what holds it (`hold`), or None when it moves tonight; the `rule` that says so.

    `until` is the first day on which it may move, when known. `next_event` is the day on which
    something next happens about it, within half a year, if nobody pays and all that is to be done
    before is done on its day.
    """

    item: str
    number: str
    due: date | None = Field(description="when it is due by the ledger or the terms")
    level: int
    next_step: StepKey | None
    hold: str | None
    rule: str
    detail: str
    until: date | None
    next_event: date | None = None


class Explanation(Body):
    """What the next run would do for a customer on day `on`, and why not more.

    `next_date` is when it is looked at next, `next_event` the first day from `on` on which a run
    will do something for it if nothing changes until then. `next` leads to further items.
    """

    on: date
    next_date: date | None
    next_event: date | None = None
    items: tuple[ItemExplanation, ...]
    next: str | None = None
