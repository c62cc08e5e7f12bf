"""A tenant's own settings, its first wave and its scenarios, in memory."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from relance.app.errors import MovedMeanwhile
from relance.app.ports.tenant import Profile, Tenant
from relance.domain.scenario import Scenario
from tests.fakes.memory.bound import Bound, moved


class TenantSettings(Bound):
    """The tenant and its profiles."""

    def tenant(self) -> Tenant:
        return self._tenant

    def save_tenant(self, tenant: Tenant, *, new_rules: bool = False) -> Tenant:
        if tenant.version != self._tenant.version:
            raise MovedMeanwhile("the tenant changed since it was read")
        self._tenant = replace(
            tenant,
            id=self._tenant.id,
            rules_version=self._tenant.rules_version + new_rules,
            rules_applied=self._tenant.rules_applied,
            first_sync_on=self._tenant.first_sync_on,
            planned_through=self._tenant.planned_through,
            ledger_at=self._tenant.ledger_at,
            ledger_order=self._tenant.ledger_order,
            ledger_day=self._tenant.ledger_day,
            version=tenant.version + 1,
        )
        return self._tenant

    def mark_first_sync(self, day: date) -> None:
        if self._tenant.first_sync_on is None:
            self._tenant = replace(self._tenant, first_sync_on=day)

    def mark_planned(self, day: date) -> None:
        if self._tenant.planned_through is None or self._tenant.planned_through < day:
            self._tenant = replace(self._tenant, planned_through=day)

    def mark_applied(self, rules: int) -> None:
        self._tenant = replace(self._tenant, rules_applied=max(rules, self._tenant.rules_applied))

    def mark_ledger(self, at: datetime, order: str = "") -> None:
        was = self._tenant
        if was.ledger_at is None or (was.ledger_at, was.ledger_order) < (at, order):
            self._tenant = replace(was, ledger_at=at, ledger_order=order)

    def mark_ledger_day(self, day: date) -> None:
        if self._tenant.ledger_day is None or self._tenant.ledger_day < day:
            self._tenant = replace(self._tenant, ledger_day=day)

    def profiles(self) -> tuple[Profile, ...]:
        return tuple(self._profiles[key] for key in sorted(self._profiles))

    def save_profile(self, profile: Profile) -> Profile:
        stored = self._profiles.get(profile.id)
        if (stored.version if stored else 0) != profile.version:
            raise moved(f"profile {profile.id}", profile.version)
        saved = replace(profile, version=profile.version + 1)
        counted = stored or Profile(id=profile.id, name="")
        self._profiles[profile.id] = replace(saved, given=counted.given, given_to=counted.given_to)
        return saved

    def delete_profile(self, profile: Profile) -> None:
        if self._profiles.get(profile.id) != profile:
            raise MovedMeanwhile(f"profile {profile.id} changed since it was read")
        del self._profiles[profile.id]


class FirstWave(Bound):
    """How many messages of the first wave were put up on the last day that put up any (D13)."""

    def __init__(self, tenant: Tenant) -> None:
        super().__init__(tenant)
        self._wave = date.min, 0

    def take_wave_slot(self, day: date, *, most: int) -> bool:
        last, taken = self._wave
        if day < last or (day == last and taken >= most) or most < 1:
            return False
        self._wave = day, taken + 1 if day == last else 1
        return True

    def give_back_wave_slot(self, day: date) -> None:
        last, taken = self._wave
        if day == last and taken:
            self._wave = day, taken - 1


class Scenarios(Bound):
    """Scenarios, each in its versions."""

    def __init__(self, tenant: Tenant) -> None:
        super().__init__(tenant)
        self._scenarios: dict[str, list[Scenario]] = {}
        self._deleted: set[str] = set()

    def scenarios(self) -> tuple[Scenario, ...]:
        live = sorted(self._scenarios.keys() - self._deleted)
        return tuple(self._scenarios[key][-1] for key in live)

    def scenario(self, scenario: str, version: int | None = None) -> Scenario | None:
        versions = self._scenarios.get(scenario, [])
        if version is None:
            return versions[-1] if versions and scenario not in self._deleted else None
        return next((each for each in versions if each.version == version), None)

    def scenario_versions(self, scenario: str, versions: Iterable[int]) -> tuple[Scenario, ...]:
        found = (self.scenario(scenario, version) for version in sorted(versions, reverse=True))
        return tuple(each for each in found if each is not None)

    def add_scenario_version(self, scenario: Scenario) -> None:
        versions = self._scenarios.get(scenario.id, [])
        if scenario.version != len(versions) + 1 or scenario.id in self._deleted:
            raise MovedMeanwhile(f"scenario {scenario.id} has another latest version")
        self._scenarios[scenario.id] = [*versions, scenario]
        self._new_rules()

    def delete_scenario(self, scenario: str, *, version: int) -> None:
        latest = self.scenario(scenario)
        if latest is None or latest.version != version:
            raise MovedMeanwhile(f"scenario {scenario} changed since it was read")
        self._deleted.add(scenario)
        self._new_rules()

    def _new_rules(self) -> None:
        self._tenant = replace(self._tenant, rules_version=self._tenant.rules_version + 1)
