"""Numbers that get no text message: asked for by a signed link, or set by a person (M5)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from relance.app.errors import BadInput, NotFound
from relance.app.ports.tenant_store import TenantStore
from relance.contracts.http.opt_outs import OptOutCreate
from relance.contracts.http.texts import checked_phone
from relance.contracts.opt_out_link import Asked, read_opt_out_token
from relance.domain.opt_outs import OptOut, OptOutSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Who follows a link: what they are shown, and where their wish is kept."""

    asked: Asked
    company: str
    store: TenantStore


def visit(
    tenant: str, token: str, *, key: bytes, store_for: Callable[[str], TenantStore]
) -> Visit | None:
    """Return who follows a link, None when it is none of ours. Changes nothing."""
    asked = read_opt_out_token(token, tenant=tenant, key=key)
    if asked is None:
        return None
    try:
        store = store_for(tenant)
        found = store.tenant()
    except NotFound:
        return None
    return Visit(asked=asked, company=found.sender_name or found.name, store=store)


def confirm(visit: Visit, *, now: datetime) -> None:
    """Put the visitor's number on the list, if it isn't there."""
    visit.store.add_opt_out(OptOut(number=visit.asked.number, since=now, source=OptOutSource.LINK))


def add_number(
    body: OptOutCreate, *, author: str, store: TenantStore, now: datetime
) -> tuple[OptOut, bool]:
    """Put a number on the list for a person; return its entry, and whether it is new.

    One without a prefix is of the tenant's country. Raises BadInput when it is no number.
    """
    try:
        number = checked_phone(body.number, country=store.tenant().rules.country)
    except ValueError as error:
        raise BadInput(f"this {error}", pointer="/number") from None
    entry = OptOut(
        number=number, since=now, source=OptOutSource.PERSON, author=author, reason=body.reason
    )
    added = store.add_opt_out(entry)
    return (entry if added else store.opt_out(number) or entry), added


def number_of(digits: str, *, store: TenantStore) -> OptOut:
    """Return the entry of a number given without its plus; raise NotFound when it has none."""
    entry = store.opt_out(f"+{digits}")
    if entry is None:
        raise NotFound("this number is not on the list")
    return entry


def remove_number(digits: str, *, store: TenantStore) -> None:
    """Take a number off the list: it may get text messages again. Raises NotFound."""
    if not store.remove_opt_out(f"+{digits}"):
        raise NotFound("this number is not on the list")
