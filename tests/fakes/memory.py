"""The ports kept in memory: small, and as strict as the real ones about versions and conditions."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import Any

from relance.app.errors import BadInput, Conflict, NotAcceptedError, NotFound
from relance.app.import_report import ImportReport
from relance.app.ports.accounts import Account
from relance.app.ports.actions import WAITING_STATES
from relance.app.ports.files import Erased
from relance.app.ports.kept_facts import KeptFact
from relance.app.ports.membership import Membership
from relance.app.ports.page import Page
from relance.app.ports.postal import PrintedBatch, SealedAccount
from relance.app.ports.tenant import Profile, Tenant
from relance.contracts.events import Event
from relance.contracts.jobs import LookAgain, PlanPart, PrintLetters, Resume, SendJob
from relance.contracts.postal_notice import PostalNotice
from relance.contracts.uploads import ErasureGoesOn, RetentionSweep, Upload
from relance.domain.blocks import Block, Stop
from relance.domain.erasure import Fact
from relance.domain.facts import Action, ActionState, Customer, Item
from relance.domain.identifiers import owner
from relance.domain.invoice_file import InvoiceFile, InvoiceFileState
from relance.domain.opt_outs import OptOut
from relance.domain.people import Group
from relance.domain.scenario import Scenario
from relance.domain.wording import OwnTemplate
from relance.store.cursors import cursor, position
from relance.store.keys import fits
from relance.store.records import action_body


@dataclass(kw_only=True)
class _File:
    """All that is kept of one customer; `changed` since the next date was set."""

    customer: Customer
    items: dict[str, Item] = field(default_factory=dict)
    actions: dict[str, Action] = field(default_factory=dict)
    paid: dict[str, Item] = field(default_factory=dict)
    past: dict[str, Action] = field(default_factory=dict)
    blocks: dict[str, Block] = field(default_factory=dict)
    next_date: date | None = None
    waits_since: date | None = None
    hour: time | None = None
    rules: int = 0
    changed: bool = True

    def count_up(self, customer: Customer | None = None) -> Customer:
        version = self.customer.version + 1
        self.customer = replace(customer or self.customer, version=version)
        self.changed = True
        return self.customer

    @property
    def place(self) -> str | None:
        """Where it stands among those to be looked at, None when it doesn't."""
        key = self.customer.id
        if self.changed:
            return f"0000-00-00#{key}"
        if self.next_date is None:
            return None
        if self.waits_since is None:
            return (
                f"{self.next_date}T{self.hour:%H:%M}#{key}"
                if self.hour
                else f"{self.next_date}#{key}"
            )
        return f"{self.next_date}!{self.waits_since}#{key}"

    def place_of(self, action: str) -> dict[str, Action] | None:
        return next((place for place in (self.actions, self.past) if action in place), None)


