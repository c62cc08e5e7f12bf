"""Customers, their live facts, syncs and archives, and when to look again."""

from dataclasses import replace
from datetime import date

import pytest

from relance.app.errors import BadInput, Conflict, MovedMeanwhile
from relance.app.ports.tenant import Profile
from relance.app.ports.tenant_store import TenantStore
from relance.domain.actions import ActionState
from relance.domain.customer import Customer
from relance.domain.identifiers import customer_id
from relance.domain.terms import Terms, TermsBase
from tests.adapters.store import samples
from tests.adapters.store.samples import item_id

DAY = date(2025, 3, 9)


def synced(store: TenantStore, code: str = "411DUPONT", *numbers: str) -> Customer:
    items = [samples.item(code, number) for number in numbers or ("F1",)]
    return store.apply_sync(samples.customer(code), put=items, import_id="i1")


def current(store: TenantStore, code: str = "411DUPONT") -> Customer:
    account = store.account(customer_id(code))
    assert account is not None
    return account.customer


def test_a_customer_is_created_once_and_replaced_by_version(store: TenantStore) -> None:
    made = store.save_customer(samples.customer())
    assert made.version == 1
    with pytest.raises(Conflict) as there:
        store.save_customer(samples.customer(name="Other"))
    assert not isinstance(there.value, MovedMeanwhile)  # trying again won't help
    terms = Terms(45, TermsBase.NET_THEN_MONTH_END)
    edited = store.save_customer(replace(made, name="Dupont SAS", terms=terms))
    with pytest.raises(MovedMeanwhile):
        store.save_customer(replace(made, name="Late"))
    assert current(store) == edited
    assert edited.version == 2


def test_items_and_the_profile_that_their_customer_gets_are_one_change(store: TenantStore) -> None:
    store.save_profile(Profile(id="export", name="Export"))
    read = synced(store)
    exported = replace(read, profile="export")
    paid = [samples.item(number=f"F{number}", residual=0) for number in range(120)]
    written = store.apply_sync(exported, put=paid, import_id="i2", gets_profile=True)
    assert current(store) == written
    [given] = store.profiles()
    assert (given.given, given.given_to) == (1, read.id)

    store.delete_profile(given)
    again = [samples.item(number="F1", residual=5)]
    with pytest.raises(BadInput) as gone:
        store.apply_sync(
            replace(written, name="Other"), put=again, import_id="i3", gets_profile=True
        )
    assert gone.value.pointer == "/profile"
    store.save_profile(Profile(id="export", name="Export"))
    with pytest.raises(MovedMeanwhile):
        store.apply_sync(exported, put=again, import_id="i3", gets_profile=True)
    account = store.account(read.id)
    assert account is not None
    assert account.customer == written
    assert {item.residual for item in account.items} == {0}
    assert [each.given for each in store.profiles()] == [0]


def test_a_customer_that_never_was_has_no_account(store: TenantStore) -> None:
    assert store.account("411NOBODY") is None
    with pytest.raises(Conflict):
        store.save_customer(samples.customer(version=4))
    assert store.account("411DUPONT") is None


@pytest.mark.parametrize("odd", ["", "#", "411DUPONT#", "a" * 5000, "é", "LIVE", "-", "x-"])
def test_odd_ids_are_simply_not_found(store: TenantStore, odd: str) -> None:
    synced(store)
    assert store.account(odd) is None
    assert store.item(odd) is None
    assert store.action(odd) is None
    assert store.import_report(odd) is None
    assert store.scenario(odd) is None
    assert store.history(odd, limit=5).entries == ()
    assert store.paid_items(odd, limit=5).entries == ()


def test_codes_that_look_like_keys_stay_apart(store: TenantStore) -> None:
    codes = ["A", "A#B", "A B", "A%23B", "LIVE#ITEM#", "é/ü", "A-B", "~"]
    for code in codes:
        synced(store, code, "F1", "F2")
    for code in codes:
        account = store.account(customer_id(code))
        assert account is not None
        assert account.customer.code == code
        assert {each.number for each in account.items} == {"F1", "F2"}
    listed = store.customers(limit=50).entries
    assert {each.code for each in listed} == set(codes)
    assert set(store.due_customers(DAY, limit=50).entries) == {customer_id(code) for code in codes}


