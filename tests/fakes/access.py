"""Who gets in, kept in memory; and a user pool of our own: a person's token is their name."""

from dataclasses import replace
from datetime import UTC, date, datetime

from relance.app.access import Invitation, Person, ProgramKey
from relance.app.cursors import cursor, position
from relance.app.errors import Conflict, MovedMeanwhile, NotAcceptedError
from relance.app.ports.membership import Membership
from relance.app.ports.page import Page
from relance.app.ports.tenant import Profile, Tenant
from tests.fakes.memory.registry import MemoryRegistry

FORGED = "forged"


class MemoryAccess:
    """`app.access.Access` beside the memory's tenants."""

    def __init__(self, registry: MemoryRegistry) -> None:
        self._registry = registry
        self.kept_keys: dict[str, ProgramKey] = {}
        self.kept_invitations: dict[str, Invitation] = {}

    def membership(self, subject: str) -> Membership | None:
        return self._registry.membership(subject)

    def program_key(self, identifier: str) -> ProgramKey | None:
        return self.kept_keys.get(identifier)

    def mark_used(self, identifier: str, on: date) -> None:
        key = self.kept_keys.get(identifier)
        if key and (key.last_used_on is None or key.last_used_on < on):
            self.kept_keys[identifier] = replace(key, last_used_on=on)

    def sign_up(self, tenant: Tenant, profile: Profile, first: Membership) -> bool:
        if self.membership(first.subject) is not None:
            return False
        self._registry.add_tenant(tenant)
        self._registry.store_for(tenant.id).save_profile(profile)
        self._registry.put_membership(first)
        return True

    def invitation(self, identifier: str) -> Invitation | None:
        return self.kept_invitations.get(identifier)

    def join(self, accepted: Invitation, member: Membership) -> bool:
        if self.membership(member.subject) is not None:
            return False
        stored = self.kept_invitations.get(accepted.id)
        if stored is None or stored.version != accepted.version:
            return False
        voucher = self.membership(accepted.vouched_by)
        if voucher is None or (voucher.tenant, voucher.role) != (accepted.tenant, "admin"):
            return False
        self.kept_invitations[accepted.id] = replace(accepted, version=accepted.version + 1)
        self._registry.put_membership(member)
        return True

    def bound(self, tenant: str) -> "MemoryTenantAccess":
        """Return one tenant's part of it."""
        return MemoryTenantAccess(self, self._registry, tenant)


class MemoryTenantAccess:
    """`app.access.TenantAccess` beside the memory's tenants."""

    def __init__(self, every: MemoryAccess, registry: MemoryRegistry, tenant: str) -> None:
        self._every = every
        self._registry = registry
        self._tenant = tenant

    def member(self, subject: str) -> Membership | None:
        found = self._every.membership(subject)
        return found if found and found.tenant == self._tenant else None

    def change_member(
        self, before: Membership, after: Membership | None, *, witness: str | None = None
    ) -> bool:
        stored = self.member(before.subject)
        if stored is None or stored.role != before.role:
            return False
        if witness is not None:
            seen = self.member(witness)
            if seen is None or seen.role != "admin":
                return False
        if after is None:
            self._registry.remove_membership(before.subject)
        else:
            self._registry.put_membership(after)
        return True

    def keys(self, *, limit: int, after: str | None = None) -> Page[ProgramKey]:
        found = [key for key in self._every.kept_keys.values() if key.tenant == self._tenant]
        rows = [(f"{_text(key.created_at)}#{key.id}", key) for key in found]
        return self._page("keys", rows, limit=limit, after=after)

    def key(self, identifier: str) -> ProgramKey | None:
        found = self._every.kept_keys.get(identifier)
        return found if found and found.tenant == self._tenant else None

    def add_key(self, key: ProgramKey) -> None:
        if key.id in self._every.kept_keys:
            raise Conflict("there is a key of this id already")
        self._every.kept_keys[key.id] = replace(key, tenant=self._tenant)

    def revoke_key(self, identifier: str, *, at: datetime, by: str) -> None:
        found = self.key(identifier)
        if found is not None and found.revoked_at is None:
            self._every.kept_keys[identifier] = replace(found, revoked_at=at, revoked_by=by)

    def invitations(self, *, limit: int, after: str | None = None) -> Page[Invitation]:
        every = self._every.kept_invitations.values()
        found = [each for each in every if each.tenant == self._tenant]
        rows = [(f"{_text(each.invited_at)}#{each.id}", each) for each in found]
        return self._page("invitations", rows, limit=limit, after=after)

    def invitation(self, identifier: str) -> Invitation | None:
        found = self._every.kept_invitations.get(identifier)
        return found if found and found.tenant == self._tenant else None

    def save_invitation(self, invitation: Invitation) -> Invitation:
        stored = self._every.kept_invitations.get(invitation.id)
        if (stored.version if stored else 0) != invitation.version:
            raise MovedMeanwhile("the invitation changed since it was read")
        saved = replace(invitation, tenant=self._tenant, version=invitation.version + 1)
        self._every.kept_invitations[saved.id] = saved
        return saved

    def _page[T](
        self, name: str, rows: list[tuple[str, T]], *, limit: int, after: str | None
    ) -> Page[T]:
        name = f"{self._tenant}#{name}"
        start = position(name, after)
        ordered = sorted(rows, key=lambda row: row[0], reverse=True)
        rest = [row for row in ordered if start is None or row[0] < start]
        part = rest[:limit]
        more = cursor(name, part[-1][0]) if len(rest) > limit else None
        return Page(entries=tuple(value for _, value in part), next=more)


class NamesAsTokens:
    """`app.access.Tokens` and `Directory`: a token is its subject, verified as its address."""

    def __init__(self) -> None:
        self.unverified: set[str] = set()
        self.removed: set[str] = set()
        self.out_of_reach = False
        self.directory_out_of_reach = False

    def subject(self, token: str) -> str | None:
        if self.out_of_reach:
            raise NotAcceptedError("the pool's keys can't be had")
        return None if token == FORGED else token

    def person(self, token: str) -> Person | None:
        if self.directory_out_of_reach:
            raise NotAcceptedError("the user pool can't tell now")
        if token in self.removed:
            return None
        return Person(email=None if token in self.unverified else f"{token}@example.com")


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