class MemoryStore:
    """One tenant's store."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = replace(tenant, version=tenant.version or 1)
        self._profiles: dict[str, Profile] = {}
        self._scenarios: dict[str, list[Scenario]] = {}
        self._deleted: set[str] = set()
        self._files: dict[str, _File] = {}
        self._imports: dict[str, ImportReport] = {}
        self._opt_outs: dict[str, OptOut] = {}
        self._invoice_files: dict[str, InvoiceFile] = {}
        self._templates: dict[str, OwnTemplate] = {}
        self._groups: dict[str, Group] = {}
        self._members: dict[str, Membership] = {}
        self._postal_account: SealedAccount | None = None
        self._printed: dict[date, PrintedBatch] = {}
        self.sent: dict[str, str] = {}
        self._wave = date.min, 0
        self._turn: tuple[str, datetime] | None = None

    def tenant(self) -> Tenant:
        return self._tenant

    def save_tenant(self, tenant: Tenant, *, new_rules: bool = False) -> Tenant:
        if tenant.version != self._tenant.version:
            raise Conflict("the tenant changed since it was read")
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

    def profiles(self) -> tuple[Profile, ...]:
        return tuple(self._profiles[key] for key in sorted(self._profiles))

    def save_profile(self, profile: Profile) -> Profile:
        stored = self._profiles.get(profile.id)
        if (stored.version if stored else 0) != profile.version:
            raise Conflict(f"profile {profile.id} changed since it was read")
        self._profiles[profile.id] = replace(profile, version=profile.version + 1)
        return self._profiles[profile.id]

    def delete_profile(self, profile: str) -> None:
        self._profiles.pop(profile, None)

    def templates(self) -> tuple[OwnTemplate, ...]:
        return tuple(self._templates[key] for key in sorted(self._templates))

    def template(self, template: str) -> OwnTemplate | None:
        return self._templates.get(template)

    def save_template(self, template: OwnTemplate) -> OwnTemplate:
        stored = self._templates.get(template.id)
        if (stored.version if stored else 0) != template.version:
            raise Conflict(f"template {template.id} changed since it was read")
        self._templates[template.id] = replace(template, version=template.version + 1)
        return self._templates[template.id]

    def delete_template(self, template: str) -> None:
        self._templates.pop(template, None)

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
            raise Conflict(f"scenario {scenario.id} has another latest version")
        self._scenarios[scenario.id] = [*versions, scenario]
        self._new_rules()

    def delete_scenario(self, scenario: str) -> None:
        if scenario in self._scenarios:
            self._deleted.add(scenario)
            self._new_rules()

    def _new_rules(self) -> None:
        self._tenant = replace(self._tenant, rules_version=self._tenant.rules_version + 1)

    def account(self, customer: str) -> Account | None:
        file = self._files.get(customer)
        if file is None:
            return None
        return Account(
            customer=file.customer,
            items=tuple(file.items[key] for key in sorted(file.items)),
            actions=tuple(file.actions[key] for key in sorted(file.actions)),
            next_date=file.next_date,
            waits_since=None if file.changed else file.waits_since,
            blocks=tuple(file.blocks[key] for key in sorted(file.blocks)),
        )

    def customers(self, *, limit: int, after: str | None = None) -> Page[Customer]:
        rows = [(key, file.customer) for key, file in self._files.items()]
        return self._page("customers", rows, limit=limit, after=after)

    def save_customer(self, customer: Customer) -> Customer:
        return self._file_for(customer).count_up(customer)

    def save_block(self, customer: Customer, block: Block) -> Customer:
        _check_owner(customer, [block.id])
        file = self._at(customer)
        if file is None:
            raise Conflict(f"customer {customer.id} changed since it was read")
        file.blocks[block.id] = block
        return file.count_up()

    def items(
        self, *, limit: int, after: str | None = None, latest_first: bool = False
    ) -> Page[tuple[str, Item]]:
        rows = [
            (f"{item.due or item.issued}#{item.id}", (key, item))
            for key, file in self._files.items()
            for item in file.items.values()
        ]
        name = "items#latest" if latest_first else "items"
        return self._page(name, rows, limit=limit, after=after, newest_first=latest_first)

    def stops(self, *, limit: int, after: str | None = None) -> Page[tuple[str, Stop]]:
        rows = [
            (f"{block.since}#{block.id}", (key, block))
            for key, file in self._files.items()
            for block in file.blocks.values()
            if isinstance(block, Stop) and block.ended_on is None
        ]
        return self._page("stops", rows, limit=limit, after=after, newest_first=True)

    def paid_items(self, customer: str, *, limit: int, after: str | None = None) -> Page[Item]:
        file = self._files.get(customer)
        paid = file.paid.values() if file else ()
        rows = [(f"{item.settled_on or item.issued}#{item.id}", item) for item in paid]
        return self._page(f"paid#{customer}", rows, limit=limit, after=after, newest_first=True)

    def item(self, item: str) -> Item | None:
        file = self._files.get(owner(item))
        return (file.items.get(item) or file.paid.get(item)) if file else None

    def apply_sync(self, customer: Customer, *, put: Iterable[Item], import_id: str) -> Customer:
        items = tuple(put)
        _check_owner(customer, (item.id for item in items))
        file = self._file_for(customer)
        for item in items:
            file.items[item.id] = item
            if file.paid.pop(item.id, None):
                for action in [each for each in file.past.values() if _concerns(each, {item.id})]:
                    file.actions[action.id] = file.past.pop(action.id)
        return file.count_up(customer)

    def archived(self, items: Iterable[str]) -> Mapping[str, Item]:
        asked = set(items)
        every = ((key, item) for file in self._files.values() for key, item in file.paid.items())
        return {key: item for key, item in every if key in asked}

    def archive(
        self, customer: Customer, items: Iterable[str], *, actions_before: date | None = None
    ) -> Customer:
        file = self._at(customer)
        if file is None:
            raise Conflict(f"customer {customer.id} changed since it was read")
        for item in items:
            if item in file.items:
                file.paid[item] = file.items.pop(item)
        for action in list(file.actions.values()):
            if _over(action, actions_before) and not _concerns(action, file.items.keys()):
                file.past[action.id] = file.actions.pop(action.id)
        return file.count_up()

    def kept_of(self, customer: str) -> tuple[KeptFact, ...]:
        file = self._files.get(customer)
        if file is None:
            return ()
        live: list[Fact] = [*file.items.values(), *file.actions.values(), *file.blocks.values()]
        archived: list[Fact] = [*file.paid.values(), *file.past.values()]
        return (
            *(KeptFact(each, False) for each in live),
            *(KeptFact(each, True) for each in archived),
        )

    def rewrite(self, customer: Customer, facts: Iterable[Fact]) -> Customer:
        changed = tuple(facts)
        _check_owner(customer, (fact.id for fact in changed))
        file = self._at(customer)
        if file is None:
            raise Conflict(f"customer {customer.id} changed since it was read")
        for fact in changed:
            places: tuple[dict[str, Any], ...] = (
                (file.items, file.paid)
                if isinstance(fact, Item)
                else (file.actions, file.past)
                if isinstance(fact, Action)
                else (file.blocks,)
            )
            for place in places:
                if fact.id in place:
                    place[fact.id] = fact
        return file.count_up()

    def due_customers(self, on: date, *, limit: int, after: str | None = None) -> Page[str]:
        rows = [
            (file.place, key)
            for key, file in self._files.items()
            if file.place is not None and file.place < f"{on}$"
        ]
        return self._page("due", rows, limit=limit, after=after)

    def customers_due_at(
        self, on: date, hour: time, *, limit: int, after: str | None = None
    ) -> Page[str]:
        rows = [
            (file.place, key)
            for key, file in self._files.items()
            if file.place is not None and f"{on}T" < file.place < f"{on}T{hour:%H:%M}$"
        ]
        return self._page(f"hour#{on}", rows, limit=limit, after=after)

    def waiting_customers(
        self, on: date, *, limit: int, after: str | None = None
    ) -> Page[tuple[date, str]]:
        rows = [
            (file.place, (file.waits_since, key))
            for key, file in self._files.items()
            if file.place is not None
            and file.waits_since is not None
            and file.place.startswith(f"{on}!")
        ]
        return self._page(f"room#{on}", rows, limit=limit, after=after)

    def set_next_date(
        self,
        customer: Customer,
        day: date | None,
        *,
        rules: int,
        waits_since: date | None = None,
        hour: time | None = None,
    ) -> bool:
        file = self._at(customer)
        if file is None or file.rules > rules:
            return False
        file.next_date, file.rules, file.changed = day, rules, False
        file.waits_since, file.hour = waits_since, hour
        return True

    def add_action(self, customer: Customer, action: Action, *, cancel: Iterable[str] = ()) -> bool:
        _check_owner(customer, [action.id])
        action_body(action)  # refuses what is too large to keep
        cancelled = tuple(cancel)
        file = self._at(customer)
        if file is None or file.place_of(action.id) is not None:
            return False
        if any(each not in file.actions for each in cancelled):
            return False
        for each in cancelled:
            file.actions[each] = replace(
                file.actions[each],
                state=ActionState.CANCELLED,
                reason=f"replaced by {action.id}",
            )
        file.actions[action.id] = action
        file.count_up()
        return True

    def save_action(self, customer: Customer, action: Action) -> bool:
        _check_owner(customer, [action.id])
        file = self._at(customer)
        if file is None or action.id not in file.actions:
            return False
        file.actions[action.id] = action
        file.count_up()
        return True

    def close_action(
        self, customer: Customer, action: Action, *, blocks: Iterable[Block] = ()
    ) -> bool:
        added = tuple(blocks)
        _check_owner(customer, [action.id, *(block.id for block in added)])
        file = self._at(customer)
        if file is None or action.id not in file.actions:
            return False
        file.actions[action.id] = action
        file.blocks |= {block.id: block for block in added}
        file.count_up(customer)
        return True

    def advance_action(self, action: Action) -> bool:
        file = self._files.get(owner(action.id))
        place = file.place_of(action.id) if file else None
        if file is None or place is None or place[action.id].state.rank >= action.state.rank:
            return False
        place[action.id] = action
        self._name(action)
        file.count_up()
        return True

    def release_action(self, action: Action) -> bool:
        file = self._files.get(owner(action.id))
        stored = file.actions.get(action.id) if file else None
        if file is None or stored != action or stored.state is not ActionState.RESERVED:
            return False
        del file.actions[action.id]
        file.count_up()
        return True

    def replace_action(self, action: Action, *, was: Action) -> bool:
        file = self._files.get(owner(was.id))
        place = file.place_of(was.id) if file else None
        if file is None or place is None or place[was.id] != was:
            return False
        place[was.id] = action
        self._name(action)
        file.count_up()
        return True

    def _name(self, action: Action) -> None:
        if action.reference and action.channel.is_message:
            self.sent[action.reference] = action.id

    def action(self, action: str) -> Action | None:
        file = self._files.get(owner(action))
        place = file.place_of(action) if file else None
        return place[action] if place else None

    def actions(
        self,
        *,
        waiting: bool,
        limit: int,
        after: str | None = None,
        since: date | None = None,
        before: date | None = None,
        oldest_first: bool = False,
    ) -> Page[tuple[str, Action]]:
        rows = [
            (f"{action.day}#{action.id}", (key, action))
            for key, file in self._files.items()
            for action in (*file.actions.values(), *file.past.values())
            if not waiting or action.state in WAITING_STATES
            if (since or date.min) <= action.day < (before or date.max)
        ]
        name = f"actions#{waiting}#{oldest_first}"
        return self._page(name, rows, limit=limit, after=after, newest_first=not oldest_first)

    def history(self, customer: str, *, limit: int, after: str | None = None) -> Page[Action]:
        file = self._files.get(customer)
        actions = (*file.actions.values(), *file.past.values()) if file else ()
        rows = [(f"{action.day}#{action.id}", action) for action in actions]
        return self._page(f"history#{customer}", rows, limit=limit, after=after, newest_first=True)

    def members(self) -> tuple[Membership, ...]:
        return tuple(self._members[key] for key in sorted(self._members))

    def drop_member(self, subject: str) -> None:
        """Take the registry's member out of the list of users."""
        self._members.pop(subject, None)

    def put_member(self, membership: Membership) -> None:
        """What a registry does when someone is given access, or loses it to another tenant."""
        self._members.pop(membership.subject, None)
        if membership.tenant == self._tenant.id:
            self._members[membership.subject] = membership

    def groups(self) -> tuple[Group, ...]:
        return tuple(self._groups[key] for key in sorted(self._groups))

    def save_group(self, group: Group) -> Group:
        stored = self._groups.get(group.id)
        if (stored.version if stored else 0) != group.version:
            raise Conflict(f"group {group.id} changed since it was read")
        self._groups[group.id] = replace(group, version=group.version + 1)
        return self._groups[group.id]

    def delete_group(self, group: str) -> None:
        self._groups.pop(group, None)

    def customers_named(self, identifiers: Iterable[str]) -> Mapping[str, Customer]:
        asked = set(identifiers)
        return {key: file.customer for key, file in self._files.items() if key in asked}

    def postal_account(self) -> SealedAccount | None:
        return self._postal_account

    def save_postal_account(self, sealed: bytes, *, version: int) -> int:
        stored = self._postal_account
        if (stored.version if stored else 0) != version:
            raise Conflict("the postal account changed since it was read")
        self._postal_account = SealedAccount(sealed=sealed, version=version + 1)
        return version + 1

    def delete_postal_account(self) -> bool:
        there, self._postal_account = self._postal_account is not None, None
        return there

    def print_batch(self, on: date) -> PrintedBatch | None:
        return self._printed.get(on)

    def save_print_batch(self, batch: PrintedBatch) -> PrintedBatch:
        stored = self._printed.get(batch.on)
        if (stored.version if stored else 0) != batch.version:
            raise Conflict(f"the letters of {batch.on} are being put together by another")
        self._printed[batch.on] = replace(batch, version=batch.version + 1)
        return self._printed[batch.on]

    def save_invoice_file(self, file: InvoiceFile) -> bool:
        kept = self._invoice_files.get(file.id)
        if kept is not None and kept.arrived_at > file.arrived_at:
            return False
        self._invoice_files[file.id] = file
        return True

    def invoice_file(self, identifier: str) -> InvoiceFile | None:
        return self._invoice_files.get(identifier)

    def invoice_files(
        self, *, linked: bool, limit: int, after: str | None = None
    ) -> Page[InvoiceFile]:
        rows = [
            (identifier, file)
            for identifier, file in self._invoice_files.items()
            if (file.state is InvoiceFileState.LINKED) == linked
        ]
        return self._page(f"invoice_files {linked}", rows, limit=limit, after=after)

    def opted_out(self, numbers: Iterable[str]) -> frozenset[str]:
        return frozenset(numbers) & self._opt_outs.keys()

    def add_opt_out(self, opt_out: OptOut) -> bool:
        return self._opt_outs.setdefault(opt_out.number, opt_out) is opt_out

    def remove_opt_out(self, number: str) -> bool:
        return self._opt_outs.pop(number, None) is not None

    def opt_out(self, number: str) -> OptOut | None:
        return self._opt_outs.get(number)

    def opt_outs(self, *, limit: int, after: str | None = None) -> Page[OptOut]:
        rows = list(self._opt_outs.items())
        return self._page("opt_outs", rows, limit=limit, after=after)

    def save_import(self, report: ImportReport) -> None:
        self._imports[report.id] = report

    def begin_import(self, report: ImportReport) -> bool:
        stored = self._imports.get(report.id)
        if stored is not None and stored.state != "awaiting_upload":
            goes_on = stored.state in ("running", "confirmed") or stored.abandoned
            if stored.mark != report.mark or not goes_on:
                return False
        self._imports[report.id] = replace(report, state="running", issues=())
        return True

    def change_import(self, report: ImportReport, *, was: ImportReport) -> bool:
        stored = self._imports.get(report.id)
        if stored is None or (stored.state, stored.heard_at) != (was.state, was.heard_at):
            return False
        self._imports[report.id] = report
        return True

    def forget_imports(self, *, before: datetime, most: int) -> int:
        oldest = sorted(self._imports.values(), key=lambda each: each.started_at)[:most]
        gone = [each for each in oldest if each.started_at < before]
        for report in gone:
            del self._imports[report.id]
        return len(gone)

    def take_turn(self, run: str, *, now: datetime, until: datetime) -> bool:
        if self._turn is not None and self._turn[0] != run and self._turn[1] > now:
            return False
        self._turn = run, until
        return True

    def end_turn(self, run: str) -> None:
        if self._turn is not None and self._turn[0] == run:
            self._turn = None

    def import_report(self, import_id: str) -> ImportReport | None:
        return self._imports.get(import_id)

    def imports(
        self, *, limit: int, after: str | None = None, state: str | None = None
    ) -> Page[ImportReport]:
        rows = [
            (
                f"{report.started_at.astimezone(UTC).isoformat(timespec='microseconds')}#{report.id}",
                replace(report, issues=()),
            )
            for report in self._imports.values()
            if state is None or report.state == state
        ]
        return self._page("imports", rows, limit=limit, after=after, newest_first=True)

    def _at(self, customer: Customer) -> _File | None:
        """The stored customer if it is still at the version given."""
        file = self._files.get(customer.id)
        return file if file and file.customer.version == customer.version else None

    def _file_for(self, customer: Customer) -> _File:
        """The stored customer at the version given; a new one for version 0."""
        if not fits(customer.id):
            raise BadInput("the customer code is too long to be kept")
        if customer.version == 0 and customer.id not in self._files:
            self._files[customer.id] = _File(customer=customer)
        file = self._at(customer)
        if file is None:
            raise Conflict(f"customer {customer.id} changed since it was read")
        return file

    def _page[T](
        self,
        name: str,
        rows: Iterable[tuple[str, T]],
        *,
        limit: int,
        after: str | None,
        newest_first: bool = False,
    ) -> Page[T]:
        name = f"{self._tenant.id}#{name}"
        start = position(name, after)
        ordered = sorted(rows, key=lambda row: row[0], reverse=newest_first)
        if start is not None:
            ordered = [
                row for row in ordered if (row[0] < start if newest_first else row[0] > start)
            ]
        part = ordered[:limit]
        more = cursor(name, part[-1][0]) if len(ordered) > limit else None
        return Page(entries=tuple(value for _, value in part), next=more)