def test_a_code_too_long_to_keep_is_refused(store: TenantStore) -> None:
    with pytest.raises(BadInput):
        store.save_customer(samples.customer("4" * 501))


def test_an_account_holds_the_live_facts_together(store: TenantStore) -> None:
    written = synced(store, "411DUPONT", "F1", "F2")
    assert store.add_action(written, samples.action())
    account = store.account("411DUPONT")
    assert account is not None
    assert account.customer == replace(written, version=written.version + 1)
    assert {each.id: each for each in account.items} == {
        each.id: each for each in (samples.item(number="F1"), samples.item(number="F2"))
    }
    assert account.actions == (samples.action(),)


def test_a_customer_whose_code_begins_another_s_has_its_own_facts(store: TenantStore) -> None:
    synced(store, "411", "F1")
    synced(store, "4111", "F2")
    account = store.account("411")
    assert account is not None
    assert [each.number for each in account.items] == ["F1"]


def test_an_item_is_found_by_its_id_alone(store: TenantStore) -> None:
    synced(store)
    assert store.item(item_id("411DUPONT", "F1")) == samples.item()
    assert store.item(item_id("411DUPONT", "F9")) is None


def test_an_item_of_another_customer_is_not_written(store: TenantStore) -> None:
    with pytest.raises(ValueError, match="not an id of customer"):
        store.apply_sync(samples.customer("411A"), put=[samples.item("411B")], import_id="i1")
    assert store.account("411A") is None


def test_a_sync_on_facts_that_moved_changes_nothing(store: TenantStore) -> None:
    read = synced(store)
    store.save_customer(replace(read, name="Edited"))
    with pytest.raises(Conflict):
        store.apply_sync(read, put=[samples.item(residual=0)], import_id="i2")
    assert store.item(item_id("411DUPONT", "F1")) == samples.item()


def test_a_sync_without_items_still_clears_the_mark(store: TenantStore) -> None:
    made = store.apply_sync(samples.customer(incomplete_since="i1"), put=[], import_id="i1")
    assert current(store).incomplete_since == "i1"
    store.apply_sync(replace(made, incomplete_since=None), put=[], import_id="i2")
    assert current(store).incomplete_since is None


@pytest.mark.parametrize("count", [1, 98, 99, 100, 250])
def test_a_sync_of_any_size_is_whole(store: TenantStore, count: int) -> None:
    items = [samples.item(number=f"F{number}") for number in range(count)]
    written = store.apply_sync(samples.customer(), put=items, import_id="i1")
    account = store.account("411DUPONT")
    assert account is not None
    assert account.customer == written
    assert written.incomplete_since is None
    assert {each.number for each in account.items} == {each.number for each in items}


def test_of_an_item_put_twice_the_last_counts(store: TenantStore) -> None:
    twice = [samples.item(residual=1), samples.item(number="F2"), samples.item(residual=2)]
    store.apply_sync(samples.customer(), put=twice, import_id="i1")
    found = store.item(item_id("411DUPONT", "F1"))
    assert found is not None
    assert found.residual == 2


def test_live_items_are_listed_oldest_due_first(store: TenantStore) -> None:
    late, early = date(2025, 3, 5), date(2025, 1, 5)
    store.apply_sync(
        samples.customer("411A"),
        put=[
            samples.item("411A", "LATE", due=late),
            samples.item("411A", "UNDATED", due=None, issued=date(2025, 2, 1)),
        ],
        import_id="i1",
    )
    store.apply_sync(
        samples.customer("411B"), put=[samples.item("411B", "EARLY", due=early)], import_id="i1"
    )
    listed = store.items(limit=10).entries
    assert [(owner, each.number) for owner, each in listed] == [
        ("411B", "EARLY"),
        ("411A", "UNDATED"),
        ("411A", "LATE"),
    ]


def test_a_changed_due_date_moves_the_item_in_the_list(store: TenantStore) -> None:
    written = synced(store, "411DUPONT", "F1", "F2")
    moved = samples.item(number="F1", due=date(2025, 6, 1))
    store.apply_sync(written, put=[moved], import_id="i2")
    assert [each.number for _, each in store.items(limit=10).entries] == ["F2", "F1"]


# Archives


