"""A tenant's own settings, its profiles and scenarios."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from relance.app.errors import MovedMeanwhile, NotFound
from relance.app.ports.tenant import Profile, Tenant
from relance.domain.customer import Customer
from relance.domain.scenario import Scenario
from relance.store import keys
from relance.store.bound import Bound, moved
from relance.store.records import (
    VERSION,
    body,
    instant,
    profile_body,
    profile_of,
    tenant_body,
    tenant_of,
    value,
)
from relance.store.table import ABSENT, PRESENT, Entry, Table, When, at_version

_NOT_DELETED = "attribute_not_exists(deleted)"


class TenantSettings(Bound):
    """The tenant record and its profiles."""

    def tenant(self) -> Tenant:
        record = self._table.get(keys.tenant(self._tenant))
        if record is None:
            raise NotFound(f"there is no tenant {self._tenant}")
        return tenant_of(record)

    def save_tenant(self, tenant: Tenant, *, new_rules: bool = False) -> Tenant:
        # What marks move is beside the body, so that a night's mark and an edit never meet.
        saved = self._table.transact(
            [
                self._table.update(
                    keys.tenant(self._tenant),
                    "SET v = :v, body = :body, version = :next ADD rules_version :rules",
                    {
                        ":v": VERSION,
                        ":body": tenant_body(replace(tenant, id=self._tenant)),
                        ":next": tenant.version + 1,
                        ":rules": int(new_rules),
                    },
                    when=at_version(tenant.version),
                )
            ]
        )
        if not saved:
            raise MovedMeanwhile("the tenant changed since it was read")
        return self.tenant()

    def mark_first_sync(self, day: date) -> None:
        unless = "attribute_exists(first_sync_on)"
        self._mark("first_sync_on", day.isoformat(), unless=unless)

    def mark_planned(self, day: date) -> None:
        self._mark("planned_through", day.isoformat(), unless="planned_through >= :mark")

    def mark_ledger(self, at: datetime, order: str = "") -> None:
        newer = (
            "attribute_exists(pk) AND (attribute_not_exists(ledger_at) OR ledger_at < :at OR"
            " (ledger_at = :at AND"
            " (attribute_not_exists(ledger_order) OR ledger_order < :order)))"
        )
        self._table.write(
            self._table.update(
                keys.tenant(self._tenant),
                "SET ledger_at = :at, ledger_order = :order",
                {":at": instant(at), ":order": order},
                when=When(newer),
            )
        )

    def mark_ledger_day(self, day: date) -> None:
        self._mark("ledger_day", day.isoformat(), unless="ledger_day >= :mark")

    def mark_applied(self, rules: int) -> None:
        self._mark("rules_applied", rules, unless="rules_applied >= :mark")

    def _mark(self, name: str, mark: str | int, *, unless: str) -> None:
        self._table.write(
            self._table.update(
                keys.tenant(self._tenant),
                f"SET {name} = :mark",
                {":mark": mark},
                when=When(f"attribute_exists(pk) AND NOT ({unless})"),
            )
        )

    def profiles(self) -> tuple[Profile, ...]:
        pages = self._table.prefixed(keys.profile(self._tenant, ""))
        return tuple(profile_of(record) for records in pages for record in records)

    def save_profile(self, profile: Profile) -> Profile:
        stored = replace(profile, version=profile.version + 1)
        # How often it was given lies beside the body, so that giving and an edit never meet.
        entry = self._table.update(
            keys.profile(self._tenant, profile.id),
            "SET v = :v, body = :body, version = :next",
            {":v": VERSION, ":body": profile_body(stored), ":next": stored.version},
            when=at_version(profile.version) if profile.version else ABSENT,
        )
        if not self._table.transact([entry]):
            raise moved(f"profile {profile.id}", profile.version)
        return stored

    def delete_profile(self, profile: Profile) -> None:
        as_read = at_version(profile.version)
        given = "given = :given" if profile.given else "attribute_not_exists(given)"
        values = {**as_read.values, **({":given": profile.given} if profile.given else {})}
        when = When(f"{as_read.expression} AND {given}", values)
        key = keys.profile(self._tenant, profile.id)
        if not self._table.transact([self._table.delete(key, when=when)]):
            raise MovedMeanwhile(f"profile {profile.id} changed since it was read")


def given_entry(table: Table, tenant: str, customer: Customer) -> Entry:
    """Return the entry that counts that a customer is given its profile, if there is such a one."""
    return table.update(
        keys.profile(tenant, customer.profile),
        "SET given_to = :customer ADD given :one",
        {":customer": customer.id, ":one": 1},
        when=PRESENT,
    )


class FirstWave(Bound):
    """How many messages of the first wave were put up on the last day that put up any (D13)."""

    def take_wave_slot(self, day: date, *, most: int) -> bool:
        # The first of a day begins the count anew; should two be first, one counts up after all.
        return most > 0 and (
            self._count_slot(day, most) or self._first_slot(day) or self._count_slot(day, most)
        )

    def give_back_wave_slot(self, day: date) -> None:
        # In a transaction: a repeat after a lost answer must not give back a second one.
        taken = When("put_up_on = :day AND put_up > :none", {":day": day.isoformat(), ":none": 0})
        key = keys.first_wave(self._tenant)
        expression = "SET put_up = put_up - :one"
        self._table.transact([self._table.update(key, expression, {":one": 1}, when=taken)])

    def _count_slot(self, day: date, most: int) -> bool:
        left = When("put_up_on = :day AND put_up < :most", {":day": day.isoformat(), ":most": most})
        key = keys.first_wave(self._tenant)
        expression = "SET put_up = put_up + :one"
        return self._table.write(self._table.update(key, expression, {":one": 1}, when=left))

    def _first_slot(self, day: date) -> bool:
        values = {":v": VERSION, ":day": day.isoformat(), ":one": 1}
        newer = When("attribute_not_exists(pk) OR put_up_on < :day")
        key = keys.first_wave(self._tenant)
        expression = "SET v = :v, put_up_on = :day, put_up = :one"
        return self._table.write(self._table.update(key, expression, values, when=newer))


class Scenarios(Bound):
    """Scenarios: an immutable record a version, and one that holds the latest."""

    def scenarios(self) -> tuple[Scenario, ...]:
        pages = self._table.prefixed(keys.scenario(self._tenant, ""))
        return tuple(
            value(Scenario, record)
            for records in pages
            for record in records
            if not record.get("deleted")
        )

    def scenario(self, scenario: str, version: int | None = None) -> Scenario | None:
        if version is not None:
            if not 0 < version < 1_000_000:
                return None
            record = self._table.get(keys.scenario_version(self._tenant, scenario, version))
        else:
            record = self._table.get(keys.scenario(self._tenant, scenario))
        return value(Scenario, record) if record and not record.get("deleted") else None

    def scenario_versions(self, scenario: str, versions: Iterable[int]) -> tuple[Scenario, ...]:
        found = self._table.get_many(
            keys.scenario_version(self._tenant, scenario, version) for version in versions
        )
        made = (value(Scenario, record) for record in found)
        return tuple(sorted(made, key=lambda each: each.version, reverse=True))

    def add_scenario_version(self, scenario: Scenario) -> None:
        shared = {"v": VERSION, "version": scenario.version, "body": body(scenario)}
        number = keys.scenario_version(self._tenant, scenario.id, scenario.version)
        latest = keys.scenario(self._tenant, scenario.id)
        when = ABSENT
        if scenario.version > 1:
            before = at_version(scenario.version - 1)
            when = When(f"{before.expression} AND {_NOT_DELETED}", before.values)
        added = scenario.version > 0 and self._table.transact(
            [
                self._table.put({**number._asdict(), **shared}, when=ABSENT),
                self._table.put({**latest._asdict(), **shared}, when=when),
                self._new_rules(),
            ]
        )
        if not added:
            raise MovedMeanwhile(f"scenario {scenario.id} has another latest version")

    def delete_scenario(self, scenario: str, *, version: int) -> None:
        latest = at_version(version)
        deleted = self._table.transact(
            [
                self._table.update(
                    keys.scenario(self._tenant, scenario),
                    "SET deleted = :yes",
                    {":yes": True},
                    when=When(f"{latest.expression} AND {_NOT_DELETED}", latest.values),
                ),
                self._new_rules(),
            ]
        )
        if not deleted:
            raise MovedMeanwhile(f"scenario {scenario} changed since it was read")

    def _new_rules(self) -> Entry:
        """Count up the changes that the customers' next dates are to follow."""
        tenant = keys.tenant(self._tenant)
        return self._table.update(tenant, "ADD rules_version :one", {":one": 1}, when=PRESENT)