class MemoryRegistry:
    """Tenants, each with its store, and memberships."""

    def __init__(self) -> None:
        self._stores: dict[str, MemoryStore] = {}
        self._memberships: dict[str, Membership] = {}

    def store_for(self, tenant: str) -> MemoryStore:
        """Return the tenant's store; raise NotFound when there is no such tenant."""
        if tenant not in self._stores:
            raise NotFound(f"there is no tenant {tenant}")
        return self._stores[tenant]

    def tenant_ids(self) -> Iterator[str]:
        return iter(sorted(self._stores))

    def membership(self, subject: str) -> Membership | None:
        return self._memberships.get(subject)

    def add_tenant(self, tenant: Tenant) -> None:
        if tenant.id in self._stores:
            raise Conflict(f"there is a tenant {tenant.id} already")
        self._stores[tenant.id] = MemoryStore(replace(tenant, version=1))

    def put_membership(self, membership: Membership) -> None:
        self._memberships[membership.subject] = membership
        for store in self._stores.values():
            store.put_member(membership)

    def remove_membership(self, subject: str) -> None:
        """Take a member away, as a change of members does."""
        self._memberships.pop(subject, None)
        for store in self._stores.values():
            store.drop_member(subject)

    def sent_as(self, reference: str) -> tuple[str, str] | None:
        named = ((key, store.sent.get(reference)) for key, store in self._stores.items())
        return next(((tenant, action) for tenant, action in named if action), None)


