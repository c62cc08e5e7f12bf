"""Where documents are kept."""

import hashlib


def document_key(tenant: str, action: str, body: bytes, ending: str) -> str:
    """Return where an action's exact bytes are kept in the documents bucket.

    Other bytes have another key: a worker that lost the race for this action may have put its
    own, decided on older facts, after those that left.
    """
    digest = hashlib.sha256(body).hexdigest()[:16]
    return f"tenants/{tenant}/documents/{digest}/{action}.{ending}"


def proof_key(tenant: str, action: str, kind: str, ending: str) -> str:
    """Return where what the post proves of an action is kept: it is the same however often asked.

    So it is found by its customer alone, though no action names it yet or any more.
    """
    return f"tenants/{tenant}/documents/proofs/{action}-{kind}.{ending}"


def proof_keys(tenant: str, customer: str) -> str:
    """Return what the keys of all proofs of a customer's letters begin with, and no other's do."""
    return f"tenants/{tenant}/documents/proofs/{customer}-"