def test_an_archived_item_leaves_the_live_facts_and_stays_readable(store: TenantStore) -> None:
    written = synced(store, "411DUPONT", "F1", "F2")
    archived = store.archive(written, [item_id("411DUPONT", "F1")])
    account = store.account("411DUPONT")
    assert account is not None
    assert account.customer == archived
    assert archived.version == written.version + 1
    assert [each.number for each in account.items] == ["F2"]
    assert store.item(item_id("411DUPONT", "F1")) == samples.item()
    assert store.paid_items("411DUPONT", limit=5).entries == (samples.item(),)
    assert [each.number for _, each in store.items(limit=5).entries] == ["F2"]


def test_archived_items_can_be_looked_up_together(store: TenantStore) -> None:
    written = synced(store, "411DUPONT", *(f"F{number}" for number in range(120)))
    ids = [item_id("411DUPONT", f"F{number}") for number in range(119)]
    store.archive(written, ids)
    found = store.archived([*ids, *ids, item_id("411DUPONT", "F119"), "nobody-1"])
    assert set(found) == set(ids)
    assert found[ids[3]] == samples.item(number="F3")
    assert store.archived([]) == {}


def test_paid_items_are_listed_newest_settled_first(store: TenantStore) -> None:
    items = [
        samples.item(number=f"F{day}", residual=0, settled_on=date(2025, 3, day))
        for day in (2, 9, 5)
    ]
    written = store.apply_sync(samples.customer(), put=items, import_id="i1")
    store.archive(written, [each.id for each in items])
    first = store.paid_items("411DUPONT", limit=2)
    rest = store.paid_items("411DUPONT", limit=2, after=first.next)
    assert [each.number for each in (*first.entries, *rest.entries)] == ["F9", "F5", "F2"]
    assert rest.next is None


def test_archiving_on_facts_that_moved_is_a_conflict(store: TenantStore) -> None:
    written = synced(store)
    store.save_customer(replace(written, name="Edited"))
    with pytest.raises(Conflict):
        store.archive(written, [item_id("411DUPONT", "F1")])
    with pytest.raises(Conflict):
        store.archive(samples.customer("411NOBODY"), [])


def test_an_action_stays_live_until_it_is_old_and_concerns_nothing(store: TenantStore) -> None:
    """D14 and D34 look back at contacts and thank-yous."""
    written = synced(store, "411DUPONT", "F1", "F2")
    sent = samples.action(
        "411DUPONT", "a1", "F1", "F2", state=ActionState.SENT, completed_on=date(2025, 3, 9)
    )
    assert store.add_action(written, sent)
    both = [item_id("411DUPONT", number) for number in ("F1", "F2")]
    after = store.archive(current(store), both[:1], actions_before=date(2026, 1, 1))
    assert live_actions(store) == [sent.id]
    after = store.archive(after, both[1:])
    assert live_actions(store) == [sent.id]
    after = store.archive(after, [], actions_before=date(2025, 3, 9))
    assert live_actions(store) == [sent.id]
    store.archive(after, [], actions_before=date(2025, 3, 10))
    assert live_actions(store) == []
    assert store.action(sent.id) == sent
    assert store.history("411DUPONT", limit=5).entries == (sent,)


@pytest.mark.parametrize("state", [state for state in ActionState if state.pending])
def test_what_is_still_under_way_is_never_archived(store: TenantStore, state: ActionState) -> None:
    written = synced(store)
    assert store.add_action(written, samples.action(state=state))
    store.archive(current(store), [item_id("411DUPONT", "F1")], actions_before=date(2099, 1, 1))
    assert live_actions(store) == [samples.action().id]


def test_an_item_that_reopens_comes_back_with_its_history(store: TenantStore) -> None:
    """D33: it goes on where it stood, so its actions must be seen again."""
    written = synced(store, "411DUPONT", "F1", "F2")
    sent = samples.action(state=ActionState.SENT)
    other = samples.action("411DUPONT", "a2", "F2", state=ActionState.SENT)
    assert store.add_action(written, sent)
    assert store.add_action(current(store), other)
    paid = [item_id("411DUPONT", "F1"), item_id("411DUPONT", "F2")]
    # The item leaves first, its action only later, as it grows old.
    archived = store.archive(current(store), paid)
    archived = store.archive(archived, [], actions_before=date(2099, 1, 1))
    assert live_actions(store) == []
    reopened = samples.item(number="F1", residual=50_00)
    store.apply_sync(archived, put=[reopened], import_id="i2")
    account = store.account("411DUPONT")
    assert account is not None
    assert account.items == (reopened,)
    assert account.actions == (sent,)
    assert store.item(reopened.id) == reopened
    assert store.archived(paid).keys() == {paid[1]}
    assert [each.number for each in store.paid_items("411DUPONT", limit=5).entries] == ["F2"]
    assert len(store.history("411DUPONT", limit=5).entries) == 2