class MemoryFiles:
    """A bucket seen through one tenant's prefix; `contents` may be shared between tenants."""

    def __init__(self, tenant: str, contents: dict[str, bytes] | None = None) -> None:
        self._prefix = f"tenants/{tenant}/"
        self.contents = contents if contents is not None else {}
        self.written: dict[str, datetime] = {}

    def read(
        self, key: str, *, version: str | None = None, most_bytes: int | None = None
    ) -> Iterator[bytes]:
        if self._own(key) not in self.contents:
            raise NotFound(f"there is no file {key}")
        body = self.contents[key]
        if most_bytes is not None and len(body) > most_bytes:
            raise BadInput(f"the file has {len(body)} bytes; it may have {most_bytes}")
        return iter([body] if body else [])

    def find(self, key: str, *, most_bytes: int) -> bytes | None:
        body = self.contents.get(self._own(key))
        return body if body is not None and len(body) <= most_bytes else None

    def put(self, key: str, body: bytes, *, content_type: str) -> None:
        self.contents[self._own(key)] = body

    def erase_older(self, folder: str, *, before: datetime, after: str | None = None) -> Erased:
        """Look at two files a call: `written` says when, and what is not there is new."""
        start = self._prefix + (f"{folder}/" if folder else "")
        found = sorted(key for key in self.contents if key.startswith(start))
        rest = [key for key in found if key > (after or "")]
        old = [key for key in rest[:2] if self.written.get(key, before) < before]
        for key in old:
            del self.contents[key]
        return Erased(deleted=len(old), next=rest[1] if len(rest) > 2 else None)

    def erase(self, prefix: str) -> None:
        self._own(prefix)
        for key in [each for each in self.contents if each.startswith(prefix)]:
            del self.contents[key]

    def upload_address(self, key: str, *, seconds: int, most_bytes: int) -> dict[str, Any]:
        return {"url": "https://files.example.com/", "fields": {"key": self._own(key)}}

    def download_address(self, key: str, *, seconds: int) -> str:
        return f"https://files.example.com/{self._own(key)}"

    def _own(self, key: str) -> str:
        inside = key.removeprefix(self._prefix)
        if inside == key or any(part in ("", ".", "..") for part in inside.split("/")):
            raise BadInput(f"the key is not one of this tenant's: it must begin {self._prefix}")
        return key


