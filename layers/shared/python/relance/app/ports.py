"""What the use cases need from the outside, as Protocols. Implementations live in store, channels.

A `TenantStore` is bound to one tenant when it is made: no method takes a tenant.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from relance.app.import_report import ImportReport as ImportReport
from relance.contracts.jobs import LookAgain, PlanPart, PrintLetters, Resume, SendJob
from relance.domain.blocks import Block, Stop
from relance.domain.erasure import Fact
from relance.domain.facts import Action, ActionState, Customer, Item, TenantRules
from relance.domain.invoice_file import InvoiceFile
from relance.domain.opt_outs import OptOut, TextSettings
from relance.domain.people import Group
from relance.domain.postal import PostalLetter, PostalStatus, Proof
from relance.domain.reading import ReadingSettings
from relance.domain.retention import Retention
from relance.domain.scenario import Channel, Scenario
from relance.domain.wording import OwnTemplate
from relance.ledger.issues import RowIssue as RowIssue

if TYPE_CHECKING:  # few functions need these, and each takes its time to start with
    from relance.contracts.events import Event
    from relance.contracts.postal_notice import PostalNotice
    from relance.contracts.uploads import ErasureGoesOn, RetentionSweep, Upload


@dataclass(frozen=True, slots=True)
class Page[T]:
    """A part of a list and where the next part begins (None at the end)."""

    entries: tuple[T, ...]
    next: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """A company that signed up: its name, how it presents itself, its rules.

    `sender_email` is its first registered user's address (M2). `verified_sender` is an address of
    its own that the operator verified for it: mail leaves from there, else from the platform's.
    `payment_link` is the pattern of the address to pay online at (M6). `footer` stands small below
    letters, `logo` is the key of the picture they carry in the documents bucket; "" for none (M4).
    `reading` says how its ledger files are read, `mappings` are saved CSV column mappings by name,
    in the shape that `relance.ledger.mapping` reads. `first_sync_on` is
    the tenant day of its first whole import; `planned_through` the last tenant day wholly planned
    (D7); `ledger_at` the instant of upload of the newest full ledger taken in, `ledger_order` what
    tells it from others of that second; `ledger_day` the last tenant day, by the clock, on which a
    ledger was taken in whole (D32). A full ledger that no longer has at least `hold_items` open
    items, and more than `hold_share` percent of all, is held for a person's yes (L4).
    `rules_version` counts the changes of its rules and scenarios; up to `rules_applied` of them,
    every customer's next date says what they make of it.
    `retention` says how long files are kept (H4).
    `request_limits` are those that the operator set for it, requests a minute by budget.
    """

    id: str
    name: str
    sender_email: str
    sender_name: str = ""
    signature: str = ""
    iban: str = ""
    bic: str = ""
    address: tuple[str, ...] = ()
    phone: str = ""
    verified_sender: str = ""
    payment_link: str = ""
    footer: str = ""
    logo: str = ""
    rules: TenantRules = field(default_factory=TenantRules)
    texts: TextSettings = field(default_factory=TextSettings)
    reading: ReadingSettings = field(default_factory=ReadingSettings)
    retention: Retention = field(default_factory=Retention)
    mappings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    default_mapping: str | None = None
    hold_share: int = 30
    hold_items: int = 10
    first_sync_on: date | None = None
    planned_through: date | None = None
    rules_version: int = 0
    rules_applied: int = 0
    ledger_at: datetime | None = None
    ledger_order: str = ""
    request_limits: Mapping[str, int] = field(default_factory=dict)
    ledger_day: date | None = None
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A type of customer (S1)."""

    id: str
    name: str
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """Which tenant a token's subject belongs to and what it may do there (H2).

    `since` is the instant (aware) at which it joined, `invited_by` who let it.
    """

    subject: str
    tenant: str
    role: str  # viewer, collector or admin
    email: str = ""
    since: datetime | None = None
    invited_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedAccount:
    """The account with whoever posts the letters, sealed for its tenant; see `Vault`."""

    sealed: bytes
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedBatch:
    """The letters of tenant day `on` that are printed here, in files to be printed in their order.

    `letters` are the ids of the actions in them, `left_out` those whose PDF could not be read.
    `done` tells that no file is still being made.
    """

    on: date
    letters: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    done: bool = False
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The live facts of one customer, read together; `customer.version` identifies them.

    `next_date` is what `set_next_date` last said; a customer whose facts changed since then is
    due at once, whatever it says. `waits_since` is the oldest due date of what found no room in
    the first wave until then (D13).
    """

    customer: Customer
    items: tuple[Item, ...]
    actions: tuple[Action, ...]
    next_date: date | None = None
    waits_since: date | None = None
    blocks: tuple[Block, ...] = ()


class Registry(Protocol):
    """Tenants and memberships, across tenants; for the planner, sign-in and the operator."""

    def tenant_ids(self) -> Iterator[str]: ...
    def membership(self, subject: str) -> Membership | None: ...
    def add_tenant(self, tenant: Tenant) -> None:
        """Raise Conflict when the id is taken."""

    def put_membership(self, membership: Membership) -> None: ...
    def sent_as(self, reference: str) -> tuple[str, str] | None:
        """Return the tenant and the action of the message that its provider named so.

        Only e-mails and text messages are found, from the confirmation on that brought the name.
        """


WAITING_STATES = frozenset(
    {
        ActionState.OPEN,
        ActionState.TO_CONFIRM,
        ActionState.TO_POST,
        ActionState.IN_DOUBT,
        ActionState.FAILED,
    }
)


@dataclass(frozen=True, slots=True)
class KeptFact:
    """A fact about a customer, live or `archived`."""

    fact: Fact
    archived: bool


class TenantStore(Protocol):
    """All that one tenant has stored.

    Every write of a customer's fact counts its version up and makes it due at once, until
    `set_next_date` says otherwise for that version: a crash after a write forgets nobody.
    Ids of items and actions begin with their customer's (ValueError otherwise). A cursor that
    this list did not give raises BadInput.
    """

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

    # Profiles and scenarios
    def profiles(self) -> tuple[Profile, ...]: ...
    def save_profile(self, profile: Profile) -> Profile:
        """Version 0 creates (Conflict when it exists); else replaces that version."""

    def delete_profile(self, profile: str) -> None: ...
    def scenarios(self) -> tuple[Scenario, ...]:
        """Return the latest version of every scenario."""

    def scenario(self, scenario: str, version: int | None = None) -> Scenario | None: ...
    def scenario_versions(self, scenario: str, versions: Iterable[int]) -> tuple[Scenario, ...]:
        """Return those of these versions that there are, newest first."""

    def add_scenario_version(self, scenario: Scenario) -> None:
        """Store an immutable version; Conflict unless it is the latest + 1 (1 for a new one).

        Counts the tenant's `rules_version` up in the same write.
        """

    def delete_scenario(self, scenario: str) -> None:
        """Hide it from `scenarios`; its versions stay readable for history.

        Counts the tenant's `rules_version` up in the same write.
        """

    # Templates of the tenant's own
    def templates(self) -> tuple[OwnTemplate, ...]: ...
    def template(self, template: str) -> OwnTemplate | None: ...
    def save_template(self, template: OwnTemplate) -> OwnTemplate:
        """Version 0 creates (Conflict when it exists); else replaces that version."""

    def delete_template(self, template: str) -> None: ...

    # Customers and their accounts
    def account(self, customer: str) -> Account | None:
        """Read customer, live items and their actions, strongly consistent, whole."""

    def customers(self, *, limit: int, after: str | None = None) -> Page[Customer]: ...
    def save_customer(self, customer: Customer) -> Customer:
        """Version 0 creates (Conflict when it exists); else replaces that version."""

    def save_block(self, customer: Customer, block: Block) -> Customer:
        """Add a stop, dispute or promise, or replace it, as a change of its customer.

        Raises Conflict when the customer is no longer at `customer.version`. Returns it with its
        new version.
        """

    def items(
        self, *, limit: int, after: str | None = None, latest_first: bool = False
    ) -> Page[tuple[str, Item]]:
        """List the tenant's live items with their customer's id, oldest due first."""

    def stops(self, *, limit: int, after: str | None = None) -> Page[tuple[str, Stop]]:
        """List the stops that nobody lifted with their customer's id, latest first.

        By the index (eventually so); those whose last day is past are among them.
        """

    def paid_items(self, customer: str, *, limit: int, after: str | None = None) -> Page[Item]: ...
    def item(self, item: str) -> Item | None:
        """Find an item, live or archived."""

    def apply_sync(self, customer: Customer, *, put: Iterable[Item], import_id: str) -> Customer:
        """Write a customer (version 0 creates) and its changed items as one change.

        However many items there are, no reader decides on half of them: until the last is written
        the stored customer has `incomplete_since` = import_id, or the mark that it had. Raises
        Conflict when the customer is no longer at `customer.version`. Returns it with its new
        version. A crash or Conflict half-way leaves the mark: read the account again and apply
        what still differs.
        """

    def archived(self, items: Iterable[str]) -> Mapping[str, Item]:
        """Return those of these items that are archived, by id."""

    def archive(
        self, customer: Customer, items: Iterable[str], *, actions_before: date | None = None
    ) -> Customer:
        """Move settled items out of the live facts; raise Conflict as `apply_sync` does.

        Actions go too when they concern no live item, are not pending, and were made and
        completed before `actions_before`; younger ones stay, since contact delays (D14) and
        thank-yous (D34) look back at them. None keeps them all. An archived item that a sync
        puts again comes back with its actions (D33). Ids that are not live are passed over.
        """

    def kept_of(self, customer: str) -> tuple[KeptFact, ...]:
        """Return every fact kept about a customer, live and archived, consistently."""

    def rewrite(self, customer: Customer, facts: Iterable[Fact]) -> Customer:
        """Replace facts of these ids where they lie, live or archived; count the version up.

        Raises Conflict when the customer is no longer at `customer.version`; what was written
        before that stays. Ids that are not there are passed over. Returns it with its new version.
        """

    # The night
    def due_customers(self, on: date, *, limit: int, after: str | None = None) -> Page[str]:
        """List customers whose next date is on or before `on`, by the index (eventually so).

        Those whose facts changed since their next date was set come first.
        """

    def waiting_customers(
        self, on: date, *, limit: int, after: str | None = None
    ) -> Page[tuple[date, str]]:
        """List customers that wait for room and have `on` as next date, by the index (so, too).

        Each behind the due date that it waits with, the oldest first (D13).
        """

    def customers_due_at(
        self, on: date, hour: time, *, limit: int, after: str | None = None
    ) -> Page[str]:
        """List customers to be looked at again on `on` by `hour`, by the index (eventually so).

        Only those for whom an hour was set; that of another day is not listed.
        """

    def take_wave_slot(self, day: date, *, most: int) -> bool:
        """Take one of the `most` slots that the first wave has on tenant day `day` (D13).

        False when there is none left, or slots of a later day were taken. A slot may be lost, but
        never do more than `most` succeed.
        """

    def give_back_wave_slot(self, day: date) -> None:
        """Give back a slot of `day` that certainly put nothing up; best effort."""

    def set_next_date(
        self,
        customer: Customer,
        day: date | None,
        *,
        rules: int,
        waits_since: date | None = None,
        hour: time | None = None,
    ) -> bool:
        """Set when to look at it again, without counting the version up.

        `hour`, of the tenant's day, is when in the course of `day` it is looked at again without
        waiting for a night; of the nights, only one of a later day looks at it. `waits_since` puts
        it before all others of `day`, in the order of these dates: it waits for room in the first
        wave, the oldest of it due on that date (D13). `rules` is the `rules_version` of the tenant
        as read before what was decided by. False when the customer moved on, or when a date by
        newer rules is set already.
        """

    # Actions
    def add_action(self, customer: Customer, action: Action, *, cancel: Iterable[str] = ()) -> bool:
        """Add an action if the customer is still at `customer.version`, in one transaction.

        This is the reservation of a send: since decisions look at all live actions, two workers
        that decided on the same facts can't both succeed (D39). False when the facts moved on or
        the action exists.
        """

    def save_action(self, customer: Customer, action: Action) -> bool:
        """Replace an action if the customer is still at `customer.version`; False otherwise."""

    def close_action(
        self, customer: Customer, action: Action, *, blocks: Iterable[Block] = ()
    ) -> bool:
        """Replace an action, and with it the customer's own facts and these blocks, as one change.

        False when the customer is no longer at `customer.version`. At most 90 blocks.
        """

    def advance_action(self, action: Action) -> bool:
        """Replace an action if the stored state has a lower rank (a provider's news, a worker's
        confirmation); counts the customer's version up. False when it did not move."""

    def replace_action(self, action: Action, *, was: Action) -> bool:
        """Replace an action, live or archived, that is still exactly as `was`; False otherwise.

        Counts the customer's version up.
        """

    def release_action(self, action: Action) -> bool:
        """Remove a reservation that the provider certainly did not take.

        Counts the customer's version up. False when it is no reservation, or not exactly this one
        any more.
        """

    def action(self, action: str) -> Action | None:
        """Find an action, live or archived."""

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
        """List actions, newest first, with their customer's id.

        `waiting`: only those in WAITING_STATES, which a person must settle. `since`: only those of
        this day and later ones; `before`: only those of earlier days.
        """

    def history(self, customer: str, *, limit: int, after: str | None = None) -> Page[Action]:
        """List all actions of one customer, newest first."""

    # Who works for the tenant
    def members(self) -> tuple[Membership, ...]:
        """Return who has access, by the index (eventually so), in the order of their subjects."""

    def groups(self) -> tuple[Group, ...]: ...
    def save_group(self, group: Group) -> Group:
        """Version 0 creates (Conflict when it exists); else replaces that version."""

    def delete_group(self, group: str) -> None: ...
    def customers_named(self, identifiers: Iterable[str]) -> Mapping[str, Customer]:
        """Return those of these customers that exist, by id."""

    # Imports
    def save_import(self, report: ImportReport) -> None: ...
    def begin_import(self, report: ImportReport) -> bool:
        """Store as running; False when this import has ended or is held, or is another file's.

        One that awaits its file may begin with any; one that is running, confirmed or abandoned
        with the file of the same `mark` only.
        """

    def change_import(self, report: ImportReport, *, was: ImportReport) -> bool:
        """Replace a report whose state and `heard_at` are still those of `was`; else False."""

    def import_report(self, import_id: str) -> ImportReport | None: ...
    def imports(
        self, *, limit: int, after: str | None = None, state: str | None = None
    ) -> Page[ImportReport]:
        """List imports, newest first, without their `issues`; only those in `state` if given."""

    def forget_imports(self, *, before: datetime, most: int) -> int:
        """Delete the reports of imports that started before an instant (aware), oldest first.

        At most so many; return how many, by the index (eventually so).
        """

    def take_turn(self, run: str, *, now: datetime, until: datetime) -> bool:
        """Make it this run's turn to import, until it is ended or this instant has come.

        False while it is another's.
        """

    def end_turn(self, run: str) -> None:
        """Let the next import have its turn; nothing if it is not this run's any more."""

    # Invoices' PDFs that were sent by number
    def save_invoice_file(self, file: InvoiceFile) -> bool:
        """Keep a file in the place of the one of its id; False when that one arrived later."""

    def invoice_file(self, identifier: str) -> InvoiceFile | None: ...
    def invoice_files(
        self, *, linked: bool, limit: int, after: str | None = None
    ) -> Page[InvoiceFile]:
        """List those that go with an invoice, or the others, by id (eventually so)."""

    # Letters: who posts them, and those that are printed here
    def postal_account(self) -> SealedAccount | None: ...
    def save_postal_account(self, sealed: bytes, *, version: int) -> int:
        """Version 0 creates (Conflict when there is one); else replaces that version.

        Return the new version.
        """

    def delete_postal_account(self) -> bool:
        """Forget the account; False when there is none."""

    def print_batch(self, on: date) -> PrintedBatch | None: ...
    def save_print_batch(self, batch: PrintedBatch) -> PrintedBatch:
        """Version 0 creates (Conflict when it exists); else replaces that version."""

    # Numbers that get no text message
    def opted_out(self, numbers: Iterable[str]) -> frozenset[str]:
        """Return those of these E.164 numbers that are on the list, consistently."""

    def add_opt_out(self, opt_out: OptOut) -> bool:
        """Put a number on the list; False when it is there, and then its entry stays."""

    def remove_opt_out(self, number: str) -> bool:
        """Take a number off the list; False when it is not there."""

    def opt_out(self, number: str) -> OptOut | None:
        """Return a number's entry."""

    def opt_outs(self, *, limit: int, after: str | None = None) -> Page[OptOut]:
        """List the entries by number, by the index (eventually so)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """How many versions of files were deleted, and where to go on (None at the end)."""

    deleted: int
    next: str | None


class Files(Protocol):
    """A bucket, seen through one tenant's prefix (`tenants/<id>/…`)."""

    def read(
        self, key: str, *, version: str | None = None, most_bytes: int | None = None
    ) -> Iterator[bytes]:
        """Stream a file's bytes; raise NotFound when it is not there.

        Raises BadInput, before any byte is read, for one of more than `most_bytes`.
        """

    def find(self, key: str, *, most_bytes: int) -> bytes | None:
        """Return a file whole, None when it is not there or is larger than `most_bytes`."""

    def put(self, key: str, body: bytes, *, content_type: str) -> None: ...
    def erase(self, prefix: str) -> None:
        """Delete, for good and in every version, all files whose key begins so."""

    def erase_older(self, folder: str, *, before: datetime, after: str | None = None) -> Erased:
        """Delete for good what was written under a folder before an instant (aware).

        Every version counts for itself. `folder` is below the tenant's prefix, '' for all of it.
        Looks at some thousand versions a call; `after` is where the one before stopped.
        """

    def upload_address(self, key: str, *, seconds: int, most_bytes: int) -> dict[str, Any]:
        """Return {'url', 'fields'} for a presigned POST confined to this key and size."""

    def download_address(self, key: str, *, seconds: int) -> str: ...


