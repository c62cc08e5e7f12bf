"""A whole product in memory: one tenant, its nights, its workers, and providers that count.

The use cases are the real ones; only store, queues, buckets and providers are fakes. A night runs
as on AWS: parts are planned until none is handed on, then every job goes to its channel's worker.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from zoneinfo import ZoneInfo

from relance.app.attempts import attempt
from relance.app.opt_out_links import OptOutLinks
from relance.app.outgoing import prepare_letter, prepare_sms
from relance.app.outgoing_email import prepare_email
from relance.app.plan import Part, plan_part
from relance.app.ports.mail import Email
from relance.app.ports.post import Post
from relance.app.ports.tenant import Tenant
from relance.app.resume import resume
from relance.app.schedule import Looked, look_again, reschedule
from relance.app.sending import Prepare, Verdict, send_once
from relance.app.sync import add_default_scenarios
from relance.contracts.jobs import LookAgain, PlanPart, Resume, SendJob
from relance.domain.actions import Action, ActionState
from relance.domain.customer import Address, Contact, Customer
from relance.domain.identifiers import customer_id, derived_id
from relance.domain.items import Item, ItemKind
from relance.domain.lifecycle import Result, complete, mark_posted
from relance.domain.scenario import Channel
from relance.domain.terms import Terms
from tests.fakes.memory.clock import FixedClock
from tests.fakes.memory.files import MemoryFiles
from tests.fakes.memory.jobs import MemoryJobs
from tests.fakes.memory.registry import MemoryRegistry
from tests.fakes.memory.tenant_store import MemoryStore

# When the night's jobs are at work, and a time at which every channel is open, in tenant days.
NIGHT_HOUR = time(2)
NOON = time(12)
TENANT = Tenant(id="atelier", name="Atelier Bréhat", sender_email="compta@atelier.example.com")


@dataclass
class CountingMailer:
    """Takes every e-mail and keeps it; `fail` may raise before or after it was taken."""

    taken: list[Email] = field(default_factory=list)
    fail_before: BaseException | None = None
    fail_after: BaseException | None = None

    def send(self, email: Email) -> str:
        if self.fail_before:
            raise self.fail_before
        self.taken.append(email)
        if self.fail_after:
            raise self.fail_after
        return f"ses-{len(self.taken)}"


@dataclass
class CountingTexter:
    """Takes every text message and keeps it, and who it came from and what it might cost."""

    taken: list[tuple[str, str]] = field(default_factory=list)
    asked: list[tuple[str, Decimal | None]] = field(default_factory=list)

    def send(self, number: str, text: str, *, sender: str, max_price: Decimal | None = None) -> str:
        self.taken.append((number, text))
        self.asked.append((sender, max_price))
        return f"sns-{len(self.taken)}"


@dataclass(frozen=True)
class Sent:
    """What the history says of one completed step."""

    day: date
    step: str
    channel: str


class World:
    """One tenant and all that happens to it."""

    def __init__(self, tenant: Tenant = TENANT, *, customers_a_part: int = 100) -> None:
        self.registry = MemoryRegistry()
        self.registry.add_tenant(tenant)
        self.tenant = tenant.id
        self.store: MemoryStore = self.registry.store_for(tenant.id)
        self.jobs = MemoryJobs()
        self.files = MemoryFiles(tenant.id)
        self.mailer = CountingMailer()
        self.texter = CountingTexter()
        self.post: Post | None = None
        self.poster: Callable[[], Post | None] = lambda: self.post
        self.links = OptOutLinks(address="https://r.example.com/v1/o", key=b"k" * 32)
        self.most = customers_a_part
        self.hour = NIGHT_HOUR
        self.not_taken: list[Exception] = []
        self.real = datetime(2025, 1, 1, tzinfo=UTC)
        add_default_scenarios(self.store)
        self.store.mark_applied(self.store.tenant().rules_version)  # nobody was there before them

    def add_customer(
        self, code: str = "C1", *, email: str | None = "martin@example.com", on: date
    ) -> Customer:
        """Store a customer with one contact (without address when `email` is None)."""
        contact = Contact(id="c1", name="Martin Duval", email=email, main=True)
        customer = Customer(
            id=customer_id(code),
            code=code,
            name=f"Société {code}",
            contacts=(contact,),
            address=Address(lines=("1 rue du Port",), postal_code="29200", city="Brest"),
        )
        stored = self.store.save_customer(customer)
        reschedule(stored.id, store=self.store, on=on)
        return stored

    def put_items(self, customer: str, *items: Item, on: date) -> None:
        """Let a sync bring or change items."""
        account = self.store.account(customer)
        assert account is not None
        self.store.apply_sync(account.customer, put=items, import_id="test")
        reschedule(customer, store=self.store, on=on)

    def plan(self, day: date) -> list[Part]:
        """Run the planner for `day`, until nothing is handed on; return the parts of the night."""
        self.jobs.plan(PlanPart(tenant=self.tenant, at=one_oclock(day)))
        done = []
        while self.jobs.parts:
            done.append(self.carry_out(self.jobs.parts.pop(0), one_oclock(day)))
        return [each for each in done if isinstance(each, Part)]

    def carry_out(self, message: PlanPart | LookAgain | Resume, at: datetime) -> Part | Looked:
        """Do at that instant what a message of the plan queue asks for, as `plan_tenant` would."""
        if isinstance(message, Resume):
            return resume(
                message,
                store=self.store,
                jobs=self.jobs,
                most=self.most,
                clock=FixedClock(at),
                now=self.real,
                in_time=lambda: True,
                failed=raise_it,
            )
        if isinstance(message, LookAgain):
            return look_again(
                message,
                store=self.store,
                jobs=self.jobs,
                most=self.most,
                clock=FixedClock(at),
                in_time=lambda: True,
                failed=raise_it,
            )
        return plan_part(
            message,
            store=self.store,
            jobs=self.jobs,
            most=self.most,
            clock=FixedClock(at),
            now=self.real,
            in_time=lambda: True,
            failed=raise_it,
        )

    def work(self, day: date) -> list[Verdict]:
        """Give every waiting job to its worker, once."""
        jobs, self.jobs.jobs = self.jobs.jobs, []
        return [self.send(job, day) for job in jobs]

    def send(self, job: SendJob, day: date) -> Verdict:
        """Run one job as its channel's worker would on tenant day `day`."""
        templates = self.store.template
        letter = partial(prepare_letter, templates=templates, post=self.poster)
        prepare: dict[Channel, Prepare] = {
            Channel.EMAIL: partial(
                prepare_email,
                mailer=self.mailer,
                platform_sender="relance@relance.example",
                templates=templates,
                files=self.files,
            ),
            Channel.SMS: partial(
                prepare_sms,
                texter=self.texter,
                templates=templates,
                opted_out=self.store.opted_out,
                links=self.links,
            ),
            Channel.LETTER: letter,
            Channel.REGISTERED_LETTER: letter,
        }
        once = partial(
            send_once,
            store=self.store,
            files=self.files,
            prepare=prepare[job.channel],
            today=day,
            hour=self.hour,
            now=self.real,
            post=self.poster,
        )
        return attempt(job, send=once, jobs=self.jobs, noted=self.not_taken.append)

    def night(self, day: date) -> list[Verdict]:
        """Plan and send, as one night does, and what the day after it lets go."""
        self.real += timedelta(days=1)
        self.plan(day)
        return self.work(day) + self.look_after(day)

    def look_after(self, day: date, hour: time = NOON) -> list[Verdict]:
        """Let the hourly run of that time of the tenant's day come, and its jobs."""
        at = datetime.combine(day, hour, ZoneInfo(self.store.tenant().rules.timezone))
        self.jobs.plan(Resume(tenant=self.tenant, at=at.astimezone(UTC)))
        while self.jobs.parts:
            self.carry_out(self.jobs.parts.pop(0), at)
        self.hour = hour
        done = self.work(day)
        self.hour = NIGHT_HOUR
        return done

    def close_everything_open(self, day: date) -> None:
        """Let people close every task and post every letter on `day`."""
        for customer, action in self.store.actions(waiting=True, limit=200).entries:
            account = self.store.account(customer)
            assert account is not None
            if action.state is ActionState.OPEN:
                done = complete(action, on=day, author="anne", result=Result.REACHED)
            elif action.state is ActionState.TO_POST:
                done = mark_posted(action, on=day, author="anne")
            else:
                continue
            assert self.store.save_action(account.customer, done)
            reschedule(customer, store=self.store, on=day)

    def walk(self, first: date, last: date, *, closing: bool = True) -> None:
        """Run every night from `first` to `last`."""
        for day in days(first, last):
            self.night(day)
            if closing:
                self.close_everything_open(day)

    def history(self, customer: str) -> list[Sent]:
        """Return the completed steps of a customer's plan, oldest first."""
        page = self.store.history(customer, limit=200)
        done = [
            each
            for each in page.entries
            if each.completed_on and each.state.completes and not each.step.is_follow_up
        ]
        return sorted(
            (Sent(_day(each), each.step.value, each.channel.value) for each in done),
            key=lambda sent: sent.day,
        )

    def waiting(self) -> list[Action]:
        """Return what waits for someone."""
        return [action for _, action in self.store.actions(waiting=True, limit=200).entries]