class MemoryJobs:
    """The queues: what is to be planned, and `jobs`, in the order in which they were put.

    `delayed` are those to be seen later, each with its delay in seconds.
    """

    def __init__(self) -> None:
        self.parts: list[PlanPart | LookAgain | Resume] = []
        self.jobs: list[SendJob] = []
        self.delayed: list[tuple[SendJob, int]] = []
        self.to_print: list[PrintLetters] = []
        self.news: list[PostalNotice] = []
        self.uploads: list[Upload] = []
        self.sweeps: list[RetentionSweep] = []
        self.erasures: list[tuple[ErasureGoesOn, int]] = []

    def plan(self, message: PlanPart | LookAgain | Resume, *, behind: int = 0) -> None:
        self.parts.append(message)

    def send(self, jobs: Iterable[SendJob], *, behind: int = 0) -> None:
        self.jobs.extend(jobs)

    def later(self, job: SendJob, *, seconds: int) -> None:
        self.delayed.append((job, seconds))

    def print_letters(self, message: PrintLetters) -> None:
        self.to_print.append(message)

    def feedback(self, message: PostalNotice) -> None:
        self.news.append(message)

    def take_in(self, upload: Upload, *, seconds: int = 0) -> None:
        self.uploads.append(upload)

    def sweep(self, message: RetentionSweep) -> None:
        self.sweeps.append(message)

    def go_on_erasing(self, message: ErasureGoesOn, *, seconds: int = 0) -> None:
        self.erasures.append((message, seconds))


