"""Who is to do what waits for someone: users, groups, and names that stand for one (A2).

Whoever is responsible is named by a text: a user as in what they did (`anna@example.com`), a group
as `group:recovery`, and `alias:account_manager` for whoever looks after the customer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from relance.domain.actions import Action
from relance.domain.customer import Customer

ACCOUNT_MANAGER = "alias:account_manager"
ALIASES = frozenset({ACCOUNT_MANAGER})
GROUP = "group:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Several users under one name; `members` are named as users are."""

    id: str
    name: str
    members: tuple[str, ...] = ()
    version: int = 0

    @property
    def reference(self) -> str:
        """How it is named as responsible."""
        return f"{GROUP}{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """A tenant's users, by the name of each the role, and groups, by the name as responsible."""

    users: Mapping[str, str]
    groups: Mapping[str, Group]

    def knows(self, name: str) -> bool:
        """Tell whether it names a user, a group or an alias."""
        return name in self.users or name in self.groups or name in ALIASES

    def lists_of(self, name: str) -> frozenset[str]:
        """Return the names under which something is on the list of `name`.

        What a group is to do is on the list of each of its members.
        """
        groups = (key for key, group in self.groups.items() if name in group.members)
        return frozenset({name, *groups})


def in_charge(action: Action, customer: Customer, people: People) -> tuple[str, ...]:
    """Return the users and groups who are to do an action; nobody when none of them is left.

    While it waits an alias stands for whoever has the customer now, and otherwise for who had it
    when the action was opened.
    """
    found: list[str] = []
    for name in action.responsible:
        if name == ACCOUNT_MANAGER:
            now, then = customer.account_manager, action.account_manager
            candidates = (now, then) if action.state.pending else (then, now)
            found += _first_known(candidates, people)
        elif name not in ALIASES and people.knows(name):
            found.append(name)
    return tuple(dict.fromkeys(found))


def _first_known(names: Iterable[str | None], people: People) -> list[str]:
    known = (name for name in names if name is not None and people.knows(name))
    return [each for each in known if each not in ALIASES][:1]