def invoice(
    customer: str,
    number: str,
    *,
    due: date | None,
    amount: int = 120_000,
    residual: int | None = None,
    currency: str = "EUR",
    kind: ItemKind = ItemKind.INVOICE,
    issued: date | None = None,
) -> Item:
    """Return an item of a customer; amounts in minor units."""
    return Item(
        id=derived_id(customer, number),
        kind=kind,
        number=number,
        issued=issued or (due or date(2025, 1, 1)) - timedelta(days=30),
        due=due,
        currency=currency,
        original=amount,
        residual=amount if residual is None else residual,
    )


def paid(item: Item, *, on: date) -> Item:
    """Return the item fully paid and matched on `on`."""
    return replace(item, residual=0, paid_on=on, settled_on=on)


def with_terms(tenant: Tenant, days_: int) -> Tenant:
    """Return the tenant with net payment terms."""
    return replace(tenant, rules=replace(tenant.rules, terms=Terms(days=days_)))


def days(first: date, last: date) -> Iterable[date]:
    """Yield every day from `first` to `last`, both included."""
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def one_oclock(day: date) -> datetime:
    """Return the instant at which the night of `day` starts."""
    return datetime.combine(day, time(1), tzinfo=UTC)


def raise_it(customer: str, error: Exception) -> None:
    """Let a customer that can't be planned fail the test."""
    raise AssertionError(f"{customer} can't be planned") from error


def _day(action: Action) -> date:
    assert action.completed_on is not None
    return action.completed_on
