"""Actions: reserved, advanced, listed, in memory."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from relance.app.ports.actions import WAITING_STATES
from relance.app.ports.page import Page
from relance.app.ports.tenant import Tenant
from relance.domain.actions import Action, ActionState
from relance.domain.blocks import Block
from relance.domain.customer import Customer
from relance.domain.identifiers import owner
from relance.store.records import action_body
from tests.fakes.memory.accounts import Accounts, check_owner


class Actions(Accounts):
    """A customer's actions, live and past; `sent` are those that a provider named."""

    def __init__(self, tenant: Tenant) -> None:
        super().__init__(tenant)
        self.sent: dict[str, str] = {}

    def add_action(self, customer: Customer, action: Action, *, cancel: Iterable[str] = ()) -> bool:
        check_owner(customer, [action.id])
        action_body(action)  # refuses what is too large to keep
        cancelled = tuple(cancel)
        file = self._at(customer)
        if file is None or file.place_of(action.id) is not None:
            return False
        if any(each not in file.actions for each in cancelled):
            return False
        for each in cancelled:
            file.actions[each] = replace(
                file.actions[each],
                state=ActionState.CANCELLED,
                reason=f"replaced by {action.id}",
            )
        file.actions[action.id] = action
        file.count_up()
        return True

    def save_action(self, customer: Customer, action: Action) -> bool:
        check_owner(customer, [action.id])
        file = self._at(customer)
        if file is None or action.id not in file.actions:
            return False
        file.actions[action.id] = action
        file.count_up()
        return True

    def close_action(
        self, customer: Customer, action: Action, *, blocks: Iterable[Block] = ()
    ) -> bool:
        added = tuple(blocks)
        check_owner(customer, [action.id, *(block.id for block in added)])
        file = self._at(customer)
        if file is None or action.id not in file.actions:
            return False
        file.actions[action.id] = action
        file.blocks |= {block.id: block for block in added}
        file.count_up(customer)
        return True

    def advance_action(self, action: Action) -> bool:
        file = self._files.get(owner(action.id))
        place = file.place_of(action.id) if file else None
        if file is None or place is None or place[action.id].state.rank >= action.state.rank:
            return False
        place[action.id] = action
        self._name(action)
        file.count_up()
        return True

    def release_action(self, action: Action) -> bool:
        file = self._files.get(owner(action.id))
        stored = file.actions.get(action.id) if file else None
        if file is None or stored != action or stored.state is not ActionState.RESERVED:
            return False
        del file.actions[action.id]
        file.count_up()
        return True

    def replace_action(self, action: Action, *, was: Action, of: Customer | None = None) -> bool:
        file = self._files.get(owner(was.id))
        place = file.place_of(was.id) if file else None
        if file is None or place is None or place[was.id] != was:
            return False
        if of is not None and file.customer.version != of.version:
            return False
        place[was.id] = action
        self._name(action)
        file.count_up()
        return True

    def _name(self, action: Action) -> None:
        if action.reference and action.channel.is_message:
            self.sent[action.reference] = action.id

    def action(self, action: str) -> Action | None:
        file = self._files.get(owner(action))
        place = file.place_of(action) if file else None
        return place[action] if place else None

    def actions(
        self,
        *,
        waiting: bool,
        limit: int,
        after: str | None = None,
        since: date | None = None,
        before: date | None = None,
        oldest_first: bool = False,
    ) -> Page[tuple[str, Action]]:
        rows = [
            (f"{action.day}#{action.id}", (key, action))
            for key, file in self._files.items()
            for action in (*file.actions.values(), *file.past.values())
            if not waiting or action.state in WAITING_STATES
            if (since or date.min) <= action.day < (before or date.max)
        ]
        name = f"actions#{waiting}#{oldest_first}"
        return self._page(name, rows, limit=limit, after=after, newest_first=not oldest_first)

    def history(self, customer: str, *, limit: int, after: str | None = None) -> Page[Action]:
        file = self._files.get(customer)
        actions = (*file.actions.values(), *file.past.values()) if file else ()
        rows = [(f"{action.day}#{action.id}", action) for action in actions]
        return self._page(f"history#{customer}", rows, limit=limit, after=after, newest_first=True)
