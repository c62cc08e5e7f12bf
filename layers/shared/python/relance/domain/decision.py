"""What a decision says: what is done tonight, what is held and why, when to look again."""

from datetime import date
from enum import StrEnum

from relance.domain.actions import Send
from relance.domain.scenario import Step
from relance.domain.values import value


class Hold(StrEnum):
    """Why an item is held, in the order in which the first that applies is named (D45)."""

    CREDIT = "credit"  # D23
    EXCLUDED = "excluded"  # D27
    NOTHING_DUE = "nothing_due"  # D5
    DIRECT_DEBIT = "direct_debit"  # D31
    NO_DUE_DATE = "no_due_date"  # D4
    NO_SCENARIO = "no_scenario"  # S1
    TENANT_PAUSED = "tenant_paused"  # C9
    INCOMPLETE_LEDGER = "incomplete_ledger"  # L4
    STOPPED = "stopped"  # D28
    DISPUTED = "disputed"  # D29
    PROMISED = "promised"  # D30
    IN_DOUBT = "in_doubt"  # D39
    FAILED = "failed"  # D40
    OPEN_ACTION = "open_action"  # D11, D17
    FINISHED = "finished"  # D15
    NOT_YET = "not_yet"  # D14
    NO_DEBIT_BALANCE = "no_debit_balance"  # D22, D24
    BELOW_THRESHOLD = "below_threshold"  # D25
    GROUPED_LATER = "grouped_later"  # D18
    WINDOW_CLOSED = "window_closed"  # D6
    STALE_LEDGER = "stale_ledger"  # D32
    FIRST_WAVE = "first_wave"  # D13

    @property
    def rule(self) -> str:
        """The id of the rule that holds."""
        return _RULES[self]


_RULES = {
    Hold.CREDIT: "D23",
    Hold.EXCLUDED: "D27",
    Hold.NOTHING_DUE: "D5",
    Hold.DIRECT_DEBIT: "D31",
    Hold.NO_DUE_DATE: "D4",
    Hold.NO_SCENARIO: "S1",
    Hold.TENANT_PAUSED: "C9",
    Hold.INCOMPLETE_LEDGER: "L4",
    Hold.STOPPED: "D28",
    Hold.DISPUTED: "D29",
    Hold.PROMISED: "D30",
    Hold.IN_DOUBT: "D39",
    Hold.FAILED: "D40",
    Hold.OPEN_ACTION: "D17",
    Hold.FINISHED: "D15",
    Hold.NOT_YET: "D14",
    Hold.NO_DEBIT_BALANCE: "D22",
    Hold.BELOW_THRESHOLD: "D25",
    Hold.GROUPED_LATER: "D18",
    Hold.WINDOW_CLOSED: "D6",
    Hold.STALE_LEDGER: "D32",
    Hold.FIRST_WAVE: "D13",
}


@value()
class DueAction:
    """One message to send or one task to open tonight.

    `id` depends only on its sends, so deciding twice names it the same. `step` is the highest;
    `sends` advance; `listed` are the ids of every item the text shows, sends included, oldest due
    first; `credits` the open credit notes and receipts shown once, `net` the account's net in
    minor units: overdue less credits for reminders (D22), all that is open less credits for the
    notice and the thank-you. `joins` is the id of the open task or unconfirmed message that it
    joins instead of making one (D17): then `sends` and `listed` are what to add to it, and `step`
    the highest of both. `confirm` tells that it is a message to be put up for confirmation: its
    step is not automatic, it is of the first wave (D13) or above the ceiling (D25).
    """

    id: str
    currency: str
    step: Step
    sends: tuple[Send, ...]
    listed: tuple[str, ...]
    credits: tuple[str, ...]
    net: int
    joins: str | None = None
    confirm: bool = False

    @property
    def leaves_by_itself(self) -> bool:
        """Whether it is a message that nobody has to open, do or confirm."""
        return self.step.channel.is_message and not self.confirm


@value()
class Held:
    """Why one item does not move tonight; `until` is the first day it may, when known."""

    item: str
    hold: Hold
    detail: str = ""
    until: date | None = None


@value(kw_only=True)
class Withdrawal:
    """Items to take off an open task or unsent letter; `whole` cancels it (D17, D32)."""

    action: str
    items: tuple[str, ...]
    whole: bool
    reason: str


@value()
class Decision:
    """The outcome for one customer on one day.

    `follow_ups` are tasks beside the plan to open or join (D15, D22): their items are not moved
    by them and end elsewhere, most of them in `held`.

    `next_date` is the first later day on which the outcome can differ without any fact changing,
    None when only a new fact can change it. `settled` are items with nothing more to be decided
    (paid and thanked, or thank-you dropped): they may leave the live facts.
    """

    due: tuple[DueAction, ...] = ()
    follow_ups: tuple[DueAction, ...] = ()
    held: tuple[Held, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()
    settled: tuple[str, ...] = ()
    next_date: date | None = None
