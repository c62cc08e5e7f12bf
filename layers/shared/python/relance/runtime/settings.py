"""What each function is told by its environment.

A field `plan_queue` is read from `RELANCE_PLAN_QUEUE`. A test compares these classes with the
environment in the synthesized templates, both ways.
"""

import os
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache

PREFIX = "RELANCE_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What every function is told. `clock_parameter` is set on the local stage only (D1)."""

    stage: str
    table: str
    clock_parameter: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TellingSettings(Settings):
    """What whoever tells other services is told: the bus, None to tell nobody."""

    event_bus: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannerSettings(Settings):
    """`planner`: puts one part per tenant on the plan queue."""

    plan_queue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTenantSettings(TellingSettings):
    """`plan_tenant`: `plan_customers` bounds the customers of one part."""

    plan_queue: str
    email_queue: str
    sms_queue: str
    letter_queue: str
    plan_customers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SendEmailSettings(TellingSettings):
    """`send_email`: the platform's sender serves tenants without an identity of their own (M2).

    What its provider does not take goes back on the queue it came from; so with the other two.
    """

    documents_bucket: str
    email_queue: str
    ses_configuration_set: str
    platform_sender: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendSmsSettings(TellingSettings):
    """`send_sms`: keeps the text in the documents bucket.

    `opt_out_address` is what links to no more text messages begin with, `opt_out_secret` the name
    of the secret that they are signed with.
    """

    documents_bucket: str
    sms_queue: str
    opt_out_address: str
    opt_out_secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostalSettings(TellingSettings):
    """What whoever speaks with the post is told.

    `postal_key` opens the tenants' accounts. `postal_api` is where the provider is reached:
    `production`, `sandbox`, or an address of this machine; `postal_version` its API's version.
    """

    documents_bucket: str
    postal_key: str
    postal_api: str
    postal_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderLetterSettings(PostalSettings):
    """`render_letter`: keeps the PDF in the documents bucket, and has it posted."""

    letter_queue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncLedgerSettings(Settings):
    """`sync_ledger`: reads the ledger bucket, keeps refused rows in the documents bucket.

    A file whose turn has not come, or whose time ran out, goes back on the queue it came from.
    What became of it is told on the bus. `customers_at_once` are read and written side by side.
    """

    ledger_bucket: str
    documents_bucket: str
    uploads_queue: str
    event_bus: str
    customers_at_once: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFeedbackSettings(PostalSettings):
    """`record_feedback`: keeps the post's proofs in the documents bucket."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiSettings(TellingSettings):
    """`api`: signs addresses for the two buckets; a change of rules goes on the plan queue,
    an approved message on its channel's. `opt_out_secret` is the name of the secret that links to
    no more text messages are signed with, `postal_key` seals the accounts with whoever posts
    letters. News that a provider brings go on the feedback queue, a confirmed import on the uploads
    queue. `token_issuer` is the user pool whose access tokens people sign in with, and
    `user_pool_client` the client they are made for. `reads_a_minute`, `writes_a_minute` and
    `heavy_a_minute` are how many requests a tenant may send. `tenant_role` is the role it takes on
    for one tenant's records in the table, whose ARN is `table_arn`.
    """

    table_arn: str
    tenant_role: str
    reads_a_minute: int
    writes_a_minute: int
    heavy_a_minute: int
    token_issuer: str
    user_pool_client: str
    postal_key: str
    feedback_queue: str
    uploads_queue: str
    opt_out_secret: str
    ledger_bucket: str
    documents_bucket: str
    plan_queue: str
    email_queue: str
    sms_queue: str
    letter_queue: str


def read[S: Settings](kind: type[S], environment: Mapping[str, str]) -> S:
    """Build `kind` from environment variables.

    Raises RuntimeError that names every variable missing or empty, or not a whole number above
    zero where one is due.
    """
    values: dict[str, object] = {}
    wrong: list[str] = []
    for field in fields(kind):
        name = PREFIX + field.name.upper()
        text = environment.get(name)
        if not text:
            if field.default is MISSING:
                wrong.append(f"{name} is not set")
        elif field.type is int:
            if text.isdecimal() and int(text) > 0:
                values[field.name] = int(text)
            else:
                wrong.append(f"{name} must be a whole number above zero, not {text!r}")
        else:
            values[field.name] = text
    if wrong:
        raise RuntimeError(f"{kind.__name__}: " + "; ".join(wrong))
    return kind(**values)  # type: ignore[arg-type] # checked against the fields just above


@cache
def load[S: Settings](kind: type[S]) -> S:
    """Read this process's settings, once."""
    return read(kind, os.environ)
