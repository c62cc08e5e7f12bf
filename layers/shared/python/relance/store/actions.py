"""Actions: reserved, advanced, listed (D39)."""

from collections.abc import Iterable
from datetime import date

from relance.app.cursors import position
from relance.app.errors import MovedMeanwhile
from relance.app.ports.actions import WAITING_STATES
from relance.app.ports.page import Page
from relance.domain.actions import Action, ActionState
from relance.domain.blocks import Block
from relance.domain.customer import Customer
from relance.domain.identifiers import owner
from relance.store import keys
from relance.store.accounts import Accounts, at
from relance.store.attributes import Record
from relance.store.bound import check_owner, page
from relance.store.records import VERSION, action_body, action_of
from relance.store.table import ABSENT, PRESENT, Entry, When

# An action moves forward only, through ten ranks: whoever loses this often is always late.
_TRIES = 10


class Actions(Accounts):
    """A customer's actions, live and past."""

    def add_action(self, customer: Customer, action: Action, *, cancel: Iterable[str] = ()) -> bool:
        check_owner(customer, [action.id])
        return self._table.transact(
            [
                self._count_up(customer.id, when=at(customer)),
                self._table.put(self._action_record(action), when=ABSENT),
                self._table.check(keys.past_pointer(self._tenant, action.id), when=ABSENT),
                *(self._cancel(each, replaced_by=action) for each in dict.fromkeys(cancel)),
            ]
        )

    def save_action(self, customer: Customer, action: Action) -> bool:
        check_owner(customer, [action.id])
        return self._table.transact(
            [
                self._count_up(customer.id, when=at(customer)),
                self._table.put(self._action_record(action), when=PRESENT),
            ]
        )

    def close_action(
        self, customer: Customer, action: Action, *, blocks: Iterable[Block] = ()
    ) -> bool:
        added = tuple(blocks)
        check_owner(customer, [action.id, *(block.id for block in added)])
        return self._table.transact(
            [
                self._customer_entry(customer),
                self._table.put(self._action_record(action), when=PRESENT),
                *(self._block_entry(block) for block in added),
            ]
        )

    def advance_action(self, action: Action) -> bool:
        for _ in range(_TRIES):
            stored = self._stored(action.id)
            if stored is None or stored["action_rank"] >= action.state.rank:
                return False
            record = {**self._action_record(action), "sk": stored["sk"]}
            lower = When("action_rank < :rank", {":rank": action.state.rank})
            if self._table.transact(
                [
                    self._count_up(owner(action.id)),
                    self._table.put(record, when=lower),
                    *self._name(action, was=stored["body"].get("reference")),
                ]
            ):
                return True
        raise MovedMeanwhile(f"action {action.id} keeps changing")

    def replace_action(self, action: Action, *, was: Action, of: Customer | None = None) -> bool:
        stored = self._stored(was.id)
        if stored is None or action_of(stored) != was:
            return False
        record = {**self._action_record(action), "sk": stored["sk"]}
        return self._table.transact(
            [
                self._count_up(owner(action.id), when=at(of) if of else PRESENT),
                self._table.put(record, when=_still(stored)),
                *self._name(action, was=was.reference),
            ]
        )

    def release_action(self, action: Action) -> bool:
        stored = self._table.get(keys.action(self._tenant, action.id))
        reserved = stored is not None and action.state is ActionState.RESERVED
        if stored is None or not reserved or action_of(stored) != action:
            return False
        return self._table.transact(
            [
                self._count_up(owner(action.id)),
                self._table.delete(keys.action(self._tenant, action.id), when=_still(stored)),
            ]
        )

    def action(self, action: str) -> Action | None:
        record = self._stored(action)
        return action_of(record) if record else None

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
        lists = [
            keys.listed_action(self._tenant, "", date.min, waiting=kind).pk
            for kind in ((True,) if waiting else (True, False))
        ]
        # The two lists have one order, so that a position in both is enough to go on.
        name = lists[0] + ("#ALL" if len(lists) > 1 else "") + ("#OLDEST" if oldest_first else "")
        # A day alone sorts before all that stands behind it.
        first, last = since.isoformat() if since else "", before.isoformat() if before else "~"
        start = position(name, after)
        start = max(start or "", first) or None if oldest_first else min(start or last, last)
        found = {
            record["list_sk"]: _owned(record)
            for each in lists
            for record in self._table.listed(
                each, after=start, newest_first=not oldest_first, most=limit + 1
            )
            if first <= record["list_sk"] < last
        }
        rows = sorted(found.items(), key=_position, reverse=not oldest_first)
        return page(name, rows, limit=limit)

    def history(self, customer: str, *, limit: int, after: str | None = None) -> Page[Action]:
        past = keys.past_actions(self._tenant, customer)
        name = past.pk + past.sk
        start = position(name, after)
        live = self._table.prefixed(keys.action(self._tenant, f"{customer}-"))
        found = {
            keys.by_day(action.day, action.id): action
            for records in live
            for action in map(action_of, records)
        }
        if start is not None:
            found = {place: action for place, action in found.items() if place < start}
        for record in self._table.newest(past, before=start, most=limit + 1):
            found[record["sk"].removeprefix(past.sk)] = action_of(record)
        return page(name, sorted(found.items(), key=_position, reverse=True), limit=limit)

    def _name(self, action: Action, *, was: str | None) -> list[Entry]:
        """Return what lets news be found that carries the provider's name only."""
        if not action.reference or action.reference == was or not action.channel.is_message:
            return []
        named = {"v": VERSION, "tenant": self._tenant, "action": action.id}
        return [self._table.put({**keys.sent_as(action.reference)._asdict(), **named})]

    def _stored(self, action: str) -> Record | None:
        """Read an action's record, live or archived."""
        record = self._table.get(keys.action(self._tenant, action))
        if record is not None:
            return record
        pointer = self._table.get(keys.past_pointer(self._tenant, action))
        return self._table.get(keys.Key(pointer["pk"], pointer["at"])) if pointer else None

    def _action_record(self, action: Action) -> Record:
        """Return the record of a live action."""
        waiting = action.state in WAITING_STATES
        place = keys.listed_action(self._tenant, action.id, action.day, waiting=waiting)
        return {
            **keys.action(self._tenant, action.id)._asdict(),
            "v": VERSION,
            "action_rank": action.state.rank,
            "list_pk": place.pk,
            "list_sk": place.sk,
            "body": action_body(action),
        }

    def _cancel(self, action: str, *, replaced_by: Action) -> Entry:
        place = keys.listed_action(self._tenant, action, date.min, waiting=False)
        return self._table.update(
            keys.action(self._tenant, action),
            "SET body.#state = :state, body.reason = :reason, action_rank = :rank,"
            " list_pk = :list_pk",
            {
                ":state": ActionState.CANCELLED.value,
                ":reason": f"replaced by {replaced_by.id}",
                ":rank": ActionState.CANCELLED.rank,
                ":list_pk": place.pk,
            },
            when=PRESENT,
        )


def _still(stored: Record) -> When:
    """Return the condition that a record is as it was read."""
    return When("body = :body", {":body": stored["body"]})


def _owned(record: Record) -> tuple[str, Action]:
    action = action_of(record)
    return owner(action.id), action


def _position[T](row: tuple[str, T]) -> str:
    return row[0]
