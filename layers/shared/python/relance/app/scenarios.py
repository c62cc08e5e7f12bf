"""Profiles and their scenarios, as people edit them (S1, S2, S7, D35)."""

import re
import unicodedata
from dataclasses import replace
from itertools import count

from relance.app.errors import BadInput, Conflict, NotAsItStands, NotFound
from relance.app.ports.jobs import Jobs
from relance.app.ports.page import Page
from relance.app.ports.tenant import Profile
from relance.app.ports.tenant_store import TenantStore
from relance.app.scenario_faults import checked
from relance.app.schedule import ask_to_look_again
from relance.contracts.http.profiles import ProfileCreate
from relance.contracts.http.scenarios import ScenarioCreate, ScenarioPlan
from relance.domain.presets import preset
from relance.domain.scenario import Scenario

_PAGE = 200


def create_profile(body: ProfileCreate, *, store: TenantStore) -> Profile:
    """Add a profile; raises Conflict when its id is taken, BadInput when none can be made."""
    identifier = body.id or _slug(body.name)
    if not identifier:
        raise BadInput("no id can be made of this name: give one", pointer="/id")
    return store.save_profile(Profile(id=identifier, name=body.name))


def profile_of(identifier: str, *, store: TenantStore) -> Profile:
    """Return a profile; raises NotFound."""
    found = next((each for each in store.profiles() if each.id == identifier), None)
    if found is None:
        raise NotFound("there is no such profile")
    return found


def rename_profile(
    identifier: str, name: str | None, *, store: TenantStore, expected: int | None = None
) -> Profile:
    """Give a profile another name; raises NotFound, or Conflict (see `edit_tenant`)."""
    profile = profile_of(identifier, store=store)
    _at(profile.version, expected)
    if name is None or name == profile.name:
        return profile
    return store.save_profile(replace(profile, name=name))


def delete_profile(identifier: str, *, store: TenantStore, expected: int | None = None) -> None:
    """Remove a profile that no customer and no scenario uses; raises Conflict when one does, or
    when it is given to a customer meanwhile, who would have nothing that reminds it."""
    profile = profile_of(identifier, store=store)
    _at(profile.version, expected)
    if any(scenario.profile == identifier for scenario in store.scenarios()):
        raise NotAsItStands("a scenario is for this profile: delete it first")
    if _has_customers(profile, store=store):
        raise NotAsItStands("customers have this profile: give them another first")
    store.delete_profile(profile)


def scenario_of(identifier: str, *, store: TenantStore) -> Scenario:
    """Return the latest version of a scenario that is not deleted; raises NotFound."""
    found = next((each for each in store.scenarios() if each.id == identifier), None)
    if found is None:
        raise NotFound("there is no such scenario")
    return found


def create_scenarios(
    body: ScenarioCreate, *, store: TenantStore, jobs: Jobs
) -> tuple[Scenario, ...]:
    """Make a profile's scenario from another, from a preset (both sides unless one is named), or
    from a whole plan; raises as `scenarios_to_create`."""
    made = scenarios_to_create(body, store=store)
    for scenario in made:
        store.add_scenario_version(scenario)
    ask_to_look_again(store=store, jobs=jobs)
    return made


def scenarios_to_create(body: ScenarioCreate, *, store: TenantStore) -> tuple[Scenario, ...]:
    """Return what `create_scenarios` would store.

    Raises BadInput or BadScenario, and Conflict when the profile has that side already.
    """
    if all(profile.id != body.profile for profile in store.profiles()):
        raise BadInput("there is no such profile", pointer="/profile")
    taken = {(scenario.profile, scenario.with_email) for scenario in store.scenarios()}
    drafts = _drafts(body, store=store)
    for draft in drafts:
        if (draft.profile, draft.with_email) in taken:
            side = "with" if draft.with_email else "without"
            raise Conflict(f"the profile has a scenario for customers {side} e-mail already")
    within = "/plan" if body.plan else ""
    return tuple(named(checked(draft, store=store, within=within), store=store) for draft in drafts)


def replace_scenario(
    identifier: str,
    plan: ScenarioPlan,
    *,
    store: TenantStore,
    jobs: Jobs,
    expected: int | None = None,
) -> Scenario:
    """Store a new version of a scenario (D35); the same plan again makes none.

    Raises NotFound, BadScenario, and Conflict when it is not at version `expected`.
    """
    scenario = scenario_of(identifier, store=store)
    edited = next_version(scenario, plan, store=store, expected=expected)
    if edited != scenario:
        store.add_scenario_version(edited)
    ask_to_look_again(store=store, jobs=jobs)  # also to finish what was cut short
    return edited