class Jobs(Protocol):
    """The queues."""

    def plan(self, message: PlanPart | LookAgain | Resume, *, behind: int = 0) -> None:
        """Enqueue for planning, to be seen when `behind` jobs of its tenant's were (`send`)."""

    def send(self, jobs: Iterable[SendJob], *, behind: int = 0) -> None:
        """Enqueue each on its channel's queue, in batches.

        A tenant's jobs are seen at a pace, in their order, behind as many that it sent just before:
        what is much for one tenant holds up no other (H3).
        """

    def later(self, job: SendJob, *, seconds: int) -> None:
        """Enqueue a job again, to be seen after `seconds`, 900 at most."""

    def print_letters(self, message: PrintLetters) -> None:
        """Enqueue for the letter worker."""

    def feedback(self, message: "PostalNotice") -> None:
        """Enqueue news that a provider brought to the API."""

    def take_in(self, upload: "Upload", *, seconds: int = 0) -> None:
        """Enqueue a file to be imported, to be seen after `seconds`, 900 at most."""

    def sweep(self, message: "RetentionSweep") -> None:
        """Enqueue the deletion of files that a tenant keeps no longer."""

    def go_on_erasing(self, message: "ErasureGoesOn", *, seconds: int = 0) -> None:
        """Enqueue the rest of an erasure, to be seen after `seconds`, 900 at most."""


