"""From a stream of bytes to a ledger."""

from collections.abc import Iterable, Mapping
from typing import Any

from relance.ledger.ledger import Ledger

FALLBACK_ENCODING = "cp1252"


def read_ledger(
    chunks: Iterable[bytes],
    *,
    mappings: Mapping[str, Mapping[str, Any]],
    mapping: str | None = None,
    currency: str = "EUR",
    encoding: str = FALLBACK_ENCODING,
) -> Ledger:
    """Read a ledger file: an FEC when its header is one, else an open-item CSV by a mapping.

    `mappings` are the tenant's saved column mappings by name, added to the ready ones; `mapping`
    names the one to use, None lets the file's columns choose. `currency` is the one the books
    are kept in; `encoding` the single-byte set of files that are not UTF-8. Raises LedgerError
    when the file is no ledger, MappingError when the mapping is unknown or does not fit it.
    Rows that can't be used are issues of the result (L1, L2, L3).
    """
    raise NotImplementedError