def live_actions(store: TenantStore) -> list[str]:
    account = store.account("411DUPONT")
    assert account is not None
    return [each.id for each in account.actions]


# When to look again


def test_due_customers_come_in_the_order_of_their_dates(store: TenantStore) -> None:
    for code, day in (("A", 9), ("B", 7), ("C", 10), ("D", 8)):
        assert store.set_next_date(synced(store, code), date(2025, 3, day), rules=0)
    assert store.set_next_date(synced(store, "E"), None, rules=0)
    assert store.due_customers(DAY, limit=10).entries == ("B", "D", "A")
    assert store.due_customers(date(2025, 3, 6), limit=10).entries == ()
    assert store.due_customers(date.max, limit=10).entries == ("B", "D", "A", "C")


def test_the_next_date_is_kept_with_the_version_it_was_decided_on(store: TenantStore) -> None:
    written = synced(store)
    assert store.set_next_date(written, DAY, rules=0)
    account = store.account("411DUPONT")
    assert account is not None
    assert account.next_date == DAY
    assert account.customer == written
    store.save_customer(replace(written, name="Edited"))
    assert not store.set_next_date(written, None, rules=0)
    assert not store.set_next_date(samples.customer("411NOBODY"), DAY, rules=0)
    assert store.account("411NOBODY") is None


def test_a_date_may_be_taken_back(store: TenantStore) -> None:
    written = synced(store)
    assert store.set_next_date(written, DAY, rules=0)
    assert store.set_next_date(written, None, rules=0)
    account = store.account("411DUPONT")
    assert account is not None
    assert account.next_date is None
    assert store.due_customers(date.max, limit=5).entries == ()


def test_a_date_by_older_rules_does_not_replace_one_by_newer(store: TenantStore) -> None:
    written = synced(store, "A")
    assert store.set_next_date(written, DAY, rules=2)
    assert not store.set_next_date(written, None, rules=1)
    assert store.set_next_date(written, None, rules=2)
    assert not store.set_next_date(written, DAY, rules=1)
    changed = store.save_customer(written)
    assert not store.set_next_date(changed, DAY, rules=1)
    assert store.set_next_date(changed, DAY, rules=3)


@pytest.mark.parametrize(
    "change", ["edit", "sync", "action", "advance", "save", "release", "archive"]
)
def test_whoever_changes_a_fact_has_the_customer_looked_at(store: TenantStore, change: str) -> None:
    """A crash between a change and the next date forgets nobody."""
    reserved = samples.action()
    assert store.add_action(synced(store), reserved)
    read = current(store)
    assert store.set_next_date(read, date(2025, 12, 1), rules=0)
    assert store.due_customers(DAY, limit=5).entries == ()
    if change == "edit":
        store.save_customer(read)
    elif change == "sync":
        store.apply_sync(read, put=[samples.item(residual=1)], import_id="i2")
    elif change == "action":
        assert store.add_action(read, samples.action(name="a2"))
    elif change == "advance":
        assert store.advance_action(replace(reserved, state=ActionState.SENT))
    elif change == "save":
        assert store.save_action(read, replace(reserved, note="vu"))
    elif change == "release":
        assert store.release_action(reserved)
    else:
        store.archive(read, [])
    assert store.due_customers(DAY, limit=5).entries == ("411DUPONT",)
    assert current(store).version == read.version + 1


def test_customers_that_changed_come_before_those_with_a_date(store: TenantStore) -> None:
    assert store.set_next_date(synced(store, "A"), date(2025, 3, 1), rules=0)
    synced(store, "Z")
    assert store.due_customers(DAY, limit=10).entries == ("Z", "A")
