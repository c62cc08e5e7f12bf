"""Files put in a company's bucket, and the queue that has them imported one after the other."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from relance.app.import_report import ImportReport
from relance.app.import_steps import Effort
from relance.app.import_turn import Turn, import_in_turn
from relance.app.uploads import confirm_import
from relance.contracts.http.imports import ImportDecided
from relance.contracts.uploads import Upload
from tests.fakes.memory.events import MemoryEvents
from tests.fakes.memory.files import MemoryFiles
from tests.fakes.world import World

DAY = date(2025, 3, 9)
NOON = datetime(2025, 3, 9, 12, tzinfo=UTC)
# How long a run's turn lasts at most.
TURN = timedelta(minutes=11)


@dataclass
class Imports:
    """A world's uploads queue and its worker; `now` is the real instant of the next run.

    `day` is the tenant day by the clock.
    """

    world: World
    now: datetime = NOON
    day: date = DAY
    events: MemoryEvents = field(default_factory=MemoryEvents)
    documents: MemoryFiles = field(init=False)

    def __post_init__(self) -> None:
        self.documents = MemoryFiles(self.world.tenant)
        self._runs = count(1)

    def put(self, body: bytes, name: str, *, at: datetime | None = None, order: str = "") -> Upload:
        """Put a file in the bucket; return the message that its event becomes."""
        key = f"tenants/{self.world.tenant}/{name}"
        self.world.files.contents[key] = body
        return Upload(
            tenant=self.world.tenant,
            key=key,
            version=None,
            size=len(body),
            import_id=name,
            at=at or self.now,
            order=order,
            mark=f"mark of {name}",
        )

    def run(
        self, upload: Upload, *, store: Any = None, effort: Effort | None = None
    ) -> ImportReport | None:
        """Give a message to a worker; None when another import has its turn."""
        return import_in_turn(
            upload,
            store=store or self.world.store,
            files=self.world.files,
            documents=self.documents,
            jobs=self.world.jobs,
            events=self.events,
            today=self.day,
            turn=Turn(run=f"run {next(self._runs)}", now=self.now, until=self.now + TURN),
            effort=effort or Effort(),
        )

    def take(self, body: bytes, name: str, *, at: datetime | None = None) -> ImportReport:
        """Put a file in the bucket and have it imported, a minute later than the one before."""
        self.now += timedelta(minutes=1)
        report = self.run(self.put(body, name, at=at))
        assert report is not None
        return report

    def deliver(self) -> list[ImportReport]:
        """Have all that waits on the queue imported, until nothing is put back."""
        done = []
        while self.world.jobs.uploads:
            self.now += timedelta(minutes=1)
            report = self.run(self.world.jobs.uploads.pop(0))
            done += [report] if report else []
        return done

    def confirm(self, report: ImportReport, reason: str = "") -> ImportReport:
        """Say yes to a held import and have it taken in; return the new report."""
        confirm_import(
            report.id,
            ImportDecided(reason=reason),
            author="anne@example.com",
            store=self.world.store,
            jobs=self.world.jobs,
            now=self.now,
        )
        return self.deliver()[-1]

    def owed(self) -> dict[str, int]:
        """Return what each customer owes; every account must be known whole."""
        found = {}
        for customer in self.world.store.customers(limit=200).entries:
            account = self.world.store.account(customer.id)
            assert account is not None
            assert account.customer.incomplete_since is None, customer.id
            found[customer.id] = sum(item.balance for item in account.items)
        return found
