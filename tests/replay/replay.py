"""A history of paid invoices lived through again: each day a ledger is taken in, each night runs.

Reader, sync, planning and sending are the real ones, on the store in memory. Messages and calls are
made on the day they come up; only their words are not written out.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from relance.app.approval import approve_action
from relance.app.customer_import import import_customers
from relance.app.documents import document_key
from relance.app.facts import closed_days
from relance.app.schedule import unheard
from relance.app.sending import Prepared, Verdict, send_once
from relance.app.sync import sync_upload
from relance.contracts.jobs import SendJob
from relance.contracts.uploads import Upload
from relance.domain.actions import Action, ActionState
from relance.domain.decision import DueAction
from relance.domain.facts import Facts
from relance.domain.identifiers import customer_id
from relance.domain.scenario import Channel, StepKey
from tests.fakes.world import World, days

# A ledger lists what is open and what was paid lately.
RECENT = timedelta(days=60)
AFTER = timedelta(days=60)
# How Standard counts its reminders: from the due date, or the day another one was done.
_COUNTED = {
    StepKey.R1: (None, 8),
    StepKey.R2: (StepKey.R1, 8),
    StepKey.R3: (StepKey.R1, 16),
    StepKey.R4: (StepKey.R3, 8),
    StepKey.R5: (StepKey.R4, 8),
}


@dataclass(frozen=True, kw_only=True)
class Paid:
    """One invoice of the history, and the day on which it was paid."""

    customer: str
    number: str
    issued: date
    due: date
    settled: date
    amount: str


@dataclass(frozen=True, kw_only=True)
class Titles:
    """The columns of a history, whose dates are month, day, year."""

    customer: str
    number: str
    issued: str
    due: str
    settled: str
    amount: str

    @property
    def mapping(self) -> dict[str, Any]:
        """The column mapping that reads such a file."""
        return {
            "columns": {
                "customer_code": self.customer,
                "number": self.number,
                "issued": self.issued,
                "due": self.due,
                "amount": self.amount,
                "settled": self.settled,
            },
            "date_formats": ["MM/DD/YYYY"],
            "decimal": ".",
            "currency": "USD",
        }


@dataclass
class Replayed:
    """What came of it: steps by name, imports by state, and every step out of its time."""

    nights: int = 0
    invoices: int = 0
    steps: Counter[str] = field(default_factory=Counter)
    imports: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


class Replay(World):
    """A world that lives through a history."""

    def send(self, job: SendJob, day: date) -> Verdict:
        """Carry a job out as its worker does, with nothing written in the message."""
        return send_once(
            job,
            store=self.store,
            files=self.files,
            prepare=_plain,
            today=day,
            hour=self.hour,
            now=self.real,
        )

    def approve_all(self, day: date) -> None:
        """Say yes to whatever waits for one, and send it."""
        for action in self.waiting():
            if action.state is ActionState.TO_CONFIRM:
                approve_action(action.id, author="anne", store=self.store, jobs=self.jobs, on=day)
        self.work(day)


def read_history(text: str, titles: Titles) -> list[Paid]:
    """Return the invoices of a history."""
    return [
        Paid(
            customer=row[titles.customer],
            number=row[titles.number],
            issued=_day(row[titles.issued]),
            due=_day(row[titles.due]),
            settled=_day(row[titles.settled]),
            amount=row[titles.amount],
        )
        for row in csv.DictReader(io.StringIO(text))
    ]


def replay(history: Sequence[Paid], titles: Titles) -> Replayed:
    """Live through it night by night; every other customer has an e-mail address."""
    world = Replay()
    named = {"history": titles.mapping}
    tenant = replace(world.store.tenant(), mappings=named, default_mapping="history")
    world.store.save_tenant(tenant)
    first = min(each.issued for each in history)
    _introduce(world, history, on=first)
    done = Replayed(invoices=len(history))
    for day in days(first, max(each.settled for each in history) + AFTER):
        done.nights += 1
        done.imports[_sync(world, history, titles, day)] += 1
        world.night(day)
        world.approve_all(day)
        world.close_everything_open(day)
    _judge(world, history, done)
    return done


def _introduce(world: World, history: Sequence[Paid], *, on: date) -> None:
    rows = ["Code,Name,Address,City,E-mail"]
    for place, code in enumerate(sorted({each.customer for each in history})):
        email = f"c{place}@example.com" if place % 2 else ""
        rows.append(f"{code},Customer {place},1 rue du Port,Brest,{email}")
    text = "\n".join([*rows, ""])
    import_customers([text.encode()], store=world.store, on=on, author="import", failed=unheard)


def _sync(world: World, history: Sequence[Paid], titles: Titles, day: date) -> str:
    """Take in the ledger as it was on the morning of `day`."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow((titles.customer, titles.number, titles.issued, titles.due, titles.amount,
                     titles.settled))  # fmt: skip
    for each in history:
        if each.issued <= day and each.settled >= day - RECENT:
            settled = f"{each.settled:%m/%d/%Y}" if each.settled <= day else ""
            writer.writerow((each.customer, each.number, f"{each.issued:%m/%d/%Y}",
                             f"{each.due:%m/%d/%Y}", each.amount, settled))  # fmt: skip
    body = text.getvalue().encode()
    if body.count(b"\n") == 1:
        return "nothing to tell"
    key = f"tenants/{world.tenant}/{day}.csv"
    world.files.contents[key] = body
    at = datetime.combine(day, time(0, 30), UTC)
    upload = Upload(tenant=world.tenant, key=key, version=None, size=len(body),
                    import_id=f"up-{day}", at=at, mark=str(day))  # fmt: skip
    report = sync_upload(upload, store=world.store, files=world.files, today=day, now=at)
    del world.files.contents[key]
    return str(report.state)


