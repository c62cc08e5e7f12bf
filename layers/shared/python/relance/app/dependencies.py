"""What a use case is given by the function that runs it."""

from collections.abc import Callable
from dataclasses import dataclass

from relance.app.access import Access, Directory, TenantAccess, Tokens
from relance.app.idempotency import Answers
from relance.app.limits import Limits, RequestCounter
from relance.app.ports.clock import Clock
from relance.app.ports.files import Files
from relance.app.ports.jobs import Jobs
from relance.app.ports.tenant_store import TenantStore
from relance.app.ports.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiDependencies:
    """What the HTTP API works with. Each callable takes a tenant's id and is bound to it.

    But `opt_out_key`, which gives what links to no more text messages are signed with; and
    `answers_for`, which takes a tenant's id, None for visitors, and a subject. `clock`
    tells the day that is worked on, `wall` the system's time: what expires does so by the latter.
    `store_for_callbacks` is `store_for` for who names a tenant before it is known who asks: however
    many made-up ones they name, nothing kept for tenants at work gives way.
    """

    access: Access
    access_for: Callable[[str], TenantAccess]
    tokens: Tokens
    directory: Directory
    answers_for: Callable[[str | None, str], Answers]
    counter_for: Callable[[str], RequestCounter]
    limits: Limits
    store_for: Callable[[str], TenantStore]
    store_for_callbacks: Callable[[str], TenantStore]
    ledger_files_for: Callable[[str], Files]
    documents_for: Callable[[str], Files]
    jobs: Jobs
    clock: Clock
    wall: Clock
    opt_out_key: Callable[[], bytes]
    vault_for: Callable[[str], Vault]