def next_version(
    scenario: Scenario, plan: ScenarioPlan, *, store: TenantStore, expected: int | None = None
) -> Scenario:
    """Return what `replace_scenario` would store: the scenario itself when nothing changes.

    Raises BadScenario, and Conflict when it is not at version `expected`.
    """
    _at(scenario.version, expected)
    edited = with_plan(scenario, plan, store=store)
    return scenario if edited == scenario else replace(edited, version=scenario.version + 1)


def versions_of(
    identifier: str, *, store: TenantStore, limit: int, after: str | None = None
) -> Page[Scenario]:
    """Return versions of a scenario, newest first (D35); raises NotFound, BadInput.

    `after` is the number of the version that the part before ended with.
    """
    newest = scenario_of(identifier, store=store).version
    if after is not None:
        if not (after.isascii() and after.isdigit() and len(after) < 10):
            raise BadInput("this is not a version", pointer="?after")
        newest = min(newest, int(after) - 1)
    numbers = range(newest, max(newest - limit, 0), -1)
    more = str(numbers[-1]) if numbers and numbers[-1] > 1 else None
    return Page(entries=store.scenario_versions(identifier, numbers), next=more)


def with_plan(scenario: Scenario, plan: ScenarioPlan, *, store: TenantStore) -> Scenario:
    """Return the scenario, at its version, as this plan makes it; raises BadScenario."""
    return checked(
        plan.value(
            scenario_id=scenario.id,
            profile=scenario.profile,
            with_email=scenario.with_email,
            version=scenario.version,
        ),
        store=store,
    )


def delete_scenario(
    identifier: str, *, store: TenantStore, jobs: Jobs, expected: int | None = None
) -> None:
    """Take a scenario out of use; its versions stay for the history. Raises as `rename_profile`."""
    scenario = scenario_of(identifier, store=store)
    _at(scenario.version, expected)
    store.delete_scenario(identifier, version=scenario.version)
    ask_to_look_again(store=store, jobs=jobs)


def scenario_id(profile: str, *, with_email: bool) -> str:
    """Return the id of a side of a profile's pair: a profile has one of each (S2)."""
    return f"{profile}-{'with' if with_email else 'without'}-email"


def _drafts(body: ScenarioCreate, *, store: TenantStore) -> tuple[Scenario, ...]:
    """Return what is to be made, not yet checked, at version 1."""
    if body.plan is not None:
        side = bool(body.with_email)
        identifier = scenario_id(body.profile, with_email=side)
        return (
            body.plan.value(
                scenario_id=identifier, profile=body.profile, with_email=side, version=1
            ),
        )
    if body.copy_of is not None:
        sources = _sources_of_copy(body, store=store)
    else:
        sources = _sources_of_preset(body)
    return tuple(
        replace(
            source,
            id=scenario_id(body.profile, with_email=source.with_email),
            profile=body.profile,
            name=body.name or source.name,
            version=1,
        )
        for source in sources
    )


def _sources_of_copy(body: ScenarioCreate, *, store: TenantStore) -> tuple[Scenario, ...]:
    source = next((each for each in store.scenarios() if each.id == body.copy_of), None)
    if source is None:
        raise BadInput("there is no such scenario", pointer="/copy_of")
    side = source.with_email if body.with_email is None else body.with_email
    return (replace(source, with_email=side),)


def _sources_of_preset(body: ScenarioCreate) -> tuple[Scenario, ...]:
    sides = preset(body.preset or "", profile=body.profile)
    return tuple(side for side in sides if body.with_email in (None, side.with_email))


def named(scenario: Scenario, *, store: TenantStore) -> Scenario:
    """Return it under an id that no scenario ever had: those of deleted ones stay theirs."""
    for number in count(2):
        if store.scenario(scenario.id, 1) is None:
            break
        base = scenario_id(scenario.profile, with_email=scenario.with_email)
        scenario = replace(scenario, id=f"{base}-{number}")
    return scenario


def _has_customers(profile: Profile, *, store: TenantStore) -> bool:
    # The list of customers shows a change some moments late: who got it last is asked itself.
    last = store.customers_named([profile.given_to] if profile.given_to else [])
    if any(customer.profile == profile.id for customer in last.values()):
        return True
    after: str | None = None
    while True:
        page = store.customers(limit=_PAGE, after=after)
        if any(customer.profile == profile.id for customer in page.entries):
            return True
        after = page.next
        if after is None:
            return False


def _at(version: int, expected: int | None) -> None:
    if expected is not None and version != expected:
        raise Conflict("it changed since it was read")


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].rstrip("-")
