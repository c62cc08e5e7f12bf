"""What a sync writes and what is archived, in memory."""

from collections.abc import Iterable
from datetime import date

from relance.app.errors import MovedMeanwhile
from relance.domain.actions import Action
from relance.domain.customer import Customer
from relance.domain.items import Item
from tests.fakes.memory.accounts import check_owner
from tests.fakes.memory.actions import Actions


class Ledgers(Actions):
    """Changes of a whole account."""

    def apply_sync(
        self, customer: Customer, *, put: Iterable[Item], import_id: str, gets_profile: bool = False
    ) -> Customer:
        items = tuple(put)
        check_owner(customer, (item.id for item in items))
        written = self.save_customer(customer, gets_profile=gets_profile)
        file = self._files[customer.id]
        for item in items:
            file.items[item.id] = item
            if file.paid.pop(item.id, None):
                for action in [each for each in file.past.values() if _concerns(each, {item.id})]:
                    file.actions[action.id] = file.past.pop(action.id)
        return written

    def archive(
        self, customer: Customer, items: Iterable[str], *, actions_before: date | None = None
    ) -> Customer:
        file = self._at(customer)
        if file is None:
            raise MovedMeanwhile(f"customer {customer.id} changed since it was read")
        for item in items:
            if item in file.items:
                file.paid[item] = file.items.pop(item)
        for action in list(file.actions.values()):
            if _over(action, actions_before) and not _concerns(action, file.items.keys()):
                file.past[action.id] = file.actions.pop(action.id)
        return file.count_up()


def _concerns(action: Action, items: Iterable[str]) -> bool:
    wanted = set(items)
    return any(send.item in wanted for send in action.sends)


def _over(action: Action, before: date | None) -> bool:
    latest = max(action.day, action.completed_on or action.day)
    return before is not None and latest < before and not action.state.pending
