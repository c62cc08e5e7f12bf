"""Maileva without its network: keeps drafts, documents, recipients; counts what it would post.

Each call can be made to fail, before it has its effect or after, as a network or a provider does.
"""

import json
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

CREATED = "2025-03-09T01:00:00.000Z"
SUBMITTED = "2025-03-09T01:00:05.000Z"
PROCESSED = "2025-03-10T09:30:00.000Z"


class Step(StrEnum):
    """The calls that posting a letter takes, in their order."""

    TOKEN = "token"
    CREATE = "create"
    DOCUMENT = "document"
    RECIPIENT = "recipient"
    SUBMIT = "submit"
    STATE = "state"


class Harm(StrEnum):
    """What can happen to a call."""

    TIMEOUT = "timeout"
    RESET = "reset"
    ERROR = "error"
    THROTTLED = "throttled"


@dataclass
class Fault:
    """What happens to the next `times` calls of a step; `after` says it had its effect."""

    step: Step
    harm: Harm
    after: bool
    times: int = 1
    late: bool = False  # it takes effect only when the caller has given up


@dataclass
class Sending:
    """One sending as the provider keeps it."""

    id: str
    product: str
    form: dict[str, Any]
    documents: list[bytes] = field(default_factory=list)
    metadata: list[dict[str, Any]] = field(default_factory=list)
    recipients: list[dict[str, Any]] = field(default_factory=list)
    status: str = "DRAFT"
    delivery: str = ""
    proofs: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """Status, and a body that is JSON unless it is bytes."""

    status: int
    body: Any = None
    headers: tuple[tuple[str, str], ...] = ()


@dataclass
class Maileva:
    """The provider. `posted` are the ids of what was submitted, each as often as it was taken."""

    port: int = 0
    sendings: dict[str, Sending] = field(default_factory=dict)
    posted: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    calls: list[tuple[Step | str, str]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    valid: set[str] = field(default_factory=set)
    sign_ins: list[dict[str, str]] = field(default_factory=list)
    lasts: int | str = 300
    retry_after: str = "7"
    silence: float = 1.0
    late_effects: int = 0
    refuses_tokens: bool = False
    peers: list[tuple[str, int]] = field(default_factory=list)
    refuse_next: str = ""  # the code by which the next document is refused
    stopped: threading.Event = field(default_factory=threading.Event)
    lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def fail(
        self, step: Step, harm: Harm, *, after: bool, times: int = 1, late: bool = False
    ) -> None:
        self.faults.append(Fault(step, harm, after, times, late))

    def take_fault(self, step: Step | str) -> Fault | None:
        for fault in self.faults:
            if fault.step == step and fault.times:
                fault.times -= 1
                return fault
        return None

    def wait_for(self, condition: Callable[[], bool], *, seconds: float = 5) -> None:
        """Wait until something came true here; fail when it does not."""
        for _ in range(int(seconds / 0.02)):
            if condition():
                return
            time.sleep(0.02)
        raise AssertionError("it never came true")

    def forget(self) -> None:
        """Begin anew, at the same address."""
        self.sendings.clear()
        self.posted.clear()
        self.faults.clear()
        self.calls.clear()
        self.tokens.clear()
        self.valid.clear()
        self.sign_ins.clear()
        self.refuse_next = ""

    def only(self) -> Sending:
        (sending,) = self.sendings.values()
        return sending

    def revoke_tokens(self) -> None:
        self.valid.clear()

    # What each call does
    def token(self, form: dict[str, str]) -> Answer:
        self.sign_ins.append(form)
        made = f"token-{len(self.tokens) + 1}"
        self.tokens.append(made)
        self.valid.add(made)
        return Answer(200, {"access_token": made, "expires_in": self.lasts})

    def create(self, product: str, form: dict[str, Any]) -> Answer:
        sending = Sending(str(uuid.uuid4()), product, form)
        self.sendings[sending.id] = sending
        return Answer(201, self.described(sending))

    def described(self, sending: Sending) -> dict[str, Any]:
        told = {"id": sending.id, **sending.form, "status": sending.status}
        told |= {"creation_date": CREATED, "documents_count": len(sending.documents)}
        if sending.status != "DRAFT":
            told["submission_date"] = SUBMITTED
        if sending.status.startswith("PROCESSED"):
            told["processed_date"] = PROCESSED
        if "deposit" in sending.proofs:
            told["deposit_proof_url"] = f"/sendings/{sending.id}/download_deposit_proof"
        return told

    def add_document(self, sending: Sending, parts: dict[str, bytes]) -> Answer:
        if self.refuse_next:
            return self.refusal(self.refuse_next)
        metadata = json.loads(parts["metadata"])
        sending.documents.append(parts["document"])
        sending.metadata.append(metadata)
        return Answer(
            201,
            {
                "id": str(uuid.uuid4()),
                **metadata,
                "type": "application/pdf",
                "size": len(parts["document"]),
            },
        )

    def add_recipient(self, sending: Sending, form: dict[str, Any]) -> Answer:
        sending.recipients.append({"id": str(uuid.uuid4()), **form})
        return Answer(201, self.person(sending, sending.recipients[-1]))

    def person(self, sending: Sending, recipient: dict[str, Any]) -> dict[str, Any]:
        told = dict(recipient)
        told["status"] = {"DRAFT": "DRAFT", "PROCESSED": "PROCESSED"}.get(sending.status, "PENDING")
        if sending.delivery:
            told["last_delivery_status"] = sending.delivery
            told["last_delivery_status_date"] = "2025-03-12T08:00:00.000Z"
        if sending.product == "registered" and sending.status == "PROCESSED":
            told["registered_number"] = "1E00000000001"
        under = f"/sendings/{sending.id}/recipients/{recipient['id']}"
        if "acknowledgement" in sending.proofs:
            told["acknowledgement_of_receipt_url"] = f"{under}/download_acknowledgement_of_receipt"
        if "archive" in sending.proofs:
            told["archive_url"] = f"{under}/download_archive"
        return told

    def submit(self, sending: Sending) -> Answer:
        if sending.status != "DRAFT":
            return self.refusal("SENDING_STATUS_IS_NOT_DRAFT")
        if len(sending.documents) < 1 or len(sending.recipients) < 1:
            return self.refusal("EMPTY_DOCUMENT")
        sending.status = "PENDING"
        self.posted.append(sending.id)
        return Answer(200)

    def refusal(self, code: str, status: int = 400) -> Answer:
        told = {"code": code, "message": "Anne Martin, 3 rue des Lilas : refusé"}
        return Answer(status, {"errors": [told]} if status == 400 else told)
