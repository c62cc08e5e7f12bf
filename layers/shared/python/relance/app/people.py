"""Who is responsible for what: users, groups, and the customers' account managers (A2)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from relance.app.errors import BadInput, Conflict, NotAsItStands, NotFound
from relance.app.ports.tenant_store import TenantStore
from relance.contracts.http.people import GroupCreate, GroupWrite
from relance.domain.people import ALIASES, Group, People
from relance.domain.scenario import Scenario

MOST_GROUPS = 200
_PAGE = 200


def people_of(store: TenantStore) -> People:
    """Return the tenant's users and groups; a user is named as in what it did."""
    return People(
        users={each.email or each.subject: each.role for each in store.members()},
        groups={each.reference: each for each in store.groups()},
    )


def check_known(names: Sequence[str], people: People, *, pointer: str) -> None:
    """Raise BadInput, at the pointer and its place, for the first of these that names nobody."""
    for place, name in enumerate(names):
        if not people.knows(name):
            raise BadInput(unknown(name), pointer=f"{pointer}/{place}")


def unknown(name: str) -> str:
    """Say that nobody is named so."""
    return f"{name!r} names nobody: give a user's name, group:… or alias:account_manager"


def unknown_people(scenario: Scenario, people: People) -> Iterator[tuple[str, str]]:
    """Yield who is responsible in a scenario and nobody knows, each with its JSON pointer."""
    for place, step in enumerate(scenario.steps):
        for number, name in enumerate(step.responsible):
            if not people.knows(name):
                yield f"/steps/{place}/responsible/{number}", unknown(name)


def check_manager(name: str | None, *, store: TenantStore) -> None:
    """Raise BadInput unless it is a user or group, or nobody."""
    if name is not None and (name in ALIASES or not people_of(store).knows(name)):
        raise BadInput("must be a user or a group", pointer="/account_manager")


def group_of(identifier: str, *, store: TenantStore) -> Group:
    """Return a group; raises NotFound."""
    found = next((each for each in store.groups() if each.id == identifier), None)
    if found is None:
        raise NotFound("there is no such group")
    return found


def create_group(body: GroupCreate, *, store: TenantStore) -> Group:
    """Make a group; raises Conflict when its id is taken, BadInput for a member nobody knows."""
    if len(store.groups()) >= MOST_GROUPS:
        raise BadInput(f"there are at most {MOST_GROUPS} groups")
    members = _members(body, store=store)
    return store.save_group(Group(id=body.id, name=body.name, members=members))


def replace_group(
    identifier: str, body: GroupWrite, *, store: TenantStore, expected: int | None = None
) -> Group:
    """Write a group anew; raises NotFound, BadInput, Conflict when not at version `expected`."""
    group = group_of(identifier, store=store)
    _at(group, expected)
    edited = replace(group, name=body.name, members=_members(body, store=store))
    return group if edited == group else store.save_group(edited)


def delete_group(identifier: str, *, store: TenantStore, expected: int | None = None) -> None:
    """Take a group away; raises Conflict while a scenario or a customer names it."""
    group = group_of(identifier, store=store)
    _at(group, expected)
    steps = (step for scenario in store.scenarios() for step in scenario.steps)
    if any(group.reference in step.responsible for step in steps):
        raise NotAsItStands("a scenario names this group: change it first")
    if _manages_customers(group.reference, store=store):
        raise NotAsItStands("the group looks after customers: give them to somebody else first")
    store.delete_group(identifier, version=group.version)


def _members(body: GroupWrite, *, store: TenantStore) -> tuple[str, ...]:
    users = people_of(store).users
    for place, name in enumerate(body.members):
        if name not in users:
            raise BadInput(f"{name!r} is no user of yours", pointer=f"/members/{place}")
    return tuple(dict.fromkeys(body.members))


def _manages_customers(reference: str, *, store: TenantStore) -> bool:
    page = store.customers(limit=_PAGE)
    while True:
        if any(customer.account_manager == reference for customer in page.entries):
            return True
        if page.next is None:
            return False
        page = store.customers(limit=_PAGE, after=page.next)


def _at(group: Group, expected: int | None) -> None:
    if expected is not None and group.version != expected:
        raise Conflict("the group changed since it was read")
