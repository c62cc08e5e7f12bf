"""A tenant's own settings, its first wave, and its scenarios."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Protocol

from relance.app.ports.tenant import Profile, Tenant
from relance.domain.scenario import Scenario


class TenantSettings(Protocol):
    """The tenant and its profiles."""

    def tenant(self) -> Tenant: ...
    def save_tenant(self, tenant: Tenant, *, new_rules: bool = False) -> Tenant:
        """Store if `tenant.version` is still the stored one, else raise Conflict; version + 1.

        `new_rules` says that decisions may change by it, and counts `rules_version` up in the same
        write. `first_sync_on`, `planned_through`, `ledger_at` with `ledger_order`, `ledger_day` and
        `rules_applied` are moved by their marks only.
        """

    def mark_first_sync(self, day: date) -> None:
        """Set `first_sync_on` unless it is set already."""

    def mark_planned(self, day: date) -> None:
        """Move `planned_through` forward to `day`; never backward (D7)."""

    def mark_applied(self, rules: int) -> None:
        """Move `rules_applied` forward to `rules`; never backward."""

    def mark_ledger(self, at: datetime, order: str = "") -> None:
        """Move `ledger_at` (aware) and `ledger_order` forward to these, together; never backward.

        Of two ledgers of the same instant the one with the higher order is the newer.
        """

    def mark_ledger_day(self, day: date) -> None:
        """Move `ledger_day` forward to `day`; never backward (D32)."""

    def profiles(self) -> tuple[Profile, ...]: ...
    def save_profile(self, profile: Profile) -> Profile:
        """Version 0 creates (Conflict when it exists); else replaces that version.

        Raises MovedMeanwhile when it is at another by now. `given` and `given_to` are moved by
        `save_customer` and `apply_sync` only, when a customer gets it.
        """

    def delete_profile(self, profile: Profile) -> None:
        """Raises MovedMeanwhile unless it is as it was read: not edited, given to nobody since."""


class FirstWave(Protocol):
    """How many messages of the first wave were put up on a day (D13)."""

    def take_wave_slot(self, day: date, *, most: int) -> bool:
        """Take one of the `most` slots that the first wave has on tenant day `day` (D13).

        False when there is none left, or slots of a later day were taken. A slot may be lost, but
        never do more than `most` succeed.
        """

    def give_back_wave_slot(self, day: date) -> None:
        """Give back a slot of `day` that certainly put nothing up; best effort."""


class Scenarios(Protocol):
    """The tenant's scenarios, each in its versions."""

    def scenarios(self) -> tuple[Scenario, ...]:
        """Return the latest version of every scenario."""

    def scenario(self, scenario: str, version: int | None = None) -> Scenario | None: ...
    def scenario_versions(self, scenario: str, versions: Iterable[int]) -> tuple[Scenario, ...]:
        """Return those of these versions that there are, newest first."""

    def add_scenario_version(self, scenario: Scenario) -> None:
        """Store an immutable version; Conflict unless it is the latest + 1 (1 for a new one).

        Counts the tenant's `rules_version` up in the same write.
        """

    def delete_scenario(self, scenario: str, *, version: int) -> None:
        """Hide it from `scenarios`; its versions stay readable for history.

        Raises MovedMeanwhile unless that is its latest version. Counts the tenant's
        `rules_version` up in the same write.
        """
