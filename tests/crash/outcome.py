"""What became of a message in the end: counted at its provider, not in our table."""

from dataclasses import dataclass

from relance.domain.actions import Action, ActionState
from relance.domain.identifiers import owner
from relance.domain.lifecycle import mark_posted
from tests.crash.cloud import Cloud
from tests.crash.company import Stage, address, phone
from tests.crash.harm import Way


@dataclass(frozen=True)
class Outcome:
    """How often a customer's message left, and where its action stands.

    `shown` says that it is on the list of what waits for a person; `as_kept` that what left is
    what was kept.
    """

    left: int
    state: ActionState | None
    shown: bool
    as_kept: bool = True

    @property
    def is_right(self) -> bool:
        """Exactly one left; or it is in doubt, a person is shown it, and at most one left."""
        if self.state is ActionState.IN_DOUBT:
            return self.left <= 1 and self.shown
        done = (ActionState.SENT, ActionState.DONE)
        return self.left == 1 and self.state in done and not self.shown and self.as_kept

    def __str__(self) -> str:
        if self.state is ActionState.IN_DOUBT and self.shown:
            return f"in doubt, {self.left} left"
        return f"{self.left} left" if self.is_right else f"WRONG {self.left} {self.state}"


def outcome(stage: Stage, tenant: str, customer: str, way: Way) -> Outcome:
    """Look at the provider and at the customer's first reminder."""
    number = int(customer.removeprefix("C"))
    store = stage.store(tenant)
    actions = [each for each in store.history(customer, limit=100).entries if each.sends]
    actions = [each for each in actions if each.state is not ActionState.CANCELLED]
    shown = {each.id for who, each in _waiting(stage, tenant) if who == customer}
    if way is Way.LETTER:
        return _letter(stage, tenant, customer, actions, shown)
    taken = _taken(stage.cloud, customer, way)
    texts = stage.cloud.texts() if way is Way.SMS else {}
    left = texts.get(phone(number), 0) if way is Way.SMS else len(taken)
    if len(actions) != 1:
        return Outcome(left, None, shown=bool(shown))
    (action,) = actions
    as_kept = all(_kept(stage, action) == each for each in taken)
    return Outcome(left, action.state, shown=action.id in shown, as_kept=as_kept)


def _taken(cloud: Cloud, customer: str, way: Way) -> list[bytes]:
    """Return the bytes that the provider took for this customer, as often as it took them."""
    if way is Way.EMAIL:
        to = address(int(customer.removeprefix("C")))
        return [each.raw for each in cloud.ses.taken if each.to == to]
    posted = [cloud.maileva.sendings[each] for each in cloud.maileva.posted]
    return [each.documents[0] for each in posted if owner(each.form["custom_data"]) == customer]


def _letter(
    stage: Stage, tenant: str, customer: str, actions: list[Action], shown: set[str]
) -> Outcome:
    """Post what lies there to be posted, each once, and count that."""
    posted = [each for each in actions if each.state is ActionState.TO_POST and each.id in shown]
    for each in posted:
        account = stage.store(tenant).account(customer)
        assert account is not None
        done = mark_posted(each, on=stage.clock.now().date(), author="anne")
        assert stage.store(tenant).save_action(account.customer, done)
    as_kept = all(_kept(stage, each).startswith(b"%PDF") for each in posted)
    if len(actions) == len(posted) == 1:
        return Outcome(1, ActionState.DONE, shown=False, as_kept=as_kept)
    states = [each.state for each in actions]
    return Outcome(len(posted), states[0] if len(states) == 1 else None, shown=bool(shown))


def _kept(stage: Stage, action: Action) -> bytes:
    return stage.document(action.document) if action.document else b""


def _waiting(stage: Stage, tenant: str) -> list[tuple[str, Action]]:
    found: list[tuple[str, Action]] = []
    after = None
    while True:
        page = stage.store(tenant).actions(waiting=True, limit=200, after=after)
        found.extend(page.entries)
        after = page.next
        if after is None:
            return found
