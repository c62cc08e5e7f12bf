"""A company that signed up, and the types of its customers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from relance.domain.opt_outs import TextSettings
from relance.domain.reading import ReadingSettings
from relance.domain.retention import Retention
from relance.domain.tenant_rules import TenantRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """A company that signed up: its name, how it presents itself, its rules.

    `sender_email` is its first registered user's address (M2). `verified_sender` is an address of
    its own that the operator verified for it: mail leaves from there, else from the platform's.
    `payment_link` is the pattern of the address to pay online at (M6). `footer` stands small below
    letters, `logo` is the key of the picture they carry in the documents bucket; "" for none (M4).
    `reading` says how its ledger files are read, `mappings` are saved CSV column mappings by name,
    in the shape that `relance.ledger.mapping` reads. `first_sync_on` is
    the tenant day of its first whole import; `planned_through` the last tenant day wholly planned
    (D7); `ledger_at` the instant of upload of the newest full ledger taken in, `ledger_order` what
    tells it from others of that second; `ledger_day` the last tenant day, by the clock, on which a
    ledger was taken in whole (D32). A full ledger that no longer has at least `hold_items` open
    items, and more than `hold_share` percent of all, is held for a person's yes (L4).
    `rules_version` counts the changes of its rules and scenarios; up to `rules_applied` of them,
    every customer's next date says what they make of it.
    `retention` says how long files are kept (H4).
    `request_limits` are those that the operator set for it, requests a minute by budget.
    """

    id: str
    name: str
    sender_email: str
    sender_name: str = ""
    signature: str = ""
    iban: str = ""
    bic: str = ""
    address: tuple[str, ...] = ()
    phone: str = ""
    verified_sender: str = ""
    payment_link: str = ""
    footer: str = ""
    logo: str = ""
    rules: TenantRules = field(default_factory=TenantRules)
    texts: TextSettings = field(default_factory=TextSettings)
    reading: ReadingSettings = field(default_factory=ReadingSettings)
    retention: Retention = field(default_factory=Retention)
    mappings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    default_mapping: str | None = None
    hold_share: int = 30
    hold_items: int = 10
    first_sync_on: date | None = None
    planned_through: date | None = None
    rules_version: int = 0
    rules_applied: int = 0
    ledger_at: datetime | None = None
    ledger_order: str = ""
    request_limits: Mapping[str, int] = field(default_factory=dict)
    ledger_day: date | None = None
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A type of customer (S1).

    `given` counts how often a customer was given it, `given_to` is the last one: neither is part
    of an edit, so neither is of its version.
    """

    id: str
    name: str
    version: int = 0
    given: int = 0
    given_to: str | None = None