class Events(Protocol):
    """The bus on which other services hear what happened."""

    def publish(self, event: "Event") -> None:
        """Publish; raise NotAcceptedError when the bus did not take it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """One e-mail as handed to the provider: `mime` is exactly what leaves."""

    sender: str
    recipients: tuple[str, ...]
    mime: bytes
    tags: Mapping[str, str]


class Mailer(Protocol):
    """The e-mail provider. One attempt a call: the caller decides what a failure means."""

    def send(self, email: Email) -> str:
        """Return the provider's reference; raise NotAcceptedError or InDoubtError."""


class Texter(Protocol):
    """The SMS provider, one attempt a call."""

    def send(self, number: str, text: str, *, sender: str, max_price: Decimal | None = None) -> str:
        """Send to an E.164 number; return the reference; raise as Mailer does.

        `max_price`, in US dollars, is what the message may cost: a dearer one is taken, not sent,
        and reported as failed later.
        """


class Clock(Protocol):
    """What day it is."""

    def now(self) -> datetime:
        """Return the instant (aware, UTC): the system's on AWS, the stored one locally (D1)."""


MESSAGE_CHANNELS = (Channel.EMAIL, Channel.SMS, Channel.LETTER, Channel.REGISTERED_LETTER)


class Post(Protocol):
    """A postal provider, bound to one tenant's account. One attempt a call.

    What makes a letter leave once: `prepare`, keep the id for good, then `submit`. Nothing but
    `submit` makes the post carry anything, and one sending is carried once however often it is
    submitted. So whoever finds an id kept never prepares another: after a lost answer it asks
    `state`, and submits the same one again if that is still a draft.
    """

    def prepare(self, letter: PostalLetter) -> str:
        """Leave the letter with the provider as a draft, whole; return the sending's id.

        Raises RefusedError when this letter will never be taken, NotAcceptedError (of which
        ThrottledError is one) when a later try may succeed, with a new draft; never in doubt.
        """

    def submit(self, sending: str) -> None:
        """Have the draft printed and posted; nothing when it was submitted before.

        Raises RefusedError, NotAcceptedError, ThrottledError, or InDoubtError: then ask `state`.
        """

    def state(self, sending: str) -> PostalStatus | None:
        """Return where it stands; None when the provider knows no such sending.

        Raises NotAcceptedError when it can't be told now.
        """

    def discard(self, sending: str) -> bool:
        """Take a draft away, so that it can never be carried; False when it was submitted.

        Raises NotAcceptedError when it can't be told now.
        """

    def proof(self, sending: str, kind: Proof) -> bytes:
        """Return a proof as the provider gives it (a PDF, or a ZIP of it).

        Raises NotFound when there is none yet, NotAcceptedError when it can't be told now.
        """


class Vault(Protocol):
    """Seals a tenant's secrets so that only that tenant's own can be opened again."""

    def seal(self, secret: bytes) -> bytes: ...
    def unseal(self, sealed: bytes) -> bytes:
        """Raise NotAcceptedError when it was sealed for another tenant, or is damaged."""
