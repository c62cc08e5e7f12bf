"""What Maileva says of a sending, in the product's words."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, TypeAdapter, ValidationError

from relance.domain.postal import PostalState, PostalStatus, Proof

_SENDING = {
    "DRAFT": PostalState.DRAFT,
    "PENDING": PostalState.SUBMITTED,
    "ACCEPTED": PostalState.ACCEPTED,
    "REJECTED": PostalState.REJECTED,
    "PROCESSED": PostalState.POSTED,
    # One sending has one recipient here: this one was not taken.
    "PROCESSED_WITH_ERRORS": PostalState.REJECTED,
}
# The post's codes: A on the way, P at the door, D delivered, N what came back was read.
_CARRIED = {
    PostalState.PRESENTED: re.compile("A02|A05|P0[12]"),
    PostalState.DELIVERED: re.compile("D01|N01"),
    PostalState.RETURNED: re.compile("A14|A1[6-9]|A2[1-6]|P0[3-6]|N0[2-9]|N10"),
}
_DATES = {
    PostalState.DRAFT: "creation_date",
    PostalState.SUBMITTED: "submission_date",
    PostalState.POSTED: "processed_date",
}
_INSTANT: TypeAdapter[datetime] = TypeAdapter(AwareDatetime)


def sending_state(sending: Mapping[str, Any]) -> PostalState | None:
    """Return the state that a sending is in, None when it names none that is known."""
    return _SENDING.get(str(sending.get("status")))


def was_handed_over(state: PostalState) -> bool:
    """Tell whether the recipient may know more than the sending."""
    return state.rank >= PostalState.POSTED.rank


def status(
    state: PostalState, sending: Mapping[str, Any], recipient: Mapping[str, Any]
) -> PostalStatus:
    """Put together what a sending and its one recipient say; `recipient` is {} when not asked."""
    code = str(recipient.get("last_delivery_status") or "")[:3].upper()
    carried = _carried(code)
    reached = carried if carried and state is PostalState.POSTED else state
    at = (
        recipient.get("last_delivery_status_date")
        if reached is not state
        else sending.get(_DATES.get(state, ""))
    )
    return PostalStatus(
        state=reached,
        at=_instant(at),
        proofs=_proofs(sending, recipient),
        number=str(recipient.get("registered_number") or ""),
        detail=code if reached is not state else str(sending.get("status")),
    )


def _carried(code: str) -> PostalState | None:
    return next((state for state, codes in _CARRIED.items() if codes.fullmatch(code)), None)


def _proofs(sending: Mapping[str, Any], recipient: Mapping[str, Any]) -> frozenset[Proof]:
    there = {
        Proof.DEPOSIT: sending.get("deposit_proof_url"),
        Proof.ACKNOWLEDGEMENT: recipient.get("acknowledgement_of_receipt_url"),
        Proof.ARCHIVE: recipient.get("archive_url"),
    }
    return frozenset(proof for proof, url in there.items() if url)


def _instant(written: object) -> datetime | None:
    try:
        return _INSTANT.validate_python(written)
    except ValidationError:
        return None
