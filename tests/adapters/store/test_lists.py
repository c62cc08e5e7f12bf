"""Pages, cursors, and tenants that never see each other's."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from relance.app.cursors import cursor
from relance.app.errors import BadInput
from relance.app.ports.page import Page
from relance.app.ports.tenant_store import TenantStore
from relance.domain.actions import ActionState
from tests.adapters.store import samples
from tests.adapters.store.conftest import World

DAY = date(2025, 3, 9)

type Listing = Callable[[TenantStore, int, str | None], Page[object]]

LISTS: dict[str, Listing] = {
    "customers": lambda store, limit, after: store.customers(limit=limit, after=after),
    "items": lambda store, limit, after: store.items(limit=limit, after=after),
    "paid": lambda store, limit, after: store.paid_items("C0", limit=limit, after=after),
    "due": lambda store, limit, after: store.due_customers(date.max, limit=limit, after=after),
    "room": lambda store, limit, after: store.waiting_customers(DAY, limit=limit, after=after),
    "all": lambda store, limit, after: store.actions(waiting=False, limit=limit, after=after),
    "oldest": lambda store, limit, after: store.actions(
        waiting=False, limit=limit, after=after, oldest_first=True
    ),
    "waiting": lambda store, limit, after: store.actions(waiting=True, limit=limit, after=after),
    "history": lambda store, limit, after: store.history("C0", limit=limit, after=after),
    "imports": lambda store, limit, after: store.imports(limit=limit, after=after),
}


def fill(store: TenantStore) -> TenantStore:
    """Give a tenant five entries of every list."""
    for number in range(5):
        code = f"C{number}"
        written = store.apply_sync(samples.customer(code), put=[samples.item(code)], import_id="i1")
        store.add_action(written, samples.action(code, state=ActionState.OPEN))
        store.save_import(samples.report(f"i{number}", number))
    for number in range(1, 5):
        account = store.account("C0")
        assert account is not None
        store.add_action(account.customer, samples.action("C0", f"b{number}"))
    account = store.account("C0")
    assert account is not None
    more = [samples.item("C0", f"P{number}") for number in range(5)]
    written = store.apply_sync(account.customer, put=more, import_id="i2")
    store.archive(written, [each.id for each in more])
    for number in range(5):
        account = store.account(f"C{number}")
        assert account is not None
        assert store.set_next_date(account.customer, DAY, rules=0, waits_since=DAY)
    return store


@pytest.fixture
def filled(store: TenantStore) -> TenantStore:
    return fill(store)


@pytest.mark.parametrize("name", LISTS)
def test_small_pages_together_are_the_whole_list_in_its_order(
    filled: TenantStore, name: str
) -> None:
    whole = LISTS[name](filled, 100, None)
    assert whole.next is None
    assert len(whole.entries) >= 5
    for limit in (1, 2, len(whole.entries)):
        walked: list[object] = []
        after = None
        while True:
            page = LISTS[name](filled, limit, after)
            assert 0 < len(page.entries) <= limit
            walked.extend(page.entries)
            after = page.next
            if after is None:
                break
        assert tuple(walked) == whole.entries


@pytest.mark.parametrize("oldest_first", [False, True])
@pytest.mark.parametrize("limit", [1, 3, 100])
def test_actions_of_some_days_are_those_of_no_others_in_their_order(
    store: TenantStore, oldest_first: bool, limit: int
) -> None:
    customer = store.apply_sync(samples.customer("C0"), put=[], import_id="i1")
    states = (ActionState.OPEN, ActionState.DONE)
    for number in range(6):
        day = DAY + timedelta(days=number)
        made = samples.action("C0", f"b{number}", day=day, state=states[number % 2])
        assert store.add_action(customer, made)
        customer = replace(customer, version=customer.version + 1)
    days: list[date] = []
    after = None
    while True:
        page = store.actions(
            waiting=False,
            limit=limit,
            after=after,
            since=DAY + timedelta(days=1),
            before=DAY + timedelta(days=5),
            oldest_first=oldest_first,
        )
        days += [action.day for _, action in page.entries]
        after = page.next
        if after is None:
            break

    assert days == sorted(days, reverse=not oldest_first)
    assert {day - DAY for day in days} == {timedelta(days=each) for each in (1, 2, 3, 4)}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_nothing_ends_at_once(store: TenantStore, name: str) -> None:
    assert LISTS[name](store, 5, None) == Page(entries=(), next=None)


@pytest.mark.parametrize("name", LISTS)
def test_a_tenant_sees_nothing_of_another_s(world: World, name: str) -> None:
    fill(world.sign_up("atelier"))
    other = world.sign_up("autre")
    assert LISTS[name](other, 100, None).entries == ()


def test_no_id_leads_into_another_tenant(world: World) -> None:
    full = fill(world.sign_up("a"))
    for name in ("b", "a#C#C0", "A", "a "):
        other = world.sign_up(name)
        assert other.account("C0") is None
        assert other.item(samples.item("C0").id) is None
        assert other.action(samples.action("C0").id) is None
        assert other.archived([samples.item("C0", "P1").id]) == {}
        assert other.import_report("i1") is None
        assert not other.advance_action(samples.action("C0", state=ActionState.CANCELLED))
        assert not other.release_action(samples.action("C0"))
    found = full.action(samples.action("C0").id)
    assert found is not None
    assert found.state is ActionState.OPEN


@pytest.mark.parametrize("name", LISTS)
def test_a_cursor_of_another_tenant_is_refused(world: World, name: str) -> None:
    theirs = LISTS[name](fill(world.sign_up("atelier")), 1, None).next
    with pytest.raises(BadInput) as refused:
        LISTS[name](fill(world.sign_up("autre")), 1, theirs)
    assert refused.value.pointer == "/after"


@pytest.mark.parametrize("name", LISTS)
def test_a_cursor_of_another_list_is_refused(filled: TenantStore, name: str) -> None:
    for other in LISTS.keys() - {name}:
        theirs = LISTS[other](filled, 1, None).next
        with pytest.raises(BadInput):
            LISTS[name](filled, 1, theirs)


def _packed(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


FORGED = [
    "",
    "a",
    "=",
    "é",
    "[]",
    "////",
    "A" * 10_000,
    _packed(None),
    _packed("x"),
    _packed([]),
    _packed(["x", "y"]),
    _packed(["x", "y", "z"]),
    _packed([1, 2]),
    _packed({"pk": {"S": "T#autre"}, "sk": {"S": "LIVE"}}),
    base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    base64.urlsafe_b64encode(b"[" * 3000).decode(),
]


@pytest.mark.parametrize("name", LISTS)
def test_a_forged_cursor_is_refused(store: TenantStore, name: str) -> None:
    for forged in FORGED:
        with pytest.raises(BadInput):
            LISTS[name](store, 1, forged)


@pytest.mark.parametrize("position", ["", "\ud800", "x" * 1001, 7, None])
def test_a_cursor_with_an_impossible_position_is_refused(store: TenantStore, position: str) -> None:
    made = cursor("T#atelier#CUSTOMERS", position)
    with pytest.raises(BadInput):
        store.customers(limit=1, after=made)


@pytest.mark.parametrize("position", ["~~~~", "zzzz", "\U0010ffff", "x" * 1000, "\x00", "!"])
def test_a_position_made_up_moves_within_the_tenant_s_own_list_only(
    on_dynamo: World, position: str
) -> None:
    fill(on_dynamo.sign_up("a"))
    store = fill(on_dynamo.sign_up("b"))
    names = {
        "customers": "T#b#CUSTOMERS",
        "items": "T#b#ITEMS",
        "paid": "T#b#C#C0#PAID",
        "due": "T#b#DUE",
        "room": f"T#b#DUE{DAY}!",
        "waiting": "T#b#ACTIONS#WAITING",
        "all": "T#b#ACTIONS#WAITING#ALL",
        "oldest": "T#b#ACTIONS#WAITING#ALL#OLDEST",
        "history": "T#b#C#C0PAST#",
        "imports": "T#b#IMPORTS",
    }
    for name, listing in LISTS.items():
        whole = listing(store, 100, None).entries
        page = listing(store, 100, cursor(names[name], position))
        assert set(map(repr, page.entries)) <= set(map(repr, whole))
