"""What a use case is given by the function that runs it."""

from collections.abc import Callable
from dataclasses import dataclass

from relance.app.ports import Clock, Files, Jobs, Registry, TenantStore, Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiDependencies:
    """What the HTTP API works with. Each callable takes a tenant's id and is bound to it.

    But `opt_out_key`, which gives what links to no more text messages are signed with.
    """

    registry: Registry
    store_for: Callable[[str], TenantStore]
    ledger_files_for: Callable[[str], Files]
    documents_for: Callable[[str], Files]
    jobs: Jobs
    clock: Clock
    opt_out_key: Callable[[], bytes]
    vault_for: Callable[[str], Vault]
