"""Who gets in: memberships, programs' keys, invitations; what makes a tenant in one transaction."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from relance.app.access import Invitation, ProgramKey
from relance.app.errors import Conflict, MovedMeanwhile
from relance.app.ports.membership import Membership
from relance.app.ports.page import Page
from relance.app.ports.tenant import Profile, Tenant
from relance.store import keys
from relance.store.attributes import Record
from relance.store.bound import Bound
from relance.store.records import VERSION, body, instant, profile_body, tenant_body, value
from relance.store.table import ABSENT, Entry, Table, When

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient


class DynamoAccess:
    """`app.access.Access` on DynamoDB.

    `sign_up_client` returns a client that may make this tenant with this first member; without
    it, `client` does.
    """

    def __init__(
        self,
        client: "DynamoDBClient",
        table: str,
        *,
        sign_up_client: Callable[[str, str], "DynamoDBClient"] | None = None,
    ) -> None:
        self._table = Table(client, table)
        self._maker = sign_up_client or (lambda _tenant, _subject: client)
        self._name = table

    def membership(self, subject: str) -> Membership | None:
        record = self._table.get(keys.membership(subject))
        return value(Membership, record) if record else None

    def program_key(self, identifier: str) -> ProgramKey | None:
        record = self._table.get(keys.program_key(identifier))
        return value(ProgramKey, record) if record else None

    def mark_used(self, identifier: str, on: date) -> None:
        day = {":day": on.isoformat()}
        unless = "attribute_not_exists(body.last_used_on) OR body.last_used_on < :day"
        self._table.write(
            self._table.update(
                keys.program_key(identifier),
                "SET body.last_used_on = :day",
                day,
                when=When(f"attribute_exists(pk) AND ({unless})"),
            )
        )

    def sign_up(self, tenant: Tenant, profile: Profile, first: Membership) -> bool:
        table = Table(self._maker(tenant.id, first.subject), self._name)
        made = [
            table.put(each, when=ABSENT)
            for each in (
                {**keys.tenant_entry(tenant.id)._asdict(), "v": VERSION, "tenant": tenant.id},
                {
                    **keys.tenant(tenant.id)._asdict(),
                    "v": VERSION,
                    "version": 1,
                    "body": tenant_body(replace(tenant, version=1)),
                },
                {
                    **keys.profile(tenant.id, profile.id)._asdict(),
                    "v": VERSION,
                    "version": 1,
                    "body": profile_body(replace(profile, version=1)),
                },
                membership_record(first),
            )
        ]
        if table.transact(made):
            return True
        if self.membership(first.subject) is None:
            raise Conflict(f"there is a tenant {tenant.id} already")
        return False

    def invitation(self, identifier: str) -> Invitation | None:
        record = self._table.get(keys.invitation(identifier))
        return value(Invitation, record) if record else None

    def join(self, accepted: Invitation, member: Membership) -> bool:
        if accepted.vouched_by in ("", member.subject):
            return False  # nobody vouches, or somebody who is a member of nothing
        voucher = keys.membership(accepted.vouched_by)
        return self._table.transact(
            [
                _invitation_entry(self._table, accepted),
                self._table.put(membership_record(member), when=ABSENT),
                self._table.check(voucher, when=_holds(accepted.tenant, "admin")),
            ]
        )


class DynamoTenantAccess(Bound):
    """`app.access.TenantAccess` on DynamoDB: another tenant's records are as good as none."""

    def member(self, subject: str) -> Membership | None:
        record = self._table.get(keys.membership(subject))
        found = value(Membership, record) if record else None
        return found if found is not None and found.tenant == self._tenant else None

    def change_member(
        self, before: Membership, after: Membership | None, *, witness: str | None = None
    ) -> bool:
        still = _holds(self._tenant, before.role)
        if after is None:
            change = self._table.delete(keys.membership(before.subject), when=still)
        else:
            change = self._table.put(membership_record(after), when=still)
        entries = [change]
        if witness is not None:
            admin = _holds(self._tenant, "admin")
            entries.append(self._table.check(keys.membership(witness), when=admin))
        return self._table.transact(entries)

    def keys(self, *, limit: int, after: str | None = None) -> Page[ProgramKey]:
        name = keys.listed_program_key(self._tenant, "", "").pk
        return self._list(name, _program_key, limit=limit, after=after, newest_first=True)

    def key(self, identifier: str) -> ProgramKey | None:
        record = self._table.get(keys.program_key(identifier))
        found = _program_key(record) if record else None
        return found if found is not None and found.tenant == self._tenant else None

    def add_key(self, key: ProgramKey) -> None:
        place = keys.listed_program_key(self._tenant, key.id, instant(key.created_at))
        record = {
            **keys.program_key(key.id)._asdict(),
            "v": VERSION,
            "list_pk": place.pk,
            "list_sk": place.sk,
            "body": body(replace(key, tenant=self._tenant)),
        }
        if not self._table.transact([self._table.put(record, when=ABSENT)]):
            raise Conflict("there is a key of this id already")

    def revoke_key(self, identifier: str, *, at: datetime, by: str) -> None:
        own = "attribute_exists(pk) AND body.tenant = :tenant"
        when = When(f"{own} AND attribute_not_exists(body.revoked_at)", {":tenant": self._tenant})
        expression = "SET body.revoked_at = :at, body.revoked_by = :by"
        values = {":at": instant(at), ":by": by}
        self._table.write(
            self._table.update(keys.program_key(identifier), expression, values, when=when)
        )

    def invitations(self, *, limit: int, after: str | None = None) -> Page[Invitation]:
        name = keys.listed_invitation(self._tenant, "", "").pk
        return self._list(name, _invitation, limit=limit, after=after, newest_first=True)

    def invitation(self, identifier: str) -> Invitation | None:
        record = self._table.get(keys.invitation(identifier))
        found = _invitation(record) if record else None
        return found if found is not None and found.tenant == self._tenant else None

    def save_invitation(self, invitation: Invitation) -> Invitation:
        own = replace(invitation, tenant=self._tenant)
        if not self._table.transact([_invitation_entry(self._table, own)]):
            raise MovedMeanwhile("the invitation changed since it was read")
        return replace(own, version=own.version + 1)


def _holds(tenant: str, role: str) -> When:
    """Return the condition that somebody is a member of a tenant with a role."""
    values = {":tenant": tenant, ":role": role}
    return When("body.tenant = :tenant AND body.#role = :role", values)


def membership_record(member: Membership) -> Record:
    """Return the record of a membership, which stands in its tenant's list of users."""
    place = keys.listed_member(member.tenant, member.subject)
    return {
        **keys.membership(member.subject)._asdict(),
        "v": VERSION,
        "list_pk": place.pk,
        "list_sk": place.sk,
        "body": body(member),
    }


def _invitation_entry(table: Table, invitation: Invitation) -> Entry:
    place = keys.listed_invitation(invitation.tenant, invitation.id, instant(invitation.invited_at))
    stored = replace(invitation, version=invitation.version + 1)
    record = {
        **keys.invitation(invitation.id)._asdict(),
        "v": VERSION,
        "version": stored.version,
        "list_pk": place.pk,
        "list_sk": place.sk,
        "body": body(stored),
    }
    at = When("version = :version", {":version": invitation.version})
    return table.put(record, when=at if invitation.version else ABSENT)


def _program_key(record: Record) -> ProgramKey:
    return value(ProgramKey, record)


def _invitation(record: Record) -> Invitation:
    return value(Invitation, record)
