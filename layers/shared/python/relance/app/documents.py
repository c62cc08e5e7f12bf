"""Where documents are kept."""

import hashlib


def document_key(tenant: str, action: str, body: bytes, ending: str) -> str:
    """Return where an action's exact bytes are kept in the documents bucket.

    Other bytes have another key: a worker that lost the race for this action may have put its
    own, decided on older facts, after those that left.
    """
    digest = hashlib.sha256(body).hexdigest()[:16]
    return f"tenants/{tenant}/documents/{digest}/{action}.{ending}"
