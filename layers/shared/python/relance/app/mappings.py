"""Column mappings: those that come with the product, and the company's own (L2)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from relance.app.errors import BadInput, Conflict, NotAsItStands, NotFound
from relance.app.ports.tenant import Tenant
from relance.app.ports.tenant_store import TenantStore
from relance.contracts.http.codes import checked_currency
from relance.ledger.issues import LedgerError, MappingError
from relance.ledger.mapping import ColumnMapping, parse_mapping
from relance.ledger.ready_mappings import READY

if TYPE_CHECKING:
    from relance.ledger.trial import Trial

MOST_MAPPINGS = 50
# Of all as JSON: every request reads them with the settings, in whose record they lie.
MOST_BYTES = 64_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedMapping:
    """A mapping by its name, as it was saved; `own` tells it from a ready one."""

    name: str
    own: bool
    mapping: Mapping[str, Any]


def all_mappings(tenant: Tenant) -> list[NamedMapping]:
    """Return the company's own mappings and the ready ones that none of them stands before."""
    ready = [
        NamedMapping(name=name, own=False, mapping=mapping)
        for name, mapping in READY.items()
        if name not in tenant.mappings
    ]
    own = (
        NamedMapping(name=name, own=True, mapping=tenant.mappings[name]) for name in tenant.mappings
    )
    return [*own, *ready]


def mapping_of(name: str, tenant: Tenant) -> NamedMapping:
    """Return one mapping; raises NotFound."""
    found = next((each for each in all_mappings(tenant) if each.name == name), None)
    if found is None:
        raise NotFound("there is no such mapping")
    return found


def tried(mapping: Mapping[str, Any], sample: str, *, store: TenantStore) -> "Trial":
    """Read a sample by a mapping as sent; raises BadInput for a wrong mapping or sample."""
    parsed = checked_mapping("trial", mapping, pointer="/mapping")
    return _tried(parsed, sample, store.tenant())


def save_mapping(
    name: str,
    mapping: Mapping[str, Any],
    *,
    sample: str | None,
    store: TenantStore,
    expected: int | None = None,
) -> Tenant:
    """Save a mapping of the company's own under a name, or another in its place.

    With a `sample` it is saved only if every row of it can be read. Return the settings, whose
    version is the mapping's. Raises BadInput, NotAsItStands when there is no room for it beside the
    others, Conflict when they are not at version `expected`.
    """
    tenant = _at(store.tenant(), expected)
    parsed = checked_mapping(name, mapping, pointer="/mapping")
    if sample is not None:
        trial = _tried(parsed, sample, tenant)
        if not trial.fits:
            first = trial.problems[0]
            raise BadInput(
                f"{trial.refused} of {trial.read} rows can't be read. Row {first.row},"
                f" {first.column or 'as a whole'}: {first.reason}.",
                pointer="/sample",
            )
    if name not in tenant.mappings and len(tenant.mappings) >= MOST_MAPPINGS:
        raise BadInput(f"there are at most {MOST_MAPPINGS} mappings")
    if size({name: mapping}) > MOST_BYTES:
        raise BadInput(f"may take at most {MOST_BYTES} bytes", pointer="/mapping")
    edited = replace(tenant, mappings={**tenant.mappings, name: dict(mapping)})
    if size(edited.mappings) > max(MOST_BYTES, size(tenant.mappings)):
        message = f"all mappings together may take at most {MOST_BYTES} bytes: delete one first"
        raise NotAsItStands(message)
    return tenant if edited == tenant else store.save_tenant(edited)


def delete_mapping(name: str, *, store: TenantStore, expected: int | None = None) -> None:
    """Forget a mapping of the company's own.

    Raises NotFound, Conflict while it is the one that ledgers are read by.
    """
    tenant = _at(store.tenant(), expected)
    if name not in tenant.mappings:
        raise NotFound("there is no such mapping of your own")
    if tenant.default_mapping == name and name not in READY:
        message = "ledgers are read by this mapping: choose another default_mapping first"
        raise NotAsItStands(message)
    left = {each: mapping for each, mapping in tenant.mappings.items() if each != name}
    store.save_tenant(replace(tenant, mappings=left))


def size(mappings: Mapping[str, Mapping[str, Any]]) -> int:
    """Return how many bytes these mappings take."""
    return len(json.dumps(mappings, ensure_ascii=False).encode())


def checked_mapping(name: str, mapping: Mapping[str, Any], *, pointer: str) -> ColumnMapping:
    """Return a mapping that somebody gives; raises BadInput, below `pointer`, for a wrong one."""
    try:
        parsed = parse_mapping(name, mapping)
    except MappingError as error:
        raise BadInput(str(error), pointer=f"{pointer}{error.pointer}") from None
    if parsed.currency is not None:
        try:
            checked_currency(parsed.currency)
        except ValueError as error:
            raise BadInput(str(error), pointer=f"{pointer}/currency") from None
    return parsed


def _tried(mapping: ColumnMapping, sample: str, tenant: Tenant) -> "Trial":
    from relance.ledger.trial import try_mapping  # the readers: only for this

    try:
        return try_mapping(mapping, sample.encode(), reading=tenant.reading)
    except MappingError as error:
        raise BadInput(str(error), pointer=f"/mapping{error.pointer}") from None
    except LedgerError as error:
        raise BadInput(str(error), pointer="/sample") from None


def _at(tenant: Tenant, expected: int | None) -> Tenant:
    if expected is not None and tenant.version != expected:
        raise Conflict("your settings changed since the mapping was read")
    return tenant