def _plain(due: DueAction, *, facts: Facts, tenant: Any, on: date, now: datetime) -> Prepared:
    by_post = due.step.channel in (Channel.LETTER, Channel.REGISTERED_LETTER)
    body = due.id.encode()
    return Prepared(
        document=document_key(tenant.id, due.id, body, "txt"),
        content_type="text/plain",
        body=body,
        deliver=None if by_post else lambda: due.id,
    )


def _judge(world: World, history: Sequence[Paid], done: Replayed) -> None:
    """Hold every step of every invoice against the days between which it was open."""
    by_number = {(customer_id(each.customer), each.number): each for each in history}
    for customer in {identifier for identifier, _ in by_number}:
        account = world.store.account(customer)
        assert account is not None
        live = {item.id: item.number for item in account.items}
        paid = {item.id: item.number for item in _archived(world, customer)}
        ended: dict[str, dict[StepKey, date]] = {}
        actions = sorted(_history(world, customer), key=lambda action: (action.day, action.id))
        for action in actions:
            if action.step.is_follow_up:
                continue
            if not action.state.completes:
                done.wrong.append(f"{action.id} ended {action.state}")
            for send in action.sends:
                invoice = by_number[customer, (live | paid)[send.item]]
                done.steps[send.step.value] += 1
                done.wrong += _faults(
                    invoice, send.step, action, ended.setdefault(invoice.number, {})
                )


def _faults(invoice: Paid, step: StepKey, action: Action, done: dict[StepKey, date]) -> list[str]:
    """Return what is wrong with one step: the day it came up and the day it was done."""
    day, ended = action.day, action.completed_on or action.day
    if step is StepKey.THANK_YOU:
        fits = invoice.settled + timedelta(days=8) <= day <= invoice.settled + timedelta(days=38)
    elif step is StepKey.PRE_DUE:
        fits = _notice_from(invoice) <= day and ended < min(invoice.due, invoice.settled)
    else:
        anchor, offset = _COUNTED[step]
        since = invoice.due if anchor is None else done.get(anchor)
        fits = (
            since is not None
            and day >= since + timedelta(days=offset)
            and day > max((invoice.due, *done.values()))
            and ended < invoice.settled
        )
    fits = fits and invoice.issued <= day and step not in done
    done[step] = ended
    return [] if fits else [f"{step} of {invoice} on {day}, done on {ended}, behind {done}"]


def _notice_from(invoice: Paid) -> date:
    """Return the last day on or before eight days ahead of the due date that is no holiday (D6)."""
    day = invoice.due - timedelta(days=8)
    while day in closed_days(frozenset({"FR"}), day.year):
        day -= timedelta(days=1)
    return day


def _history(world: World, customer: str) -> Iterator[Action]:
    after = None
    while True:
        page = world.store.history(customer, limit=200, after=after)
        yield from page.entries
        if (after := page.next) is None:
            return


def _archived(world: World, customer: str) -> Iterator[Any]:
    after = None
    while True:
        page = world.store.paid_items(customer, limit=200, after=after)
        yield from page.entries
        if (after := page.next) is None:
            return


def _day(text: str) -> date:
    month, day, year = map(int, text.split("/"))
    return date(year, month, day)
