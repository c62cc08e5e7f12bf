"""A tenant's settings, profiles and scenarios, and the registry of tenants."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from relance.app.errors import BadInput, Conflict, MovedMeanwhile, NotFound
from relance.app.ports.membership import Membership
from relance.app.ports.tenant import Profile
from relance.app.ports.tenant_store import TenantStore
from relance.domain.customer import Customer
from tests.adapters.store import samples
from tests.adapters.store.conftest import World


@pytest.fixture
def customer(store: TenantStore) -> Customer:
    return store.save_customer(samples.customer())


def test_a_tenant_is_read_as_it_signed_up(world: World) -> None:
    store = world.sign_up("atelier")
    assert store.tenant() == replace(samples.tenant("atelier"), version=1)


def test_a_tenant_that_never_signed_up_is_not_found(world: World) -> None:
    with pytest.raises(NotFound):
        world.store_for("nobody").tenant()


def test_a_tenant_id_is_taken_once(world: World) -> None:
    world.sign_up("atelier")
    with pytest.raises(Conflict):
        world.registry.add_tenant(samples.tenant("atelier"))


def test_every_tenant_is_listed_for_the_night(world: World) -> None:
    for name in ("b", "a", "c#1"):
        world.registry.add_tenant(samples.tenant(name))
    assert list(world.registry.tenant_ids()) == ["a", "b", "c#1"]


def test_a_membership_is_found_by_its_subject_only(world: World) -> None:
    member = Membership(subject="s-1", tenant="atelier", role="admin", email="a@example.fr")
    world.registry.put_membership(member)
    assert world.registry.membership("s-1") == member
    assert world.registry.membership("s-2") is None
    world.registry.put_membership(replace(member, role="viewer"))
    assert world.registry.membership("s-1") == replace(member, role="viewer")


def test_of_two_edits_of_one_version_the_second_is_refused(store: TenantStore) -> None:
    read = store.tenant()
    saved = store.save_tenant(replace(read, name="Atelier Morvan SAS", mappings={"m": {"a": [1]}}))
    assert store.tenant() == saved
    assert saved.version == read.version + 1
    with pytest.raises(Conflict):
        store.save_tenant(replace(read, name="Autre"))
    assert store.tenant() == saved


def test_the_first_sync_is_marked_once(store: TenantStore) -> None:
    store.mark_first_sync(date(2025, 3, 1))
    store.mark_first_sync(date(2025, 3, 2))
    assert store.tenant().first_sync_on == date(2025, 3, 1)


def test_a_planned_night_is_never_unplanned(store: TenantStore) -> None:
    """D7."""
    store.mark_planned(date(2025, 3, 2))
    store.mark_planned(date(2025, 3, 1))
    assert store.tenant().planned_through == date(2025, 3, 2)
    store.mark_planned(date(2025, 3, 3))
    assert store.tenant().planned_through == date(2025, 3, 3)


def test_the_newest_ledger_stays_the_newest(store: TenantStore) -> None:
    noon = datetime(2025, 3, 9, 12, tzinfo=UTC)
    store.mark_ledger(noon)
    store.mark_ledger(datetime(2025, 3, 9, 12, 30, tzinfo=timezone(timedelta(hours=1))))
    assert store.tenant().ledger_at == noon
    store.mark_ledger(noon + timedelta(microseconds=1))
    store.save_tenant(store.tenant())
    assert store.tenant().ledger_at == noon + timedelta(microseconds=1)


def test_of_ledgers_of_one_instant_the_one_with_the_higher_order_is_the_newest(
    store: TenantStore,
) -> None:
    noon = datetime(2025, 3, 9, 12, tzinfo=UTC)
    for order in ("b", "a", "c", "b"):
        store.mark_ledger(noon, order)
    assert (store.tenant().ledger_at, store.tenant().ledger_order) == (noon, "c")
    store.mark_ledger(noon + timedelta(seconds=1), "a")
    assert store.tenant().ledger_order == "a"
    store.mark_ledger(noon, "z")
    assert store.tenant().ledger_order == "a"


def test_a_night_planned_while_the_settings_are_edited_stays_planned(store: TenantStore) -> None:
    read = store.tenant()
    store.mark_planned(date(2025, 3, 2))
    store.mark_first_sync(date(2025, 3, 1))
    saved = store.save_tenant(replace(read, name="Autre"))
    assert saved == store.tenant()
    assert (saved.name, saved.planned_through) == ("Autre", date(2025, 3, 2))
    assert saved.first_sync_on == date(2025, 3, 1)


def test_a_profile_is_created_once_and_replaced_by_version(store: TenantStore) -> None:
    made = store.save_profile(Profile(id="export", name="Export"))
    with pytest.raises(Conflict) as there:
        store.save_profile(Profile(id="export", name="Again"))
    assert not isinstance(there.value, MovedMeanwhile)  # trying again won't help
    renamed = store.save_profile(replace(made, name="Export UE"))
    with pytest.raises(MovedMeanwhile):
        store.save_profile(replace(made, name="Late"))
    assert store.profiles() == (renamed,)
    assert renamed.version == 2


def test_a_deleted_profile_is_gone_and_may_be_made_again(store: TenantStore) -> None:
    made = store.save_profile(Profile(id="export", name="Export"))
    store.delete_profile(made)
    with pytest.raises(MovedMeanwhile):
        store.delete_profile(made)
    assert store.profiles() == ()
    assert store.save_profile(Profile(id="export", name="Export")).version == 1


def test_a_profile_that_was_renamed_since_it_was_read_is_not_deleted(store: TenantStore) -> None:
    made = store.save_profile(Profile(id="export", name="Export"))
    renamed = store.save_profile(replace(made, name="Export UE"))
    with pytest.raises(MovedMeanwhile):
        store.delete_profile(made)
    assert store.profiles() == (renamed,)


def test_a_profile_that_a_customer_got_since_it_was_read_is_not_deleted(
    store: TenantStore, customer: Customer
) -> None:
    made = store.save_profile(Profile(id="export", name="Export"))
    store.save_customer(replace(customer, profile="export"), gets_profile=True)
    with pytest.raises(MovedMeanwhile):
        store.delete_profile(made)
    [given] = store.profiles()
    assert (given.given, given.given_to, given.version) == (1, customer.id, made.version)

    renamed = store.save_profile(replace(made, name="Export UE"))
    assert store.profiles() == (replace(renamed, given=1, given_to=customer.id),)
    with pytest.raises(Conflict):
        store.delete_profile(renamed)
    store.delete_profile(store.profiles()[0])
    assert store.profiles() == ()


def test_a_customer_does_not_get_a_profile_that_is_no_more(
    store: TenantStore, customer: Customer
) -> None:
    store.delete_profile(store.save_profile(Profile(id="export", name="Export")))
    with pytest.raises(BadInput):
        store.save_customer(replace(customer, profile="export"), gets_profile=True)
    assert store.customers_named([customer.id]) == {customer.id: customer}


def test_a_customer_that_changed_since_it_was_read_gets_no_profile(
    store: TenantStore, customer: Customer
) -> None:
    made = store.save_profile(Profile(id="export", name="Export"))
    store.save_customer(customer)
    with pytest.raises(Conflict):
        store.save_customer(replace(customer, profile="export"), gets_profile=True)
    assert store.profiles() == (made,)


def test_a_replaced_profile_version_that_never_was_is_a_conflict(store: TenantStore) -> None:
    with pytest.raises(Conflict):
        store.save_profile(Profile(id="export", name="Export", version=3))


def test_every_version_of_a_scenario_stays_readable(store: TenantStore) -> None:
    """D35."""
    first, second = samples.scenario(), samples.scenario(version=2, name="Standard bis")
    store.add_scenario_version(first)
    store.add_scenario_version(second)
    assert store.scenario("standard") == second
    assert store.scenario("standard", 1) == first
    assert store.scenario("standard", 2) == second
    assert store.scenario("standard", 3) is None
    assert store.scenario("standard", 0) is None
    assert store.scenario("standard", 10**9) is None
    assert store.scenario("export") is None
    assert store.scenarios() == (second,)
    assert store.scenario_versions("standard", range(1, 4)) == (second, first)
    assert store.scenario_versions("standard", [1]) == (first,)
    assert store.scenario_versions("export", [1, 2]) == ()


@pytest.mark.parametrize("version", [-1, 0, 1, 2, 4])
def test_a_version_that_is_not_the_next_is_refused(store: TenantStore, version: int) -> None:
    store.add_scenario_version(samples.scenario())
    store.add_scenario_version(samples.scenario(version=2))
    with pytest.raises(Conflict):
        store.add_scenario_version(samples.scenario(version=version, name="Other"))
    assert store.scenarios() == (samples.scenario(version=2),)


def test_a_new_scenario_begins_at_version_1(store: TenantStore) -> None:
    with pytest.raises(Conflict):
        store.add_scenario_version(samples.scenario(version=2))
    assert store.scenario("standard", 2) is None


def test_a_deleted_scenario_leaves_the_list_and_keeps_its_versions(store: TenantStore) -> None:
    store.add_scenario_version(samples.scenario())
    store.delete_scenario("standard", version=1)
    for gone in ("standard", "never-was"):
        with pytest.raises(Conflict):
            store.delete_scenario(gone, version=1)
    assert store.scenarios() == ()
    assert store.scenario("standard") is None
    assert store.scenario("standard", 1) == samples.scenario()
    for version in (1, 2):
        with pytest.raises(Conflict):
            store.add_scenario_version(samples.scenario(version=version))


def test_a_scenario_that_changed_since_it_was_read_is_not_deleted(store: TenantStore) -> None:
    store.add_scenario_version(samples.scenario())
    store.add_scenario_version(samples.scenario(version=2))
    with pytest.raises(MovedMeanwhile):
        store.delete_scenario("standard", version=1)
    assert store.scenarios() == (samples.scenario(version=2),)
    assert store.tenant().rules_version == 2


def test_more_than_nine_versions_keep_their_order(store: TenantStore) -> None:
    for version in range(1, 12):
        store.add_scenario_version(samples.scenario(version=version))
    assert store.scenarios() == (samples.scenario(version=11),)


def test_every_change_of_rules_or_scenarios_is_counted(store: TenantStore) -> None:
    assert store.tenant().rules_version == 0
    renamed = store.save_tenant(replace(store.tenant(), name="Autre"))
    assert renamed.rules_version == 0
    assert store.save_tenant(renamed, new_rules=True).rules_version == 1
    store.add_scenario_version(samples.scenario())
    store.delete_scenario("standard", version=1)
    assert store.tenant().rules_version == 3


def test_a_change_that_is_refused_is_not_counted(store: TenantStore) -> None:
    with pytest.raises(Conflict):
        store.add_scenario_version(samples.scenario(version=2))
    with pytest.raises(Conflict):
        store.save_tenant(replace(store.tenant(), version=9), new_rules=True)
    with pytest.raises(Conflict):
        store.delete_scenario("never-was", version=1)
    assert store.tenant().rules_version == 0


def test_rules_once_applied_stay_so(store: TenantStore) -> None:
    read = store.tenant()
    store.mark_applied(2)
    store.mark_applied(1)
    assert store.tenant().rules_applied == 2
    assert store.save_tenant(replace(read, name="Autre")).rules_applied == 2
