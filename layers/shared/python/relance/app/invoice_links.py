"""Invoices' PDFs that are sent by number find their invoices (M3).

A wrong link would send one debtor another's invoice: only a number that no two customers share is
linked, and nothing is guessed.
"""

import re
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from relance.app.errors import BadInput
from relance.app.invoice_files import MOST_BYTES, invoice_key
from relance.app.ports.files import Files
from relance.app.ports.tenant_store import TenantStore
from relance.contracts.uploads import Upload
from relance.domain.identifiers import owner
from relance.domain.invoice_file import InvoiceFile, InvoiceFileState
from relance.domain.items import Item
from relance.ledger.mapping import folded

# For a file of any debtor's, among uploads: an erasure does not wait for it.
GOOD_FOR_SECONDS = 3600
_PAGE = 200
_PDF = ".pdf"
_END = b"%%EOF"
# Some programs write a few lines behind the end of a PDF.
_END_WITHIN = 2048
_SIGNS = re.compile(r"[^a-z0-9]+")


def comparable(number: str) -> str:
    """Return a number as file names and ledgers' are compared: small letters, digits, hyphens."""
    return _SIGNS.sub("-", folded(number)).strip("-")


def announce_file_of(number: str, *, store: TenantStore, files: Files) -> dict[str, Any]:
    """Return the presigned POST (`url`, `fields`) for the PDF of the invoice with this number.

    The invoice need not be known yet. Raises BadInput when no file name could tell the number.
    """
    name = comparable(number)
    if not name:
        raise BadInput("must have a letter or a digit", pointer="/number")
    tenant, place = store.tenant().id, secrets.token_hex(8)
    key = f"tenants/{tenant}/uploads/{place}/invoices/{name[:200]}{_PDF}"
    return files.upload_address(key, seconds=GOOD_FOR_SECONDS, most_bytes=MOST_BYTES)


def take_invoice_file(
    upload: Upload, *, store: TenantStore, files: Files, documents: Files, now: datetime
) -> InvoiceFile:
    """Link a PDF that arrived to the live invoice that its name is the number of; keep what became.

    The same upload again does the same. An older file than the one kept changes nothing.
    """
    name = upload.key.rpartition("/")[2]
    file = InvoiceFile(
        id=comparable(name.removesuffix(name[-4:])) or "-",
        name=name,
        key=upload.key,
        version=upload.version,
        arrived_at=upload.at or now,
        state=InvoiceFileState.WAITING,
    )
    if not name.lower().endswith(_PDF) or file.id == "-":
        return _kept(_refused(file, "its name is not an invoice's number and .pdf"), store=store)
    try:
        body = _pdf(file, files)
    except BadInput as error:  # not there, too large, or no PDF
        return _kept(_refused(file, str(error)), store=store)
    kept = store.invoice_file(file.id)
    if kept is not None and kept.arrived_at > file.arrived_at:
        return kept
    candidates = _by_number(store, {file.id}).get(file.id, ())
    return _kept(_linked(file, candidates, body, documents, store.tenant().id), store=store)


def link_waiting(
    *, store: TenantStore, files: Files, documents: Files, in_time: Callable[[], bool]
) -> int:
    """Link the PDFs whose invoices have come since; return how many. The rest waits on.

    When `in_time` says that the run must end, the next ledger's goes on.
    """
    waiting = {file.id: file for file in _waiting(store)}
    if not waiting:
        return 0
    linked = 0
    tenant = store.tenant().id
    for identifier, candidates in _by_number(store, waiting.keys()).items():
        if not in_time():
            break
        file = waiting[identifier]
        try:
            found = _linked(file, candidates, _pdf(file, files), documents, tenant)
        except BadInput as error:  # somebody took it away meanwhile
            found = _refused(file, str(error))
        linked += _kept(found, store=store).state is InvoiceFileState.LINKED
    return linked


def _linked(
    file: InvoiceFile, candidates: Sequence[Item], body: bytes, documents: Files, tenant: str
) -> InvoiceFile:
    """Put the PDF where the e-mails of its invoice look for it, if it can only be that one's."""
    stem = file.name[: -len(_PDF)].casefold()
    exact = [item for item in candidates if item.number.casefold() == stem]
    items = exact or candidates
    ids = tuple(item.id for item in items)
    if not items:
        return replace(file, reason="no open invoice has this number yet")
    if len({owner(identifier) for identifier in ids}) > 1:
        reason = "invoices of several customers have this number: put it to the one meant by its id"
        return replace(file, state=InvoiceFileState.AMBIGUOUS, items=ids, reason=reason)
    if len({item.number for item in items}) > 1:
        reason = (
            "several numbers are written so in a file's name: put it to the one meant by its id"
        )
        return replace(file, state=InvoiceFileState.AMBIGUOUS, items=ids, reason=reason)
    for identifier in ids:  # instalments of one invoice share its PDF
        documents.put(invoice_key(tenant, identifier), body, content_type="application/pdf")
    return replace(file, state=InvoiceFileState.LINKED, items=ids, reason="")


def _pdf(file: InvoiceFile, files: Files) -> bytes:
    """Return the file's bytes; raise BadInput when it is not there, too large, or no whole PDF."""
    chunks = files.read(file.key, version=file.version, most_bytes=MOST_BYTES)
    body = b"".join(chunks)
    if not body.startswith(b"%PDF-"):
        raise BadInput("it is no PDF")
    if _END not in body[-_END_WITHIN:]:
        raise BadInput("it is cut: the end of the PDF is missing")
    return body


def _by_number(store: TenantStore, wanted: Iterable[str]) -> Mapping[str, Sequence[Item]]:
    """Return the live invoices that have these comparable numbers."""
    found: dict[str, list[Item]] = {}
    numbers = set(wanted)
    after: str | None = None
    while True:
        page = store.items(limit=_PAGE, after=after)
        for _, item in page.entries:
            number = comparable(item.number)
            if number in numbers and not item.kind.is_credit:
                found.setdefault(number, []).append(item)
        if (after := page.next) is None:
            return _of_the_living(found, store)


def _of_the_living(
    found: Mapping[str, Sequence[Item]], store: TenantStore
) -> Mapping[str, Sequence[Item]]:
    """Return these without the invoices of customers whose person is erased (H4)."""
    debtors = {owner(item.id) for items in found.values() for item in items}
    stored = store.customers_named(debtors) if debtors else {}
    erased = {identifier for identifier, each in stored.items() if each.erasure is not None}
    kept = {
        number: [item for item in items if owner(item.id) not in erased]
        for number, items in found.items()
    }
    return {number: items for number, items in kept.items() if items}


def _waiting(store: TenantStore) -> Iterable[InvoiceFile]:
    after: str | None = None
    while True:
        page = store.invoice_files(linked=False, limit=_PAGE, after=after)
        yield from (each for each in page.entries if each.state is InvoiceFileState.WAITING)
        if (after := page.next) is None:
            return


def _refused(file: InvoiceFile, reason: str) -> InvoiceFile:
    return replace(file, state=InvoiceFileState.REFUSED, reason=reason)


def _kept(file: InvoiceFile, *, store: TenantStore) -> InvoiceFile:
    store.save_invoice_file(file)
    return file