class MemoryEvents:
    """The bus: what was published, in its order."""

    def __init__(self) -> None:
        self.published: list[Event] = []

    def publish(self, event: Event) -> None:
        self.published.append(event)


class MemoryVault:
    """Seals by turning round; opens what it sealed for its own tenant."""

    def __init__(self, tenant: str) -> None:
        self._mark = f"sealed for {tenant}:".encode()

    def seal(self, secret: bytes) -> bytes:
        return self._mark + secret[::-1]

    def unseal(self, sealed: bytes) -> bytes:
        if not sealed.startswith(self._mark):
            raise NotAcceptedError("the account's seal does not open")
        return sealed.removeprefix(self._mark)[::-1]


class FixedClock:
    """A clock that stands where it is put."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant

    def now(self) -> datetime:
        return self.instant


def _check_owner(customer: Customer, identifiers: Iterable[str]) -> None:
    for identifier in identifiers:
        if owner(identifier) != customer.id:
            raise ValueError(f"{identifier} is not an id of customer {customer.id}")


def _concerns(action: Action, items: Iterable[str]) -> bool:
    wanted = set(items)
    return any(send.item in wanted for send in action.sends)


def _over(action: Action, before: date | None) -> bool:
    latest = max(action.day, action.completed_on or action.day)
    return before is not None and latest < before and not action.state.pending
