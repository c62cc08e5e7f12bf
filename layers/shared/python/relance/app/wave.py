"""Tonight's room for messages of the first wave, shared by all of a tenant's customers (D13)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from relance.app.ports.tenant_store import TenantStore
from relance.domain.decision import Decision
from relance.domain.facts import Facts
from relance.domain.first_wave import newly_put_up
from relance.domain.planning import decide


@dataclass(slots=True, kw_only=True)
class Room:
    """The slots of tenant day `day`, of which there are `most`; `kept` are taken and not yet used.

    A slot is taken before its message is put up: one that is lost on the way leaves a place empty,
    and never one message too many. `full` tells that none was left to be taken.
    """

    store: TenantStore
    day: date
    most: int
    kept: int = 0
    full: bool = False

    def keep(self, wanted: int) -> int:
        """Take slots until `wanted` are kept or none is left; return how many are kept."""
        while self.kept < wanted and not self.full:
            if self.store.take_wave_slot(self.day, most=self.most):
                self.kept += 1
            else:
                self.full = True
        return self.kept

    def put_up(self, keep: Callable[[], bool]) -> bool:
        """Have `keep` put a message up, in a slot that was kept; return whether it did."""
        self.kept -= 1  # before: what ends in an error may have been done
        if keep():
            return True
        self.kept += 1
        return False

    def give_back(self) -> None:
        """Give back what was kept and not used."""
        while self.kept:
            self.kept -= 1
            self.store.give_back_wave_slot(self.day)


def decide_with(room: Room | None, facts: Facts, *, on: date) -> Decision:
    """Decide with the room that can be had for what the first wave would put up, none without one.

    The room is kept for the messages of this decision.
    """
    decision = decide(facts, on=on)
    wanted = len(newly_put_up(decision, facts, on=on))
    kept = room.keep(wanted) if room is not None and wanted else 0
    return decision if kept >= wanted else decide(replace(facts, wave_room=kept), on=on)
