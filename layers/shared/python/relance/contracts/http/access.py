"""Sign-up, members, invitations and programs' keys over HTTP (H2)."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from relance.contracts.http.codes import KnownCountry, KnownCurrency, KnownLanguage
from relance.contracts.http.texts import Email, Line, Name, Timezone
from relance.contracts.http.values import Body
from relance.domain.reading import ReadingSettings
from relance.domain.tenant_rules import TenantRules

Role = Literal["viewer", "collector", "admin"]
Scope = Literal["read", "collect", "import", "settings"]
Token = Annotated[str, Field(min_length=1, max_length=200)]


class SignUp(Body):
    """A company that begins: its name and where it is. Everything else has its usual value.

    `currency` is the one its books are kept in.
    """

    name: Name
    sender_name: Line = ""
    country: KnownCountry = "FR"
    language: KnownLanguage = "fr"
    timezone: Timezone = "Europe/Paris"
    currency: KnownCurrency = "EUR"

    def rules(self) -> TenantRules:
        """Return the rules it begins with."""
        return TenantRules(country=self.country, language=self.language, timezone=self.timezone)

    def reading(self) -> ReadingSettings:
        """Return how its ledgers are read to begin with."""
        return ReadingSettings(currency=self.currency)


class MemberBody(Body):
    """Somebody with access. `id` is the subject of their tokens, `name` how they are named in
    what they did."""

    id: str
    name: str
    role: str
    email: str
    since: datetime | None
    invited_by: str


class MeBody(Body):
    """Who asks: a person with a role, or a program with scopes."""

    kind: Literal["person", "program"]
    id: str
    name: str
    tenant: str
    role: str | None
    scopes: tuple[str, ...]


class RoleWrite(Body):
    """What a member may do."""

    role: Role


class InvitationCreate(Body):
    """Whom to invite, and what for."""

    email: Email
    role: Role


class InvitationBody(Body):
    """An invitation. `accepted_as` is the address of who accepted it, maybe not the one invited."""

    id: str
    email: str
    role: str
    state: Literal["open", "accepted", "revoked", "expired"]
    invited_by: str
    invited_at: datetime
    expires_at: datetime
    accepted_by: str
    accepted_as: str
    accepted_at: datetime | None


class InvitationMade(InvitationBody):
    """An invitation with its token, shown this once: hand it to the one invited."""

    token: str


class Acceptance(Body):
    """What an invited person was handed."""

    token: Token


Scopes = Annotated[
    frozenset[Scope],
    Field(
        min_length=1,
        description="read: what a viewer sees; collect: what a collector changes; "
        "import: announce ledgers, lists and invoices' PDFs; "
        "settings: everything else but people, invitations and keys",
    ),
]


class ProgramKeyCreate(Body):
    """A key for a program: what it may do, and for how many days."""

    name: Name
    scopes: Scopes
    days: Annotated[int, Field(ge=1, le=730, strict=True)] = 365


class ProgramKeyBody(Body):
    """A program's key. Its text begins with `prefix`; `last_used_on` is a UTC day."""

    id: str
    name: str
    prefix: str
    scopes: tuple[str, ...]
    state: Literal["open", "revoked", "expired"]
    created_by: str
    created_at: datetime
    expires_at: datetime
    last_used_on: date | None
    revoked_at: datetime | None
    revoked_by: str


class ProgramKeyMade(ProgramKeyBody):
    """A key with its text, shown this once: `Authorization: Bearer <key>`."""

    key: str
