"""What people did about an action, kept with it for good (A1, A2)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class DeedKind(StrEnum):
    """What somebody did."""

    APPROVED = "approved"
    ASSIGNED = "assigned"
    PUT_OFF = "put_off"
    COMPLETED = "completed"
    SKIPPED = "skipped"
    SETTLED = "settled"
    RETRIED = "retried"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What `author` did on tenant day `on`; `words` say what came of it, `reason` why."""

    what: DeedKind
    on: date
    author: str
    words: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the debtor answered to a question of the step's."""

    question: str
    answer: str
