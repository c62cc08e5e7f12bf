"""A tenant's logo: given as a picture, kept among its documents, carried by its letters (M4)."""

import hashlib
from collections.abc import Callable
from dataclasses import replace

from relance.app.errors import BadInput, Conflict, NotFound
from relance.app.ports.files import Files
from relance.app.ports.tenant import Tenant
from relance.app.ports.tenant_store import TenantStore
from relance.messages.logo import LARGEST_FILE, Logo, UnusableLogo, read_logo
from relance.messages.pdf import check_printable


def logo_key(tenant: str, logo: Logo) -> str:
    """Return where a logo is kept in the documents bucket: another picture has another key."""
    digest = hashlib.sha256(logo.content).hexdigest()
    return f"tenants/{tenant}/logo/{digest}.{logo.kind}"


def set_logo(
    content: bytes, *, kind: str, store: TenantStore, files: Files, expected: int | None = None
) -> Tenant:
    """Have letters carry this picture, `kind` being what it is said to be: png or jpeg.

    Raises BadInput that says what is wrong with it, Conflict when the tenant is not at version
    `expected` (None: any).
    """
    tenant = _at(expected, store)
    try:
        logo = read_logo(content)
    except UnusableLogo as error:
        raise BadInput(str(error)) from None
    if logo.kind != kind:
        raise BadInput(f"the logo is said to be image/{kind}, but is image/{logo.kind}")
    key = logo_key(tenant.id, logo)
    # Before the tenant names it, and once more if it does: a lost file comes back this way.
    files.put(key, content, content_type=f"image/{kind}")
    return tenant if key == tenant.logo else store.save_tenant(replace(tenant, logo=key))


def delete_logo(*, store: TenantStore, expected: int | None = None) -> Tenant:
    """Have letters carry no picture any more; raise NotFound when they carry none, or Conflict.

    The file stays: letters under way may have been decided with it.
    """
    tenant = _at(expected, store)
    if not tenant.logo:
        raise _none()
    return store.save_tenant(replace(tenant, logo=""))


def logo_of(tenant: Tenant, *, files: Files) -> Logo:
    """Return the logo; raise NotFound when there is none, or its file is there no more."""
    if not tenant.logo:
        raise _none()
    content = files.find(tenant.logo, most_bytes=LARGEST_FILE)
    if content is None:
        raise NotFound("the logo's file is not there any more: give it again")
    try:
        return read_logo(content)
    except UnusableLogo as error:
        raise NotFound(f"{error}: give it again") from None


def letter_logo(tenant: Tenant, *, files: Files, noted: Callable[[str], None]) -> Logo | None:
    """Return the logo that letters carry, None when there is none or it can't be printed.

    A logo never stops a letter: `noted` is told, in words of ours, why it goes without.
    """
    if not tenant.logo:
        return None
    try:
        logo = logo_of(tenant, files=files)
        check_printable(logo)
    except (BadInput, UnusableLogo) as error:
        noted(str(error))
        return None
    return logo


def _at(expected: int | None, store: TenantStore) -> Tenant:
    tenant = store.tenant()
    if expected is not None and tenant.version != expected:
        raise Conflict("the tenant's settings changed since they were read")
    return tenant


def _none() -> NotFound:
    return NotFound("your company has no logo")
