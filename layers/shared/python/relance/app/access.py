"""Who may get in: what is known of sign-ups, programs and invitations, and what keeps it (H2).

A `TenantAccess` is bound to one tenant when it is made: no method takes a tenant.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

from relance.app.ports.membership import Membership
from relance.app.ports.page import Page
from relance.app.ports.tenant import Profile, Tenant

Scope = Literal["read", "collect", "import", "settings"]
SCOPES: tuple[Scope, ...] = ("read", "collect", "import", "settings")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramKey:
    """What a program signs in with: `digest` of its secret, what it may do (`scopes`), until when.

    Instants are aware. `last_used_on` is a UTC day.
    """

    id: str
    tenant: str
    name: str
    scopes: tuple[Scope, ...]
    digest: str
    created_by: str
    created_at: datetime
    expires_at: datetime
    last_used_on: date | None = None
    revoked_at: datetime | None = None
    revoked_by: str = ""

    def opens(self, now: datetime) -> bool:
        """Tell whether it is neither revoked nor over."""
        return self.revoked_at is None and now < self.expires_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """Somebody may join with a role who holds the token of which `digest` is kept.

    `accepted_by` is the subject that did, `accepted_as` its verified address, which may be another
    than the one invited: it is shown to the tenant's admins. `vouched_by` is the subject of the
    admin who was handed the token: it opens while they are admin. One of before this was kept
    names nobody and opens nothing until an admin renews it.
    """

    id: str
    tenant: str
    email: str
    role: str
    digest: str
    invited_by: str
    invited_at: datetime
    expires_at: datetime
    vouched_by: str = ""
    accepted_by: str = ""
    accepted_as: str = ""
    accepted_at: datetime | None = None
    revoked_at: datetime | None = None
    version: int = 0

    def state(self, now: datetime) -> Literal["open", "accepted", "revoked", "expired"]:
        """Say how it stands."""
        if self.accepted_at is not None:
            return "accepted"
        if self.revoked_at is not None:
            return "revoked"
        return "open" if now < self.expires_at else "expired"


class Tokens(Protocol):
    """Checks what people sign in with."""

    def subject(self, token: str) -> str | None:
        """Return whose valid access token this is, None when it is none.

        Raises NotAcceptedError when it can't be told now.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who holds an access token; `email` is the address they proved to have, if any."""

    email: str | None


class Directory(Protocol):
    """Knows who people are."""

    def person(self, token: str) -> Person | None:
        """Return who holds an access token, None when it opens nothing any more.

        A token lives on when its user is removed or signed out everywhere: only asking tells.
        Raises NotAcceptedError when it can't be told now.
        """


class Access(Protocol):
    """Who gets in, across tenants: for signing in and signing up."""

    def membership(self, subject: str) -> Membership | None: ...
    def program_key(self, identifier: str) -> ProgramKey | None: ...
    def mark_used(self, identifier: str, on: date) -> None:
        """Note the UTC day on which a key was last used; never backward."""

    def sign_up(self, tenant: Tenant, profile: Profile, first: Membership) -> bool:
        """Make a tenant, its first profile and its first member, all or nothing.

        False when the member belongs to a tenant already; Conflict when the id is taken.
        """

    def invitation(self, identifier: str) -> Invitation | None: ...
    def join(self, accepted: Invitation, member: Membership) -> bool:
        """Store that an invitation was accepted, and its member, all or nothing.

        False when the member belongs to a tenant already, the invitation is no longer at
        `accepted.version`, or `accepted.vouched_by` is no admin of its tenant at that moment.
        """


class TenantAccess(Protocol):
    """Who gets in at one tenant."""

    def member(self, subject: str) -> Membership | None: ...
    def change_member(
        self, before: Membership, after: Membership | None, *, witness: str | None = None
    ) -> bool:
        """Replace a member, or take it away (None), if it is still as `before`.

        And if `witness`, when given, is an admin of the tenant at that moment: so the last admin
        can't go, whoever else goes at the same time.
        """

    def keys(self, *, limit: int, after: str | None = None) -> Page[ProgramKey]: ...
    def key(self, identifier: str) -> ProgramKey | None: ...
    def add_key(self, key: ProgramKey) -> None: ...
    def revoke_key(self, identifier: str, *, at: datetime, by: str) -> None:
        """Revoke a key of this tenant for good; nothing when it is revoked already."""

    def invitations(self, *, limit: int, after: str | None = None) -> Page[Invitation]: ...
    def invitation(self, identifier: str) -> Invitation | None: ...
    def save_invitation(self, invitation: Invitation) -> Invitation:
        """Version 0 creates; else replaces that version. Raises Conflict."""
